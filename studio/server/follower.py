"""Somebody who must miss no event: reads all streams, each in its order and each event once, also after a crash."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.events import Logged
from studio.server.broker import Broker
from studio.server.db import tables
from studio.server.db.engine import writing
from studio.server.event_log import EventLog
from studio.server.faults import place_of

log = logging.getLogger(__name__)

AT_ONCE = 500
RETRY_S = 1.0
Take = Callable[[AsyncConnection, str, Sequence[Logged]], Awaitable[None]]


class Follower:
    """`take(connection, stream, events)` writes what follows from new events by that connection alone, in the transaction that
    moves the cursor: either both are stored or neither. (Events of its own it must append later: the log would wait for this
    transaction, and it for the log.) When it raises, the same events come again after `RETRY_S`; other streams go on.

    A follower of a new `name` begins with the oldest event there is. On the server's loop.
    """

    def __init__(self, name: str, engine: AsyncEngine, log_: EventLog, broker: Broker, take: Take) -> None:
        self._name = name
        self._engine = engine
        self._log = log_
        self._broker = broker
        self._take = take
        self._woken = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None
        self._unfollow: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin where it was left."""
        self._unfollow = self._broker.follow_all(self._woken.set)
        self._woken.set()
        self._task = asyncio.create_task(self._run(), name=f"follower-{self._name}")

    async def close(self) -> None:
        """End after what is being taken now."""
        self._unfollow()
        self._closing = True
        self._woken.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def behind(self) -> dict[str, int]:
        """By stream, how many events have not been taken; streams where there are none are left out."""
        return {stream: until - seq for stream, (seq, until) in (await self._left()).items()}

    async def _left(self) -> dict[str, tuple[int, int]]:
        """By stream, up to where events were taken, and where there are any."""
        streams, followers = tables.streams.c, tables.followers.c
        mine = (followers.stream == streams.id) & (followers.name == self._name)
        seq = func.coalesce(followers.seq, 0)
        query = select(streams.id, seq, streams.seq).outerjoin(tables.followers, mine).where(streams.seq > seq)
        async with self._engine.connect() as connection:
            return {stream: (int(before), int(until)) for stream, before, until in (await connection.execute(query)).all()}

    async def _run(self) -> None:
        while not self._closing:
            await self._woken.wait()
            self._woken.clear()
            if not await self._follow() and not self._closing:
                self._woken.set()
                await asyncio.sleep(RETRY_S)

    async def _follow(self) -> bool:
        """Take what there is; whether all of it could be taken. What one stream's events lead to holds up no other."""
        whole = True
        try:
            left = await self._left()
        except Exception as error:  # the database may be away for a moment
            log.error("%s could not follow: %s", self._name, place_of(error))
            return False
        for stream, (_, until) in left.items():
            try:
                while not self._closing and await self._advance(stream, until):
                    pass
            except Exception as error:  # they come again
                log.error("%s could not follow: %s", self._name, place_of(error))
                whole = False
        return whole

    async def _advance(self, stream: str, until: int) -> bool:
        """Take the next events of a stream, which has some up to `until`; whether there may be more."""
        async with self._engine.connect() as connection:
            seq = await self._cursor(connection, stream)
        new = await self._log.since(stream, seq or 0, AT_ONCE)
        if not new and until <= (seq or 0):
            return False
        async with writing(self._engine).begin() as connection:
            if not await self._move(connection, stream, seq, new[-1].seq if new else until):
                return True  # another server of the same database was faster
            if new:  # else retention has deleted what there was
                await self._take(connection, stream, new)
        return len(new) == AT_ONCE

    async def _cursor(self, connection: AsyncConnection, stream: str) -> int | None:
        columns = tables.followers.c
        query = select(columns.seq).where(columns.name == self._name, columns.stream == stream)
        return (await connection.execute(query)).scalar()

    async def _move(self, connection: AsyncConnection, stream: str, before: int | None, now: int) -> bool:
        """Whether the cursor still was where we found it, and is moved."""
        columns = tables.followers.c
        if before is None:
            await connection.execute(insert(tables.followers).values(name=self._name, stream=stream, seq=now))
            return True
        mine = columns.name == self._name, columns.stream == stream, columns.seq == before
        return (await connection.execute(update(tables.followers).where(*mine).values(seq=now))).rowcount == 1
