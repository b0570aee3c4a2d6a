"""Queries about shows."""

from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db.tables import shows, streams

Row = dict[str, Any]


async def load(connection: AsyncConnection, show: str) -> Row | None:
    """The show's row, with the number of its newest event (`seq`); or None."""
    query = select(shows, streams.c.seq).join(streams, streams.c.id == shows.c.id).where(shows.c.id == show)
    row = (await connection.execute(query)).mappings().first()
    return dict(row) if row else None


async def listed(connection: AsyncConnection) -> list[Row]:
    """Public shows, the newest first."""
    query = select(shows).where(~shows.c.unlisted).order_by(shows.c.created_ms.desc()).limit(100)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def create(connection: AsyncConnection, row: Row) -> None:
    """Insert a show, and begin its stream of events."""
    await connection.execute(insert(shows).values(row))
    await connection.execute(insert(streams).values(id=row["id"], show=row["id"]))


async def change(connection: AsyncConnection, show: str, **values: Any) -> None:
    """Set columns of a show."""
    await connection.execute(update(shows).where(shows.c.id == show).values(**values))
