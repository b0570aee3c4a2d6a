"""The show clock at the server: pure arithmetic on packet timestamps, time is an argument.

`now_ms` is the stream clock: it counts while packets come, over all epochs. `media_ms` is the same clock with the
moment of first going live as its zero. Both are monotonic through pauses, reconnects and restarts.

Packets arrive late by what encoding and the network took, sound later than pictures, the desktop's pings hardly at all;
the earliest arrivals of the last seconds tell the clock best (the minimum filter of RFC 5905, 10).
"""

from studio.clock import NS_PER_MS

FRESH_S = 1.0
"""Packets are said to be arriving when the newest is younger than this; the clock stands still after it."""
WINDOW_S = 10.0
NEVER = float("-inf")


class ShowClock:
    """`origin_ms` is where on the stream clock the show first went live (None: not yet)."""

    def __init__(self, stream_ms: int = 0, origin_ms: int | None = None) -> None:
        self.origin_ms = origin_ms
        self._reached_ms = stream_ms
        self._arrived_s = NEVER
        self._lag_ms = self._window_lag_ms = 0.0
        self._window_s = NEVER

    def packet(self, pts_ns: int, now_s: float) -> None:
        """A packet with `pts_ns` arrived."""
        self._sample(pts_ns / NS_PER_MS, now_s)
        self._arrived_s = now_s

    def heard(self, stream_ms: int, now_s: float) -> None:
        """The desktop said that its stream clock stands at `stream_ms`: a sample without encoding's delay."""
        if self.fresh(now_s):
            self._sample(stream_ms, now_s)

    def _sample(self, stream_ms: float, now_s: float) -> None:
        lag_ms = now_s * 1000 - stream_ms
        self._reached_ms = max(self._reached_ms, self.now_ms(now_s))
        if not self.fresh(now_s):
            self._lag_ms = self._window_lag_ms = lag_ms
            self._window_s = now_s
        elif now_s - self._window_s > WINDOW_S:
            self._lag_ms, self._window_lag_ms, self._window_s = self._window_lag_ms, lag_ms, now_s
        self._window_lag_ms = min(self._window_lag_ms, lag_ms)
        self._lag_ms = min(self._lag_ms, lag_ms)

    def now_ms(self, now_s: float) -> int:
        """The stream clock at `now_s`."""
        if self._arrived_s == NEVER:
            return self._reached_ms
        until_s = min(now_s, self._arrived_s + FRESH_S)
        return max(self._reached_ms, round(until_s * 1000 - self._lag_ms))

    def resume(self, stream_ms: int, now_s: float) -> int:
        """A desktop takes the lease and says how far it is: where the stream clock goes on."""
        self._reached_ms = max(self.now_ms(now_s), stream_ms)
        self._arrived_s = NEVER
        return self._reached_ms

    def stop(self, now_s: float) -> None:
        """No more packets are meant to come."""
        self.resume(0, now_s)

    def fresh(self, now_s: float) -> bool:
        """Whether packets are arriving."""
        return self.silent_s(now_s) <= FRESH_S

    def silent_s(self, now_s: float) -> float:
        """How long no packet has come."""
        return now_s - self._arrived_s

    def media_ms(self, now_s: float) -> int:
        """The show clock at `now_s`; 0 until the show has gone live."""
        return 0 if self.origin_ms is None else max(0, self.now_ms(now_s) - self.origin_ms)

    def went_live(self, now_s: float) -> None:
        """The show went live now; only the first time counts."""
        if self.origin_ms is None:
            self.origin_ms = self.now_ms(now_s)
