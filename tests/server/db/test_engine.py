"""The database: at its newest version however it got there."""

import asyncio
import secrets
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, String, create_engine, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.types import TypeEngine

from studio.events import ShowPaused
from studio.server.broker import Broker
from studio.server.config import sqlite_url
from studio.server.db import catalogue as catalogue_rows
from studio.server.db import engine as engine_module
from studio.server.db import shows, tables
from studio.server.db.columns import String as OurString
from studio.server.db.engine import HEAD, open_database
from studio.server.event_log import EventLog
from tests.fakes import TIMEOUT_S, ManualClock
from tests.server.conftest import create_database

MIGRATIONS = Path(engine_module.__file__).parent / "migrations"


def test_head_is_the_newest_migration_in_the_folder() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [HEAD]
    newest = max((MIGRATIONS / "versions").glob("[0-9]*.py")).name
    assert newest.startswith(HEAD)


def other_type(_context: object, _column: object, _other: object, before: TypeEngine[Any], now: TypeEngine[Any]) -> bool | None:
    """SQLite's columns have no length (https://sqlite.org/datatype3.html#affinity_name_examples): 0008 changes it elsewhere."""
    return False if isinstance(before, String) and isinstance(now, OurString) else None


async def test_a_fresh_database_has_exactly_the_tables_of_the_code(tmp_path: Path) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": other_type, "compare_server_default": True})
        return list(compare_metadata(context, tables.metadata))

    engine = await open_database(sqlite_url(tmp_path / "fresh.sqlite"))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalars().all() == [HEAD]
    await engine.dispose()


async def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "kept.sqlite")
    engine = await open_database(url)
    async with engine.begin() as connection:
        await connection.execute(insert(tables.shows).values(id="a", title="Kept", key="k", created_ms=1))
    await engine.dispose()
    engine = await open_database(url)
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT title FROM shows"))).scalar_one() == "Kept"
    await engine.dispose()


def test_a_database_at_head_opens_without_alembic(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "old.sqlite")

    async def make() -> None:
        await (await open_database(url)).dispose()

    asyncio.run(make())
    code = (
        "import asyncio, sys\n"
        "from studio.server.db.engine import open_database\n"
        "async def main():\n"
        f"    await (await open_database({url!r})).dispose()\n"
        "asyncio.run(main())\n"
        "print([name for name in sys.modules if name.partition('.')[0] in ('alembic', 'mako')])\n"
    )
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    assert (result.stdout, result.stderr, result.returncode) == ("[]\n", "", 0)


async def test_what_was_answered_is_on_the_disk(tmp_path: Path) -> None:
    engine = await open_database(sqlite_url(tmp_path / "a.sqlite"))
    async with engine.connect() as connection:
        pragmas = {
            name: (await connection.execute(text(f"PRAGMA {name}"))).scalar_one() for name in ("journal_mode", "synchronous")
        }
    await engine.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}


async def test_events_of_no_show_are_refused(tmp_path: Path) -> None:
    engine = await open_database(sqlite_url(tmp_path / "a.sqlite"))
    row = {
        "stream": "nobody's",
        "seq": 1,
        "at_ms": 1,
        "media_ms": 0,
        "actor": "",
        "type": "x",
        "audience": "public",
        "data": "{}",
    }
    with pytest.raises(IntegrityError):
        async with engine.begin() as connection:
            await connection.execute(insert(tables.events).values(row))
    await engine.dispose()


async def test_a_show_that_is_gone_takes_its_events_and_cursors_along(tmp_path: Path) -> None:
    engine = await open_database(sqlite_url(tmp_path / "a.sqlite"))
    event = {"seq": 1, "at_ms": 1, "media_ms": 0, "actor": "", "type": "x", "audience": "public", "data": "{}"}
    async with engine.begin() as connection:
        await shows.create(connection, {"id": "a", "title": "A", "key": "k", "created_ms": 1})
        for stream in ("a", tables.BRAND):
            await connection.execute(insert(tables.events).values(event | {"stream": stream}))
            await connection.execute(insert(tables.followers).values(name="f", stream=stream, seq=1))
        await connection.execute(text("DELETE FROM shows WHERE id = 'a'"))
        for table in (tables.events, tables.followers):
            assert (await connection.execute(select(table.c.stream))).scalars().all() == [tables.BRAND]
    await engine.dispose()


async def test_a_savepoint_that_is_rolled_back_leaves_the_rest_of_the_transaction(tmp_path: Path) -> None:
    engine = await open_database(sqlite_url(tmp_path / "a.sqlite"))
    async with engine.begin() as connection:
        await connection.execute(insert(tables.shows).values(id="a", title="A", key="k", created_ms=1))
        nested = await connection.begin_nested()
        await connection.execute(insert(tables.shows).values(id="b", title="B", key="k", created_ms=1))
        await nested.rollback()
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT id FROM shows"))).scalars().all() == ["a"]
    await engine.dispose()


async def test_a_file_that_is_no_database_is_an_error_and_leaves_nothing_open(tmp_path: Path) -> None:
    path = tmp_path / "poem.sqlite"
    path.write_text("Shall I compare thee to a summer's day? " * 100)
    with pytest.raises(Exception, match="not a database"):
        await open_database(sqlite_url(path))


async def test_an_older_database_keeps_its_events_and_products(tmp_path: Path) -> None:
    """SQLite builds a table anew to alter it, and with foreign keys on that would take along what refers to it."""
    url = sqlite_url(tmp_path / "older.sqlite")
    older = create_engine(url.replace("+aiosqlite", ""))
    with older.begin() as connection:
        upgrade(connection, "0002")
        connection.execute(
            text("INSERT INTO shows (id, title, brand, state, poster, unlisted, key, created_ms, seq, epoch, stream_ms) "
                 "VALUES ('a', 'A', '', 'ended', '', 0, 'k', 5, 1, 0, 0)")
        )  # fmt: skip
        connection.execute(
            text("INSERT INTO events VALUES ('a', 1, 6, 0, '', 'show.ended', 'public', '{\"type\":\"show.ended\"}')")
        )
        connection.execute(
            text("INSERT INTO products (show, id, position, title, price_minor, before_minor, currency, image, url, stock) "
                 "VALUES ('a', 'oil', 0, 'Oil', 249, 329, 'DKK', '/o.webp', '', 3)")
        )  # fmt: skip
    older.dispose()
    engine = await open_database(url)
    async with engine.connect() as connection:
        counts = {
            name: (await connection.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one()
            for name in ("shows", "events", "catalogue", "planned", "offers")
        }
        stocked = (await catalogue_rows.load_stocked(connection, ["oil"]))["oil"]
    await engine.dispose()
    assert counts == dict.fromkeys(counts, 1)
    assert (stocked.product.title, stocked.product.offer.price_at(10), stocked.product.offer.stock) == ("Oil", 249, 3)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with nothing in it."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "empty.sqlite")
    url, name = request.getfixturevalue("postgres_url"), f"t{secrets.token_hex(8)}"
    with ThreadPoolExecutor(1) as elsewhere:  # this thread's loop belongs to pytest-asyncio
        elsewhere.submit(asyncio.run, create_database(url, name)).result()
    return f"{url}/{name}"


def upgrade(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def test_events_move_to_streams_and_none_is_lost(empty_database: str) -> None:
    """What a server wrote before streams: two shows, one of them without events, and calls under a show of make-believe."""
    begun = create_async_engine(empty_database)
    async with begun.begin() as connection:
        await connection.run_sync(upgrade, "0008")
        for show, seq in (("a", 3), ("b", 0), ("-calls-", 2)):
            await connection.execute(
                text("INSERT INTO shows (id, title, brand, state, poster, unlisted, key, created_ms, seq, epoch, stream_ms, shop)"
                     " VALUES (:show, 'T', '', 'draft', '', false, 'k', 5, :seq, 0, 0, '{}')"),
                {"show": show, "seq": seq},
            )  # fmt: skip
        for show, seq in (("a", 1), ("a", 2), ("a", 3), ("-calls-", 1), ("-calls-", 2)):
            await connection.execute(
                text("INSERT INTO events (show, seq, at_ms, media_ms, actor, type, audience, data, token) "
                     "VALUES (:show, :seq, :at, 7, 'desk', 'show.paused', 'public', '{\"type\":\"show.paused\"}', 't')"),
                {"show": show, "seq": seq, "at": 100 + seq},
            )  # fmt: skip
    await begun.dispose()
    engine = await open_database(empty_database)
    async with engine.connect() as connection:
        streams = (await connection.execute(text("SELECT id, show, seq FROM streams ORDER BY id"))).all()
        events = (
            await connection.execute(text("SELECT stream, seq, at_ms, actor, token FROM events ORDER BY stream, seq"))
        ).all()
        left = (await connection.execute(text("SELECT id FROM shows ORDER BY id"))).scalars().all()
    assert [tuple(row) for row in streams] == [(tables.BRAND, None, 2), ("a", "a", 3), ("b", "b", 0)]
    assert [tuple(row) for row in events] == [
        *((tables.BRAND, seq, 100 + seq, "desk", "t") for seq in (1, 2)),
        *(("a", seq, 100 + seq, "desk", "t") for seq in (1, 2, 3)),
    ]
    assert left == ["a", "b"]
    log = EventLog(engine, Broker(), ManualClock())
    log.start()
    assert [(await log.append(stream, "", 0, [ShowPaused()]))[0].seq for stream in ("a", "b", tables.BRAND)] == [4, 1, 3]
    await log.close()
    await engine.dispose()
