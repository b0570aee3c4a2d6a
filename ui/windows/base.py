"""What all windows beside the main one share."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.i18n import _
from studio.state import State
from ui import theme
from ui.bridge import Bridge


class ExtraWindow(QWidget):
    """Goes to the second screen where there is one. F11 or a double click: whole screen; Escape: back."""

    closed = Signal()

    def __init__(self, bridge: Bridge, title: str) -> None:
        """`title` is a sentence of the catalogue."""
        super().__init__(None, Qt.WindowType.Window)
        self._title = title
        self._bridge = bridge
        self._content: QWidget | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.rebuild()
        self.resize(1180, 700)

    def place(self, beside: QWidget) -> None:
        """On a screen that `beside` is not on, and the whole of it; where there is only one, as a window."""
        others = [screen for screen in QGuiApplication.screens() if screen is not beside.screen()]
        if others:
            self.setGeometry(others[0].availableGeometry())
            self.setWindowState(Qt.WindowState.WindowFullScreen)

    def make(self) -> QWidget:
        """The window's content."""
        raise NotImplementedError

    def refresh(self, state: State) -> None:
        """Show `state`."""
        raise NotImplementedError

    def tick(self) -> None:
        """A frame has passed."""
        raise NotImplementedError

    def rebuild(self) -> None:
        """Make the content anew, in the language and look of now."""
        self.setWindowTitle(f"{_(self._title)} — Vitrine")
        self.setStyleSheet(f"ExtraWindow {{ background: {theme.token('bg')}; }}")
        if self._content is not None:
            self._rows.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._content = self.make()
        self._rows.addWidget(self._content)
        self.setToolTip(_("Double click: whole screen"))
        self.refresh(self._bridge.state)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F11:
            self.toggle()
        elif event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.showNormal()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: object) -> None:
        self.toggle()

    def toggle(self) -> None:
        """Whole screen, or a window."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.closed.emit()
