"""Rows of `clients`: which desktop belongs to which token."""

from sqlalchemy import delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db.tables import clients


async def owner(connection: AsyncConnection, client: str, token: str, now_ms: int) -> str:
    """The hash of the token that a desktop belongs to: `token`, where it was not known yet."""
    query = text("INSERT INTO clients (id, token, seen_ms) VALUES (:id, :token, :seen_ms) ON CONFLICT (id) DO NOTHING")
    await connection.execute(query, {"id": client, "token": token, "seen_ms": now_ms})
    await connection.execute(update(clients).where(clients.c.id == client, clients.c.token == token).values(seen_ms=now_ms))
    return str((await connection.execute(select(clients.c.token).where(clients.c.id == client))).scalar_one())


async def give(connection: AsyncConnection, client: str, token: str, now_ms: int) -> None:
    """From now on it belongs to this token."""
    await connection.execute(update(clients).where(clients.c.id == client).values(token=token, seen_ms=now_ms))


async def sweep(connection: AsyncConnection, before_ms: int) -> int:
    """Forget those that were not seen since then; how many."""
    return int((await connection.execute(delete(clients).where(clients.c.seen_ms < before_ms))).rowcount)
