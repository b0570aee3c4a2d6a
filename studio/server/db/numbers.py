"""Queries about what was counted, what was bought, and by whom, where somebody agreed to that."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import tables
from studio.show.consent import Consent

Row = dict[str, Any]
Count = tuple[int, str, str, str]
"""(second of the show clock, name, product, part)."""


async def add(connection: AsyncConnection, show: str, counts: Mapping[Count, int]) -> None:
    """Add to what was counted; of viewers, the most at a time."""
    query = text(
        "INSERT INTO tallies (show, second, name, product, part, count) VALUES (:show, :second, :name, :product, :part, :count) "
        "ON CONFLICT (show, second, name, product, part) DO UPDATE SET count = CASE WHEN tallies.name <> 'viewers' "
        "THEN tallies.count + excluded.count WHEN tallies.count < excluded.count THEN excluded.count ELSE tallies.count END"
    )
    values = [
        {"show": show, "second": second, "name": name, "product": product, "part": part, "count": count}
        for (second, name, product, part), count in counts.items()
    ]
    if values:
        await connection.execute(query, values)


async def tallies(connection: AsyncConnection, show: str) -> list[Row]:
    """All that was counted in a show, by second."""
    columns = tables.tallies.c
    rows = (await connection.execute(select(tables.tallies).where(columns.show == show).order_by(columns.second))).mappings()
    return [dict(row) for row in rows]


async def add_uniques(connection: AsyncConnection, show: str, digests: Iterable[str]) -> None:
    """Who was there."""
    values = [{"show": show, "digest": digest} for digest in digests]
    if values:
        query = text("INSERT INTO uniques (show, digest) VALUES (:show, :digest) ON CONFLICT (show, digest) DO NOTHING")
        await connection.execute(query, values)


async def uniques(connection: AsyncConnection, show: str) -> set[str]:
    """Who was there, as hashes."""
    return set((await connection.execute(select(tables.uniques.c.digest).where(tables.uniques.c.show == show))).scalars())


async def orders_numbered(connection: AsyncConnection, number: str) -> list[Row]:
    """What there is of an order: what the shop said, or what pages did."""
    found = (await connection.execute(select(tables.orders).where(tables.orders.c.number == number))).mappings()
    return [dict(row) for row in found]


async def put_order(connection: AsyncConnection, row: Row) -> None:
    """A new order."""
    await connection.execute(insert(tables.orders).values(row))


async def drop_orders(connection: AsyncConnection, number: str) -> None:
    """What was told of an order is told anew."""
    await connection.execute(delete(tables.orders).where(tables.orders.c.number == number))


async def change_order(connection: AsyncConnection, stood: Row, values: Row) -> bool:
    """The shop's own word about an order is another one; False when it is not as it `stood` any more."""
    columns = tables.orders.c
    same = [
        columns[name] == stood[name] for name in ("value_minor", "currency", "lines", "returned_minor", "returns", "cancelled")
    ]
    here = update(tables.orders).where(columns.number == stood["number"], columns.verified, *same)
    return bool((await connection.execute(here.values(values))).rowcount)


async def orders(connection: AsyncConnection, show: str) -> list[Row]:
    """A show's orders that stand, oldest first, their lines decoded; `value_minor` without what was given back."""
    columns = tables.orders.c
    stand = select(tables.orders).where(columns.show == show, ~columns.cancelled).order_by(columns.at_ms)
    rows = (await connection.execute(stand)).mappings()
    return [dict(row) | {"lines": msgspec.json.decode(row["lines"]), "value_minor": kept_minor(row)} for row in rows]


def kept_minor(row: Mapping[Any, Any]) -> int:
    """What an order is worth after its refunds."""
    return 0 if row["cancelled"] else max(0, int(row["value_minor"]) - int(row["returned_minor"]))


# ── visitors who agreed ──────────────────────────────────────────────────────────────────────────────────────


async def save_visitor(connection: AsyncConnection, visitor: str, consent: Consent, now_ms: int) -> None:
    """Somebody agreed to something, or to something else."""
    columns = tables.visitors.c
    values = {"consent": msgspec.json.encode(consent).decode(), "seen_ms": now_ms}
    if not (await connection.execute(update(tables.visitors).where(columns.id == visitor).values(values))).rowcount:
        await connection.execute(insert(tables.visitors).values(values | {"id": visitor, "first_ms": now_ms}))


async def consent_of(connection: AsyncConnection, visitor: str) -> Consent:
    """What somebody agreed to."""
    found = (await connection.execute(select(tables.visitors.c.consent).where(tables.visitors.c.id == visitor))).scalar()
    return msgspec.json.decode(found, type=Consent) if found else Consent()


async def visit(connection: AsyncConnection, row: Row) -> None:
    """What somebody did who agreed to it being kept."""
    query = text(
        "INSERT INTO visits (visitor, show, at_ms, name, product, media_ms, part, consent) "
        "VALUES (:visitor, :show, :at_ms, :name, :product, :media_ms, :part, :consent) ON CONFLICT DO NOTHING"
    )
    await connection.execute(query, row)


async def key(connection: AsyncConnection, name: str) -> str | None:
    """A secret of this server's."""
    return (await connection.execute(select(tables.keys.c.value).where(tables.keys.c.name == name))).scalar()


async def put_key(connection: AsyncConnection, name: str, value: str) -> None:
    """A new secret, unless it is there."""
    await connection.execute(
        text("INSERT INTO keys (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING"),
        {"name": name, "value": value},
    )


async def drop_keys(connection: AsyncConnection, beginning: str, but: str) -> None:
    """Throw secrets away whose name begins so, all but one."""
    columns = tables.keys.c
    await connection.execute(delete(tables.keys).where(columns.name.startswith(beginning, autoescape=True), columns.name != but))


async def drop_visits(connection: AsyncConnection, visitor: str) -> None:
    """Somebody agrees to other things, but no longer to being counted as a person."""
    await connection.execute(delete(tables.visits).where(tables.visits.c.visitor == visitor))
