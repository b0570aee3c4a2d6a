"""Long work on a thread that ends when whoever waits for it is cancelled."""

import asyncio
import errno
import os
import threading
from collections.abc import Callable
from typing import TypeVar

Progress = Callable[[float], None]
T = TypeVar("T")


async def on_thread(work: Callable[[Progress], T], progress: Progress = lambda share: None) -> T:
    """What `work` returns. It tells `progress` how far it is, from its thread; once the waiting task is cancelled that raises
    `InterruptedError` in it, and the task ends when the work has."""
    stopped = threading.Event()

    def told(share: float) -> None:
        if stopped.is_set():
            raise InterruptedError(errno.EINTR, os.strerror(errno.EINTR))
        progress(share)

    running = asyncio.get_running_loop().run_in_executor(None, work, told)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stopped.set()
        await asyncio.gather(running, return_exceptions=True)
        raise
