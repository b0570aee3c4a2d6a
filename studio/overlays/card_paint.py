"""What cards over the picture share: the brand's colours and type, a ground, a picture, words that fit."""

from typing import Annotated

from msgspec import Meta
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from studio.overlays.base import FAMILIES, colour, font
from studio.overlays.text import Colour
from studio.sources.base import SourceSettings


class BrandedSettings(SourceSettings, frozen=True, kw_only=True):
    """`accent` marks what matters, `background` and `ink` are the card's; `family` is a typeface of this machine, empty for
    ours; `scale` 1 fits a 1080 canvas."""

    accent: Colour = "#a3161a"
    background: Colour = "#fffffff5"
    ink: Colour = "#1f1a17"
    family: Annotated[str, Meta(max_length=80)] = ""
    scale: Annotated[float, Meta(ge=0.25, le=4)] = 1.0


class Brush:
    """Draws in a card's colours and type, in units of a 1080 canvas."""

    def __init__(self, settings: BrandedSettings) -> None:
        self.settings = settings
        self.ink = colour(settings.ink)
        self.accent = colour(settings.accent)
        self.quiet = QColor(self.ink)
        self.quiet.setAlphaF(0.68 * self.ink.alphaF())

    def px(self, units: float) -> int:
        """Pixels of so many units."""
        return max(1, round(units * self.settings.scale))

    def face(self, units: float, *, bold: bool = False, struck: bool = False) -> QFont:
        """The card's type."""
        made = font(self.px(units), bold=bold)
        if self.settings.family:
            made.setFamilies([self.settings.family, *FAMILIES])
        made.setStrikeOut(struck)
        return made

    def ground(self, painter: QPainter, box: QRectF, radius: float) -> None:
        """The card itself, with a soft edge below it."""
        for step in range(4, 0, -1):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, 10))
            spread = self.px(step * 1.5)
            painter.drawRoundedRect(box.adjusted(-spread, -spread + self.px(3), spread, spread + self.px(3)), radius, radius)
        painter.setBrush(colour(self.settings.background))
        painter.drawRoundedRect(box, radius, radius)

    def picture(self, painter: QPainter, box: QRectF, image: QImage | None, radius: float) -> None:
        """A picture that fills its box; without one a quiet field."""
        painter.save()
        path = QPainterPath()
        path.addRoundedRect(box, radius, radius)
        painter.setClipPath(path)
        if image is None or image.isNull():
            field = QColor(self.ink)
            field.setAlphaF(0.08)
            painter.fillRect(box, field)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            ratio = max(box.width() / image.width(), box.height() / image.height())
            wide, high = box.width() / ratio, box.height() / ratio
            source = QRectF((image.width() - wide) / 2, (image.height() - high) / 2, wide, high)
            painter.drawImage(box, image.scaled(
                round(image.width() * ratio), round(image.height() * ratio),
                Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation,
            ) if ratio < 0.6 else image, QRectF(
                source.x() * ratio, source.y() * ratio, box.width(), box.height()
            ) if ratio < 0.6 else source)  # fmt: skip
        painter.restore()

    def line(self, painter: QPainter, words: str, face: QFont, *, ink: QColor, at: tuple[float, float], room: float) -> float:
        """One line, its left upper corner `at`, cut with an ellipsis; returns how wide it became."""
        left, top = at
        metrics = QFontMetricsF(face)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        painter.setFont(face)
        painter.setPen(QPen(ink))
        painter.drawText(
            QRectF(left, top, room + 2, metrics.height()), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, shown
        )
        return metrics.horizontalAdvance(shown)


def wrapped(words: str, face: QFont, room: float, lines: int) -> list[str]:
    """`words` broken into at most `lines` lines of `room` pixels; the last one is cut with an ellipsis. A word that is too
    long for a line is broken where it must."""
    metrics = QFontMetricsF(face)
    made: list[str] = []
    rest = words.split()
    while rest and len(made) < lines:
        last = len(made) == lines - 1
        line = rest.pop(0)
        while not last and metrics.horizontalAdvance(line) > room and len(line) > 1:
            fits = max(1, next(n for n in range(len(line), 0, -1) if n == 1 or metrics.horizontalAdvance(line[:n]) <= room))
            made.append(line[:fits])
            line = line[fits:]
            last = len(made) == lines - 1
        if last:
            return [*made, metrics.elidedText(" ".join([line, *rest]), Qt.TextElideMode.ElideRight, room)]
        while rest and metrics.horizontalAdvance(f"{line} {rest[0]}") <= room:
            line = f"{line} {rest.pop(0)}"
        made.append(line)
    return made
