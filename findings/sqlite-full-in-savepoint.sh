#!/usr/bin/env bash
# A full disk inside a SAVEPOINT: SQLAlchemy over aiosqlite says "no such savepoint", and what is written next is kept for ever.
#
# What: with SQLITE_FULL, SQLite rolls the WHOLE transaction back by itself, the savepoint with it. SQLAlchemy then sends
#   ROLLBACK TO SAVEPOINT, which fails with "no such savepoint", and that is what the caller gets. Over the plain sqlite3 driver
#   the reason is still in the chain of __context__; over aiosqlite ("sqlite+aiosqlite://") it is nowhere. And SQLAlchemy
#   believes itself in its transaction still: who catches the error of the nested block and goes on writes outside of any, and
#   a rollback of the outer block does not take that back.
# Versions: sqlalchemy 2.1.9, aiosqlite 0.22.1, greenlet 3.5.6, SQLite 3.40.1 (Python 3.11), with the event listeners that
#   SQLAlchemy's documentation gives for savepoints. The disk is full by PRAGMA max_page_count: the same code, and harmless.
# Seen on 2026-11-29:
#   without a savepoint, aiosqlite     database or disk is full
#   in a savepoint, sqlite3            no such savepoint <- database or disk is full
#   in a savepoint, aiosqlite          no such savepoint
#   in a transaction: before True, after the error False
#   first, [full], after, then rolled back: there is ['after']
# Why it matters: logs blame savepoints while the disk is full, and "all or nothing" is neither. A listener of SQLAlchemy's
#   "handle_error" sees the first error as it passes; after it, leave the whole transaction.
# Needs: python3.11 or later with venv (on Debian: python3-venv).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -c "import ensurepip" 2>/dev/null || { echo "skipped: needs the Debian package python3-venv"; exit 77; }
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -qq --disable-pip-version-check install \
  "sqlalchemy[asyncio]==2.1.9" aiosqlite==0.22.1 greenlet==3.5.6 typing_extensions==4.16.0
cat >"$work/full.py" <<'PY'
import asyncio
import sqlite3
from pathlib import Path
from tempfile import mkdtemp

import sqlalchemy
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

FIRST, AFTER = (text(f"INSERT INTO t VALUES ('{word}')") for word in ("first", "after"))
BIG = text("INSERT INTO t VALUES (zeroblob(100000))")


def prepared(engine):
    """As SQLAlchemy's documentation has it for savepoints; a table in a file with room for one page more."""

    @event.listens_for(engine, "connect")
    def connect(connection, record):
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection):
        connection.exec_driver_sql("BEGIN")

    return engine


def database(driver):
    return f"sqlite+{driver}:///{mkdtemp(dir=Path(__file__).parent)}/a.sqlite"


def limit(connection):
    connection.exec_driver_sql("CREATE TABLE t (x)")
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 1}")


def chain(error):
    said = []
    while error is not None:
        if not isinstance(error, OperationalError):  # SQLAlchemy's own wrap the driver's
            said.append(str(error).split(": sa_")[0])
        error = error.__context__
    return " <- ".join(said)


def plain():
    engine = prepared(create_engine(database("pysqlite")))
    with engine.connect() as connection:
        limit(connection)
        connection.commit()
        try:
            with connection.begin():
                connection.execute(FIRST)
                with connection.begin_nested():
                    connection.execute(BIG)
        except OperationalError as error:
            return chain(error)
        finally:
            engine.dispose()


async def over_aiosqlite():
    engine = create_async_engine(database("aiosqlite"))
    prepared(engine.sync_engine)
    async with engine.connect() as connection:
        await connection.run_sync(limit)
        await connection.commit()
        driver = (await connection.get_raw_connection()).driver_connection
        try:
            async with connection.begin():
                await connection.execute(BIG)
        except OperationalError as error:
            yield "without a savepoint, aiosqlite", chain(error)
        yield "in a savepoint, sqlite3", plain()
        outer = await connection.begin()
        await connection.execute(FIRST)
        before = driver.in_transaction
        try:
            async with connection.begin_nested():
                await connection.execute(BIG)
        except OperationalError as error:
            yield "in a savepoint, aiosqlite", chain(error)
        yield "in a transaction", f"before {before}, after the error {driver.in_transaction}"
        await connection.execute(AFTER)
        await outer.rollback()
        kept = (await connection.execute(text("SELECT x FROM t"))).scalars().all()
        yield "first, [full], after, then rolled back", f"there is {kept}"
    await engine.dispose()


STATED = [
    "database or disk is full",
    "no such savepoint <- database or disk is full",
    "no such savepoint",
    "before True, after the error False",
    "there is ['after']",
]


async def main():
    print(f"here: sqlalchemy {sqlalchemy.__version__}, SQLite {sqlite3.sqlite_version}")
    seen = [row async for row in over_aiosqlite()]
    for what, said in seen:
        print(f"{what}: {said}")
    if [said for _, said in seen] != STATED:
        raise SystemExit(f"CHANGED: was {STATED}")
    print("as stated")


asyncio.run(main())
PY
"$work/venv/bin/python" "$work/full.py"
