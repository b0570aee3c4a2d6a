"""Sources: what delivers pictures and sound, and how it is doing."""

from typing import Any, Literal

from msgspec import Struct

SourceStatus = Literal["starting", "live", "stale", "failed"]
"""`stale`: open, but nothing new came for a second; `failed`: not open, tried again by itself."""
LOST: frozenset[SourceStatus] = frozenset({"stale", "failed"})


class Source(Struct, frozen=True, kw_only=True):
    """A source as set up by a person, with its present status and, when failed, the reason as a sentence."""

    id: str
    kind: str
    name: str
    settings: dict[str, Any] = {}
    status: SourceStatus = "starting"
    reason: str = ""
    width: int = 0
    height: int = 0
    duration_ms: int | None = None
    paused: bool = False
