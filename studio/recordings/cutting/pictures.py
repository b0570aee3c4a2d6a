"""How a film looks at a moment, small: posters, and the strip under the editor's bar."""

from pathlib import Path

import av
import cv2
import numpy as np

from studio.media.frames import Converter
from studio.recordings.cutting.probe import index_of
from studio.recordings.cutting.source import Source, opened

QUALITY = 85
EVERY_MAX_MS = 120_000
"""A longer strip is made of keyframes, however few there are: decoding it all would take too long."""


def picture(path: Path | str, at_ms: int, height: int) -> bytes:
    """The picture shown at `at_ms`, `height` pixels high, as JPEG; behind the end the last one, empty when there is none.
    Raises as `opened` does."""
    with opened(path) as source:
        shown = next(source.pictures(at_ms, at_ms + 1), None)
        return b"" if shown is None else jpeg(shown[1], height)


def strip(path: Path | str, begins_ms: int, ends_ms: int, count: int, height: int) -> list[bytes]:
    """`count` pictures at equal distances, each from the middle of its part, as JPEG."""
    if count < 1 or ends_ms <= begins_ms:
        return []
    wanted = begins_ms + (np.arange(count) + 0.5) * (ends_ms - begins_ms) / count
    with opened(path) as source:
        keys = index_of(source)
        near = keys.at_ms[keys.keys]
        inside = near[(near >= begins_ms) & (near <= ends_ms)]
        widest = np.diff(np.concatenate([[begins_ms], inside, [ends_ms]])).max()
        if ends_ms - begins_ms > EVERY_MAX_MS or widest <= (ends_ms - begins_ms) / count:
            return _of_keyframes(source, [float(near[near <= at][-1]) if (near <= at).any() else 0.0 for at in wanted], height)
        return _of_all(source, wanted.tolist(), height)


def _of_keyframes(source: Source, moments: list[float], height: int) -> list[bytes]:
    made: dict[float, bytes] = {}
    for at in moments:
        if at not in made and (shown := next(source.pictures(at, at + 1), None)) is not None:
            made[at] = jpeg(shown[1], height)
    return [made[at] for at in moments if at in made]


def _of_all(source: Source, moments: list[float], height: int) -> list[bytes]:
    """One walk through the film."""
    made: list[bytes] = []
    last: av.VideoFrame | None = None
    for at_ms, frame in source.pictures(moments[0], moments[-1] + 1):
        while last is not None and len(made) < len(moments) and at_ms > moments[len(made)] + 1:
            made.append(jpeg(last, height))
        last = frame
    while last is not None and len(made) < len(moments):
        made.append(jpeg(last, height))
    return made


def jpeg(frame: av.VideoFrame, height: int) -> bytes:
    """A picture `height` pixels high."""
    height = max(2, min(height, frame.height))
    width = max(2, round(frame.width * height / frame.height))
    whole = Converter().convert(frame, frame.width, frame.height, "bgr24").to_ndarray()
    small = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
    ok, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    assert ok
    return bytes(data)
