"""Time until something begins: counted to a time of day, or for some minutes from the moment it is shown."""

import datetime
from typing import Annotated

from msgspec import Meta
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from studio.clock import NS_PER_S
from studio.overlays.base import colour, font
from studio.overlays.live import LiveOverlay
from studio.overlays.painter import OverlayPainter
from studio.overlays.text import Colour
from studio.sources.base import SourceContext, SourceSettings

DAY_S = 24 * 3600
PASSED_S = 12 * 3600
"""A time of day further ahead than this was earlier today."""


class CountdownSettings(SourceSettings, frozen=True, kw_only=True):
    """`at`: a local time of day (`19:30`), or empty to count `minutes` from when it comes on the program. `label`
    stands above, `over` takes the numbers' place at zero (empty keeps 0:00)."""

    at: Annotated[str, Meta(pattern=r"^$|^([01]?\d|2[0-3]):[0-5]\d$(?!\n)")] = ""
    minutes: Annotated[float, Meta(gt=0, le=600)] = 5
    label: Annotated[str, Meta(max_length=120)] = ""
    over: Annotated[str, Meta(max_length=120)] = ""
    size: Annotated[int, Meta(ge=16, le=400)] = 120
    colour: Colour = "#ffffff"
    background: Colour = "#0a0e14c7"


class CountdownSource(LiveOverlay):
    """See `CountdownSettings`. As wide as its widest words, so that it does not jump from second to second."""

    def __init__(self, painter: OverlayPainter, settings: CountdownSettings, context: SourceContext) -> None:
        super().__init__(painter, context)
        self._settings = settings
        self._begun_ns: int | None = None
        self._padding = settings.size // 3
        self._face, self._small = font(settings.size, bold=True), font(max(12, round(settings.size * 0.3)))

    def appeared(self, now_ns: int) -> None:
        self._begun_ns = now_ns

    def words(self, now_ns: int) -> str:
        left = self._left_s(now_ns)
        return self._settings.over if left <= 0 and self._settings.over else written(left)

    def measure(self) -> tuple[int, int]:
        big, small = QFontMetricsF(self._face), QFontMetricsF(self._small)
        wide = "0:00:00" if len(self.shown) > 5 else "00:00"
        widest = max(
            big.horizontalAdvance(wide), big.horizontalAdvance(self.shown), small.horizontalAdvance(self._settings.label)
        )
        height = big.height() + (small.height() if self._settings.label else 0)
        return round(widest) + 2 * self._padding, round(height) + 2 * self._padding

    def draw(self, painter: QPainter) -> None:
        width, height = self.measure()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._settings.background))
        painter.drawRoundedRect(QRectF(0, 0, width, height), self._padding / 2, self._padding / 2)
        painter.setPen(colour(self._settings.colour))
        top = float(self._padding)
        if self._settings.label:
            top = self._line(painter, self._small, self._settings.label, top, width)
        self._line(painter, self._face, self.shown, top, width)

    def _line(self, painter: QPainter, face: object, words: str, top: float, width: int) -> float:
        painter.setFont(face)  # type: ignore[arg-type]
        height = painter.fontMetrics().height()
        painter.drawText(QRectF(0, top, width, height), Qt.AlignmentFlag.AlignHCenter, words)
        return top + height

    def _left_s(self, now_ns: int) -> int:
        if self._settings.at:
            return seconds_until(self._settings.at, self._context.clock.wall_ms())
        begun = now_ns if self._begun_ns is None else self._begun_ns
        return -((now_ns - begun - round(self._settings.minutes * 60 * NS_PER_S)) // NS_PER_S)


def seconds_until(at: str, wall_ms: int) -> int:
    """Whole seconds from `wall_ms` until the local time of day `at`; not positive once it has passed."""
    now = datetime.datetime.fromtimestamp(wall_ms / 1000)
    hour, minute = (int(part) for part in at.split(":"))
    left = (now.replace(hour=hour, minute=minute, second=0, microsecond=0) - now).total_seconds()
    if left > PASSED_S:
        left -= DAY_S
    elif left < -PASSED_S:
        left += DAY_S
    return -int(-left // 1)


def written(seconds: int) -> str:
    """`4:07`, `1:00:00`; never below zero."""
    minutes, second = divmod(max(0, seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
