"""A clip's sound, encoded anew: exact to the sample, without holes, faded where a card follows."""

from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer

from studio.media.encoder import SAMPLE_RATE
from studio.recordings.cutting.source import Block, Source

KBPS = 160
BLOCK = 1024
FADE_MS = 350


class Soundtrack:
    """Of a film's sound from `begins_ms` on, `length_ms` of it, then silence until `total_ms`. Muxes into `container`."""

    def __init__(self, source: Source, container: OutputContainer, begins_ms: float, length_ms: float, total_ms: float) -> None:
        self._container = container
        self._stream: AudioStream = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        self._stream.bit_rate = KBPS * 1000
        self._total = round(total_ms * SAMPLE_RATE / 1000)
        fades = total_ms > length_ms
        self._blocks = _even(source.sound(begins_ms, begins_ms + length_ms), length_ms, self._total, fades)
        self._written = 0

    def until(self, at_ms: float) -> None:
        """Write what sounds before `at_ms`."""
        while self._written * 1000 < at_ms * SAMPLE_RATE and (block := next(self._blocks, None)) is not None:
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, self._written, Fraction(1, SAMPLE_RATE)
            self._written += block.shape[1]
            self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        """Write the rest."""
        self.until(self._total)
        self._container.mux(self._stream.encode(None))


def _even(blocks: Iterator[tuple[int, Block]], length_ms: float, total: int, fades: bool) -> Iterator[Block]:
    """The same sound in equal blocks until `total` samples, silent where there is none."""
    ends = round(length_ms * SAMPLE_RATE / 1000)
    fade = round(FADE_MS * SAMPLE_RATE / 1000) if fades else 0
    waiting = next(blocks, None)
    for first in range(0, total, BLOCK):
        out = np.zeros((2, min(BLOCK, total - first)), np.float32)
        while waiting is not None and waiting[0] < first + BLOCK:
            at, block = waiting
            begin, end = max(at, first), min(at + block.shape[1], first + out.shape[1])
            if end > begin:
                out[:, begin - first : end - first] = block[:, begin - at : end - at]
            if at + block.shape[1] > first + BLOCK:
                break
            waiting = next(blocks, None)
        if fade and first + BLOCK > ends - fade:
            left = (ends - first - np.arange(out.shape[1])) / fade
            out *= np.clip(left, 0, 1).astype(np.float32)
        yield out
