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
from studio.sources.aligner import Aligner
from studio.sources.base import Report, SourceContext, SourceSettings
from studio.sources.device import DeviceWorker
from studio.sources.sound_system import sound_system

BLOCK = 240
"""Samples asked of the device at a time: 5 ms."""


class SoundSettings(SourceSettings, frozen=True, kw_only=True):
    """`device`: the device's id; empty means the system's default."""

    device: Annotated[str, Meta(max_length=512)] = ""


class SoundSource:
    """One device's sound. `kind` says whether it is a microphone or what the speakers play."""

    def __init__(self, kind: Literal["microphone", "system_sound"], settings: SoundSettings, context: SourceContext) -> None:
        self._kind = kind
        self._settings = settings
        self._context = context
        self.ring: TimedRing | None = TimedRing()
        self._aligned = Aligner(self.ring)
        self._worker = DeviceWorker(f"source-{kind}", context, self._deliver)

    def start(self) -> None:
        self._worker.start()

    def close(self) -> None:
        self._worker.close()

    def picture(self, now_ns: int) -> Picture | None:
        return None

    def check(self, now_ns: int) -> None:
        self._worker.check(now_ns)

    def _deliver(self, stop: threading.Event) -> None:
        device = self._open()
        self._aligned.reset()
        channels = min(2, device.channels)
        with device.recorder(samplerate=SAMPLE_RATE, channels=channels, blocksize=BLOCK) as recorder:
            recorder.record(BLOCK)
            self._context.report(Report("live", ""))
            while not stop.is_set():
                samples = recorder.record(BLOCK)
                if stop.is_set():  # it may have hung meanwhile, and another thread have opened the device
                    return
                self._worker.delivered()
                self._aligned.write(self._context.clock.now_ns(), stereo(samples))

    def _open(self) -> Any:
        soundcard = sound_system()
        wanted = self._settings.device
        try:
            if self._kind == "system_sound":
                speaker = soundcard.get_speaker(wanted) if wanted else soundcard.default_speaker()
                loopbacks = {device.id: device for device in soundcard.all_microphones(include_loopback=True)}
                return loopbacks.get(f"{speaker.id}.monitor") or loopbacks[speaker.id]  # PulseAudio's word, WASAPI's word
            if wanted:
                return soundcard.get_microphone(wanted, include_loopback=True)
            return soundcard.default_microphone()
        except (LookupError, RuntimeError, AttributeError, TypeError):
            if wanted:
                raise DeviceFailed("The sound device {device} is not there", device=wanted) from None
            raise DeviceFailed(N_("No microphone is connected")) from None


def stereo(samples: NDArray[np.floating[Any]]) -> Samples:
    """(n,) or (n, c) samples as (n, 2) float32; one channel goes to both sides, further ones are left out."""
    block = np.asarray(samples, np.float32).reshape(len(samples), -1)
    return np.repeat(block[:, :1], 2, axis=1) if block.shape[1] == 1 else np.ascontiguousarray(block[:, :2])
