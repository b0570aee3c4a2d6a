"""A customer's voice from the speakers into the microphone, through a real sound server: how much of it goes back to them.

The microphone hears exactly what the speakers play (the null sink's monitor), with all the buffers between. Speech is
espeak-ng's; the first seconds, in which the canceller learns, are not counted.
"""

import io
import subprocess
import time
import wave

import numpy as np

from studio.audio.echo import EchoCancellation
from studio.audio.mixer import Mixer, Strip
from studio.audio.monitor import Monitor
from studio.bench import stage
from studio.bench.report import Row
from studio.clock import MonotonicClock
from studio.errors import DeviceFailed
from studio.media.encoder import SAMPLE_RATE
from studio.media.timed_ring import Samples, TimedRing, sample_index
from studio.sources.base import SourceContext
from studio.sources.sound import SoundSettings, SoundSource

WORDS = "Good evening. I have very dry skin in winter, and I wonder which of your creams is the right one for me, and why."
LEARNS_S = 4.0
STEP_S = 0.5


def run(seconds: float = 12.0) -> list[Row]:
    """Listen for `seconds` after it has learnt."""
    with stage.folder() as folder, stage.sound(folder):
        return [Row(name="echo of the far voice, less by", value=_measure(seconds), unit="dB", least=20)]


def _measure(seconds: float) -> float:
    clock, far = MonotonicClock(), TimedRing(4.0)
    mixer = Mixer(clock)
    microphone = SoundSource("system_sound", SoundSettings(), SourceContext(clock=clock))
    headphones = Monitor("", lambda problem: None, clock, mixer.played)
    assert microphone.ring is not None
    mixer.set_strips((Strip("mic", microphone.ring, microphone=True), Strip("far", far, heard=False, monitor=True, paced=False)))
    mixer.set_headphones(headphones)
    mixer.set_echo(EchoCancellation())
    left: list[Samples] = []
    mixer.add_sink(lambda block, pts_ns: left.append(block))
    heard: list[Samples] = []
    headphones.start()
    microphone.start()
    mixer.start()
    try:
        said, at = np.repeat(np.tile(_speech(), 10)[:, None], 2, axis=1), 0
        begun = sample_index(clock.now_ns()) + SAMPLE_RATE // 10
        listened = begun
        while at < (LEARNS_S + seconds) * SAMPLE_RATE:
            part = said[at : at + int(STEP_S * SAMPLE_RATE)]
            far.write(begun + at, part)
            at += len(part)
            time.sleep(STEP_S)
            if at > LEARNS_S * SAMPLE_RATE:
                heard.append(microphone.ring.read(listened, begun + at - listened - SAMPLE_RATE // 2))
            else:
                left.clear()
            listened = begun + at - SAMPLE_RATE // 2
    finally:
        mixer.close()
        microphone.close()
        headphones.close()
    before, after = _power(heard), _power(left)
    if before < -50:
        raise DeviceFailed("the microphone does not hear the speakers")
    return before - after


def _power(blocks: list[Samples]) -> float:
    return float(10 * np.log10((np.concatenate(blocks) ** 2).mean() + 1e-10))


def _speech() -> Samples:
    """Mono."""
    done = subprocess.run([stage.need("espeak-ng", "espeak-ng"), "--stdout", WORDS], capture_output=True, check=True, timeout=30)
    with wave.open(io.BytesIO(done.stdout)) as file:
        rate, data = file.getframerate(), file.readframes(file.getnframes())
    samples = np.frombuffer(data, np.int16).astype(np.float32) / 32768
    at = np.arange(int(len(samples) * SAMPLE_RATE / rate)) * rate / SAMPLE_RATE
    speech: Samples = np.interp(at, np.arange(len(samples)), samples).astype(np.float32)
    return speech
