"""What is said of ICE (RFC 8445), without the engine that does it: a desktop without calls need not load that."""

from typing import Any, NamedTuple

CANDIDATES_MAX = 48
"""A browser has a dozen for each section; aioice sorts all its pairs again for each, and holds the loop meanwhile."""


class IceServer(NamedTuple):
    """A STUN or TURN server, as `RTCIceServer` of W3C's WebRTC names its parts."""

    urls: str | list[str]
    username: str | None = None
    credential: str | None = None


def told_server(told: dict[str, Any]) -> IceServer:
    """One of those that the show server names."""
    return IceServer(told["urls"], told.get("username") or None, told.get("credential") or None)
