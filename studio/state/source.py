"""Sources: what delivers pictures and sound, and how it is doing."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

DelayMs = Annotated[int, Meta(ge=0, le=1000)]

SourceStatus = Literal["starting", "live", "stale", "failed"]
"""`stale`: open, but nothing new came for a second; `failed`: not open, tried again by itself."""
LOST: frozenset[SourceStatus] = frozenset({"stale", "failed"})


class Source(Struct, frozen=True, kw_only=True):
    """A source as set up by a person, with its present status and, when failed, the reason as a sentence."""

    id: str
    kind: str
    name: str
    settings: dict[str, Any] = {}
    delay_ms: DelayMs = 0
    """How much later than it comes its picture and sound are used, to bring it in step with the others."""
    status: SourceStatus = "starting"
    reason: str = ""
    width: int = 0
    height: int = 0
    duration_ms: int | None = None
    paused: bool = False
    proxy: bool = False
    """A smaller copy of the film is shown."""
    proxy_problem: str = ""
    """Why there is none, as a sentence."""
