"""The two ways pictures and packets cross threads: newest wins, or a short queue that says what it loses."""

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds the newest item only. Writers never wait; a reader takes what is there or waits for the next."""

    def __init__(self) -> None:
        self._item: T | None = None
        self._serial = 0
        self._changed = threading.Condition()

    def put(self, item: T) -> None:
        """Replace the item."""
        with self._changed:
            self._item = item
            self._serial += 1
            self._changed.notify_all()

    def peek(self) -> T | None:
        """The newest item, or None before the first."""
        return self._item

    @property
    def serial(self) -> int:
        """How many items have come; tells a new picture from a repeated one."""
        return self._serial

    def wait_newer(self, serial: int, timeout_s: float) -> tuple[T | None, int]:
        """The newest item and its serial once it is newer than `serial`, or (None, serial) after the timeout."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._serial > serial, timeout_s):
                return None, serial
            return self._item, self._serial


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
