"""Forgets what the brand does not want to keep, once an hour: events, words, and what visitors did."""

import asyncio
import logging

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.server.config import Retention
from studio.server.db import tables
from studio.server.db.engine import writing
from studio.show.price_claim import DAY_MS

log = logging.getLogger(__name__)

EVERY_S = 3600.0


async def keep(engine: AsyncEngine, retention: Retention, clock: Clock) -> None:
    """Forget once an hour. Runs until it is cancelled."""
    while True:
        try:
            for what, count in (await forget(engine, retention, clock.wall_ms())).items():
                if count:
                    log.info("%d rows of %s were deleted, which is as long as they are kept", count, what)
        except Exception:  # the database is busy or away: the next hour will do
            log.exception("what is old could not be deleted")
        await asyncio.sleep(EVERY_S)


async def forget(engine: AsyncEngine, retention: Retention, now_ms: int) -> dict[str, int]:
    """Delete what is older than it may be; how much there was of each."""
    gone: dict[str, int] = {}
    wanted: list[tuple[str, ColumnElement[bool]]] = []
    if days := retention.events_days:
        wanted.append(("events", tables.events.c.show.in_(_ended(now_ms - days * DAY_MS))))
    if days := retention.chat_days:
        shows = _ended(now_ms - days * DAY_MS)
        wanted += [("chat_lines", tables.chat_lines.c.show.in_(shows)), ("bans", tables.bans.c.show.in_(shows))]
        wanted.append(("votes", tables.votes.c.show.in_(shows)))
    if days := retention.visitors_days:
        before_ms = now_ms - days * DAY_MS
        wanted += [("visits", tables.visits.c.at_ms < before_ms), ("visitors", tables.visitors.c.seen_ms < before_ms)]
    if days := retention.calls_days:
        wanted.append(("calls", tables.calls.c.ended_ms < now_ms - days * DAY_MS))
        wanted.append(("bookings", tables.bookings.c.ends_ms < now_ms - days * DAY_MS))
    wanted.append(("call_blocks", tables.call_blocks.c.until_ms < now_ms))
    for name, which in wanted:
        async with writing(engine).begin() as connection:
            gone[name] = int((await connection.execute(delete(tables.metadata.tables[name]).where(which))).rowcount)
    return gone


def _ended(before_ms: int) -> Select[tuple[str]]:
    shows = tables.shows.c
    return select(shows.id).where(shows.state == "ended", shows.ended_at_ms < before_ms)
