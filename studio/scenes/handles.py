"""What dragging an item's handles does to its transform: pure, in canvas pixels, whichever way the item is turned.

Whatever handle is dragged, the opposite edge or corner stays where it is. With `crop` the edge uncovers or hides what is
there instead of scaling it; a fit becomes a scale and a crop first.
"""

import math
from typing import Literal, NamedTuple

import msgspec

from studio.scenes.geometry import Affine, Box
from studio.state import Canvas, Transform

Handle = Literal["left", "right", "top", "bottom", "top_left", "top_right", "bottom_left", "bottom_right"]
LEAST = 8.0
MOST_SCALE = 100.0
"""No item is dragged smaller than this, or it could not be found again."""


class Outline(NamedTuple):
    """Where an item lies: its box before turning, and its angle in degrees clockwise."""

    box: Box
    rotation: float

    @property
    def centre(self) -> tuple[float, float]:
        """The point it is turned about."""
        return self.box.x + self.box.width / 2, self.box.y + self.box.height / 2

    def at(self, across: float, down: float) -> tuple[float, float]:
        """A point of it on the canvas: 0, 0 is its top left corner, 1, 1 its bottom right one."""
        x, y = self.centre
        u, v = (across - 0.5) * self.box.width, (down - 0.5) * self.box.height
        cos, sin = math.cos(math.radians(self.rotation)), math.sin(math.radians(self.rotation))
        return x + cos * u - sin * v, y + sin * u + cos * v


def outline(transform: Transform, width: int, height: int, canvas: Canvas) -> Outline:
    """Where a source of `width` × `height` lies; with a fit that is its box, whatever of it the picture fills."""
    if transform.fit == "none":
        size = _cropped(transform, width, height)
        box = Box(transform.x, transform.y, size[0] * transform.scale_x, size[1] * transform.scale_y)
    else:
        box_w, box_h = transform.width or canvas.width - transform.x, transform.height or canvas.height - transform.y
        box = Box(transform.x, transform.y, box_w, box_h)
    return Outline(box, transform.rotation)


def handle_points(shape: Outline) -> dict[Handle, tuple[float, float]]:
    """Where the eight handles are on the canvas."""
    return {handle: shape.at(*place) for handle, place in _PLACES.items()}


def dragged(
    transform: Transform,
    handle: Handle,
    dx: float,
    dy: float,
    *,
    size: tuple[int, int],
    canvas: Canvas,
    crop: bool = False,
    keep_ratio: bool = True,
) -> Transform:
    """The transform after `handle` was dragged by `dx`, `dy`. `size` is the source's; corners keep the ratio if asked."""
    if crop:
        transform = unfitted(transform, size, canvas)
    shape = outline(transform, *size, canvas)
    across, down = _PLACES[handle]
    u, v = _into(shape.rotation, dx, dy)
    grow_w, grow_h = (across * 2 - 1) * u, (down * 2 - 1) * v
    if crop:
        return _crop(transform, shape, across, down=down, grow_w=grow_w, grow_h=grow_h, size=size)
    width, height = max(LEAST, shape.box.width + grow_w), max(LEAST, shape.box.height + grow_h)
    if keep_ratio and across != 0.5 and down != 0.5 and shape.box.width > 0 and shape.box.height > 0:
        factor = max(width / shape.box.width, height / shape.box.height)
        width, height = shape.box.width * factor, shape.box.height * factor
    x, y = _anchored(shape, across, down, width, height)
    if transform.fit != "none":
        return msgspec.structs.replace(transform, x=x, y=y, width=width, height=height)
    kept_w, kept_h = _cropped(transform, *size)
    scale_x, scale_y = min(MOST_SCALE, width / kept_w), min(MOST_SCALE, height / kept_h)
    return msgspec.structs.replace(transform, x=x, y=y, scale_x=scale_x, scale_y=scale_y)


def unfitted(transform: Transform, size: tuple[int, int], canvas: Canvas) -> Transform:
    """The same picture in the same place, by scale and crop instead of a fit."""
    if transform.fit == "none":
        return transform
    box = outline(transform, *size, canvas).box
    kept_w, kept_h = _cropped(transform, *size)
    across, down = box.width / kept_w, box.height / kept_h
    if transform.fit == "stretch":
        return msgspec.structs.replace(transform, fit="none", width=0, height=0, scale_x=across, scale_y=down)
    scale = min(across, down) if transform.fit == "fit" else max(across, down)
    cut_w, cut_h = max(0, round((kept_w - box.width / scale) / 2)), max(0, round((kept_h - box.height / scale) / 2))
    left = (kept_w - 2 * cut_w) * scale
    top = (kept_h - 2 * cut_h) * scale
    return msgspec.structs.replace(
        transform,
        fit="none",
        width=0,
        height=0,
        x=box.x + (box.width - left) / 2,
        y=box.y + (box.height - top) / 2,
        scale_x=scale,
        scale_y=scale,
        crop_left=transform.crop_left + cut_w,
        crop_right=transform.crop_right + cut_w,
        crop_top=transform.crop_top + cut_h,
        crop_bottom=transform.crop_bottom + cut_h,
    )


def turned_to(
    transform: Transform, size: tuple[int, int], canvas: Canvas, x: float, y: float, *, snap: bool = False
) -> Transform:
    """The transform after its top was turned towards a point; `snap` stops at every 15 degrees."""
    centre = outline(transform, *size, canvas).centre
    degrees = math.degrees(math.atan2(y - centre[1], x - centre[0])) + 90
    if snap:
        degrees = round(degrees / 15) * 15
    return msgspec.structs.replace(transform, rotation=(degrees + 180) % 360 - 180)


_PLACES: dict[Handle, tuple[float, float]] = {
    "left": (0, 0.5),
    "right": (1, 0.5),
    "top": (0.5, 0),
    "bottom": (0.5, 1),
    "top_left": (0, 0),
    "top_right": (1, 0),
    "bottom_left": (0, 1),
    "bottom_right": (1, 1),
}


def _into(degrees: float, dx: float, dy: float) -> tuple[float, float]:
    """A movement on the canvas in the item's own directions."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return Affine(cos, -sin, sin, cos).map(dx, dy)


def _cropped(transform: Transform, width: int, height: int) -> tuple[int, int]:
    return (
        max(1, width - transform.crop_left - transform.crop_right),
        max(1, height - transform.crop_top - transform.crop_bottom),
    )


def _anchored(shape: Outline, across: float, down: float, width: float, height: float) -> tuple[float, float]:
    """The box' corner such that the point opposite the handle stays where it is."""
    anchor_x, anchor_y = shape.at(1 - across, 1 - down)
    cos, sin = math.cos(math.radians(shape.rotation)), math.sin(math.radians(shape.rotation))
    u, v = (across - 0.5) * width, (down - 0.5) * height
    return anchor_x + cos * u - sin * v - width / 2, anchor_y + sin * u + cos * v - height / 2


def _crop(
    transform: Transform, shape: Outline, across: float, *, down: float, grow_w: float, grow_h: float, size: tuple[int, int]
) -> Transform:
    changes: dict[str, int] = {}
    kept_w, kept_h = _cropped(transform, *size)
    for edge, place, end, grow, scale, kept in (
        ("crop_left", across, 0.0, grow_w, transform.scale_x, kept_w),
        ("crop_right", across, 1.0, grow_w, transform.scale_x, kept_w),
        ("crop_top", down, 0.0, grow_h, transform.scale_y, kept_h),
        ("crop_bottom", down, 1.0, grow_h, transform.scale_y, kept_h),
    ):
        if place == end and scale > 0:
            now = int(getattr(transform, edge))
            changes[edge] = max(0, min(now + kept - 2, now - round(grow / scale)))
    after = msgspec.structs.replace(transform, **changes)
    kept_w, kept_h = _cropped(after, *size)
    x, y = _anchored(shape, across, down, kept_w * transform.scale_x, kept_h * transform.scale_y)
    return msgspec.structs.replace(after, x=x, y=y)
