"""What is known of a film from its index alone: nothing of it is read or decoded."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from studio.errors import InvalidValue
from studio.recordings.cutting.source import ROUNDING_MS, Source, opened


class Facts(Struct, frozen=True, kw_only=True):
    """Of a film that grows: as far as it has come. `keyframes_ms`: where a decoder can begin."""

    length_ms: int
    width: int
    height: int
    fps: float
    sound: bool
    keyframes_ms: tuple[int, ...]


FREEZE_MS = 100
"""A picture that was shown for longer before the cut is a pause of the film: the clip begins in it, not before it."""


class Index(NamedTuple):
    """The pictures of a film in the order they are decoded: when (ms), whether alone, and how many bytes."""

    at_ms: NDArray[np.float64]
    keys: NDArray[np.bool_]
    sizes: NDArray[np.int64]


def facts(path: Path | str) -> Facts:
    """Of the film at `path`. Raises as `opened` does."""
    with opened(path, threads=1) as source:
        index = index_of(source)
        fps = source.fps
        return Facts(
            length_ms=round(index.at_ms[-1] + 1000 / fps) if len(index.at_ms) else 0,
            width=source.video.width,
            height=source.video.height,
            fps=round(float(fps), 3),
            sound=source.audio is not None,
            keyframes_ms=tuple(int(at) for at in np.rint(index.at_ms[index.keys])),
        )


def index_of(source: Source) -> Index:
    """The index of an open film. Times are of decoding, moved so that the first picture is at 0."""
    entries = [(one.timestamp, one.is_keyframe, one.size) for one in source.video.index_entries if not one.is_discard]
    if not entries:
        return Index(np.zeros(0), np.zeros(0, np.bool_), np.zeros(0, np.int64))
    at, keys, sizes = zip(*entries, strict=True)
    assert source.video.time_base is not None
    times = (np.array(at, np.float64) - min(0, at[0])) * float(1000 * source.video.time_base)
    return Index(times, np.array(keys, np.bool_), np.array(sizes, np.int64))


def exact(index: Index, begins_ms: int, ends_ms: int, fps: float) -> tuple[float, float]:
    """The span (ms) that begins with the picture shown at `begins_ms`. Raises `InvalidValue` when there is none."""
    if not len(index.at_ms):
        raise InvalidValue("There is no picture in this film yet")
    last_ms = min(float(ends_ms), float(index.at_ms.max()) + 1000 / fps)
    shown = index.at_ms[index.at_ms <= begins_ms + ROUNDING_MS]
    if last_ms <= begins_ms or not len(shown):
        raise InvalidValue("The clip lies outside of the film", field="begins_ms")
    at_ms = float(shown.max())
    return (at_ms if begins_ms - at_ms < FREEZE_MS else float(begins_ms)), last_ms
