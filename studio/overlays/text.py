"""Words on a transparent or coloured ground."""

from typing import Annotated, Literal

from msgspec import Meta
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from studio.overlays.base import Overlay, colour, font
from studio.overlays.painter import OverlayPainter
from studio.sources.base import SourceContext, SourceSettings

Colour = Annotated[str, Meta(pattern=r"^#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$(?!\n)")]
ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "centre": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


class TextSettings(SourceSettings, frozen=True, kw_only=True):
    """`size` is the letters' height in canvas pixels; lines break at `width` pixels, or only where written when 0."""

    text: Annotated[str, Meta(max_length=2000)] = ""
    size: Annotated[int, Meta(ge=8, le=500)] = 64
    bold: bool = True
    colour: Colour = "#ffffff"
    background: Colour = "#00000000"
    align: Literal["left", "centre", "right"] = "left"
    width: Annotated[int, Meta(ge=0, le=4096)] = 0


class TextSource(Overlay):
    """See `TextSettings`."""

    def __init__(self, painter: OverlayPainter, settings: TextSettings, context: SourceContext) -> None:
        super().__init__(painter, context)
        self._settings = settings
        self._padding = settings.size // 3

    def measure(self) -> tuple[int, int]:
        box = self._box()
        return round(box.width()) + 2 * self._padding, round(box.height()) + 2 * self._padding

    def draw(self, painter: QPainter) -> None:
        settings, width, height = self._settings, *self.measure()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(settings.background))
        painter.drawRoundedRect(QRectF(0, 0, width, height), self._padding / 2, self._padding / 2)
        painter.setPen(colour(settings.colour))
        painter.setFont(font(settings.size, bold=settings.bold))
        painter.drawText(
            QRectF(self._padding, self._padding, width - 2 * self._padding, height - 2 * self._padding),
            self._flags(),
            settings.text,
        )

    def _flags(self) -> int:
        wrap = Qt.TextFlag.TextWordWrap if self._settings.width else Qt.TextFlag.TextDontClip
        return ALIGN[self._settings.align].value | wrap.value

    def _box(self) -> QRectF:
        metrics = QFontMetricsF(font(self._settings.size, bold=self._settings.bold))
        limit = self._settings.width - 2 * self._padding if self._settings.width else 4096
        return metrics.boundingRect(QRectF(0, 0, max(1, limit), 4096), self._flags(), self._settings.text)
