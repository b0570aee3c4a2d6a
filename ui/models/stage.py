"""Items on the canvas as a hand takes them: what lies under the pointer, how it moves and where it snaps. Pure."""

from typing import Literal, NamedTuple

import msgspec

from studio.scenes.handles import Handle, Outline, dragged, handle_points, outline, turned_to
from studio.state import Canvas, Scene, SceneItem, State, Transform

SAFE = 0.05
"""EBU R95: what matters stays this share away from the edges."""
TURN_ARM = 0.055
"""How far above an item its turning handle is, as a share of the canvas' height."""
Side = Literal["left", "centre", "right", "top", "middle", "bottom"]

__all__ = [
    "Handle",
    "Outline",
    "Side",
    "Snap",
    "aligned",
    "dragged",
    "handle_points",
    "hit",
    "moved",
    "shape",
    "snapped",
    "turned_to",
]


class Snap(NamedTuple):
    """A movement after snapping, and the guides it met: `x` and `y` positions of lines on the canvas."""

    dx: float
    dy: float
    across: tuple[float, ...] = ()
    down: tuple[float, ...] = ()


def size_of(state: State, item: SceneItem) -> tuple[int, int]:
    """The size of an item's source; (0, 0) while it is not known."""
    return next(((source.width, source.height) for source in state.sources if source.id == item.source), (0, 0))


def shape(state: State, item: SceneItem) -> Outline | None:
    """Where an item lies; None for sound, and while its size is not known."""
    width, height = size_of(state, item)
    if not width or not height:
        return None
    return outline(item.transform, width, height, state.scenes.canvas)


def hit(state: State, scene: Scene, x: float, y: float) -> SceneItem | None:
    """The topmost item under a point that can be taken."""
    for item in reversed(scene.items):
        found = shape(state, item) if item.visible and not item.locked else None
        if found is not None and inside(found, x, y):
            return item
    return None


def inside(found: Outline, x: float, y: float) -> bool:
    """Whether a point lies in an outline, turned as it is."""
    left_top, right_top, left_bottom = found.at(0, 0), found.at(1, 0), found.at(0, 1)
    across = (right_top[0] - left_top[0], right_top[1] - left_top[1])
    down = (left_bottom[0] - left_top[0], left_bottom[1] - left_top[1])
    point = (x - left_top[0], y - left_top[1])
    return _share(point, across) and _share(point, down)


def _share(point: tuple[float, float], side: tuple[float, float]) -> bool:
    length = side[0] ** 2 + side[1] ** 2
    return length > 0 and 0 <= (point[0] * side[0] + point[1] * side[1]) / length <= 1


def moved(transform: Transform, dx: float, dy: float, size: tuple[int, int], canvas: Canvas) -> Transform:
    """Elsewhere, as large as it was: a box that reached to the canvas' edge gets the width it had."""
    changes: dict[str, float] = {"x": transform.x + dx, "y": transform.y + dy}
    if transform.fit != "none":
        box = outline(transform, *size, canvas).box
        changes |= {"width": box.width, "height": box.height}
    return msgspec.structs.replace(transform, **changes)


def bounds(found: Outline) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of an outline, turned as it is."""
    corners = [found.at(*corner) for corner in ((0, 0), (1, 0), (0, 1), (1, 1))]
    xs, ys = [x for x, _y in corners], [y for _x, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def snapped(state: State, scene: Scene, item: SceneItem, *, dx: float, dy: float, reach: float) -> Snap:
    """The movement, pulled to edges, middle and safe area of the canvas and to the other items, within `reach` pixels."""
    found = shape(state, item)
    if found is None:
        return Snap(dx, dy)
    canvas = state.scenes.canvas
    across = _guides(canvas.width)
    down = _guides(canvas.height)
    for other in scene.items:
        placed = shape(state, other) if other.id != item.id and other.visible else None
        if placed is not None:
            left, top, right, bottom = bounds(placed)
            across |= {left, right, (left + right) / 2}
            down |= {top, bottom, (top + bottom) / 2}
    left, top, right, bottom = bounds(found)
    by_x, lines_x = _pull((left + dx, (left + right) / 2 + dx, right + dx), across, reach)
    by_y, lines_y = _pull((top + dy, (top + bottom) / 2 + dy, bottom + dy), down, reach)
    return Snap(dx + by_x, dy + by_y, lines_x, lines_y)


def _guides(length: int) -> set[float]:
    return {0.0, length * SAFE, length / 2, length * (1 - SAFE), float(length)}


def _pull(points: tuple[float, ...], guides: set[float], reach: float) -> tuple[float, tuple[float, ...]]:
    by, line = min(((guide - point, guide) for point in points for guide in guides), key=lambda pair: abs(pair[0]))
    return (by, (line,)) if abs(by) <= reach else (0.0, ())


def aligned(state: State, item: SceneItem, side: Side) -> Transform:
    """At an edge or in the middle of the canvas."""
    found, canvas = shape(state, item), state.scenes.canvas
    if found is None:
        return item.transform
    left, top, right, bottom = bounds(found)
    by = {
        "left": (-left, 0.0),
        "centre": (canvas.width / 2 - (left + right) / 2, 0.0),
        "right": (canvas.width - right, 0.0),
        "top": (0.0, -top),
        "middle": (0.0, canvas.height / 2 - (top + bottom) / 2),
        "bottom": (0.0, canvas.height - bottom),
    }[side]
    return moved(item.transform, *by, size_of(state, item), canvas)
