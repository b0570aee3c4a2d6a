"""The sound of an alarm: two soft tones on the computer's own loudspeaker, so that it is heard without a glance."""

import logging
import threading

import numpy as np

from studio.sources.sound_system import sound_system

log = logging.getLogger(__name__)

RATE = 48_000
TONES_HZ = (660.0, 880.0)
TONE_S, LOUDNESS = 0.16, 0.12


def alarm_tone() -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    """Two tones that swell and fade, as (n, 1) float32 at 48 kHz."""
    count = int(TONE_S * RATE)
    swell = np.sin(np.linspace(0, np.pi, count)) ** 2
    tones = [np.sin(2 * np.pi * hz * np.arange(count) / RATE) * swell * LOUDNESS for hz in TONES_HZ]
    return np.concatenate(tones).astype(np.float32)[:, None]


class Sounds:
    """Plays on a thread of its own, one sound at a time; a machine without a loudspeaker stays silent."""

    def __init__(self, *, on: bool) -> None:
        self.on = on
        self.played = 0
        self._playing: threading.Thread | None = None

    def alarm(self) -> None:
        """Something is wrong."""
        if not self.on or (self._playing is not None and self._playing.is_alive()):
            return
        self.played += 1
        self._playing = threading.Thread(target=self._play, name="alarm-sound", daemon=True)
        self._playing.start()

    def close(self) -> None:
        """Let the last sound end."""
        if self._playing is not None:
            self._playing.join(2)

    def _play(self) -> None:
        try:
            sound_system().default_speaker().play(alarm_tone(), samplerate=RATE)
        except Exception as error:  # whatever the sound system says: the alarm is on the screen as well
            log.info("the alarm could not be heard: %s", error)
