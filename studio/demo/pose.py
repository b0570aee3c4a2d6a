"""How the presenter is held at a moment of the loop: pure numbers, every one of them the same at both ends."""

import math
from dataclasses import dataclass

from studio.demo.brush import ease, wave

BLINKS = (0.085, 0.31, 0.525, 0.735, 0.93)
BLINK_HALF = 0.0125
LIFT_START, LIFT_END = 0.10, 0.29
LOWER_START, LOWER_END = 0.70, 0.90
SPEAK_START, SPEAK_END = 0.33, 0.66


@dataclass(frozen=True)
class Pose:
    """`lift` is 0 with the bottle on the table and 1 beside the face; angles in degrees, shifts in pixels."""

    lift: float
    breath: float
    tilt: float
    turn: float
    glance: float
    eyes: float
    smile: float
    speak: float
    bottle: float


def pose_at(phase: float) -> Pose:
    """The pose `phase` 0…1 through the loop."""
    lift = ease((phase - LIFT_START) / (LIFT_END - LIFT_START)) - ease((phase - LOWER_START) / (LOWER_END - LOWER_START))
    follow = ease((phase - LIFT_START + 0.03) / (LIFT_END - LIFT_START)) - ease(
        (phase - LOWER_START + 0.03) / (LOWER_END - LOWER_START)
    )
    talking = ease((phase - SPEAK_START) / 0.05) - ease((phase - SPEAK_END + 0.05) / 0.05)
    look = ease((phase - 0.20) / 0.06) - ease((phase - 0.34) / 0.05) + ease((phase - 0.56) / 0.05) - ease((phase - 0.66) / 0.06)
    return Pose(
        lift=lift,
        breath=0.5 + 0.5 * wave(phase, 2),
        tilt=-1.2 + 3.6 * follow + 1.1 * wave(phase, 1, 0.1) + 0.6 * wave(phase, 3, 0.4),
        turn=-2.0 + 7.5 * follow + 1.6 * wave(phase, 2, 0.3),
        glance=4.6 * look,
        eyes=_eyes(phase),
        smile=0.55 + 0.3 * follow + 0.1 * wave(phase, 1, 0.6),
        speak=talking * (0.5 - 0.5 * math.cos(math.tau * 13 * phase)) * (0.72 + 0.28 * wave(phase, 5, 0.2)),
        bottle=lift * (3.0 + 3.2 * wave(phase, 2, 0.05)),
    )


def _eyes(phase: float) -> float:
    """1 open … 0 shut."""
    nearest = min(abs(phase - blink) for blink in BLINKS)
    return 1 - ease(1.25 * (1 - nearest / BLINK_HALF)) if nearest < BLINK_HALF else 1.0
