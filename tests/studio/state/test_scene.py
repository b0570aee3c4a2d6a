"""Canvases and the sizes of their renditions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.state import CANVASES, Canvas


@pytest.mark.parametrize(
    ("canvas", "short_side", "size"),
    [
        (Canvas(1920, 1080), 1080, (1920, 1080)),
        (Canvas(1920, 1080), 720, (1280, 720)),
        (Canvas(1920, 1080), 360, (640, 360)),
        (Canvas(1080, 1920), 720, (720, 1280)),
        (Canvas(1080, 1920), 360, (360, 640)),
        (Canvas(1080, 1080), 720, (720, 720)),
    ],
)
def test_a_rendition_is_named_by_its_short_side(canvas: Canvas, short_side: int, size: tuple[int, int]) -> None:
    assert canvas.rendition_size(short_side) == size


def test_a_rendition_is_never_larger_than_the_canvas() -> None:
    assert Canvas(640, 360).rendition_size(1080) == (640, 360)


@given(st.sampled_from(CANVASES), st.integers(2, 4000))
def test_sizes_are_even_and_keep_the_shape(canvas: Canvas, short_side: int) -> None:
    width, height = canvas.rendition_size(short_side)
    assert width % 2 == height % 2 == 0
    assert 2 <= min(width, height) <= canvas.short_side
    assert abs(width / canvas.width - height / canvas.height) <= 2 / canvas.short_side


def test_upright_landscape_and_square_are_there() -> None:
    assert {(c.width > c.height) - (c.width < c.height) for c in CANVASES} == {-1, 0, 1}
    assert {c.short_side for c in CANVASES} == {1080}
