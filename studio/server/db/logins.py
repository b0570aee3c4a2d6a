"""Queries about logins."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import tables

Row = dict[str, Any]
_kept = tables.logins.c


async def put(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    """One is begun."""
    await connection.execute(insert(tables.logins).values(dict(row)))


async def take(connection: AsyncConnection, column: str, digest: str, now_ms: int, values: Mapping[str, Any]) -> Row | None:
    """The login whose `state` or `finish` is this, if it is still good; from now on it has other `values`: so each is good once,
    whoever asks at the same time."""
    here = _kept[column] == digest, _kept.until_ms > now_ms
    found = (await connection.execute(select(tables.logins).where(*here))).mappings().first()
    if found is None or not digest:
        return None
    same = _kept.state == found["state"], _kept[column] == digest, _kept.secrets == found["secrets"], _kept.told == found["told"]
    changed = await connection.execute(update(tables.logins).where(*same).values(dict(values)))
    return dict(found) if changed.rowcount else None


async def change(connection: AsyncConnection, state: str, values: Mapping[str, Any]) -> None:
    """Store what came of it."""
    await connection.execute(update(tables.logins).where(_kept.state == state).values(dict(values)))


async def drop(connection: AsyncConnection, state: str) -> None:
    """Nothing came of it."""
    await connection.execute(delete(tables.logins).where(_kept.state == state))


async def end_session(connection: AsyncConnection, provider: str, subject: str, session: str) -> list[str]:
    """The visitors that a logout at a provider is about: of one session, or of all of somebody's. A login that their pages have
    not finished yet is over as well."""
    about = _kept.session == session if session else _kept.subject == subject
    if session and subject:
        about = or_(about, (_kept.session == "") & (_kept.subject == subject))
    here = _kept.provider == provider, about, _kept.subject != ""
    finished = select(_kept.visitor).where(*here, _kept.finish == "")
    visitors = sorted(set((await connection.execute(finished)).scalars()))
    await connection.execute(delete(tables.logins).where(*here))
    return visitors
