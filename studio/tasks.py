"""Work beside the loop's other work that somebody waits for in the end."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any


class Tasks:
    """Tasks of one owner: each leaves when it is done, and says in the owner's log when it failed; what is `expected` to
    fail so is no fault of ours. On one loop. Its length is how many run."""

    def __init__(self, log: logging.Logger, expected: type[Exception] | tuple[type[Exception], ...] = ()) -> None:
        self._log = log
        self._expected = expected
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def spawn(self, work: Awaitable[Any], name: str) -> asyncio.Task[Any]:
        """Begin it."""
        task = asyncio.create_task(work if asyncio.iscoroutine(work) else _awaited(work), name=name)
        self._running.add(task)
        task.add_done_callback(self._finished)
        return task

    async def finish(self) -> None:
        """Wait for the end of what runs, and of what that begins."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    async def close(self, patience_s: float = 0.0) -> None:
        """Wait so long for what runs, cancel what still does then, and wait for its end."""
        if self._running and patience_s:
            await asyncio.wait(self._running, timeout=patience_s)
        running = tuple(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, self._expected):
            self._log.info("%s failed: %s", task.get_name(), error)
        else:
            self._log.error("%s failed", task.get_name(), exc_info=error)


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work
