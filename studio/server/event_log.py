"""The show's event log: append-only, `seq` without gaps, one writer that groups what arrives together.

`seq` comes from `UPDATE shows SET seq = seq + n … RETURNING` in the same transaction as the tables the events are
about, so neither can exist without the other. Readers are woken empty-handed and fetch what is newer than they have.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio import events
from studio.clock import Clock
from studio.events import AnyEvent, Logged
from studio.server.broker import Broker
from studio.server.db import tables
from studio.server.db.engine import writing

log = logging.getLogger(__name__)

GROUP_S = 0.010
"""How long the writer waits for company (one by one SQLite ends at 280 transactions a second)."""
MOST_IN_GROUP = 500

Change = Callable[[AsyncConnection], Awaitable[None]]


@dataclass
class _Request:
    show: str
    actor: str
    media_ms: int
    events: Sequence[AnyEvent]
    change: Change | None
    done: asyncio.Future[list[Logged]] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class EventLog:
    """Appends and reads events. `start` and `close` on the server's loop."""

    def __init__(self, engine: AsyncEngine, broker: Broker, clock: Clock) -> None:
        self._engine = engine
        self._broker = broker
        self._clock = clock
        self._waiting: asyncio.Queue[_Request | None] = asyncio.Queue(10_000)
        self._task: asyncio.Task[None] | None = None
        self.stored = 0
        """Events, since the server began."""

    @property
    def waiting(self) -> int:
        """Appends that are not stored yet."""
        return self._waiting.qsize()

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run(), name="event-log")

    async def close(self) -> None:
        """Write what waits, then stop."""
        if self._task is not None:
            await self._waiting.put(None)
            await self._task
            self._task = None

    async def append(
        self, show: str, actor: str, media_ms: int, new: Sequence[AnyEvent], change: Change | None = None
    ) -> list[Logged]:
        """Store `new` events and run `change` in the same transaction; returns them with their `seq`.

        When `change` raises, nothing of this call is stored and the error comes back; others are not touched.
        """
        request = _Request(show, actor, media_ms, new, change)
        await self._waiting.put(request)
        return await request.done

    async def since(self, show: str, seq: int, limit: int = 500) -> list[Logged]:
        """Events newer than `seq`, oldest first."""
        columns = tables.events.c
        query = (
            select(columns.seq, columns.at_ms, columns.media_ms, columns.actor, columns.data)
            .where(columns.show == show, columns.seq > seq)
            .order_by(columns.seq)
            .limit(limit)
        )
        async with self._engine.connect() as connection:
            rows = (await connection.execute(query)).all()
        return [
            Logged(seq=row.seq, at_ms=row.at_ms, media_ms=row.media_ms, actor=row.actor, data=events.decode(row.data))
            for row in rows
        ]

    async def _run(self) -> None:
        while (first := await self._waiting.get()) is not None:
            group = [first]
            await asyncio.sleep(GROUP_S)
            while len(group) < MOST_IN_GROUP and not self._waiting.empty():
                request = self._waiting.get_nowait()
                if request is None:
                    await self._write(group)
                    return
                group.append(request)
            await self._write(group)

    async def _write(self, group: list[_Request]) -> None:
        written: list[tuple[_Request, list[Logged]]] = []
        try:
            async with writing(self._engine).begin() as connection:
                for request in group:
                    try:
                        async with connection.begin_nested():
                            logged = await self._insert(connection, request)
                    except Exception as error:  # whatever one request's change raises is that caller's to handle
                        _refuse(request, error)
                    else:
                        written.append((request, logged))
        except Exception as error:  # the commit failed (disk full, server gone): nobody's events are stored
            log.exception("events could not be stored")
            for request in group:
                _refuse(request, error)
            return
        for request, logged in written:
            self.stored += len(logged)
            if not request.done.done():
                request.done.set_result(logged)
        for show in {request.show for request, logged in written if logged}:
            self._broker.wake(show)

    async def _insert(self, connection: AsyncConnection, request: _Request) -> list[Logged]:
        if request.change is not None:
            await request.change(connection)
        if not request.events:
            return []
        shows = tables.shows
        count = len(request.events)
        bump = update(shows).where(shows.c.id == request.show).values(seq=shows.c.seq + count).returning(shows.c.seq)
        newest = (await connection.execute(bump)).scalar_one()
        at_ms = self._clock.wall_ms()
        logged = [
            Logged(seq=newest - count + 1 + number, at_ms=at_ms, media_ms=request.media_ms, actor=request.actor, data=data)
            for number, data in enumerate(request.events)
        ]
        await connection.execute(
            insert(tables.events),
            [
                {
                    "show": request.show,
                    "seq": item.seq,
                    "at_ms": item.at_ms,
                    "media_ms": item.media_ms,
                    "actor": item.actor,
                    "type": events.type_of(item.data),
                    "audience": item.audience,
                    "data": events.encode(item.data).decode(),
                }
                for item in logged
            ],
        )
        return logged


def _refuse(request: _Request, error: Exception) -> None:
    """Tell the caller, unless it knows already or has given up."""
    if not request.done.done():
        request.done.set_exception(error)
