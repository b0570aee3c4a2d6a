"""Opens the database and brings it to the newest version."""

import contextlib
import logging
import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, event, inspect, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from studio.errors import InvalidValue, StudioError
from studio.server.db.threads import Threads
from studio.server.faults import SQLITE_FULL

BUSY_MS, LET_GO_MS = 5000, 200
POOL = 15
"""Connections that stay open: one that is opened for a question and closed again takes longer than the question."""
PRAGMAS = "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", f"busy_timeout={BUSY_MS}"
log = logging.getLogger(__name__)

HEAD = "0014"
"""The newest migration; a test compares it with the folder, so that Alembic is only imported when there is work."""


async def open_database(url: str) -> AsyncEngine:
    """The engine for `url` (`sqlite+aiosqlite:///file` or `postgresql+asyncpg://…`), migrated.

    SQLite runs in WAL mode with full sync: what was answered is on the disk.
    """
    file = make_url(url).database
    if file and make_url(url).get_backend_name() == "sqlite":
        try:
            keep_private(Path(file))
        except OSError as error:
            raise unopened(file, error.strerror or str(error)) from None
    engine = create_async_engine(url, pool_size=POOL, max_overflow=0)
    if engine.dialect.name == "sqlite":
        Threads().watch(engine.sync_engine)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        event.listen(engine.sync_engine, "handle_error", _remember_full, retval=True)
    try:
        async with writing(engine).begin() as connection:
            await connection.run_sync(_migrate)
    except Exception as error:
        await engine.dispose()
        raise _understood(error, url) or error from None
    except BaseException:
        await engine.dispose()
        raise
    return engine


def unopened(what: object, problem: str) -> InvalidValue:
    """A database that cannot be opened, in one line."""
    text = "The database {path} cannot be opened ({problem}): name another one, or make its folder"
    return InvalidValue(text, field="database", path=str(what), problem=problem)


def _understood(error: Exception, url: str) -> StudioError | None:
    shown = make_url(url)
    what = shown.database if shown.get_backend_name() == "sqlite" else shown.render_as_string(hide_password=True)
    if isinstance(error, DatabaseError | OSError):
        cause = getattr(error, "orig", None) or error
        return unopened(what, str(cause).splitlines()[0] if str(cause) else type(cause).__name__)
    if type(error).__module__.startswith("alembic") and "revision" in str(error):
        return InvalidValue("The database {path} was made by a newer Vitrine: update this one", field="database", path=what)
    if type(error).__module__.startswith("asyncpg"):
        return unopened(what, str(error).splitlines()[0])
    return None


def _prepare_sqlite(connection: DBAPIConnection, record: object) -> None:
    connection.isolation_level = None  # the driver's own idea of transactions loses savepoints; we begin them ourselves
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _remember_full(context: ExceptionContext) -> BaseException | None:
    """SQLite ends the whole transaction when the disk is full; leaving the savepoint then fails in words of its own, with which
    the reason would be lost."""
    error = context.original_exception
    if context.connection is None or not isinstance(error, sqlite3.OperationalError):
        return None
    info = context.connection.info
    if SQLITE_FULL in str(error):
        info[SQLITE_FULL] = True
    elif "no such savepoint" in str(error) and info.pop(SQLITE_FULL, False):
        return sqlite3.OperationalError(SQLITE_FULL)
    return None


def writing(engine: AsyncEngine) -> AsyncEngine:
    """`engine` for transactions that write: in SQLite they take the write lock at once, while readers never take it."""
    return engine.execution_options(writing=True)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writing") else "BEGIN")


def keep_private(file: Path) -> None:
    """In the database are secrets and people's words: nobody else on this machine may read it, or what SQLite keeps beside."""
    if os.name != "posix":
        return
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    for path in (file, *(file.with_name(file.name + ending) for ending in ("-wal", "-shm", "-journal"))):
        with contextlib.suppress(FileNotFoundError, PermissionError):
            path.chmod(0o600)


async def let_go(engine: AsyncEngine) -> None:
    """What was deleted is overwritten in the file (`secure_delete`) once the log before it has been taken in: do so now. Where
    somebody reads an older state it waits for the next time."""
    if engine.dialect.name != "sqlite":
        return
    async with engine.connect() as connection:  # no transaction begins: a checkpoint cannot be in one
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        for pragma in (f"busy_timeout={LET_GO_MS}", "wal_checkpoint(TRUNCATE)", f"busy_timeout={BUSY_MS}"):
            await (await driver.execute(f"PRAGMA {pragma}")).close()


def _migrate(connection: Connection) -> None:
    if inspect(connection).has_table("alembic_version"):
        version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if version == HEAD:
            return
        log.info("migrating the database from %s to %s", version, HEAD)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
