"""Layers on a canvas, looked at pixel by pixel."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.media.frames import BLACK, Picture, blank, of_rgba, rgb_to_yuv
from studio.scenes.compositor import Layer, compose
from studio.scenes.geometry import Placement, Rect
from studio.scenes.scaling import scale
from tests.fakes import BLUE, GREEN, RED, WHITE, glass, near, pixel, solid

WIDTH, HEIGHT = 64, 36
WHOLE = Rect(0, 0, WIDTH, HEIGHT)


def dirty() -> Picture:
    """A canvas with yesterday's picture still on it."""
    return blank(WIDTH, HEIGHT, (200, 10, 240))


def whole(picture: Picture, opacity: float = 1.0) -> Layer:
    """A layer over all of the canvas."""
    return Layer(picture, Placement(Rect(0, 0, picture.width, picture.height), WHOLE), opacity)


def at(picture: Picture, x: int, y: int, width: int = 0, height: int = 0, opacity: float = 1.0) -> Layer:
    """A layer at a place, in its own size or another."""
    target = Rect(x, y, width or picture.width, height or picture.height)
    return Layer(picture, Placement(Rect(0, 0, picture.width, picture.height), target), opacity)


def mixed(over: tuple[int, ...], under: tuple[int, ...], share: float) -> tuple[int, ...]:
    return tuple(round(a * share + b * (1 - share)) for a, b in zip(over, under, strict=True))


# ── what is opaque ───────────────────────────────────────────────────────────────────────────────────────────


def test_without_layers_the_canvas_is_black() -> None:
    canvas = compose(dirty(), [])
    for plane, value in zip((canvas.y, canvas.u, canvas.v), BLACK, strict=True):
        assert (plane == value).all()


def test_one_picture_that_covers_the_canvas_is_handed_through_untouched() -> None:
    canvas, picture = dirty(), solid(WIDTH, HEIGHT, RED)
    assert compose(canvas, [whole(picture)]) is picture
    assert pixel(canvas, 0, 0) == (200, 10, 240)


def test_so_is_one_that_hides_what_lies_below_it() -> None:
    picture = solid(WIDTH, HEIGHT, RED)
    assert compose(dirty(), [at(solid(8, 8, BLUE), 4, 4), whole(picture)]) is picture


@pytest.mark.parametrize("layers", [1, 2])
def test_a_picture_without_a_frame_is_drawn(layers: int) -> None:
    picture = of_rgba(np.full((HEIGHT, WIDTH, 4), (*RED, 255), np.uint8))
    picture.alpha = None
    canvas = dirty()
    assert compose(canvas, [whole(picture)] * layers) is canvas
    assert near(pixel(canvas, 30, 20), rgb_to_yuv(*RED), by=1)


def test_a_small_picture_lies_where_it_belongs_and_the_rest_is_black() -> None:
    canvas = compose(dirty(), [at(solid(16, 8, RED), 10, 20)])
    red = rgb_to_yuv(*RED)
    for x, y in ((10, 20), (25, 20), (10, 27), (25, 27)):
        assert pixel(canvas, x, y) == red
    for x, y in ((8, 20), (26, 20), (10, 18), (25, 28), (0, 0), (63, 35)):
        assert pixel(canvas, x, y) == BLACK


def test_a_scaled_picture_fills_its_place() -> None:
    canvas = compose(dirty(), [at(solid(16, 8, RED), 4, 4, 40, 24)])
    assert pixel(canvas, 4, 4) == pixel(canvas, 43, 27) == rgb_to_yuv(*RED)
    assert pixel(canvas, 44, 28) == BLACK


def test_only_the_part_that_was_asked_for_is_drawn() -> None:
    picture = solid(32, 16, RED)
    picture.y[:, 16:] = 40
    canvas = compose(dirty(), [Layer(picture, Placement(Rect(16, 0, 16, 16), Rect(0, 0, 16, 16)))])
    assert (canvas.y[:16, :16] == 40).all()


def test_much_smaller_is_averaged_not_picked() -> None:
    stripes = blank(640, 360)
    stripes.y[:, ::2] = 236
    canvas = compose(dirty(), [whole(stripes)])
    assert np.abs(canvas.y.astype(int) - 126).max() <= 2


def test_later_layers_lie_on_top() -> None:
    red, blue = at(solid(16, 16, RED), 0, 0), at(solid(16, 16, BLUE), 8, 8)
    canvas = compose(dirty(), [red, blue])
    assert pixel(canvas, 10, 10) == rgb_to_yuv(*BLUE)
    canvas = compose(dirty(), [blue, red])
    assert pixel(canvas, 10, 10) == rgb_to_yuv(*RED)


def test_what_is_under_a_whole_layer_shows_nowhere() -> None:
    canvas = compose(dirty(), [at(solid(16, 16, RED), 0, 0), whole(solid(32, 18, GREEN)), at(solid(8, 8, BLUE), 50, 20)])
    assert pixel(canvas, 4, 4) == rgb_to_yuv(*GREEN)
    assert pixel(canvas, 52, 22) == rgb_to_yuv(*BLUE)


def test_a_pale_opaque_layer_lets_what_is_below_shine_through() -> None:
    canvas = compose(dirty(), [whole(solid(WIDTH, HEIGHT, RED)), at(solid(16, 16, BLUE), 8, 8, opacity=0.25)])
    assert near(pixel(canvas, 12, 12), mixed(rgb_to_yuv(*BLUE), rgb_to_yuv(*RED), 0.25), by=1)
    assert pixel(canvas, 40, 30) == rgb_to_yuv(*RED)


def test_a_pale_whole_layer_is_not_handed_through() -> None:
    canvas = dirty()
    assert compose(canvas, [whole(solid(WIDTH, HEIGHT, WHITE), opacity=0.5)]) is canvas
    assert near(pixel(canvas, 5, 5), mixed(rgb_to_yuv(*WHITE), BLACK, 0.5), by=1)


def test_pale_and_scaled_at_once() -> None:
    canvas = compose(dirty(), [at(solid(8, 8, WHITE), 0, 0, 32, 32, opacity=0.5)])
    assert near(pixel(canvas, 31, 31), mixed(rgb_to_yuv(*WHITE), BLACK, 0.5), by=1)


# ── what is transparent ──────────────────────────────────────────────────────────────────────────────────────


@given(
    st.sampled_from([RED, GREEN, BLUE, WHITE]),
    st.sampled_from([RED, GREEN, BLUE, WHITE]),
    st.integers(0, 255),
    st.floats(0.05, 1),
)
def test_glass_over_a_colour_is_their_mixture(
    over: tuple[int, int, int], under: tuple[int, int, int], alpha: int, opacity: float
) -> None:
    canvas = compose(dirty(), [whole(solid(32, 18, under)), at(glass(16, 16, over, alpha), 8, 8, opacity=opacity)])
    share = alpha / 255 * opacity
    assert near(pixel(canvas, 14, 14), mixed(rgb_to_yuv(*over), rgb_to_yuv(*under), share))
    assert pixel(canvas, 40, 30) == rgb_to_yuv(*under)


def test_a_logo_shows_its_shape_and_nothing_around_it() -> None:
    rgba = np.zeros((20, 20, 4), np.uint8)
    rgba[6:14, 6:14] = (*RED, 255)
    canvas = compose(dirty(), [whole(solid(32, 18, GREEN)), at(of_rgba(rgba), 10, 10)])
    assert near(pixel(canvas, 18, 18), rgb_to_yuv(*RED), by=1)
    for x, y in ((10, 10), (14, 20), (25, 20), (20, 24)):
        assert pixel(canvas, x, y) == rgb_to_yuv(*GREEN)


@pytest.mark.parametrize("first", [0, 5, 6])
@pytest.mark.parametrize("last", [12, 13, 19])
def test_a_logo_is_seen_to_its_very_edges(first: int, last: int) -> None:
    rgba = np.zeros((20, 20, 4), np.uint8)
    rgba[first : last + 1, first : last + 1] = (*WHITE, 255)
    canvas = compose(dirty(), [at(of_rgba(rgba), 10, 10)])
    expected = np.full((HEIGHT, WIDTH), 16)
    expected[10 + first : 11 + last, 10 + first : 11 + last] = 235
    assert (canvas.y == expected).all()


def test_glass_is_scaled_like_anything_else() -> None:
    canvas = compose(dirty(), [at(glass(8, 8, WHITE, 128), 0, 0, 32, 32)])
    expected = mixed(rgb_to_yuv(*WHITE), BLACK, 128 / 255)
    assert near(pixel(canvas, 2, 2), expected)
    assert near(pixel(canvas, 29, 29), expected)
    assert pixel(canvas, 34, 20) == BLACK


def test_cropped_glass_shows_the_part_that_is_left() -> None:
    rgba = np.zeros((16, 32, 4), np.uint8)
    rgba[:, :16] = (*RED, 255)
    rgba[:, 16:] = (*BLUE, 200)
    picture = of_rgba(rgba)
    canvas = compose(dirty(), [Layer(picture, Placement(Rect(16, 0, 16, 16), Rect(0, 0, 16, 16)))])
    assert near(pixel(canvas, 8, 8), mixed(rgb_to_yuv(*BLUE), BLACK, 200 / 255))


def test_nothing_but_transparency_changes_nothing() -> None:
    canvas = compose(dirty(), [whole(solid(32, 18, GREEN)), at(glass(16, 16, RED, 0), 8, 8)])
    assert (canvas.y == rgb_to_yuv(*GREEN)[0]).all()


def test_glass_over_the_whole_canvas_does_not_count_as_hiding_it() -> None:
    canvas = compose(dirty(), [at(solid(16, 16, RED), 0, 0), whole(glass(WIDTH, HEIGHT, WHITE, 128))])
    assert near(pixel(canvas, 4, 4), mixed(rgb_to_yuv(*WHITE), rgb_to_yuv(*RED), 128 / 255))


def test_two_sheets_of_glass_darken_each_other() -> None:
    canvas = compose(dirty(), [at(glass(16, 16, WHITE, 128), 0, 0), at(glass(16, 16, RED, 128), 0, 0)])
    first = mixed(rgb_to_yuv(*WHITE), BLACK, 128 / 255)
    assert near(pixel(canvas, 8, 8), mixed(rgb_to_yuv(*RED), first, 128 / 255))


def test_the_picture_itself_is_never_changed() -> None:
    picture = glass(16, 16, RED, 128)
    assert picture.alpha is not None
    before = picture.y.copy(), picture.alpha.copy()
    compose(dirty(), [at(picture, 0, 0, opacity=0.5)])
    assert (picture.y == before[0]).all()
    assert (picture.alpha == before[1]).all()


def test_the_same_overlay_at_the_same_place_is_prepared_once() -> None:
    picture = glass(16, 16, RED, 128)
    for _ in range(5):
        compose(dirty(), [at(picture, 8, 8)])
    assert len(picture.cache) == 1


def test_an_overlay_that_is_dragged_or_faded_about_does_not_fill_the_memory() -> None:
    picture = glass(16, 16, RED, 128)
    for step in range(100):
        compose(dirty(), [at(picture, 2 * (step % 20), 0, opacity=1 - step / 200)])
        assert len(picture.cache) <= 9


# ── scaling ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_size_is_a_copy() -> None:
    source = np.random.default_rng(1).integers(0, 255, (8, 16), np.uint8)
    target = np.zeros_like(source)
    scale(source, target)
    assert (source == target).all()


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_a_flat_plane_stays_flat_at_any_size(width: int, height: int, new_width: int, new_height: int) -> None:
    target = np.zeros((new_height, new_width), np.uint8)
    scale(np.full((height, width), 77, np.uint8), target)
    assert (target == 77).all()


def test_scaling_writes_into_part_of_a_larger_plane() -> None:
    plane = np.zeros((20, 20), np.uint8)
    scale(np.full((4, 4), 9, np.uint8), plane[5:15, 5:15])
    assert (plane[5:15, 5:15] == 9).all()
    assert plane.sum() == 900
