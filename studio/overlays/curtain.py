"""The brand's curtain: what the audience sees when the host presses panic."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QLinearGradient, QPainter

from studio.i18n import N_, _
from studio.media.frames import Picture
from studio.overlays.base import Overlay, colour, font
from studio.overlays.painter import OverlayPainter
from studio.sources.base import SourceContext

WORDS = N_("We'll be right back")


class CurtainSource(Overlay):
    """The brand's name on a quiet ground, as large as the canvas and opaque."""

    def __init__(self, painter: OverlayPainter, context: SourceContext, name: str) -> None:
        super().__init__(painter, context)
        self._name = name

    def measure(self) -> tuple[int, int]:
        return self._context.canvas.width, self._context.canvas.height

    def draw(self, painter: QPainter) -> None:
        width, height = self.measure()
        ground = QLinearGradient(QPointF(0, 0), QPointF(width, height))
        ground.setColorAt(0, colour("#1d242d"))
        ground.setColorAt(1, colour("#0e1116"))
        painter.fillRect(QRectF(0, 0, width, height), ground)
        unit = min(width, height) / 18
        middle = height / 2
        lines = (
            (self._name, font(round(unit * 1.6), bold=True), "#ffffff", middle - unit * 1.9),
            (_(WORDS), font(round(unit * 0.75)), "#b6bec9", middle + unit * 0.5),
        )
        for words, face, ink, top in lines:
            metrics = QFontMetricsF(face)
            painter.setFont(face)
            painter.setPen(colour(ink))
            room = width - 2 * unit
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(unit, top, room, metrics.height()), Qt.AlignmentFlag.AlignHCenter, shown)
        painter.fillRect(QRectF(width / 2 - unit, middle + unit * 0.15, unit * 2, max(2.0, unit / 16)), colour("#7aa7ff"))

    def picture(self, now_ns: int) -> Picture | None:
        drawn = super().picture(now_ns)
        if drawn is not None and drawn.alpha is not None:
            self._picture = drawn = Picture(drawn.y, drawn.u, drawn.v)
        return drawn
