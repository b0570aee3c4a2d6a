"""Shows, in and out of the database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.config import sqlite_url
from studio.server.db import shows
from studio.server.db.engine import open_database


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[AsyncConnection]:
    engine = await open_database(sqlite_url(tmp_path / "a.sqlite"))
    async with engine.begin() as connection:
        yield connection
    await engine.dispose()


def row(show: str, created_ms: int = 1, *, unlisted: bool = False) -> shows.Row:
    return {"id": show, "title": show.title(), "key": "k", "created_ms": created_ms, "unlisted": unlisted, "shop": ""}


async def test_a_show_comes_back_as_it_was_stored(connection: AsyncConnection) -> None:
    await shows.create(connection, row("autumn") | {"starts_at_ms": 1_800_000_000_000, "poster": "/p.webp"})
    found = await shows.load(connection, "autumn")
    assert found is not None
    assert found["title"] == "Autumn"
    assert found["starts_at_ms"] == 1_800_000_000_000
    assert (found["state"], found["seq"], found["epoch"], found["live_origin_ms"]) == ("draft", 0, 0, None)


async def test_a_show_nobody_made_is_none(connection: AsyncConnection) -> None:
    assert await shows.load(connection, "nothing") is None


async def test_the_list_has_public_shows_only_the_newest_first(connection: AsyncConnection) -> None:
    await shows.create(connection, row("old", 1))
    await shows.create(connection, row("secret", 2, unlisted=True))
    await shows.create(connection, row("new", 3))
    assert [found["id"] for found in await shows.listed(connection)] == ["new", "old"]


async def test_a_change_touches_its_own_show_only(connection: AsyncConnection) -> None:
    await shows.create(connection, row("a"))
    await shows.create(connection, row("b"))
    await shows.change(connection, "a", state="live", stream_ms=5)
    a, b = await shows.load(connection, "a"), await shows.load(connection, "b")
    assert a is not None
    assert b is not None
    assert (a["state"], a["stream_ms"], b["state"], b["stream_ms"]) == ("live", 5, "draft", 0)
