"""Shows a picture, letterboxed, with a coloured tally frame around it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

FRAME = 3.0


class PictureView(QWidget):
    """`set_image` with a new QImage; `set_tally` with a colour or None."""

    def __init__(self, ground: QColor, aspect: float) -> None:
        super().__init__()
        self._ground = ground
        self._aspect = aspect
        self._image: QImage | None = None
        self._tally: QColor | None = None
        self.setMinimumSize(160, 90)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_image(self, image: QImage) -> None:
        """Show `image`."""
        self._image = image
        self.update()

    def set_tally(self, colour: QColor | None) -> None:
        """Frame the picture."""
        self._tally = colour
        self.update()

    def picture_size(self) -> QSize:
        """The size in device pixels at which the picture is shown; even numbers."""
        box, ratio = self._box(), self.devicePixelRatioF()
        return QSize(max(2, int(box.width() * ratio) & ~1), max(2, int(box.height() * ratio) & ~1))

    def _box(self) -> QRectF:
        width, height = self.width() - 2 * FRAME, self.height() - 2 * FRAME
        shown_w = min(width, height * self._aspect)
        shown_h = shown_w / self._aspect
        return QRectF((self.width() - shown_w) / 2, (self.height() - shown_h) / 2, shown_w, shown_h)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = self._box()
        painter.fillRect(box, self._ground)
        if self._image is not None:
            painter.drawImage(box, self._image)
        if self._tally is not None:
            painter.setPen(QPen(self._tally, FRAME, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(-FRAME / 2, -FRAME / 2, FRAME / 2, FRAME / 2))
