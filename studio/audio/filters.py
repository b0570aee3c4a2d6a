"""Gate, expander, compressor and equaliser: FFmpeg's filters, which work sample by sample and so come back at once."""

from fractions import Fraction

import av
import numpy as np
from av.filter import Graph

from studio.media.encoder import SAMPLE_RATE
from studio.media.timed_ring import Samples
from studio.state.effects import AnyEffect, Compressor, Equaliser, Expander, Gate

LEAST_GAIN_DB = -60.0
SILENCE_DB = -90.0
GATE = "detection=peak:knee=1"
"""By peaks the ratio is what it says; agate's detection by RMS makes a ratio of 2 three times as steep."""


def filters_of(effect: AnyEffect) -> list[tuple[str, str]]:
    """FFmpeg's filters and their arguments (ffmpeg-filters(1): agate, acompressor, bass, equalizer, treble, highpass)."""
    match effect:
        case Gate():
            dynamics = _dynamics(effect.threshold_db, 9000, effect.attack_ms, effect.release_ms)
            return [("agate", f"{dynamics}:range={_factor(SILENCE_DB)}:{GATE}")]
        case Expander():
            dynamics = _dynamics(effect.threshold_db, effect.ratio, effect.attack_ms, effect.release_ms)
            return [("agate", f"{dynamics}:range={_factor(LEAST_GAIN_DB)}:{GATE}")]
        case Compressor():
            dynamics = _dynamics(effect.threshold_db, effect.ratio, effect.attack_ms, effect.release_ms)
            return [("acompressor", f"{dynamics}:makeup={_factor(effect.makeup_db)}")]
        case Equaliser():
            bands = [
                ("bass", f"f=120:g={effect.low_db}", effect.low_db),
                ("equalizer", f"f=1200:t=q:w=0.9:g={effect.middle_db}", effect.middle_db),
                ("treble", f"f=8000:g={effect.high_db}", effect.high_db),
                ("highpass", f"f={effect.low_cut_hz}", effect.low_cut_hz),
            ]
            return [(name, arguments) for name, arguments, amount in bands if amount]
    return []


class FilterChain:
    """Some effects as one graph. Raises `ValueError` when FFmpeg refuses them or gives back another number of samples."""

    def __init__(self, effects: tuple[AnyEffect, ...]) -> None:
        graph = Graph()
        self._in = graph.add_abuffer(format="flt", sample_rate=SAMPLE_RATE, layout="stereo", time_base=Fraction(1, SAMPLE_RATE))
        last = self._in
        wanted = [one for effect in effects for one in filters_of(effect)]
        even = ("aformat", f"sample_fmts=flt:sample_rates={SAMPLE_RATE}:channel_layouts=stereo")
        for name, arguments in (*wanted, even):
            step = graph.add(name, arguments)
            last.link_to(step)
            last = step
        self._out = graph.add("abuffersink")
        last.link_to(self._out)
        graph.configure()
        self._graph = graph
        self._at = 0

    def __call__(self, block: Samples) -> Samples:
        """The block, filtered."""
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block).reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate, frame.pts = SAMPLE_RATE, self._at
        self._at += len(block)
        self._in.push(frame)
        out = self._out.pull()
        if not isinstance(out, av.AudioFrame) or out.samples != len(block):
            raise ValueError("the filters hold sound back")
        samples: Samples = np.asarray(out.to_ndarray(), np.float32).reshape(-1, 2)
        return samples


def _dynamics(threshold_db: float, ratio: float, attack_ms: float, release_ms: float) -> str:
    return f"threshold={_factor(threshold_db)}:ratio={ratio}:attack={attack_ms}:release={release_ms}"


def _factor(db: float) -> float:
    return float(10 ** (db / 20))
