"""Keys: what is pressed anywhere in the application does what the table of actions says, on the way down and up.

Qt keeps letters to who is writing (ShortcutOverride), and buttons keep Enter to themselves (`widgets/button.py`).
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from studio.commands.base import Command
from studio.state import State
from ui.actions import ACTIONS, Action, key_of
from ui.widgets.button import ENTER

ENTERED = (QLineEdit, QAbstractSpinBox, QComboBox, QAbstractItemView, QPlainTextEdit)


class Hotkeys(QObject):
    """One shortcut an action, in all windows of the application. `act` is told the window's actions."""

    def __init__(
        self, window: QWidget, state: Callable[[], State], run: Callable[[Command], None], act: Callable[[str], None]
    ) -> None:
        super().__init__(window)
        self._window, self._state, self._run, self._act = window, state, run, act
        self._shortcuts: dict[str, QShortcut] = {}
        self._keys: dict[str, str] | None = None
        self._held: dict[int, Action] = {}
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus)

    def refresh(self) -> None:
        """Follow the keys of the state. Where two actions have one key, the first in the table has it."""
        state = self._state()
        if state.hotkeys == self._keys:
            return
        self._keys = state.hotkeys
        taken: set[str] = set()
        for action in ACTIONS:
            key = key_of(state, action.id)
            shortcut = self._shortcuts.get(action.id)
            if shortcut is None:
                shortcut = self._shortcuts[action.id] = QShortcut(self._window)
                shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
                shortcut.setAutoRepeat(False)
                shortcut.activated.connect(partial(self._pressed, action))
            shortcut.setKey(QKeySequence(key) if key.casefold() not in taken else QKeySequence())
            taken.add(key.casefold())
        self._on_focus(None, QApplication.focusWidget())

    def _pressed(self, action: Action) -> None:
        if action.window:
            self._act(action.window)
        elif action.press is not None and (command := action.press(self._state())) is not None:
            if action.release is not None:
                self._hold(action)
            self._run(command)

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Enter sends a line, sets a number, opens a row, presses a dialog's default button: then it is no hotkey."""
        taken = isinstance(now, ENTERED) or (now is not None and isinstance(now.window(), QDialog))
        for shortcut in self._shortcuts.values():
            if not shortcut.key().isEmpty() and shortcut.key()[0].key() in ENTER:  # type: ignore[index]
                shortcut.setEnabled(not taken)

    def _hold(self, action: Action) -> None:
        key = QKeySequence(key_of(self._state(), action.id))[0].key()  # type: ignore[index]
        if not self._held:
            QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        self._held[int(key)] = action

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Only while a key is held: until it comes up, or where it comes up cannot be seen any more."""
        if event.type() == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent) and not event.isAutoRepeat():
            self._release(event.key())
        elif event.type() in (QEvent.Type.ApplicationDeactivate, QEvent.Type.WindowDeactivate):
            for key in tuple(self._held):
                self._release(key)
        return False

    def _release(self, key: int) -> None:
        action = self._held.pop(key, None)
        if not self._held:
            QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        if action is not None and action.release is not None and (command := action.release(self._state())) is not None:
            self._run(command)
