"""A call that rings here is heard and seen wherever one is: a sound that repeats, the taskbar, the tray, the window's title."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from studio.i18n import _
from studio.state import State
from ui.models.call_words import KINDS, name_of, rings
from ui.sounds import Sounds
from ui.widgets.label import without_markup

RETRY_MS = 2500


class Ringing(QObject):
    """Follows the state. `came` when somebody clicks the tray's message or icon."""

    came = Signal()

    def __init__(
        self, window: QWidget, sounds: Sounds, *, alert: Callable[[QWidget], None] = QApplication.alert, tray: bool | None = None
    ) -> None:
        """`tray`: whether the desktop has one; None looks."""
        super().__init__(window)
        self._window, self._sounds, self._alert = window, sounds, alert
        self._has_tray = QSystemTrayIcon.isSystemTrayAvailable() if tray is None else tray
        self._tray: QSystemTrayIcon | None = None
        self._call = ""
        self.words = ""
        """Who rings; empty: nobody."""
        self._again = QTimer(self)
        self._again.setInterval(RETRY_MS)
        self._again.timeout.connect(sounds.ring)

    @property
    def on(self) -> bool:
        """Whether it rings."""
        return self._again.isActive()

    def refresh(self, state: State) -> None:
        """Ring, or stop."""
        call = rings(state.advising)
        if call is None:
            self.stop()
            return
        self.words = _("{name} rings").format(name=name_of(call))
        if call.id != self._call:
            self._call = call.id
            self._sounds.ring()
            self._again.start()
            self._alert(self._window)
            self._show_tray(_(KINDS[call.kind]))

    def stop(self) -> None:
        """Nobody rings any more."""
        self._call = self.words = ""
        self._again.stop()
        if self._tray is not None:
            self._tray.hide()

    def _show_tray(self, kind: str) -> None:
        if not self._has_tray:
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._window.windowIcon() or QApplication.windowIcon(), self)
            self._tray.activated.connect(lambda _reason: self.came.emit())
            self._tray.messageClicked.connect(self.came)
        self._tray.setToolTip(without_markup(self.words))
        self._tray.show()
        self._tray.showMessage(without_markup(self.words), kind, QSystemTrayIcon.MessageIcon.Information, RETRY_MS * 2)
