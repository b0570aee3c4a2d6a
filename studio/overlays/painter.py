"""The overlay thread: draws what changed, one overlay at a time, never on the program thread."""

import logging
import os
import queue
import sys
import threading
from collections.abc import Callable

import numpy as np
from PySide6.QtGui import QGuiApplication, QImage, QPainter

from studio.media.frames import Picture, of_rgba
from studio.media.worker import Worker

log = logging.getLogger(__name__)

Draw = Callable[[QPainter], None]


def ensure_gui() -> QGuiApplication:
    """The process' Qt application; without one (headless) an offscreen one is made. Main thread only."""
    app = QGuiApplication.instance()
    if isinstance(app, QGuiApplication):
        return app
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QGuiApplication(sys.argv[:1])


def render(width: int, height: int, draw: Draw) -> Picture:
    """A transparent picture of `width` × `height` that `draw` has painted on. Any thread."""
    image = QImage(width, height, QImage.Format.Format_RGBA8888_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    try:
        draw(painter)
    finally:
        painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(height, image.bytesPerLine())
    return of_rgba(rows[:, : width * 4].reshape(height, width, 4).copy(), premultiplied=True)


class OverlayPainter:
    """Owns the overlay thread. Only the newest drawing of a key waits; older ones are skipped."""

    def __init__(self) -> None:
        self._wanted: dict[object, Callable[[], None]] = {}
        self._lock = threading.Lock()
        self._keys: queue.SimpleQueue[object] = queue.SimpleQueue()
        self._worker = Worker("overlay", self._run)

    def start(self) -> None:
        """Begin."""
        self._worker.start()

    def close(self) -> None:
        """Stop; what waits is dropped."""
        self._worker.stop.set()
        self._keys.put(None)
        self._worker.close()

    def submit(self, key: object, job: Callable[[], None]) -> None:
        """Run `job` on the overlay thread; replaces a waiting job of the same key."""
        with self._lock:
            waiting = key in self._wanted
            self._wanted[key] = job
        if not waiting:
            self._keys.put(key)

    def _run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            key = self._keys.get()
            with self._lock:
                job = self._wanted.pop(key, None)
            if job is not None and not stop.is_set():
                try:
                    job()
                except Exception:  # one overlay that cannot be drawn must not leave the others undrawn
                    log.exception("an overlay could not be drawn")
