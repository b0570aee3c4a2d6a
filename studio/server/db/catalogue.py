"""Queries about the catalogue: products, their price history, feeds and pictures."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import delete, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import show_prices, tables
from studio.show.price_claim import PastOffer
from studio.show.product import CatalogueProduct, Offer, shown_variant
from studio.show.shelf import Stocked

Row = dict[str, Any]
AT_ONCE = 500
"""Ids in one query: SQLite takes 32,766 parameters, and a short query is a short wait for the others."""
FIELDS = "title, search, product, digest"
_product = msgspec.json.Decoder(CatalogueProduct)
_encode = msgspec.json.Encoder().encode


def catalogue_row(product: CatalogueProduct) -> Row:
    """A product as the catalogue and the staging table hold it."""
    bare = msgspec.structs.replace(product, history=())
    data = _encode(bare)
    codes = [word for offer in (product.offer, *(v.offer for v in product.variants)) for word in (offer.sku, offer.gtin) if word]
    words = dict.fromkeys((product.title, product.id, product.brand, *codes))
    return {
        "id": product.id,
        "title": product.title,
        "search": " ".join(filter(None, words)).casefold()[:4000],
        "product": data.decode(),
        "digest": hashlib.blake2b(data, digest_size=16).hexdigest(),
    }


def offer_rows(product: CatalogueProduct, before: CatalogueProduct | None, now_ms: int) -> list[Row]:
    """What the price history learns: offers whose price changed, and what the shop itself says about earlier ones."""
    known = _offers_of(before) if before is not None else {}
    before_currency = before.currency if before is not None else ""
    rows = [
        _offer_row(product, variant, now_ms, offer)
        for variant, offer in _offers_of(product).items()
        if variant not in known or _price_of(known[variant]) != _price_of(offer) or before_currency != product.currency
    ]
    shown = shown_variant(product)
    return rows + [
        _offer_row(product, shown, point.at_ms, Offer(price_minor=point.price_minor))
        for point in product.history
        if point.at_ms < now_ms
    ]


def _offers_of(product: CatalogueProduct) -> dict[str, Offer]:
    return {variant.id: variant.offer for variant in product.variants} or {"": product.offer}


def _price_of(offer: Offer) -> tuple[int | None, ...]:
    return offer.price_minor, offer.sale_minor, offer.sale_from_ms, offer.sale_until_ms


def _offer_row(product: CatalogueProduct, variant: str, at_ms: int, offer: Offer) -> Row:
    names = ("price_minor", "sale_minor", "sale_from_ms", "sale_until_ms")
    prices = dict(zip(names, _price_of(offer), strict=True))
    return {"product": product.id, "variant": variant, "at_ms": at_ms, "currency": product.currency} | prices


async def digests(connection: AsyncConnection) -> dict[str, tuple[str, str, bool]]:
    """Of every product its digest, its feed, and whether it is gone."""
    columns = tables.catalogue.c
    rows = await connection.execute(select(columns.id, columns.digest, columns.feed, columns.gone_ms))
    return {row.id: (row.digest, row.feed, row.gone_ms is not None) for row in rows}


async def load(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, CatalogueProduct]:
    """Products by id; those that are not there are missing."""
    columns = tables.catalogue.c
    found: dict[str, CatalogueProduct] = {}
    for some in _chunks(list(ids)):
        rows = await connection.execute(select(columns.id, columns.product).where(columns.id.in_(some)))
        found |= {row.id: _product.decode(row.product) for row in rows}
    return found


async def is_public(connection: AsyncConnection, product: str) -> bool:
    """Whether anybody may know of a product: a feed of the shop has it, or a show that is listed."""
    catalogue, planned, shows = tables.catalogue.c, tables.planned.c, tables.shows.c
    shown = select(planned.product).join(tables.shows, shows.id == planned.show)
    shown = shown.where(planned.product == product, ~planned.hidden, ~shows.unlisted)
    found = select(catalogue.id).where(catalogue.id == product, or_(catalogue.feed != "", shown.exists()))
    return (await connection.execute(found)).first() is not None


async def titles(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, str]:
    """Of those that there are."""
    columns = tables.catalogue.c
    found: dict[str, str] = {}
    for some in _chunks(list(ids)):
        rows = await connection.execute(select(columns.id, columns.title).where(columns.id.in_(some)))
        found |= {row.id: row.title for row in rows}
    return found


async def load_stocked(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, Stocked]:
    """The same with price history, picture and the age of the stock number, as a show needs them."""
    catalogue, feeds, pictures = tables.catalogue, tables.feeds, tables.pictures
    stocked: dict[str, Stocked] = {}
    for some in _chunks(list(ids)):
        read = (
            select(catalogue.c.product, catalogue.c.updated_ms, catalogue.c.gone_ms, feeds.c.read_ms)
            .select_from(catalogue.outerjoin(feeds, feeds.c.id == catalogue.c.feed))
            .where(catalogue.c.id.in_(some))
        )
        rows = (await connection.execute(read)).all()
        products = {row: _product.decode(row.product) for row in rows}
        history = await _histories(connection, some)
        shown = await show_prices.load(connection, some)
        ours = {picture_key(product.images[0]): "" for product in products.values() if product.images}
        kept = select(pictures.c.digest, pictures.c.file).where(pictures.c.digest.in_(ours), pictures.c.file != "")
        ours |= {row.digest: row.file for row in await connection.execute(kept)}
        for row, product in products.items():
            first = product.images[0] if product.images else ""
            file = ours.get(picture_key(first), "") if first else ""
            stocked[product.id] = Stocked(
                product=product,
                image=f"/pictures/{file}" if file else first,
                history=tuple(history[product.id, shown_variant(product), product.currency]),
                shown=tuple(shown[product.id, product.currency]),
                stock_at_ms=row.read_ms or row.updated_ms,
                gone=row.gone_ms is not None,
            )
    return stocked


async def _histories(connection: AsyncConnection, ids: Sequence[str]) -> defaultdict[tuple[str, str, str], list[PastOffer]]:
    offers = tables.offers.c
    history: defaultdict[tuple[str, str, str], list[PastOffer]] = defaultdict(list)
    for row in await connection.execute(select(tables.offers).where(offers.product.in_(ids)).order_by(offers.at_ms)):
        offer = Offer(
            price_minor=row.price_minor,
            sale_minor=row.sale_minor,
            sale_from_ms=row.sale_from_ms,
            sale_until_ms=row.sale_until_ms,
        )
        history[row.product, row.variant, row.currency].append(PastOffer(row.at_ms, offer))
    return history


async def put(connection: AsyncConnection, products: Iterable[CatalogueProduct], now_ms: int) -> None:
    """Products that no feed brought (a show file's), unless the catalogue has them."""
    wanted = {product.id: product for product in products}
    known = set(await load(connection, wanted))
    new = [product for product in wanted.values() if product.id not in known]
    if new:
        rows = [catalogue_row(product) | {"feed": "", "updated_ms": now_ms} for product in new]
        await connection.execute(insert(tables.catalogue), rows)
        await connection.execute(insert(tables.offers), [row for product in new for row in offer_rows(product, None, now_ms)])


async def search(connection: AsyncConnection, query: str, limit: int, offset: int = 0) -> list[CatalogueProduct]:
    """Products with all the words of `query` in title, id, brand, SKU or GTIN, by title."""
    columns = tables.catalogue.c
    found = select(columns.product).where(columns.gone_ms.is_(None)).order_by(columns.title, columns.id)
    for word in query.casefold().split()[:8]:
        found = found.where(columns.search.contains(word, autoescape=True))
    rows = await connection.execute(found.limit(limit).offset(offset))
    return [_product.decode(row.product) for row in rows]


# ── imports ──────────────────────────────────────────────────────────────────────────────────────────────────


async def stage(connection: AsyncConnection, run: str, rows: Sequence[Row], offers: Sequence[Row]) -> None:
    """Lay aside what an import has read."""
    if rows:
        await connection.execute(insert(tables.staged), [row | {"import": run} for row in rows])
    if offers:
        await connection.execute(insert(tables.staged_offers), [row | {"import": run} for row in offers])


async def take_over(connection: AsyncConnection, run: str, feed: str, gone: Sequence[str], now_ms: int) -> None:
    """What was laid aside becomes the catalogue; `gone` are the feed's products that it has no more."""
    values = {"run": run, "feed": feed, "now": now_ms}
    await connection.execute(
        text(
            f"INSERT INTO catalogue (id, {FIELDS}, feed, updated_ms, gone_ms) "
            f"SELECT id, {FIELDS}, :feed, :now, NULL FROM staged WHERE import = :run "
            "ON CONFLICT (id) DO UPDATE SET title = excluded.title, search = excluded.search, product = excluded.product, "
            "digest = excluded.digest, feed = excluded.feed, updated_ms = excluded.updated_ms, gone_ms = NULL"
        ),
        values,
    )
    prices = "product, variant, at_ms, price_minor, sale_minor, sale_from_ms, sale_until_ms, currency"
    await connection.execute(
        text(
            f"INSERT INTO offers ({prices}) SELECT {prices} FROM staged_offers WHERE import = :run "
            "ON CONFLICT (product, variant, at_ms) DO NOTHING"
        ),
        {"run": run},
    )
    for some in _chunks(gone):
        columns = tables.catalogue.c
        await connection.execute(update(tables.catalogue).where(columns.id.in_(some)).values(gone_ms=now_ms))


async def clear_staged(connection: AsyncConnection, run: str = "") -> None:
    """Throw away what was laid aside, by one import or by all."""
    for table in (tables.staged, tables.staged_offers):
        await connection.execute(delete(table).where(table.c["import"] == run) if run else delete(table))


# ── feeds and pictures ───────────────────────────────────────────────────────────────────────────────────────


async def feeds(connection: AsyncConnection) -> list[Row]:
    """All feeds, by name."""
    rows = (await connection.execute(select(tables.feeds).order_by(tables.feeds.c.name))).mappings()
    return [dict(row) for row in rows]


async def save_feed(connection: AsyncConnection, row: Row) -> None:
    """A new feed, or what became of it."""
    columns = tables.feeds.c
    values = {name: value for name, value in row.items() if name != "id"}
    if not (await connection.execute(update(tables.feeds).where(columns.id == row["id"]).values(values))).rowcount:
        await connection.execute(insert(tables.feeds).values(row))


async def remove_feed(connection: AsyncConnection, feed: str, now_ms: int) -> None:
    """Forget a feed; its products are gone from it."""
    columns = tables.catalogue.c
    here = update(tables.catalogue).where(columns.feed == feed, columns.gone_ms.is_(None))
    await connection.execute(here.values(gone_ms=now_ms))
    await connection.execute(delete(tables.feeds).where(tables.feeds.c.id == feed))


def picture_key(url: str) -> str:
    """How a picture's address is known in the table of pictures."""
    return hashlib.sha256(url.encode(errors="surrogatepass")).hexdigest()


async def missing_pictures(connection: AsyncConnection, urls: Iterable[str], before_ms: int) -> list[str]:
    """Of `urls` those that were never fetched, or failed before `before_ms`."""
    wanted = {picture_key(url): url for url in urls}
    columns = tables.pictures.c
    for some in _chunks(list(wanted)):
        there = select(columns.digest).where(columns.digest.in_(some), (columns.file != "") | (columns.fetched_ms > before_ms))
        for row in await connection.execute(there):
            wanted.pop(row.digest)
    return list(wanted.values())


async def save_picture(connection: AsyncConnection, url: str, file: str, problem: str, now_ms: int) -> None:
    """A picture that was fetched to `file`, or could not be (`problem`)."""
    key = picture_key(url)
    values = {"url": url, "file": file, "problem": problem[:300], "fetched_ms": now_ms}
    pictures = tables.pictures
    if not (await connection.execute(update(pictures).where(pictures.c.digest == key).values(values))).rowcount:
        await connection.execute(insert(pictures).values(values | {"digest": key}))


def _chunks(items: Sequence[str]) -> Iterable[Sequence[str]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
