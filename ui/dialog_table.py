"""Every dialog by its name: how it is made, and whether there is more than one of it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from studio.checks.show import missing
from studio.commands.show import ShowCopy
from studio.errors import StudioError
from studio.i18n import _
from studio.settings import Settings
from studio.shows.session import Left
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.dialogs.ask import ask_name
from ui.dialogs.assistant import Assistant
from ui.dialogs.audience import AudienceDialog
from ui.dialogs.base import Dialog
from ui.dialogs.call_rules import CallRulesDialog
from ui.dialogs.catalogue import CatalogueDialog
from ui.dialogs.chat_rules import ChatRulesDialog
from ui.dialogs.clip_editor import ClipEditor
from ui.dialogs.console import ConsoleDialog
from ui.dialogs.guests import GuestsDialog
from ui.dialogs.library import LibraryDialog
from ui.dialogs.markers import MarkersDialog
from ui.dialogs.messages import MessagesDialog
from ui.dialogs.missing import MissingFilesDialog
from ui.dialogs.poll import PollDialog
from ui.dialogs.preflight import PreflightDialog
from ui.dialogs.price import PriceDialog
from ui.dialogs.recover import RecoverDialog
from ui.dialogs.rundown import RundownDialog
from ui.dialogs.settings import SettingsDialog
from ui.dialogs.shows import ShowsDialog
from ui.films import Films
from ui.shows import open_show

TITLE_MAX = 200
RETRY_MS = 50
"""The assistant is opened anew this long after the language was changed: the window is dressed first."""


class Lent(NamedTuple):
    """What the window lends its dialogs. `tell` says something in the host's eye line."""

    bridge: Bridge
    settings: Settings
    films: Films
    desk: AdvisorTools
    tell: Callable[[str], None]


class Dialogs(QObject):
    """`open(name)` opens one of `names`; those that are about something of their own have methods."""

    def __init__(self, window: QWidget, lent: Lent) -> None:
        super().__init__(window)
        self._window, self._lent = window, lent
        bridge = lent.bridge
        self._several: dict[str, Callable[[], Dialog]] = {
            "settings": lambda: SettingsDialog(bridge, lent.settings, window),
            "preflight": self._preflight,
            "catalogue": lambda: CatalogueDialog(bridge, window),
            "poll": lambda: PollDialog(bridge, window),
            "chat_rules": lambda: ChatRulesDialog(bridge, window),
            "audience": lambda: AudienceDialog(bridge, window),
            "console": lambda: ConsoleDialog(bridge, window),
            "rundown": lambda: RundownDialog(bridge, window),
            "shows": lambda: ShowsDialog(bridge, window),
        }
        self._once: dict[str, tuple[type[Dialog], Callable[[], Dialog]]] = {
            "messages": (MessagesDialog, lambda: MessagesDialog(bridge, window, lent.desk)),
            "guests": (GuestsDialog, lambda: GuestsDialog(bridge, window)),
            "markers": (MarkersDialog, lambda: MarkersDialog(bridge, window)),
            "library": (LibraryDialog, self._library),
            "call_rules": (CallRulesDialog, lambda: CallRulesDialog(bridge, window)),
        }
        self.names = frozenset(self._several) | frozenset(self._once)

    def open(self, name: str) -> None:
        """Open a dialog; one of which there is only one comes to the front."""
        if make := self._several.get(name):
            make().open()
            return
        kind, make_one = self._once[name]
        there = (dialog for dialog in self._window.findChildren(kind) if dialog.isVisible())
        (next(there, None) or make_one()).open()

    def close_films(self) -> None:
        """What plays films."""
        for dialog in (*self._window.findChildren(LibraryDialog), *self._window.findChildren(ClipEditor)):
            dialog.close()

    def price(self, product: str) -> None:
        """A price for this show."""
        bridge = self._lent.bridge
        found = next((one for one in bridge.state.shop.products if one.id == product), None)
        if found is not None:
            PriceDialog(bridge, self._window, found).open()

    def clips(self, recording: str) -> None:
        """Cut clips out of a recording; one of another recording closes."""
        for dialog in self._window.findChildren(ClipEditor):
            if dialog.isVisible() and dialog.recording != recording:
                dialog.close()
        lent = self._lent
        there = (one for one in self._window.findChildren(ClipEditor) if one.isVisible())
        speaker = lent.settings["audio.monitor"]
        (next(there, None) or ClipEditor(lent.bridge, self._window, lent.films, recording, speaker)).open()

    def copy_show(self) -> None:
        """The show that is open, to be held again: its title is asked for, then it is opened."""
        words = _("Scenes, products and rundown come along.\nChat and sales stay with this show.")
        title = self._lent.bridge.state.show.title
        ask_name(self._window, _("New show from this one"), words, value=title, done=self._copy, longest=TITLE_MAX)

    def _copy(self, title: str) -> None:
        self._lent.bridge.run(ShowCopy(title=title), self._copied)

    def _copied(self, path: str) -> None:
        try:
            open_show(self._lent.bridge, Path(path))
        except StudioError as error:
            self._lent.tell(error.sentence(_))

    def assistant(self, step: int = 0) -> None:
        """The first run."""
        restart = partial(QTimer.singleShot, RETRY_MS, self._window)
        bridge, settings = self._lent.bridge, self._lent.settings
        Assistant(bridge, settings, self._window, lambda again: restart(partial(self.assistant, again)), step).open()

    def missing(self) -> None:
        """Ask about films and pictures that are missing, where there are any."""
        if gone := missing(self._lent.bridge.state):
            MissingFilesDialog(self._lent.bridge, self._window, gone).open()

    def recover(self, left: Left) -> RecoverDialog:
        """After a crash."""
        dialog = RecoverDialog(self._lent.bridge, self._window, left)
        dialog.open()
        return dialog

    def _preflight(self) -> Dialog:
        made = PreflightDialog(self._lent.bridge, self._window)
        made.again_asked.connect(self.copy_show)
        return made

    def _library(self) -> Dialog:
        lent = self._lent
        made = LibraryDialog(lent.bridge, self._window, lent.films, lent.settings["audio.monitor"])
        made.clips_asked.connect(self.clips)
        return made
