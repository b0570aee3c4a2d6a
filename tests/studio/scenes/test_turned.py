"""Turned pictures: in the right place, smooth at their edges, blended like anything else; and scenes nested in scenes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.media.frames import Picture, blank, rgb_to_yuv
from studio.scenes.compositor import Layer, compose
from studio.scenes.geometry import Affine, Frame, Placement, canvas_frame, nested_frame, place
from studio.state import Canvas, Transform
from tests.fakes import BLUE, GREEN, RED, glass, near, pixel, solid

CANVAS = Canvas(192, 108)
YUV = {name: rgb_to_yuv(*rgb) for name, rgb in (("red", RED), ("green", GREEN), ("blue", BLUE))}


def layer(picture: Picture, outer: Frame | None = None, **how: float) -> Layer:
    transform = Transform(**how)  # type: ignore[arg-type]
    placement = place(transform, picture.width, picture.height, CANVAS, outer)
    assert placement is not None
    return Layer(picture, placement, transform.opacity)


def drawn(*layers: Layer) -> Picture:
    return compose(blank(CANVAS.width, CANVAS.height), layers)


def checkered(width: int = 40, height: int = 20) -> Picture:
    """Left half dark, right half bright, upper chroma unlike the lower."""
    picture = blank(width, height, (40, 128, 128))
    picture.y[:, width // 2 :] = 200
    picture.u[: height // 4] = 90
    return picture


def test_upside_down_is_the_very_same_pixels_turned_round() -> None:
    source = checkered()
    there = drawn(layer(source, x=60, y=40, rotation=180))
    for plane, original, half in ((there.y, source.y, 1), (there.u, source.u, 2), (there.v, source.v, 2)):
        part = plane[40 // half : 60 // half, 60 // half : 100 // half]
        assert np.array_equal(part, original[::-1, ::-1])


def test_a_quarter_turn_is_clockwise_about_the_middle() -> None:
    there = drawn(layer(checkered(40, 20), x=60, y=40, rotation=90))
    assert int(there.y[32, 80]) == 40, "the left end points up"
    assert int(there.y[68, 80]) == 200
    assert int(there.y[50, 62]) == 16, "and nothing is where it lay before"


def test_no_turn_and_a_whole_turn_are_straight() -> None:
    placements = {place(Transform(x=10, rotation=degrees), 40, 20, CANVAS) for degrees in (0, 360, -360)}
    assert len(placements) == 1
    (only,) = placements
    assert only is not None
    assert only.turned is None


def test_edges_are_smooth_and_what_lies_under_shows_through() -> None:
    there = drawn(layer(solid(192, 108, GREEN)), layer(solid(60, 60, RED), x=66, y=24, rotation=45))
    assert near(pixel(there, 96, 54), YUV["red"])
    assert near(pixel(there, 68, 26), YUV["green"], by=3), "the corners of its box are not covered"
    edge = {int(value) for value in there.y[54, 50:60]}
    assert len(edge - {YUV["red"][0], YUV["green"][0]}) >= 1, "in between there is an in-between"


@pytest.mark.parametrize("opacity", [1.0, 0.5])
def test_glass_is_turned_too_and_may_be_pale(opacity: float) -> None:
    there = drawn(layer(solid(192, 108, BLUE)), layer(glass(60, 60, RED, 128), x=66, y=24, rotation=30, opacity=opacity))
    weight = 128 / 255 * opacity
    wanted = tuple(round(r * weight + b * (1 - weight)) for r, b in zip(YUV["red"], YUV["blue"], strict=True))
    assert near(pixel(there, 96, 54), wanted, by=3)


def test_a_turned_film_does_not_hide_what_lies_below_it() -> None:
    there = drawn(layer(solid(192, 108, GREEN)), layer(solid(192, 108, RED), rotation=10))
    assert near(pixel(there, 2, 2), YUV["green"], by=3)
    assert near(pixel(there, 96, 54), YUV["red"])


def test_much_smaller_it_is_averaged_not_picked() -> None:
    stripes = blank(1920, 1080, (16, 128, 128))
    stripes.y[:, ::2] = 235
    there = drawn(layer(stripes, scale_x=0.05, scale_y=0.05, x=40, y=30, rotation=20))
    middle = there.y[50:64, 80:100]
    assert middle.std() < 12
    assert 110 < middle.mean() < 140


angles = st.floats(-360, 360)


@settings(max_examples=60)
@given(angles, st.floats(-100, 200), st.floats(-100, 200), st.floats(0.2, 3), st.floats(0.2, 3))
def test_whatever_is_turned_stays_inside_the_canvas_and_even(
    rotation: float, x: float, y: float, scale_x: float, scale_y: float
) -> None:
    transform = Transform(x=x, y=y, scale_x=scale_x, scale_y=scale_y, rotation=rotation)
    placement = place(transform, 40, 20, CANVAS)
    if placement is None:
        return
    left, top, width, height = placement.target
    assert left >= 0 <= top
    assert left + width <= CANVAS.width
    assert top + height <= CANVAS.height
    assert not any(value % 2 for value in (*placement.source, *placement.target))
    compose(blank(CANVAS.width, CANVAS.height), [Layer(solid(40, 20, RED), placement)])


@given(angles, angles)
def test_maps_follow_each_other(one: float, other: float) -> None:
    from studio.scenes.geometry import _turn

    both = _turn(one, 10, 20).then(_turn(other, 10, 20))
    assert both == pytest.approx(_turn(one + other, 10, 20), abs=1e-6)


# ── nested scenes ────────────────────────────────────────────────────────────────────────────────────────────


def nested(**how: float) -> Frame:
    frame = nested_frame(Transform(**how), CANVAS, canvas_frame(CANVAS))  # type: ignore[arg-type]
    assert frame is not None
    return frame


def test_a_scene_shown_at_half_size_shows_its_items_at_half_size() -> None:
    inside = layer(solid(96, 54, RED), nested(x=96, y=54, scale_x=0.5, scale_y=0.5), x=96, y=54)
    assert inside.placement == Placement((0, 0, 96, 54), (144, 82, 48, 26))  # type: ignore[arg-type]


def test_what_a_nested_scene_is_cropped_by_its_items_are_too() -> None:
    inside = layer(solid(192, 108, RED), nested(crop_left=96))
    assert inside.placement.target == (0, 0, 96, 108)
    assert inside.placement.source == (96, 0, 96, 108)


def test_a_turned_scene_turns_all_that_is_in_it() -> None:
    frame = nested(rotation=180)
    there = drawn(layer(checkered(), frame, x=0, y=0))
    assert int(there.y[107, 191]) == 40
    assert int(there.y[98, 155]) == 200
    assert frame.matrix == pytest.approx(Affine(-1, 0, 0, -1, 192, 108), abs=1e-9)


def test_a_nested_scene_out_of_sight_shows_nothing() -> None:
    assert nested_frame(Transform(x=500), CANVAS, canvas_frame(CANVAS)) is None
