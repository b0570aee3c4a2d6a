#!/usr/bin/env bash
# SQLAlchemy over aiosqlite: a statement whose task is cancelled twice leaves a task that never ends, and dispose() returns while
# the connection's thread still works.
#
# What: cancelled in the middle of a statement, SQLAlchemy closes the connection in a task of its own (shielded). Cancelled once
#   more (a timeout within a timeout, a server that shuts down), it calls Connection.stop() as well. aiosqlite's thread ends at the
#   first stop; the closing task then asks for a second one, which nobody answers: it waits for ever. engine.dispose() waits for
#   neither. If the loop ends first, the thread raises "Event loop is closed" where nobody can catch it.
# Versions: SQLAlchemy 2.1.9, aiosqlite 0.22.1.
# Seen on 2026-12-01: cancelled once: tasks left 0, thread at work after dispose() False; twice: tasks left 1, at work True.
# Why it matters: "Task was destroyed but it is pending" and uncaught exceptions in threads, now and then, when a server stops
#   under load. Keep the first future of stop(), and join the threads after dispose().
# Needs: Debian package python3-venv.
set -euo pipefail
python3 -c "import ensurepip" 2>/dev/null || { echo "skipped: needs the Debian package python3-venv"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -qq --disable-pip-version-check install "sqlalchemy[asyncio]==2.1.9" aiosqlite==0.22.1
cd "$work"
"$work/venv/bin/python" - <<'PY'
import asyncio
import sys
import threading

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

LONG = text("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 8000000) SELECT count(*) FROM n")


async def cancelled(times):
    engine = create_async_engine("sqlite+aiosqlite:///a.sqlite")
    asking = asyncio.Event()

    async def ask():
        async with engine.connect() as connection:
            asking.set()
            await connection.execute(LONG)

    task = asyncio.create_task(ask())
    await asking.wait()
    await asyncio.sleep(0.1)  # by now the thread is at it
    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0)
    await asyncio.wait([task])
    await engine.dispose()
    threads = [one for one in threading.enumerate() if one is not threading.main_thread()]
    for one in threads:
        one.join(0.1)  # what only has to return has done so by then; the statement takes about a second
    alive = any(one.is_alive() for one in threads)
    for one in threads:
        await asyncio.to_thread(one.join)
    for _ in range(20):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for one in left:
        one.cancel()
    return len(left), alive


found = [asyncio.run(cancelled(times)) for times in (1, 2)]
print("tasks left, thread alive after dispose():", found)
if found != [(0, False), (1, True)]:
    sys.exit("CHANGED")
print("as stated")
PY
