"""The last resort: pictures and sound over the audience socket, for a viewer whose network lets no WebRTC through."""

import msgspec
from av.error import FFmpegError

from studio.server import fragments
from studio.server.outbox import Outbox
from studio.wire import AUDIO, MediaPacket

HOLD_NS = 200_000_000
"""How long a picture lasts when none follows it; the next one cuts it. With less, each picture that was dropped would be a gap
that WebKit does not bridge (`HOLD` in assets/viewer/socket-player.js)."""


class SocketPeer:
    """In the place of a `WhepPeer`: it has no RTP senders, its pictures go into the socket's queue as fragmented MP4."""

    video = audio = None

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._initial = b""

    def begin(self, mime: str, initial: bytes) -> None:
        """What follows is described by `initial`. Said again when it changes (another rendition)."""
        if initial != self._initial:
            said = self._outbox.put_media(msgspec.json.encode({"t": "media", "mime": mime}).decode())
            self._initial = initial if said and self._outbox.put_media(initial) else b""

    def send(self, fragment: bytes) -> bool:
        """False when the socket is too slow: everything that waited is gone, and a keyframe must come next."""
        if self._initial and self._outbox.put_media(fragment):
            return True
        self._initial = b""  # it may have been dropped with what waited
        return False

    async def close(self) -> None:
        """No more pictures; the socket stays."""
        self._outbox.drop_media()


class Segments:
    """Turns a show's packets into fragments, each one once however many read it. The time base is the show clock."""

    def __init__(self) -> None:
        self._initial: dict[int, tuple[tuple[bytes, bytes], str, bytes]] = {}

    def fragment(self, packet: MediaPacket) -> bytes:
        """The packet as a fragment."""
        if packet.kind == AUDIO:
            return fragments.audio_fragment(packet.payload, packet.pts_ns)
        return fragments.video_fragment(packet.payload, packet.pts_ns, HOLD_NS, key=packet.key)

    def begin(self, packet: MediaPacket) -> tuple[str, bytes] | None:
        """MIME type and initialisation segment for what begins with this keyframe; None when it cannot be read."""
        sets = fragments.parameter_sets(packet.payload)
        if sets is None:
            return None
        known = self._initial.get(packet.rendition)
        if known is None or known[0] != sets:
            try:
                size = fragments.size_of(packet.payload)
            except (ValueError, FFmpegError):
                return None
            known = self._initial[packet.rendition] = sets, fragments.mime_of(sets[0]), fragments.initial(*sets, *size)
        return known[1], known[2]
