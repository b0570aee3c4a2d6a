"""A button that must be held: for going live and for ending. One guard for mouse and keyboard.

A click never gives it the focus and Space never presses it, so nothing goes on air because it was clicked last; by
keyboard it is reached with Tab and held with Enter.
"""

from PySide6.QtCore import QElapsedTimer, QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

HOLD_MS = 800
SWALLOW_MS = 1000
TICK_MS = 16


class HoldButton(QWidget):
    """Emits `held` once it was held for 0.8 s. Presses within a second of that are swallowed."""

    held = Signal()

    def __init__(self, text: str, fill: QColor, ink: QColor, ground: QColor, focus: QColor) -> None:
        super().__init__()
        self._text = text
        self._fill, self._ink, self._ground, self._focus = fill, ink, ground, focus
        self._progress = 0.0
        self._clock = QElapsedTimer()
        self._since_held = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._advance)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setText(text)

    def setText(self, text: str) -> None:
        """The words on it, also its accessible name."""
        self._text = text
        self.setAccessibleName(text)
        metrics = self.fontMetrics()
        self.setFixedSize(metrics.horizontalAdvance(text) + 44, metrics.height() + 18)
        self.update()

    def setFill(self, fill: QColor, ink: QColor) -> None:
        """The colour that fills while held, and of the words then."""
        self._fill, self._ink = fill, ink
        self.update()

    @property
    def text(self) -> str:
        """The words on it."""
        return self._text

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._begin()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._cancel()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._begin()
        elif event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._cancel()

    def leaveEvent(self, event: QEvent) -> None:
        self._cancel()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._cancel()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(QPen(self._fill, 1.5))
        painter.setBrush(self._ground)
        painter.drawRoundedRect(box, 6, 6)
        if self._progress > 0:
            painter.save()
            painter.setClipRect(QRectF(box.left(), box.top(), box.width() * self._progress, box.height()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._fill)
            painter.drawRoundedRect(box, 6, 6)
            painter.restore()
        if self.hasFocus():
            painter.setPen(QPen(self._focus, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(self._ink if self.isEnabled() else self._fill)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)

    def _begin(self) -> None:
        if not self.isEnabled() or (self._since_held.isValid() and self._since_held.elapsed() < SWALLOW_MS):
            return
        self._clock.start()
        self._timer.start()

    def _cancel(self) -> None:
        self._timer.stop()
        self._progress = 0.0
        self.update()

    def _advance(self) -> None:
        self._progress = min(1.0, self._clock.elapsed() / HOLD_MS)
        self.update()
        if self._progress >= 1:
            self._cancel()
            self._since_held.start()
            self.held.emit()
