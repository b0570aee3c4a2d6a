"""Who can be a source from far away, by name. Whoever connects them puts them here; a source finds them, whenever they come."""

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Protocol

from studio.media.frames import Picture
from studio.media.mailbox import Mailbox
from studio.media.timed_ring import TimedRing


class GuestFeed(Protocol):
    """How somebody is seen and heard."""

    @property
    def ring(self) -> TimedRing:
        """Their sound."""

    @property
    def picture(self) -> Mailbox[Picture]:
        """What they show now."""

    @property
    def shows(self) -> bool:
        """Whether pictures come: of a camera that was turned off the last one would stay."""

    @property
    def later(self) -> int:
        """By how many samples their picture is shown after their sound could be mixed."""


class GuestBook:
    """Who is there, by name. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._feeds: dict[str, GuestFeed] = {}
        self._watching: defaultdict[str, list[Callable[[], None]]] = defaultdict(list)

    def find(self, name: str) -> GuestFeed | None:
        """Who has this name now."""
        return self._feeds.get(name)

    def put(self, name: str, feed: GuestFeed | None) -> None:
        """Somebody is there; or (None) not any more."""
        with self._lock:
            if self._feeds.get(name) is feed:
                return
            if feed is None:
                del self._feeds[name]
            else:
                self._feeds[name] = feed
            watching = tuple(self._watching[name])
        for changed in watching:
            changed()

    def watch(self, name: str, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` whenever it is somebody else, or nobody; returns the function that ends it."""
        with self._lock:
            self._watching[name].append(changed)

        def stop() -> None:
            with self._lock:
                self._watching[name].remove(changed)

        return stop
