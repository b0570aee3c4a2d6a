"""The show: what the audience was promised, and how far it has come. The server owns it; the desktop holds a copy."""

from typing import Literal

from msgspec import Struct

ShowState = Literal["draft", "rehearsal", "live", "paused", "ended"]


class Show(Struct, frozen=True, kw_only=True):
    """`seq` is the newest event; `media_ms` the show clock at the moment of this value; times are Unix milliseconds."""

    id: str = ""
    title: str = ""
    brand: str = ""
    state: ShowState = "draft"
    starts_at_ms: int | None = None
    live_since_ms: int | None = None
    ended_at_ms: int | None = None
    poster: str = ""
    seq: int = 0
    media_ms: int = 0
    origin_ms: int | None = None
    """Where on the stream clock the show first went live."""
    on_air: bool = False
    """Packets of the current epoch are arriving at the server."""
    readers: int = 0
    viewers: int = 0
    holder: str = ""
    """Name of the client that holds the lease."""
    epoch: int = 0
