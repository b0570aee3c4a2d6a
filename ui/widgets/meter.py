"""A level meter: RMS as the bar, peak as a line that holds, the last two decibels in red. Words for who cannot see it."""

from PySide6.QtCore import QElapsedTimer, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

FLOOR_DB = -60.0
HOLD_MS = 1500
FALL_DB_A_SECOND = 20.0


class Meter(QWidget):
    """`set_level` with dBFS values; muted levels are drawn grey."""

    def __init__(self, ok: QColor, warn: QColor, clip: QColor, ground: QColor, grey: QColor) -> None:
        super().__init__()
        self._ok, self._warn, self._clip, self._ground, self._grey = ok, warn, clip, ground, grey
        self._peak, self._rms, self._held = FLOOR_DB, FLOOR_DB, FLOOR_DB
        self._muted = False
        self._since_peak = QElapsedTimer()
        self._frame = QElapsedTimer()
        self.setMinimumHeight(12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_level(self, peak_db: float, rms_db: float, *, muted: bool = False) -> None:
        """Show a level. The bar falls at most 20 dB a second, so that short words can be read."""
        fallen = FALL_DB_A_SECOND * self._frame.restart() / 1000 if self._frame.isValid() else 0.0
        if not self._frame.isValid():
            self._frame.start()
        self._rms = max(rms_db, self._rms - fallen, FLOOR_DB)
        self._peak = max(peak_db, FLOOR_DB)
        if self._peak >= self._held or not self._since_peak.isValid() or self._since_peak.elapsed() > HOLD_MS:
            self._held = self._peak
            self._since_peak.start()
        self._muted = muted
        self.setAccessibleDescription(f"{self._peak:.0f} dB")
        self.update()

    @property
    def peak_db(self) -> float:
        """The level shown."""
        return self._peak

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        height = 10.0
        box = QRectF(0, (self.height() - height) / 2, self.width(), height)
        painter.setBrush(self._ground)
        painter.drawRoundedRect(box, 4, 4)
        painter.save()
        painter.setClipRect(QRectF(box.left(), box.top(), box.width() * self._share(self._rms), box.height()))
        painter.setBrush(self._grey if self._muted else self._gradient(box))
        painter.drawRoundedRect(box, 4, 4)
        painter.restore()
        if self._held > FLOOR_DB + 1:
            at = box.left() + box.width() * self._share(self._held)
            painter.setBrush(self._clip if self._held > -2 and not self._muted else self._grey.lighter(160))
            painter.drawRect(QRectF(at - 2, box.top(), 2, box.height()))

    def _gradient(self, box: QRectF) -> QLinearGradient:
        gradient = QLinearGradient(box.left(), 0, box.right(), 0)
        for db, colour in ((FLOOR_DB, self._ok), (-18, self._ok), (-12, self._warn), (-6, self._warn), (-2, self._clip)):
            gradient.setColorAt(self._share(db), colour)
        return gradient

    @staticmethod
    def _share(db: float) -> float:
        return min(1.0, max(0.0, 1 - db / FLOOR_DB))
