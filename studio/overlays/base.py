"""What all drawn sources share."""

from abc import ABC, abstractmethod

from PySide6.QtGui import QColor, QFont, QPainter

from studio.media.frames import Picture
from studio.overlays.painter import OverlayPainter, render
from studio.sources.base import Report, SilentSource, SourceContext

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
        width, height = self.measure()
        canvas = self._context.canvas  # twice its size is the most: 2,000 huge letters would take all memory
        width, height = min(max(2, width), 2 * canvas.width), min(max(2, height), 2 * canvas.height)
        self._picture = render(width, height, self.draw)
        self._context.report(Report("live", "", (self._picture.width, self._picture.height)))

    @abstractmethod
    def measure(self) -> tuple[int, int]:
        """Width and height in pixels. On the overlay thread."""

    @abstractmethod
    def draw(self, painter: QPainter) -> None:
        """Paint on a transparent picture of that size. On the overlay thread."""
