"""What encodes the programme here: for the audience, for the recording, and single cameras beside it, by the settings."""

from collections.abc import Callable
from functools import partial
from typing import Any

from studio.audio.mixer import Mixer
from studio.clock import Clock
from studio.media.encoder import X264
from studio.media.timed_ring import TimedRing
from studio.outputs.encoding import Encoding
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.outputs.shared_encoder import Emit, SharedEncoder, Tap
from studio.outputs.source_encoder import SourceEncoder
from studio.outputs.to_link import OutputSettings
from studio.recordings.intake import Intake
from studio.recordings.movie_file import AAC_KBPS
from studio.scenes.program import Program
from studio.settings import Settings
from studio.spine import Store

FILMED, HEARD = frozenset({"camera", "guest"}), frozenset({"microphone", "guest"})
"""Kinds of sources that can be recorded by themselves."""


class Encoders:
    """`running(source)` is a source that runs, or None. On the studio's loop."""

    def __init__(
        self, program: Program, clock: Clock, settings: Settings, store: Store, running: Callable[[str], Any | None]
    ) -> None:
        self.best = SharedEncoder(program, self._best_encoder)
        """The best rendition, for the audience and for the recording."""
        self.codec = X264
        self.records_best = False
        """What is recorded is what the audience gets."""
        self._program = program
        self._clock = clock
        self._settings = settings
        self._store = store
        self._running = running

    def output_settings(self) -> OutputSettings:
        """What can be sent now. While the best rendition is encoded for somebody, it keeps its size."""
        settings, encoder = self._settings, self.best.encoder
        chosen = min(int(settings["video.rendition"]), self._program.canvas.short_side)
        best = encoder.short_side if encoder is not None else chosen
        return OutputSettings(
            renditions=(best, *(smaller for smaller in (720, 360) if smaller < best)),
            kbps=settings["video.bitrate_kbps"],
            preset=settings["video.preset"],
            audio_kbps=settings["audio.bitrate_kbps"],
            codec=self.codec,
        )

    def planned_kbps(self) -> int:
        """What a second of the stream costs."""
        return int(self._settings["video.bitrate_kbps"] + self._settings["audio.bitrate_kbps"])

    def intake(self, mixer: Mixer, media_ms: Callable[[int], int | None]) -> Intake:
        """What the recording takes in. `media_ms` is the show clock at a moment of the media clock."""
        return Intake(
            mixer=mixer,
            fps=self._program.fps,
            encoding=self._recorded,
            size=self._recorded_size,
            media_ms=media_ms,
            kbps=self._recorded_kbps,
            cameras=self._isolated_cameras,
            microphones=self._isolated_microphones,
        )

    def _best_encoder(self, emit: Emit) -> RenditionEncoder:
        settings = self.output_settings()
        return settings.encoder(self._program, settings.renditions[0], emit)

    def _recorded(self, emit: Emit) -> Tap:
        """What is recorded: what the audience gets, or something better by an encoder of its own."""
        self.records_best = self._settings["recording.quality"] == "stream"
        if self.records_best:
            tap = self.best.tap(emit)
            tap.set_kbps(self._settings["video.bitrate_kbps"])  # at least; the network is served by smaller renditions
            return tap
        return SharedEncoder(self._program, self._own_encoder).tap(emit)

    def _own_encoder(self, emit: Emit) -> RenditionEncoder:
        canvas = self._program.canvas
        kbps, preset = self._settings["recording.bitrate_kbps"], self._settings["video.preset"]
        return RenditionEncoder(
            canvas, canvas.short_side, self._program.fps, kbps=kbps, preset=preset, emit=emit, codec=self.codec
        )

    def _recorded_size(self) -> tuple[int, int]:
        canvas = self._program.canvas
        own = self._settings["recording.quality"] != "stream"
        return canvas.rendition_size(canvas.short_side if own else self.output_settings().renditions[0])

    def _recorded_kbps(self) -> int:
        own = self._settings["recording.quality"] != "stream"
        return int(self._settings["recording.bitrate_kbps"] if own else self._settings["video.bitrate_kbps"]) + AAC_KBPS

    def _isolated_cameras(self) -> dict[str, Callable[[Emit], Encoding]]:
        if not self._settings["recording.isolated"]:
            return {}
        kbps = self._settings["video.bitrate_kbps"]

        def encoding(source: str, emit: Emit) -> SourceEncoder:
            running = partial(self._running, source)
            return SourceEncoder(
                running, self._program.canvas, self._program.fps, kbps=kbps, clock=self._clock, codec=self.codec, emit=emit
            )

        cameras = [source for source in self._store.state.sources if source.kind in FILMED]
        return {source.id: partial(encoding, source.id) for source in cameras}

    def _isolated_microphones(self) -> dict[str, TimedRing]:
        if not self._settings["recording.isolated"]:
            return {}
        heard = {source.id: self._running(source.id) for source in self._store.state.sources if source.kind in HEARD}
        return {name: source.ring for name, source in heard.items() if source is not None and source.ring is not None}
