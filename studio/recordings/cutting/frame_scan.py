"""Looks through a film for what a narrower frame must keep: faces, and what moves."""

import logging
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.media.frames import Converter, Plane, of_frame
from studio.recordings.cutting.faces import Face, FaceFinder
from studio.recordings.cutting.framing import EVERY_MS, Seen
from studio.recordings.cutting.scenes import difference, outstanding, thumbnail
from studio.recordings.cutting.source import Source

log = logging.getLogger(__name__)

LOOKED_AT = 360
"""Lines of the picture in which faces are looked for."""
MOVES = 10
"""Of 255: less is noise."""
MOVES_SHARE = 0.004
"""Of the picture: fewer pixels are noise."""
PARTS = 32
AFRESH = 4
"""Of so many times once the whole picture is searched, the others where the face was before."""
LARGER = 1.6
"""So much larger than the face before another one must be to become the subject."""


class Looked(NamedTuple):
    """What was found, and when the scene changes (ms)."""

    seen: list[Seen]
    cuts_ms: list[float]


def look(
    source: Source, begins_ms: float, ends_ms: float, upright: bool, progress: Callable[[float], None] = lambda share: None
) -> Looked:
    """Go through the film from `begins_ms` to `ends_ms`. `upright`: the frame is narrower than the picture, so across it is what
    counts; else down it."""
    finder = _finder()
    times: list[float] = []
    small: list[Plane] = []
    faces: dict[int, list[Face]] = {}
    last: Face | None = None
    due_ms = begins_ms
    rgb = Converter()
    for at_ms, frame in source.pictures(begins_ms, ends_ms):
        times.append(at_ms)
        small.append(thumbnail(of_frame(frame).y))
        if at_ms >= due_ms:
            due_ms = max(due_ms + EVERY_MS, at_ms)
            width = max(2, round(frame.width * LOOKED_AT / frame.height))
            here: list[Face] = []
            if finder is not None:
                picture = rgb.convert(frame, width, LOOKED_AT, "rgb24").to_ndarray().astype(np.uint8)
                if last is not None and len(faces) % AFRESH:
                    here = finder.again(picture, last)
                here = here or finder.find(picture)
                last = chosen(here, last)
            faces[len(times) - 1] = here
            progress(min(1.0, (at_ms - begins_ms) / max(1.0, ends_ms - begins_ms)))
    changed = np.array([0.0] + [difference(one, other) for one, other in pairwise(small)])
    cuts = outstanding(changed)
    return Looked(_seen(times, small, faces, cuts, upright), [times[number] for number in cuts])


def _finder() -> FaceFinder | None:
    try:
        return FaceFinder()
    except (OSError, cv2.error) as error:
        log.warning("faces cannot be found on this machine, what moves is followed: %s", error)
        return None


def _seen(
    times: Sequence[float], small: Sequence[Plane], faces: dict[int, list[Face]], cuts: Sequence[int], upright: bool
) -> list[Seen]:
    found: list[Seen] = []
    last: Face | None = None
    before = 0
    for number, here in faces.items():
        if any(before < cut <= number for cut in cuts):
            last, before = None, number
        last = chosen(here, last) or last
        face = last if here else None
        middle = None if face is None else (face.x if upright else face.y)
        size = 0.0 if face is None else (face.width if upright else face.height)
        found.append(Seen(times[number], middle, size, moved(small[before : number + 1], upright)))
        before = number
    return found


def chosen(faces: Sequence[Face], last: Face | None) -> Face | None:
    """The subject among them: the one that was it before, unless another is much larger. Pure."""
    if not faces or last is None:
        return faces[0] if faces else None
    near = min(faces, key=lambda face: abs(face.x - last.x) + abs(face.y - last.y))
    return faces[0] if faces[0].width > LARGER * near.width else near


def moved(pictures: Sequence[Plane], upright: bool) -> tuple[float, ...]:
    """How much changed between the first and the last of them, in each of `PARTS` parts of the axis; empty when nothing did.
    Pure."""
    if len(pictures) < 2 or pictures[0].shape != pictures[-1].shape:
        return ()
    changed: NDArray[np.int16] = np.abs(pictures[0].astype(np.int16) - pictures[-1])
    changed[changed < MOVES] = 0
    if np.count_nonzero(changed) < MOVES_SHARE * changed.size:
        return ()
    along = changed.sum(axis=0 if upright else 1, dtype=np.int64)
    return tuple(float(part.sum()) for part in np.array_split(along, PARTS))
