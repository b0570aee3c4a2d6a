"""Echo cancellation for calls on speakers, with noise suppression and gain: WebRTC's, through livekit's AudioProcessingModule.

The speakers' thread gives it what their device takes, and the mixer each microphone's blocks; the module finds out by itself how
much later the one is heard in the other. It can only do that while that time is the same, so both are laid on the media clock by
the devices' own count: a mixer that waits longer or shorter for a slow device changes nothing.
"""

from typing import Any

import numpy as np

from studio.media.encoder import SAMPLE_RATE
from studio.media.timed_ring import Samples, TimedRing


class EchoCancellation:
    """One for all microphones of a mixer, on its thread. Raises ImportError without livekit."""

    def __init__(self) -> None:
        from livekit.rtc import AudioFrame
        from livekit.rtc.apm import AudioProcessingModule

        self._frame: Any = AudioFrame
        self._make: Any = AudioProcessingModule
        self._modules: dict[str, Any] = {}
        self._played = TimedRing()

    def cleaned(self, source: str, block: Samples, index: int) -> Samples:
        """A microphone's block of 480 samples from sample `index` on, without what the speakers played; both sides become one,
        as speech is one."""
        module = self._modules.get(source)
        if module is None:
            module = self._modules[source] = self._make(
                echo_cancellation=True, noise_suppression=True, high_pass_filter=True, auto_gain_control=True
            )
        module.process_reverse_stream(self._framed(self._played.read(index, len(block))))
        frame = self._framed(block)
        module.process_stream(frame)
        mono = np.frombuffer(frame.data, np.int16).astype(np.float32) / np.float32(32767)
        return np.repeat(mono[:, None], 2, axis=1)

    def played(self, block: Samples, index: int) -> None:
        """What the speakers are given at the time of sample `index`. Any thread."""
        self._played.write(index, block)

    def _framed(self, block: Samples) -> Any:
        mono = np.clip(block.mean(axis=1) * 32767, -32768, 32767).astype(np.int16)
        return self._frame(bytearray(mono.tobytes()), SAMPLE_RATE, 1, len(mono))
