"""A reader: one viewer's connection and what it gets."""

from dataclasses import dataclass

from studio.server.quality import Quality
from studio.webrtc.whep_peer import WhepPeer


@dataclass(eq=False)
class Reader:
    """`keyed`: it came with the show's key and may see what the public may not. `hears`: sound is sent. A page asks
    for sound once its audio output runs; until then sound would queue up in the browser and drag the picture late."""

    id: str
    peer: WhepPeer
    rendition: int
    keyed: bool = False
    hears: bool = True
    allowed: bool = False
    needs_key: bool = True
    quality: Quality | None = None
    """None: the viewer asked for this rendition and keeps it."""
    wanted: int | None = None
    """The rendition it changes to at that one's next keyframe."""
    dropped: int = 0
    switched: int = 0
