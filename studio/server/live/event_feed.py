"""Brings a show's events to those who follow it: in order, each once, together when they come quickly."""

import asyncio
import itertools
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable

from studio.events import Logged
from studio.server.broker import Broker
from studio.server.event_log import EventLog
from studio.server.faults import place_of

log = logging.getLogger(__name__)

TAIL = 1000
RETRY_S = 0.25
GATHER, GATHER_MAX_S = 1.0, 0.25
WORTH_S = 0.002
"""Sending that took less than this is not worth gathering for."""
Prepare = Callable[[list[Logged]], Awaitable[Callable[[], None]]]


class EventFeed:
    """`prepare` is given new events and returns what sends them. After that it gathers for about as long as the sending took:
    the more there are to be told, the more goes into one message, and half of the time stays for everything else. On the
    server's loop."""

    def __init__(self, show: str, seq: int, log_: EventLog, broker: Broker, prepare: Prepare) -> None:
        self._show = show
        self._log = log_
        self._prepare = prepare
        self._tail: deque[Logged] = deque(maxlen=TAIL)
        self._delivered = seq
        self._woken = asyncio.Event()
        self._unfollow = broker.follow(show, self._woken.set)
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to deliver."""
        self._task = asyncio.create_task(self._run(), name=f"events-{self._show}")

    async def close(self) -> None:
        """Deliver no more. It ends by itself: cut off in the middle of a query, it would leave its connection behind."""
        self._closing = True
        self._woken.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        self._unfollow()

    @property
    def delivered(self) -> int:
        """`seq` of the newest event that went out to the sockets."""
        return self._tail[-1].seq if self._tail else self._delivered

    async def since(self, seq: int, limit: int) -> list[Logged]:
        """The next events after `seq`, up to the newest that was delivered; at most `limit`, whoever may see them."""
        if self._tail and self._tail[0].seq <= seq + 1:
            return list(itertools.islice((item for item in self._tail if item.seq > seq), limit))
        until = self.delivered
        return [item for item in await self._log.since(self._show, seq, limit) if item.seq <= until]

    async def _run(self) -> None:
        while not self._closing:
            await self._woken.wait()
            self._woken.clear()
            try:
                while new := await self._log.since(self._show, self.delivered):
                    send = await self._prepare(new)
                    begun_s = time.monotonic()
                    self._tail.extend(new)  # no pause between the two: who joins meanwhile must miss nothing, nor see it twice
                    send()
                    took_s = time.monotonic() - begun_s
                    if took_s > WORTH_S and not self._closing:
                        await asyncio.sleep(min(GATHER_MAX_S, GATHER * took_s))
            except Exception as error:  # the database may be away for a moment
                log.error("events could not be read: %s", place_of(error))
                await asyncio.sleep(RETRY_S)
                self._woken.set()
