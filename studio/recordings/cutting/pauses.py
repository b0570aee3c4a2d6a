"""Where nobody speaks: that is where a clip may begin and end.

A pause is told by the film's own levels. Music under the words is the floor there, not silence, and a quiet speaker is not a
pause: the border lies between what the film is like at its quietest and at its loudest, nearer to the quiet.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.media.encoder import SAMPLE_RATE
from studio.recordings.cutting.source import Source, opened

STEP_MS = 10
SMOOTH_MS = 50
"""In which an ear puts sounds together."""
AROUND_MS = 6_000
"""Of a short span the levels before and after it count too."""
SHORTEST_MS = 160
"""The gap before a plosive is shorter."""
CLICK_MS = 40
"""A shorter sound in a pause is a click, not a word."""
SILENT_DB = -60.0
RANGE_DB = 6.0
"""With less between quiet and loud nobody speaks, or there is no quiet."""
BORDER = 0.35
VOICE_HZ = 150.0
"""Rumble below this is no voice."""

Spans = list[tuple[int, int]]


def quiet(path: Path | str, begins_ms: int, ends_ms: int) -> Spans:
    """The pauses between `begins_ms` and `ends_ms`, as (begins_ms, ends_ms) in film time. All of it in a film without sound.
    Raises as `opened` does."""
    with opened(path, threads=1) as source:
        return quiet_in(source, begins_ms, ends_ms)


def quiet_in(source: Source, begins_ms: int, ends_ms: int) -> Spans:
    """`quiet` of an open film."""
    if source.audio is None:
        return [(begins_ms, ends_ms)] if ends_ms > begins_ms else []
    first = max(0, begins_ms - AROUND_MS)
    spans = pauses(levels(source, first, ends_ms + AROUND_MS))
    moved = ((max(begins_ms, first + begins), min(ends_ms, first + ends)) for begins, ends in spans)
    return [(begins, ends) for begins, ends in moved if ends > begins]


def levels(source: Source, begins_ms: int, ends_ms: int) -> NDArray[np.float64]:
    """Level of each 10 ms (dBFS), as far as there is sound; holes are silent."""
    step = SAMPLE_RATE * STEP_MS // 1000
    mono = np.zeros(max(0, ends_ms - begins_ms) * SAMPLE_RATE // 1000, np.float32)
    heard = 0
    for at, block in source.sound(begins_ms, ends_ms):
        part = block.mean(axis=0)[: len(mono) - at]
        mono[at : at + len(part)] = part
        heard = at + len(part)
    mono = mono[: heard // step * step]
    average = round(SAMPLE_RATE / VOICE_HZ)
    if len(mono) > average:  # a moving average is the rumble
        total = np.concatenate([np.zeros(1), np.cumsum(mono, dtype=np.float64)])
        low = (total[average:] - total[:-average]) / average
        mono[average // 2 : average // 2 + len(low)] -= low
    power = (mono.astype(np.float64) ** 2).reshape(-1, step).mean(axis=1)
    made: NDArray[np.float64] = 10 * np.log10(power + 1e-10)
    return made


def pauses(levels_db: NDArray[np.float64]) -> Spans:
    """The pauses among levels of 10 ms, as (begins_ms, ends_ms) from their beginning. Pure."""
    if not len(levels_db):
        return []
    width = SMOOTH_MS // STEP_MS
    padded = np.pad(10 ** (levels_db / 10), width // 2, mode="edge")
    smooth = 10 * np.log10(np.convolve(padded, np.full(width, 1 / width), mode="valid") + 1e-10)
    low, high = (float(level) for level in np.percentile(smooth, (5, 95)))
    if high <= SILENT_DB:
        return [(0, len(levels_db) * STEP_MS)]
    if high - low < RANGE_DB:
        return []
    floor = max(low, high - 45)
    speaks = smooth > floor + max(3.0, BORDER * (high - floor))
    return [
        (begins * STEP_MS, ends * STEP_MS)
        for begins, ends in _runs(~_without_clicks(speaks))
        if (ends - begins) * STEP_MS >= SHORTEST_MS
    ]


def _without_clicks(speaks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    kept = speaks.copy()
    for begins, ends in _runs(speaks):
        if (ends - begins) * STEP_MS < CLICK_MS + SMOOTH_MS:
            kept[begins:ends] = False
    return kept


def _runs(flags: NDArray[np.bool_]) -> Spans:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(begins), int(ends)) for begins, ends in edges.reshape(-1, 2)]
