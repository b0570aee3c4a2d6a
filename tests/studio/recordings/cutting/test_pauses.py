"""Where nobody speaks: told apart from music, noise and clicks, by the film's own level."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE
from studio.media.timed_ring import Samples
from studio.recordings.cutting.pauses import SHORTEST_MS, pauses, quiet
from tests.studio.recordings.cutting.films import chirp, recorded, silent

WORDS_MS = ((500, 1200), (1300, 2600), (3400, 4800), (4860, 6000), (7200, 9500))
"""Between 1200 and 1300, and 4800 and 4860, a speaker only takes a breath."""
PAUSES_MS = [(2600, 3400), (6000, 7200)]


def speech(at: int, level: float = 1.0, music: float = 0.0) -> Samples:
    """Syllables, five a second, while there are words; a low hum beside them."""
    ms = (at + np.arange(OPUS_FRAME)) * 1000 / SAMPLE_RATE
    says = np.any([(begins <= ms) & (ms < ends) for begins, ends in WORDS_MS], axis=0)
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 5 * ms / 1000)
    hum = 0.2 * np.sin(2 * np.pi * 50 * ms / 1000)
    tune = 0.25 * np.sin(2 * np.pi * 440 * ms / 1000)
    voice = chirp(at)[:, 0] * says * syllables * level
    return np.repeat((voice + hum * 0.1 + music * tune)[:, None], 2, axis=1).astype(np.float32)


@pytest.mark.parametrize(("level", "music"), [(1.0, 0.0), (0.08, 0.0), (1.0, 0.1)])
def test_the_pauses_between_the_words(tmp_path: Path, level: float, music: float) -> None:
    path = recorded(tmp_path / "a.mp4", 10, sound=lambda at: speech(at, level, music))
    found = quiet(path, 1500, 9000)
    assert len(found) == len(PAUSES_MS)
    for (begins, ends), (first, last) in zip(found, PAUSES_MS, strict=True):
        assert begins == pytest.approx(first, abs=70)
        assert ends == pytest.approx(last, abs=70)


def test_a_short_span_is_judged_by_what_lies_around_it(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.mp4", 10, sound=speech)
    assert quiet(path, 2700, 3300) == [(2700, 3300)]
    assert quiet(path, 8000, 8600) == []


def test_a_film_without_sound_is_one_pause(tmp_path: Path) -> None:
    assert quiet(silent(tmp_path / "a.mp4"), 100, 900) == [(100, 900)]
    path = recorded(tmp_path / "b.mp4", 2, sound=lambda at: np.zeros((OPUS_FRAME, 2), np.float32))
    assert quiet(path, 200, 1500) == [(200, 1500)]


def test_a_steady_tone_has_none(tmp_path: Path) -> None:
    assert quiet(recorded(tmp_path / "a.mp4", 3, sound=chirp), 0, 2500) == []


def line(*parts: tuple[int, float]) -> NDArray[np.float64]:
    """So many ms at so many dB, and so on; words are never even."""
    dice = np.random.default_rng(1)
    return np.concatenate([level + dice.uniform(-3, 3, ms // 10) for ms, level in parts])


def test_a_click_in_a_pause_is_no_word() -> None:
    assert pauses(line((1000, -20), (400, -60), (20, -15), (400, -60), (1000, -20))) == [(1020, 1800)]


def test_a_breath_is_no_pause() -> None:
    assert pauses(line((1000, -20), (100, -60), (1000, -20), (300, -60), (1000, -20))) == [(2120, 2380)]


@given(st.lists(st.floats(-100, 0), max_size=300))
def test_whatever_it_hears_pauses_are_in_order_and_long_enough(levels: list[float]) -> None:
    found = pauses(np.array(levels))
    edges = [edge for span in found for edge in span]
    assert edges == sorted(edges)
    assert all(begins >= 0 and ends <= len(levels) * 10 for begins, ends in found)
    assert all(ends - begins >= min(SHORTEST_MS, len(levels) * 10) for begins, ends in found)


@given(st.floats(-30, 10))
def test_how_loud_the_film_is_does_not_matter(by: float) -> None:
    levels = line((1000, -25), (500, -50), (1000, -25))
    assert pauses(levels + by) == pauses(levels)
