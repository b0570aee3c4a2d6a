"""The frame around the whole window: red on air, amber in rehearsal, with the word in its edge; nothing off air."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme

EDGE = 4
STRIP = 22


class StateFrame(QWidget):
    """`content` lies inside; `show_state` with the token of a colour, its ink, and words for the strip on top."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._ground, self._ink, self._words = "", "", ""
        self._rows = QVBoxLayout(self)
        self._rows.setSpacing(0)
        self._rows.addWidget(content)
        self._fit()

    def show_state(self, ground: str, ink: str = "", words: str = "") -> None:
        """Frame the window."""
        if (ground, ink, words) != (self._ground, self._ink, self._words):
            self._ground, self._ink, self._words = ground, ink, words
            self.setAccessibleDescription(words)
            self._fit()
            self.update()

    @property
    def words(self) -> str:
        """What the strip says."""
        return self._words

    def _fit(self) -> None:
        self._rows.setContentsMargins(EDGE, theme.px(STRIP) if self._words else EDGE, EDGE, EDGE)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._ground:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour(self._ground))
        inner = self.rect().marginsRemoved(self._rows.contentsMargins())
        painter.fillRect(inner, theme.colour("bg"))
        if self._words:
            painter.setPen(theme.colour(self._ink))
            painter.setFont(theme.font(12, bold=True))
            strip = QRectF(0, 0, self.width(), theme.px(STRIP))
            shown = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, int(strip.width() - theme.px(16)))
            painter.drawText(strip, Qt.AlignmentFlag.AlignCenter, shown)
