"""A small picture with round corners; where there is none, the first letter."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import theme

WHITE_GROUND, WHITE_INK = QColor("#e6ebf2"), QColor("#47525e")


class Thumb(QWidget):
    """`show_product` with its picture, if any, and its name."""

    def __init__(self, side: int = 44, *, on_white: bool = False) -> None:
        super().__init__()
        self._on_white = on_white
        self._image: QImage | None = None
        self._letter = ""
        self.setFixedSize(theme.px(side), theme.px(side))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_product(self, image: QImage | None, name: str) -> None:
        """Another picture."""
        letter = name.strip()[:1].upper()
        if image is not self._image or letter != self._letter:
            self._image, self._letter = image, letter
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        box, frame = QRectF(self.rect()), QPainterPath()
        frame.addRoundedRect(box, theme.px(6), theme.px(6))
        painter.fillPath(frame, WHITE_GROUND if self._on_white else theme.colour("raised"))
        if self._image is None or self._image.isNull():
            painter.setPen(WHITE_INK if self._on_white else theme.colour("muted"))
            painter.setFont(theme.font(16, bold=True))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._letter)
            return
        painter.setClipPath(frame)
        width, height = self._image.width(), self._image.height()
        side = min(width, height)
        painter.drawImage(box, self._image, QRectF((width - side) / 2, (height - side) / 2, side, side))
