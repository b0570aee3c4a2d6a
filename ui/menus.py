"""The menu bar: the actions in their menus, each with its words and key of now."""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QToolButton

from studio import i18n
from studio.i18n import N_, _
from studio.settings import Settings
from studio.state import State
from ui import theme
from ui.actions import key_of, words_of

MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("&Show"), ("shows", "show.again", "", "rundown", "preflight", "page", "", "guests", "", "settings")),
    (N_("S&hop"), ("catalogue", "product.next", "product.unpin", "", "poll", "chat_rules", "", "audience", "console")),
    (
        N_("&Recording"),
        (
            *("recording", "recording.pause", "recording.split", "", "marker", "markers", ""),
            *("clip.30", "clip.60", "clip.90", "", "library"),
        ),
    ),
    (N_("&Edit"), ("undo", "redo")),
    (
        N_("&View"),
        ("host", "producer", "support", "relation", "", "multiview", "presenter", "projector", "", "larger", "smaller"),
    ),
    (N_("&On air"), ("mute", "panic", "step", "cue", "prompter")),
    (
        N_("Ca&lls"),
        (
            *("call.answer", "call.pass", "", "call.mute", "call.camera", "call.hold", "call.snapshot", "", "call.end"),
            *("", "call.messages", "call.rules"),
        ),
    ),
)


class Menus:
    """`trigger` is told the action that was chosen; language and colours are settings."""

    def __init__(self, bar: QMenuBar, settings: Settings, trigger: Callable[[str], None]) -> None:
        self._bar, self._settings, self._trigger = bar, settings, trigger
        self.entries: dict[str, QAction] = {}
        """By action."""
        self._listed: object = None
        """What they say."""

    def rebuild(self) -> None:
        """Make them anew, in the language of now."""
        bar = self._bar
        for menu in bar.findChildren(QMenu):
            menu.deleteLater()
        bar.clear()
        self.entries, self._listed = {}, None
        for title, names in MENUS:
            self._add(bar.addMenu(_(title)), names)
        for more in bar.findChildren(QToolButton):  # Qt shows it where not all menus have room
            more.setAccessibleName(_("More menus"))
        self._add_choices(bar.addMenu("Sp&rog · Language"), "language", (("da", "Dansk"), ("en", "English")), i18n.language())
        self._add_choices(bar.addMenu(_("&Colours")), "window.theme", (("dark", _("Dark")), ("light", _("Light"))), theme.mode())

    def _add(self, menu: QMenu, names: tuple[str, ...]) -> None:
        for name in names:
            if not name:
                menu.addSeparator()
                continue
            entry = menu.addAction(words_of(name))
            entry.triggered.connect(partial(self._chosen, name))
            self.entries[name] = entry

    def _chosen(self, name: str, *_checked: bool) -> None:
        self._trigger(name)

    def _add_choices(self, menu: QMenu, setting: str, choices: tuple[tuple[str, str], ...], now: str) -> None:
        for code, name in choices:
            entry = menu.addAction(name)
            entry.setCheckable(True)
            entry.setChecked(code == now)
            entry.triggered.connect(partial(self._settings.set, setting, code))

    def refresh(self, state: State) -> None:
        """Follow the keys, and what can be undone."""
        listed = (state.undo[-1:], state.redo[-1:], state.hotkeys)
        if listed == self._listed:
            return
        self._listed = listed
        for name, entry in self.entries.items():
            words = words_of(name)
            if name == "undo" and state.undo:
                words = _("Undo: {what}").format(what=state.undo[-1])
            if name == "redo" and state.redo:
                words = _("Redo: {what}").format(what=state.redo[-1])
            entry.setText(f"{words}\t{key_of(state, name)}")
            entry.setEnabled(bool({"undo": state.undo, "redo": state.redo}.get(name, True)))
