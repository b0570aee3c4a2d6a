"""Queries about films of shows."""

from typing import Any

import msgspec
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import tables

Row = dict[str, Any]
LISTS = ("spans", "chapters", "products")


async def every(connection: AsyncConnection) -> list[Row]:
    """All films, with the lists decoded, and whether their show is unlisted."""
    films, shows = tables.films, tables.shows
    found = select(films, shows.c.unlisted).join(shows, shows.c.id == films.c.show).order_by(films.c.at_ms, films.c.id)
    rows = (await connection.execute(found)).mappings().all()
    lists = ({name: msgspec.json.decode(row[name]) for name in LISTS} for row in rows)
    return [{str(name): value for name, value in row.items()} | decoded for row, decoded in zip(rows, lists, strict=True)]


async def put(connection: AsyncConnection, row: Row) -> None:
    """What is known of a film in this state; what was known before is replaced."""
    await remove(connection, row["id"], row["state"])
    lists = {name: msgspec.json.encode(row[name]).decode() for name in LISTS}
    await connection.execute(insert(tables.films).values(row | lists))


async def remove(connection: AsyncConnection, film: str, *states: str) -> None:
    """A film is gone: in these states, or in all."""
    columns = tables.films.c
    which = (columns.id == film, columns.state.in_(states)) if states else (columns.id == film,)
    await connection.execute(delete(tables.films).where(*which))


async def publish(connection: AsyncConnection, film: str, sha256: str, at_ms: int) -> bool:
    """What was uploaded takes the place of what is public; False when that upload is not known any more."""
    columns = tables.films.c
    which = columns.id == film, columns.state == "uploading", columns.sha256 == sha256
    if (await connection.execute(select(columns.id).where(*which))).first() is None:
        return False
    await remove(connection, film, "public")
    await connection.execute(update(tables.films).where(*which).values(state="public", at_ms=at_ms))
    return True
