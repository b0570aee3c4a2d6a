"""How one scene becomes the next: pure functions of two pictures and a progress from 0 to 1. A transition a row."""

from collections.abc import Callable

import cv2

from studio.media.frames import Picture
from studio.state import TransitionKind

Blend = Callable[[Picture, Picture, float, Picture], None]


def _fade(old: Picture, new: Picture, progress: float, out: Picture) -> None:
    for a, b, target in ((old.y, new.y, out.y), (old.u, new.u, out.u), (old.v, new.v, out.v)):
        cv2.addWeighted(a, 1 - progress, b, progress, 0, dst=target)


TRANSITIONS: dict[TransitionKind, Blend | None] = {"cut": None, "fade": _fade}
"""None takes no time. Each writes the mixture of `old` and `new` into `out`, which may be neither of them."""


def progress(now_ns: int, start_ns: int, duration_ms: int) -> float:
    """How far a transition is at `now_ns`: 0 before, 1 after, eased in between (smoothstep)."""
    if duration_ms <= 0:
        return 1.0
    x = min(1.0, max(0.0, (now_ns - start_ns) / (duration_ms * 1e6)))
    return x * x * (3 - 2 * x)
