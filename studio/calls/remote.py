"""The other end of one connection: a customer's page. Answers its offers, leg by leg, and is what is heard and seen of it."""

import asyncio
import importlib
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from studio.calls.audio_receiver import AudioReceiver
from studio.calls.call_sender import CallSender
from studio.calls.video_receiver import VideoReceiver
from studio.clock import NS_PER_MS, NS_PER_S, Clock
from studio.errors import StudioError
from studio.media.timed_ring import TimedRing
from studio.state.calls import Quality, RemoteStatus
from studio.state.calls import Remote as RemoteState
from studio.tasks import Tasks
from studio.webrtc.ice import CANDIDATES_MAX, IceServer
from studio.webrtc.ntp import EPOCH_S

if TYPE_CHECKING:
    from studio.webrtc.call_peer import CallPeer

log = logging.getLogger(__name__)

TICK_S = 0.01
LEGS_MAX = 200
RETRY_S = 3.0
"""A leg that does not come up, or is lost, is asked for again after so long."""
LATE_NS, LATE_MOST_MS = 45 * NS_PER_MS, 150
PICTURE_GONE_S = 1.5


class Remote:
    """`signal(data)` sends to the other side. `changed()` is called when `state` may be another."""

    def __init__(
        self, peer: str, clock: Clock, sending: CallSender, signal: Callable[[dict[str, Any]], None], behind: Callable[[], int]
    ) -> None:
        self.peer = peer
        self.ring = TimedRing(3.0)
        self.changed: Callable[[], None] = lambda: None
        self.servers: list[IceServer] = []
        self.relay = False
        self.heard_after_ns = 60 * NS_PER_MS
        """How long after it was mixed a sample is heard: the headphones' queue and the device."""
        self._clock = clock
        self._sending = sending
        self._signal = signal
        self._behind = behind
        self._state = RemoteState(peer=peer, name="")
        self._hearing = AudioReceiver(self.ring, behind())
        self._seeing = VideoReceiver(clock, self._ask_keyframe, self._due_ns)
        self._connection: CallPeer | None = None
        self._leg = self._wired = 0
        """The newest leg, and the one that `_connection` is."""
        self._early: list[tuple[str, str]] = []
        self._offers = False
        self._told: dict[str, Any] = {}
        self._shows = True
        self._reports: dict[str, tuple[float, int]] = {}
        """Of sound and pictures: when (seconds of the other side's clock) which RTP time was."""
        self._status_s = time.monotonic()
        self._tasks = Tasks(log)
        self._counted = (0, 0, 0.0)
        self._seen = (0, 0.0)

    @property
    def state(self) -> RemoteState:
        """As studios see it."""
        return self._state

    @property
    def picture(self) -> Any:
        """The mailbox with what it shows now."""
        return self._seeing.newest

    @property
    def shows(self) -> bool:
        """Whether pictures come, and are meant to."""
        return self._shows and self._state.picture

    @property
    def later(self) -> int:
        """By how many samples its pictures are shown after its sound could be mixed."""
        return self._behind() + self.heard_after_ns * 48_000 // NS_PER_S

    @property
    def hearing(self) -> AudioReceiver:
        """How its sound comes."""
        return self._hearing

    @property
    def seeing(self) -> VideoReceiver:
        """How its pictures come."""
        return self._seeing

    def call(self, name: str) -> None:
        """What it is called."""
        self._set(name=name)

    def tell(self, data: dict[str, Any]) -> None:
        """Send the other side a signal."""
        self._signal(data)

    def tell_sends(self, data: dict[str, Any]) -> None:
        """What comes from here now, when that is another than it was told last."""
        if data != self._told:
            self._told = data
            self._signal(data)

    def start(self) -> None:
        """Be ready for offers."""
        self._seeing.start()
        self._tasks.spawn(self._run(), "call")

    async def close(self) -> None:
        """Leave."""
        await self._tasks.close()
        if self._connection is not None:
            await self._connection.close()
        await asyncio.to_thread(self._seeing.close)

    def hear(self, data: dict[str, Any]) -> None:
        """A signal from the other side; a stranger wrote it."""
        kind, leg = data.get("type"), data.get("leg")
        if kind == "offer" and isinstance(leg, int) and self._leg < leg <= LEGS_MAX and isinstance(data.get("sdp"), str):
            self._leg, self._early = leg, []
            self._tasks.spawn(self._answer(leg, data["sdp"]), "call")
        elif kind == "candidate" and leg == self._leg:
            mid, candidate = data.get("mid"), data.get("candidate")
            if isinstance(mid, str) and isinstance(candidate, str) and len(self._early) < CANDIDATES_MAX:
                self._early.append((mid, candidate))
                self._trickle()
        elif kind == "answer" and self._offers and leg == self._leg == self._wired and isinstance(data.get("sdp"), str):
            assert self._connection is not None
            self._tasks.spawn(self._accept(self._connection, data["sdp"]), "call")
        elif kind == "sends":
            self._shows = data.get("picture") is not False
            self._set(screen=self._shows and data.get("screen") is True)
        elif kind == "again" and self._offers:
            self.offer()
        elif kind == "bye" and leg == self._leg:
            self._set_status("reconnecting")

    async def _new_connection(self) -> "CallPeer":
        """Our end of one; the engine is loaded by the first call: every start would wait a tenth of a second for it."""
        module = await asyncio.to_thread(importlib.import_module, "studio.webrtc.call_peer")
        connection: CallPeer = module.CallPeer(self.servers, relay=self.relay)
        return connection

    def offer(self) -> None:
        """Call another desktop: of two, the one that came later does."""
        self._offers = True
        self._leg += 1
        self._tasks.spawn(self._offer(self._leg), "call")

    async def _offer(self, leg: int) -> None:
        connection = await self._new_connection()
        try:
            sdp = await connection.offer()
        except TimeoutError:
            await connection.close()
            self._set_status("reconnecting")
            return
        except BaseException:
            await connection.close()
            raise
        await self._use(connection, leg, {"type": "offer", "leg": leg, "sdp": sdp})

    async def _accept(self, connection: "CallPeer", sdp: str) -> None:
        try:
            await connection.accept(sdp)
        except StudioError as error:
            log.warning("a call's answer was refused: %s", error)
            self._set_status("failed")

    async def _answer(self, leg: int, sdp: str) -> None:
        connection = await self._new_connection()
        try:
            answer = await connection.answer(sdp.encode())
        except StudioError as error:
            log.warning("a call's offer was refused: %s", error)
            await connection.close()
            self._set_status("failed")
            return
        except BaseException:
            await connection.close()
            raise
        await self._use(connection, leg, {"type": "answer", "leg": leg, "sdp": answer})

    async def _use(self, connection: "CallPeer", leg: int, told: dict[str, Any]) -> None:
        """From now on this is the connection, unless a later leg has overtaken it: what comes from it is heard and seen."""
        if leg != self._leg:
            await connection.close()
            return
        before, self._connection, self._wired = self._connection, connection, leg
        connection.on_connected = lambda: self._connected(connection)
        connection.on_closed = lambda: self._lost(connection)
        connection.on_state = lambda state: self._ice(connection, state)
        self._hearing = AudioReceiver(self.ring, self._behind())
        self._seeing.restart()
        self._reports.clear()
        connection.hears.on_packet = self._hearing.put
        connection.sees.on_packet = self._seeing.put
        connection.hears.on_report = lambda ntp, rtp: self._reported("audio", ntp, rtp)
        connection.sees.on_report = lambda ntp, rtp: self._reported("video", ntp, rtp)
        self._signal(told)
        self._trickle()
        if before is not None:
            await before.close()

    def _trickle(self) -> None:
        """Candidates that come while the offer is still being answered wait for that."""
        if self._connection is not None and self._wired == self._leg:
            early, self._early = self._early, []
            for mid, candidate in early:
                self._tasks.spawn(self._add(self._connection, mid, candidate), "call")

    async def _add(self, connection: "CallPeer", mid: str, candidate: str) -> None:
        try:
            await connection.trickle(mid, candidate)
        except Exception as error:  # a stranger's candidate leads aiortc into many kinds of error
            log.debug("a candidate was refused: %s", error)

    def _connected(self, connection: "CallPeer") -> None:
        if connection is not self._connection or connection.video is None or connection.audio is None:
            return
        self._sending.start(connection.video, connection.audio)
        if self._told:  # a page that was loaded again was told nothing yet
            self._signal(self._told)
        self._set_status("connected")
        self._set(relayed=connection.relayed)

    def _lost(self, connection: "CallPeer") -> None:
        if connection is self._connection:
            self._connection = None
            self._set_status("reconnecting")

    def _ice(self, connection: "CallPeer", state: str) -> None:
        if connection is self._connection and state in ("disconnected", "failed"):
            self._set_status("reconnecting")

    def _ask_keyframe(self) -> None:
        if self._connection is not None:
            self._connection.sees.request_keyframe()

    def _reported(self, kind: str, ntp_time: int, timestamp: int) -> None:
        self._reports[kind] = ntp_time / (1 << 32), timestamp

    def _due_ns(self, timestamp: int) -> int | None:
        """When the sound that belongs to a picture's RTP time is heard. On the picture's thread."""
        sound, picture = self._reports.get("audio"), self._reports.get("video")
        if sound is None or picture is None:
            return None
        at_s = picture[0] + (timestamp - picture[1]) / 90_000
        played = self._hearing.played_ns(sound[1] + round((at_s - sound[0]) * 48_000))
        return None if played is None else played + self.heard_after_ns

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            now_s = time.monotonic()
            self._hearing.behind = self._behind()
            self._hearing.tick(self._clock.now_ns())
            self._seeing.tick(now_s)
            if self._state.seen_ms is None and self._seeing.frames:
                self._set(seen_ms=self._clock.wall_ms(), picture=True, size=self._seeing.size)
            if self._state.heard_ms is None and self._hearing.samples:
                self._set(heard_ms=self._clock.wall_ms())
            if now_s - self._counted[2] >= 1.0:
                self._count(now_s)
            if self._state.status == "reconnecting" and now_s - self._status_s > RETRY_S:
                self._status_s = now_s
                if self._offers:
                    self.offer()
                else:
                    self._signal({"type": "again"})

    def _count(self, now_s: float) -> None:
        connection = self._connection
        if connection is None:
            self._counted = (0, 0, now_s)
            return
        octets = connection.hears.octets + connection.sees.octets
        seconds = max(0.1, now_s - self._counted[2])
        kbps = max(0, round((octets - self._counted[0]) * 8 / 1000 / seconds)) if self._counted[2] else 0
        loss, rtt_s = max(connection.hears.loss, connection.sees.loss), connection.hears.rtt_s
        if self._seeing.frames != self._seen[0]:
            self._seen = self._seeing.frames, now_s
        flows = self._seen[0] > 0 and now_s - self._seen[1] < PICTURE_GONE_S
        if self._seeing.late_ns > LATE_NS and flows:  # the sound waits for its picture
            late = (self._seeing.late_ns - LATE_NS // 2) * 48_000 // NS_PER_S
            self._hearing.extra = min(LATE_MOST_MS * 48, self._hearing.extra + late)
        elif self._hearing.extra and self._seeing.late_ns < -LATE_NS:
            self._hearing.extra = max(0, self._hearing.extra - 480)
        self._set(
            picture=flows,
            size=self._seeing.size if flows else (0, 0),
            kbps_in=kbps,
            kbps_out=self._sending.kbps_out,
            loss=round(loss, 3),
            concealed=round(self._hearing.concealed / max(1, self._hearing.samples), 4),
            rtt_ms=round(rtt_s * 1000),
            quality=_quality(loss, rtt_s) if self._state.status == "connected" else "unknown",
            picture_age_ms=self._picture_age_ms() if flows else 0,
            sound_age_ms=self._sound_age_ms(),
        )
        self._counted = (octets, self._seeing.frames, now_s)

    def _picture_age_ms(self) -> int:
        report, (timestamp, at_ns) = self._reports.get("video"), self._seeing.shown
        if report is None or not at_ns:
            return 0
        return self._age_ms(report[0] + (timestamp - report[1]) / 90_000, at_ns)

    def _sound_age_ms(self) -> int:
        report = self._reports.get("audio")
        played_ns = self._hearing.played_ns(report[1]) if report is not None else None
        if report is None or played_ns is None:
            return 0
        return self._age_ms(report[0], played_ns + self.heard_after_ns)

    def _age_ms(self, captured_s: float, at_ns: int) -> int:
        """How long before `at_ns` (media clock) the other side's NTP time `captured_s` was."""
        wall_s = self._clock.wall_ms() / 1000 + (at_ns - self._clock.now_ns()) / NS_PER_S
        return round((wall_s + EPOCH_S - captured_s) * 1000)

    def _set_status(self, status: RemoteStatus) -> None:
        self._status_s = time.monotonic()
        self._set(status=status)

    def _set(self, **fields: Any) -> None:
        state = msgspec.structs.replace(self._state, **fields)
        if state != self._state:
            self._state = state
            self.changed()


def _quality(loss: float, rtt_s: float) -> Quality:
    if loss > 0.08 or rtt_s > 0.5:
        return "poor"
    return "fair" if loss > 0.02 or rtt_s > 0.25 else "good"
