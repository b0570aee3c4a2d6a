"""How long the mixer waits for devices: as short as they allow, longer when one was late. Pure.

Question: wait at once as long as the last stall lasted? Then one stall of 150 ms held every viewer's picture back by as
much for 5 s and more. Decision: a step a stall; a device that is late again and again is waited for after a few.
"""

from studio.media.encoder import SAMPLE_RATE

LEAST = SAMPLE_RATE * 8 // 1000
MOST = SAMPLE_RATE * 200 // 1000
MARGIN = SAMPLE_RATE * 4 // 1000
STEP = SAMPLE_RATE * 10 // 1000
STALL = 20
"""Blocks of one stall: 200 ms; who is late for longer is waited for by another step."""
WINDOW = 300
"""Blocks between two looks at whether less would do: 3 s."""
GONE = -SAMPLE_RATE // 2
"""A device that is this far behind is not late but gone."""


class AdaptiveLatency:
    """`samples` is how long to wait now. Waiting changes when a block is mixed, never what it is stamped with, so
    nobody hears it change."""

    def __init__(self, milliseconds: int) -> None:
        self.samples = SAMPLE_RATE * milliseconds // 1000
        self.least = LEAST
        """Never less than this, whatever the devices allow."""
        self._spare = MOST
        self._blocks = self._late = 0

    def hold(self, least: int) -> None:
        """Wait at least so long from now on."""
        self.least = least
        self.samples = max(self.samples, least)

    def observe(self, ahead: int | None) -> None:
        """A block was mixed; the slowest device was `ahead` samples beyond it (negative: too late, None: no device)."""
        if ahead is None or ahead < GONE:
            return
        if ahead < 0:
            if self._late % STALL == 0:
                self.samples = min(MOST, self.samples + min(STEP, MARGIN - ahead))
            self._late += 1
            self._restart()
            return
        self._late = 0
        self._spare = min(self._spare, ahead)
        self._blocks += 1
        if self._blocks >= WINDOW:
            if self._spare > MARGIN:
                self.samples = max(self.least, self.samples - (self._spare - MARGIN))
            self._restart()

    def _restart(self) -> None:
        self._spare, self._blocks = MOST, 0
