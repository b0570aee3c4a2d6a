"""Queries about the products of a show, and kept sets of products."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import tables
from studio.show.shelf import Planned, ShowPrice
from studio.state.shop import ProductSet

Row = dict[str, Any]
_price = msgspec.json.Decoder(ShowPrice)


async def load(connection: AsyncConnection, show: str) -> tuple[Planned, ...]:
    """The show's plan, in order."""
    columns = tables.planned.c
    rows = await connection.execute(select(tables.planned).where(columns.show == show).order_by(columns.position))
    return tuple(
        Planned(
            product=row.product,
            hidden=row.hidden,
            sold_out=row.sold_out,
            show_price=_price.decode(row.show_price) if row.show_price else None,
            pinned_ms=row.pinned_ms,
        )
        for row in rows
    )


async def replace(connection: AsyncConnection, show: str, before: Sequence[Planned], after: Sequence[Planned]) -> None:
    """Write what differs between two plans."""
    planned = tables.planned
    old = {item.product: (place, item) for place, item in enumerate(before)}
    new = {item.product: (place, item) for place, item in enumerate(after)}
    if leaving := [product for product in old if product not in new]:
        await connection.execute(delete(planned).where(planned.c.show == show, planned.c.product.in_(leaving)))
    if coming := [_row(show, *new[product]) for product in new if product not in old]:
        await connection.execute(insert(planned), coming)
    moved = [_row(show, *new[product]) for product in new if product in old and old[product] != new[product]]
    if moved:
        here = update(planned).where(planned.c.show == show, planned.c.product == bindparam("which"))
        columns = ("position", "hidden", "sold_out", "show_price", "pinned_ms")
        await connection.execute(
            here.values({name: bindparam(name) for name in columns}),
            [{name: row[name] for name in columns} | {"which": row["product"]} for row in moved],
        )


def _row(show: str, place: int, item: Planned) -> Row:
    return {
        "show": show,
        "product": item.product,
        "position": place,
        "hidden": item.hidden,
        "sold_out": item.sold_out,
        "show_price": msgspec.json.encode(item.show_price).decode() if item.show_price is not None else "",
        "pinned_ms": item.pinned_ms,
    }


async def load_sets(connection: AsyncConnection) -> tuple[ProductSet, ...]:
    """Kept sets, by name."""
    rows = await connection.execute(select(tables.product_sets).order_by(tables.product_sets.c.name))
    return tuple(ProductSet(id=row.id, name=row.name, products=tuple(msgspec.json.decode(row.products))) for row in rows)


async def save_set(connection: AsyncConnection, kept: ProductSet) -> None:
    """Keep a set; one of the same id is replaced."""
    sets = tables.product_sets
    await connection.execute(delete(sets).where(sets.c.id == kept.id))
    products = msgspec.json.encode(kept.products).decode()
    await connection.execute(insert(sets).values(id=kept.id, name=kept.name, products=products))


async def remove_set(connection: AsyncConnection, identity: str) -> None:
    """Forget a set."""
    await connection.execute(delete(tables.product_sets).where(tables.product_sets.c.id == identity))
