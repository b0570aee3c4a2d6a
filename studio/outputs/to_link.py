"""The programme to the show server: encoders on demand, packets stamped with the show clock."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from studio.audio.mixer import Mixer
from studio.clock import NS_PER_MS, Clock
from studio.media.encoder import X264, Codec, Encoded, OpusEncoder
from studio.media.timed_ring import Samples
from studio.outputs.packet_sink import PacketSink
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.outputs.shared_encoder import SharedEncoder, Tap
from studio.scenes.program import Program, ProgramFrame
from studio.wire import AUDIO, RENDITION_NAMES, RENDITIONS, VIDEO, MediaPacket

LEAST_KBPS = 150


@dataclass(frozen=True, slots=True)
class OutputSettings:
    """What can be sent: renditions by their short side, largest first, the bitrate of the largest, preset, the sound's
    bitrate, and the encoder."""

    renditions: tuple[int, ...] = (1080,)
    kbps: int = 4500
    preset: str = "superfast"
    audio_kbps: int = 96
    codec: Codec = X264

    def rate(self, short_side: int) -> int:
        """The bitrate of a rendition: pictures with fewer pixels need more for each (the power of 0.75)."""
        share: float = (short_side / self.renditions[0]) ** 1.5
        return max(LEAST_KBPS, round(self.kbps * share))

    def encoder(self, program: Program, short_side: int, emit: Callable[[Encoded], None]) -> RenditionEncoder:
        """A rendition's encoder."""
        rate = self.rate(short_side)
        return RenditionEncoder(
            program.canvas, short_side, program.fps, kbps=rate, preset=self.preset, emit=emit, codec=self.codec
        )


class LinkOutput:
    """Runs from `start` to `close` for one epoch of the lease.

    Sound is always sent (it is small and keeps the show clock alive at the server); a rendition only while the server
    says that somebody reads it. `epoch` may change while it runs, when the lease was lost and won again. `best` encodes the
    largest rendition for others as well.
    """

    def __init__(
        self,
        program: Program,
        mixer: Mixer,
        clock: Clock,
        *,
        settings: OutputSettings,
        sink: PacketSink,
        best: SharedEncoder | None = None,
    ) -> None:
        self._program, self._mixer, self._clock, self._sink = program, mixer, clock, sink
        self._settings = settings
        self.epoch = 0
        self._base_ns = 0
        self._opus = OpusEncoder(settings.audio_kbps)
        self._sequence = {number: itertools.count() for number in (0, *RENDITION_NAMES)}
        self._remove: list[Callable[[], None]] = []
        self.encoders: dict[int, RenditionEncoder | Tap] = {}
        for short_side in settings.renditions:
            emit = self._emitter(short_side)
            if best is not None and not self.encoders:
                self.encoders[short_side] = best.tap(emit)
            else:
                self.encoders[short_side] = settings.encoder(program, short_side, emit)

    @property
    def codec(self) -> str:
        """What the largest rendition is encoded with now."""
        codec = next(iter(self.encoders.values())).codec
        return codec.name if codec is not None else ""

    def start(self, epoch: int, media_ms: int) -> None:
        """Begin to send; the show clock goes on from `media_ms` now."""
        self.epoch = epoch
        self._base_ns = self._clock.now_ns() - media_ms * NS_PER_MS
        for encoder in self.encoders.values():
            encoder.start()
        self._remove = [self._program.add_sink(self._frame), self._mixer.add_sink(self._block)]

    def close(self) -> None:
        """Stop sending."""
        for remove in self._remove:
            remove()
        for encoder in self.encoders.values():
            encoder.close()

    def media_ms(self) -> int:
        """The stream clock now."""
        return self.media_at(self._clock.now_ns())

    def media_at(self, pts_ns: int) -> int:
        """The stream clock at a moment of the media clock."""
        return (pts_ns - self._base_ns) // NS_PER_MS

    def demand(self, short_side: int, readers: int, max_kbps: int) -> None:
        """The server says how many read a rendition, and what it may cost at most (0: no limit)."""
        encoder = self.encoders.get(short_side)
        if encoder is not None:
            usual = self._settings.rate(short_side)
            encoder.set_kbps(min(usual, max_kbps) if max_kbps else usual)
            encoder.readers = readers

    def rates(self) -> dict[int, int]:
        """Each rendition's bitrate, best first."""
        return {short_side: self._settings.rate(short_side) for short_side in self.encoders}

    def request_keyframe(self, short_side: int) -> None:
        """Somebody cannot go on without one."""
        if (encoder := self.encoders.get(short_side)) is not None:
            encoder.request_keyframe()

    @property
    def late_ticks(self) -> int:
        """Frames the program thread could not compose in time."""
        return self._program.stats.late

    def _frame(self, frame: ProgramFrame) -> None:
        if frame.pts_ns >= self._base_ns:
            for encoder in self.encoders.values():
                encoder.put(frame)

    def _block(self, block: Samples, pts_ns: int) -> None:
        """Sound is encoded on the mixer's thread: 0.2 ms, less than another thread's wake-up would delay it."""
        if pts_ns >= self._base_ns:
            for unit in self._opus.encode(block, pts_ns):
                self._send(AUDIO, 0, unit)

    def _emitter(self, short_side: int) -> Callable[[Encoded], None]:
        number = RENDITIONS[short_side]
        return lambda unit: self._send(VIDEO, number, unit)

    def _send(self, kind: int, rendition: int, unit: Encoded) -> None:
        pts_ns = unit.pts_ns - self._base_ns
        if pts_ns < 0:  # encoded for others before this began
            return
        sequence = next(self._sequence[rendition])
        self._sink.send(MediaPacket(kind, rendition, unit.key, self.epoch, sequence, pts_ns, unit.payload))
