"""A reader: one viewer's connection and what it gets."""

from dataclasses import dataclass

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
    dropped: int = 0
