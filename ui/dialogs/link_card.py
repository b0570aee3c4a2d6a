"""A link for somebody elsewhere: to be photographed, or copied."""

import segno
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QVBoxLayout

from studio.i18n import _
from ui import theme
from ui.widgets.button import Button
from ui.widgets.label import label
from ui.widgets.panel import Panel

QR_SIDE = 168
QUIET = 4
"""Modules of white around a QR code (ISO/IEC 18004, 6.3.8)."""
LARGE = 150
"""Percent of the usual text from which code and words stand one above the other."""


class LinkCard(Panel):
    """Hidden until there is one."""

    def __init__(self) -> None:
        super().__init__()
        self.code = label("")
        self.code.setFixedSize(theme.px(QR_SIDE), theme.px(QR_SIDE))
        self.whose = label("heading", wrap=True)
        self.told = label("muted", wrap=True)
        self.local = label("warn", wrap=True)
        self.text = QLineEdit()
        self.text.setReadOnly(True)
        self.text.setAccessibleName(_("The link"))
        self.copy = Button(_("Copy the link"), self._copy, kind="small")
        right = QVBoxLayout()
        right.setSpacing(theme.px(8))
        for widget in (self.whose, self.told, self.local, self.text):
            right.addWidget(widget)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(theme.px(8))
        self.buttons.addWidget(self.copy)
        self.buttons.addStretch(1)
        right.addLayout(self.buttons)
        right.addStretch(1)
        large = theme.px(100) > LARGE
        across = QBoxLayout(QBoxLayout.Direction.TopToBottom if large else QBoxLayout.Direction.LeftToRight)
        across.setSpacing(theme.px(16))
        across.addWidget(self.code, 0, Qt.AlignmentFlag.AlignTop)
        across.addLayout(right, 1)
        self.body.addLayout(across)
        self.hide()

    @property
    def link(self) -> str:
        """The one that stands there."""
        return self.text.text()

    def show_link(self, link: str, name: str, *, told: str, problem: str) -> None:
        """Show the link of somebody, what to do with it, and what stands in its way (empty: nothing)."""
        self.whose.setText(_("The link of {name}").format(name=name))
        self.told.setText(told)
        self.local.setText(problem)
        self.local.setVisible(bool(problem))
        self.text.setText(link)
        self.text.setCursorPosition(0)
        self.copy.setText(_("Copy the link"))
        self.code.setPixmap(qr(link, theme.px(QR_SIDE)))
        self.code.setAccessibleName(_("QR code of the link of {name}").format(name=name))
        self.show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.link)
        self.copy.setText(_("Copied"))


def here_only(link: str) -> bool:
    """Whether it leads to this computer, and from no other."""
    return link.startswith(("http://127.", "http://[::1]", "http://localhost"))


def qr(text: str, side: int) -> QPixmap:
    """The text as a QR code (ISO/IEC 18004), black on white whatever the theme: cameras need it so."""
    matrix = [bytearray(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=QUIET)]
    image = QImage(len(matrix), len(matrix), QImage.Format.Format_RGB32)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            image.setPixel(x, y, 0xFF000000 if dark else 0xFFFFFFFF)
    whole = max(1, side // len(matrix)) * len(matrix)  # modules of one size: what is stretched unevenly is read badly
    square = QPixmap(max(side, whole), max(side, whole))
    square.fill(Qt.GlobalColor.white)
    painter = QPainter(square)
    edge = (square.width() - whole) // 2
    painter.drawImage(edge, edge, image.scaled(whole, whole))
    painter.end()
    return square
