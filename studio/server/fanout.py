"""One show's packets to its readers: packetized once, protected and sent per reader."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Iterator

from studio.server.quality import Step
from studio.server.reader import Reader
from studio.server.socket_peer import Segments, SocketPeer
from studio.webrtc.h264 import packetize
from studio.webrtc.ntp import ntp_of
from studio.wire import AUDIO, VIDEO, MediaPacket

log = logging.getLogger(__name__)

PACED_PAYLOADS = 24
"""Larger access units (keyframes) go out in steps, so that no router's queue sees them at once."""
PACE_STEPS = 5
PACE_S = 0.010
SOUND_BEHIND_NS = 25_000_000
"""Sender reports put sound this little behind the picture, so that browsers, whose sound is the slower way, hold the
picture back by less. Nobody notices under 45 ms (ITU-R BT.1359)."""
HOLD_S = 1.0
"""A viewer whose network is too slow gets nothing until the smaller picture's keyframe: what still came of the large
one would only stand in its way. If no keyframe comes for so long, the large one goes on."""
READERS_AT_ONCE = 16
"""Readers served between two looks at the loop."""


class Fanout:
    """Sends to the readers of one show. All on the server's loop.

    Every reader shares the RTP time base: `timestamp = pts + offset`, so one (rtp, media_ms) pair serves all pages.
    """

    def __init__(self, keyframe: Callable[[int], None], changed: Callable[[], None], now_s: Callable[[], float]) -> None:
        self.readers: dict[str, Reader] = {}
        self.ladder: tuple[Step, ...] = ()
        """What the desktop offers, best first."""
        self.dropped = self.switched = self._logged = 0
        """Pictures that a socket did not take; changes of a reader's rendition."""
        self._keyframe = keyframe
        self._now_s = now_s
        self._changed = changed
        self._video_offset = secrets.randbits(32)
        self._audio_offset = secrets.randbits(32)
        self._wall_base_s: float | None = None
        self._segments = Segments()
        self._epoch = 0

    def add(self, reader: Reader) -> None:
        """A connected reader: it is served from the next keyframe on, which is asked for."""
        self.readers[reader.id] = reader
        if (video := reader.peer.video) is not None:
            video.on_keyframe = lambda: self._lost_picture(reader)
            if reader.quality is not None:
                quality = reader.quality
                video.on_estimate = lambda bits: self._told(reader, quality.estimate, bits / 1000)
                video.on_loss = lambda share: self._told(reader, quality.loss, share)
                video.on_missed = lambda: self._told(reader, quality.loss, reader.missed_share(self._now_s()))
        if reader.watches:
            self._keyframe(reader.rendition)
        self._changed()

    def remove(self, reader: Reader) -> None:
        """The reader is gone."""
        if self.readers.pop(reader.id, None) is not None:
            self._changed()

    def count(self, rendition: int) -> int:
        """Readers of a rendition who may see it."""
        return sum(1 for r in self.readers.values() if rendition in (r.rendition, r.target) and r.allowed and r.watches)

    def offer(self, ladder: tuple[Step, ...], now_s: float) -> None:
        """The desktop offers these from now on; who reads another one is moved."""
        self.ladder = ladder
        for reader in self.readers.values():
            if reader.quality is not None:
                reader.quality.offer(ladder, now_s)
                self._steer(reader)
            elif reader.fixed is not None:
                self._hold_to(reader, reader.fixed)

    def _hold_to(self, reader: Reader, pinned: int) -> None:
        """What a reader asked for is offered, or is not: then it gets the next smaller one."""
        offered = [step.rendition for step in self.ladder]
        smaller = (number for number in sorted(offered) if number > pinned)
        wanted = pinned if pinned in offered else next(smaller, offered[-1])
        reader.target = wanted if wanted != reader.rendition else None
        if reader.target is not None:
            self._keyframe(wanted)

    def tick(self, now_s: float) -> None:
        """Time passes: viewers whose network is clean go up."""
        for reader in tuple(self.readers.values()):
            if reader.quality is not None and reader.allowed:
                if reader.paused and now_s >= reader.paused_until_s:
                    reader.paused = False
                    self._keyframe(reader.rendition)
                reader.quality.sent(reader.sent_kbps(now_s))
                reader.quality.tick(now_s)
                self._steer(reader)

    def _told(self, reader: Reader, say: Callable[[float, float], None], value: float) -> None:
        """A browser's report."""
        say(value, self._now_s())
        self._steer(reader)

    def _steer(self, reader: Reader) -> None:
        """Have the reader change to what its quality says, at that rendition's next keyframe."""
        assert reader.quality is not None
        wanted = reader.quality.rendition if reader.quality.rendition != reader.rendition else None
        if wanted == reader.target:
            return
        reader.target = wanted
        reader.paused = wanted is not None and reader.quality.below(reader.rendition)
        if wanted is not None:
            reader.paused_until_s = self._now_s() + HOLD_S
            self._changed()  # the encoder may have to begin
            self._keyframe(wanted)

    def allow(self, predicate: Callable[[Reader], bool]) -> None:
        """Set who may see and hear the programme now; who newly may gets a keyframe."""
        for reader in self.readers.values():
            before, reader.allowed = reader.allowed, predicate(reader)
            if reader.allowed and not before:
                reader.needs_key = True
                self._keyframe(reader.rendition)
        self._changed()

    def video_timestamp(self, pts_ns: int) -> int:
        """The RTP timestamp of a picture at `pts_ns`, 90 kHz."""
        return (pts_ns * 9 // 100_000 + self._video_offset) & 0xFFFFFFFF

    def audio_timestamp(self, pts_ns: int) -> int:
        """The RTP timestamp of sound at `pts_ns`, 48 kHz."""
        return (pts_ns * 6 // 125_000 + self._audio_offset) & 0xFFFFFFFF

    async def send(self, packet: MediaPacket, now_s: float) -> None:
        """Send a packet to everybody who reads it; `now_s` is Unix time."""
        if self._wall_base_s is None or packet.epoch != self._epoch:
            self._wall_base_s = now_s - packet.pts_ns / 1e9
            self._epoch = packet.epoch
        if packet.kind == AUDIO:
            await self._send_audio(packet)
        else:
            await self._send_video(packet)

    async def _send_audio(self, packet: MediaPacket) -> None:
        timestamp = self.audio_timestamp(packet.pts_ns)
        self._send_fragment([r for r in self.readers.values() if r.allowed and not r.needs_key], packet)
        for number, reader in enumerate(tuple(self.readers.values())):
            if reader.allowed and reader.audio_on and reader.peer.audio is not None:
                reader.peer.audio.send_payloads((packet.payload,), timestamp, marker=False)
            if number % (READERS_AT_ONCE * 4) == READERS_AT_ONCE * 4 - 1:
                await asyncio.sleep(0)

    async def _send_video(self, packet: MediaPacket) -> None:
        if packet.key:
            self._switch(packet.rendition)
        receivers = [r for r in self.readers.values() if r.allowed and r.watches and r.rendition == packet.rendition]
        for reader in receivers:
            if packet.key:
                reader.needs_key = False
            elif packet.gap and not reader.needs_key:
                reader.needs_key = True
                self._keyframe(reader.rendition)
            elif reader.paused:
                reader.needs_key = True
        receivers = [reader for reader in receivers if not reader.needs_key]
        if not receivers:
            return
        self._send_fragment(receivers, packet)
        payloads = packetize(packet.payload)
        timestamp = self.video_timestamp(packet.pts_ns)
        steps = list(_steps(payloads))
        for number, part in enumerate(steps):
            if number:
                await asyncio.sleep(PACE_S / PACE_STEPS)
            await self._send_part(receivers, part, timestamp, last=number == len(steps) - 1)

    def _send_fragment(self, receivers: list[Reader], packet: MediaPacket) -> None:
        """To those who read over their page's socket."""
        tunnelled = [(reader, reader.peer) for reader in receivers if isinstance(reader.peer, SocketPeer)]
        if not tunnelled:
            return
        begin = self._segments.begin(packet) if packet.key and packet.kind == VIDEO else None
        fragment = self._segments.fragment(packet)
        for reader, peer in tunnelled:
            if begin is not None:
                peer.begin(*begin)
            if not peer.send(fragment):
                reader.dropped += 1
                self.dropped += 1
                reader.needs_key = True
                if reader.quality is not None:
                    reader.quality.loss(1.0, self._now_s())
                    self._steer(reader)
                self._keyframe(reader.target or reader.rendition)

    def _switch(self, rendition: int) -> None:
        """A keyframe of `rendition`: who waits for it has it from now on; until here they had the old one."""
        moved = [reader for reader in self.readers.values() if reader.target == rendition]
        for reader in moved:
            reader.rendition, reader.target, reader.paused = rendition, None, False
            reader.switched += 1
            self.switched += 1
            if reader.peer.video is not None:
                reader.peer.video.forget()
        if moved:
            self._changed()

    async def _send_part(self, receivers: list[Reader], part: list[bytes], timestamp: int, *, last: bool) -> None:
        for number, reader in enumerate(receivers):
            sender = reader.peer.video
            if sender is None or reader.needs_key or not sender.ready:
                continue
            if not sender.send_payloads(part, timestamp, marker=last):
                reader.dropped += 1
                self.dropped += 1
                reader.needs_key = True
                self._keyframe(reader.rendition)
            if number % READERS_AT_ONCE == READERS_AT_ONCE - 1:
                await asyncio.sleep(0)

    def report(self, now_s: float) -> None:
        """Send sender reports to all, once a second: sound and picture on the same clock, also over drift."""
        self._log_dropped()
        if self._wall_base_s is None:
            return
        pts_ns = round((now_s - self._wall_base_s) * 1e9)
        ntp_time = ntp_of(now_s)
        for reader in self.readers.values():
            if reader.peer.video is not None:
                reader.peer.video.report(ntp_time, self.video_timestamp(pts_ns))
            if reader.peer.audio is not None:
                reader.peer.audio.report(ntp_time, self.audio_timestamp(pts_ns - SOUND_BEHIND_NS))

    def _log_dropped(self) -> None:
        """One line a second, however many there are."""
        if self.dropped != self._logged:
            dropped, self._logged = self.dropped - self._logged, self.dropped
            log.info("%d times in a second a picture was dropped at a reader, of %d", dropped, len(self.readers))

    def _lost_picture(self, reader: Reader) -> None:
        self._keyframe(reader.rendition)


def _steps(payloads: list[bytes]) -> Iterator[list[bytes]]:
    if len(payloads) <= PACED_PAYLOADS:
        yield payloads
        return
    size = -(-len(payloads) // PACE_STEPS)
    for start in range(0, len(payloads), size):
        yield payloads[start : start + size]
