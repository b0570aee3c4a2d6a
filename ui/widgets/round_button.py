"""A round button with an icon, for what lies on a picture. What it does is its tooltip and its accessible name."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen

from ui import theme
from ui.widgets.button import Button
from ui.widgets.icon import paint_icon

SIDE, ICON = 44, 22
ON_PICTURE, INK = QColor(10, 12, 16, 200), QColor("#ffffff")
LOOKS = {"plain": ("", ""), "off": ("warn", "warn-ink"), "on": ("accent", "accent-ink")}
"""Tokens of ground and ink. `off`: something is kept back; `on`: a tool is in hand."""


class RoundButton(Button):
    """`show_as` with the icon, how it looks, and what it does now."""

    def __init__(self, icon: str, act: Callable[[], object] | None = None, *, tip: str = "", key: str = "") -> None:
        self._icon, self._look = icon, "plain"
        super().__init__("", act, kind="round", tip=tip, key=key)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(self.sizeHint())

    @property
    def look(self) -> str:
        """`plain`, `off` or `on`."""
        return self._look

    def show_as(self, icon: str, look: str, tip: str) -> None:
        """Another state."""
        if (icon, look, tip) != (self._icon, self._look, self.accessibleDescription()):
            self._icon, self._look = icon, look
            self.set_tip(tip)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(SIDE), theme.px(SIDE))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        ground, ink = LOOKS[self._look]
        circle = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        fill = theme.colour(ground) if ground else ON_PICTURE
        painter.setBrush(fill.lighter(125) if self.underMouse() and self.isEnabled() else fill)
        painter.setPen(QPen(QColor(255, 255, 255, 70), 1))
        painter.drawEllipse(circle)
        side = theme.px(ICON)
        box = QRectF(0, 0, side, side)
        box.moveCenter(QPointF(circle.center()))
        if not self.isEnabled():
            painter.setOpacity(0.4)
        paint_icon(painter, self._icon, theme.colour(ink) if ink else INK, box)
        if self.hasFocus():
            painter.setOpacity(1)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(INK, 2))
            painter.drawEllipse(circle)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawEllipse(circle.adjusted(2, 2, -2, -2))
