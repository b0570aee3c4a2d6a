"""x264 by itself on pictures of the programme: what it costs with our options, and how they compare with plain superfast."""

import time
from collections.abc import Iterator
from fractions import Fraction

import av
import cv2
import numpy as np

from studio.bench.report import median
from studio.clock import NS_PER_S
from studio.media.encoder import H264Encoder
from studio.media.frames import Picture, Plane, of_frame

PASSES = 4
SSIM_EVERY = 5
PLAIN = {"preset": "superfast", "tune": "zerolatency", "profile": "baseline", "forced-idr": "1", "sc_threshold": "0"}


def alone(pictures: list[Picture], fps: int, kbps: int) -> dict[str, float]:
    """`alone_ms` of processor a picture with the product's options; `ssim` of the decoded picture (luma) with them, and
    `plain_ssim` with x264's own superfast at the same rate (Wang, Bovik, Sheikh, Simoncelli, 2004)."""
    took: list[float] = []
    width, height = pictures[0].width, pictures[0].height
    ours = H264Encoder(width, height, fps, kbps=kbps)
    units = []
    for number, picture in enumerate(_to_and_fro(pictures)):
        assert picture.frame is not None
        begun = time.thread_time()
        units += [unit.payload for unit in ours.encode(picture.frame, number * NS_PER_S // fps)]
        took.append(time.thread_time() - begun)
    return {
        "alone_ms": 1000 * sum(took) / len(took),
        "ssim": _ssim(units, pictures),
        "plain_ssim": _ssim(list(_plainly(pictures, fps, kbps)), pictures),
    }


def _to_and_fro(pictures: list[Picture]) -> Iterator[Picture]:
    """Several passes without a jump."""
    for number in range(PASSES):
        yield from pictures if number % 2 == 0 else reversed(pictures)


def _plainly(pictures: list[Picture], fps: int, kbps: int) -> Iterator[bytes]:
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = pictures[0].width, pictures[0].height, "yuv420p"
    encoder.time_base, encoder.framerate, encoder.bit_rate = Fraction(1, fps), Fraction(fps), kbps * 1000
    encoder.gop_size, encoder.thread_count = fps * 10, 1
    encoder.options = PLAIN | {"maxrate": f"{kbps}k", "bufsize": f"{kbps // 2}k"}
    for number, picture in enumerate(_to_and_fro(pictures)):
        assert picture.frame is not None
        picture.frame.pts, picture.frame.time_base = number, Fraction(1, fps)
        for packet in encoder.encode(picture.frame):
            yield bytes(packet)


def _ssim(units: list[bytes], pictures: list[Picture]) -> float:
    """Of every fifth picture, from the second pass on."""
    decoder = av.CodecContext.create("h264", "r")
    frames = [frame for unit in units for frame in decoder.decode(av.Packet(unit))]
    frames += decoder.decode(None)
    pairs = list(zip(frames, _to_and_fro(pictures), strict=True))[len(pictures) :: SSIM_EVERY]
    return median([_similar(of_frame(frame).y, picture.y) for frame, picture in pairs])


def _similar(one: Plane, other: Plane) -> float:
    a, b = one.astype(np.float32), other.astype(np.float32)

    def smooth(plane: np.ndarray) -> np.ndarray:
        return cv2.GaussianBlur(plane, (11, 11), 1.5)

    mean_a, mean_b = smooth(a), smooth(b)
    spread_a, spread_b = smooth(a * a) - mean_a**2, smooth(b * b) - mean_b**2
    together = smooth(a * b) - mean_a * mean_b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    map_ = (2 * mean_a * mean_b + c1) * (2 * together + c2) / ((mean_a**2 + mean_b**2 + c1) * (spread_a + spread_b + c2))
    return float(map_.mean())
