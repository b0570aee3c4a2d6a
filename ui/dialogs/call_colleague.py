"""Bring a colleague into the call, or pass the customer on."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from studio.commands.call import CallInvite, CallTransfer
from studio.errors import StudioError
from studio.i18n import _
from studio.show.call import LINE_MAX
from studio.state import State
from studio.state.calls import Advisor
from ui import theme
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.models.call_words import in_call, language_name, topic_name
from ui.widgets.button import Button
from ui.widgets.label import label

WHO = Qt.ItemDataRole.UserRole


def free_colleagues(state: State) -> tuple[Advisor, ...]:
    """Who could come: free, and not in the call already."""
    call = state.advising.call
    there = {person.client for person in call.people} if call is not None else set()
    return tuple(one for one in state.calls.advisors if one.status == "free" and one.client not in there)


def knows(advisor: Advisor, state: State) -> str:
    """What a colleague takes."""
    words = [topic_name(state.calls, topic) for topic in advisor.topics] + [language_name(code) for code in advisor.languages]
    return f"{advisor.name}   ·   {', '.join(words)}" if words else advisor.name


class ColleagueDialog(Dialog):
    """A list that follows the state; closes when the call is over."""

    def __init__(self, bridge: Bridge, parent: QWidget, title: str, words: str) -> None:
        super().__init__(parent, title, words, size=(480, 460))
        self._bridge = bridge
        self._shown: tuple[tuple[str, str, str], ...] | None = None
        call = in_call(bridge.state.advising)
        self._call = call.id if call is not None else ""
        self.list = QListWidget()
        self.list.setAccessibleName(_("Who"))
        self.list.setMinimumHeight(theme.px(110))
        self.list.currentItemChanged.connect(lambda _now, _before: self.check())
        self.empty = label("muted", _("No colleague is free now."), wrap=True)
        self.problem = label("warn", wrap=True)
        self.problem.hide()
        self.body.addWidget(self.empty)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.problem)
        bridge.changed.connect(self.follow)

    def choices(self, state: State) -> list[tuple[str, str, str]]:
        """What there is to choose: a kind, an id, words."""
        return [("advisor", one.client, knows(one, state)) for one in free_colleagues(state)]

    def follow(self) -> None:
        """The state has changed."""
        state = self._bridge.state
        call = in_call(state.advising)
        if call is None or call.id != self._call:
            self.reject()
            return
        choices = tuple(self.choices(state))
        if choices != self._shown:
            self._shown = choices
            self._fill(choices)
        self.check()

    def _fill(self, choices: tuple[tuple[str, str, str], ...]) -> None:
        chosen = self.chosen
        self.list.clear()
        for kind, identity, words in choices:
            item = QListWidgetItem(words)
            item.setData(WHO, (kind, identity))
            self.list.addItem(item)
            if (kind, identity) == chosen:
                self.list.setCurrentItem(item)
        if len(choices) == 1:
            self.list.setCurrentRow(0)
        self.list.setVisible(bool(choices))
        self.empty.setVisible(not choices)

    @property
    def chosen(self) -> tuple[str, str] | None:
        """The kind and the id of what is selected."""
        item = self.list.currentItem()
        return tuple(item.data(WHO)) if item is not None else None

    def check(self) -> None:
        """Whether it can be done now."""
        raise NotImplementedError

    def came_back(self, error: StudioError | None) -> None:
        """What became of it."""
        if error is None:
            self.accept()
        else:
            self.problem.setText(error.sentence(_))
            self.problem.show()


class InviteDialog(ColleagueDialog):
    """One free colleague."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(
            bridge, parent, _("Invite colleague"), _("They come into the call; the customer sees and hears you both.")
        )
        self.add_button(Button(_("Cancel"), self.reject))
        self.invite = self.add_button(Button(_("Invite"), self._invite, kind="primary"), default=True)
        self.follow()

    def check(self) -> None:
        """Somebody must be chosen."""
        self.invite.setEnabled(self.chosen is not None)

    def _invite(self) -> None:
        if self.chosen is not None:
            self._bridge.attempt(CallInvite(advisor=self.chosen[1]), self.came_back)


class TransferDialog(ColleagueDialog):
    """A free colleague, or a topic; with a note."""

    def __init__(self, bridge: Bridge, parent: QWidget, desk: AdvisorTools) -> None:
        words = _("The customer keeps cart and place in line. Your notes go with them.")
        super().__init__(bridge, parent, _("Transfer"), words)
        self._desk = desk
        self.empty.setText(_("No colleague is free now, and there are no topics."))
        self.note = QPlainTextEdit()
        self.note.setAccessibleName(_("Note for the colleague"))
        self.note.setPlaceholderText(_("Note for the colleague"))
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(theme.px(84))
        self.body.insertWidget(2, self.note)
        self.add_button(Button(_("Cancel"), self.reject))
        self.transfer = self.add_button(Button(_("Transfer"), self._transfer, kind="primary"), default=True)
        self.follow()

    def choices(self, state: State) -> list[tuple[str, str, str]]:
        """Colleagues, then topics."""
        topics = [("topic", topic.id, _("Next who knows: {topic}").format(topic=topic.name)) for topic in state.calls.topics]
        return super().choices(state) + topics

    def check(self) -> None:
        """Somebody, or a topic, must be chosen."""
        self.transfer.setEnabled(self.chosen is not None)

    def _transfer(self) -> None:
        if self.chosen is not None:
            self._desk.notes.flush(self._send)

    def _send(self) -> None:
        if self.chosen is not None:
            kind, identity = self.chosen
            note = self.note.toPlainText().strip()[:LINE_MAX]
            to = {"advisor": identity} if kind == "advisor" else {"topic": identity}
            self._bridge.attempt(CallTransfer(**to, note=note), self.came_back)
