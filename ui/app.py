"""Starts the application: a window at once, the studio behind it, a sentence when it cannot start."""

import signal
import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox

from studio import i18n, paths
from studio.i18n import _
from studio.settings import Settings
from studio.studio import StudioOptions
from ui import theme
from ui.bridge import Bridge
from ui.main_window import MainWindow


def run_window(options: StudioOptions, settings: Settings) -> int:
    """Show the window until it is closed; returns the exit status."""
    if language := settings["language"]:
        i18n.use(language)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Vitrine")
    app.setWindowIcon(QIcon(str(paths.assets() / "icons" / "vitrine.svg")))
    theme.apply(app)
    splash = QLabel(_("Vitrine is starting …"))
    splash.setContentsMargins(48, 32, 48, 32)
    splash.setStyleSheet(f"background: {theme.DARK['bg']}; font-size: 18px;")
    splash.show()
    bridge = Bridge(options, settings)
    windows: list[MainWindow] = []

    def started() -> None:
        windows.append(MainWindow(bridge))
        windows[0].show()
        splash.close()

    def failed(reason: str) -> None:
        box = QMessageBox(QMessageBox.Icon.Critical, "Vitrine", _("Vitrine cannot start."))
        box.setInformativeText(reason)
        box.finished.connect(lambda result: app.exit(1))
        box.open()
        windows.append(box)  # type: ignore[arg-type]
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
    bridge.close()
    return status
