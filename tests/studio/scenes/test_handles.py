"""Handles: what is dragged follows the hand, and the other side stays."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.scenes.geometry import place
from studio.scenes.handles import LEAST, Handle, dragged, handle_points, outline, turned_to, unfitted
from studio.state import Canvas, Transform

CANVAS, SIZE = Canvas(), (640, 360)
OPPOSITE: dict[Handle, Handle] = {
    "left": "right",
    "right": "left",
    "top": "bottom",
    "bottom": "top",
    "top_left": "bottom_right",
    "top_right": "bottom_left",
    "bottom_left": "top_right",
    "bottom_right": "top_left",
}
moves = st.floats(-150, 150)
transforms = st.builds(
    Transform,
    x=st.floats(-500, 1500),
    y=st.floats(-500, 1500),
    scale_x=st.floats(0.5, 3),
    scale_y=st.floats(0.5, 3),
    rotation=st.floats(-360, 360),
    fit=st.sampled_from(["none", "fit"]),
    width=st.just(400.0),
    height=st.just(300.0),
    crop_left=st.integers(0, 50),
    crop_bottom=st.integers(0, 50),
)


def points(transform: Transform) -> dict[Handle, tuple[float, float]]:
    return handle_points(outline(transform, *SIZE, CANVAS))


@given(transforms, st.sampled_from(get_args(Handle)), moves, moves, st.booleans(), st.booleans())
def test_the_opposite_side_stays_where_it_is(
    transform: Transform, handle: Handle, dx: float, dy: float, crop: bool, keep_ratio: bool
) -> None:
    after = dragged(transform, handle, dx, dy, size=SIZE, canvas=CANVAS, crop=crop, keep_ratio=keep_ratio)
    other = OPPOSITE[handle]
    before = unfitted(transform, SIZE, CANVAS) if crop else transform
    assert points(after)[other] == pytest.approx(points(before)[other], abs=0.01)
    assert after.rotation == transform.rotation


@given(transforms, st.sampled_from(["top_left", "bottom_right", "top_right", "bottom_left"]), moves, moves)
def test_a_free_corner_follows_the_hand(transform: Transform, handle: Handle, dx: float, dy: float) -> None:
    after = dragged(transform, handle, dx, dy, size=SIZE, canvas=CANVAS, keep_ratio=False)
    box = outline(after, *SIZE, CANVAS).box
    if min(box.width, box.height) > LEAST + 1:
        before = points(transform)[handle]
        assert points(after)[handle] == pytest.approx((before[0] + dx, before[1] + dy), abs=0.01)


@given(transforms, moves, moves)
def test_a_corner_keeps_the_ratio_when_asked(transform: Transform, dx: float, dy: float) -> None:
    before, after = (
        outline(t, *SIZE, CANVAS).box for t in (transform, dragged(transform, "bottom_right", dx, dy, size=SIZE, canvas=CANVAS))
    )
    assert after.width / after.height == pytest.approx(before.width / before.height)


def test_a_crop_hides_what_is_there_and_scales_nothing() -> None:
    after = dragged(Transform(x=100, y=50, scale_x=2, scale_y=2), "left", 40, 5, size=SIZE, canvas=CANVAS, crop=True)
    assert (after.crop_left, after.x, after.y, after.scale_x) == (20, 140, 50, 2)
    back = dragged(after, "left", -400, 0, size=SIZE, canvas=CANVAS, crop=True)
    assert (back.crop_left, back.x) == (0, 100), "there is nothing more to uncover"


def test_nothing_is_cropped_or_dragged_away_altogether() -> None:
    assert dragged(Transform(), "right", -9000, 0, size=SIZE, canvas=CANVAS, crop=True).crop_right == 638
    assert outline(dragged(Transform(), "right", -9000, 0, size=SIZE, canvas=CANVAS), *SIZE, CANVAS).box.width == pytest.approx(
        LEAST
    )


@pytest.mark.parametrize(("point", "degrees"), [((320, -500), 0), ((2000, 180), 90), ((320, 900), -180), ((-900, 180), -90)])
def test_the_top_turns_towards_the_hand(point: tuple[float, float], degrees: float) -> None:
    assert turned_to(Transform(), SIZE, CANVAS, *point).rotation == pytest.approx(degrees)


def test_turning_may_snap() -> None:
    assert turned_to(Transform(), SIZE, CANVAS, 420, -500, snap=True).rotation == 15


@pytest.mark.parametrize("fit", ["fit", "fill", "stretch"])
def test_a_fit_becomes_the_same_picture_by_scale_and_crop(fit: Any) -> None:
    before = Transform(fit=fit, x=100, y=50, width=600, height=600)
    after = unfitted(before, (1280, 720), Canvas(1920, 1080))
    assert after.fit == "none"
    was, now = place(before, 1280, 720, Canvas(1920, 1080)), place(after, 1280, 720, Canvas(1920, 1080))
    assert was is not None
    assert now is not None
    assert max(abs(a - b) for a, b in zip((*was.source, *was.target), (*now.source, *now.target), strict=True)) <= 2


def test_a_fitted_item_can_be_cropped() -> None:
    after = dragged(Transform(fit="fill"), "left", 100, 0, size=(1280, 720), canvas=Canvas(1920, 1080), crop=True)
    assert (after.fit, after.crop_left > 50) == ("none", True)


def test_no_item_is_dragged_larger_than_a_show_file_may_hold() -> None:
    after = dragged(Transform(), "bottom_right", 5000, 5000, size=(16, 16), canvas=Canvas(1920, 1080))
    assert max(after.scale_x, after.scale_y) <= 100
