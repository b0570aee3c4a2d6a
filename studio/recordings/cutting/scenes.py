"""Where a film's picture changes at once: the studio took another scene, or a video in it has a cut."""

from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.media.frames import Plane, of_frame
from studio.recordings.cutting.probe import Index
from studio.recordings.cutting.source import opened

ROWS, COLUMNS = 36, 64
CHANGED = 12.0
"""Of 255, on average over the picture."""
OUTSTANDING = 4.0
"""As often as much as the pictures around it changed: a pan or a waving hand is no cut."""
AROUND = 6
SPIKE = 6.0
"""A picture that many times larger than its neighbours shows something new."""
SPIKE_LEAST = 6_000
MEDIAN_OF = 15
SETTLED = 8
"""For so many pictures after a keyframe an encoder pays off what it owes."""


def cuts(path: Path | str, begins_ms: int, ends_ms: int) -> list[int]:
    """When (film time) the first picture of each new scene is shown, between `begins_ms` and `ends_ms`. Every picture there is
    decoded. Raises as `opened` does."""
    times: list[float] = []
    small: list[Plane] = []
    with opened(path) as source:
        for at_ms, frame in source.pictures(max(0, begins_ms - 500), ends_ms + 500):
            times.append(at_ms)
            small.append(thumbnail(of_frame(frame).y))
    changed = np.array([0.0] + [difference(one, other) for one, other in pairwise(small)])
    return [round(times[number]) for number in outstanding(changed) if begins_ms <= times[number] < ends_ms]


def thumbnail(luma: Plane) -> Plane:
    """Single pixels of it, which is enough to tell pictures apart."""
    height, width = luma.shape
    small: Plane = luma[:: max(1, height // ROWS), :: max(1, width // COLUMNS)].copy()
    return small


def difference(one: Plane, other: Plane) -> float:
    """Of two thumbnails, on average (0…255); all of it when the film's size changed."""
    if one.shape != other.shape:
        return 255.0
    return float(np.abs(one.astype(np.int16) - other).mean())


def outstanding(changed: NDArray[np.float64]) -> list[int]:
    """Which of these differences are cuts. Pure."""
    found: list[int] = []
    for number in np.flatnonzero(changed >= CHANGED):
        around = np.concatenate([changed[max(0, number - AROUND) : number], changed[number + 1 : number + 1 + AROUND]])
        if changed[number] >= OUTSTANDING * (np.median(around) if len(around) else 0):
            found.append(int(number))
    return found


def likely(index: Index, begins_ms: float, ends_ms: float) -> list[int]:
    """The same by the index alone, at no cost: a picture that was not to be a keyframe and yet is much larger than those around
    it. A card that comes into the picture is found too, which is as good a place."""
    first, last = np.searchsorted(index.at_ms, (begins_ms, ends_ms))
    found: list[int] = []
    for number in range(int(first), int(last)):
        if index.keys[max(0, number - SETTLED) : number + 1].any() or index.sizes[number] < SPIKE_LEAST:
            continue
        around = index.sizes[max(0, number - MEDIAN_OF) : number + MEDIAN_OF + 1]
        if index.sizes[number] >= SPIKE * np.median(around):
            found.append(round(index.at_ms[number]))
    return found
