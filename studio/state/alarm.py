"""Alarms: what is certainly wrong now, in words for the person in front of the camera."""

from typing import Literal

from msgspec import Struct

AlarmCode = Literal[
    "muted_speaking",
    "no_signal",
    "lost",
    "strained",
    "drops_network",
    "drops_encoder",
    "drops_render",
    "stepped_down",
    "effect",
    "disk",
    "unsaved",
    "uplink",
    "link",
    "recording",
    "recording_behind",
]
DROPS: tuple[AlarmCode, ...] = ("drops_network", "drops_encoder", "drops_render")
"""Pictures are lost on their way."""
AlarmLevel = Literal["critical", "warning"]


class Alarm(Struct, frozen=True, kw_only=True):
    """One alarm; it is there as long as its cause. `source` is the id of the source it concerns, where there is one."""

    code: AlarmCode
    level: AlarmLevel
    words: str
    source: str = ""
