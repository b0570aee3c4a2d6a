"""Whether somebody speaks into a microphone, and whether it delivers anything at all.

Speech is told by its shape, not by its loudness alone: syllables come two to nine times a second and are loud for a
good part of the time, with pauses in between. A fan, a hum, a test tone and silence have no such shape; a clap or
typing is too short. So "you are muted" is said only when it is true.
"""

import threading
from collections import deque
from collections.abc import Sequence

import numpy as np

from studio.audio.meter import SILENCE_DB, Level

BLOCKS_A_SECOND = 100
WINDOW_S = 2.0
LOUD_DB = -48.0
"""Speech at arm's length from a laptop is louder than this at its loudest."""
RANGE_DB = 12.0
SYLLABLES_A_SECOND = (1.5, 9.0)
ACTIVE_SHARE = (0.2, 0.92)
SYLLABLE_S = 0.09
"""The least a syllable takes on average; keys and claps are shorter."""
NOTHING_DB = SILENCE_DB + 2
"""A microphone in a quiet room is at -80 dBFS or above; only a dead one delivers digital silence."""


class SpeechWatch:
    """Fed by the mixer with every block's level, before effects, fader and mute; asked by others. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._levels: dict[str, deque[float]] = {}
        self._silent: dict[str, int] = {}

    def observe(self, source: str, level: Level) -> None:
        """One block (10 ms) of a source."""
        with self._lock:
            heard = self._levels.get(source)
            if heard is None:
                heard = self._levels[source] = deque(maxlen=round(WINDOW_S * BLOCKS_A_SECOND))
            heard.append(level.rms_db)
            self._silent[source] = self._silent.get(source, 0) + 1 if level.peak_db <= NOTHING_DB else 0

    def forget(self, known: set[str]) -> None:
        """Drop the sources that are no more."""
        with self._lock:
            for source in [source for source in self._levels if source not in known]:
                del self._levels[source]
                self._silent.pop(source, None)

    def speaking(self, source: str) -> bool:
        """Whether the last two seconds were speech."""
        with self._lock:
            levels = tuple(self._levels.get(source, ()))
        return len(levels) >= WINDOW_S * BLOCKS_A_SECOND and speech_like(levels)

    def silent_s(self, source: str) -> float:
        """For how long there has been nothing but digital silence."""
        return self._silent.get(source, 0) / BLOCKS_A_SECOND


def speech_like(rms_db: Sequence[float]) -> bool:
    """Whether levels of 10 ms blocks (dBFS) have the shape of speech."""
    levels = _smoothed(np.asarray(rms_db, np.float64))
    low, high = np.percentile(levels, (10, 95))
    if high < LOUD_DB or high - low < RANGE_DB:
        return False
    floor = max(low, high - 30)
    upper, lower = floor + 0.65 * (high - floor), floor + 0.35 * (high - floor)
    loud, syllables, active = False, 0, 0
    for level in levels:
        if not loud and level > upper:
            loud, syllables = True, syllables + 1
        elif loud and level < lower:
            loud = False
        active += loud
    seconds = len(levels) / BLOCKS_A_SECOND
    least, most = SYLLABLES_A_SECOND
    if not least <= syllables / seconds <= most or active < SYLLABLE_S * BLOCKS_A_SECOND * syllables:
        return False
    return ACTIVE_SHARE[0] <= active / len(levels) <= ACTIVE_SHARE[1]


def _smoothed(levels: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Over 50 ms, the time in which an ear puts sounds together."""
    power = np.convolve(10 ** (levels / 10), np.full(5, 0.2), mode="same")
    return 10 * np.log10(np.maximum(power, 1e-10))
