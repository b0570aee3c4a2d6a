"""Queries about what products cost in shows."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import tables
from studio.show.price_claim import ShownPrice

prices = tables.show_prices


async def load(connection: AsyncConnection, products: Sequence[str]) -> defaultdict[tuple[str, str], list[ShownPrice]]:
    """By product and currency, in the order of time."""
    found: defaultdict[tuple[str, str], list[ShownPrice]] = defaultdict(list)
    for row in await connection.execute(select(prices).where(prices.c.product.in_(products)).order_by(prices.c.at_ms)):
        found[row.product, row.currency].append(ShownPrice(row.at_ms, row.until_ms, row.price_minor))
    return found


async def running(connection: AsyncConnection, show: str, now_ms: int) -> dict[str, ShownPrice]:
    """What holds in a show, as far as was written down."""
    still = prices.c.show == show, or_(prices.c.until_ms.is_(None), prices.c.until_ms > now_ms)
    rows = await connection.execute(select(prices).where(*still))
    return {row.product: ShownPrice(row.at_ms, row.until_ms, row.price_minor) for row in rows}


async def begin(connection: AsyncConnection, show: str, product: str, price: ShownPrice, currency: str) -> None:
    """A price of a show came into force."""
    row = {"product": product, "show": show, "at_ms": price.at_ms, "until_ms": price.until_ms}
    await connection.execute(insert(prices).values(row | {"price_minor": price.price_minor, "currency": currency}))


async def end(connection: AsyncConnection, show: str, product: str, at_ms: int, until_ms: int) -> None:
    """It holds no more."""
    here = prices.c.product == product, prices.c.show == show, prices.c.at_ms == at_ms
    await connection.execute(update(prices).where(*here).values(until_ms=until_ms))
