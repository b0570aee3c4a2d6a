"""Where an item's pixels come from and where they go: pure arithmetic, even numbers, inside the canvas.

Everything an item does to its picture (scale, place, turn, and the same of the scene that it is nested in) is one
affine map from the source's pixels to the canvas'. Where that map neither turns nor shears, rectangles are enough.
"""

import math
from typing import NamedTuple

import msgspec

from studio.state import Canvas, Transform


class Rect(NamedTuple):
    """A rectangle in whole pixels."""

    x: int
    y: int
    width: int
    height: int


class Affine(NamedTuple):
    """X = a·u + c·v + x, Y = b·u + d·v + y."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def map(self, u: float, v: float) -> tuple[float, float]:
        """Where the point (u, v) goes."""
        return self.a * u + self.c * v + self.x, self.b * u + self.d * v + self.y

    def then(self, outer: "Affine") -> "Affine":
        """This map first, then `outer`."""
        x, y = outer.map(self.x, self.y)
        return Affine(
            outer.a * self.a + outer.c * self.b,
            outer.b * self.a + outer.d * self.b,
            outer.a * self.c + outer.c * self.d,
            outer.b * self.c + outer.d * self.d,
            x,
            y,
        )

    @property
    def straight(self) -> bool:
        """Neither turned nor mirrored nor sheared, to within a hundredth of a pixel over a canvas."""
        return max(abs(self.b), abs(self.c)) < 5e-6 and self.a > 0 and self.d > 0


class Box(NamedTuple):
    """A rectangle in fractions of pixels."""

    x: float
    y: float
    width: float
    height: float

    def mapped(self, by: Affine) -> "Box":
        """The smallest box around where it goes."""
        corners = [by.map(self.x + u, self.y + v) for u in (0.0, self.width) for v in (0.0, self.height)]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))

    def within(self, other: "Box") -> "Box":
        """What both have in common; may be empty."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right = min(self.x + self.width, other.x + other.width)
        bottom = min(self.y + self.height, other.y + other.height)
        return Box(x, y, max(0.0, right - x), max(0.0, bottom - y))


class Frame(NamedTuple):
    """The coordinates that items are laid out in: the canvas, or a scene nested in it, and what is seen of it."""

    matrix: Affine
    clip: Box


class Placement(NamedTuple):
    """`source` (in the source's pixels) is drawn to `target` (in the canvas'). A picture that is turned fills `target`
    only partly: `turned` says where its pixels go."""

    source: Rect
    target: Rect
    turned: Affine | None = None

    @property
    def scaled(self) -> bool:
        """Whether the picture changes size."""
        return self.source[2:] != self.target[2:]


def canvas_frame(canvas: Canvas) -> Frame:
    """The canvas itself."""
    return Frame(Affine(), Box(0, 0, canvas.width, canvas.height))


def nested_frame(transform: Transform, canvas: Canvas, outer: Frame) -> Frame | None:
    """The coordinates of a scene shown as an item of another one; None when nothing of it can be seen."""
    laid = _laid(transform, canvas.width, canvas.height, canvas)
    if laid is None:
        return None
    src, matrix = laid
    matrix = matrix.then(outer.matrix)
    clip = src.mapped(matrix).within(outer.clip)
    return Frame(matrix, clip) if clip.width >= 2 and clip.height >= 2 else None


def place(transform: Transform, width: int, height: int, canvas: Canvas, outer: Frame | None = None) -> Placement | None:
    """Where a source of `width` × `height` goes on `canvas` (or in the nested scene `outer`); None when nothing of it
    can be seen.

    Edges are rounded to even pixels, as chroma planes have half the size.
    """
    frame = canvas_frame(canvas) if outer is None else outer
    laid = _laid(transform, width, height, canvas)
    if laid is None:
        return None
    src, matrix = laid
    matrix = matrix.then(frame.matrix)
    if matrix.straight:
        return _clip(src, src.mapped(matrix), frame.clip)
    return _turned(src, matrix, frame.clip, canvas)


def for_copy(transform: Transform, full: tuple[int, int], width: int, height: int) -> Transform:
    """How a copy of `width` × `height` pixels is laid where the one of `full` size was meant to go."""
    across, down = width / full[0], height / full[1]
    return msgspec.structs.replace(
        transform,
        scale_x=transform.scale_x / across,
        scale_y=transform.scale_y / down,
        crop_left=round(transform.crop_left * across),
        crop_right=round(transform.crop_right * across),
        crop_top=round(transform.crop_top * down),
        crop_bottom=round(transform.crop_bottom * down),
    )


def _laid(transform: Transform, width: int, height: int, canvas: Canvas) -> tuple[Box, Affine] | None:
    """What is seen of the source, and the map from its pixels to those it is laid out in."""
    left, top = max(0, transform.crop_left), max(0, transform.crop_top)
    crop_w = width - left - max(0, transform.crop_right)
    crop_h = height - top - max(0, transform.crop_bottom)
    if crop_w < 2 or crop_h < 2 or transform.opacity <= 0:
        return None
    src = Box(float(left), float(top), float(crop_w), float(crop_h))
    if transform.fit == "none":
        dst = Box(transform.x, transform.y, crop_w * transform.scale_x, crop_h * transform.scale_y)
    else:
        src, dst = _into_box(transform, src, canvas)
    if dst.width < 1 or dst.height < 1 or not math.isfinite(dst.width * dst.height):
        return None
    scale_x, scale_y = dst.width / src.width, dst.height / src.height
    matrix = Affine(scale_x, 0.0, 0.0, scale_y, dst.x - src.x * scale_x, dst.y - src.y * scale_y)
    if transform.rotation % 360:
        matrix = matrix.then(_turn(transform.rotation, dst.x + dst.width / 2, dst.y + dst.height / 2))
    return src, matrix


def _turn(degrees: float, x: float, y: float) -> Affine:
    """Clockwise (as y goes down) about a point."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return Affine(cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y)


def _into_box(transform: Transform, src: Box, canvas: Canvas) -> tuple[Box, Box]:
    box_w = transform.width or canvas.width - transform.x
    box_h = transform.height or canvas.height - transform.y
    x, y, w, h = src
    if box_w < 1 or box_h < 1:
        return src, Box(transform.x, transform.y, 0.0, 0.0)
    if transform.fit == "stretch":
        return src, Box(transform.x, transform.y, box_w, box_h)
    if transform.fit == "fit":
        scale = min(box_w / w, box_h / h)
        out_w, out_h = w * scale, h * scale
        return src, Box(transform.x + (box_w - out_w) / 2, transform.y + (box_h - out_h) / 2, out_w, out_h)
    scale = max(box_w / w, box_h / h)
    cut_w, cut_h = w - box_w / scale, h - box_h / scale
    return Box(x + cut_w / 2, y + cut_h / 2, w - cut_w, h - cut_h), Box(transform.x, transform.y, box_w, box_h)


def _turned(src: Box, matrix: Affine, clip: Box, canvas: Canvas) -> Placement | None:
    seen = src.mapped(matrix).within(clip)
    x0, y0 = max(0, int(seen.x) & ~1), max(0, int(seen.y) & ~1)
    x1 = min(canvas.width, math.ceil(seen.x + seen.width) + 1 & ~1)
    y1 = min(canvas.height, math.ceil(seen.y + seen.height) + 1 & ~1)
    part = Rect(int(src.x) & ~1, int(src.y) & ~1, int(src.width) & ~1, int(src.height) & ~1)
    if x1 - x0 < 2 or y1 - y0 < 2 or part.width < 2 or part.height < 2:
        return None
    return Placement(part, Rect(x0, y0, x1 - x0, y1 - y0), matrix)


def _clip(src: Box, dst: Box, clip: Box) -> Placement | None:
    x0, x1, sx0, sx1 = _clip_axis(dst.x, dst.width, src.x, src.width, clip.x, clip.x + clip.width)
    y0, y1, sy0, sy1 = _clip_axis(dst.y, dst.height, src.y, src.height, clip.y, clip.y + clip.height)
    if x1 - x0 < 2 or y1 - y0 < 2 or sx1 - sx0 < 2 or sy1 - sy0 < 2:
        return None
    return Placement(Rect(sx0, sy0, sx1 - sx0, sy1 - sy0), Rect(x0, y0, x1 - x0, y1 - y0))


def _clip_axis(
    at: float, length: float, src_at: float, src_length: float, least: float, most: float
) -> tuple[int, int, int, int]:
    """One axis: target start and end within `least` to `most`, and the source range that is seen there; all even."""
    if length < 1 or most <= least:
        return 0, 0, 0, 0
    start, end = max(least, at), min(most, at + length)
    per_pixel = src_length / length
    src_start, src_end = src_at + (start - at) * per_pixel, src_at + (end - at) * per_pixel
    low, high = int(src_at) & ~1, int(src_at + src_length)
    even_start, even_end = max(low, _even(src_start)), min(high & ~1, _even(src_end))
    return _even(start), min(_even(end), _even(most)), even_start, even_end


def _even(value: float) -> int:
    return int(value / 2 + 0.5) * 2
