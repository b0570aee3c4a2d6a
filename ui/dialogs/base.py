"""What all dialogs share: a heading, a body that scrolls where the screen is small, buttons below; the safe one is default."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from ui import placing, theme
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.focus import RestsFocus
from ui.widgets.label import label
from ui.widgets.panel import scrolled


class Dialog(RestsFocus, QDialog):
    """`body` holds the content, `buttons` the row below. It is deleted when closed."""

    def __init__(self, parent: QWidget, title: str, words: str = "", size: tuple[int, int] = (560, 480)) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        inner = QWidget()
        self.body = QVBoxLayout(inner)
        self.body.setContentsMargins(0, 0, theme.px(6), 0)
        self.body.setSpacing(theme.px(10))
        self.column = rows = QVBoxLayout(self)
        rows.setContentsMargins(*([theme.px(18)] * 4))
        rows.setSpacing(theme.px(12))
        rows.addWidget(label("title", title, wrap=True))
        if words:
            rows.addWidget(label("muted", words, wrap=True))
        self.area = scrolled(inner)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.setAccessibleName(title)
        rows.addWidget(self.area, 1)
        self.buttons = FlowLayout()
        self.buttons.add_spring()
        rows.addLayout(self.buttons)
        room = placing.room(parent.window().geometry().center()).size()
        self.resize(min(theme.px(size[0]), room.width() - 40), min(theme.px(size[1]), room.height() - 60))

    def open(self) -> None:
        """Show it in front of its window without barring the way to that: panic, mute and scenes must work on air."""
        self.setModal(False)
        self.show()
        self.raise_()
        self.activateWindow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        placing.keep_inside(self)

    def add_button(self, button: Button, *, default: bool = False) -> Button:
        """Put a button below; Enter presses the default one."""
        button.setAutoDefault(default)
        button.setDefault(default)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.buttons.addWidget(button)
        return button
