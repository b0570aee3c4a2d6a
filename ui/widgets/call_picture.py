"""The other end's picture, whole and letterboxed, and a pointer over it: a click points, a hand draws a line."""

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.widgets.button import ENTER, keeps_enter

Place = tuple[float, float]
GROUND = QColor("#0a0c10")
INK_IN, INK_OUT = QColor("#ffd23f"), QColor(10, 12, 16, 220)
RADIUS = 10
FADE_MS, FADE_STEP_MS = 2000, 50
TELL_MS = 80
PLACES_MAX = 500
NEAR = 0.004
"""A place closer than this to the last one adds nothing to a line."""
STEP, STEP_FAR = 0.02, 0.1
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


def fitted(width: float, height: float, room: QRectF) -> QRectF:
    """The largest field of that shape in the middle of `room`, on whole pixels."""
    if width <= 0 or height <= 0:
        return QRectF(room)
    scale = min(room.width() / width, room.height() / height)
    shown_w, shown_h = round(width * scale), round(height * scale)
    return QRectF(
        room.x() + (room.width() - shown_w) // 2, room.y() + (room.height() - shown_h) // 2, max(1, shown_w), max(1, shown_h)
    )


class Stroke:
    """A point or a line that somebody drew, and when it was ended."""

    def __init__(self, place: Place) -> None:
        self.places: list[Place] = [place]
        self.age = QElapsedTimer()
        self.done = False

    def end(self) -> None:
        """From now on it fades."""
        self.done = True
        self.age.start()

    def strength(self) -> float:
        """1 until it is ended, then down to 0."""
        return max(0.0, 1 - self.age.elapsed() / FADE_MS) if self.done else 1.0


class CallPicture(QWidget):
    """`pointed` with places, 0…1 from the left and from above of the picture itself: a line is told whole, again and again
    while it grows. Only while `set_pointing` is on."""

    pointed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._frozen = False
        self._pointing = False
        self._strokes: list[Stroke] = []
        self._told = 0
        self._cross: Place = (0.5, 0.5)
        self._tell = QTimer(self)
        self._tell.setInterval(TELL_MS)
        self._tell.timeout.connect(self._tell_line)
        self._fade = QTimer(self)
        self._fade.setInterval(FADE_STEP_MS)
        self._fade.timeout.connect(self._on_fade)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # ── the picture ──────────────────────────────────────────────────────────────────────────────────────────

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def set_image(self, image: QImage | None) -> None:
        """Show `image`, or nothing. A frozen picture stays."""
        if not self._frozen and (image is not None or self._image is not None):
            self._image = image
            self.update()

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return self._frozen

    def freeze(self, *, on: bool) -> None:
        """Keep the present picture, or go on."""
        self._frozen = on and self._image is not None
        self.update()

    def room(self) -> QSize:
        """How much room there is for a picture, in device pixels."""
        ratio = self.devicePixelRatioF()
        return QSize(max(2, int(self.width() * ratio)), max(2, int(self.height() * ratio)))

    def box(self) -> QRectF:
        """Where the picture is; the whole while there is none."""
        room = QRectF(self.rect())
        return fitted(self._image.width(), self._image.height(), room) if self._image is not None else room

    def place_of(self, at: QPointF) -> Place | None:
        """The place of a point of this widget in the picture; None beside it, or where there is none."""
        box = self.box()
        if self._image is None or not box.contains(at):
            return None
        return (at.x() - box.left()) / box.width(), (at.y() - box.top()) / box.height()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(480), theme.px(270))

    # ── pointing ─────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def pointing(self) -> bool:
        """Whether the pointer is in hand."""
        return self._pointing

    def set_pointing(self, on: bool) -> None:
        """Take the pointer, or put it away."""
        self._pointing = on
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.NoFocus)
        if on:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.unsetCursor()
            self.clear()
        self.update()

    def clear(self) -> None:
        """Take away what was drawn."""
        self._strokes.clear()
        self._tell.stop()
        self._fade.stop()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_of(event.position())
        if self._pointing and place is not None and event.button() == Qt.MouseButton.LeftButton:
            self._begin(place)
            self._tell.start()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._drawing:
            super().mouseMoveEvent(event)
            return
        box, at = self.box(), event.position()
        x = min(1.0, max(0.0, (at.x() - box.left()) / box.width()))
        y = min(1.0, max(0.0, (at.y() - box.top()) / box.height()))
        line = self._strokes[-1].places
        if len(line) < PLACES_MAX and abs(x - line[-1][0]) + abs(y - line[-1][1]) > NEAR:
            line.append((x, y))
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drawing:
            self._tell.stop()
            self._tell_line()
            self._strokes[-1].end()
            self._fade.start()
        else:
            super().mouseReleaseEvent(event)

    def event(self, event: QEvent) -> bool:
        return (self._pointing and keeps_enter(event)) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._pointing and key in ARROWS:
            far = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            step = STEP_FAR if far else STEP
            (x, y), (right, down) = self._cross, ARROWS[key]
            self._cross = (min(1.0, max(0.0, x + right * step)), min(1.0, max(0.0, y + down * step)))
            self.update()
        elif self._pointing and self._image is not None and key in (*ENTER, Qt.Key.Key_Space) and not event.isAutoRepeat():
            self._begin(self._cross)
            self._tell_line()
            self._strokes[-1].end()
            self._fade.start()
        else:
            super().keyPressEvent(event)

    @property
    def _drawing(self) -> bool:
        return bool(self._strokes) and not self._strokes[-1].done

    def _begin(self, place: Place) -> None:
        self._strokes.append(Stroke(place))
        self._told = 0
        self.update()

    def _tell_line(self) -> None:
        line = self._strokes[-1].places if self._strokes else []
        if len(line) > self._told:
            self._told = len(line)
            self.pointed.emit(tuple(line))

    def _on_fade(self) -> None:
        self._strokes = [stroke for stroke in self._strokes if stroke.strength() > 0]
        if not self._strokes:
            self._fade.stop()
        self.update()

    # ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(self.rect()), theme.px(RADIUS), theme.px(RADIUS))
        painter.setClipPath(frame)
        painter.fillRect(self.rect(), GROUND)
        box = self.box()
        if self._image is not None:
            painter.drawImage(box, self._image)
        for stroke in self._strokes:
            self._paint_stroke(painter, box, stroke.places, stroke.strength())
        if self._pointing and self.hasFocus():
            self._paint_cross(painter, box)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(frame)

    @staticmethod
    def _points(box: QRectF, places: Sequence[Place]) -> list[QPointF]:
        return [QPointF(box.left() + x * box.width(), box.top() + y * box.height()) for x, y in places]

    def _paint_stroke(self, painter: QPainter, box: QRectF, places: Sequence[Place], strength: float) -> None:
        points = self._points(box, places)
        painter.setOpacity(strength)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for ink, width in ((INK_OUT, theme.px(7)), (INK_IN, theme.px(4))):
            painter.setPen(QPen(ink, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            if len(points) == 1:
                painter.drawEllipse(points[0], theme.px(14), theme.px(14))
            else:
                painter.drawPolyline(QPolygonF(points))
        painter.setOpacity(1)

    def _paint_cross(self, painter: QPainter, box: QRectF) -> None:
        (at,) = self._points(box, [self._cross])
        arm = theme.px(12)
        for ink, width in ((INK_OUT, 4), (INK_IN, 2)):
            painter.setPen(QPen(ink, width))
            painter.drawLine(at - QPointF(arm, 0), at + QPointF(arm, 0))
            painter.drawLine(at - QPointF(0, arm), at + QPointF(0, arm))
