"""Queries about guests' links."""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import tables
from studio.show.guest import Guest


async def put(connection: AsyncConnection, show: str, guest: Guest) -> None:
    """A new link."""
    row = {"id": guest.id, "show": show, "name": guest.name, "until_ms": guest.until_ms}
    await connection.execute(insert(tables.guests).values(row))


async def holding(connection: AsyncConnection, now_ms: int) -> list[tuple[str, Guest]]:
    """Show and guest of every link that holds, the oldest first."""
    columns = tables.guests.c
    found = select(tables.guests).where(columns.until_ms > now_ms).order_by(columns.until_ms, columns.id)
    return [(row.show, Guest(id=row.id, name=row.name, until_ms=row.until_ms)) for row in await connection.execute(found)]


async def rename(connection: AsyncConnection, guest: str, name: str) -> None:
    """They are called otherwise."""
    await connection.execute(update(tables.guests).where(tables.guests.c.id == guest).values(name=name))


async def remove(connection: AsyncConnection, guest: str) -> None:
    """A link stops working."""
    await connection.execute(delete(tables.guests).where(tables.guests.c.id == guest))


async def sweep(connection: AsyncConnection, now_ms: int) -> None:
    """Delete those whose time is up."""
    await connection.execute(delete(tables.guests).where(tables.guests.c.until_ms <= now_ms))
