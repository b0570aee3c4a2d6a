"""A film once more, small enough for any computer: H.264, at most 1080 lines and 30 pictures a second, upright, in BT.709."""

from collections.abc import Callable
from fractions import Fraction

import av
import cv2
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream

from studio.clock import NS_PER_MS, NS_PER_S
from studio.errors import DeviceFailed
from studio.i18n import N_
from studio.media.encoder import SAMPLE_RATE
from studio.media.frames import Converter, Picture, blank
from studio.media.timed_ring import Samples
from studio.recordings.cutting.job import Done, ProxyJob
from studio.recordings.cutting.output import Output
from studio.sources.film import Film, first_picture, shown

Report = Callable[[float], None]

SIDE, LESS = 1080, 720
"""Of the shorter side: of large films, and of those that are too heavy although they are no larger than that."""
RATE = 30
CLOCK = 90_000
OPTIONS = {"preset": "veryfast", "crf": "20", "profile": "high", "tune": "fastdecode", "bf": "0"}
"""No B-frames: their decoding times go wrong where pictures come at odd times."""
KBPS = 192
BLOCK = 1024
SILENCE = SAMPLE_RATE
"""A hole in the sound is filled in pieces of a second."""
HOLE_MAX = 3600 * SAMPLE_RATE
"""What is longer is no hole, but a clock that jumped."""
UNREADABLE = N_("The film could not be read to its end")


def make_proxy(job: ProxyJob, progress: Report = lambda share: None) -> Done:
    """Make it. Raises `DeviceFailed` for what is no film, or one that a proxy cannot stand for."""
    first, size = first_picture(job.source)
    film = Film(job.source)
    try:
        if film.video is None or first is None:
            raise DeviceFailed(N_("There is no picture in this file"))
        if first.alpha is not None:
            raise DeviceFailed(N_("A smaller copy would not be transparent any more"))
        length_ns = film.duration_ns or 0
        with Output(job.target, length_ns // NS_PER_MS) as output:
            pictures = _Pictures(output.container, *smaller(*size), job.threads)
            sound = _Sound(output.container) if film.audio is not None else None
            while (blocks := film.read()) is not None:
                for index, samples in blocks:
                    if sound is not None:
                        sound.write(index, samples)
                while film.packets:
                    for at, until, frame in film.pictures():
                        pictures.write(at, until, frame, film)
                progress(min(1.0, film.read_ns / length_ns) if length_ns else 0.0)
            for at, until, frame in film.rest():
                pictures.write(at, until, frame, film)
            if film.broken:
                raise DeviceFailed(UNREADABLE)
            pictures.finish()
            if sound is not None:
                sound.finish()
            if not pictures.count:
                raise DeviceFailed(N_("There is no picture in this file"))
            written = output.finish()
        return Done(length_ms=length_ns // NS_PER_MS, size=written, width=pictures.width, height=pictures.height)
    finally:
        film.container.close()


def smaller(width: int, height: int) -> tuple[int, int]:
    """The proxy's size: of the same shape, both even."""
    short = min(width, height)
    wanted = SIDE if short > SIDE else min(short, LESS)
    return max(2, round(width * wanted / short / 2) * 2), max(2, round(height * wanted / short / 2) * 2)


class _Pictures:
    """Those that are worth showing at `RATE`, each at its own time."""

    def __init__(self, container: OutputContainer, width: int, height: int, threads: int) -> None:
        self._container, self.width, self.height, self.count = container, width, height, 0
        stream: VideoStream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, CLOCK)
        context = stream.codec_context
        context.time_base = Fraction(1, CLOCK)
        context.thread_count, context.gop_size = threads, RATE
        context.colorspace = context.color_range = context.color_primaries = context.color_trc = 1
        context.options = OPTIONS
        self._stream, self._converter, self._last = stream, Converter(), -1
        self._out = blank(width, height)
        self._until = 0
        self._size: tuple[int, int] | None = None

    def write(self, at_ns: int, until_ns: int, frame: av.VideoFrame, film: Film) -> None:
        pts = max(0, round(at_ns * CLOCK / NS_PER_S))
        self._until = max(self._until, round(until_ns * CLOCK / NS_PER_S))
        if self.count and pts - self._last < CLOCK / RATE * 0.9:
            return
        self._scale(shown(self._converter, frame, film.stance(frame)))
        self._encode(pts)

    def finish(self) -> None:
        """The last one stands for as long as it was meant to: a file's last picture has the length of the others."""
        if self.count and self._until - self._last > 1.5 * CLOCK / RATE:
            self._encode(self._until - CLOCK // RATE)
        self._container.mux(self._stream.encode(None))

    def _encode(self, pts: int) -> None:
        assert self._out.frame is not None
        self._out.frame.pts, self._out.frame.time_base = pts, Fraction(1, CLOCK)
        self._container.mux(self._stream.encode(self._out.frame))
        self._last, self.count = pts, self.count + 1

    def _scale(self, picture: Picture) -> None:
        size = picture.width, picture.height
        self._size = self._size or size
        if abs(size[0] * self._size[1] / (size[1] * self._size[0]) - 1) > 0.02:
            raise DeviceFailed(N_("The film turns or changes its shape midway: a smaller copy would be distorted"))
        for plane, out in ((picture.y, self._out.y), (picture.u, self._out.u), (picture.v, self._out.v)):
            cv2.resize(plane, out.shape[::-1], dst=out, interpolation=cv2.INTER_AREA)


class _Sound:
    """All of it, silent where there is none."""

    def __init__(self, container: OutputContainer) -> None:
        self._container = container
        self._stream: AudioStream = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        self._stream.bit_rate = KBPS * 1000
        self._written = 0
        self._rest: Samples = np.zeros((0, 2), np.float32)
        """What does not fill a block yet."""

    def write(self, index: int, samples: Samples) -> None:
        at = self._written + len(self._rest)
        samples = samples[max(0, at - index) :]
        if not len(samples):
            return
        if index - at > HOLE_MAX:
            raise DeviceFailed(UNREADABLE)
        for hole in range(at, index, SILENCE):
            self._append(np.zeros((min(index - hole, SILENCE), 2), np.float32))
        self._append(samples)

    def finish(self) -> None:
        if len(self._rest):
            self._encode(self._rest)
        self._container.mux(self._stream.encode(None))

    def _append(self, samples: Samples) -> None:
        joined = np.concatenate((self._rest, samples))
        whole = len(joined) // BLOCK * BLOCK
        for at in range(0, whole, BLOCK):
            self._encode(joined[at : at + BLOCK])
        self._rest = joined[whole:]

    def _encode(self, samples: Samples) -> None:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, self._written, Fraction(1, SAMPLE_RATE)
        self._written += len(samples)
        self._container.mux(self._stream.encode(frame))
