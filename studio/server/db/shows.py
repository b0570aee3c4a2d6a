"""Queries about shows and their products."""

from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db.tables import products, shows
from studio.state import Product

Row = dict[str, Any]


async def load(connection: AsyncConnection, show: str) -> Row | None:
    """The show's row, or None."""
    row = (await connection.execute(select(shows).where(shows.c.id == show))).mappings().first()
    return dict(row) if row else None


async def listed(connection: AsyncConnection) -> list[Row]:
    """Public shows, the newest first."""
    query = select(shows).where(~shows.c.unlisted).order_by(shows.c.created_ms.desc()).limit(100)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def create(connection: AsyncConnection, row: Row, items: tuple[Product, ...]) -> None:
    """Insert a show and its products in order."""
    await connection.execute(insert(shows).values(row))
    await replace_products(connection, row["id"], items)


async def replace_products(connection: AsyncConnection, show: str, items: tuple[Product, ...]) -> None:
    """Set the show's products and their order."""
    await connection.execute(delete(products).where(products.c.show == show))
    if items:
        await connection.execute(
            insert(products),
            [
                {"show": show, "position": position} | {name: getattr(item, name) for name in Product.__struct_fields__}
                for position, item in enumerate(items)
            ],
        )


async def load_products(connection: AsyncConnection, show: str) -> tuple[Product, ...]:
    """The show's products in order."""
    query = select(products).where(products.c.show == show).order_by(products.c.position)
    rows = (await connection.execute(query)).mappings()
    return tuple(Product(**{name: row[name] for name in Product.__struct_fields__}) for row in rows)


async def change(connection: AsyncConnection, show: str, **values: Any) -> None:
    """Set columns of a show."""
    await connection.execute(update(shows).where(shows.c.id == show).values(**values))
