"""Loudness of the bus by EBU R128 (ITU-R BS.1770-4), by FFmpeg's ebur128: momentary, short term, and since the start."""

from fractions import Fraction
from typing import NamedTuple

import av
import numpy as np
from av.filter import Graph

from studio.media.encoder import SAMPLE_RATE
from studio.media.timed_ring import Samples

SILENT_LUFS = -70.0
"""The absolute gate: what is quieter does not count."""


STEP = SAMPLE_RATE // 10
"""Samples between two figures."""


class Loudness(NamedTuple):
    """In LUFS, not below -70: the last 400 ms, the last 3 s, and all that was loud enough since the start."""

    momentary: float = SILENT_LUFS
    short_term: float = SILENT_LUFS
    integrated: float = SILENT_LUFS


class LoudnessMeter:
    """Call with consecutive blocks of equal length; a new figure ten times a second, and FFmpeg is asked no oftener."""

    def __init__(self) -> None:
        graph = Graph()
        self._in = graph.add_abuffer(format="flt", sample_rate=SAMPLE_RATE, layout="stereo", time_base=Fraction(1, SAMPLE_RATE))
        meter, self._out = graph.add("ebur128", "metadata=1"), graph.add("abuffersink")
        self._in.link_to(meter)
        meter.link_to(self._out)
        graph.configure()
        self._graph = graph
        self._at = 0
        self._waiting: list[Samples] = []
        self.newest = Loudness()

    def __call__(self, block: Samples) -> Loudness:
        """The loudness up to and with this block."""
        self._waiting.append(block)
        if len(self._waiting) * len(block) < STEP:
            return self.newest
        together = np.concatenate(self._waiting)
        self._waiting.clear()
        frame = av.AudioFrame.from_ndarray(together.reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate, frame.pts = SAMPLE_RATE, self._at
        self._at += len(together)
        self._in.push(frame)
        try:
            out = self._out.pull()
        except av.BlockingIOError:
            return self.newest
        found = out.metadata
        self.newest = Loudness(*(max(SILENT_LUFS, float(found.get(f"lavfi.r128.{name}", SILENT_LUFS))) for name in "MSI"))
        return self.newest
