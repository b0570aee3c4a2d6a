"""Shopify: the product CSV in its old and its new dialect, and a shop's public `/products.json`."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from studio.catalogue import loose_json
from studio.catalogue.draft import Draft, Found, OfferDraft, Price, Skipped, VariantDraft
from studio.catalogue.item import Options, Rejected, rejection
from studio.catalogue.loose_json import exact, words
from studio.catalogue.survey import Survey
from studio.catalogue.table import Row, Table
from studio.catalogue.truth import no, said, yes
from studio.errors import InvalidValue
from studio.i18n import N_

COLUMNS = {
    "handle": "handle",
    "url handle": "handle",
    "title": "title",
    "body (html)": "description",
    "description": "description",
    "vendor": "brand",
    "product category": "category",
    "type": "type",
    "published": "published",
    "published on online store": "published",
    "status": "status",
    "variant sku": "sku",
    "sku": "sku",
    "variant id": "cart_id",
    "variant barcode": "gtin",
    "barcode": "gtin",
    "variant price": "price",
    "price": "price",
    "variant compare at price": "compare",
    "compare-at price": "compare",
    "variant inventory tracker": "tracker",
    "inventory tracker": "tracker",
    "variant inventory qty": "quantity",
    "inventory quantity": "quantity",
    "variant inventory policy": "policy",
    "continue selling when out of stock": "policy",
    "image src": "image",
    "product image url": "image",
    "image position": "position",
    "variant image": "variant image",
    "variant image url": "variant image",
    **{f"option{place} {what}": f"option{place} {what}" for place in (1, 2, 3) for what in ("name", "value")},
}
UNCLOSED = N_("A quote on this line is never closed")


def recognises(header: set[str]) -> bool:
    """Whether these columns are Shopify's."""
    own = {"body (html)", "variant price", "option1 name", "option1 value", "url handle", "compare-at price", "variant sku"}
    return "title" in header and bool(header & {"handle", "url handle"}) and bool(header & own)


ROWS_MAX = 5000
"""Of one product: more variants and pictures than a product may have, and then some."""
SOLD = ("price", "sku", "option1 value")


class Handles:
    """The survey of a CSV file: what its cells say, and where each product's last row is, for spreadsheets sort rows apart."""

    def __init__(self) -> None:
        self.survey = Survey()
        self.last: dict[str, int] = {}

    def take(self, rows: Iterable[Row]) -> None:
        """Look at all rows."""
        for row in rows:
            for name in ("price", "compare"):
                if text := row.values.get(name):
                    self.survey.price(text)
            self.last[_handle(row)] = row.line


SURVEYED = ("handle", "title", "price", "compare")


def drafts(table: Table, options: Options, last: dict[str, int]) -> Iterator[Found]:
    """The products of a CSV file, each when its last row has come."""
    waiting: dict[str, list[Row]] = {}
    for row in table.rows(COLUMNS):
        handle = _handle(row)
        if row.broken:
            yield Rejected(line=row.line, id=handle[:64], reason=UNCLOSED)
        else:
            whole = waiting.setdefault(handle, [])
            if len(whole) < ROWS_MAX:
                whole.append(row)
        if last.get(handle, row.line) <= row.line and (whole := waiting.pop(handle, [])):
            yield _draft(handle, whole, options)
    for handle, whole in waiting.items():
        yield _draft(handle, whole, options)


def _handle(row: Row) -> str:
    return row.values.get("handle") or _slug(row.values.get("title", ""))


def _slug(title: str) -> str:
    return re.sub(r"[^\w]+", "-", title[:200].casefold()).strip("-")


def _draft(handle: str, rows: list[Row], options: Options) -> Found:
    if any(_not_for_sale(row.values) for row in rows):
        return Skipped()
    told = _told(rows)
    try:
        said(told.get("published", ""), "published")
    except InvalidValue as error:
        return rejection(rows[0].line, handle, error)
    names = [told.get(f"option{place} name", "") for place in (1, 2, 3)]
    sold = [row for row in rows if not row.values.keys().isdisjoint(SOLD)]
    variants = [_variant(row, names) for row in sold or rows[:1]]
    alone = len(variants) == 1 and not variants[0].options
    return Draft(
        line=rows[0].line,
        id=handle,
        title=told.get("title", ""),
        description=told.get("description", ""),
        brand=told.get("brand", ""),
        category=told.get("category", "") or told.get("type", ""),
        url=_page(handle, options),
        images=_images(rows),
        offer=variants[0].offer if alone else None,
        variants=[] if alone else variants,
    )


def _told(rows: list[Row]) -> dict[str, str]:
    """Each fact from the first row that has it."""
    if len(rows) == 1:
        return rows[0].values
    told: dict[str, str] = {}
    for row in rows:
        for name, value in row.values.items():
            told.setdefault(name, value)
    return told


def _not_for_sale(values: dict[str, str]) -> bool:
    return no(values.get("published", "")) or values.get("status", "active").casefold() not in ("active", "unlisted")


def _page(handle: str, options: Options) -> str:
    return f"{options.url.rstrip('/')}/products/{handle}" if options.url else ""


def _variant(row: Row, names: list[str]) -> VariantDraft:
    line, values = row.line, row.values
    chosen = {name or f"Option {place}": values.get(f"option{place} value", "") for place, name in enumerate(names, 1)}
    return VariantDraft(
        line=line,
        options=_options(chosen),
        offer=_offer(values.get("price", ""), values.get("compare", ""), _stock(values), values),
        image=values.get("variant image", ""),
    )


def _options(chosen: dict[str, str]) -> dict[str, str]:
    """Without the option that Shopify gives to what comes in one kind only."""
    return {name: value for name, value in chosen.items() if value and value != "Default Title"}


def _stock(values: dict[str, str]) -> str | None:
    policy = values.get("policy", "")
    if not values.get("tracker") or policy.casefold() == "continue" or yes(policy):
        return None
    return values.get("quantity")


def _offer(price: Price, compare: Price, stock: str | int | None, values: dict[str, str]) -> OfferDraft:
    gtin = values.get("gtin", "").lstrip("'")
    return OfferDraft(
        price=price, compare=compare, stock=stock, sku=values.get("sku", ""), gtin=gtin, cart_id=values.get("cart_id", "")
    )


def _images(rows: list[Row]) -> list[str]:
    placed = []
    for number, (_, values, _) in enumerate(rows, 1):
        if image := values.get("image"):
            position = values.get("position", "")
            placed.append((int(position) if position.isdecimal() and len(position) < 6 else number, image))
    return [image for _, image in sorted(placed, key=lambda pair: pair[0])]


class _Page(Struct):
    products: list[msgspec.Raw]


def from_json(data: bytes, options: Options) -> Iterator[Found]:
    """The products of `/products.json`. Raises `InvalidValue`."""
    for number, raw in enumerate(loose_json.envelope(data, _Page).products, 1):
        try:
            yield _product(number, loose_json.loads(bytes(raw).decode()), options)
        except InvalidValue as error:
            yield rejection(number, "", error)


def _product(number: int, given: Any, options: Options) -> Draft | Skipped:
    product = loose_json.mapping(given)
    if words(product.get("status", "active")).casefold() != "active" or product.get("published_at", "") is None:
        return Skipped()  # a draft, in an export of the shop's own
    names = [words(loose_json.mapping(option).get("name")) for option in loose_json.listing(product.get("options"))]
    variants = [_json_variant(number, loose_json.mapping(one), names) for one in loose_json.listing(product.get("variants"))]
    alone = len(variants) == 1 and not variants[0].options
    handle = words(product.get("handle"))
    images: Iterable[Any] = loose_json.listing(product.get("images"))
    return Draft(
        line=number,
        id=handle,
        title=words(product.get("title")),
        description=words(product.get("body_html")),
        brand=words(product.get("vendor")),
        category=words(product.get("product_type")),
        url=_page(handle, options),
        images=[words(loose_json.mapping(image).get("src")) for image in images],
        offer=variants[0].offer if alone else None,
        variants=[] if alone else variants,
    )


def _json_variant(number: int, variant: dict[str, Any], names: list[str]) -> VariantDraft:
    chosen = {
        (names[place - 1] if place <= len(names) else "") or f"Option {place}": words(variant.get(f"option{place}"))
        for place in (1, 2, 3)
    }
    values = {"sku": words(variant.get("sku")), "gtin": words(variant.get("barcode")), "cart_id": words(variant.get("id"))}
    stock: str | int | None = 0 if variant.get("available") is False else None
    if stock is None and words(variant.get("inventory_policy")) == "deny" and variant.get("inventory_management"):
        stock = words(variant.get("inventory_quantity")) or None
    return VariantDraft(
        line=number,
        options=_options(chosen),
        offer=_offer(exact(variant.get("price")), exact(variant.get("compare_at_price")), stock, values),
        image=words(loose_json.mapping(variant.get("featured_image")).get("src")),
    )
