"""Python's garbage is collected in the window's thread alone.

Collected in another one, a dead widget's connections are undone there: Qt's lock is taken, and Python's is waited for, while the
window's thread has Python's and waits for Qt's. Then the window stands still for good.
"""

import gc
import time

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 100
FULL_S = 60.0
"""All that is there is gone through so often at most: nothing else happens meanwhile."""


class Collector(QObject):
    """By the same thresholds as Python's own, which is off until `stop`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._full_s = time.monotonic()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """From now on nobody else does it."""
        gc.disable()
        self._timer.start(LOOK_MS)

    def stop(self) -> None:
        """Python does it by itself again."""
        if self._timer.isActive():
            self._timer.stop()
            gc.enable()

    def look(self) -> None:
        """Collect the generations that are full."""
        young, middle, old = (count > most for count, most in zip(gc.get_count(), gc.get_threshold(), strict=True))
        if not young:
            return
        now_s = time.monotonic()
        if middle and old and now_s - self._full_s >= FULL_S:
            gc.collect()
            self._full_s = now_s
        else:
            gc.collect(1 if middle else 0)
