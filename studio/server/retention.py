"""Forgets what the brand does not want to keep: the events of shows that ended long ago."""

import asyncio
import logging

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.server.config import Retention
from studio.server.db.engine import writing
from studio.server.db.tables import events, shows

log = logging.getLogger(__name__)

EVERY_S = 3600.0
DAY_MS = 24 * 3600 * 1000


async def keep(engine: AsyncEngine, retention: Retention, clock: Clock) -> None:
    """Forget once an hour. Runs until it is cancelled; ends at once when everything is kept."""
    while retention.events_days:
        try:
            if gone := await forget(engine, clock.wall_ms() - retention.events_days * DAY_MS):
                log.info("%d events of shows that ended more than %d days ago were deleted", gone, retention.events_days)
        except Exception:  # the database is busy or away: the next hour will do
            log.exception("old events could not be deleted")
        await asyncio.sleep(EVERY_S)


async def forget(engine: AsyncEngine, before_ms: int) -> int:
    """Delete the events of shows that ended before `before_ms` (Unix); how many there were."""
    old = select(shows.c.id).where(shows.c.state == "ended", shows.c.ended_at_ms < before_ms)
    async with writing(engine).begin() as connection:
        return int((await connection.execute(delete(events).where(events.c.show.in_(old)))).rowcount)
