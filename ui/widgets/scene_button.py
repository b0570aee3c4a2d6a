"""A scene to take: its name, its key, and whether it is the programme or on air."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy


class SceneButton(QAbstractButton):
    """Clicked to take. The tally is a frame and a word, never colour alone."""

    def __init__(self, name: str, key: str, colours: dict[str, QColor]) -> None:
        super().__init__()
        self._key, self._colours = key, colours
        self._word, self._on_air = "", False
        self.setText(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_tally("", on_air=False)

    def set_tally(self, word: str, *, on_air: bool) -> None:
        """Mark the scene with a word, in red when the audience sees it."""
        self._word, self._on_air = word, on_air
        words = f"{self.text()}, {word}" if word else self.text()
        self.setAccessibleName(words)
        self.setToolTip(f"{words} ({self._key})" if self._key else words)
        self.update()

    @property
    def tally(self) -> str:
        """The word it is marked with."""
        return self._word

    def sizeHint(self) -> QSize:
        return QSize(150, 56)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 56)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        ground = self._colours["hover" if self.underMouse() or self.isDown() else "raised"]
        frame = self._colours["air" if self._on_air else "muted" if self._word else "line"]
        painter.setPen(QPen(self._colours["accent"] if self.hasFocus() else frame, 3 if self._on_air or self.hasFocus() else 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 8, 8)
        if self._word and self.hasFocus():
            painter.setPen(QPen(frame, 2))
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), 6, 6)
        inner = box.adjusted(12, 7, -12, -7)
        painter.setPen(self._colours["text"])
        font = painter.font()
        font.setBold(bool(self._word))
        painter.setFont(font)
        name = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(inner, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, name)
        font.setBold(True)
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(self._colours["air-text" if self._on_air else "muted"])
        bottom = Qt.AlignmentFlag.AlignBottom
        painter.drawText(inner, bottom | Qt.AlignmentFlag.AlignLeft, self._word)
        painter.setPen(self._colours["muted"])
        painter.drawText(inner, bottom | Qt.AlignmentFlag.AlignRight, self._key)
