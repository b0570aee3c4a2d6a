"""How one scene becomes the next: pure functions of two pictures and a progress from 0 to 1. A transition a row."""

from collections.abc import Callable

import cv2
import numpy as np

from studio.media.frames import BLACK, Picture, Plane
from studio.state import Direction, TransitionKind

Blend = Callable[[Picture, Picture, float, Picture, Direction], None]
"""Writes the mixture of the old and the new picture at a progress into the third, which may be neither of them."""


def _planes(*pictures: Picture) -> tuple[tuple[Plane, ...], ...]:
    return tuple(zip(*((p.y, p.u, p.v) for p in pictures), strict=True))


def _fade(old: Picture, new: Picture, progress: float, out: Picture, direction: Direction) -> None:
    for a, b, target in _planes(old, new, out):
        cv2.addWeighted(a, 1 - progress, b, progress, 0, dst=target)


def _fade_black(old: Picture, new: Picture, progress: float, out: Picture, direction: Direction) -> None:
    """Half the time out to black, half the time in."""
    shown, weight = (old, 1 - 2 * progress) if progress < 0.5 else (new, 2 * progress - 1)
    for (source, target), black in zip(_planes(shown, out), BLACK, strict=True):
        cv2.convertScaleAbs(source, dst=target, alpha=weight, beta=black * (1 - weight))


def _slide(old: Picture, new: Picture, progress: float, out: Picture, direction: Direction) -> None:
    """The new picture pushes the old one out, towards `direction`."""
    for (a, b, target), half in zip(_planes(old, new, out), (1, 2, 2), strict=True):
        along = _along(target, direction)
        gone = _pixels(progress, along.shape[1] * half) // half
        first, second = _along(a, direction), _along(b, direction)
        np.copyto(along[:, : along.shape[1] - gone], first[:, gone:])
        np.copyto(along[:, along.shape[1] - gone :], second[:, :gone])


def _wipe(old: Picture, new: Picture, progress: float, out: Picture, direction: Direction) -> None:
    """An edge runs over the picture towards `direction`; behind it is the new one."""
    for (a, b, target), half in zip(_planes(old, new, out), (1, 2, 2), strict=True):
        along = _along(target, direction)
        edge = along.shape[1] - _pixels(progress, along.shape[1] * half) // half
        np.copyto(along[:, :edge], _along(a, direction)[:, :edge])
        np.copyto(along[:, edge:], _along(b, direction)[:, edge:])


def _along(plane: Plane, direction: Direction) -> Plane:
    """The plane so that what moves moves to the left: a view."""
    turned: Plane = plane.T if direction in ("up", "down") else plane
    return turned[:, ::-1] if direction in ("right", "down") else turned


def _pixels(progress: float, length: int) -> int:
    """Even, as chroma planes have half the size."""
    return round(progress * length / 2) * 2


TRANSITIONS: dict[TransitionKind, Blend | None] = {
    "cut": None,
    "fade": _fade,
    "fade_black": _fade_black,
    "slide": _slide,
    "wipe": _wipe,
    "stinger": None,
}
"""None has nothing to mix: a cut takes no time, a stinger hides its cut behind a film."""


def progress(now_ns: int, start_ns: int, duration_ms: int) -> float:
    """How far a transition is at `now_ns`: 0 before, 1 after, eased in between (smoothstep)."""
    if duration_ms <= 0:
        return 1.0
    x = min(1.0, max(0.0, (now_ns - start_ns) / (duration_ms * 1e6)))
    return x * x * (3 - 2 * x)
