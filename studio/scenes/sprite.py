"""Pictures with alpha, made ready for blending once and kept while they do not change."""

from typing import NamedTuple

import cv2
import numpy as np

from studio.media.frames import Picture, Plane
from studio.scenes.geometry import Placement, Rect
from studio.scenes.scaling import scale

KEPT = 8
"""Of an item being dragged or faded the memory of a few sizes is kept, not of its whole path."""


class Sprite(NamedTuple):
    """A picture with alpha, scaled and premultiplied for blending: planes, and 255-alpha at both plane sizes."""

    y: Plane
    u: Plane
    v: Plane
    rest: Plane
    rest_half: Plane
    rect: Rect


def part(plane: Plane, rect: Rect, halved: bool) -> Plane:
    """The rectangle's pixels of a luma plane, or of a chroma plane (`halved`)."""
    x, y, width, height = (value // 2 for value in rect) if halved else rect
    return plane[y : y + height, x : x + width]


def planes(picture: Picture) -> tuple[tuple[Plane, bool], ...]:
    """Y, U, V, and whether each has half the size."""
    return (picture.y, False), (picture.u, True), (picture.v, True)


def blend(canvas: Picture, sprite: Sprite) -> None:
    """Draw it."""
    for (out, halved), plane in zip(planes(canvas), (sprite.y, sprite.u, sprite.v), strict=True):
        under = part(out, sprite.rect, halved)
        cv2.multiply(under, sprite.rest_half if halved else sprite.rest, dst=under, scale=1 / 255)
        cv2.add(under, plane, dst=under)


def straight_sprite(picture: Picture, placement: Placement, opacity: float) -> Sprite:
    """The sprite of a picture with alpha that is not turned, from the picture's cache if it was there before."""
    key = ("sprite", placement, round(opacity * 255))
    if not isinstance(sprite := picture.cache.get(key), Sprite):
        if len(picture.cache) > KEPT:
            picture.cache.clear()
        picture.cache[key] = sprite = _made(picture, placement, opacity)
    return sprite


def _made(picture: Picture, placement: Placement, opacity: float) -> Sprite:
    source, target, _ = placement
    assert picture.alpha is not None
    scaled = []
    for plane, halved in (*planes(picture), (picture.alpha, False)):
        wanted = part(plane, source, halved)
        height, width = (target.height // 2, target.width // 2) if halved else (target.height, target.width)
        out = np.empty((height, width), np.uint8)
        scale(wanted, out)
        if opacity < 1:
            cv2.convertScaleAbs(out, dst=out, alpha=opacity)
        scaled.append(out)
    y, u, v, alpha = scaled
    box = _seen(alpha)
    rect = Rect(target.x + box.x, target.y + box.y, box.width, box.height)
    alpha = np.ascontiguousarray(part(alpha, box, halved=False))
    halved_alpha = cv2.resize(alpha, (box.width // 2, box.height // 2), interpolation=cv2.INTER_AREA)
    return Sprite(
        np.ascontiguousarray(part(y, box, halved=False)),
        np.ascontiguousarray(part(u, box, halved=True)),
        np.ascontiguousarray(part(v, box, halved=True)),
        255 - alpha,
        (255 - halved_alpha).astype(np.uint8),
        rect,
    )


def _seen(alpha: Plane) -> Rect:
    """The smallest even rectangle that holds all that is not transparent (at least 2 × 2)."""
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not rows.size:
        return Rect(0, 0, 2, 2)
    x, y = int(columns[0]) & ~1, int(rows[0]) & ~1
    return Rect(
        x, y, min((int(columns[-1]) + 2 & ~1) - x, alpha.shape[1] - x), min((int(rows[-1]) + 2 & ~1) - y, alpha.shape[0] - y)
    )
