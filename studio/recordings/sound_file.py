"""The sound of one microphone as it is written: FLAC, on the time of the film beside it. What is there of it plays whatever
ends the writing."""

from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream

from studio.clock import NS_PER_MS
from studio.media.encoder import SAMPLE_RATE, Encoded
from studio.media.timed_ring import Samples, sample_index, sample_ns
from studio.show.film import Chapter


class SoundFile:
    """One file, from `began_ns` to `close`. Used by one thread."""

    def __init__(self, path: Path, began_ns: int) -> None:
        self.path = path
        self.began_ns = began_ns
        self._samples = 0
        self._container = av.open(str(path), "w", format="flac", options={"flush_packets": "1"})
        stream = self._container.add_stream("flac", rate=SAMPLE_RATE, layout="stereo")
        assert isinstance(stream, AudioStream)
        self._stream = stream
        stream.format = "s16"

    waited_ns = 0
    """How long the disk has been waited for: not known, FFmpeg itself writes it."""

    @property
    def size(self) -> int:
        """Bytes on the disk."""
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def length_ms(self) -> int:
        """How long it is."""
        return sample_ns(self._samples) // NS_PER_MS

    def video(self, unit: Encoded) -> None:
        """There are no pictures in it."""

    def sound(self, block: Samples, pts_ns: int) -> None:
        """The next block, at its place; silence before it where there was none."""
        at = sample_index(pts_ns) - sample_index(self.began_ns)
        while at > self._samples:
            self._encode(np.zeros((min(at - self._samples, SAMPLE_RATE), 2), np.float32))
        block = block[max(0, self._samples - at) :]
        if len(block):
            self._encode(block)

    def close(self, chapters: Sequence[Chapter] = ()) -> None:
        """End it. Raises `OSError` when the disk is full."""
        for packet in self._stream.encode(None):
            self._container.mux(packet)
        self._container.close()

    def abandon(self) -> None:
        """Leave it as a crash would."""

    def _encode(self, block: Samples) -> None:
        whole = (np.clip(block, -1, 1) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(whole).reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate, frame.pts = SAMPLE_RATE, self._samples
        self._samples += len(block)
        for packet in self._stream.encode(frame):
            self._container.mux(packet)
