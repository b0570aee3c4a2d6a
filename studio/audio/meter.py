"""How loud a block is. Pure."""

import math
from typing import NamedTuple

from studio.media.timed_ring import Samples, silence

SILENCE_DB = -96.0


class Level(NamedTuple):
    """Peak and RMS of a block, in dBFS, not below -96. RMS follows AES17: a full-scale sine reads 0."""

    peak_db: float = SILENCE_DB
    rms_db: float = SILENCE_DB

    def turned(self, fader_db: float) -> "Level":
        """The level of the same block behind a fader."""
        if not gain(fader_db):
            return SILENT
        return Level(*(value if value <= SILENCE_DB else max(SILENCE_DB, value + fader_db) for value in self))


SILENT = Level()


def measure(block: Samples) -> Level:
    """The level of a (n, 2) block; the louder side counts."""
    if not block.size or block is silence(len(block)):
        return SILENT
    peak = max(float(block.max()), -float(block.min()))
    if peak <= 0:
        return SILENT
    power = max(float(side @ side) for side in block.T) / len(block)
    return Level(decibel(peak), decibel(math.sqrt(2 * power)))


def decibel(amplitude: float) -> float:
    """20·log10, not below `SILENCE_DB`."""
    return max(SILENCE_DB, 20 * math.log10(amplitude)) if amplitude > 0 else SILENCE_DB


def gain(db: float) -> float:
    """The factor of a fader position; at -60 dB and below it is silent."""
    return float(10 ** (db / 20)) if db > -60 else 0.0
