"""The database: at its newest version however it got there."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, String, create_engine, insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeEngine

from studio.server.config import sqlite_url
from studio.server.db import catalogue as catalogue_rows
from studio.server.db import engine as engine_module
from studio.server.db import tables
from studio.server.db.columns import String as OurString
from studio.server.db.engine import HEAD, open_database
from tests.fakes import TIMEOUT_S

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
    row = {"show": "nobody's", "seq": 1, "at_ms": 1, "media_ms": 0, "actor": "", "type": "x", "audience": "public", "data": "{}"}
    with pytest.raises(IntegrityError):
        async with engine.begin() as connection:
            await connection.execute(insert(tables.events).values(row))
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
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with older.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
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
