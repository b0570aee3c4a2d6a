"""What lies beside a film's pictures, in milliseconds a 1080p picture: high dynamic range against the same ten bits without it, a
phone's turn, fields of television.
"""

import time
from collections.abc import Callable
from fractions import Fraction

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange

from studio.bench.report import Row, median
from studio.media.deinterlace import Deinterlacer
from studio.media.frames import Converter
from studio.media.stance import by_orientation

WIDTH, HEIGHT = 1920, 1080
ROUNDS = 60
WARM = 5


def run(seconds: float = 0.0) -> list[Row]:
    """Takes some seconds. The two that are compared take turns."""
    hdr, plain = _frame("yuv420p10le", 18, 9, 9), _frame("yuv420p10le", 1, 1, 1)
    converter = Converter()
    with_it, without = _in_turns(lambda: converter.picture(hdr), lambda: converter.picture(plain))
    eight = converter.picture(_frame("yuv420p", 1, 1, 1))
    turned = _alone(lambda: by_orientation(6).put(eight))
    return [
        Row(name="a 10-bit film 1080p, converted", value=without, unit="ms"),
        Row(name="the same in HLG, tone-mapped", value=with_it, unit="ms"),
        Row(name="HLG: extra a picture", value=with_it - without, unit="ms", most=3),
        Row(name="turned by a quarter", value=turned, unit="ms"),
        Row(name="fields woven", value=_fields(), unit="ms"),
    ]


def _frame(format: str, transfer: int, primaries: int, matrix: int) -> av.VideoFrame:
    """Something smooth, as a camera sees it."""
    frame = av.VideoFrame(WIDTH, HEIGHT, format)
    random = np.random.default_rng(1)
    deep = format.endswith("le")
    for number, plane in enumerate(frame.planes):
        low, high = ((64, 700) if number == 0 else (420, 600)) if deep else ((16, 235) if number == 0 else (100, 156))
        small = random.integers(low, high, (9, 16)).astype(np.float32)
        picture = np.clip(cv2.resize(small, (plane.width, plane.height), interpolation=cv2.INTER_CUBIC), 0, 1023 if deep else 255)
        rows = np.frombuffer(plane, np.uint16 if deep else np.uint8)  # type: ignore[call-overload]
        across = plane.line_size // (2 if deep else 1)
        rows[: across * plane.height].reshape(-1, across)[:, : plane.width] = picture
    frame.color_trc, frame.color_primaries, frame.colorspace, frame.color_range = transfer, primaries, matrix, ColorRange.MPEG
    return frame


def _in_turns(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(ROUNDS + WARM):
        for work, times in zip((one, other), took, strict=True):
            begun = time.perf_counter()
            work()
            if number >= WARM:
                times.append(1000 * (time.perf_counter() - begun))
    return median(took[0]), median(took[1])


def _alone(work: Callable[[], object]) -> float:
    return _in_turns(work, lambda: None)[0]


def _fields() -> float:
    """Television is decoded as it comes: frames of an MPEG-2 stream made here."""
    encoder = av.CodecContext.create("mpeg2video", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.bit_rate = WIDTH, HEIGHT, "yuv420p", 20_000_000
    encoder.options = {"flags": "+ildct+ilme", "top": "1"}
    encoder.time_base = Fraction(1, 25)
    decoder = av.CodecContext.create("mpeg2video", "r")
    picture = _frame("yuv420p", 1, 1, 1)
    frames = []
    for number in range(20):
        picture.pts = number
        for packet in encoder.encode(picture):
            frames += decoder.decode(packet)
    weaver = Deinterlacer()
    times = []
    assert frames[3].interlaced_frame
    for frame in frames:
        begun = time.perf_counter()
        list(weaver.frames(frame))
        times.append(1000 * (time.perf_counter() - begun))
    return median(times[3:])
