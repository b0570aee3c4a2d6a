"""Icons of `assets/icons`, in any colour: they are drawn in black lines on nothing."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from ui import theme


@lru_cache(128)
def icon_image(name: str, colour: str, side: int) -> QImage:
    """The icon in `colour` (#rrggbb), `side` device pixels large."""
    drawn = (theme.ICONS / f"{name}.svg").read_text().replace("#000", colour)
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(drawn.encode())).render(painter)
    painter.end()
    return image


def paint_icon(painter: QPainter, name: str, ink: QColor, box: QRectF) -> None:
    """Draw an icon into `box`."""
    side = round(box.width() * painter.device().devicePixelRatioF())
    painter.drawImage(box, icon_image(name, ink.name(), side))
