"""A picture of any shape as an icon of one size: whole, on a plain ground."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap

from ui import theme


def picture_icon(image: QImage | None, size: QSize, ratio: float) -> QIcon:
    """`size` in pixels of the window, `ratio` device pixels each; None: the ground alone, so that words do not jump later."""
    room = size * ratio
    made = QPixmap(room)
    made.fill(theme.colour("raised"))
    if image is not None:
        painter = QPainter(made)
        fitted = image.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        painter.drawImage((room.width() - fitted.width()) // 2, (room.height() - fitted.height()) // 2, fitted)
        painter.end()
    made.setDevicePixelRatio(ratio)
    icon = QIcon(made)
    icon.addPixmap(made, QIcon.Mode.Selected)
    return icon
