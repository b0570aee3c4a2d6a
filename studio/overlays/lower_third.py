"""A name and what the person is, on a dark band with the brand's colour at its edge."""

from typing import Annotated

from msgspec import Meta
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from studio.overlays.base import Overlay, colour, font
from studio.overlays.painter import OverlayPainter
from studio.overlays.text import Colour
from studio.sources.base import SourceContext, SourceSettings

MAX_WIDTH = 1400


class LowerThirdSettings(SourceSettings, frozen=True, kw_only=True):
    """`scale` 1 fits a 1080 canvas."""

    title: Annotated[str, Meta(max_length=120)] = ""
    subtitle: Annotated[str, Meta(max_length=200)] = ""
    accent: Colour = "#7aa7ff"
    scale: Annotated[float, Meta(ge=0.25, le=4)] = 1.0


class LowerThirdSource(Overlay):
    """See `LowerThirdSettings`. Too long lines are cut with an ellipsis rather than run out of the picture."""

    def __init__(self, painter: OverlayPainter, settings: LowerThirdSettings, context: SourceContext) -> None:
        super().__init__(painter, context)
        self._settings = settings
        unit = settings.scale
        self._pad_x, self._pad_y, self._edge = round(32 * unit), round(20 * unit), round(8 * unit)
        self._gap = round(4 * unit)
        self._title_font, self._subtitle_font = font(round(46 * unit), bold=True), font(round(30 * unit))

    def measure(self) -> tuple[int, int]:
        title, subtitle = QFontMetricsF(self._title_font), QFontMetricsF(self._subtitle_font)
        words = max(title.horizontalAdvance(self._settings.title), subtitle.horizontalAdvance(self._settings.subtitle))
        width = min(MAX_WIDTH, round(words) + 2 * self._pad_x + self._edge + 2)
        height = round(title.height()) + 2 * self._pad_y
        if self._settings.subtitle:
            height += self._gap + round(subtitle.height())
        return width, height

    def draw(self, painter: QPainter) -> None:
        width, height = self.measure()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("#0a0e14c7"))
        painter.drawRoundedRect(QRectF(0, 0, width, height), self._edge, self._edge)
        painter.setBrush(colour(self._settings.accent))
        painter.drawRect(QRectF(0, 0, self._edge, height))
        painter.setPen(colour("#ffffff"))
        left, room = self._edge + self._pad_x, width - self._edge - 2 * self._pad_x + 2
        top = float(self._pad_y)
        for words, face in ((self._settings.title, self._title_font), (self._settings.subtitle, self._subtitle_font)):
            metrics = QFontMetricsF(face)
            painter.setFont(face)
            shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(left, top, room + 4, metrics.height()), Qt.AlignmentFlag.AlignLeft, shown)
            top += metrics.height() + self._gap
