"""Rows of `tokens`: who may come to `/studio`, by the hash of what they show."""

import hashlib
import secrets
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.commands import Role
from studio.server.db.engine import writing
from studio.server.db.tables import tokens

Row = dict[str, Any]


def digest_of(token: str) -> str:
    """SHA-256, which is enough: a token is 256 random bits, not a word somebody chose."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


async def create(engine: AsyncEngine, role: Role, name: str, now_ms: int, expires_ms: int | None) -> tuple[str, str]:
    """A new token: its id and the token itself, which nobody can read again."""
    token, identity = secrets.token_urlsafe(32), secrets.token_hex(4)
    async with writing(engine).begin() as connection:
        row = {"id": identity, "digest": digest_of(token), "role": role, "name": name}
        await connection.execute(insert(tokens).values(row | {"created_ms": now_ms, "expires_ms": expires_ms}))
    return identity, token


async def listed(engine: AsyncEngine) -> list[Row]:
    """All of them, the oldest first, without their hashes."""
    columns = [column for column in tokens.c if column.name != "digest"]
    async with engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(select(*columns).order_by(tokens.c.created_ms))).mappings()]


async def revoke(engine: AsyncEngine, identity: str) -> bool:
    """Whether there was one to take back."""
    async with writing(engine).begin() as connection:
        return (await connection.execute(delete(tokens).where(tokens.c.id == identity))).rowcount > 0


async def revoke_digest(engine: AsyncEngine, digest: str) -> None:
    """Take back the token with this hash, if there is one."""
    async with writing(engine).begin() as connection:
        await connection.execute(delete(tokens).where(tokens.c.digest == digest))


async def find(engine: AsyncEngine, digest: str, now_ms: int) -> tuple[str, Role] | None:
    """Id and role of the token with this hash, unless it has ended."""
    query = select(tokens.c.id, tokens.c.role).where(
        tokens.c.digest == digest, (tokens.c.expires_ms.is_(None)) | (tokens.c.expires_ms > now_ms)
    )
    async with engine.connect() as connection:
        row = (await connection.execute(query)).one_or_none()
    return (row.id, row.role) if row is not None else None
