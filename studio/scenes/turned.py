"""Draws pictures that are turned (or sheared, inside a turned scene): warped into the rectangle they touch, then blended.

Warping with zeros outside makes planes that are already premultiplied by how much of a pixel the picture covers, so
edges are smooth. Opaque pictures change with every frame: their coverage is warped once a placement, their planes
each time.
"""

import cv2
import numpy as np

from studio.media.frames import Picture, Plane
from studio.scenes.geometry import Affine, Placement
from studio.scenes.scaling import halved, scratch
from studio.scenes.sprite import KEPT, Sprite, part, planes

_coverage: dict[tuple[Placement, int], tuple[Plane, Plane]] = {}


def turned_sprite(picture: Picture, placement: Placement, opacity: float) -> Sprite:
    """The sprite of a turned picture. An opaque one's planes are the thread's scratch: blend it before the next."""
    if picture.alpha is None:
        return _opaque(picture, placement, opacity)
    key = ("turned", placement, round(opacity * 255))
    if not isinstance(sprite := picture.cache.get(key), Sprite):
        if len(picture.cache) > KEPT:
            picture.cache.clear()
        picture.cache[key] = sprite = _glass(picture, placement, opacity)
    return sprite


def _opaque(picture: Picture, placement: Placement, opacity: float) -> Sprite:
    strength = round(opacity * 255)
    rests = _coverage.get((placement, strength))
    if rests is None:
        if len(_coverage) > KEPT:
            _coverage.clear()
        full = np.full((placement.source.height, placement.source.width), strength, np.uint8)
        quarter = full[: full.shape[0] // 2, : full.shape[1] // 2]
        rests = 255 - _warped(full, placement, False, "rest"), 255 - _warped(quarter, placement, True, "rest")
        _coverage[placement, strength] = rests
    warped = [
        _warped(part(plane, placement.source, half), placement, half, name)
        for (plane, half), name in zip(planes(picture), "yuv", strict=True)
    ]
    if strength < 255:
        for plane in warped:
            cv2.convertScaleAbs(plane, dst=plane, alpha=opacity)
    y, u, v = warped
    return Sprite(y, u, v, *rests, placement.target)


def _glass(picture: Picture, placement: Placement, opacity: float) -> Sprite:
    assert picture.alpha is not None
    alpha = part(picture.alpha, placement.source, halved=False)
    sources = [part(plane, placement.source, half) for plane, half in planes(picture)]
    quarter = cv2.resize(alpha, (sources[1].shape[1], sources[1].shape[0]), interpolation=cv2.INTER_AREA).astype(np.uint8)
    halves = (False, True, True, False, True)
    y, u, v, cover, cover_half = (
        cv2.convertScaleAbs(_warped(plane, placement, half, "glass"), alpha=opacity).astype(np.uint8)
        for plane, half in zip((*sources, alpha, quarter), halves, strict=True)
    )
    return Sprite(y, u, v, 255 - cover, 255 - cover_half, placement.target)


def _warped(plane: Plane, placement: Placement, half: bool, name: str) -> Plane:
    """`plane` (already cut to the placement's source) where its pixels go within the target."""
    assert placement.turned is not None
    source, target, matrix = placement.source, placement.target, placement.turned
    size = 2 if half else 1
    x, y = matrix.map(source.x, source.y)
    moved = Affine(matrix.a, matrix.b, matrix.c, matrix.d, (x - target.x) / size, (y - target.y) / size)
    while max(abs(moved.a) + abs(moved.b), abs(moved.c) + abs(moved.d)) < 0.5 and min(plane.shape) >= 4:
        plane = halved(plane)
        moved = Affine(2 * moved.a, 2 * moved.b, 2 * moved.c, 2 * moved.d, moved.x, moved.y)
    out = scratch(name, target.height // size, target.width // size)
    cv2.warpAffine(
        plane,
        _centred(moved),
        (target.width // size, target.height // size),
        dst=out,
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=0,
    )
    return out


def _centred(matrix: Affine) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """The map between pixel centres, which is how OpenCV counts; ours is between corners."""
    a, b, c, d, x, y = matrix
    return np.array([[a, c, x + (a + c - 1) / 2], [b, d, y + (b + d - 1) / 2]])
