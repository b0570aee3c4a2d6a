"""What is drawn over a clip: the lower third at its beginning, and the card behind its end. In units of a 1080 canvas."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter

from studio.media.frames import Picture
from studio.overlays.base import colour, font
from studio.overlays.card_paint import wrapped
from studio.overlays.painter import ensure_gui, render
from studio.recordings.cutting.job import EndCard, LowerThird

BAND, WHITE = "#0a0e14cc", "#ffffff"
QUIET = "#ffffffd0"
SCRIM = ("#0a0e1488", "#0a0e149c", "#0a0e14d0")
"""The card's ground: what the clip ended with, dark enough that white words stand on it at 4.5:1 whatever it was."""


class _Line:
    """Words broken into at most `lines` lines, in the first of `faces` in which nothing is cut off."""

    def __init__(self, words: str, faces: Sequence[QFont], ink: QColor, room: float, lines: int) -> None:
        self.ink = ink
        for face in faces:
            self.face, self.lines = face, wrapped(words, face, room, lines)
            if not any(line.endswith("…") for line in self.lines):
                break
        self.metrics = QFontMetricsF(self.face)
        self.width = max((self.metrics.horizontalAdvance(line) for line in self.lines), default=0.0)
        self.height = self.metrics.lineSpacing() * len(self.lines)

    def draw(self, painter: QPainter, box: QRectF, align: Qt.AlignmentFlag) -> None:
        painter.setFont(self.face)
        painter.setPen(self.ink)
        for number, line in enumerate(self.lines):
            row = QRectF(box.x(), box.y() + number * self.metrics.lineSpacing(), box.width(), self.metrics.height())
            painter.drawText(row, align | Qt.AlignmentFlag.AlignTop, line)


def lower_third(words: LowerThird, accent: str, width: int, height: int) -> tuple[Picture, int, int]:
    """The band, and where its upper left corner goes on a canvas of that size (even pixels). An upright clip is watched in
    players that lay their own words over its lower fifth, so it stands higher there."""
    ensure_gui()
    unit = min(width, height) / 1080
    upright = height > width
    pad_x, pad_y, edge, gap = 34 * unit, 22 * unit, 8 * unit, 4 * unit
    room = width * (0.84 if upright else 0.5) - 2 * pad_x - edge
    title = _Line(words.title, _faces(unit, 58, 50, 42), colour(WHITE), room, 2)
    line = _Line(words.line, _faces(unit, 42, 36, bold=False), colour(QUIET), room, 2)
    wide = round(max(title.width, line.width) + 2 * pad_x + edge) + 2 & ~1
    high = round(title.height + line.height + (gap if line.lines else 0) + 2 * pad_y) + 1 & ~1

    def draw(painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(BAND))
        painter.drawRoundedRect(QRectF(-2 * edge, 0, wide + 2 * edge, high), 1.5 * edge, 1.5 * edge)
        painter.fillRect(QRectF(0, 0, edge, high), colour(accent))
        left, top = edge + pad_x, pad_y
        title.draw(painter, QRectF(left, top, room + 4, 0), Qt.AlignmentFlag.AlignLeft)
        line.draw(painter, QRectF(left, top + title.height + gap, room + 4, 0), Qt.AlignmentFlag.AlignLeft)

    bottom = 0.24 if upright else 0.08
    return render(wide, high, draw), round(0.05 * width) & ~1, round(height * (1 - bottom) - high) & ~1


def end_card(card: EndCard, accent: str, width: int, height: int) -> Picture:
    """The card's dark ground and its words, as large as the canvas: it lies over the clip's last picture."""
    ensure_gui()
    unit = min(width, height) / 1080
    room = min(width - 2 * 90 * unit, 1400 * unit)
    brand = _Line(card.brand, _faces(unit, 42, 34, spaced=4), colour(QUIET), room, 1)
    title = _Line(card.title, _faces(unit, 96, 80, 66), colour(WHITE), room, 4)
    line = _Line(card.line, _faces(unit, 56, 48, 40, 34), ink_on(accent), room - 2 * 44 * unit, 2)
    pad, bar = 26 * unit, 6 * unit
    parts = [
        *((brand.height, 30 * unit) if brand.lines else ()),
        *(bar, 44 * unit),
        title.height,
        *((56 * unit, line.height + 2 * pad) if line.lines else ()),
    ]

    def draw(painter: QPainter) -> None:
        ground = QLinearGradient(0, 0, 0, height)
        for share, name in zip((0, 0.5, 1), SCRIM, strict=True):
            ground.setColorAt(share, colour(name))
        painter.fillRect(QRectF(0, 0, width, height), ground)
        top = (height - sum(parts)) / 2
        painter.setPen(Qt.PenStyle.NoPen)
        centre, left = Qt.AlignmentFlag.AlignHCenter, (width - room) / 2
        if brand.lines:
            brand.draw(painter, QRectF(left, top, room, 0), centre)
            top += brand.height + 30 * unit
        painter.fillRect(QRectF(width / 2 - 48 * unit, top, 96 * unit, bar), colour(accent))
        top += bar + 44 * unit
        title.draw(painter, QRectF(left, top, room, 0), centre)
        top += title.height + 56 * unit
        if line.lines:
            pill = QRectF(width / 2 - line.width / 2 - 44 * unit, top, line.width + 2 * 44 * unit, line.height + 2 * pad)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(accent))
            painter.drawRoundedRect(pill, pill.height() / 2 / len(line.lines), pill.height() / 2 / len(line.lines))
            line.draw(painter, QRectF(pill.x(), top + pad, pill.width(), 0), centre)

    return render(width, height, draw)


def ink_on(ground: str) -> QColor:
    """Dark or white words, whichever is read better on that colour (WCAG 2.2, relative luminance)."""
    name = colour(ground)
    shares = (name.redF(), name.greenF(), name.blueF())
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in shares]
    luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return colour("#0b1220" if luminance > 0.19 else WHITE)


def _faces(unit: float, *sizes: int, bold: bool = True, spaced: float = 0) -> list[QFont]:
    """Our type in these sizes, in units of a 1080 canvas."""
    faces = [font(round(size * unit), bold=bold) for size in sizes]
    for face in faces:
        face.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, spaced * unit)
    return faces
