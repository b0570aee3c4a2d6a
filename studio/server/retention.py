"""Forgets what the brand does not want to keep, once an hour: events, words, and what visitors did."""

import asyncio
import logging

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.server import faults
from studio.server.config import Retention
from studio.server.db import clients, personal, tables
from studio.server.db.engine import let_go, writing
from studio.show.price_claim import DAY_MS

log = logging.getLogger(__name__)

EVERY_S = 3600.0
CLIENTS_MS = 90 * DAY_MS
"""How long a desktop that does not come back belongs to its token."""
DAYS: tuple[personal.Days, ...] = ("chat_days", "visitors_days", "calls_days")


async def purge_loop(engine: AsyncEngine, retention: Retention, clock: Clock) -> None:
    """Forget once an hour. Runs until it is cancelled."""
    while True:
        try:
            for what, count in (await forget(engine, retention, clock.wall_ms())).items():
                if count:
                    log.info("%d rows of %s were deleted, which is as long as they are kept", count, what)
        except Exception as error:  # the database is busy or away: the next hour will do
            log.warning("what is old could not be deleted: %s", faults.place_of(error))
        await asyncio.sleep(EVERY_S)


async def forget(engine: AsyncEngine, retention: Retention, now_ms: int) -> dict[str, int]:
    """Delete what is older than it may be; how much there was of each."""
    gone: dict[str, int] = {}
    if days := retention.events_days:
        async with writing(engine).begin() as connection:
            old = tables.events.c.stream.in_(personal.ended(now_ms - days * DAY_MS))
            gone["events"] = (await connection.execute(delete(tables.events).where(old))).rowcount
    for name in DAYS:
        if days := getattr(retention, name):
            async with writing(engine).begin() as connection:
                gone |= await personal.expire(connection, name, now_ms - days * DAY_MS)
    async with writing(engine).begin() as connection:
        gone |= await personal.expire(connection, "due", now_ms)
        await personal.forget_addresses(connection, now_ms)
        await clients.sweep(connection, now_ms - CLIENTS_MS)
    await let_go(engine)
    return gone
