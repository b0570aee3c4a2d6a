"""A picture with the frame of a clip of another shape on it; what is cut off is dark. The frame can be dragged to the side."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen

from ui import theme
from ui.widgets.picture_view import PictureView

DARK = QColor(8, 10, 14, 170)
Rect = tuple[float, float, float, float]
WHOLE: Rect = (0.0, 0.0, 1.0, 1.0)


class CropView(PictureView):
    """`show_frame` with shares of the picture; `dragged` while the frame is moved, with its left edge, `dropped` at the end."""

    dragged = Signal(float)
    dropped = Signal(float)

    def __init__(self, aspect: float = 16 / 9) -> None:
        super().__init__(aspect)
        self._frame, self._free = WHOLE, False
        self._grip: float | None = None
        self._left = 0.0

    def show_frame(self, frame: Rect, *, free: bool) -> None:
        """Left, top, width, height; `free`: it may be dragged, else it follows somebody."""
        if (frame, free) != (self._frame, self._free):
            self._frame, self._free = frame, free
            self.setCursor(Qt.CursorShape.SizeHorCursor if free else Qt.CursorShape.ArrowCursor)
            self.update()

    def set_aspect(self, aspect: float) -> None:
        """Of the film."""
        if aspect != self._aspect:
            self._aspect = aspect
            self.update()

    def clear(self) -> None:
        """No picture."""
        self._image = None
        self.update()

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._free and event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position().x() / self.box().width() - self._frame[0]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._left = min(max(event.position().x() / self.box().width() - self._grip, 0.0), 1 - self._frame[2])
            self.dragged.emit(self._left)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._grip = None
            self.dropped.emit(self._frame[0])

    def paint_over(self, painter: QPainter, box: QRectF) -> None:
        if self._frame == WHOLE:
            return
        left, top, width, height = self._frame
        kept = QRectF(box.left() + left * box.width(), box.top() + top * box.height(), width * box.width(), height * box.height())
        for dark in (
            QRectF(box.left(), box.top(), kept.left() - box.left(), box.height()),
            QRectF(kept.right(), box.top(), box.right() - kept.right(), box.height()),
            QRectF(kept.left(), box.top(), kept.width(), kept.top() - box.top()),
            QRectF(kept.left(), kept.bottom(), kept.width(), box.bottom() - kept.bottom()),
        ):
            painter.fillRect(dark, DARK)
        pen = QPen(theme.colour("accent"), theme.px(2), Qt.PenStyle.SolidLine if self._free else Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(kept.adjusted(1, 1, -1, -1))
