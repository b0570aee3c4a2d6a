"""SQLite's threads: gone when the database is closed, whatever was cancelled."""

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.server.config import sqlite_url
from studio.server.db import threads as module
from studio.server.db.engine import open_database
from tests.fakes import TIMEOUT_S

LONG = text("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT count(*) FROM n")


def working() -> set[threading.Thread]:
    return {one for one in threading.enumerate() if "_connection_worker_thread" in one.name}


async def ask(engine: AsyncEngine, begun: asyncio.Event) -> None:
    async with engine.connect() as connection:
        begun.set()
        await connection.execute(LONG)


@pytest.mark.parametrize("cancelled", [1, 2, 3])
async def test_a_statement_that_was_cancelled_is_over_when_the_database_is_closed(tmp_path: Path, cancelled: int) -> None:
    before = working()
    engine = await open_database(sqlite_url(tmp_path / "show.sqlite"))
    begun = asyncio.Event()
    asking = asyncio.create_task(ask(engine, begun))
    async with asyncio.timeout(TIMEOUT_S):
        await begun.wait()
        for _ in range(cancelled):
            asking.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([asking])
        await engine.dispose()
    assert working() == before


async def test_a_connection_that_was_being_opened_is_closed_too(tmp_path: Path) -> None:
    before = working()
    engine = await open_database(sqlite_url(tmp_path / "show.sqlite"))
    tasks = [asyncio.create_task(ask(engine, asyncio.Event())) for _ in range(8)]
    for _ in range(3):
        await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    async with asyncio.timeout(TIMEOUT_S):
        await asyncio.wait(tasks)
        await engine.dispose()
    assert working() == before


async def test_one_that_is_never_given_back_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "WAIT_S", 0.05)
    engine = await open_database(sqlite_url(tmp_path / "show.sqlite"))
    kept = await engine.connect()
    await engine.dispose()
    assert "was not given back" in caplog.text
    await kept.invalidate()
    await kept.close()
    monkeypatch.undo()
    await engine.dispose()
