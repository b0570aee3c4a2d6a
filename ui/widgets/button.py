"""Buttons: reached with Tab, never focused by a click, so that Space cannot press what was clicked last."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui import theme
from ui.widgets.label import plain_tip

ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def keeps_enter(event: QEvent) -> bool:
    """Take Enter from the hotkeys, for the widget that has the focus; call it from `event`."""
    if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in ENTER:
        event.accept()
        return True
    return False


class Button(QPushButton):
    """A push button with a kind the style sheet knows; its tooltip names its key. Enter presses it as Space does."""

    def __init__(
        self, text: str, act: Callable[[], object] | None = None, *, kind: str = "", tip: str = "", key: str = ""
    ) -> None:
        super().__init__(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._key = key
        self._told: tuple[str, str, str] | None = None
        self.set_kind(kind)
        self.set_tip(tip or text)
        if act is not None:
            self.clicked.connect(lambda: act())

    def event(self, event: QEvent) -> bool:
        return keeps_enter(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def set_kind(self, kind: str) -> None:
        """Another look."""
        if self.property("kind") != kind:
            self.setProperty("kind", kind)
            restyle(self)

    def set_tip(self, tip: str) -> None:
        """What it does, for the mouse and for a screen reader."""
        told = (tip, self._key, self.text())
        if told == self._told:
            return
        self._told = told
        self.setToolTip(plain_tip(f"{tip} ({self._key})" if self._key else tip))
        self.setAccessibleName(self.text() if len(self.text()) > 2 else tip)
        self.setAccessibleDescription(tip)

    def set_key(self, key: str) -> None:
        """The key that does the same."""
        tip = self.accessibleDescription()
        self._key = key
        self.set_tip(tip)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class ElidedButton(Button):
    """A button whose words end in … where there is no room; the whole is its accessible name and its tooltip."""

    def __init__(self, text: str, **options: Any) -> None:
        self._whole = text
        super().__init__(text, **options)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(48), super().minimumSizeHint().height())

    def set_words(self, text: str) -> None:
        """Other words."""
        if text != self._whole:
            self._whole = text
            self.set_tip(text)
            self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = self.width() - theme.px(16)
        super().setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room))
        self.setAccessibleName(self._whole)


def restyle(widget: QWidget) -> None:
    """Have the style sheet look again, after a property changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    for child in widget.findChildren(QWidget):
        child.style().unpolish(child)
        child.style().polish(child)
