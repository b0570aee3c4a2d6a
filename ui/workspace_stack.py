"""The workspaces, one shown at a time; each is made when it is first shown."""

from collections.abc import Callable

from PySide6.QtWidgets import QScrollArea, QStackedWidget

from ui.dialog_table import Dialogs, Lent
from ui.models.chat_log import ChatLog
from ui.models.prompter import Prompter
from ui.sounds import Sounds
from ui.widgets.focus import turn_to
from ui.widgets.panel import scrolled
from ui.workspaces.host import HostWorkspace
from ui.workspaces.producer import ProducerWorkspace
from ui.workspaces.relation import RelationWorkspace
from ui.workspaces.support import SupportWorkspace

Workspace = HostWorkspace | ProducerWorkspace | SupportWorkspace | RelationWorkspace


class WorkspaceStack(QStackedWidget):
    """`take` puts the scene of a number on air."""

    def __init__(
        self, lent: Lent, dialogs: Dialogs, sounds: Sounds, told: tuple[Prompter, ChatLog], take: Callable[[int], None]
    ) -> None:
        super().__init__()
        self._lent, self._dialogs, self._sounds, self._take = lent, dialogs, sounds, take
        self._prompter, self._chat = told
        self.name = "host"
        """Of the one that is shown."""
        self._made: dict[str, Workspace] = {}
        self.areas: dict[str, QScrollArea] = {}

    @property
    def current(self) -> Workspace:
        """The one that is shown."""
        if self.name == "support":
            return self.support
        if self.name == "relation":
            return self.relation
        return self.producer if self.name == "producer" else self.host

    @property
    def host(self) -> HostWorkspace:
        """The host's."""
        found = self._made.get("host")
        if not isinstance(found, HostWorkspace):
            found = HostWorkspace(self._lent.bridge, self._sounds, self._prompter, self._chat, self._take)
            found.products.priced.connect(self._dialogs.price)
            found.products.catalogue.connect(lambda: self._dialogs.open("catalogue"))
            self._add("host", found)
        return found

    @property
    def producer(self) -> ProducerWorkspace:
        """The producer's."""
        found = self._made.get("producer")
        if not isinstance(found, ProducerWorkspace):
            found = ProducerWorkspace(self._lent.bridge, self._lent.settings, self._sounds, self._lent.tell)
            self._add("producer", found)
        return found

    @property
    def support(self) -> SupportWorkspace:
        """The support staff's."""
        found = self._made.get("support")
        if not isinstance(found, SupportWorkspace):
            found = SupportWorkspace(self._lent.bridge, self._sounds, self._lent.desk)
            found.inbox.messages_asked.connect(lambda: self._dialogs.open("messages"))
            self._add("support", found)
        return found

    @property
    def relation(self) -> RelationWorkspace:
        """Marketing staff's."""
        found = self._made.get("relation")
        if not isinstance(found, RelationWorkspace):
            found = RelationWorkspace(self._lent.bridge, self._sounds)
            self._add("relation", found)
        return found

    def turn_to(self, name: str) -> None:
        """Show `host`, `producer`, `support` or `relation`."""
        self.name = name
        self.current.show()
        turn_to(self, self.areas[name])

    def _add(self, name: str, workspace: Workspace) -> None:
        self._made[name] = workspace
        self.areas[name] = scrolled(workspace)
        self.addWidget(self.areas[name])
