"""Clips that nobody had to cut: one a product, of a useful length, never through a word."""

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE
from studio.media.timed_ring import Samples
from studio.recordings.cutting.join import join
from studio.recordings.cutting.proposals import (
    BREATH_MS,
    REACH_MS,
    SHORTEST_MS,
    Bounds,
    Pinned,
    fitted,
    placed,
    propose,
)
from tests.studio.recordings.cutting.films import chirp, recorded, silent

PERIOD_MS, WORDS_MS = 3000, 2400


def speech(at: int) -> Samples:
    """Sentences of 2.4 s, and 0.6 s between them."""
    ms = (at + np.arange(OPUS_FRAME)) * 1000 / SAMPLE_RATE % PERIOD_MS
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 5 * ms / 1000)
    return (chirp(at) * ((ms < WORDS_MS) * syllables)[:, None]).astype(np.float32)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recorded(tmp_path_factory.mktemp("films") / "a.mp4", 60, sound=speech)


def pin(begins_ms: int, ends_ms: int, product: str = "oil") -> Pinned:
    return Pinned(product=product, title=product.title(), begins_ms=begins_ms, ends_ms=ends_ms)


def in_a_pause(at_ms: int) -> bool:
    return at_ms % PERIOD_MS >= WORDS_MS - 60 or at_ms % PERIOD_MS <= 60


def test_both_ends_lie_in_pauses_near_the_pin(film: Path) -> None:
    (made,) = propose(film, [pin(10_500, 31_200)])
    assert (made.product, made.title) == ("oil", "Oil")
    assert made.begins_ms == pytest.approx(12_000 - BREATH_MS, abs=60), "just before the next sentence"
    assert made.ends_ms == pytest.approx(29_400 + BREATH_MS, abs=60) or in_a_pause(made.ends_ms)
    assert abs(made.begins_ms - 10_500) <= REACH_MS
    assert abs(made.ends_ms - 31_200) <= REACH_MS


@pytest.mark.parametrize("begins_ms", range(6_000, 9_000, 350))
def test_wherever_it_was_pinned_no_word_is_cut(film: Path, begins_ms: int) -> None:
    (made,) = propose(film, [pin(begins_ms, begins_ms + 25_000)])
    assert in_a_pause(made.begins_ms)
    assert in_a_pause(made.ends_ms)


def test_one_clip_a_product_of_its_longest_pin_in_the_films_order(film: Path) -> None:
    pins = [pin(30_000, 42_000, "soap"), pin(1_000, 9_000), pin(12_000, 26_000), pin(44_000, 58_000)]
    made = propose(film, pins)
    assert [one.product for one in made] == ["oil", "soap"]
    assert made[0].begins_ms == pytest.approx(12_000, abs=REACH_MS)


@pytest.mark.parametrize("length_ms", [0, 500, 3_000, 8_000, 9_000])
@pytest.mark.parametrize("begins_ms", [0, 20_000, 57_000, 59_900])
def test_a_short_pin_becomes_long_enough(film: Path, begins_ms: int, length_ms: int) -> None:
    (made,) = propose(film, [pin(begins_ms, begins_ms + length_ms)])
    assert made.ends_ms - made.begins_ms >= SHORTEST_MS - 2 * REACH_MS
    if begins_ms < 50_000:
        assert made.ends_ms - made.begins_ms >= SHORTEST_MS
    assert made.begins_ms >= 0
    assert made.ends_ms <= 60_000


def test_a_long_pin_becomes_short(film: Path) -> None:
    (made,) = propose(film, [pin(3_000, 50_000)], bounds=Bounds(longest=40_000))
    assert made.ends_ms - made.begins_ms == pytest.approx(30_000, abs=2 * REACH_MS)


def test_a_take_within_a_pause_is_the_better_place(film: Path) -> None:
    (made,) = propose(film, [pin(10_500, 31_000)], [11_500, 14_000, 31_900])
    assert made.begins_ms == 11_500


def test_a_pin_behind_the_film_is_left_out_and_one_that_still_holds_ends_with_it(film: Path) -> None:
    made = propose(film, [pin(70_000, 80_000, "soap"), pin(40_000, 90_000)])
    assert [one.product for one in made] == ["oil"]
    assert made[0].ends_ms == 60_000


def test_a_film_without_sound_is_cut_where_it_was_pinned(tmp_path: Path) -> None:
    path = silent(tmp_path / "a.mp4", 600)
    (made,) = propose(path, [pin(3_000, 15_000)])
    assert (made.begins_ms, made.ends_ms) == (3_000, 15_000)


def test_an_hour_with_twenty_products_takes_seconds(film: Path, tmp_path: Path) -> None:
    join([film] * 60, tmp_path / "hour.mp4")
    pins = [pin(170_000 * number + 7_321, 170_000 * number + 97_321, f"p{number}") for number in range(20)]
    begun = time.process_time()
    made = propose(tmp_path / "hour.mp4", pins)
    assert time.process_time() - begun < 10
    assert len(made) == 20
    assert all(in_a_pause(one.begins_ms) and in_a_pause(one.ends_ms) for one in made)


moments = st.integers(0, 200_000)


@given(moments, moments, moments)
def test_a_fitted_span_is_in_the_film_and_of_a_useful_length(begins_ms: int, ends_ms: int, length_ms: int) -> None:
    first, last = fitted(begins_ms, ends_ms, length_ms, Bounds())
    assert 0 <= first <= last <= length_ms
    assert last - first >= min(SHORTEST_MS, length_ms)
    assert last - first <= Bounds().longest


@given(
    st.lists(st.integers(0, 500), unique=True, max_size=8).map(sorted),
    st.lists(st.integers(0, 500), max_size=4),
    st.booleans(),
)
def test_a_cut_stays_near_and_in_a_pause_when_there_is_one(edges: list[int], changes: list[int], opens: bool) -> None:
    pauses = [(edges[at] * 10, edges[at + 1] * 10) for at in range(0, len(edges) - 1, 2)]
    at_ms = placed(2_500, pauses, [change * 10 for change in changes], (0, 5_000), opens=opens)
    assert 0 <= at_ms <= 5_000
    assert not pauses or any(begins <= at_ms <= ends for begins, ends in pauses)


def test_without_a_pause_the_picture_decides_and_without_either_nothing_moves() -> None:
    assert placed(2_500, [], [1000, 3000], (0, 5000), opens=True) == 3000
    assert placed(2_500, [], [], (0, 5000), opens=False) == 2_500
