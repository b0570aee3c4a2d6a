"""The poll in the picture: the question, the answers by number, and how the votes stand."""

from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from studio.i18n import _
from studio.overlays.card_paint import BrandedSettings, Brush, wrapped
from studio.overlays.following import Content, FollowingOverlay
from studio.overlays.painter import OverlayPainter
from studio.overlays.shop_data import ShopData
from studio.show.poll import shares
from studio.sources.base import SourceContext

SHADOW = 12
WIDTH = 700


class PollSettings(BrandedSettings, frozen=True, kw_only=True):
    """Shows the poll while there is one. `numbers`: answers begin with 1, 2, 3, which people can say."""

    numbers: bool = True


class _Look(NamedTuple):
    question: str
    answers: tuple[str, ...]
    shares: tuple[int, ...]
    total: int
    over: bool


class PollSource(FollowingOverlay):
    """See `PollSettings`."""

    def __init__(self, painter: OverlayPainter, data: ShopData, settings: PollSettings, context: SourceContext) -> None:
        super().__init__(painter, context, data)
        self._settings = settings
        self._brush = Brush(settings)

    def content(self, now_ns: int) -> Content | None:
        poll = self.data.shop.poll
        if poll is None:
            return None
        look = _Look(poll.question, poll.answers, shares(poll.votes), poll.total, poll.state == "closed")
        return Content(poll.id, look)

    @property
    def _look(self) -> _Look:
        assert self.drawing is not None
        look = self.drawing.look
        assert isinstance(look, _Look)
        return look

    def measure(self) -> tuple[int, int]:
        brush, look = self._brush, self._look
        face = brush.face(38, bold=True)
        lines = len(wrapped(look.question, face, brush.px(WIDTH - 60), 3))
        height = brush.px(56) + lines * QFontMetricsF(face).height() + len(look.answers) * brush.px(72) + brush.px(34)
        edge = 2 * brush.px(SHADOW)
        return brush.px(WIDTH) + edge, round(height) + edge

    def draw(self, painter: QPainter) -> None:
        brush, px, look = self._brush, self._brush.px, self._look
        width, height = self.measure()
        edge = px(SHADOW)
        box = QRectF(edge, edge, width - 2 * edge, height - 2 * edge)
        brush.ground(painter, box, px(20))
        left, room, top = box.left() + px(30), box.width() - px(60), box.top() + px(26)
        face = brush.face(38, bold=True)
        for words in wrapped(look.question, face, room, 3):
            brush.line(painter, words, face, ink=brush.ink, at=(left, top), room=room)
            top += QFontMetricsF(face).height()
        top += px(12)
        ahead = max(look.shares, default=0)
        for number, (words, share) in enumerate(zip(look.answers, look.shares, strict=True), 1):
            self._answer(painter, QRectF(left, top, room, px(60)), number, words, share, leads=bool(ahead) and share == ahead)
            top += px(72)
        total = (_("The poll is over: {count} votes") if look.over else _("{count} votes")).format(count=look.total)
        brush.line(painter, total, brush.face(24), ink=brush.quiet, at=(left, top), room=room)

    def _answer(self, painter: QPainter, box: QRectF, number: int, words: str, share: int, *, leads: bool) -> None:
        brush, px = self._brush, self._brush.px
        field, bar = QColor(brush.ink), QColor(brush.accent)
        field.setAlphaF(0.08)
        bar.setAlphaF(0.42 if leads else 0.22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(field)
        painter.drawRoundedRect(box, px(12), px(12))
        if share:
            painter.setBrush(bar)
            painter.drawRoundedRect(
                QRectF(box.left(), box.top(), max(px(24), box.width() * share / 100), box.height()), px(12), px(12)
            )
        face = brush.face(30, bold=leads)
        percent = f"{share} %"
        taken = QFontMetricsF(face).horizontalAdvance(percent)
        middle = box.top() + (box.height() - QFontMetricsF(face).height()) / 2
        brush.line(painter, percent, face, ink=brush.ink, at=(box.right() - px(18) - taken, middle), room=taken + 2)
        shown = f"{number}  {words}" if self._settings.numbers else words
        brush.line(painter, shown, face, ink=brush.ink, at=(box.left() + px(20), middle), room=box.width() - taken - px(60))
