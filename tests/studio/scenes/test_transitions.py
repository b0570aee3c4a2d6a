"""How one picture becomes the next."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.clock import NS_PER_MS
from studio.media.frames import blank, rgb_to_yuv
from studio.scenes.transitions import TRANSITIONS, progress
from studio.state import TransitionKind
from tests.fakes import BLUE, RED, near, pixel, solid


def test_every_kind_of_the_state_is_a_row() -> None:
    assert set(TRANSITIONS) == set(get_args(TransitionKind))
    assert TRANSITIONS["cut"] is None


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_a_fade_is_the_mixture_of_both(share: float) -> None:
    fade = TRANSITIONS["fade"]
    assert fade is not None
    out = blank(16, 8)
    fade(solid(16, 8, RED), solid(16, 8, BLUE), share, out)
    expected = tuple(round(b * share + a * (1 - share)) for a, b in zip(rgb_to_yuv(*RED), rgb_to_yuv(*BLUE), strict=True))
    assert near(pixel(out, 0, 0), expected, by=1)
    assert near(pixel(out, 15, 7), expected, by=1)


def test_progress_goes_from_nothing_to_all_and_is_half_in_the_middle() -> None:
    start = 50 * NS_PER_MS
    assert progress(start - 1, start, 300) == 0
    assert progress(start, start, 300) == 0
    assert progress(start + 150 * NS_PER_MS, start, 300) == pytest.approx(0.5)
    assert progress(start + 300 * NS_PER_MS, start, 300) == 1
    assert progress(start + 999 * NS_PER_MS, start, 300) == 1


def test_it_begins_and_ends_gently() -> None:
    assert progress(10 * NS_PER_MS, 0, 100) < 0.05
    assert progress(90 * NS_PER_MS, 0, 100) > 0.95


@given(st.integers(0, 10**10), st.integers(0, 10**9), st.integers(1, 20_000))
def test_it_never_goes_back(now: int, later: int, duration_ms: int) -> None:
    assert 0 <= progress(now, 0, duration_ms) <= progress(now + later, 0, duration_ms) <= 1


def test_without_a_duration_it_is_done() -> None:
    assert progress(0, 100, 0) == 1
