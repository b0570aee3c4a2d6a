"""A reader: one viewer's connection and what it gets."""

from collections import deque
from dataclasses import dataclass, field

from studio.server.quality import Quality
from studio.server.socket_peer import SocketPeer
from studio.webrtc.whep_peer import WhepPeer

MISSED_S = 0.5
FEW = 20
"""Of fewer packets nothing can be said."""


@dataclass(eq=False)
class Reader:
    """`keyed`: it came with the show's key and may see what the public may not. `audio_on`: sound is sent. A page asks
    for sound once its audio output runs; until then sound would queue up in the browser and drag the picture late."""

    id: str
    peer: WhepPeer | SocketPeer
    rendition: int
    keyed: bool = False
    audio_on: bool = True
    allowed: bool = False
    fixed: int | None = None
    """The one rendition it asked for."""
    needs_key: bool = True
    quality: Quality | None = None
    """None: the viewer asked for this rendition and keeps it."""
    target: int | None = None
    """The rendition it changes to at that one's next keyframe."""
    paused: bool = False
    """Nothing is sent until the target's keyframe, or until `paused_until_s`."""
    paused_until_s: float = 0.0
    dropped: int = 0
    switched: int = 0
    _counted: tuple[float, int] = (0.0, 0)
    _missed: deque[tuple[float, int, int]] = field(default_factory=deque)

    @property
    def watches(self) -> bool:
        """Whether it gets pictures, not sound only."""
        return isinstance(self.peer, SocketPeer) or self.peer.video is not None

    def missed_share(self, now_s: float) -> float:
        """How much of the picture sent in the last half second was asked for again: long before any report says so."""
        if (video := self.peer.video) is None:
            return 0.0
        window = self._missed
        window.append((now_s, video.packets, video.missed))
        while now_s - window[0][0] > MISSED_S:
            window.popleft()
        packets, missed = video.packets - window[0][1], video.missed - window[0][2]
        return missed / packets if packets >= FEW else 0.0

    def sent_kbps(self, now_s: float) -> float:
        """The bitrate of its picture and sound since this was last asked."""
        octets = sum(sender.octets for sender in (self.peer.video, self.peer.audio) if sender is not None)
        (before_s, before), self._counted = self._counted, (now_s, octets)
        return (octets - before) * 8 / 1000 / max(0.1, now_s - before_s) if before_s else 0.0
