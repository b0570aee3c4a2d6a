"""One rendition's encoder thread: newest program frames in, packets out, and what it lost."""

import logging
import threading
import time
from collections.abc import Callable

from studio.clock import NS_PER_MS
from studio.media.encoder import FASTEST, X264, Codec, Encoded, H264Encoder
from studio.media.frames import Picture, blank
from studio.media.mailbox import BoundedQueue
from studio.media.worker import Worker
from studio.scenes.program import ProgramFrame
from studio.scenes.scaling import scale
from studio.state import Canvas

log = logging.getLogger(__name__)

RETRY_S = 0.5
KEYFRAME_PAUSE_NS = 250 * NS_PER_MS
"""Requests within this time of a keyframe are served by the next one: a hundred viewers joining cost four a second."""


class RenditionEncoder:
    """Encodes while it has readers. `emit` is called on the encoder thread with each access unit.

    Two frames may wait; beyond that the older one goes (newest wins) and is counted in `dropped`.
    """

    def __init__(
        self,
        canvas: Canvas,
        short_side: int,
        fps: int,
        *,
        kbps: int,
        preset: str,
        emit: Callable[[Encoded], None],
        codec: Codec = X264,
    ) -> None:
        self.short_side = short_side
        self.encoded = 0
        self.failed = 0
        self.bytes = 0
        self.cpu_s = self.busy_s = 0.0
        """Seconds of processor, and of time, that it has worked."""
        self._size = canvas.rendition_size(short_side)
        self._fps, self._kbps = fps, kbps
        self.preset = preset
        """x264's speed word."""
        self.hurried = False
        """Encode with x264's fastest preset instead, from the next frame on: a new encoder, which begins with a keyframe."""
        self.codec = codec
        """What it encodes with; x264 takes over when a chip fails in the middle of a show."""
        self._emit = emit
        self._frames: BoundedQueue[ProgramFrame] = BoundedQueue(2)
        self._key_wanted = threading.Event()
        self._last_key_ns = -KEYFRAME_PAUSE_NS
        self._readers = 0
        self._scaled: Picture | None = None
        self._worker = Worker(f"encode-{short_side}", self._run)

    def start(self) -> None:
        """Begin; frames are only encoded once there are readers."""
        self._worker.start()

    def close(self) -> None:
        """Stop and give back the frames that wait."""
        self._worker.stop.set()
        self._frames.close()
        self._worker.close()
        while (frame := self._frames.get(0)) is not None:
            frame.release()

    @property
    def dropped(self) -> int:
        """Frames that came faster than they could be encoded."""
        return self._frames.dropped

    @property
    def readers(self) -> int:
        """How many viewers read it."""
        return self._readers

    @readers.setter
    def readers(self, count: int) -> None:
        if count and not self._readers:
            self.request_keyframe()
        self._readers = count

    def set_kbps(self, kbps: int) -> None:
        """Change the target bitrate at the next frame."""
        self._kbps = kbps

    def request_keyframe(self) -> None:
        """Make the next frame a keyframe, or the first one after the pause."""
        self._key_wanted.set()

    def put(self, frame: ProgramFrame) -> None:
        """Offer a frame; on the program thread."""
        if self._readers:
            lost = self._frames.put(frame.hold())
            if lost is not None:
                lost.release()

    def _run(self, stop: threading.Event) -> None:
        encoder: H264Encoder | None = None
        hurried = self.hurried
        while not stop.is_set():
            frame = self._frames.get(0.5)
            if frame is None:
                continue
            begun, begun_s = time.thread_time(), time.monotonic()
            try:
                if encoder is None or (hurried != self.hurried and self.codec is X264):
                    hurried = self.hurried
                    preset = FASTEST if hurried else self.preset
                    encoder = H264Encoder(*self._size, self._fps, kbps=self._kbps, preset=preset, codec=self.codec)
                if encoder.kbps != self._kbps:
                    encoder.kbps = self._kbps
                units = self._encode(encoder, frame)
            except Exception:  # FFmpeg may raise anything; a new encoder begins with a keyframe, the stream goes on
                log.exception("the encoder of %d failed and is opened again", self.short_side)
                encoder, self.failed = None, self.failed + 1
                if self.codec is X264:
                    stop.wait(RETRY_S)
                self.codec = X264
                self.request_keyframe()
                continue
            finally:
                frame.release()
            self.cpu_s += time.thread_time() - begun
            self.busy_s += time.monotonic() - begun_s
            for unit in units:
                self.encoded += 1
                self.bytes += len(unit.payload)
                self._emit(unit)

    def _encode(self, encoder: H264Encoder, frame: ProgramFrame) -> list[Encoded]:
        key = self._key_wanted.is_set() and frame.pts_ns - self._last_key_ns >= KEYFRAME_PAUSE_NS
        if key:
            self._key_wanted.clear()
        picture = self._fit(frame.picture)
        assert picture.frame is not None
        units = encoder.encode(picture.frame, frame.pts_ns, key=key)
        if any(unit.key for unit in units):
            self._last_key_ns = frame.pts_ns
        return units

    def _fit(self, picture: Picture) -> Picture:
        if (picture.width, picture.height) == self._size:
            return picture
        if self._scaled is None:
            self._scaled = blank(*self._size)
        for source, target in ((picture.y, self._scaled.y), (picture.u, self._scaled.u), (picture.v, self._scaled.v)):
            scale(source, target)
        return self._scaled
