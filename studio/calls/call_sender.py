"""What this desktop sends into a call: the programme's picture and the mix, to one peer, as much as its network carries.

The sound is never given up: when the network carries little, the picture gets smaller, then stops, and is tried again.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from studio.audio.mixer import Mixer, MixMinus
from studio.clock import NS_PER_S, Clock
from studio.media.encoder import VP8, X264, Codec, Encoded, OpusEncoder
from studio.media.timed_ring import Samples
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.scenes.program import Program, ProgramFrame
from studio.webrtc import h264, vp8
from studio.webrtc.ntp import ntp_of

if TYPE_CHECKING:
    from studio.webrtc.packet_sender import PacketSender

SHORT_SIDE = 720
KBPS, FIRST_KBPS, LEAST_KBPS = 2000, 1000, 150
GROWTH, CALM_S = 1.12, 2.0
"""A second, once the network has shown no strain for so long."""
SOUND_KBPS, SOUND_LOSS = 40, 10
TOO_LITTLE_KBPS = 130
"""What is left for the picture below which it stops."""
PROBE_S = (4.0, 8.0, 16.0, 32.0)
"""Pauses before a picture that the network did not carry is tried again."""
HEAVY_LOSS = 0.1
FALLS = 0.95
REPORT_S = 1.0


class CallSender:
    """From `start` to `close`. `on_picture(sends)` hears on the loop when the network took or gave back the picture."""

    def __init__(self, program: Program, mixer: Mixer, clock: Clock, codec: Codec = X264, short_side: int = SHORT_SIDE) -> None:
        self.on_picture: Callable[[bool], None] = lambda sends: None
        self.kbps_out = 0
        self.minus = MixMinus()
        """Which sources whoever is there does not hear: themselves."""
        self._short_side = short_side
        self._program, self._mixer, self._clock = program, mixer, clock
        self._loop = asyncio.get_running_loop()
        self._video: PacketSender | None = None
        self._audio: PacketSender | None = None
        self._codec = codec
        self._packetize: Callable[[bytes], list[bytes]] = h264.packetize
        self._encoder = self._new_encoder(codec)
        self._opus = OpusEncoder(SOUND_KBPS, "voip", SOUND_LOSS)
        self._wanted, self._carried, self._sounds = True, True, True
        self._kbps = FIRST_KBPS
        self._strained_s = float("-inf")
        self._estimate = 0
        self._probes = 0
        self._remove: list[Callable[[], None]] = []
        self._reports: asyncio.Task[None] | None = None
        self._wall_ns = round(time.time() * NS_PER_S) - clock.now_ns()
        self._reported: dict[str, int] = {}
        self._octets = 0

    def start(self, video: "PacketSender", audio: "PacketSender") -> None:
        """Send to a peer that is connected; to another one when that has taken its place."""
        self._video, self._audio = video, audio
        if (video.codec == "VP8") != (self._packetize is vp8.packetize):
            self._speak("VP8" if video.codec == "VP8" else "H264")
        video.on_keyframe = self._encoder.request_keyframe
        video.on_estimate = self._estimated
        video.on_loss = self._lost
        if not self._remove:
            self._encoder.start()
            self._remove = [self._program.add_sink(self._frame), self._mixer.add_sink(self._block, self.minus)]
            self._reports = asyncio.create_task(self._keep_reporting(), name="call-reports")
        self._encoder.request_keyframe()
        self._apply()

    def _new_encoder(self, codec: Codec) -> RenditionEncoder:
        canvas, fps = self._program.canvas, self._program.fps
        side = min(self._short_side, canvas.short_side)
        return RenditionEncoder(canvas, side, fps, kbps=FIRST_KBPS, preset="superfast", emit=self._encoded, codec=codec)

    def _speak(self, name: str) -> None:
        """The browser understands only this."""
        old, started = self._encoder, bool(self._remove)
        self._packetize = vp8.packetize if name == "VP8" else h264.packetize
        self._encoder = self._new_encoder(VP8 if name == "VP8" else self._codec)
        if started:
            self._encoder.start()
            self._loop.run_in_executor(None, old.close)

    async def close(self) -> None:
        """Send nothing more."""
        for remove in self._remove:
            remove()
        self._remove = []
        if self._reports is not None:
            self._reports.cancel()
            await asyncio.gather(self._reports, return_exceptions=True)
        self._video = self._audio = None
        await asyncio.to_thread(self._encoder.close)

    def wants(self, *, picture: bool, sound: bool) -> None:
        """What whoever sits here wants to be seen and heard."""
        self._wanted, self._sounds = picture, sound
        self._apply()

    @property
    def encoder(self) -> RenditionEncoder:
        """What encodes the picture."""
        return self._encoder

    @property
    def sends_picture(self) -> bool:
        """Whether pictures go out now."""
        return self._wanted and self._carried

    def _apply(self) -> None:
        self._encoder.readers = int(self.sends_picture)

    def _frame(self, frame: ProgramFrame) -> None:
        self._encoder.put(frame)

    def _encoded(self, unit: Encoded) -> None:
        """On the encoder's thread."""
        payloads = self._packetize(unit.payload)
        with contextlib.suppress(RuntimeError):  # the loop has been closed
            self._loop.call_soon_threadsafe(self._send, "video", payloads, unit.pts_ns)

    def _block(self, block: Samples, pts_ns: int) -> None:
        """On the mixer's thread: 0.2 ms."""
        if not self._sounds:
            block = block * 0
        for unit in self._opus.encode(block, pts_ns):
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._send, "audio", [unit.payload], pts_ns)

    def _send(self, kind: str, payloads: list[bytes], pts_ns: int) -> None:
        sender, rate = (self._video, 90_000) if kind == "video" else (self._audio, 48_000)
        if sender is None:
            return
        sender.send_payloads(payloads, _rtp_time(pts_ns, rate), marker=kind == "video")
        self._reported[kind] = pts_ns

    def _estimated(self, bits_per_second: int) -> None:
        """The peer says what reaches it (REMB). A programme that hardly moves takes little, so that is what reaches it, and the
        estimate grows by a twelfth a second only: what it says of the network is when it falls, to less than we send."""
        before, self._estimate = self._estimate, bits_per_second
        reaches = round(bits_per_second / 1000)
        if reaches >= self.kbps_out or bits_per_second > before * FALLS:
            return
        self._strained_s = time.monotonic()
        left = reaches - SOUND_KBPS
        if left < TOO_LITTLE_KBPS and self._carried:
            self._give_up_picture()
        self._set_kbps(round(left * 0.85))

    def _lost(self, fraction: float) -> None:
        if fraction > HEAVY_LOSS:
            self._strained_s = time.monotonic()
            self._set_kbps(round(self._kbps * (1 - fraction / 2)))

    def _set_kbps(self, kbps: int) -> None:
        self._kbps = max(LEAST_KBPS, min(KBPS, kbps))
        self._encoder.set_kbps(self._kbps)

    def _give_up_picture(self) -> None:
        self._carried = False
        self._apply()
        self.on_picture(False)
        pause_s = PROBE_S[min(self._probes, len(PROBE_S) - 1)]
        self._probes += 1
        self._loop.call_later(pause_s, self._try_again)

    def _try_again(self) -> None:
        if self._video is not None and not self._carried:
            self._carried = True
            self._set_kbps(LEAST_KBPS)
            self._apply()
            self.on_picture(True)

    async def _keep_reporting(self) -> None:
        """Sender reports put both on one clock: lips move with the voice."""
        while True:
            await asyncio.sleep(REPORT_S)
            octets = 0
            for sender, kind, rate in ((self._video, "video", 90_000), (self._audio, "audio", 48_000)):
                if sender is not None:
                    octets += sender.octets
                    if (pts_ns := self._reported.get(kind)) is not None:
                        sender.report(ntp_of((self._wall_ns + pts_ns) / NS_PER_S), _rtp_time(pts_ns, rate))
            if time.monotonic() - self._strained_s > CALM_S:
                self._set_kbps(round(self._kbps * GROWTH))
            self.kbps_out = max(0, round((octets - self._octets) * 8 / 1000 / REPORT_S))
            self._octets = octets


def _rtp_time(pts_ns: int, rate: int) -> int:
    return pts_ns * rate // NS_PER_S & 0xFFFFFFFF
