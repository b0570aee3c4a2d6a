"""Items as a hand takes them: hits, movements, snapping, alignment."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.state import Canvas, Scene, SceneItem, Scenes, Source, State, Transform
from ui.models.stage import Side, aligned, bounds, hit, moved, shape, size_of, snapped

CANVAS = Canvas(1920, 1080)
PLACE = st.floats(-500, 2500, allow_nan=False).map(lambda value: round(value, 1))


def stage(*items: SceneItem) -> tuple[State, Scene]:
    scene = Scene(id="a", name="A", items=items)
    sources = (
        Source(id="big", kind="colour", name="Big", width=1920, height=1080),
        Source(id="logo", kind="image", name="Logo", width=200, height=100),
        Source(id="mic", kind="microphone", name="Mic"),
    )
    return State(sources=sources, scenes=Scenes(canvas=CANVAS, scenes=(scene,), preview="a")), scene


def logo(**place: float) -> SceneItem:
    return SceneItem(id="logo", source="logo", transform=msgspec.structs.replace(Transform(), **place))


BIG = SceneItem(id="big", source="big")


def test_the_topmost_visible_unlocked_item_is_hit() -> None:
    state, scene = stage(BIG, logo(x=100, y=100))
    assert hit(state, scene, 150, 150) == scene.items[1]
    assert hit(state, scene, 1000, 800) == scene.items[0]
    for hidden in (SceneItem(id="logo", source="logo", visible=False), SceneItem(id="logo", source="logo", locked=True)):
        state, scene = stage(BIG, hidden)
        found = hit(state, scene, 50, 50)
        assert found is not None
        assert found.id == "big"
    assert hit(*stage(), 10, 10) is None


def test_a_turned_item_is_hit_where_it_is_seen() -> None:
    state, scene = stage(logo(x=100, y=100, rotation=90))
    assert hit(state, scene, 200, 80) is not None, "upright now: 100 wide, 200 high about (200, 150)"
    assert hit(state, scene, 110, 150) is None


def test_sound_lies_nowhere() -> None:
    state, _scene = stage(SceneItem(id="m", source="mic"))
    assert shape(state, SceneItem(id="m", source="mic")) is None
    assert size_of(state, SceneItem(id="x", source="gone")) == (0, 0)


def test_a_box_that_reached_to_the_edge_keeps_its_size_when_it_is_moved() -> None:
    after = moved(Transform(fit="fit"), 100, 50, (200, 100), CANVAS)
    assert (after.x, after.y, after.width, after.height) == (100, 50, 1920, 1080)


@pytest.mark.parametrize(
    ("start", "by", "expected"),
    [
        ((300, 300), (-296, 0), (0, 300)),
        ((300, 300), (555, 0), (860, 300)),
        ((300, 300), (0, 679), (300, 980)),
        ((300, 300), (-200, 0), (96, 300)),
        ((300, 300), (50, 50), (350, 350)),
    ],
    ids=["edge", "middle", "bottom", "safe area", "free"],
)
def test_a_movement_snaps_to_the_canvas(start: tuple[int, int], by: tuple[int, int], expected: tuple[int, int]) -> None:
    state, scene = stage(logo(x=start[0], y=start[1]))
    found = snapped(state, scene, scene.items[0], dx=by[0], dy=by[1], reach=10)
    assert (start[0] + found.dx, start[1] + found.dy) == expected
    assert bool(found.across or found.down) == (expected != (350, 350))


def test_a_movement_snaps_to_other_items() -> None:
    other = SceneItem(id="other", source="logo", transform=Transform(x=700, y=600))
    state, scene = stage(other, logo(x=300, y=300))
    found = snapped(state, scene, scene.items[1], dx=394, dy=0, reach=10)
    assert 300 + found.dx == 700
    assert found.across == (700,)


@given(PLACE, PLACE, st.floats(-360, 360), st.sampled_from(["left", "centre", "right", "top", "middle", "bottom"]))
def test_aligned_is_at_the_edge_however_it_is_turned(x: float, y: float, rotation: float, side: Side) -> None:
    state, scene = stage(logo(x=x, y=y, rotation=rotation))
    after = SceneItem(id="logo", source="logo", transform=aligned(state, scene.items[0], side))
    found = shape(state, after)
    assert found is not None
    left, top, right, bottom = bounds(found)
    at = {
        "left": (left, 0),
        "centre": ((left + right) / 2, 960),
        "right": (right, 1920),
        "top": (top, 0),
        "middle": ((top + bottom) / 2, 540),
        "bottom": (bottom, 1080),
    }[side]
    assert at[0] == pytest.approx(at[1], abs=1e-3)


@given(PLACE, PLACE, PLACE, PLACE)
def test_snapping_never_pulls_further_than_it_reaches(x: float, y: float, dx: float, dy: float) -> None:
    state, scene = stage(BIG, logo(x=x, y=y))
    found = snapped(state, scene, scene.items[1], dx=dx, dy=dy, reach=10)
    assert abs(found.dx - dx) <= 10
    assert abs(found.dy - dy) <= 10
