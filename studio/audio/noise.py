"""Noise suppression: WebRTC's, as browsers use it, through livekit's AudioProcessingModule (int16, 10 ms at a time)."""

import importlib
import logging
import threading
from typing import Any

import numpy as np

from studio.media.encoder import SAMPLE_RATE
from studio.media.timed_ring import Samples

log = logging.getLogger(__name__)

_tried = threading.Event()
_loading: list[threading.Thread] = []


def ready() -> bool:
    """Whether the library is loaded (or cannot be); the first call begins to load it, which takes a third of a second:
    too long for the mixer's thread."""
    if not _tried.is_set() and not _loading:
        _loading.append(threading.Thread(target=_load, name="load-noise-suppression", daemon=True))
        _loading[0].start()
    return _tried.is_set()


def _load() -> None:
    try:
        importlib.import_module("livekit.rtc.apm")
    except Exception as error:  # whoever makes a suppressor is told again
        log.warning("noise suppression cannot be loaded: %s", error)
    finally:
        _tried.set()


class NoiseSuppressor:
    """Call with blocks of 480 samples; both sides become one, as speech is one. Raises ImportError without livekit."""

    def __init__(self) -> None:
        from livekit.rtc import AudioFrame
        from livekit.rtc.apm import AudioProcessingModule

        self._frame: Any = AudioFrame
        self._module = AudioProcessingModule(noise_suppression=True, high_pass_filter=True)

    def __call__(self, block: Samples) -> Samples:
        """The block without its noise."""
        mono = np.clip(block.mean(axis=1) * 32767, -32768, 32767).astype(np.int16)
        frame = self._frame(bytearray(mono.tobytes()), SAMPLE_RATE, 1, len(mono))
        self._module.process_stream(frame)
        quiet = np.frombuffer(frame.data, np.int16).astype(np.float32) / np.float32(32767)
        return np.repeat(quiet[:, None], 2, axis=1)
