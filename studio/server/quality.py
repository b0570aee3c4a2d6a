"""Which rendition a viewer gets: down at once when their network carries less, up again in seconds when it is clean.

Pure; time is an argument. What a browser tells us: REMB (draft-alvestrand-rmcat-remb), its estimate of what arrives,
which never says much more than what is sent at present, and the share of packets lost since the last report. So down
goes by the estimate or by loss, and up is a trial, that is taken back like any other and waits longer each time.
"""

from collections.abc import Sequence
from typing import NamedTuple

SOUND_KBPS = 110
"""Opus with its headers."""
SEVERE = 0.6
"""An estimate below this share of what is sent is believed at once."""
HEADROOM = 0.95
"""One between the two only when it falls again: a viewer's busy processor lowers it once, to 0.85, and it creeps back."""
FALLS_AGAIN = 0.95
LOSS_DOWN = 0.10
"""A lost tenth is more than retransmission makes good in time."""
LOSS_UP = 0.02
START_S = 3.0
"""A browser begins to estimate when pictures begin to arrive; until then only loss counts."""
RAMP_S = 4.0
"""After a step up the estimate follows what arrives at some eight percent a second; until then only loss counts."""
SETTLE_S = 1.0
"""After a change the reports of before it count no more."""
TRIAL_S = 3.0
"""How long all must be well before the next one up is tried."""
TRIAL_MOST_S = 60.0
FAILED_S = 12.0
"""A step up that is taken back within this time has failed."""


class Step(NamedTuple):
    """A rendition (its number on the wire) and what it costs."""

    rendition: int
    kbps: int


class Quality:
    """One viewer's. `ladder` is what the desktop offers, best first."""

    def __init__(self, ladder: Sequence[Step], now_s: float) -> None:
        self._ladder = tuple(ladder)
        self._at = 0
        self._estimate_kbps: float | None = None
        self._sent_kbps: float | None = None
        self._lowest_kbps: float | None = None
        self._begun_s = self._changed_s = now_s
        self._well_since_s = now_s
        self._wait_s = TRIAL_S
        self._tried_s: float | None = None

    @property
    def rendition(self) -> int:
        """What the viewer should get."""
        return self._ladder[self._at].rendition

    def below(self, rendition: int) -> bool:
        """Whether what the viewer should get is smaller than `rendition`."""
        return any(step.rendition == rendition for step in self._ladder[: self._at])

    def offer(self, ladder: Sequence[Step], now_s: float) -> None:
        """The desktop offers others now; the viewer keeps theirs, or the next smaller one."""
        old = self._ladder[self._at]
        self._ladder = tuple(ladder)
        smaller = [n for n, step in enumerate(self._ladder) if step.rendition == old.rendition or step.kbps <= old.kbps]
        self._move(smaller[0] if smaller else len(self._ladder) - 1, now_s)

    def estimate(self, kbps: float, now_s: float) -> None:
        """The browser says how much arrives."""
        self._estimate_kbps = kbps
        if now_s - self._begun_s < START_S or (self._tried_s is not None and now_s - self._tried_s < RAMP_S):
            return
        sent = self._cost(self._at) if self._sent_kbps is None else min(self._cost(self._at), self._sent_kbps)
        if kbps >= sent * HEADROOM:
            self._lowest_kbps = None
            return
        self._well_since_s = now_s
        if kbps < sent * SEVERE or (self._lowest_kbps is not None and kbps < self._lowest_kbps * FALLS_AGAIN):
            self._bad(now_s, by_estimate=True)
        elif self._lowest_kbps is None:
            self._lowest_kbps = kbps

    def sent(self, kbps: float) -> None:
        """What was really sent to the viewer in the last second; an encoder may spend less than it may."""
        self._sent_kbps = kbps if kbps > SOUND_KBPS else None

    def loss(self, share: float, now_s: float) -> None:
        """The browser says how much of what was sent since its last report was lost."""
        if share > LOSS_DOWN:
            self._bad(now_s, by_estimate=False)
        elif share > LOSS_UP:
            self._well_since_s = now_s

    def tick(self, now_s: float) -> None:
        """Time passes: a viewer whose network has been clean for long enough is given the next better rendition."""
        if self._tried_s is not None and now_s - self._tried_s > FAILED_S:
            self._tried_s, self._wait_s = None, TRIAL_S
        if self._at > 0 and now_s - self._well_since_s >= self._wait_s:
            self._tried_s = now_s
            self._move(self._at - 1, now_s)

    def _bad(self, now_s: float, *, by_estimate: bool) -> None:
        self._well_since_s = now_s
        if now_s - self._changed_s < SETTLE_S or self._at == len(self._ladder) - 1:
            return
        if self._tried_s is not None:
            self._wait_s = min(TRIAL_MOST_S, self._wait_s * 2)
            self._tried_s = None
        self._move(self._fitting() if by_estimate else self._at + 1, now_s)

    def _fitting(self) -> int:
        """The best one below the present that the estimate carries, or the last."""
        assert self._estimate_kbps is not None
        below = range(self._at + 1, len(self._ladder))
        return next((n for n in below if self._cost(n) <= self._estimate_kbps), len(self._ladder) - 1)

    def _cost(self, at: int) -> float:
        return self._ladder[at].kbps + SOUND_KBPS

    def _move(self, to: int, now_s: float) -> None:
        if to != self._at:
            self._changed_s = self._well_since_s = now_s
            self._lowest_kbps = self._sent_kbps = None
        self._at = to
