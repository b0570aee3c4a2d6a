"""Looks at profiles again when it is time: they did something, a window of days slides on, or what a segment asks has changed."""

import asyncio
import logging
import time
from collections.abc import Callable

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.clock import Clock
from studio.relation.evaluate import in_segment
from studio.relation.robots import of_views
from studio.server import faults
from studio.server.db import profiles, rules
from studio.server.db.engine import writing
from studio.server.relation.book import Book
from studio.server.relation.people import Known, People

log = logging.getLogger(__name__)

AT_ONCE = 25
LOOK_S = 1.0
"""Between two looks; between two steps of one it rests as long as the step took: nobody who watches a show is to notice."""
RETRY_S = 5.0


class Recount:
    """Keeps who is in which segment, and when that next changes by itself. `moved` is told of segments whose sizes changed."""

    def __init__(self, engine: AsyncEngine, clock: Clock, book: Book, people: People) -> None:
        self.moved: Callable[[], None] = lambda: None
        self._moved = False
        self.looked_ms = 0
        """When nothing was due any more, last."""
        self._plan = ""
        self._engine = engine
        self._clock = clock
        self._book = book
        self._people = people

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            begun_s = time.monotonic()
            try:
                more = await self.step()
            except Exception as error:  # the database may be away for a moment
                log.error("segments could not be counted: %s", faults.place_of(error))
                await asyncio.sleep(RETRY_S)
                continue
            await asyncio.sleep(time.monotonic() - begun_s if more else LOOK_S)

    async def step(self) -> bool:
        """Look at the next profiles that are due; whether there may be more."""
        now_ms = self._clock.wall_ms()
        await self._follow_plan(now_ms)
        async with self._engine.connect() as connection:
            due = await profiles.due(connection, now_ms, AT_ONCE)
            known = [(row, await self._people.of_row(connection, row)) for row in due]
            before = await rules.segments_of_all(connection, [row["id"] for row in due]) if due else {}
        if due:
            async with writing(self._engine).begin() as connection:
                entered: list[rules.Row] = []
                for row, one in known:
                    was = before.get(row["id"], set())
                    now = await self._look(connection, row, one, now_ms)
                    if now is None or now == was:
                        continue
                    self._moved = True
                    await rules.leave(connection, row["id"], was - now)
                    entered += [{"segment": name, "profile": row["id"], "since_ms": now_ms} for name in sorted(now - was)]
                await rules.enter(connection, entered)
        more = len(due) == AT_ONCE
        if not more:
            self.looked_ms = now_ms
            if due or self._moved:
                self._moved = False
                self.moved()
        return more

    async def _follow_plan(self, now_ms: int) -> None:
        """Days are those of another zone, or a new version of ours counts otherwise: whoever was counted before is due."""
        plan, after = self._book.plan.digest, ""
        if plan == self._plan:
            return
        while True:
            async with writing(self._engine).begin() as connection:
                after = await profiles.due_after(connection, after, now_ms, plan)
            if not after:
                break
        self._plan = plan

    async def _look(self, connection: AsyncConnection, row: profiles.Row, known: Known, now_ms: int) -> set[str] | None:
        """Look at one; the segments that it is in. None: they did something meanwhile, or were forgotten."""
        book = self._book
        view = book.view(known.facts, known.agreed, at_ms=now_ms)
        now: set[str] = set()
        due_ms: int | None = None
        for segment in book.segments.values():
            verdict = in_segment(segment, view)
            if verdict.holds:
                now.add(segment.id)
            if verdict.due_ms is not None:
                due_ms = verdict.due_ms if due_ms is None else min(due_ms, verdict.due_ms)
        values = {
            "facts": msgspec.msgpack.encode(known.facts),
            "counted": known.counted,
            "version": row["version"] + 1,
            "due_ms": due_ms,
        }
        kind, why = of_views(max(known.facts.views.values(), default=0), known.facts.views_a_minute)
        if row["kind"] == "person" and not row["why"] and kind != "person":
            values |= {"kind": kind, "why": str(why)}
        return now if await profiles.looked_at(connection, row, values) else None
