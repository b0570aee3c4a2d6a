"""The headphones: what is monitored or soloed, to a device of the host's choice, never to the viewers."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from studio.clock import Clock
from studio.errors import DeviceFailed
from studio.i18n import _
from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE
from studio.media.mailbox import BoundedQueue
from studio.media.timed_ring import Samples, sample_index
from studio.media.worker import Worker
from studio.sources import exact_sound
from studio.sources.sound_system import sound_system

log = logging.getLogger(__name__)

WAITING = 6
"""Blocks that may wait: 60 ms. A device that is slower loses the oldest."""
RETRY_S = 1.0
BEHIND, AHEAD = SAMPLE_RATE // 50, SAMPLE_RATE // 5
"""How far its count may be from the clock: behind, its device has run dry."""


class Monitor:
    """Plays blocks on a device (empty: the system's usual one). `report(sentence)` tells why it cannot, or "" once it does;
    `played(block, index)` what the device was given, by its own count of samples laid on the media clock. Both on the
    monitor's thread."""

    def __init__(
        self, device: str, report: Callable[[str], None], clock: Clock, played: Callable[[Samples, int], None] = lambda *_: None
    ) -> None:
        self._device, self._name = device, ""
        self._report = report
        self._clock = clock
        self._played = played
        self._blocks: BoundedQueue[Samples] = BoundedQueue(WAITING)
        self._worker = Worker("monitor", self._run)

    def start(self) -> None:
        """Open the device and play."""
        self._worker.start()

    def close(self) -> None:
        """Stop."""
        self._worker.stop.set()
        self._blocks.close()
        self._worker.close()

    def put(self, block: Samples) -> None:
        """Play this after the others; never waits."""
        self._blocks.put(block)

    def _run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self._play(stop)
            except DeviceFailed as error:
                self._report(error.sentence(_))
            except Exception as error:  # whatever the sound system raises: the show must not notice
                log.warning("the headphones %s failed: %s", self._device, error)
                self._report(_("The headphones cannot be used: {problem}").format(problem=error))
            stop.wait(RETRY_S)

    def _find(self, system: Any) -> Any:
        try:
            speakers = system.all_speakers()
            found = exact_sound.exactly(speakers, self._device) if self._device else exact_sound.default_speaker(system)
        except (LookupError, RuntimeError, TypeError, AttributeError):
            found = None
        if found is None and self._name:
            raise exact_sound.lost(self._name)
        if found is None:
            raise DeviceFailed("The sound device {device} is not there", device=self._device)
        return found

    def _play(self, stop: threading.Event) -> None:
        system = sound_system()
        speaker = self._find(system)
        self._device, self._name = speaker.id, speaker.name  # from now on this one, and no other by itself
        with exact_sound.player(system, speaker, rate=SAMPLE_RATE, channels=2, block=OPUS_FRAME) as player:
            self._report("")
            index: int | None = None
            while not stop.is_set():
                block = self._blocks.get(0.5)
                if block is None:
                    continue
                now = sample_index(self._clock.now_ns())
                if index is None or not -BEHIND < index - now < AHEAD:  # it has run dry, or clocks have drifted apart
                    index = now
                self._played(block, index)
                index += len(block)
                player.play(block)
