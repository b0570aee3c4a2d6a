"""How long the mixer waits for devices: as short as they allow, longer at once when one was late. Pure."""

from studio.media.encoder import SAMPLE_RATE

LEAST = SAMPLE_RATE * 8 // 1000
MOST = SAMPLE_RATE * 200 // 1000
MARGIN = SAMPLE_RATE * 4 // 1000
WINDOW = 500
"""Blocks between two looks at whether less would do: 5 s."""
GONE = -SAMPLE_RATE // 2
"""A device that is this far behind is not late but gone."""


class Patience:
    """`samples` is how long to wait now. Waiting changes when a block is mixed, never what it is stamped with, so
    nobody hears it change."""

    def __init__(self, milliseconds: int) -> None:
        self.samples = SAMPLE_RATE * milliseconds // 1000
        self._spare = MOST
        self._blocks = 0

    def observe(self, ahead: int | None) -> None:
        """A block was mixed; the slowest device was `ahead` samples beyond it (negative: too late, None: no device)."""
        if ahead is None or ahead < GONE:
            return
        if ahead < 0:
            self.samples = min(MOST, self.samples - ahead + MARGIN)
            self._restart()
            return
        self._spare = min(self._spare, ahead)
        self._blocks += 1
        if self._blocks >= WINDOW:
            if self._spare > MARGIN:
                self.samples = max(LEAST, self.samples - (self._spare - MARGIN))
            self._restart()

    def _restart(self) -> None:
        self._spare, self._blocks = MOST, 0
