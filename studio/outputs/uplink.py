"""What our own network carries: fewer renditions when packets pile up, more again when they no longer do.

Pure; time is an argument. TCP hides loss as delay, so the sign is a queue that overflows; what went through meanwhile
is what the network carries.
"""

from collections.abc import Sequence

CLEAN_S = 12.0
"""Without a dropped packet for this long one more rendition is offered."""
CLEAN_MOST_S = 120.0
RETRY_S = 3.0
"""One overflow is a stall of either computer; a second one within this time is the network."""
SETTLE_S = 2.0
"""What is dropped this soon after an offer was taken back was queued before it."""
FAILED_S = 20.0
"""An offer that is taken back within this time has failed, and the next one waits twice as long."""


class Uplink:
    """Says which renditions to offer. `rates` are their bitrates, best first; the last one is always offered."""

    def __init__(self, rates: Sequence[int]) -> None:
        self._rates = tuple(rates)
        self._first = 0
        self._dropped = 0
        self._clean_since_s: float | None = None
        self._raised_s: float | None = None
        self._lowered_s: float | None = None
        self._overflowed_s: float | None = None
        self._wait_s = CLEAN_S
        self.carried_kbps: int | None = None
        """What went through when it was last too much; None while nothing was."""

    @property
    def first(self) -> int:
        """How many of the best renditions are not offered."""
        return self._first

    def second(self, dropped: int, sent_kbps: int, now_s: float) -> None:
        """A second has passed: packets dropped so far in all, and what was sent in that second."""
        fresh, self._dropped = dropped - self._dropped, dropped
        if self._clean_since_s is None:
            self._clean_since_s = now_s
        if self._raised_s is not None and now_s - self._raised_s >= FAILED_S:
            self._raised_s, self._wait_s = None, CLEAN_S
        if fresh > 0:
            self._too_much(sent_kbps, now_s)
        elif self._first > 0 and now_s - self._clean_since_s >= self._wait_s:
            self._first -= 1
            self._raised_s = self._clean_since_s = now_s
            if self._first == 0:
                self.carried_kbps = None

    def _too_much(self, sent_kbps: int, now_s: float) -> None:
        self._clean_since_s = now_s
        before_s, self._overflowed_s = self._overflowed_s, now_s
        if before_s is None or now_s - before_s > RETRY_S:
            return
        if self._lowered_s is not None and now_s - self._lowered_s <= SETTLE_S:
            return
        self._lowered_s = now_s
        self.carried_kbps = sent_kbps
        if self._raised_s is not None:
            self._wait_s = min(CLEAN_MOST_S, self._wait_s * 2)
            self._raised_s = None
        fitting = next((n for n, rate in enumerate(self._rates) if rate <= sent_kbps), len(self._rates) - 1)
        self._first = min(len(self._rates) - 1, max(self._first + 1, fitting))
