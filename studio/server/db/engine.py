"""Opens the database and brings it to the newest version."""

import logging
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from studio.server.faults import SQLITE_FULL

log = logging.getLogger(__name__)

HEAD = "0007"
"""The newest migration; a test compares it with the folder, so that Alembic is only imported when there is work."""


async def open_database(url: str) -> AsyncEngine:
    """The engine for `url` (`sqlite+aiosqlite:///file` or `postgresql+asyncpg://…`), migrated.

    SQLite runs in WAL mode with full sync: what was answered is on the disk.
    """
    engine = create_async_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
        event.listen(engine.sync_engine, "handle_error", _remember_full, retval=True)
    try:
        async with writing(engine).begin() as connection:
            await connection.run_sync(_migrate)
    except BaseException:
        await engine.dispose()
        raise
    return engine


def _prepare_sqlite(connection: DBAPIConnection, record: object) -> None:
    connection.isolation_level = None  # the driver's own idea of transactions loses savepoints; we begin them ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
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
