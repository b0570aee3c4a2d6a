"""A line of the audience in the picture: the one somebody chose, or the newest, late enough that it can still be taken back."""

from typing import Literal, NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from studio.i18n import _
from studio.overlays.base import colour
from studio.overlays.card_paint import BrandedSettings, Brush, wrapped
from studio.overlays.following import Content, FollowingOverlay
from studio.overlays.painter import OverlayPainter
from studio.overlays.shop_data import ShopData
from studio.show.text import initials
from studio.sources.base import SourceContext

SHADOW = 12
LINES = 4


class ChatMessageSettings(BrandedSettings, frozen=True, kw_only=True):
    """`show`: `chosen` is the line that was put on the picture; `newest` the last one that has stood as long as the chat's
    rules say. `width` in units of a 1080 canvas."""

    show: Literal["chosen", "newest"] = "chosen"
    width: int = 760


class _Look(NamedTuple):
    name: str
    text: str


class ChatMessageSource(FollowingOverlay):
    """See `ChatMessageSettings`."""

    def __init__(self, painter: OverlayPainter, data: ShopData, settings: ChatMessageSettings, context: SourceContext) -> None:
        super().__init__(painter, context, data)
        self._settings = settings
        self._brush = Brush(settings)

    def content(self, now_ns: int) -> Content | None:
        shop = self.data.shop
        line = shop.picture_line
        if self._settings.show == "newest":
            line = self.data.newest_line(self._context.clock.wall_ms() - shop.rules.delay_s * 1000)
        return Content(line.id, _Look(line.name or _("Guest"), line.text)) if line is not None else None

    @property
    def _look(self) -> _Look:
        assert self.drawing is not None
        look = self.drawing.look
        assert isinstance(look, _Look)
        return look

    @property
    def _room(self) -> float:
        return self._brush.px(max(240, min(1800, self._settings.width))) - self._brush.px(132)

    def measure(self) -> tuple[int, int]:
        brush = self._brush
        face, bold = brush.face(34), brush.face(26, bold=True)
        lines = wrapped(self._look.text, face, self._room, LINES)
        widest = max(
            QFontMetricsF(bold).horizontalAdvance(self._look.name[:40]),
            *(QFontMetricsF(face).horizontalAdvance(line) for line in lines),
        )
        width = min(self._room, widest) + brush.px(132)
        height = QFontMetricsF(bold).height() + len(lines) * QFontMetricsF(face).height() + brush.px(40)
        edge = 2 * brush.px(SHADOW)
        return round(width) + edge, round(max(height, brush.px(112))) + edge

    def draw(self, painter: QPainter) -> None:
        brush, px, look = self._brush, self._brush.px, self._look
        width, height = self.measure()
        edge = px(SHADOW)
        box = QRectF(edge, edge, width - 2 * edge, height - 2 * edge)
        brush.ground(painter, box, px(20))
        round_ = QRectF(box.left() + px(20), box.top() + px(20), px(68), px(68))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush.accent)
        painter.drawEllipse(round_)
        painter.setFont(brush.face(28, bold=True))
        painter.setPen(colour("#ffffff"))
        painter.drawText(round_, Qt.AlignmentFlag.AlignCenter, initials(look.name)[:2])
        face, bold = brush.face(34), brush.face(26, bold=True)
        left, top = round_.right() + px(20), box.top() + px(18)
        brush.line(painter, look.name, bold, ink=brush.accent, at=(left, top), room=self._room)
        top += QFontMetricsF(bold).height()
        for words in wrapped(look.text, face, self._room, LINES):
            brush.line(painter, words, face, ink=brush.ink, at=(left, top), room=self._room)
            top += QFontMetricsF(face).height()
