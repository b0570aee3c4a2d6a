"""Ducking: music steps back while somebody speaks. One gain a block, moved smoothly. Pure."""

import math

from studio.audio.meter import gain
from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE
from studio.state.effects import Ducking

BLOCK_MS = OPUS_FRAME * 1000 / SAMPLE_RATE


class Duck:
    """The gain of one ducked channel."""

    def __init__(self) -> None:
        self._gain = 1.0

    def next(self, setting: Ducking | None, key_rms_db: float) -> float:
        """The gain after another block in which the key's level was `key_rms_db`."""
        spoken = setting is not None and key_rms_db > setting.threshold_db
        wanted = gain(-setting.depth_db) if setting is not None and spoken else 1.0
        time_ms = 50.0 if setting is None else setting.attack_ms if wanted < self._gain else setting.release_ms
        self._gain += (wanted - self._gain) * (1 - math.exp(-BLOCK_MS / time_ms * 3))
        if abs(self._gain - wanted) < 1e-4:
            self._gain = wanted
        return self._gain
