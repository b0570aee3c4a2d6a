"""Labels with a name the style sheet knows."""

import html

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from ui import theme


def label(name: str, text: str = "", *, wrap: bool = False) -> QLabel:
    """A QLabel called `name`; what is written in it is never taken for HTML."""
    made = QLabel(text)
    made.setObjectName(name)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    return made


def plain_tip(text: str) -> str:
    """A tooltip that says `text` as it is: Qt would take what looks like HTML for HTML, and fetch the pictures it names."""
    return f"<span style='white-space: pre-wrap'>{html.escape(text)}</span>" if "<" in text or "&lt;" in text else text


def without_markup(text: str) -> str:
    """`text` for what the desktop shows itself, in whatever way it reads markup."""
    return text.replace("<", "‹").replace(">", "›")


class ElidedLabel(QLabel):
    """One line that ends in … where there is no room for it; the whole is its tooltip and its accessible name."""

    def __init__(self, name: str, text: str = "") -> None:
        super().__init__()
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        """The whole line."""
        if text == self.text():
            return
        super().setText(text)
        self.setToolTip(plain_tip(text))
        self.setAccessibleName(text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + theme.px(2), metrics.height())

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(min(theme.px(48), metrics.horizontalAdvance(self.text()) + theme.px(2)), metrics.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), self.alignment() | Qt.AlignmentFlag.AlignVCenter, shown)
