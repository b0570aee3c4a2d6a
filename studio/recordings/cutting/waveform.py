"""How loud a film is, as a line to draw."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.media.encoder import SAMPLE_RATE
from studio.recordings.cutting.source import opened

WHOLE_MS = 300_000
"""Longer spans are only sampled: an hour would take ten seconds to decode, for a line a few hundred pixels wide."""
SAMPLED = 3
PIECE_MS = 250


def waveform(path: Path | str, begins_ms: int, ends_ms: int, points: int) -> NDArray[np.float32]:
    """The loudest sample (0…1) in each of `points` equal parts. Zeros without sound. Raises as `opened` does."""
    peaks = np.zeros(max(0, points), np.float32)
    if points < 1 or ends_ms <= begins_ms:
        return peaks
    part_ms = (ends_ms - begins_ms) / points
    with opened(path) as source:
        if ends_ms - begins_ms <= WHOLE_MS or part_ms <= SAMPLED * PIECE_MS:
            edges = (np.arange(points + 1) * part_ms * SAMPLE_RATE / 1000).round().astype(np.int64)
            for at, block in source.sound(begins_ms, ends_ms):
                loud = np.abs(block).max(axis=0)
                first, last = (int(np.searchsorted(edges, place, "right")) - 1 for place in (at, at + len(loud) - 1))
                for point in range(first, min(last, points - 1) + 1):
                    inside = loud[max(0, edges[point] - at) : max(0, edges[point + 1] - at)]
                    peaks[point] = max(peaks[point], inside.max(initial=0))
            return np.minimum(peaks, 1)
        for point in range(points):
            for piece in range(SAMPLED):
                begins = begins_ms + part_ms * (point + (piece + 0.5) / SAMPLED) - PIECE_MS / 2
                for _, block in source.sound(max(0.0, begins), begins + PIECE_MS):
                    peaks[point] = max(peaks[point], np.abs(block).max())
    return np.minimum(peaks, 1)
