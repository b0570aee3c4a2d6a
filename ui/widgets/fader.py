"""A fader: decibels on a scale that is fine around 0 and coarse at the bottom, as on a desk."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.widgets.label import plain_tip

LOW_DB, HIGH_DB = -60.0, 12.0
MARKS = (12.0, 6.0, 0.0, -6.0, -12.0, -24.0, -40.0)
STEP_DB, PAGE_DB = 0.5, 3.0
BEND = 0.55
"""The share of the way that the range below 0 dB is bent by: more room near 0."""


class Fader(QWidget):
    """`moved` with dB while it is drawn. Keys: arrows ½ dB, page 3 dB, Home 0 dB, End silence. Double click: 0 dB."""

    moved = Signal(float)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._db = 0.0
        self._drawn = False
        self._grip = 0.0
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.set_db(0.0)

    @property
    def db(self) -> float:
        """Where it stands."""
        return self._db

    def set_db(self, db: float) -> None:
        """Put it there, unless a hand is on it."""
        if not self._drawn and db != self._db:
            self._db = db
            self.update()
        self.setToolTip(plain_tip(f"{self.accessibleName()}: {self._db:+.1f} dB"))
        self.setAccessibleDescription(f"{self._db:+.1f} dB")

    def sizeHint(self) -> QSize:
        return QSize(theme.px(30), theme.px(150))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(30), theme.px(60))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        offset = event.position().y() - self._y(self._db)
        self._drawn = True
        self._grip = offset if abs(offset) <= theme.px(10) else 0.0
        self._go(self._at(event.position().y() - self._grip))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drawn:
            self._go(self._at(event.position().y() - self._grip))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drawn = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._go(0.0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if self.hasFocus() and turned:  # else the wheel scrolls what the fader lies in
            self._go(self._db + (STEP_DB if turned > 0 else -STEP_DB))
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Up: STEP_DB,
            Qt.Key.Key_Right: STEP_DB,
            Qt.Key.Key_Down: -STEP_DB,
            Qt.Key.Key_Left: -STEP_DB,
            Qt.Key.Key_PageUp: PAGE_DB,
            Qt.Key.Key_PageDown: -PAGE_DB,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self._go(self._db + steps[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(0.0 if key == Qt.Key.Key_Home else LOW_DB)
        else:
            super().keyPressEvent(event)

    def _go(self, db: float) -> None:
        db = round(min(HIGH_DB, max(LOW_DB, db)), 1)
        if db == self._db:
            return
        self._db = db
        self.setToolTip(plain_tip(f"{self.accessibleName()}: {db:+.1f} dB"))
        self.setAccessibleDescription(f"{db:+.1f} dB")
        self.update()
        self.moved.emit(db)

    def _room(self) -> tuple[float, float]:
        margin = theme.px(9)
        return margin, self.height() - 2 * margin

    def _y(self, db: float) -> float:
        top, room = self._room()
        share = (HIGH_DB - db) / (HIGH_DB - LOW_DB)
        return top + room * float(pow(share, BEND))

    def _at(self, y: float) -> float:
        top, room = self._room()
        share = min(1.0, max(0.0, (y - top) / max(1.0, room)))
        return HIGH_DB - (HIGH_DB - LOW_DB) * float(pow(share, 1 / BEND))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.width() / 2
        top, room = self._room()
        painter.setPen(QPen(theme.colour("control"), 1))
        for mark in MARKS:
            y = self._y(mark)
            half = theme.px(10 if mark == 0 else 6)
            painter.drawLine(QPointF(middle - half, y), QPointF(middle + half, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(QRectF(middle - theme.px(2), top, theme.px(4), room), 2, 2)
        cap = QRectF(0, 0, theme.px(24), theme.px(14))
        cap.moveCenter(QPointF(middle, self._y(self._db)))
        painter.setBrush(theme.colour("text"))
        painter.setPen(QPen(theme.colour("accent"), 2) if self.hasFocus() else QPen(theme.colour("bg"), 1))
        painter.drawRoundedRect(cap, 3, 3)
        painter.setPen(QPen(theme.colour("bg"), 1.5))
        painter.drawLine(QPointF(cap.left() + 4, cap.center().y()), QPointF(cap.right() - 4, cap.center().y()))
