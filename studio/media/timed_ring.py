"""Sound addressed by when it happened: a ring of stereo samples on the media clock."""

import functools
import threading

import numpy as np
from numpy.typing import NDArray

from studio.clock import NS_PER_S
from studio.media.encoder import SAMPLE_RATE

Samples = NDArray[np.float32]
"""(n, 2) float32 in -1…1 at 48 kHz."""


def sample_index(ns: int) -> int:
    """The number of the sample that sounds at `ns` on the media clock."""
    return round(ns * SAMPLE_RATE / NS_PER_S)


def sample_ns(index: int) -> int:
    """When sample `index` sounds."""
    return round(index * NS_PER_S / SAMPLE_RATE)


def stretched(samples: Samples, length: int) -> Samples:
    """The same sound in a little more or less time."""
    at = np.linspace(0, len(samples) - 1, length, dtype=np.float32)
    old = np.arange(len(samples), dtype=np.float32)
    return np.stack([np.interp(at, old, samples[:, side]) for side in (0, 1)], axis=1).astype(np.float32)


@functools.lru_cache(8)
def silence(count: int) -> Samples:
    """So many samples of silence, always the same block, which nobody may write to: `block is silence(len(block))` costs nothing
    to ask, and what is silent need not be mixed."""
    block = np.zeros((count, 2), np.float32)
    block.flags.writeable = False
    return block


class TimedRing:
    """The last `seconds` of a source's sound. Written by its thread, read by the mixer's; neither waits for long.

    What was never written reads as silence. `missing` counts the samples that were asked for and were not there,
    from the first write on.
    """

    def __init__(self, seconds: float = 2.0) -> None:
        self._data = np.zeros((int(seconds * SAMPLE_RATE), 2), np.float32)
        self._lock = threading.Lock()
        self._start = 0
        self._end = 0
        self.missing = 0

    @property
    def end(self) -> int:
        """Index after the newest sample, 0 before the first."""
        return self._end

    def write(self, index: int, samples: Samples) -> None:
        """Store `samples` at `index`. A hole before them becomes silence; a step back replaces what was there."""
        size = len(self._data)
        samples, index = (samples[-size:], index + len(samples) - size) if len(samples) > size else (samples, index)
        with self._lock:
            end = index + len(samples)
            if self._end == 0 or index > self._end + size or end < self._start:
                self._start = index
            elif index > self._end:
                self._put(self._end, np.zeros((index - self._end, 2), np.float32))
            self._put(index, samples)
            self._end = end
            self._start = max(min(self._start, index), end - size)

    def read(self, index: int, count: int) -> Samples:
        """`count` samples from `index` on, silence where there are none; `silence(count)` itself where there are none at all."""
        with self._lock:
            low, high = max(index, self._start), min(index + count, self._end)
            if self._end:
                self.missing += count - max(0, high - low)
            if high <= low:
                return silence(count)
            found = self._get(low, high - low)
        if len(found) == count:
            return found
        out = np.zeros((count, 2), np.float32)
        out[low - index : high - index] = found
        return out

    def ahead(self, index: int) -> int | None:
        """How many samples beyond `index` have been written; None when it does not fill by the clock."""
        return self._end - index if self._end else None

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._start = self._end = 0

    def _put(self, index: int, samples: Samples) -> None:
        size = len(self._data)
        at = index % size
        first = min(len(samples), size - at)
        self._data[at : at + first] = samples[:first]
        self._data[: len(samples) - first] = samples[first:]

    def _get(self, index: int, count: int) -> Samples:
        size = len(self._data)
        at = index % size
        first = min(count, size - at)
        if first == count:
            return self._data[at : at + count].copy()
        return np.concatenate((self._data[at : at + first], self._data[: count - first]))
