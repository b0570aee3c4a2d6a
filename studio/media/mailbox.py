"""The two ways pictures and packets cross threads: newest wins, or a short queue that says what it loses."""

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds the newest item only. Nobody waits: a reader takes what is there."""

    def __init__(self) -> None:
        self._item: T | None = None
        self._serial = 0
        self._lock = threading.Lock()

    def put(self, item: T) -> None:
        """Replace the item."""
        with self._lock:
            self._item = item
            self._serial += 1

    def peek(self) -> T | None:
        """The newest item, or None before the first."""
        return self._item

    @property
    def serial(self) -> int:
        """How many items have come; tells a new picture from a repeated one."""
        return self._serial


class BoundedQueue(Generic[T]):
    """A queue of at most `size`; when full, the oldest goes and is counted in `dropped`."""

    def __init__(self, size: int) -> None:
        self._items: deque[T] = deque()
        self._size = size
        self._changed = threading.Condition()
        self._closed = False
        self.dropped = 0

    def put(self, item: T) -> T | None:
        """Add an item; returns the one that had to go, if any."""
        lost: T | None = None
        with self._changed:
            if len(self._items) >= self._size:
                lost = self._items.popleft()
                self.dropped += 1
            self._items.append(item)
            self._changed.notify()
        return lost

    def get(self, timeout_s: float) -> T | None:
        """The oldest item, or None when none came in time or the queue is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._closed, timeout_s)
            return self._items.popleft() if self._items else None

    def close(self) -> None:
        """Wake whoever waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def __len__(self) -> int:
        return len(self._items)
