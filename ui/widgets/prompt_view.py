"""The teleprompter's text on its way up: the word that is due stands on the reading line."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme

READING_LINE = 0.42
"""How far down the word that is due stands."""


class Row(NamedTuple):
    """A line as it is drawn; `first` is the number of its first word."""

    text: str
    heading: bool
    first: int
    words: int


class PromptView(QWidget):
    """`set_text` with paragraphs, `set_position` with words."""

    def __init__(self, pixels: float, lines: int) -> None:
        super().__init__()
        self._pixels, self._lines = pixels, lines
        self._paragraphs: tuple[tuple[str, bool], ...] = ()
        self._rows: list[Row] = []
        self._laid_out: tuple[int, int] = (0, 0)
        self._at = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(300), round(QFontMetricsF(self._face()).lineSpacing() * self._lines))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(120), round(QFontMetricsF(self._face()).lineSpacing() * min(2, self._lines)))

    def set_pixels(self, pixels: float) -> None:
        """Larger or smaller letters."""
        if pixels != self._pixels:
            self._pixels = pixels
            self._laid_out = (0, 0)
            self.update()

    def set_text(self, paragraphs: Sequence[tuple[str, bool]]) -> None:
        """Paragraphs, and whether each is a heading."""
        if tuple(paragraphs) != self._paragraphs:
            self._paragraphs = tuple(paragraphs)
            self._laid_out = (0, 0)
            self.setAccessibleDescription(" ".join(text for text, heading in paragraphs if not heading))
            self.update()

    def set_position(self, words: float) -> None:
        """How many words are behind us."""
        if words != self._at:
            self._at = words
            self.update()

    def _face(self) -> QFont:
        return theme.font(self._pixels, bold=True)

    def _lay_out(self) -> None:
        key = (self.width(), theme.px(self._pixels))
        if key == self._laid_out:
            return
        self._laid_out = key
        metrics = QFontMetricsF(self._face())
        self._rows, at = [], 0
        for text, heading in self._paragraphs:
            line: list[str] = []
            for word in text.split():
                if line and metrics.horizontalAdvance(" ".join([*line, word])) > self.width() - theme.px(8):
                    at = self._row(line, heading, at)
                    line = []
                line.append(word)
            at = self._row(line, heading, at)

    def _row(self, line: list[str], heading: bool, at: int) -> int:
        self._rows.append(Row(" ".join(line), heading, at, 0 if heading else len(line)))
        return at + self._rows[-1].words

    def _top(self) -> float:
        """Which row is due, with its fraction."""
        for number, row in enumerate(self._rows):
            if row.words and row.first <= self._at < row.first + row.words:
                return number + (self._at - row.first) / row.words
        return float(len(self._rows)) if self._at > 0 else 0.0

    def paintEvent(self, event: QPaintEvent) -> None:
        self._lay_out()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        painter.setFont(self._face())
        metrics = QFontMetricsF(self._face())
        height, due = metrics.lineSpacing(), self._top()
        reading = self.height() * READING_LINE
        for number, row in enumerate(self._rows):
            y = reading + (number - due) * height - height / 2
            if y < -height or y > self.height():
                continue
            ink: QColor = theme.colour("accent" if row.heading else "text")
            if row.first + row.words <= self._at and not row.heading:
                ink = theme.colour("faint")
            painter.setPen(ink)
            painter.drawText(QRectF(theme.px(8), y, self.width(), height), Qt.AlignmentFlag.AlignVCenter, row.text)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        size = theme.px(5)
        painter.drawPolygon([QPointF(0, reading - size), QPointF(size, reading), QPointF(0, reading + size)])
