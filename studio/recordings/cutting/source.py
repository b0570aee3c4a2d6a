"""A film to cut from: its pictures and its sound at given moments."""

import contextlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Discard
from av.video.stream import VideoStream
from numpy.typing import NDArray

from studio.errors import InvalidValue, NotFound
from studio.media.encoder import SAMPLE_RATE

ROUNDING_MS = 1
"""A moment that a person chose is in whole milliseconds; the picture there may be a fraction later."""
LEAD_MS = 60
"""An AAC decoder needs the packet before to give the first sample right (ISO/IEC 14496-3: overlapping windows)."""
THREADS = 2

Block = NDArray[np.float32]
"""Sound, (2, n) in -1…1 at 48 kHz."""


class Source:
    """One open film. Used by one thread; `pictures` and `sound` may be asked again, but not both at once."""

    def __init__(self, container: InputContainer, path: Path, threads: int) -> None:
        self.path = path
        self.container = container
        self.video: VideoStream = container.streams.video[0]
        self.audio: AudioStream | None = container.streams.audio[0] if container.streams.audio else None
        self.video.codec_context.thread_type = "AUTO"
        self.video.codec_context.thread_count = threads

    @property
    def fps(self) -> Fraction:
        """Pictures a second, on average."""
        return Fraction(self.video.average_rate or self.video.guessed_rate or 30)

    def pictures(self, begins_ms: float, ends_ms: float) -> Iterator[tuple[float, av.VideoFrame]]:
        """When (ms) and what: first the picture that is shown at `begins_ms`, then all that begin before `ends_ms`."""
        self._listen_to(video=True)
        self._seek(begins_ms)
        shown: tuple[float, av.VideoFrame] | None = None
        for frame in self._frames():
            at_ms = 1000 * float(frame.time or 0)
            if at_ms <= begins_ms + ROUNDING_MS:
                shown = (at_ms, frame)
                continue
            if shown is not None:
                yield shown
                shown = None
            if at_ms >= ends_ms - ROUNDING_MS:
                return
            yield at_ms, frame
        if shown is not None:  # the film's last picture
            yield shown

    def sound(self, begins_ms: float, ends_ms: float) -> Iterator[tuple[int, Block]]:
        """What sounds from `begins_ms` to `ends_ms`: the place of each block (samples after `begins_ms`), and the block. Holes
        are left out; nothing comes when the film has no sound."""
        if self.audio is None:
            return
        self._listen_to(video=False)
        self._seek(max(0.0, begins_ms - LEAD_MS))
        origin, wanted = round(begins_ms * SAMPLE_RATE / 1000), round((ends_ms - begins_ms) * SAMPLE_RATE / 1000)
        even = av.AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE)
        for packet in self.packets(self.audio):
            for frame in _decoded(packet):
                if not isinstance(frame, av.AudioFrame) or frame.pts is None or frame.time_base is None:
                    continue
                at = round(frame.pts * frame.time_base * SAMPLE_RATE) - origin
                if at >= wanted:
                    return
                for converted in even.resample(frame):
                    block: Block = converted.to_ndarray()  # type: ignore[assignment]
                    first, last = max(0, -at), min(block.shape[1], wanted - at)
                    if last > first:
                        yield at + first, block[:, first:last]
                    at += block.shape[1]

    def packets(self, *streams: VideoStream | AudioStream) -> Iterator["av.Packet[Any]"]:
        """Of these streams, from where the film stands; a film that grows ends in the middle of one."""
        with contextlib.suppress(FFmpegError):
            yield from self.container.demux(*streams)

    def _listen_to(self, *, video: bool) -> None:
        """What is not wanted is not even read from the disk."""
        for stream in self.container.streams:
            wanted = stream is (self.video if video else self.audio)
            stream.discard = Discard.default if wanted else Discard.all

    def _seek(self, at_ms: float) -> None:
        with contextlib.suppress(FFmpegError):  # in a film of one fragment there is nowhere to go
            self.container.seek(int(at_ms + ROUNDING_MS) * 1000)
        for stream in (self.video, self.audio):
            if stream is not None:
                stream.codec_context.flush_buffers()

    def _frames(self) -> Iterator[av.VideoFrame]:
        for packet in self.packets(self.video):
            for frame in _decoded(packet):
                if isinstance(frame, av.VideoFrame) and frame.pts is not None:
                    yield frame


def _decoded(packet: "av.Packet[Any]") -> list[av.VideoFrame | av.AudioFrame]:
    """Nothing of a packet that is broken: the next one may be whole."""
    try:
        return list(packet.decode())
    except FFmpegError:
        return []


@contextlib.contextmanager
def opened(path: Path | str, threads: int = THREADS, *, rough: bool = False) -> Iterator[Source]:
    """The film at `path`; with `rough` its pictures are only good enough to look for something in them. Raises `NotFound` when
    there is none, `InvalidValue` when it is not a film."""
    path = Path(path)
    try:
        container = av.open(str(path), options={"protocol_whitelist": "file"})
    except FileNotFoundError:
        raise NotFound("The film {name} is no longer there", name=path.name) from None
    except (FFmpegError, OSError, ValueError) as error:
        problem = getattr(error, "strerror", None) or str(error)
        raise InvalidValue("{name} is not a film that can be cut: {problem}", name=path.name, problem=problem) from None
    with container:
        if not container.streams.video:
            raise InvalidValue("{name} is not a film that can be cut: {problem}", name=path.name, problem="no picture")
        source = Source(container, path, threads)
        if rough:
            source.video.codec_context.options = {"skip_loop_filter": "all"}
        yield source
