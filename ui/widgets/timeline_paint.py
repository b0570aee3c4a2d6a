"""The timeline's picture, part by part."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPolygonF

from ui import theme

RULER = 18
EDGE = 8
"""How wide a grip is drawn, in pixels."""
OUTSIDE = 165
"""How much of the ground covers what is outside of the clip, of 255."""
STEPS_MS = (100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000)
TICK_ROOM = 84
LIKES: dict[str, str] = {"marker": "warn", "product": "accent"}
Span = tuple[int, int]
Mark = tuple[int, str, str]
"""When (ms), what it is called, and its kind."""


class Drawn(Protocol):
    """A stretch of time (ms) laid out in pixels."""

    view: Span
    head_ms: int

    def x_of(self, ms: int) -> float:
        """Where a moment is."""


def ruler(painter: QPainter, line: Drawn, inner: QRectF, said: Callable[[int], str]) -> None:
    """Times, as far apart as their words need."""
    shown_ms = line.view[1] - line.view[0]
    room_ms = shown_ms * theme.px(TICK_ROOM) / max(1.0, inner.width())
    step_ms = next((step for step in STEPS_MS if step >= room_ms), STEPS_MS[-1])
    painter.setFont(theme.font(11))
    at_ms = -(-line.view[0] // step_ms) * step_ms
    while at_ms <= line.view[1]:
        x = line.x_of(at_ms)
        painter.setPen(theme.colour("line"))
        painter.drawLine(QPointF(x, inner.top()), QPointF(x, inner.top() + theme.px(RULER)))
        painter.setPen(theme.colour("muted"))
        words = said(at_ms)
        if x + painter.fontMetrics().horizontalAdvance(words) + 4 <= inner.right():
            painter.drawText(QPointF(x + 4, inner.top() + theme.px(12)), words)
        at_ms += step_ms


def strip(painter: QPainter, area: QRectF, thumbs: Mapping[int, QImage], count: int) -> None:
    """The film in small pictures: `count` side by side, of which `thumbs` are there."""
    painter.fillRect(area, theme.colour("raised"))
    width = area.width() / count
    for number, image in thumbs.items():
        box = QRectF(area.left() + number * width, area.top(), width, area.height())
        shown = image.height() * box.width() / max(1.0, box.height())
        painter.drawImage(box, image, QRectF((image.width() - shown) / 2, 0, shown, image.height()))


def wave(painter: QPainter, area: QRectF, peaks: Sequence[float]) -> None:
    """How loud it is: `peaks` of 0…1 from left to right."""
    painter.fillRect(area, theme.colour("bg"))
    painter.setPen(theme.colour("line"))
    painter.drawLine(QPointF(area.left(), area.center().y()), QPointF(area.right(), area.center().y()))
    painter.setPen(QPen(theme.colour("ok"), 1.2))
    for number, peak in enumerate(peaks):
        if peak > 0:
            x, half = area.left() + (number + 0.5) * area.width() / len(peaks), peak**0.5 * area.height() / 2
            painter.drawLine(QPointF(x, area.center().y() - half), QPointF(x, area.center().y() + half))


def marks(painter: QPainter, line: Drawn, inner: QRectF, bottom: float, shown: Sequence[Mark]) -> None:
    """What happened, with as much of its name as there is room for."""
    painter.setFont(theme.font(11))
    metrics, top, free = painter.fontMetrics(), inner.top() + theme.px(RULER), inner.left()
    seen = sorted((mark for mark in shown if line.view[0] <= mark[0] <= line.view[1]), key=lambda mark: mark[0])
    for number, (at_ms, title, kind) in enumerate(seen):
        x, ink = line.x_of(at_ms), theme.colour(LIKES.get(kind, "muted"))
        painter.setPen(QPen(ink, 1.5))
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
        following = line.x_of(seen[number + 1][0]) if number + 1 < len(seen) else inner.right()
        if x >= free and (room := int(following - x - 10)) > theme.px(24):
            words = metrics.elidedText(title, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QPointF(x + 5, top + theme.px(14)), words)
            free = x + 5 + metrics.horizontalAdvance(words)


def clip(painter: QPainter, line: Drawn, area: QRectF, span: Span) -> None:
    """The clip between its two grips; what is outside is veiled."""
    left, right = (min(max(line.x_of(ms), area.left()), area.right()) for ms in span)
    ground = theme.colour("panel")
    ground.setAlpha(OUTSIDE)
    painter.fillRect(QRectF(area.left(), area.top(), left - area.left(), area.height()), ground)
    painter.fillRect(QRectF(right, area.top(), area.right() - right, area.height()), ground)
    painter.setPen(QPen(theme.colour("accent"), 2))
    painter.drawLine(QPointF(left, area.top()), QPointF(right, area.top()))
    painter.drawLine(QPointF(left, area.bottom()), QPointF(right, area.bottom()))
    painter.setPen(Qt.PenStyle.NoPen)
    for ms, x in ((span[0], left - EDGE), (span[1], right)):
        if line.view[0] <= ms <= line.view[1]:
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(QRectF(x, area.top(), EDGE, area.height()), 3, 3)
            painter.setBrush(theme.colour("accent-ink"))
            painter.drawRect(QRectF(x + EDGE / 2 - 0.75, area.center().y() - 8, 1.5, 16))


def head(painter: QPainter, line: Drawn, inner: QRectF, bottom: float) -> None:
    """The playhead."""
    if not line.view[0] <= line.head_ms <= line.view[1]:
        return
    x, top = line.x_of(line.head_ms), inner.top()
    painter.setPen(QPen(theme.colour("text"), 2))
    painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("text"))
    painter.drawPolygon(QPolygonF([QPointF(x - 6, top), QPointF(x + 6, top), QPointF(x, top + 9)]))
