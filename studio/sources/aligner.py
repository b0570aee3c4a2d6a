"""Lays a device's sound on the media clock by when it arrives, without gaps.

Question: when did a sample sound? Arrival says it up to a delay that is never negative: the machine stalls, blocks come
late and then in a burst. Decision: the earliest arrival of each half second tells the truth (the minimum filter of RFC
5905, 10), so a stall moves nothing; following each arrival made sound 30 ms late for seconds after every stall.
Where the device's clock drifts from ours, a sample is stretched in or taken out of a block (at most 1 in 240), which
nobody hears; where it lost samples, or the machine slept, the sound jumps along.
"""

from studio.media.encoder import SAMPLE_RATE
from studio.media.timed_ring import Samples, TimedRing, sample_index, stretched

WINDOW = SAMPLE_RATE // 2
JUMP = SAMPLE_RATE // 25
"""Beyond 40 ms of difference it is not drift."""
SLEPT = SAMPLE_RATE
"""Beyond a second it is no stall either."""
SLACK = SAMPLE_RATE // 500
"""Within 2 ms it is jitter."""


class Aligner:
    """Writes a device's blocks to `ring`."""

    def __init__(self, ring: TimedRing) -> None:
        self._ring = ring
        self.reset()

    def reset(self) -> None:
        """The device was reopened: the next block begins a new timeline."""
        self._next: int | None = None
        self._least: int | None = None
        self._seen = self._owed = 0
        self._settles_in = WINDOW

    def write(self, now_ns: int, samples: Samples) -> None:
        """Store a block whose last sample arrived at `now_ns`."""
        due = sample_index(now_ns) - len(samples)
        if self._next is None:
            self._next = due
        self._observe(due - self._next, len(samples))
        if self._owed and len(samples) > 2:
            change = 1 if self._owed > 0 else -1
            samples = stretched(samples, len(samples) + change)
            self._owed -= change
        self._ring.write(self._next, samples)
        self._next += len(samples)

    def _observe(self, error: int, count: int) -> None:
        """A block arrived `error` samples later than its place (negative: earlier, which only a wrong place explains)."""
        self._settles_in -= count
        if error > SLEPT or error < (-SLACK if self._settles_in > 0 else -JUMP):
            self._jump(error)
            return
        self._least = error if self._least is None else min(self._least, error)
        self._seen += count
        if self._seen < WINDOW:
            return
        if self._least > JUMP:
            self._jump(self._least)
        else:
            self._owed = self._least if abs(self._least) > SLACK else 0
        self._least, self._seen = None, 0

    def _jump(self, error: int) -> None:
        assert self._next is not None
        self._next += error
        self._least, self._seen, self._owed = None, 0, 0
