"""Speech is told from everything else by its shape. Real speech comes from espeak-ng where it is installed."""

import io
import shutil
import subprocess
import wave

import numpy as np
import pytest

from studio.audio.meter import Level, measure
from studio.audio.speech import SpeechWatch, speech_like

RATE = 48_000
BLOCK = 480
RNG = np.random.default_rng(7)
WORDS = {
    "en": "Good evening and welcome. Tonight I will show you the rose oil. Two drops, press, never rub. Here is the price.",
    "da": "Godaften og velkommen. I aften viser jeg jer rosenolien. To dråber, tryk, gnid aldrig. Og her er prisen.",
}
Sound = np.ndarray[tuple[int], np.dtype[np.float32]]


def levels(sound: Sound) -> list[Level]:
    blocks = sound[: len(sound) // BLOCK * BLOCK].astype(np.float32).reshape(-1, BLOCK)
    return [measure(np.repeat(block[:, None], 2, axis=1)) for block in blocks]


def share(sound: Sound) -> float:
    """How often, looking four times a second, it would be taken for speech."""
    rms = [level.rms_db for level in levels(sound)]
    looks = [speech_like(rms[at : at + 200]) for at in range(0, len(rms) - 200, 25)]
    return sum(looks) / len(looks)


def noise(seconds: float, amplitude: float) -> Sound:
    return RNG.normal(0, amplitude, int(seconds * RATE)).astype(np.float32)


def clicks(times: list[float], length: int, fall: float) -> Sound:
    sound = noise(10, 0.001)
    for at in times:
        start = int(at * RATE)
        sound[start : start + length] += noise(length / RATE, 0.3)[:length] * np.exp(-np.arange(length) / fall).astype(np.float32)
    return sound


def tone(hz: float, amplitude: float) -> Sound:
    return (amplitude * np.sin(2 * np.pi * hz * np.arange(10 * RATE) / RATE)).astype(np.float32)


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="needs espeak-ng")
@pytest.mark.parametrize("voice", ["en", "da", "en+f3"])
@pytest.mark.parametrize("loudness", [0.5, 0.05])
@pytest.mark.parametrize("room", [0.0, 0.0015])
def test_somebody_speaks(voice: str, loudness: float, room: float) -> None:
    spoken = subprocess.run(["espeak-ng", "-v", voice, "--stdout", WORDS[voice[:2]]], capture_output=True, check=True).stdout
    with wave.open(io.BytesIO(spoken)) as file:
        rate = file.getframerate()
    samples = np.frombuffer(spoken[44:], np.int16).astype(np.float32) / 32768
    count = int(len(samples) * RATE / rate)
    sound = np.interp(np.arange(count) * rate / RATE, np.arange(len(samples)), samples).astype(np.float32)
    sound = sound / np.abs(sound).max() * loudness + noise(count / RATE + 1, room)[:count]
    assert share(sound) > 0.6


@pytest.mark.parametrize(
    "sound",
    [
        noise(10, 0.05),
        tone(440, 0.3),
        tone(50, 0.1) + noise(10, 0.01),
        np.zeros(10 * RATE, np.float32),
        clicks([2 * n + 0.1 for n in range(4)], 4000, 900),
    ],
    ids=["a fan", "a test tone", "mains hum", "nothing", "claps"],
)
def test_nobody_speaks(sound: Sound) -> None:
    assert share(sound) == 0


def test_typing_is_hardly_ever_taken_for_speech() -> None:
    times = sorted(RNG.uniform(0, 9.9, 60))
    assert share(clicks([float(at) for at in times], 700, 150)) < 0.15


def test_a_watch_counts_silence_and_forgets_who_is_gone() -> None:
    watch = SpeechWatch()
    for _ in range(150):
        watch.observe("dead", Level())
        watch.observe("quiet", Level(-70, -80))
    assert (watch.silent_s("dead"), watch.silent_s("quiet"), watch.silent_s("unknown")) == (1.5, 0, 0)
    assert not watch.speaking("quiet")
    watch.forget({"quiet"})
    assert watch.silent_s("dead") == 0
