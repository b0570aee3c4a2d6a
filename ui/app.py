"""Starts the application: a window at once, the studio behind it, a sentence when it cannot start."""

import dataclasses
import signal
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from studio import i18n, paths
from studio.commands.panic import PanicOn
from studio.desktop.studio import StudioOptions
from studio.i18n import _
from studio.settings import Settings
from studio.shows.session import Left, Session
from ui import theme
from ui.bridge import Bridge
from ui.main_window import MainWindow
from ui.qt_words import speak_qt
from ui.widgets.label import label, plain_tip


def run_window(options: StudioOptions, settings: Settings, notice: str = "") -> int:
    """Show the window until it is closed; returns the exit status. `notice` is said when it opens."""
    if language := settings["language"]:
        i18n.use(language)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Vitrine")
    app.setWindowIcon(QIcon(str(paths.assets() / "icons" / "vitrine.svg")))
    theme.apply(app, settings["window.theme"], settings["window.text_percent"])
    speak_qt(app)
    application = Application(app, options, settings, notice)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: app.exit(0))  # not quit(): nobody is there to answer "you are on air"
    beat = QTimer()
    beat.timeout.connect(lambda: None)  # lets Python see signals
    beat.start(200)
    application.bridge.start()
    status = app.exec()
    application.close()
    return status


class Application:
    """The splash, the studio behind it, the window in front; and what a crash left, until the person has answered."""

    def __init__(self, app: QApplication, options: StudioOptions, settings: Settings, notice: str) -> None:
        self._app, self._options, self._settings, self._notice = app, options, settings, notice
        self._splash = label("", _("Vitrine is starting …"))
        self._splash.setContentsMargins(48, 32, 48, 32)
        self._splash.setStyleSheet(f"background: {theme.token('bg')}; font-size: {theme.px(18)}px;")
        self._splash.show()
        self._session = Session()
        self._left = self._session.left()
        self._asking: Left | None = None
        """What a crash left, until the person has answered: were there another crash, it would be asked again."""
        self._noted: tuple[Path | None, bool, bool] | None = None
        self._window: MainWindow | None = None
        self._boxes: list[QMessageBox] = []
        self.bridge = Bridge(dataclasses.replace(options, resume=False), settings)
        self.bridge.started.connect(self._started)
        self.bridge.failed.connect(self._failed)

    def close(self) -> None:
        """Stop the studio. What is open ended well."""
        if self._window is not None:
            self._window.remember_place()  # a signal ends us without closing it
        self.bridge.close()
        self._session.end()

    def _note(self) -> None:
        """Write down what is open, for the case that this ends badly."""
        bridge, state = self.bridge, self.bridge.state
        on_air = state.stream.status != "off" or (self._asking is not None and self._asking.on_air)
        now = (bridge.options.path, on_air, state.panic)
        if bridge.runs and self._noted != now:
            self._noted = now
            self._session.write(now[0], on_air=on_air, panic=state.panic, at_ms=int(time.time() * 1000))

    def _answered(self) -> None:
        self._asking = None
        self._note()

    def _started(self) -> None:
        left = self._left
        if self._window is None and left is not None and self._options.path is not None and left.show == str(self._options.path):
            self._asking = left
            if left.panic:  # the curtain was down: it stays so until somebody raises it
                self.bridge.run(PanicOn())
        self._note()
        if self._window is None:
            self._window = self._open()
        else:
            self._window.rebuild()
        self._window.dialogs.missing()

    def _open(self) -> MainWindow:
        window = MainWindow(self.bridge, self._settings)
        window.show()
        self._splash.close()
        self.bridge.changed.connect(self._note)
        if self._notice:
            window.tell(self._notice)
        if self._asking is not None:
            window.dialogs.recover(self._asking).finished.connect(lambda _result: self._answered())
        elif not self._settings["assistant.done"] and self._options.path is None:
            window.dialogs.assistant()
        return window

    def _failed(self, reason: str) -> None:
        if self._window is None:
            box = QMessageBox(QMessageBox.Icon.Critical, "Vitrine", _("Vitrine cannot start."))
            box.finished.connect(lambda _result: self._app.exit(1))
        elif self.bridge.runs:
            self._window.tell(reason)
            return
        else:
            box = QMessageBox(QMessageBox.Icon.Critical, "Vitrine", _("The studio has stopped."), parent=self._window)
            again = box.addButton(_("Try again"), QMessageBox.ButtonRole.AcceptRole)
            quit_ = box.addButton(_("Quit"), QMessageBox.ButtonRole.RejectRole)
            again.clicked.connect(lambda: self.bridge.open(self.bridge.options))
            quit_.clicked.connect(lambda: self._app.exit(1))
        box.setInformativeText(plain_tip(reason))
        box.open()
        self._boxes.append(box)
        self._splash.close()  # with a box on the screen: the application ends with its last window
