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
    splash = label("", _("Vitrine is starting …"))
    splash.setContentsMargins(48, 32, 48, 32)
    splash.setStyleSheet(f"background: {theme.token('bg')}; font-size: {theme.px(18)}px;")
    splash.show()
    session = Session()
    left = session.left()
    bridge = Bridge(dataclasses.replace(options, resume=False), settings)
    windows: list[MainWindow] = []
    boxes: list[QMessageBox] = []
    noted: list[tuple[Path | None, bool, bool]] = []
    asking: list[Left] = []
    """What a crash left, until the person has answered: were there another crash, it would be asked again."""

    def note() -> None:
        """Write down what is open, for the case that this ends badly."""
        state = bridge.state
        on_air = state.stream.status != "off" or any(one.on_air for one in asking)
        now = (bridge.options.path, on_air, state.panic)
        if bridge.runs and noted[-1:] != [now]:
            noted[:] = [now]
            session.write(now[0], on_air=on_air, panic=state.panic, at_ms=int(time.time() * 1000))

    def answered() -> None:
        asking.clear()
        note()

    def started() -> None:
        if not windows and left is not None and options.path is not None and left.show == str(options.path):
            asking.append(left)
            if left.panic:  # the curtain was down: it stays so until somebody raises it
                bridge.run(PanicOn())
        note()
        if windows:
            windows[0].rebuild()
        else:
            windows.append(MainWindow(bridge, settings))
            windows[0].show()
            splash.close()
            bridge.changed.connect(note)
            if notice:
                windows[0].tell(notice)
            if asking:
                windows[0].dialogs.recover(asking[0]).finished.connect(lambda _result: answered())
            elif not settings["assistant.done"] and options.path is None:
                windows[0].dialogs.assistant()
        windows[0].dialogs.missing()

    def failed(reason: str) -> None:
        if windows and bridge.runs:
            windows[0].tell(reason)
            return
        if windows:
            box = QMessageBox(QMessageBox.Icon.Critical, "Vitrine", _("The studio has stopped."), parent=windows[0])
            box.setInformativeText(plain_tip(reason))
            again = box.addButton(_("Try again"), QMessageBox.ButtonRole.AcceptRole)
            quit_ = box.addButton(_("Quit"), QMessageBox.ButtonRole.RejectRole)
            again.clicked.connect(lambda: bridge.open(bridge.options))
            quit_.clicked.connect(lambda: app.exit(1))
            box.open()
            boxes.append(box)
            return
        box = QMessageBox(QMessageBox.Icon.Critical, "Vitrine", _("Vitrine cannot start."))
        box.setInformativeText(plain_tip(reason))
        box.finished.connect(lambda result: app.exit(1))
        box.open()
        boxes.append(box)
        splash.close()

    bridge.started.connect(started)
    bridge.failed.connect(failed)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: app.exit(0))  # not quit(): nobody is there to answer "you are on air"
    beat = QTimer()
    beat.timeout.connect(lambda: None)  # lets Python see signals
    beat.start(200)
    bridge.start()
    status = app.exec()
    for window in windows:
        window.remember_place()  # a signal ends us without closing it
    bridge.close()
    session.end()
    return status
