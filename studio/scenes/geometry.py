"""Where an item's pixels come from and where they go: pure arithmetic, even numbers, inside the canvas."""

from typing import NamedTuple

from studio.state import Canvas, Transform


class Rect(NamedTuple):
    """A rectangle in whole pixels."""

    x: int
    y: int
    width: int
    height: int


class Placement(NamedTuple):
    """`source` (in the source's pixels) is drawn to `target` (in the canvas')."""

    source: Rect
    target: Rect

    @property
    def scaled(self) -> bool:
        """Whether the picture changes size."""
        return self.source[2:] != self.target[2:]


def place(transform: Transform, width: int, height: int, canvas: Canvas) -> Placement | None:
    """Where a source of `width` × `height` goes on `canvas`; None when nothing of it can be seen.

    Edges are rounded to even pixels, as chroma planes have half the size.
    """
    left, top = max(0, transform.crop_left), max(0, transform.crop_top)
    crop_w = width - left - max(0, transform.crop_right)
    crop_h = height - top - max(0, transform.crop_bottom)
    if crop_w < 2 or crop_h < 2 or transform.opacity <= 0:
        return None
    src = (float(left), float(top), float(crop_w), float(crop_h))
    if transform.fit == "none":
        dst = (transform.x, transform.y, crop_w * transform.scale_x, crop_h * transform.scale_y)
    else:
        src, dst = _into_box(transform, src, canvas)
    return _clip(src, dst, canvas)


_Box = tuple[float, float, float, float]


def _into_box(transform: Transform, src: _Box, canvas: Canvas) -> tuple[_Box, _Box]:
    box_w = transform.width or canvas.width - transform.x
    box_h = transform.height or canvas.height - transform.y
    x, y, w, h = src
    if box_w < 1 or box_h < 1:
        return src, (transform.x, transform.y, 0.0, 0.0)
    if transform.fit == "stretch":
        return src, (transform.x, transform.y, box_w, box_h)
    if transform.fit == "fit":
        scale = min(box_w / w, box_h / h)
        out_w, out_h = w * scale, h * scale
        return src, (transform.x + (box_w - out_w) / 2, transform.y + (box_h - out_h) / 2, out_w, out_h)
    scale = max(box_w / w, box_h / h)
    cut_w, cut_h = w - box_w / scale, h - box_h / scale
    return (x + cut_w / 2, y + cut_h / 2, w - cut_w, h - cut_h), (transform.x, transform.y, box_w, box_h)


def _clip(src: _Box, dst: _Box, canvas: Canvas) -> Placement | None:
    x0, x1, sx0, sx1 = _clip_axis(dst[0], dst[2], src[0], src[2], canvas.width)
    y0, y1, sy0, sy1 = _clip_axis(dst[1], dst[3], src[1], src[3], canvas.height)
    if x1 - x0 < 2 or y1 - y0 < 2 or sx1 - sx0 < 2 or sy1 - sy0 < 2:
        return None
    return Placement(Rect(sx0, sy0, sx1 - sx0, sy1 - sy0), Rect(x0, y0, x1 - x0, y1 - y0))


def _clip_axis(at: float, length: float, src_at: float, src_length: float, limit: int) -> tuple[int, int, int, int]:
    """One axis: target start and end on the canvas, and the source range that is seen there; all even."""
    if length < 1:
        return 0, 0, 0, 0
    start, end = max(0.0, at), min(float(limit), at + length)
    per_pixel = src_length / length
    src_start, src_end = src_at + (start - at) * per_pixel, src_at + (end - at) * per_pixel
    low, high = int(src_at) & ~1, int(src_at + src_length)
    even_start, even_end = max(low, _even(src_start)), min(high & ~1, _even(src_end))
    return _even(start), min(_even(end), limit), even_start, even_end


def _even(value: float) -> int:
    return int(value / 2 + 0.5) * 2
