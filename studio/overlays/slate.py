"""A slate takes a lost source's place in the picture: its name, and that its signal is gone."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from studio.i18n import N_, _
from studio.media.frames import Picture
from studio.overlays.base import Overlay, colour, font
from studio.overlays.painter import OverlayPainter
from studio.sources.base import SourceContext
from studio.state import Source

LOST = N_("No signal")


class SlateSource(Overlay):
    """An opaque card of the size the source had, so that it fills the very same place."""

    def __init__(self, painter: OverlayPainter, context: SourceContext, name: str, size: tuple[int, int]) -> None:
        super().__init__(painter, context)
        self._name = name
        self._size = size

    def measure(self) -> tuple[int, int]:
        return self._size

    def draw(self, painter: QPainter) -> None:
        width, height = self._size
        unit = min(width / 16, height / 9)
        painter.fillRect(QRectF(0, 0, width, height), colour("#171b22"))
        edge = max(2.0, unit / 16)
        painter.setPen(QPen(colour("#3a4250"), edge))
        painter.drawRect(QRectF(edge / 2, edge / 2, width - edge, height - edge))
        big, small = font(round(unit * 0.9), bold=True), font(round(unit * 0.5))
        room = width - 2 * unit
        middle = height / 2
        lines = (
            (self._name, big, "#ffffff", middle - unit * 1.1),
            (_(LOST), small, "#b6bec9", middle + unit * 0.2),
        )
        for words, face, ink, top in lines:
            metrics = QFontMetricsF(face)
            painter.setFont(face)
            painter.setPen(colour(ink))
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(unit, top, room, metrics.height()), Qt.AlignmentFlag.AlignHCenter, shown)

    def picture(self, now_ns: int) -> Picture | None:
        drawn = super().picture(now_ns)
        if drawn is not None and drawn.alpha is not None:
            self._picture = drawn = Picture(drawn.y, drawn.u, drawn.v)  # opaque: whatever lies under it is hidden
        return drawn


class Slates:
    """A slate for each lost source, drawn once."""

    def __init__(self, painter: OverlayPainter, context: SourceContext) -> None:
        self._painter = painter
        self._context = context
        self._made: dict[tuple[str, str, tuple[int, int]], SlateSource] = {}

    def of(self, source: Source) -> SlateSource:
        """The slate of that source."""
        canvas = self._context.canvas
        size = (source.width or canvas.width, source.height or canvas.height)
        key = (source.id, source.name, size)
        if key not in self._made:
            self._made = {other: slate for other, slate in self._made.items() if other[0] != source.id}
            self._made[key] = SlateSource(self._painter, self._context, source.name, size)
            self._made[key].start()
        return self._made[key]
