"""Where pixels come from and go to: inside the canvas, even, and what a designer would expect."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.scenes.geometry import Placement, Rect, for_copy, place
from studio.state import CANVASES, Canvas, Transform

CANVAS = Canvas(1920, 1080)
FULL = Rect(0, 0, 1920, 1080)


def transforms(reach: float, largest: float) -> st.SearchStrategy[Transform]:
    """Transforms up to `reach` pixels away from the corner, at most `largest` times as large."""
    coordinates = st.floats(-reach, reach) | st.sampled_from([0.0, 1920.0, 1080.0])
    return st.builds(
        Transform,
        x=coordinates,
        y=coordinates,
        scale_x=st.floats(1 / largest, largest) | st.just(0.0),
        scale_y=st.floats(1 / largest, largest),
        fit=st.sampled_from(["none", "fit", "fill", "stretch"]),
        width=st.floats(0, reach) | st.just(0.0),
        height=st.floats(0, reach) | st.just(0.0),
        crop_left=st.integers(0, 100),
        crop_top=st.integers(0, 100),
        crop_right=st.integers(0, 100),
        crop_bottom=st.integers(0, 100),
    )


usual, wild = transforms(1500, 4), transforms(20_000, 1e300)
sides = st.integers(1, 2200).map(lambda half: 2 * half)
large_sides = st.integers(100, 2200).map(lambda half: 2 * half)


def placed(width: int, height: int, **how: object) -> Placement:
    result = place(Transform(**how), width, height, CANVAS)  # type: ignore[arg-type]
    assert result is not None
    return result


def inside(rect: Rect, width: int, height: int) -> bool:
    return rect.x >= 0 and rect.y >= 0 and rect.x + rect.width <= width and rect.y + rect.height <= height


@settings(max_examples=200)
@given(usual | wild, sides, sides, st.sampled_from(CANVASES))
def test_whatever_is_asked_both_rectangles_are_even_and_inside(
    transform: Transform, width: int, height: int, canvas: Canvas
) -> None:
    result = place(transform, width, height, canvas)
    if result is not None:
        assert all(value % 2 == 0 for value in (*result.source, *result.target))
        assert min(*result.source[2:], *result.target[2:]) >= 2
        assert inside(result.target, canvas.width, canvas.height)
        assert inside(result.source, width, height)


@given(usual, sides, sides)
def test_what_is_cropped_away_is_not_seen(transform: Transform, width: int, height: int) -> None:
    result = place(transform, width, height, CANVAS)
    if result is not None:
        x, y, seen_width, seen_height = result.source
        assert x >= transform.crop_left - 1
        assert y >= transform.crop_top - 1
        assert x + seen_width <= width - transform.crop_right
        assert y + seen_height <= height - transform.crop_bottom


# ── as it is ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_source_as_large_as_the_canvas_covers_it() -> None:
    assert placed(1920, 1080)[:2] == (FULL, FULL)
    assert not placed(1920, 1080).scaled


def test_a_source_lies_where_it_is_put() -> None:
    assert placed(640, 360, x=100, y=50)[:2] == (Rect(0, 0, 640, 360), Rect(100, 50, 640, 360))


def test_a_scaled_source_is_larger_or_smaller() -> None:
    assert placed(640, 360, scale_x=2, scale_y=0.5).target == Rect(0, 0, 1280, 180)
    assert placed(640, 360, scale_x=2, scale_y=0.5).scaled


def test_odd_places_are_rounded_to_even_ones() -> None:
    assert placed(640, 360, x=101, y=51).target[:2] == (102, 52)
    assert placed(640, 360, x=100.4, y=50.9).target[:2] == (100, 50)


def test_what_hangs_over_the_edge_is_cut_off_on_both_sides() -> None:
    assert placed(640, 360, x=-200, y=-60)[:2] == (Rect(200, 60, 440, 300), Rect(0, 0, 440, 300))
    assert placed(640, 360, x=1800, y=1000)[:2] == (Rect(0, 0, 120, 80), Rect(1800, 1000, 120, 80))


def test_scaled_over_the_edge_the_right_part_is_seen() -> None:
    assert placed(640, 360, x=-640, y=0, scale_x=2, scale_y=2)[:2] == (Rect(320, 0, 320, 360), Rect(0, 0, 640, 720))


@pytest.mark.parametrize(
    "how",
    [
        {"x": -640},
        {"x": 1920},
        {"x": -639.5},
        {"y": 1079.5},
        {"x": 1910, "scale_x": 100},
        {"y": 1070, "scale_y": 100},
        {"y": -360},
        {"y": 1080},
        {"x": -20_000, "y": 20_000},
        {"opacity": 0},
        {"scale_x": 0},
        {"scale_y": 0.001},
        {"crop_left": 640},
        {"crop_top": 200, "crop_bottom": 160},
        {"x": 1920, "y": 1080, "fit": "fill"},
        {"x": 1920, "y": 2000, "fit": "fit"},
        {"x": 2500, "fit": "stretch"},
    ],
)
def test_what_cannot_be_seen_is_not_drawn(how: dict[str, object]) -> None:
    assert place(Transform(**how), 640, 360, CANVAS) is None  # type: ignore[arg-type]


def test_a_crop_takes_source_pixels_off_before_scaling() -> None:
    result = placed(640, 360, crop_left=40, crop_top=20, crop_right=100, crop_bottom=40, scale_x=2, scale_y=2)
    assert result[:2] == (Rect(40, 20, 500, 300), Rect(0, 0, 1000, 600))


# ── into a box ───────────────────────────────────────────────────────────────────────────────────────────────


def test_fit_shows_all_of_it_in_the_middle() -> None:
    assert placed(640, 480, fit="fit")[:2] == (Rect(0, 0, 640, 480), Rect(240, 0, 1440, 1080))
    assert placed(1080, 1920, fit="fit").target == Rect(656, 0, 608, 1080)


def test_fill_covers_the_box_and_cuts_the_middle_out() -> None:
    assert placed(640, 480, fit="fill")[:2] == (Rect(0, 60, 640, 360), FULL)
    assert placed(1080, 1920, fit="fill").target == FULL


def test_stretch_pulls_it_over_the_box() -> None:
    assert placed(640, 480, fit="stretch")[:2] == (Rect(0, 0, 640, 480), FULL)


def test_a_box_has_a_place_and_a_size() -> None:
    def target(fit: str, source_width: int, source_height: int) -> Rect:
        box = Transform(fit=fit, x=960, y=540, width=960, height=540)  # type: ignore[arg-type]
        result = place(box, source_width, source_height, CANVAS)
        assert result is not None
        return result.target

    assert target("fit", 640, 360) == Rect(960, 540, 960, 540)
    assert target("fit", 480, 480) == Rect(1170, 540, 540, 540)
    assert target("fill", 480, 480) == Rect(960, 540, 960, 540)


def test_a_box_without_a_size_goes_to_the_edge() -> None:
    assert placed(640, 360, fit="stretch", x=320, y=180)[:2] == (Rect(0, 0, 640, 360), Rect(320, 180, 1600, 900))


def test_cropped_and_fitted_only_the_rest_counts() -> None:
    result = placed(800, 360, fit="fill", crop_left=80, crop_right=80)
    assert result[:2] == (Rect(80, 0, 640, 360), FULL)


@given(large_sides, large_sides)
def test_fit_keeps_the_shape(width: int, height: int) -> None:
    target = placed(width, height, fit="fit").target
    assert target.width / width == pytest.approx(target.height / height, abs=2 / min(width, height) + 0.02)
    assert target.width == 1920 or target.height == 1080


@given(large_sides, large_sides)
def test_fill_leaves_no_gap(width: int, height: int) -> None:
    result = placed(width, height, fit="fill")
    assert result.target == FULL
    assert abs(result.source.x * 2 + result.source.width - width) <= 4, "the middle is shown"


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"x": 100.0, "y": -40.0, "scale_x": 0.5, "scale_y": 0.25},
        {"fit": "fill", "width": 700.0, "height": 500.0},
        {"fit": "fit", "x": 20.0, "crop_left": 400, "crop_bottom": 120},
        {"scale_x": 0.3, "scale_y": 0.3, "crop_right": 1000, "crop_top": 300, "rotation": 90.0},
    ],
)
def test_a_smaller_copy_lies_where_the_whole_one_would(how: dict[str, float]) -> None:
    transform = Transform(**how)  # type: ignore[arg-type]
    whole = place(transform, 3840, 2160, CANVAS)
    copy = place(for_copy(transform, (3840, 2160), 1920, 1080), 1920, 1080, CANVAS)
    assert whole is not None
    assert copy is not None
    assert all(abs(one - other) <= 2 for one, other in zip(whole.target, copy.target, strict=True))
    assert all(abs(one / 2 - other) <= 2 for one, other in zip(whole.source, copy.source, strict=True))
