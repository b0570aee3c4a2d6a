"""How fast the machine is by itself: three yardsticks that know nothing of the product, so that figures of two machines, or of
one machine at two moments, can be compared.
"""

import time
from fractions import Fraction

import av
import numpy as np

from studio.bench.report import Row, median

WIDTH, HEIGHT = 1920, 1080
PICTURES = 60
LOOP = 20_000_000
LOOP_MEASURED = LOOP // 10
COPIED_BYTES = 64 * 1024 * 1024
ROUNDS = 5


def calibrate() -> list[Row]:
    """Takes about three seconds."""
    return [
        Row(name="calibration: x264 superfast alone, 1080p", value=x264_ms(), unit="ms/frame"),
        Row(name="calibration: a Python loop of 20 million additions", value=loop_s(), unit="s"),
        Row(name="calibration: memory copied", value=copy_gb_s(), unit="GB/s"),
    ]


def x264_ms() -> float:
    """Milliseconds of processor for a picture of moving shapes with grain; one thread, 5 Mbit/s, plain superfast."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 30), Fraction(30)
    encoder.bit_rate, encoder.thread_count, encoder.gop_size = 5_000_000, 1, 300
    encoder.options = {"preset": "superfast", "tune": "zerolatency", "profile": "baseline"}
    frames = _frames()
    took: list[float] = []
    for number in range(PICTURES):
        frame = frames[number % len(frames)]
        frame.pts = number
        begun = time.thread_time()
        encoder.encode(frame)
        took.append(time.thread_time() - begun)
    return 1000 * median(took)


def loop_s() -> float:
    """Seconds for twenty million additions to a global name (a tenth of them measured)."""
    loop = compile(f"x = 0\nfor i in range({LOOP_MEASURED}): x += 1", "loop", "exec")
    took = []
    for _ in range(ROUNDS):
        begun = time.thread_time()
        exec(loop, {})  # our own words; names of a module are looked up as in any script
        took.append(time.thread_time() - begun)
    return median(took) * LOOP / LOOP_MEASURED


def copy_gb_s() -> float:
    """Gigabytes copied a second, by one thread, of more than any cache holds."""
    source, target = np.ones(COPIED_BYTES, np.uint8), np.zeros(COPIED_BYTES, np.uint8)
    took = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        np.copyto(target, source)
        took.append(time.perf_counter() - begun)
    return COPIED_BYTES / median(took) / 1e9


def _frames() -> list[av.VideoFrame]:
    """Shapes that move a little from one to the next, under grain."""
    random = np.random.default_rng(1)
    grain = random.integers(-6, 7, (HEIGHT, WIDTH + 64), dtype=np.int16)
    x, y = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    frames = []
    for number in range(12):
        shapes = 120 + 60 * np.sin((x + 9 * number) / 90) * np.cos(y / 70)
        frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
        for plane in frame.planes[1:]:
            plane.update(bytes([128]) * plane.buffer_size)
        luma = np.frombuffer(frame.planes[0], np.uint8)  # type: ignore[call-overload]
        rows = luma[: frame.planes[0].line_size * HEIGHT].reshape(HEIGHT, -1)
        rows[:, :WIDTH] = shapes + grain[:, 5 * number : 5 * number + WIDTH]
        frames.append(frame)
    return frames
