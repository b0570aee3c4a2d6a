"""Microphones and the system's own sound, through soundcard (PulseAudio, CoreAudio, WASAPI).

A device has its own clock; `Aligner` lays its samples on the media clock.
"""

import threading
from typing import Annotated, Any, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from studio.errors import DeviceFailed
from studio.i18n import N_
from studio.media.encoder import SAMPLE_RATE
from studio.media.frames import Picture
from studio.media.timed_ring import Samples, TimedRing
from studio.sources import exact_sound
from studio.sources.aligner import Aligner
from studio.sources.base import Report, SourceContext, SourceSettings
from studio.sources.device import DeviceWorker
from studio.sources.sound_system import sound_system

BLOCK = 240
"""Samples asked of the device at a time: 5 ms."""
RETRY_S = (0.5, 1.0)
"""A device that comes back is on air again within a second: to look for it costs a millisecond."""


class SoundSettings(SourceSettings, frozen=True, kw_only=True):
    """`device`: the device's id; empty means the system's default."""

    device: Annotated[str, Meta(max_length=512)] = ""


class SoundSource:
    """One device's sound. `kind` says whether it is a microphone or what the speakers play."""

    def __init__(self, kind: Literal["microphone", "system_sound"], settings: SoundSettings, context: SourceContext) -> None:
        self._kind = kind
        self._context = context
        self._device, self._name = settings.device, ""
        self.ring: TimedRing | None = TimedRing()
        self._aligned = Aligner(self.ring)
        self._worker = DeviceWorker(f"source-{kind}", context, self._deliver, retry_s=RETRY_S)

    def start(self) -> None:
        self._worker.start()

    def close(self) -> None:
        self._worker.close()

    def picture(self, now_ns: int) -> Picture | None:
        return None

    def check(self, now_ns: int) -> None:
        self._worker.check(now_ns)

    def _deliver(self, stop: threading.Event) -> None:
        soundcard = sound_system()
        device = self._find(soundcard)
        self._device, self._name = device.id, device.name
        self._aligned.reset()
        channels = min(2, device.channels)
        with exact_sound.recorder(soundcard, device, rate=SAMPLE_RATE, channels=channels, block=BLOCK) as recorder:
            recorder.record(BLOCK)
            self._context.report(Report("live", ""))
            while not stop.is_set():
                samples = recorder.record(BLOCK)
                if stop.is_set():  # it may have hung meanwhile, and another thread have opened the device
                    return
                self._worker.delivered()
                self._aligned.write(self._context.clock.now_ns(), stereo(samples))

    def _find(self, soundcard: Any) -> Any:
        """The device that was chosen, or that was the system's default when this source began: once it has one it waits for that
        one, and never takes another by itself."""
        try:
            microphones = soundcard.all_microphones(include_loopback=True)
            if self._kind == "system_sound":
                found = self._loopback(soundcard, microphones)
            elif self._device:
                found = exact_sound.exactly(microphones, self._device)
            else:
                found = exact_sound.default_microphone(soundcard)
        except (LookupError, RuntimeError, AttributeError, TypeError):
            found = None
        if found is not None:
            return found
        if self._name:
            raise exact_sound.lost(self._name)
        if self._device:
            raise DeviceFailed("The sound device {device} is not there", device=self._device)
        raise DeviceFailed(N_("No microphone is connected"))

    def _loopback(self, soundcard: Any, microphones: list[Any]) -> Any | None:
        """What a speaker plays, the chosen one or the default: PulseAudio's word for it, or WASAPI's."""
        speaker = None if self._device else exact_sound.default_speaker(soundcard)
        wanted = self._device or (speaker.id if speaker is not None else "")
        return exact_sound.exactly(microphones, f"{wanted}.monitor") or exact_sound.exactly(microphones, wanted)


def stereo(samples: NDArray[np.floating[Any]]) -> Samples:
    """(n,) or (n, c) samples as (n, 2) float32; one channel goes to both sides, further ones are left out."""
    block = np.asarray(samples, np.float32).reshape(len(samples), -1)
    return np.repeat(block[:, :1], 2, axis=1) if block.shape[1] == 1 else np.ascontiguousarray(block[:, :2])
