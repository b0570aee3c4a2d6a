"""A part of a picture, drawn over another one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media.frames import Picture, blank
from studio.recordings.cutting.crop_window import draw, part, shown_of, whole


def ramp(width: int, height: int) -> Picture:
    """Luma rises from left to right, chroma from top to bottom."""
    picture = blank(width, height)
    picture.y[:] = np.linspace(16, 235, width).astype(np.uint8)[None, :]
    picture.u[:] = np.linspace(20, 200, height // 2).astype(np.uint8)[:, None]
    return picture


def test_all_of_it_in_the_same_size_is_the_same() -> None:
    source, target = ramp(64, 36), blank(64, 36)
    draw(source, target, *shown_of((64, 36), (64, 36), 0.5))
    assert np.array_equal(source.y, target.y)
    assert np.array_equal(source.u, target.u)


@pytest.mark.parametrize("middle", [0.0, 0.3, 0.5, 0.77, 1.0])
def test_the_part_around_the_middle(middle: float) -> None:
    source, target = ramp(640, 360), blank(180, 320)
    draw(source, target, *shown_of((640, 360), (180, 320), middle))
    share = 180 * 360 / (320 * 640)
    first = np.clip(middle - share / 2, 0, 1 - share)
    wanted = 16 + 219 * (first + share * (np.arange(180) + 0.5) / 180)
    assert np.abs(target.y.mean(axis=0) - wanted).max() < 2.5
    assert target.u[:, 50].tolist() == pytest.approx(np.linspace(20, 200, 160).tolist(), abs=3)


def test_of_an_upright_picture_a_part_down_it() -> None:
    source, target = ramp(180, 320), blank(320, 180)
    draw(source, target, *shown_of((180, 320), (320, 180), 0.2))
    assert target.y.mean(axis=0).tolist() == pytest.approx(np.linspace(16, 235, 320).tolist(), abs=3)
    assert target.u[0, 0] < target.u[-1, 0]


@given(st.integers(1, 1000).map(lambda n: 2 * n), st.floats(0.01, 1), st.floats(0, 1), st.integers(1, 1000).map(lambda n: 2 * n))
def test_every_part_lies_in_the_picture_and_fills_the_target(source: int, share: float, middle: float, length: int) -> None:
    cut = part(source, share, middle, length)
    assert 0 <= cut.first < cut.last <= source
    assert cut.first % 2 == cut.last % 2 == cut.total % 2 == 0
    assert 0 <= cut.offset <= cut.total - length


def test_slowly_moving_it_never_jumps_back() -> None:
    source, target = ramp(1920, 40), blank(1080, 40)
    means = []
    for step in range(60):
        draw(source, target, part(1920, 0.3, 0.5 + step / 2000, 1080), whole(40, 40))
        means.append(float(target.y.mean()))
    assert np.all(np.diff(means) >= 0)
