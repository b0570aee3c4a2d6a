"""A source whose pictures come later than they are, so that they fit a sound that came the longer way."""

from collections import deque

from studio.clock import NS_PER_MS
from studio.media.frames import Picture
from studio.media.timed_ring import TimedRing
from studio.sources.base import Source


class DelayedSource:
    """Shows what `source` showed `delay_ms` ago. It is the other's to start and close."""

    def __init__(self, source: Source, delay_ms: int) -> None:
        self.source = source
        self.delay_ms = delay_ms
        self._waiting: deque[tuple[int, Picture]] = deque()
        self._shown: Picture | None = None

    @property
    def ring(self) -> TimedRing | None:
        """The source's own; sound is delayed where it is mixed."""
        return self.source.ring

    def start(self) -> None:
        return

    def close(self) -> None:
        return

    def picture(self, now_ns: int) -> Picture | None:
        newest = self.source.picture(now_ns)
        if newest is not None and (not self._waiting or self._waiting[-1][1] is not newest):
            self._waiting.append((now_ns, newest))
        while self._waiting and self._waiting[0][0] <= now_ns - self.delay_ms * NS_PER_MS:
            self._shown = self._waiting.popleft()[1]
        return self._shown
