"""The show clock at the server: pure arithmetic on the newest packet, time is an argument.

`stream_ms` counts while packets come, over all epochs; `media_ms` is the same clock with the moment of first going live
as its zero. Both are monotonic through pauses, reconnects and restarts.
"""

from dataclasses import dataclass

from studio.clock import NS_PER_MS

FRESH_S = 1.0
"""Packets are said to be arriving when the newest is younger than this."""


@dataclass
class ShowClock:
    """Follows packet timestamps. `origin_ms` is where on the stream clock the show first went live (None: not yet)."""

    stream_ms: int = 0
    origin_ms: int | None = None
    arrived_s: float = float("-inf")

    def packet(self, pts_ns: int, now_s: float) -> None:
        """A packet with `pts_ns` arrived. Time that runs ahead is not taken back by a late packet."""
        pts_ms = pts_ns // NS_PER_MS
        if pts_ms >= self.now_ms(now_s) - 250:
            self.stream_ms, self.arrived_s = max(self.stream_ms, pts_ms), now_s

    def now_ms(self, now_s: float) -> int:
        """The stream clock at `now_s`: the newest pts plus the time since, standing still once packets are stale."""
        since = now_s - self.arrived_s
        return self.stream_ms + (round(since * 1000) if 0 <= since <= FRESH_S else 0)

    def fresh(self, now_s: float) -> bool:
        """Whether packets are arriving."""
        return now_s - self.arrived_s <= FRESH_S

    def media_ms(self, now_s: float) -> int:
        """The show clock at `now_s`; 0 until the show has gone live."""
        return 0 if self.origin_ms is None else max(0, self.now_ms(now_s) - self.origin_ms)

    def to_media_ms(self, pts_ns: int) -> int:
        """Where a packet's pts lies on the show clock; may be negative before the show."""
        return pts_ns // NS_PER_MS - (self.origin_ms or 0)

    def went_live(self, now_s: float) -> None:
        """The show went live now; only the first time counts."""
        if self.origin_ms is None:
            self.origin_ms = self.now_ms(now_s)
