"""Few at a time of one address: what is costly is answered in turn, so that a burst from there leaves the loop to all others."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

REST = 3
"""Times the work."""
REST_MAX_S = 0.1


class Turns:
    """`at_once` of one address at a time, 0: as many as come. While others of it wait, each turn is followed by a rest three
    times as long as the work was: a burst gets a quarter of the processor for each turn at most. Nobody is refused, and other
    addresses do not wait."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._gates: dict[str, tuple[asyncio.Semaphore, int]] = {}

    @contextlib.asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """While one of `address` is answered."""
        if not self._at_once:
            yield
            return
        gate, waiting = self._gates.get(address, (asyncio.Semaphore(self._at_once), 0))
        self._gates[address] = gate, waiting + 1
        try:
            await gate.acquire()
            begun_s = time.monotonic()
            try:
                yield
            finally:
                rest_s = min(REST_MAX_S, REST * (time.monotonic() - begun_s)) if self._gates[address][1] > self._at_once else 0.0
                asyncio.get_running_loop().call_later(rest_s, gate.release)
        finally:
            left = self._gates[address][1] - 1
            if left:
                self._gates[address] = gate, left
            else:
                del self._gates[address]
