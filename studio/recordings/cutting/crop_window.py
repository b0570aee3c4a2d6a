"""Draws a part of a picture into another one: cropped, scaled, on I420 planes."""

import math
from typing import NamedTuple

import cv2

from studio.media.frames import Picture, Plane
from studio.scenes.scaling import scale, scratch


class Cut(NamedTuple):
    """What of one axis is shown: pixels `first` to `last` of the source, made `total` long, of which `length` from `offset` on
    are the target. So a frame moves in steps of the target's pixels, which are the finer ones where it is enlarged."""

    first: int
    last: int
    total: int
    offset: int
    length: int


def whole(source: int, length: int) -> Cut:
    """All of it."""
    return Cut(0, source, length, 0, length)


def part(source: int, share: float, middle: float, length: int) -> Cut:
    """A `share` of the axis around `middle` (both 0…1). Pure; even where planes of half the size need it."""
    size = min(float(source), share * source)
    begin = min(max(0.0, middle * source - size / 2), source - size)
    first = int(begin) & ~1
    last = min(source, math.ceil((begin + size) / 2) * 2)
    factor = length / size
    total = max(length, round((last - first) * factor / 2) * 2)
    return Cut(first, last, total, min(total - length, round((begin - first) * factor)), length)


def shown_of(source: tuple[int, int], target: tuple[int, int], middle: float) -> tuple[Cut, Cut]:
    """What of a source of one size fills a target of another, across and down: all of one axis, a part of the other."""
    (width, height), (wide, high) = source, target
    if width * high > wide * height:
        return part(width, wide * height / (high * width), middle, wide), whole(height, high)
    return whole(width, wide), part(height, high * width / (wide * height), middle, high)


def draw(source: Picture, target: Picture, across: Cut, down: Cut) -> None:
    """The part of `source` that the cuts say, over the whole of `target`."""
    for halved, plane, out in ((1, source.y, target.y), (2, source.u, target.u), (2, source.v, target.v)):
        wanted = plane[down.first // halved : down.last // halved, across.first // halved : across.last // halved]
        shape = (down.total // halved, across.total // halved)
        if shape == out.shape:
            _scaled(wanted, out)
            continue
        room = scratch("cut", *shape)
        _scaled(wanted, room)
        y, x = down.offset // halved, across.offset // halved
        out[:] = room[y : y + out.shape[0], x : x + out.shape[1]]


def _scaled(source: Plane, target: Plane) -> None:
    """Enlarged with a smooth curve (bilinear is soft, and costs as much here), else as the studio shrinks pictures."""
    if target.shape[0] > source.shape[0] and target.shape[1] > source.shape[1]:
        cv2.resize(source, (target.shape[1], target.shape[0]), dst=target, interpolation=cv2.INTER_CUBIC)
    else:
        scale(source, target)
