"""A thread with one owner: started once, told to stop, joined; its crash is reported, not lost."""

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable

from studio.thread_name import name_thread

log = logging.getLogger(__name__)

TICKING = -10
"""Nice value of threads that must run the moment they are due and then only for a few milliseconds."""
AHEAD = 5
"""Nice value of threads that work ahead into a buffer and may be kept waiting."""


class Worker:
    """Runs `work(stop)` on a named thread. `stop` is an Event that `close` sets.

    Args:
        failed: told of an exception that escaped `work`, on that thread.
        nice: the thread's place in the queue for a processor (Linux, where each thread has its own; setpriority(2)).
            Without the right to a better place than the process's own it stays where it is.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[threading.Event], None],
        failed: Callable[[BaseException], None] | None = None,
        nice: int = 0,
    ) -> None:
        self.stop = threading.Event()
        self._work = work
        self._failed = failed
        self._nice = nice
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self, timeout_s: float = 5.0) -> None:
        """Ask the work to stop and wait for it; a second call does nothing."""
        self.stop.set()
        if self._thread.ident is not None and threading.current_thread() is not self._thread:
            self._thread.join(timeout_s)
            if self._thread.is_alive():
                log.error("thread %s did not stop within %.0f s", self._thread.name, timeout_s)

    @property
    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        name_thread()
        if self._nice and sys.platform == "linux":
            with contextlib.suppress(PermissionError):  # a better place needs a right (RLIMIT_NICE) that few desktops give
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self._nice)
        try:
            self._work(self.stop)
        except Exception as error:  # the thread's outer edge: the owner turns it into state
            log.exception("thread %s failed", self._thread.name)
            if self._failed:
                self._failed(error)
