"""What all drawn sources share."""

import logging
from abc import ABC, abstractmethod

from PySide6.QtGui import QColor, QFont, QPainter

from studio.i18n import _
from studio.media.frames import Picture
from studio.overlays.painter import OverlayPainter, render
from studio.sources.base import Report, SilentSource, SourceContext

log = logging.getLogger(__name__)

FAMILIES = ["Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans"]


def font(pixels: int, *, bold: bool = False) -> QFont:
    """The product's typeface at a height in pixels."""
    made = QFont()
    made.setFamilies(FAMILIES)
    made.setPixelSize(max(4, pixels))
    made.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return made


def colour(name: str) -> QColor:
    """`#rrggbb` or `#rrggbbaa`."""
    made = QColor(name[:7])
    if len(name) == 9:
        made.setAlpha(int(name[7:], 16))
    return made


class Overlay(SilentSource, ABC):
    """Draws itself once, when started; a change of settings makes a new one."""

    def __init__(self, painter: OverlayPainter, context: SourceContext) -> None:
        self._painter = painter
        self._context = context
        self._picture: Picture | None = None

    def start(self) -> None:
        self._painter.submit(self, self._redraw)

    def close(self) -> None:
        pass

    def picture(self, now_ns: int) -> Picture | None:
        return self._picture

    def _redraw(self) -> None:
        canvas = self._context.canvas  # twice its size is the most: 2,000 huge letters would take all memory
        try:
            width, height = self.measure()
            picture = render(min(max(2, width), 2 * canvas.width), min(max(2, height), 2 * canvas.height), self.draw)
        except Exception as error:  # Qt may raise anything; what was drawn before stays in the picture
            log.exception("an overlay could not be drawn")
            self._context.report(Report("failed", _("It could not be drawn: {problem}").format(problem=error)))
            return
        self._picture = picture
        self._context.report(Report("live", "", (picture.width, picture.height)))

    @abstractmethod
    def measure(self) -> tuple[int, int]:
        """Width and height in pixels. On the overlay thread."""

    @abstractmethod
    def draw(self, painter: QPainter) -> None:
        """Paint on a transparent picture of that size. On the overlay thread."""
