"""Tells studios a branch of the brand's state that the database has: what somebody made at once, figures now and then."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from studio.server import faults

log = logging.getLogger(__name__)

T = TypeVar("T")

MADE_S = 0.5
"""Studios are told so often at most; whoever makes ten things tells them once or twice."""


class BranchTeller(Generic[T]):
    """`read` reads the branch, `push` tells every studio, `figures_s` is how often at most that happens for figures alone, which
    are counted anew each time. On the server's loop."""

    def __init__(
        self,
        branch: str,
        empty: T,
        read: Callable[[], Awaitable[T]],
        push: Callable[[str, Any], None],
        *,
        figures_s: float,
    ) -> None:
        self.state = empty
        """As it was told last."""
        self._branch = branch
        self._read = read
        self._push = push
        self._figures_s = figures_s
        self._changed, self._made = asyncio.Event(), asyncio.Event()

    async def open(self) -> None:
        """Read what there is."""
        self.state = await self._read()

    def made(self) -> None:
        """Somebody made something, or changed it: they look for it now."""
        self._changed.set()
        self._made.set()

    def counted(self) -> None:
        """Figures have changed."""
        self._changed.set()

    async def run(self) -> None:
        """Tell, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            self._made.clear()
            try:
                self.state = await self._read()
            except Exception as error:  # the database may be away for a moment: it is asked again
                log.error("the state of %s could not be read: %s", self._branch, faults.place_of(error))
                self._changed.set()
            else:
                self._push(self._branch, self.state)
            await asyncio.sleep(MADE_S)
            try:
                async with asyncio.timeout(self._figures_s - MADE_S):
                    await self._made.wait()
            except TimeoutError:
                pass
