"""A look-ahead peak limiter for the bus: what goes out never exceeds the ceiling, and nothing is clipped."""

import numpy as np

from studio.media.timed_ring import Samples, silence

STEP = 120
"""Samples between gain corners: 2.5 ms; also the look-ahead, so the output is that much later."""
CEILING = float(10 ** (-1 / 20))
"""-1 dBFS, room for what Opus adds."""
RELEASE = 0.015
"""How much the gain may rise again in one step: 1 in about 170 ms."""


class Limiter:
    """Call with consecutive blocks; each returns as many samples, `STEP` samples later.

    The gain is a line between corners every `STEP` samples, each corner low enough for the loudest sample on either
    side of it; so the line is low enough everywhere.
    """

    def __init__(self) -> None:
        self._held: Samples = np.zeros((STEP, 2), np.float32)
        self._silent = True
        """What is held back is silence."""
        self._needed = 1.0
        self._corner = 1.0

    def __call__(self, block: Samples) -> Samples:
        """Limit a block whose length is a multiple of `STEP`."""
        at_rest, silent = self._corner >= 1 and self._needed >= 1, block is silence(len(block))
        if at_rest and silent and self._silent:
            return block
        self._silent = silent
        steps = np.concatenate((self._held, block)).reshape(-1, STEP, 2)
        flat = steps[1:].reshape(len(steps) - 1, -1)
        peaks = np.maximum(flat.max(axis=1), -flat.min(axis=1))
        if at_rest and float(peaks.max()) <= CEILING:
            self._held = np.asarray(steps[-1].copy(), np.float32)
            return steps[:-1].reshape(-1, 2)
        corners = [self._corner]
        for peak in peaks.tolist():
            needed = min(1.0, CEILING / peak) if peak > 0 else 1.0
            corners.append(min(self._needed, needed, corners[-1] + RELEASE))
            self._needed = needed
        self._corner = corners[-1]
        self._held = np.asarray(steps[-1].copy(), np.float32)
        at = np.arange(STEP, dtype=np.float32) / STEP
        low, high = np.array(corners[:-1], np.float32)[:, None], np.array(corners[1:], np.float32)[:, None]
        gains = np.asarray(low + (high - low) * at, np.float32)
        limited: Samples = (steps[:-1] * gains[..., None]).reshape(-1, 2)
        return limited
