"""Speech from the speakers, heard again by the microphone: how much of it is left."""

import io
import itertools
import shutil
import subprocess
import wave
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from studio.audio.echo import EchoCancellation
from studio.audio.mixer import Mixer, Strip
from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE
from studio.media.timed_ring import Samples, TimedRing
from tests.fakes import TIMEOUT_S, ManualClock

FAR = "Good evening. I have very dry skin in winter, and I wonder which of your creams is the right one for me."
NEAR = "I would take the night cream, and two drops of the rose oil on top of it."
ROOM_MS = 70
"""From the speakers' buffer through the air and back through the microphone's."""


def speech(words: str) -> np.ndarray:
    """What espeak-ng says, mono at 48 kHz."""
    program = shutil.which("espeak-ng")
    assert program, "espeak-ng is not installed: packaging/test.sh does that"
    done = subprocess.run([program, "--stdout", words], capture_output=True, check=True, timeout=TIMEOUT_S)
    with wave.open(io.BytesIO(done.stdout)) as file:
        rate, data = file.getframerate(), file.readframes(file.getnframes())
    samples = np.frombuffer(data, np.int16).astype(np.float32) / 32768
    at = np.arange(int(len(samples) * SAMPLE_RATE / rate)) * rate / SAMPLE_RATE
    told: npt.NDArray[np.float32] = np.interp(at, np.arange(len(samples)), samples).astype(np.float32)
    return told


def blocks(samples: np.ndarray) -> list[Samples]:
    count = len(samples) // OPUS_FRAME
    return [np.repeat(part[:, None], 2, axis=1) for part in samples[: count * OPUS_FRAME].reshape(count, OPUS_FRAME)]


def echo_of(far: np.ndarray) -> np.ndarray:
    """A room: later, quieter, with a tail."""
    delay = ROOM_MS * SAMPLE_RATE // 1000
    heard = np.zeros_like(far)
    for extra, share in ((0, 0.4), (300, 0.15), (1100, 0.08)):
        heard[delay + extra :] += share * far[: len(far) - delay - extra]
    return heard + np.random.default_rng(2).normal(0, 0.0005, len(far)).astype(np.float32)


def power(samples: np.ndarray) -> float:
    return float(10 * np.log10((samples**2).mean() + 1e-12))


@pytest.fixture(scope="module")
def far() -> np.ndarray:
    return np.tile(speech(FAR), 3)


def through(clean: Callable[[Samples, Samples], Samples], far: np.ndarray, heard: np.ndarray) -> np.ndarray:
    return np.concatenate([clean(*pair) for pair in zip(blocks(far), blocks(heard), strict=True)])[:, 0]


def test_little_of_the_far_voice_comes_back(far: np.ndarray) -> None:
    echo, times = EchoCancellation(), itertools.count(SAMPLE_RATE, OPUS_FRAME)

    def clean(played: Samples, heard: Samples) -> Samples:
        index = next(times)
        out = echo.cleaned("mic", heard, index)
        echo.played(played, index + OPUS_FRAME)
        return out

    heard = echo_of(far)
    left = through(clean, far, heard)
    late = slice(len(left) // 2, None)
    assert power(heard[late]) - power(left[late]) > 20


def test_the_near_voice_stays_while_both_speak(far: np.ndarray) -> None:
    echo, times = EchoCancellation(), itertools.count(SAMPLE_RATE, OPUS_FRAME)
    near = np.zeros_like(far)
    said = speech(NEAR) * 0.8
    start = len(far) // 2
    near[start : start + len(said)] = said[: len(far) - start]

    def clean(played: Samples, heard: Samples) -> Samples:
        index = next(times)
        out = echo.cleaned("mic", heard, index)
        echo.played(played, index + OPUS_FRAME)
        return out

    left = through(clean, far, echo_of(far) + near)
    speaking = slice(start, start + len(said))
    assert power(left[speaking]) > power(said) - 12


def test_the_mixer_cleans_microphones_and_nothing_else() -> None:
    mixer = Mixer(ManualClock())
    cleaned: list[str] = []

    class Fake:
        def cleaned(self, source: str, block: Samples, index: int) -> Samples:
            cleaned.append(source)
            return block * 0

        def played(self, block: Samples, index: int) -> None:
            cleaned.append("played")

    class Headphones:
        def put(self, block: Samples) -> None:
            pass

    rings = [TimedRing() for _ in range(2)]
    for ring in rings:
        ring.write(0, np.full((SAMPLE_RATE, 2), 0.5, np.float32))
    mixer.set_strips((Strip("mic", rings[0], microphone=True), Strip("film", rings[1])))
    mixer.set_headphones(Headphones())  # type: ignore[arg-type]
    mixer.set_echo(Fake())  # type: ignore[arg-type]
    block = mixer.mix(OPUS_FRAME)
    mixer.mix(2 * OPUS_FRAME)
    mixer.played(block, 0)
    mixer.set_echo(None)
    mixer.played(block, 0)
    assert cleaned == ["mic", "mic", "played"]
    assert np.abs(block).max() < 0.6, "only the film is heard"
