"""A button that must be held: for going live and for ending. One guard for mouse and keyboard.

A click never gives it the focus and Space never presses it, so nothing goes on air because it was clicked last; by
keyboard it is reached with Tab and held with Enter.
"""

from PySide6.QtCore import QElapsedTimer, QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.widgets.button import ENTER, keeps_enter

HOLD_MS = 800
SWALLOW_MS = 1000
TICK_MS = 16
RELEASE_MS = 150


class HoldButton(QWidget):
    """Emits `held` once it was held for 0.8 s. Presses within a second of that are swallowed."""

    held = Signal()

    def __init__(self, text: str, fill: str, ink: str) -> None:
        """`fill` and `ink` are tokens: what fills it while it is held, and the words on that."""
        super().__init__()
        self._text = text
        self._fill, self._ink = fill, ink
        self._progress = 0.0
        self._clock = QElapsedTimer()
        self._since_held = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._advance)
        self._released = QTimer(self)
        """X repeats a held key as releases and presses, and now and then the two come apart: a release is believed when no
        press follows it."""
        self._released.setSingleShot(True)
        self._released.setInterval(RELEASE_MS)
        self._released.timeout.connect(self._cancel)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setText(text)

    def setText(self, text: str) -> None:
        """The words on it, also its accessible name."""
        self._text = text
        self.setAccessibleName(text)
        metrics = QFontMetrics(theme.font(bold=True))
        self.setFixedSize(metrics.horizontalAdvance(text) + theme.px(36), metrics.height() + theme.px(18))
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

    def event(self, event: QEvent) -> bool:
        return keeps_enter(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._timer.isActive():
                self._released.stop()  # it never came up
            elif not event.isAutoRepeat():
                self._begin()
        elif event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat() and self._timer.isActive() and event.key() in ENTER:
            self._released.start()

    def leaveEvent(self, event: QEvent) -> None:
        self._cancel()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._cancel()
        super().focusOutEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, box = theme.colour(self._fill), QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(QPen(fill if self.isEnabled() else theme.colour("line"), 1.5))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(box, 6, 6)
        painter.setFont(theme.font(bold=True))
        self._paint_words(painter, "text" if self.isEnabled() else "faint")
        if self._progress > 0:
            painter.setClipRect(QRectF(box.left(), box.top(), box.width() * self._progress, box.height()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(box, 6, 6)
            self._paint_words(painter, self._ink)
            painter.setClipping(False)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)

    def _paint_words(self, painter: QPainter, ink: str) -> None:
        painter.setPen(theme.colour(ink))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)

    def _begin(self) -> None:
        if not self.isEnabled() or (self._since_held.isValid() and self._since_held.elapsed() < SWALLOW_MS):
            return
        self._clock.start()
        self._timer.start()

    def _cancel(self) -> None:
        self._released.stop()
        self._timer.stop()
        self._progress = 0.0
        self.update()

    def _advance(self) -> None:
        if self._released.isActive():  # perhaps it came up: nothing goes on air on a perhaps
            return
        self._progress = min(1.0, self._clock.elapsed() / HOLD_MS)
        self.update()
        if self._progress >= 1:
            self._cancel()
            self._since_held.start()
            self.held.emit()
