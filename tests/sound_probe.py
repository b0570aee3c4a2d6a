"""A source or the headphones of the product beside a real sound server, in a process of their own: says on stdout, in a line of
JSON each, its status and which tones of the test's it delivers."""

import json
import sys
import threading
import time
from typing import Any

import numpy as np

from studio.audio.monitor import Monitor
from studio.clock import MonotonicClock
from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE
from studio.media.timed_ring import Samples
from studio.sources.base import Report, SourceContext
from studio.sources.sound import SoundSettings, SoundSource
from tests.sound_servers import TONES

PIECE = SAMPLE_RATE // 20
LEAST = 0.02


def tell(**line: Any) -> None:
    print(json.dumps(line), flush=True)


def tones(piece: Samples) -> list[str]:
    """Whose tones are in a piece of sound."""
    mono = piece[:, 0]
    at = np.arange(len(mono)) / SAMPLE_RATE
    window = np.hanning(len(mono))
    levels = {name: abs(np.sum(mono * window * np.exp(-2j * np.pi * hz * at))) * 4 / len(mono) for name, hz in TONES.items()}
    return [name for name, level in levels.items() if level > LEAST]


def source(kind: Any, device: str, stop: threading.Event) -> None:
    clock = MonotonicClock()

    def report(said: Report) -> None:
        if said.status is not None:
            tell(status=said.status, reason=said.reason)

    probed = SoundSource(kind, SoundSettings(device=device), SourceContext(clock=clock, report=report))
    probed.start()
    assert probed.ring is not None
    heard: list[str] = []
    reached = probed.ring.end
    while not stop.wait(0.01):
        probed.check(clock.now_ns())
        while probed.ring.end - reached >= PIECE:
            reached = max(reached, probed.ring.end - 4 * PIECE)
            if (now := tones(probed.ring.read(reached, PIECE))) != heard:
                heard = now
                tell(tones=heard)
            reached += PIECE
    probed.close()


def headphones(device: str, stop: threading.Event) -> None:
    monitor = Monitor(device, lambda sentence: tell(status="failed" if sentence else "live", reason=sentence), MonotonicClock())
    monitor.start()
    block = np.zeros((OPUS_FRAME, 2), np.float32)
    while not stop.wait(OPUS_FRAME / SAMPLE_RATE):
        monitor.put(block)
    monitor.close()


if __name__ == "__main__":
    stop = threading.Event()

    def listen() -> None:
        sys.stdin.read()  # until the test hangs up
        stop.set()

    threading.Thread(target=listen, daemon=True).start()
    if sys.argv[1] == "headphones":
        headphones(sys.argv[2], stop)
    else:
        source(sys.argv[1], sys.argv[2], stop)
    tell(status="closed", reason="", at=time.monotonic())
