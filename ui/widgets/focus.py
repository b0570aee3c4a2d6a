"""Where the focus goes when what has it vanishes: to nothing that a key could press, and back when it returns.

Qt gives it to the next control: what one goes on typing is then a command, and Enter presses what one never chose.
"""

from typing import Any

import shiboken6
from PySide6.QtCore import QElapsedTimer, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QPlainTextEdit, QStackedWidget, QWidget

WRITTEN = (QLineEdit, QAbstractSpinBox, QPlainTextEdit)
QUIET_MS = 2000
"""Who was writing goes on for so long after the last letter before they see that the field is gone."""
NOT_LETTERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class Rest(QWidget):
    """Has the focus for a control that was hidden, disabled or removed, at its place in the order of Tab. Letters meant for a
    field that is gone are nobody's."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._gone: QWidget | None = None
        self._quiet = QElapsedTimer()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setGeometry(0, 0, 0, 0)
        self.show()

    def hold(self, gone: QWidget) -> None:
        """Have the focus until somebody moves it, or `gone` is back."""
        self._let_go()
        self._gone = gone
        gone.installEventFilter(self)
        self._quiet.invalidate()
        if isinstance(gone, WRITTEN):
            self._quiet.start()
        QWidget.setTabOrder(gone, self)
        self.setAccessibleName(self.window().windowTitle())
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It may be back."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.EnabledChange):
            QTimer.singleShot(0, self, self._give_back)
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_stray(event):
            self._quiet.restart()
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self._let_go()

    def _is_stray(self, event: QKeyEvent) -> bool:
        letters = event.text().isprintable() and bool(event.text()) and not event.modifiers() & NOT_LETTERS
        return letters and self._quiet.isValid() and self._quiet.elapsed() < QUIET_MS

    def _give_back(self) -> None:
        gone = self._gone
        if gone is not None and shiboken6.isValid(gone) and self.hasFocus() and gone.isVisible() and gone.isEnabled():
            gone.setFocus(Qt.FocusReason.OtherFocusReason)

    def _let_go(self) -> None:
        if self._gone is not None and shiboken6.isValid(self._gone):
            self._gone.removeEventFilter(self)
        self._gone = None


class RestsFocus:
    """Before `QMainWindow`, `QDialog` or `QWidget` in the bases of every window."""

    _rest: Rest | None = None

    def rest(self, gone: QWidget) -> None:
        """Take the focus from what is about to vanish, or has."""
        assert isinstance(self, QWidget)
        if self._rest is None or not shiboken6.isValid(self._rest):
            self._rest = Rest(self)
        self._rest.hold(gone)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Qt asks for Tab, and when what has the focus vanishes."""
        assert isinstance(self, QWidget)
        now = self.focusWidget()
        if now is not None and now is not self and not (now.isVisibleTo(self) and now.isEnabled()):
            self.rest(now)
            return True
        return bool(super().focusNextPrevChild(forward))  # type: ignore[misc]


def turn_to(stack: QStackedWidget, page: QWidget) -> None:
    """Show another page. Qt would give the focus to the first control on it."""
    here, window = stack.currentWidget(), stack.window()
    now: Any = window.focusWidget()
    if here is not page and here is not None and now is not None and here.isAncestorOf(now) and isinstance(window, RestsFocus):
        window.rest(now)
    stack.setCurrentWidget(page)
