"""How one picture becomes the next."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.clock import NS_PER_MS
from studio.media.frames import BLACK, Picture, blank, rgb_to_yuv
from studio.scenes.transitions import TRANSITIONS, progress
from studio.state import Direction, TransitionKind
from tests.fakes import BLUE, RED, near, pixel, solid


def test_every_kind_of_the_state_is_a_row() -> None:
    assert set(TRANSITIONS) == set(get_args(TransitionKind))
    assert TRANSITIONS["cut"] is None
    assert TRANSITIONS["stinger"] is None


def blended(kind: TransitionKind, share: float, direction: Direction = "left") -> Picture:
    """Red becoming blue."""
    blend = TRANSITIONS[kind]
    assert blend is not None
    out = blank(16, 8)
    blend(solid(16, 8, RED), solid(16, 8, BLUE), share, out, direction)
    return out


BLENDS = [kind for kind, blend in TRANSITIONS.items() if blend is not None]
RED_YUV, BLUE_YUV = rgb_to_yuv(*RED), rgb_to_yuv(*BLUE)


@pytest.mark.parametrize("direction", get_args(Direction))
@pytest.mark.parametrize("kind", BLENDS)
def test_each_begins_with_the_old_picture_and_ends_with_the_new(kind: TransitionKind, direction: Direction) -> None:
    for share, wanted in ((0.0, RED_YUV), (1.0, BLUE_YUV)):
        out = blended(kind, share, direction)
        assert all(near(pixel(out, x, y), wanted, by=1) for x in range(16) for y in range(8))


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_a_fade_is_the_mixture_of_both(share: float) -> None:
    out = blended("fade", share)
    expected = tuple(round(b * share + a * (1 - share)) for a, b in zip(RED_YUV, BLUE_YUV, strict=True))
    assert near(pixel(out, 0, 0), expected, by=1)
    assert near(pixel(out, 15, 7), expected, by=1)


def test_through_black_it_is_black_in_the_middle() -> None:
    assert near(pixel(blended("fade_black", 0.5), 8, 4), BLACK, by=1)
    half_gone = tuple(round((a + b) / 2) for a, b in zip(RED_YUV, BLACK, strict=True))
    assert near(pixel(blended("fade_black", 0.25), 8, 4), half_gone, by=1)


@pytest.mark.parametrize(
    ("direction", "new", "old"),
    [("left", (15, 4), (0, 4)), ("right", (0, 4), (15, 4)), ("up", (8, 7), (8, 0)), ("down", (8, 0), (8, 7))],
)
@pytest.mark.parametrize("kind", ["slide", "wipe"])
def test_the_new_picture_comes_from_where_it_should(
    kind: TransitionKind, direction: Direction, new: tuple[int, int], old: tuple[int, int]
) -> None:
    out = blended(kind, 0.5, direction)
    assert pixel(out, *new) == BLUE_YUV
    assert pixel(out, *old) == RED_YUV


def test_a_slide_moves_the_old_picture_a_wipe_leaves_it() -> None:
    old, out = blank(16, 8), blank(16, 8)
    old.y[:] = np.arange(16, 32, dtype=np.uint8)
    for kind, first in (("slide", 24), ("wipe", 16)):
        blend = TRANSITIONS[kind]  # type: ignore[index]
        assert blend is not None
        blend(old, solid(16, 8, BLUE), 0.5, out, "left")
        assert int(out.y[0, 0]) == first


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
