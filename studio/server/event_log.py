"""The event log: append-only, by stream, which is a show or the whole brand; `seq` without gaps, one writer that groups what
arrives together.

`seq` comes from `UPDATE streams SET seq = seq + n … RETURNING` in the same transaction as the tables the events are
about, so neither can exist without the other. Readers are woken empty-handed and fetch what is newer than they have.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio import events
from studio.clock import Clock
from studio.events import AnyEvent, Logged
from studio.server import faults
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
    stream: str
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
        self.token_of: Callable[[str], str] = lambda client: ""
        """The id of the token that a desktop came with."""

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
        self, stream: str, actor: str, media_ms: int, new: Sequence[AnyEvent], change: Change | None = None
    ) -> list[Logged]:
        """Store `new` events and run `change` in the same transaction; returns them with their `seq`.

        When `change` raises, nothing of this call is stored and the error comes back; others are not touched.
        """
        request = _Request(stream, actor, media_ms, new, change)
        await self._waiting.put(request)
        return await request.done

    async def since(self, stream: str, seq: int, limit: int = 500) -> list[Logged]:
        """Events newer than `seq`, oldest first."""
        return await self._read(_events_of(stream).where(tables.events.c.seq > seq).limit(limit))

    async def of_type(self, stream: str, kind: str, limit: int = 5000) -> list[Logged]:
        """The first events of a type."""
        return await self._read(_events_of(stream).where(tables.events.c.type == kind).limit(limit))

    async def _read(self, query: Select[Any]) -> list[Logged]:
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
        by_stream: dict[str, list[_Request]] = {}
        for request in group:
            by_stream.setdefault(request.stream, []).append(request)
        written: list[tuple[_Request, list[Logged]]] = []
        try:
            async with writing(self._engine).begin() as connection:
                for stream, requests in by_stream.items():
                    try:
                        async with connection.begin_nested():
                            written += await self._write_stream(connection, stream, requests)
                    except Exception as error:  # such as a stream that is not there: it is these callers' to handle
                        if isinstance(faults.known(error), faults.DiskFull | faults.DatabaseAway):
                            raise  # the whole transaction is over: SQLite has ended it, or its connection is gone
                        for request in requests:
                            _refuse(request, error)
        except Exception as error:  # the commit failed (disk full, server gone): nobody's events are stored
            log.error("events could not be stored: %s", faults.place_of(error))
            for request in group:
                _refuse(request, error)
            return
        for request, logged in written:
            self.stored += len(logged)
            if not request.done.done():
                request.done.set_result(logged)
        for stream in {request.stream for request, logged in written if logged}:
            self._broker.wake(stream)

    async def _write_stream(
        self, connection: AsyncConnection, stream: str, requests: list[_Request]
    ) -> list[tuple[_Request, list[Logged]]]:
        """First what the events are about, each on its own; then the events of those that succeeded, all at once."""
        done = []
        for request in requests:
            try:
                if request.change is not None:
                    async with connection.begin_nested():
                        await request.change(connection)
            except Exception as error:  # whatever one request's change raises is that caller's to handle
                _refuse(request, error)
            else:
                done.append(request)
        count = sum(len(request.events) for request in done)
        seq = await self._take_numbers(connection, stream, count) if count else 0
        at_ms = self._clock.wall_ms()
        written, rows = [], []
        for request in done:
            logged = [
                Logged(seq=seq + number, at_ms=at_ms, media_ms=request.media_ms, actor=request.actor, data=data)
                for number, data in enumerate(request.events, start=1)
            ]
            seq += len(logged)
            written.append((request, logged))
            rows += [_row(stream, item, self.token_of(item.actor)) for item in logged]
        if rows:
            await connection.execute(insert(tables.events), rows)
        return written

    async def _take_numbers(self, connection: AsyncConnection, stream: str, count: int) -> int:
        """The number before the first of `count` new ones."""
        streams = tables.streams
        bump = update(streams).where(streams.c.id == stream).values(seq=streams.c.seq + count).returning(streams.c.seq)
        return int((await connection.execute(bump)).scalar_one()) - count


def _row(stream: str, item: Logged, token: str) -> dict[str, Any]:
    return {
        "token": token,
        "stream": stream,
        "seq": item.seq,
        "at_ms": item.at_ms,
        "media_ms": item.media_ms,
        "actor": item.actor,
        "type": events.type_of(item.data),
        "audience": item.audience,
        "data": events.encode(item.data).decode(),
    }


def _events_of(stream: str) -> Select[Any]:
    columns = tables.events.c
    found = select(columns.seq, columns.at_ms, columns.media_ms, columns.actor, columns.data)
    return found.where(columns.stream == stream).order_by(columns.seq)


def _refuse(request: _Request, error: Exception) -> None:
    """Tell the caller, unless it knows already or has given up."""
    if not request.done.done():
        request.done.set_exception(error)
