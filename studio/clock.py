"""Time as an argument: everything that waits or stamps takes a `Clock`, so that tests hold the hands."""

import threading
import time
from typing import Protocol

NS_PER_MS = 1_000_000
NS_PER_S = 1_000_000_000


class Clock(Protocol):
    """The one monotonic media clock of a process, in nanoseconds, and the wall clock."""

    def now_ns(self) -> int:
        """Monotonic nanoseconds since an arbitrary moment."""

    def wall_ms(self) -> int:
        """Milliseconds since the Unix epoch."""

    def wait_until(self, due_ns: int, stop: threading.Event) -> bool:
        """Sleep until `due_ns` or until `stop` is set; True when the time came."""


class MonotonicClock:
    """The machine's own clock."""

    def now_ns(self) -> int:
        return time.monotonic_ns()

    def wall_ms(self) -> int:
        return time.time_ns() // NS_PER_MS

    def wait_until(self, due_ns: int, stop: threading.Event) -> bool:
        left = due_ns - time.monotonic_ns()
        return not (stop.wait(left / NS_PER_S) if left > 0 else stop.is_set())


def seconds(clock: Clock) -> float:
    """The clock's monotonic seconds."""
    return clock.now_ns() / NS_PER_S


_WALL_BASE_MS = time.time() * 1000 - time.monotonic() * 1000


def steady_ms() -> float:
    """Unix milliseconds as they were when we started, going on evenly: for what must not move when somebody sets the clock."""
    return _WALL_BASE_MS + time.monotonic() * 1000
