"""A thread with one owner: started once, told to stop, joined; its crash is reported, not lost."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class Worker:
    """Runs `work(stop)` on a named thread. `stop` is an Event that `close` sets.

    Args:
        failed: told of an exception that escaped `work`, on that thread.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[threading.Event], None],
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        self.stop = threading.Event()
        self._work = work
        self._failed = failed
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
        try:
            self._work(self.stop)
        except Exception as error:  # the thread's outer edge: the owner turns it into state
            log.exception("thread %s failed", self._thread.name)
            if self._failed:
                self._failed(error)
