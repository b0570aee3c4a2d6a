"""A name asked for."""

from collections.abc import Callable

from PySide6.QtWidgets import QInputDialog, QWidget

from studio.i18n import _


def ask_name(parent: QWidget, title: str, words: str, value: str, done: Callable[[str], None]) -> QInputDialog:
    """Ask for a name; `done` with what was written, when something was."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setLabelText(words)
    dialog.setTextValue(value)
    dialog.setOkButtonText(_("OK"))
    dialog.setCancelButtonText(_("Cancel"))
    dialog.textValueSelected.connect(lambda text: done(text.strip()[:80]) if text.strip() else None)
    dialog.open()
    return dialog
