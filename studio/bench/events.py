"""The event log: how fast it is written, and how a page joins a show that has a million of them."""

import asyncio
import time

from sqlalchemy import insert

from studio.bench import stage
from studio.bench.report import Row, percentile
from studio.clock import MonotonicClock
from studio.events import ProductUnpinned, encode
from studio.server.broker import Broker
from studio.server.config import sqlite_url
from studio.server.db import shows, tables
from studio.server.db.engine import open_database, writing
from studio.server.event_log import EventLog
from studio.server.live.show import LiveShow

MILLION = 1_000_000
JOINS = 50
WRITERS = 200
SHOW = {"id": "bench", "title": "Bench", "brand": "", "state": "draft", "key": "k", "created_ms": 1, "poster": "", "shop": ""}


def run(seconds: float = 5.0) -> list[Row]:
    """Write for `seconds`, fill up to a million, join."""
    return asyncio.run(_run(seconds))


async def _run(seconds: float) -> list[Row]:
    clock = MonotonicClock()
    with stage.folder() as folder:
        engine = await open_database(sqlite_url(folder / "bench.sqlite"))
        async with writing(engine).begin() as connection:
            await shows.create(connection, SHOW)
        log = EventLog(engine, Broker(), clock)
        log.start()
        rate = await _write(log, seconds)
        await log.close()
        async with writing(engine).begin() as connection:
            data = encode(ProductUnpinned(product="oil")).decode()
            first = log.stored + 1
            row = {"stream": "bench", "at_ms": 1, "media_ms": 0, "actor": "", "type": "product.unpinned", "audience": "public"}
            for start in range(first, MILLION + 1, 20_000):
                rows = [row | {"seq": seq, "data": data} for seq in range(start, min(start + 20_000, MILLION + 1))]
                await connection.execute(insert(tables.events), rows)
            await connection.execute(tables.streams.update().values(seq=MILLION))
        waits = await _join(EventLog(engine, Broker(), clock), engine, clock)
        await engine.dispose()
    return [
        Row(name="events written a second, SQLite", value=rate, unit="", least=2000),
        Row(name="events in the log", value=MILLION, unit=""),
        Row(name="a page joins: show, welcome, 100 events missed, p50", value=percentile(waits, 50), unit="ms", most=30),
        Row(name="a page joins, p95", value=percentile(waits, 95), unit="ms"),
    ]


async def _write(log: EventLog, seconds: float) -> float:
    """Many at once, as in a show: each waits until its own event is on the disk."""
    end = time.monotonic() + seconds

    async def write() -> int:
        count = 0
        while time.monotonic() < end:
            await log.append("bench", "bench", 0, [ProductUnpinned(product="oil")])
            count += 1
        return count

    begun = time.monotonic()
    counts = await asyncio.gather(*(write() for _ in range(WRITERS)))
    return sum(counts) / (time.monotonic() - begun)


async def _join(log: EventLog, engine: object, clock: MonotonicClock) -> list[float]:
    from studio.server.db import shows as show_rows

    waits = []
    for _ in range(JOINS):
        begun = time.monotonic()
        async with engine.connect() as connection:  # type: ignore[attr-defined]
            row = await show_rows.load(connection, "bench")
        assert row is not None
        live = LiveShow(row, log, Broker(), clock, engine)  # type: ignore[arg-type]
        await live.load()
        missed = await live.feed.since(MILLION - 100, 100)
        assert len(missed) == 100
        waits.append((time.monotonic() - begun) * 1000)
    return waits
