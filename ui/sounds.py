"""The sounds of an alarm and of a call that rings, on the computer's own loudspeaker: heard without a glance."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np

from studio.sources import exact_sound
from studio.sources.sound_system import sound_system

log = logging.getLogger(__name__)

RATE = 48_000
TONES_HZ = (660.0, 880.0)
RING_HZ = (523.25, 659.25, 783.99, 659.25)
TONE_S, LOUDNESS = 0.16, 0.12
TAIL_S = 0.25
"""What the loudspeaker was given is heard to its end."""
Tone = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def _tones(frequencies: Sequence[float]) -> Tone:
    """Tones that swell and fade one after the other, as (n, 1) float32 at 48 kHz."""
    count = int(TONE_S * RATE)
    swell = np.sin(np.linspace(0, np.pi, count)) ** 2
    tones = [np.sin(2 * np.pi * hz * np.arange(count) / RATE) * swell * LOUDNESS for hz in frequencies]
    return np.concatenate(tones).astype(np.float32)[:, None]


def alarm_tone() -> Tone:
    """Two tones: something is wrong."""
    return _tones(TONES_HZ)


def ring_tone() -> Tone:
    """Four friendly ones: somebody rings."""
    return _tones(RING_HZ)


class Sounds:
    """Plays on a thread of its own, one sound at a time; a machine without a loudspeaker stays silent."""

    def __init__(self, *, on: bool) -> None:
        self.on = on
        self.played = 0
        self.rung = 0
        self._playing: threading.Thread | None = None

    def alarm(self) -> None:
        """Something is wrong."""
        self.played += self._begin(alarm_tone)

    def ring(self) -> None:
        """Somebody rings. It is over in less than a second, so that it ends when they do."""
        self.rung += self._begin(ring_tone)

    def close(self) -> None:
        """Let the last sound end."""
        if self._playing is not None:
            self._playing.join(2)

    def _begin(self, tone: Callable[[], Tone]) -> bool:
        if not self.on or (self._playing is not None and self._playing.is_alive()):
            return False
        self._playing = threading.Thread(target=self._play, args=(tone,), name="alarm-sound", daemon=True)
        self._playing.start()
        return True

    def _play(self, tone: Callable[[], Tone]) -> None:
        try:
            system = sound_system()
            speaker = exact_sound.default_speaker(system)
            if speaker is not None:
                with exact_sound.player(system, speaker, rate=RATE, channels=1, block=RATE // 10) as player:
                    player.play(tone())
                    time.sleep(TAIL_S)
        except Exception as error:  # whatever the sound system says: the alarm is on the screen as well
            log.info("the alarm could not be heard: %s", error)
