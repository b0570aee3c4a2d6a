"""Eight ways to stand, and pixels that are not square."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from studio.media.frames import Picture
from studio.media.stance import SIDE_MAX, Stance, by_matrix, by_orientation

ONE = 65536


@pytest.mark.parametrize("orientation", range(9))
def test_a_photo_stands_as_pillow_turns_it(orientation: int) -> None:
    plane = np.arange(6 * 4, dtype=np.uint8).reshape(4, 6)
    image = Image.fromarray(plane)
    image.getexif()[0x0112] = orientation
    assert np.array_equal(by_orientation(orientation).plane(plane), np.asarray(ImageOps.exif_transpose(image)))


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        ((ONE, 0, 0, 0, ONE, 0, 0, 0, 1 << 30), [[1, 2, 3], [4, 5, 6]]),
        ((0, ONE, 0, -ONE, 0, 0, 0, 0, 1 << 30), [[4, 1], [5, 2], [6, 3]]),
        ((-ONE, 0, 0, 0, -ONE, 0, 0, 0, 1 << 30), [[6, 5, 4], [3, 2, 1]]),
        ((0, -ONE, 0, ONE, 0, 0, 0, 0, 1 << 30), [[3, 6], [2, 5], [1, 4]]),
        ((-ONE, 0, 0, 0, ONE, 0, 0, 0, 1 << 30), [[3, 2, 1], [6, 5, 4]]),
        ((ONE, 0, 0, 0, -ONE, 0, 0, 0, 1 << 30), [[4, 5, 6], [1, 2, 3]]),
        ((0, ONE, 0, ONE, 0, 0, 0, 0, 1 << 30), [[1, 4], [2, 5], [3, 6]]),
        ((60000, 20000, 0, -20000, 60000, 0, 0, 0, 1 << 30), [[1, 2, 3], [4, 5, 6]]),
        ((0,) * 9, [[1, 2, 3], [4, 5, 6]]),
    ],
)
def test_a_display_matrix(matrix: tuple[int, ...], expected: list[list[int]]) -> None:
    plane = np.array([[1, 2, 3], [4, 5, 6]], np.uint8)
    assert by_matrix(matrix).plane(plane).tolist() == expected


@given(st.integers(2, 8192), st.integers(2, 8192), st.fractions(Fraction(-2), 100), st.integers(1, 8))
def test_every_picture_has_an_even_size_that_can_be_made(width: int, height: int, pixel: Fraction, orientation: int) -> None:
    turned = by_orientation(orientation)
    stance = Stance(turned.turned, turned.across, turned.down, by_matrix((ONE, 0, 0, 0, ONE, 0, 0, 0, 0), pixel).pixel)
    across, down = stance.shown(width, height)
    assert across % 2 == down % 2 == 0
    assert 2 <= across <= SIDE_MAX
    assert 2 <= down <= SIDE_MAX


def test_pixels_are_made_square_without_losing_any() -> None:
    assert Stance(pixel=Fraction(64, 45)).shown(360, 288) == (512, 288)
    assert Stance(pixel=Fraction(8, 9)).shown(720, 480) == (720, 540)
    assert Stance(turned=True, down=True, pixel=Fraction(4, 3)).shown(1440, 1080) == (1080, 1920)


def test_all_planes_turn_together() -> None:
    y, u = np.arange(32, dtype=np.uint8).reshape(4, 8), np.arange(8, dtype=np.uint8).reshape(2, 4)
    turned = Stance(turned=True, across=True).put(Picture(y, u, u, alpha=y))
    assert turned.alpha is not None
    assert [plane.shape for plane in (turned.y, turned.u, turned.v, turned.alpha)] == [(8, 4), (4, 2), (4, 2), (8, 4)]
    assert turned.u[0, -1] == u[0, 0]
