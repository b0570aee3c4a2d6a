"""The stream (encoded packets on their way) and the link (the connection to the show server)."""

from typing import Literal

from msgspec import Struct

StreamStatus = Literal["off", "starting", "live", "reconnecting"]
Step = Literal["window", "preset", "size", "rate"]
"""Of what there is less while the computer cannot keep up: pictures in windows, the encoder's care, lines, pictures a second."""
LinkStatus = Literal["off", "connecting", "connected", "reconnecting", "refused"]


class Stream(Struct, frozen=True, kw_only=True):
    """Whether our packets reach the server. `dropped` counts, by cause, what did not make it."""

    status: StreamStatus = "off"
    reason: str = ""
    epoch: int = 0
    since_ms: int | None = None
    renditions: tuple[int, ...] = ()
    encoder: str = ""
    """What encodes: `libx264`, or a graphics chip by FFmpeg's name."""
    kbps: int = 0
    dropped_network: int = 0
    dropped_encoder: int = 0
    late_render: int = 0
    steps: tuple[Step, ...] = ()
    """The steps that are taken now, because the computer cannot keep up."""


class Link(Struct, frozen=True, kw_only=True):
    """The connection to the show server; `retry_at_ms` is when the next attempt comes."""

    status: LinkStatus = "off"
    url: str = ""
    viewer_url: str = ""
    reason: str = ""
    attempt: int = 0
    rtt_ms: float = 0
    server_pid: int | None = None
