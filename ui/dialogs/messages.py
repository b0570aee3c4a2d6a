"""What customers left when nobody answered."""

from functools import partial

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QListWidget, QListWidgetItem, QPlainTextEdit, QVBoxLayout, QWidget

from studio.commands.call import MessageDone, MessageRemove
from studio.i18n import _
from studio.show.call_message import CallMessage
from studio.state import Calls
from ui import theme
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.dialogs.ask import ask_first
from ui.dialogs.base import Dialog
from ui.models.contact import contact_url
from ui.models.inbox_words import MESSAGE_KINDS, called, first_words, in_order, message_facts, state_words, when
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import label

NARROW = 560
WHICH = Qt.ItemDataRole.UserRole
SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


class MessageView(QWidget):
    """One message, and what can be done with it. Names and words are strangers': none is taken for HTML."""

    def __init__(self, bridge: Bridge, desk: AdvisorTools) -> None:
        super().__init__()
        self._bridge, self._desk = bridge, desk
        self._message: CallMessage | None = None
        self._fetches: set[str] = set()
        self.name = label("title", wrap=True)
        self.state = label("ok", wrap=True)
        self.facts = label("muted", wrap=True)
        self.contact = label("heading", wrap=True)
        self.contact.setTextInteractionFlags(SELECTABLE)
        self.contact.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.contact.setAccessibleName(_("Where they want to be answered"))
        self.copy = Button(_("Copy"), self._copy, kind="small", tip=_("Copy the address"))
        self.write = Button(_("Write an e-mail"), self._open_contact, kind="small")
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setTextInteractionFlags(SELECTABLE)
        self.text.setAccessibleName(_("What they wrote"))
        self.text.setMinimumHeight(theme.px(90))
        self.no_text = label("muted", _("They wrote nothing besides."), wrap=True)
        self.problem = label("warn", wrap=True)
        self.play = Button(_("Play"), self._play, kind="primary")
        self.done = Button(_("Seen to"), self._done)
        self.delete = Button(_("Delete …"), self.ask_delete, tip=_("Delete this message, and its recording"))
        self._lay_out()

    def _lay_out(self) -> None:
        address = FlowLayout()
        for part in (self.contact, self.copy, self.write):
            address.addWidget(part)
        acts = FlowLayout()
        for button in (self.copy, self.write, self.play, self.done, self.delete):
            button.setAutoDefault(False)
        for button in (self.play, self.done):
            acts.addWidget(button)
        acts.add_spring()
        acts.addWidget(self.delete)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.px(6), 0, 0, 0)
        rows.setSpacing(theme.px(8))
        for widget in (self.name, self.facts, self.state):
            rows.addWidget(widget)
        rows.addLayout(address)
        rows.addWidget(self.text, 1)
        rows.addWidget(self.no_text)
        rows.addWidget(self.problem)
        rows.addLayout(acts)
        rows.addStretch(0)

    def show_message(self, message: CallMessage, calls: Calls, now_ms: int) -> None:
        """Another message, or another state of it."""
        before, self._message = self._message, message
        self.name.setText(called(message.name, message.id))
        self.facts.setText(message_facts(message, calls, now_ms))
        self.state.setText(("● " if message.state == "new" else "✓ ") + state_words(message))
        self.state.setObjectName("warn" if message.state == "new" else "ok")
        self.state.style().polish(self.state)
        contact, url = " ".join(message.contact.split()), contact_url(message.contact)
        if self.contact.text() != contact:
            self.contact.setText(contact)
        self.write.setVisible(bool(url))
        self.write.setText(_("Ring up") if url.startswith("tel:") else _("Write an e-mail"))
        self.write.set_tip(_("Open {address}").format(address=url))
        self.copy.setVisible(bool(contact))
        if self.text.toPlainText() != message.text:
            self.text.setPlainText(message.text)
        self.text.setVisible(bool(message.text))
        self.no_text.setVisible(not message.text)
        self.done.setText(_("Seen to") if message.state == "new" else _("Not yet"))
        done, back = _("Somebody has answered, or nothing is to be done"), _("Put it back to the new ones")
        self.done.set_tip(done if message.state == "new" else back)
        if before is None or before.id != message.id:
            self._tell("")
        self._show_play()

    def ask_delete(self) -> None:
        """Delete it, once that has been said again."""
        if (message := self._message) is not None:
            question = _("Delete the message from {name}?").format(name=called(message.name, message.id))
            words = _("It goes for all advisors, with its recording. This cannot be undone.")
            ask_first(self.window(), question, words, (_("Keep it"), _("Delete")), partial(self._remove, message.id))

    def _remove(self, message: str) -> None:
        self._desk.recordings.forget(message)
        self._bridge.run(MessageRemove(message=message))

    def _done(self) -> None:
        if (message := self._message) is not None:
            self._bridge.run(MessageDone(message=message.id, on=message.state == "new"))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.contact.text())

    def _open_contact(self) -> None:
        url = contact_url(self._message.contact) if self._message is not None else ""
        if url and not QDesktopServices.openUrl(QUrl(url)):
            self._tell(_("No program of this computer opens {address}").format(address=url))

    # ── the recording ────────────────────────────────────────────────────────────────────────────────────────

    def _play(self) -> None:
        if (message := self._message) is not None and message.id not in self._fetches:
            self._fetches.add(message.id)
            self._tell("")
            self._show_play()
            self._desk.recordings.play(message.id, partial(self._played, message.id))

    def _played(self, message: str, problem: str) -> None:
        self._fetches.discard(message)
        if self._message is not None and self._message.id == message:
            self._tell(problem)
            self._show_play()

    def _show_play(self) -> None:
        message = self._message
        recorded = message is not None and message.kind != "text"
        fetches = message is not None and message.id in self._fetches
        self.play.setVisible(recorded)
        self.play.setEnabled(not fetches)
        self.play.setText(_("Fetching …") if fetches else _("Play"))
        self.play.set_tip(_("Fetch the recording, and open it in this computer's player"))

    def _tell(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


class MessagesDialog(Dialog):
    """A list that follows the state, those that nobody has seen to first; the chosen one beside it."""

    def __init__(self, bridge: Bridge, parent: QWidget, desk: AdvisorTools) -> None:
        super().__init__(parent, _("Messages"), size=(820, 560))
        self._bridge, self._desk = bridge, desk
        self._shown: tuple[tuple[str, str], ...] | None = None
        self.empty = label("muted", _("Nobody has left a message."), wrap=True)
        self.more = label("small", wrap=True)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Messages"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMinimumSize(theme.px(150), theme.px(110))
        self.list.currentItemChanged.connect(lambda _now, _before: self._show_chosen())
        self.view = MessageView(bridge, desk)
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.more)
        self.both = QWidget()
        self._sides = row = QHBoxLayout(self.both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(12))
        row.addLayout(left, 2)
        row.addWidget(self.view, 3)
        self.body.addWidget(self.empty)
        self.body.addWidget(self.both, 1)
        delete = QShortcut(QKeySequence.StandardKey.Delete, self.list, context=Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.view.ask_delete)
        self.close_ = self.add_button(Button(_("Close"), self.accept))
        bridge.changed.connect(self._on_changed)
        self._on_changed()
        if self.list.count():
            self.list.setCurrentRow(0)
            self.list.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where both have no room side by side, the list stands above."""
        narrow = event.size().width() < theme.px(NARROW)
        directions = QBoxLayout.Direction
        self._sides.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)
        super().resizeEvent(event)

    def _on_changed(self) -> None:
        calls, now_ms = self._bridge.state.calls, self._desk.clock.now_ms()
        messages = in_order(calls.messages)
        shown = tuple((message.id, self._line(message, now_ms)) for message in messages)
        if shown != self._shown:
            self._shown = shown
            self._fill(shown)
        older = calls.unread - sum(message.state == "new" for message in messages)
        self.more.setText(_("More new ones, older than these: {count}").format(count=older))
        self.more.setVisible(older > 0)
        self.empty.setVisible(not messages)
        self.both.setVisible(bool(messages))
        self._show_chosen()

    @staticmethod
    def _line(message: CallMessage, now_ms: int) -> str:
        name = called(message.name, message.id)
        head = f"{state_words(message)} · {name}" if message.state == "new" else f"✓ {name}"
        return f"{head}\n{when(message.at_ms, now_ms)} · {first_words(message) or _(MESSAGE_KINDS[message.kind])}"

    def _fill(self, shown: tuple[tuple[str, str], ...]) -> None:
        """The chosen one stays chosen; when it has gone, the one that takes its place is."""
        item = self.list.currentItem()
        chosen, place = (item.data(WHICH), self.list.currentRow()) if item is not None else ("", 0)
        self.list.blockSignals(True)
        self.list.clear()
        for message, words in shown:
            made = QListWidgetItem(words)
            made.setData(WHICH, message)
            made.setSizeHint(QSize(0, 2 * self.list.fontMetrics().lineSpacing() + theme.px(16)))
            self.list.addItem(made)
        kept = next((number for number, (message, _words) in enumerate(shown) if message == chosen), None)
        self.list.setCurrentRow(kept if kept is not None else min(place, len(shown) - 1))
        self.list.blockSignals(False)

    def _show_chosen(self) -> None:
        item, calls = self.list.currentItem(), self._bridge.state.calls
        chosen = next((message for message in calls.messages if item is not None and message.id == item.data(WHICH)), None)
        self.view.setVisible(chosen is not None)
        if chosen is not None:
            self.view.show_message(chosen, calls, self._desk.clock.now_ms())
