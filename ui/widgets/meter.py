"""A level meter: RMS as the bar, peak as a line that holds, the last two decibels in red. Words for who cannot see it."""

from PySide6.QtCore import QElapsedTimer, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme

FLOOR_DB = -60.0
CLIP_DB = -1.0
HOLD_MS = 1500
CLIP_MS = 3000
FALL_DB_A_SECOND = 20.0
THICK = 10


class Meter(QWidget):
    """`set_level` with dBFS values; muted levels are drawn grey. A peak above -1 dBFS leaves a red end for three seconds."""

    def __init__(self, orientation: Qt.Orientation = Qt.Orientation.Horizontal) -> None:
        super().__init__()
        self._upright = orientation == Qt.Orientation.Vertical
        self._peak, self._rms, self._held = FLOOR_DB, FLOOR_DB, FLOOR_DB
        self._muted = False
        self._drawn: tuple[int, int, bool, bool] | None = None
        self._since_peak = QElapsedTimer()
        self._since_clip = QElapsedTimer()
        self._frame = QElapsedTimer()
        long, thick = QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed
        self.setSizePolicy(thick if self._upright else long, long if self._upright else thick)

    def sizeHint(self) -> QSize:
        long, thick = theme.px(100), theme.px(THICK + 2)
        return QSize(thick, long) if self._upright else QSize(long, thick)

    def minimumSizeHint(self) -> QSize:
        long, thick = theme.px(40), theme.px(THICK + 2)
        return QSize(thick, long) if self._upright else QSize(long, thick)

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
        if peak_db > CLIP_DB:
            self._since_clip.start()
        self._muted = muted
        shown = (round(self._share(self._rms) * 500), round(self._share(self._held) * 500), muted, self.clipped)
        if shown != self._drawn:
            self._drawn = shown
            self.setAccessibleDescription(f"{self._peak:.0f} dB")
            self.update()

    @property
    def peak_db(self) -> float:
        """The level shown."""
        return self._peak

    @property
    def clipped(self) -> bool:
        """Whether it was too loud within the last three seconds."""
        return self._since_clip.isValid() and self._since_clip.elapsed() < CLIP_MS

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._upright:
            painter.translate(0, self.height())
            painter.rotate(-90)
        length, across = (self.height(), self.width()) if self._upright else (self.width(), self.height())
        thick = float(theme.px(THICK))
        box = QRectF(0, (across - thick) / 2, length, thick)
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(box, 4, 4)
        grey = theme.colour("control")
        painter.save()
        painter.setClipRect(QRectF(box.left(), box.top(), box.width() * self._share(self._rms), box.height()))
        painter.setBrush(grey if self._muted else self._gradient(box))
        painter.drawRoundedRect(box, 4, 4)
        painter.restore()
        if self._held > FLOOR_DB + 1:
            at = box.left() + box.width() * self._share(self._held)
            painter.setBrush(theme.colour("air") if self._held > CLIP_DB and not self._muted else theme.colour("text"))
            painter.drawRect(QRectF(at - 2, box.top(), 2, box.height()))
        if self.clipped and not self._muted:
            painter.setBrush(theme.colour("air"))
            painter.drawRect(QRectF(box.right() - theme.px(6), box.top(), theme.px(6), box.height()))

    def _gradient(self, box: QRectF) -> QLinearGradient:
        gradient = QLinearGradient(box.left(), 0, box.right(), 0)
        amber = QColor("#f2a93b")  # brighter than the token for words in the light mode
        for db, shade in ((FLOOR_DB, "ok"), (-18, "ok"), (-12, ""), (-6, ""), (-2, "air")):
            gradient.setColorAt(self._share(db), theme.colour(shade) if shade else amber)
        return gradient

    @staticmethod
    def _share(db: float) -> float:
        return min(1.0, max(0.0, 1 - db / FLOOR_DB))
