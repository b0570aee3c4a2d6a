"""Small films for the page: every second has a colour of its own, so that a test can tell where a film is."""

import tempfile
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import av
import numpy as np

FPS = 10
RATE = 48_000


def colour(second: int) -> tuple[int, int, int]:
    """Red, green and blue of a second; all of a film's are told apart after H.264."""
    return (40 + second % 4 * 60, 40 + second // 4 % 4 * 60, 40 + second // 16 % 4 * 60)


@lru_cache
def film(seconds: int, width: int = 320, height: int = 180) -> bytes:
    """H.264 and AAC in a fast-start MP4, with a keyframe every second and a quiet tone."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "film.mp4"
        _write(target, seconds, width, height)
        return target.read_bytes()


def _write(target: Path, seconds: int, width: int, height: int) -> None:
    with av.open(str(target), "w", options={"movflags": "faststart"}) as file:
        video = file.add_stream("libx264", FPS, options={"preset": "ultrafast", "tune": "stillimage"})
        video.width, video.height, video.pix_fmt, video.gop_size = width, height, "yuv420p", FPS
        sound = file.add_stream("aac", RATE, layout="mono")
        for number in range(seconds * FPS):
            picture = np.empty((height, width, 3), np.uint8)
            picture[:] = colour(number // FPS)
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            file.mux(video.encode(frame))
        for number in range(seconds * RATE // 1024):
            at = np.arange(number * 1024, (number + 1) * 1024)
            tone = (np.sin(at * 2 * np.pi * 220 / RATE) * 0.05).astype(np.float32)
            samples = av.AudioFrame.from_ndarray(tone[None], "fltp", "mono")
            samples.pts, samples.sample_rate, samples.time_base = number * 1024, RATE, Fraction(1, RATE)
            file.mux(sound.encode(samples))
        for stream in (video, sound):
            file.mux(stream.encode(None))
