"""Qt's own words: dialogs for files and colours, the menus of text fields; and those of our plain controls."""

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtWidgets import QApplication

from studio import i18n
from studio.i18n import _
from ui.widgets.form import NoWheel

_installed: list[QTranslator] = []


def speak_qt(app: QApplication) -> None:
    """Have Qt speak the language in use."""
    NoWheel.unknown_words = _("(not in the list) {value}")
    while _installed:
        app.removeTranslator(_installed.pop())
    words = QTranslator(app)
    if words.load(f"qtbase_{i18n.language()}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(words)
        _installed.append(words)
