"""The settings, built from their table, with a search; and the keys."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit, QLineEdit, QVBoxLayout, QWidget

from studio.commands.hotkey import HotkeySet
from studio.commands.mixer import MonitorSet
from studio.errors import InvalidValue
from studio.i18n import N_, _
from studio.queries.source import Choice, SourceChoices
from studio.settings import TABLE, Setting, Settings
from ui import theme
from ui.actions import ACTIONS, conflicts, key_of, words_of
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.models.labels import CHOICES
from ui.widgets.button import Button
from ui.widgets.form import NoWheel, control
from ui.widgets.label import label
from ui.widgets.panel import scrolled
from ui.widgets.tabs import Tabs

APPLIES = {"now": "", "on air": N_("From the next time you go on air."), "start": N_("When Vitrine starts again.")}
LANGUAGES = {"": N_("As the system"), "en": "English", "da": "Dansk"}
MAX_WIDTH = 300


class SettingRow(QWidget):
    """One setting: its name, what it means, its control, and what is wrong with what was written."""

    def __init__(self, settings: Settings, name: str, row: Setting) -> None:
        super().__init__()
        self.name = name
        self._settings, self._row = settings, row
        self.words = " ".join((name, _(row.label), _(row.help))).casefold()
        self.control = self._control()
        self.control.setMaximumWidth(theme.px(MAX_WIDTH))
        self.problem = label("bad", wrap=True)
        self.problem.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, theme.px(4), 0, theme.px(8))
        rows.setSpacing(theme.px(3))
        rows.addWidget(label("heading", _(row.label)))
        explained = " ".join(filter(None, (_(row.help) + ".", _(APPLIES[row.applies]) if row.applies != "now" else "")))
        rows.addWidget(label("muted", explained, wrap=True))
        rows.addWidget(self.control)
        rows.addWidget(self.problem)

    def _control(self) -> QWidget:
        row, value, name = self._row, self._settings[self.name], _(self._row.label)
        if row.choices:
            words = {**CHOICES, **LANGUAGES} if self.name == "language" else CHOICES
            choices = [(_(words.get(choice, choice)) if words.get(choice, choice) else choice, choice) for choice in row.choices]
            return control("choice", name, value, self._set, choices=choices)
        if isinstance(row.default, bool):
            return control("bool", name, value, self._set)
        if isinstance(row.default, int):
            return control("int", name, value, self._set, low=row.low, high=row.high)
        return control("text", name, value, self._set, length=500)

    def _set(self, value: Any) -> None:
        try:
            if value != self._settings[self.name]:
                self._settings.set(self.name, value)
            self.problem.hide()
        except (InvalidValue, OSError) as error:
            self.problem.setText(error.sentence(_) if isinstance(error, InvalidValue) else str(error))
            self.problem.show()


class HeadphonesRow(SettingRow):
    """The loudspeakers there are, by name."""

    def __init__(self, bridge: Bridge, settings: Settings, name: str, row: Setting) -> None:
        self._bridge = bridge
        super().__init__(settings, name, row)
        bridge.run(SourceChoices(kind="system_sound"), self._offer)

    def _control(self) -> QWidget:
        now = self._settings[self.name]
        self.box = NoWheel(_(self._row.label), [(_("None"), "")])
        self.box.choose(now)
        self.box.activated.connect(lambda at: self._bridge.run(MonitorSet(device=self.box.itemData(at))))
        return self.box

    def _offer(self, found: tuple[Choice, ...]) -> None:
        for choice in found:
            self.box.name_entry(choice.name, str(choice.settings["device"]))


class KeyRow(QWidget):
    """One action's key."""

    def __init__(self, bridge: Bridge, action: str, name: str) -> None:
        super().__init__()
        self.action, self.words = action, f"{action} {name}".casefold()
        self._bridge, self._name = bridge, name
        self.edit = QKeySequenceEdit()
        self.edit.setMaximumSequenceLength(1)
        self.edit.setClearButtonEnabled(True)
        self.edit.setAccessibleName(_("Key for {action}").format(action=name))
        self.edit.setMaximumWidth(theme.px(200))
        self.edit.editingFinished.connect(self._put)
        self.usual = Button(_("Usual key"), lambda: bridge.run(HotkeySet(action=action)), kind="small")
        self.usual.setAutoDefault(False)
        self.problem = label("bad", wrap=True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, theme.px(2), 0, theme.px(6))
        rows.setSpacing(theme.px(3))
        rows.addWidget(label("heading", name, wrap=True))
        rows.addWidget(self.edit)
        rows.addWidget(self.usual, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addWidget(self.problem)

    def show_key(self, key: str, others: list[str], *, usual: bool) -> None:
        """Its key, and the actions that have the same."""
        sequence = QKeySequence(key)
        if self.edit.keySequence() != sequence and not self.edit.hasFocus():
            self.edit.setKeySequence(sequence)
        self.usual.setVisible(not usual)
        self.problem.setText(_("Also the key for: {actions}").format(actions=", ".join(others)) if others else "")
        self.problem.setVisible(bool(others))

    def _put(self) -> None:
        key = self.edit.keySequence().toString()
        if QKeySequence(key) != QKeySequence(key_of(self._bridge.state, self.action)):
            self._bridge.run(HotkeySet(action=self.action, key=key))


class SettingsDialog(Dialog):
    """Everything is stored at once; nothing needs an OK."""

    def __init__(self, bridge: Bridge, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent, _("Settings"), size=(640, 680))
        self._bridge = bridge
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search …"))
        self.search.setAccessibleName(_("Search settings"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._find)
        self.rows = [
            HeadphonesRow(bridge, settings, name, row) if name == "audio.monitor" else SettingRow(settings, name, row)
            for name, row in TABLE.items()
            if row.label
        ]
        self.keys = [KeyRow(bridge, action.id, self._name(action.id)) for action in ACTIONS]
        self.tabs = Tabs(_("Settings"))
        self.tabs.addTab(self._page([*self.rows]), _("General"))
        self.tabs.addTab(self._page([*self.keys]), _("Keys"))
        self.body.addWidget(self.search)
        self.body.addWidget(self.tabs, 1)
        self.add_button(Button(_("Close"), self.accept), default=True)
        bridge.changed.connect(self._refresh)
        self._refresh()
        self.search.setFocus()

    @staticmethod
    def _name(action: str) -> str:
        return words_of(action).rstrip(" …")

    @staticmethod
    def _page(rows: list[QWidget]) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(4), theme.px(8), theme.px(8), 0)
        for row in rows:
            column.addWidget(row)
        column.addStretch(1)
        return scrolled(inner)

    def _find(self, words: str) -> None:
        wanted = words.casefold().split()
        rows: list[SettingRow | KeyRow] = [*self.rows, *self.keys]
        for row in rows:
            row.setVisible(all(word in row.words for word in wanted))
        shown = [sum(not row.isHidden() for row in rows) for rows in (self.rows, self.keys)]
        if wanted and not shown[self.tabs.currentIndex()] and any(shown):
            self.tabs.setCurrentIndex(0 if shown[0] else 1)

    def _refresh(self) -> None:
        state = self._bridge.state
        double = conflicts(state)
        for row in self.keys:
            key = key_of(state, row.action)
            others = [self._name(other) for other in double.get(key.casefold(), []) if other != row.action]
            row.show_key(key, others, usual=row.action not in state.hotkeys)
