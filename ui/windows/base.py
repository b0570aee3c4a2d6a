"""What all windows beside the main one share."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from studio.i18n import _
from studio.state import State
from ui import placing, theme
from ui.bridge import Bridge
from ui.widgets.focus import RestsFocus

USUAL = QSize(1180, 700)


class ExtraWindow(RestsFocus, QWidget):
    """Goes to the second screen where there is one. F11 or a double click: whole screen; Escape: back, and then away."""

    closed = Signal()

    def __init__(self, bridge: Bridge, title: str) -> None:
        """`title` is a sentence of the catalogue."""
        super().__init__(None, Qt.WindowType.Window)
        self._title = title
        self._bridge = bridge
        self._content: QWidget | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # however much it shows: never beyond the screen
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.rebuild()
        self.resize(USUAL)

    def place(self, beside: QWidget) -> None:
        """On a screen that `beside` is not on, and the whole of it; where there is only one, as a window."""
        others = [screen for screen in QGuiApplication.screens() if screen is not beside.screen()]
        if others:
            placing.place_at(self, USUAL, placing.room(others[0].geometry().center()))  # where it stands when Escape is pressed
            self.setWindowState(Qt.WindowState.WindowFullScreen)
        elif not self.testAttribute(Qt.WidgetAttribute.WA_Moved):
            placing.place_at(self, USUAL, beside.geometry())

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
        self.setToolTip(_("Double-click: whole screen; Escape: close"))
        self.refresh(self._bridge.state)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F11:
            self.toggle()
        elif event.key() == Qt.Key.Key_Escape:
            self.showNormal() if self.isFullScreen() else self.close()
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

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        placing.keep_inside(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        self.hide()  # whoever is told looks whether it is still seen
        self.closed.emit()
