"""A name asked for, and a question before something that cannot be taken back."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from studio.i18n import _
from ui.widgets.label import plain_tip


def ask_name(
    parent: QWidget, title: str, words: str, *, value: str, done: Callable[[str], object], longest: int = 80
) -> QInputDialog:
    """Ask for a name; `done` with what was written, when something was."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setLabelText(plain_tip(words))
    dialog.setTextValue(value)
    dialog.setOkButtonText(_("OK"))
    dialog.setCancelButtonText(_("Cancel"))
    dialog.textValueSelected.connect(lambda text: done(text.strip()[:longest]) if text.strip() else None)
    dialog.open()
    return dialog


def ask_first(parent: QWidget, question: str, words: str, buttons: tuple[str, str], done: Callable[[], object]) -> QMessageBox:
    """Ask whether it is meant; `buttons`: the one that leaves things as they are, which is the default, and the one that does
    it."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("Vitrine")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(question)
    box.setInformativeText(plain_tip(words))
    stay = box.addButton(buttons[0], QMessageBox.ButtonRole.RejectRole)
    act = box.addButton(buttons[1], QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    act.clicked.connect(lambda: done())
    box.open()
    return box
