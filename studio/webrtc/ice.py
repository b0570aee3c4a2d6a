"""What is said of ICE (RFC 8445), without the engine that does it: a desktop without calls need not load that."""

from msgspec import Struct

CANDIDATES_MAX = 48
"""A browser has a dozen for each section; aioice sorts all its pairs again for each, and holds the loop meanwhile."""


class IceServer(Struct, frozen=True, omit_defaults=True):
    """A STUN or TURN server, as `RTCPeerConnection` takes it and the show server names it."""

    urls: list[str]
    username: str = ""
    credential: str = ""
