"""Which part of the picture a narrower clip shows, so that the subject stays in it and the picture stays calm.

Everything is measured along the one axis on which something is cut off: 0 is the picture's left (or upper) edge, 1 the other.

A person who films does not follow every nod. So a scene in which the face stays within the frame gets a frame that stands still,
and leans to where most moves beside the face: that is the product that is held up. Otherwise the frame stands until the subject
leaves its middle, then goes after it, evenly, beginning a little before (the whole clip is known), and jumps only where the scene
changes.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

EVERY_MS = 250
CALM = 0.30
"""Of the frame's size: so far the subject may be from its middle before the frame moves."""
STANDS = 0.36
"""The same for the whole of a scene."""
EASE_MS = 700
SPEED_MAX = 0.30
"""Of the picture's width, a second."""
STEP_MS = 40
HEAD = 0.6
"""Of a face's size, from its middle: what must not be cut off."""
WELL_IN = 0.44
"""Of the frame's size, from its middle: what is further out is half cut off."""
HAIR = 1e-9
"""What is just within stays within, whichever way the last bit of a sum was rounded."""
LEAN_COSTS = 0.3
"""Share of what moves that must come into the frame for it to leave the face's middle by its own size."""

Line = NDArray[np.float64]


class Seen(NamedTuple):
    """What was found at a moment (ms): the middle and the size of the face, and how much moved in each of so many equal parts of
    the axis (empty: nothing did)."""

    at_ms: float
    face: float | None = None
    face_size: float = 0.0
    moved: tuple[float, ...] = ()


class Path(NamedTuple):
    """Where the frame's middle is, at every moment between the first and the last."""

    at_ms: tuple[float, ...]
    middle: tuple[float, ...]
    jumps: frozenset[int] = frozenset()
    """Numbers of the places to which the frame jumps."""

    def at(self, ms: float) -> float:
        """The middle at a moment; before the first and behind the last it stands."""
        after = bisect_right(self.at_ms, ms)
        if after == 0 or after == len(self.at_ms) or after in self.jumps:
            return self.middle[max(0, after - 1)]
        share = (ms - self.at_ms[after - 1]) / (self.at_ms[after] - self.at_ms[after - 1])
        return self.middle[after - 1] + share * (self.middle[after] - self.middle[after - 1])


def still(middle: float, frame: float) -> Path:
    """A frame that stands, of that size, as near to `middle` as the picture's edges allow."""
    return Path((0.0,), (float(np.clip(middle, frame / 2, 1 - frame / 2)),))


def follow(seen: Sequence[Seen], cuts_ms: Sequence[float], frame: float, default: float = 0.5) -> Path:
    """The path of a frame of size `frame` (a share of the picture). `seen` is in order of time; `cuts_ms` are the moments of new
    scenes. Without anything seen it stands at `default`. Pure."""
    if not seen or frame >= 1:
        return still(default, frame)
    times: list[float] = []
    middles: list[float] = []
    jumps: set[int] = set()
    for scene in _scenes(seen, cuts_ms):
        before = middles[-1] if middles else default
        begins_ms, ends_ms = _bounds(scene, cuts_ms)
        at, middle = _scene(scene, begins_ms, frame, before)
        inside = at < ends_ms  # its last step may reach into the next one
        if times:
            jumps.add(len(times))
        times += at[inside].tolist()
        middles += middle[inside].tolist()
    return Path(tuple(times), tuple(middles), frozenset(jumps))


def _scenes(seen: Sequence[Seen], cuts_ms: Sequence[float]) -> list[list[Seen]]:
    scenes: dict[int, list[Seen]] = {}
    for one in seen:
        scenes.setdefault(bisect_right(cuts_ms, one.at_ms), []).append(one)
    return list(scenes.values())


def _bounds(scene: Sequence[Seen], cuts_ms: Sequence[float]) -> tuple[float, float]:
    """A scene begins with its first picture, which may not have been looked at, and ends where the next one begins."""
    number = bisect_right(cuts_ms, scene[0].at_ms)
    begins_ms = cuts_ms[number - 1] if number else scene[0].at_ms
    return begins_ms, cuts_ms[number] if number < len(cuts_ms) else np.inf


def _scene(scene: Sequence[Seen], first_ms: float, frame: float, default: float) -> tuple[Line, Line]:
    """Times and middles of one scene."""
    lowest, highest = frame / 2, 1 - frame / 2
    times = np.array([one.at_ms for one in scene])
    stands = _standing(scene, frame)
    wanted = _wanted(scene) if stands is None else None
    if wanted is None:
        return np.array([first_ms]), np.array([np.clip(default if stands is None else stands, lowest, highest)])
    grid = np.arange(first_ms, max(times[-1], first_ms) + STEP_MS, STEP_MS, dtype=np.float64)
    stepped = _after(np.interp(grid, times, np.clip(wanted, lowest, highest)), CALM * frame)
    eased = _eased(stepped, EASE_MS // STEP_MS)
    return grid, np.clip(_slowed(eased, SPEED_MAX * STEP_MS / 1000), lowest, highest)


def _standing(scene: Sequence[Seen], frame: float) -> float | None:
    """Where the frame may stand for the whole scene; None when the subject would leave it, or there is none."""
    heads = np.array([one.face + side * HEAD * one.face_size for one in scene for side in (-1, 1) if one.face is not None])
    if len(heads):
        low, high = (float(edge) for edge in np.percentile(heads, (2, 98)))
        return _leaning(low, high, [one.moved for one in scene if one.moved], frame) if high - low <= frame + HAIR else None
    middles = np.array([middle for one in scene if (middle := _subject(one)) is not None])
    if not len(middles):
        return None
    around = float(np.percentile(middles, 2) + np.percentile(middles, 98)) / 2
    return around if np.abs(middles - around).max() <= STANDS * frame + HAIR else None


def _leaning(low: float, high: float, moved: Sequence[Sequence[float]], frame: float) -> float:
    """The middle of a frame that holds the heads from `low` to `high`, and most of what moves."""
    head, reach = (low + high) / 2, (frame - (high - low)) / 2
    if not moved:
        return head
    heat = np.sum(np.array(moved), axis=0)
    parts = (np.arange(len(heat)) + 0.5) / len(heat)
    heat = np.where(np.abs(parts - head) <= frame, heat, 0)  # a card that comes in at the other side is not held up
    middles = head + np.linspace(-reach, reach, 41)
    held = (np.abs(parts[None, :] - middles[:, None]) <= WELL_IN * frame) @ heat / max(1.0, float(heat.sum()))
    return float(middles[np.argmax(held - LEAN_COSTS * np.abs(middles - head) / frame)])


def _wanted(scene: Sequence[Seen]) -> Line | None:
    """Where the frame's middle should be at each moment; None when there is nothing to go by."""
    known = [(number, middle) for number, one in enumerate(scene) if (middle := _subject(one)) is not None]
    if not known:
        return None
    where, middles = zip(*known, strict=True)
    padded = np.pad(np.interp(np.arange(len(scene)), where, middles), 2, mode="edge")
    steady: Line = np.median(np.lib.stride_tricks.sliding_window_view(padded, 5), axis=1)
    return steady


def _subject(seen: Seen) -> float | None:
    """The face; without one the middle of what moves."""
    if seen.face is not None or not any(seen.moved):
        return seen.face
    parts = (np.arange(len(seen.moved)) + 0.5) / len(seen.moved)
    return float(np.average(parts, weights=seen.moved))


def _after(target: Line, calm: float) -> Line:
    """Stands until the target is `calm` away, then goes to where the target is."""
    stepped = np.empty_like(target)
    middle = float(np.median(target[: max(1, 1000 // STEP_MS)]))
    for number, wanted in enumerate(target):
        if abs(wanted - middle) > calm + HAIR:
            middle = float(wanted)
        stepped[number] = middle
    return stepped


def _eased(line: Line, width: int) -> Line:
    """Averaged twice, so that it begins and ends gently, half before and half after."""
    for _ in range(2):
        padded = np.pad(line, (width // 2, width - 1 - width // 2), mode="edge")
        line = np.convolve(padded, np.full(width, 1 / width), mode="valid")
    return line


def _slowed(line: Line, most: float) -> Line:
    """No step larger than `most`."""
    slow = line.copy()
    for number in range(1, len(slow)):
        slow[number] = slow[number - 1] + np.clip(line[number] - slow[number - 1], -most, most)
    return slow
