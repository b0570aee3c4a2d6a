"""The brand's newsletters: what each says, who asked for them, and what became of those that were sent."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from studio.commands.newsletter import MailingStop, NewsletterSend
from studio.i18n import _
from studio.state import State
from studio.state.newsletters import Mailing, NewsletterNow, Newsletters
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.ask import ask_first
from ui.models.newsletter_words import mailing_words, tool_problem
from ui.widgets.button import Button, ElidedButton
from ui.widgets.label import label
from ui.widgets.panel import Panel, column, scrolled
from ui.widgets.rows import match_rows


class NewsletterRow(QFrame):
    """One newsletter: its name opens it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("step")
        self.name = ElidedButton("", kind="plain")
        self.send = Button("", kind="tool")
        self.words = label("small", wrap=True)
        self.sent = label("small", wrap=True)
        top = QHBoxLayout()
        top.setSpacing(theme.px(4))
        top.addWidget(self.name, 1)
        top.addWidget(self.send)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.px(4), theme.px(4), theme.px(8), theme.px(6))
        rows.setSpacing(theme.px(2))
        rows.addLayout(top)
        for line in (self.words, self.sent):
            line.setContentsMargins(theme.px(6), 0, 0, 0)  # below the name, which is a button
            rows.addWidget(line)

    def show_newsletter(self, made: NewsletterNow, now: Newsletters, state: State) -> None:
        """How it stands."""
        topics = {one.topic.id: one for one in now.topics}
        topic = topics.get(made.topic)
        segments = {one.segment.id: one.segment.name for one in state.relation.segments}
        whom = _("{count} subscribed to “{topic}”").format(
            count=topic.subscribers if topic is not None else 0, topic=topic.topic.name if topic is not None else made.topic
        )
        inside = " · " + segments.get(made.segment, made.segment) if made.segment else ""
        mailing = last(made.id, now)
        going = mailing is not None and mailing.state in ("planned", "sending")
        self.name.set_words(made.name)
        self.name.set_tip(_("Change {name}").format(name=made.name))
        self.send.setText(_("Stop") if going else _("Send"))
        self.send.set_tip((_("Send nothing more of {name}") if going else _("Send {name}")).format(name=made.name))
        self.send.setEnabled(going or (now.sends and now.settings.complete))
        self.words.setText(f"{made.subject} · {whom}{inside}")
        self.sent.setText(mailing_words(mailing) if mailing is not None else _("not sent yet"))


def last(newsletter: str, now: Newsletters) -> Mailing | None:
    """How a newsletter went when it was last sent."""
    return next((one for one in now.mailings if one.newsletter == newsletter), None)


class NewslettersPanel(Panel):
    """`opened` with a newsletter's id; empty: a new one is wanted. `asked` for who they are from, and the topics;
    `tools_asked` for the mail tools."""

    opened = Signal(str)
    asked = Signal()
    tools_asked = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("Newsletters"), headed=False)
        self._bridge = bridge
        self._shown = Newsletters()
        self.from_whom = Button(
            _("Sender, topics"),
            self.asked.emit,
            kind="small",
            tip=_("Who newsletters are from, and what people can subscribe to"),
        )
        self.add = Button("+ " + _("Newsletter"), lambda: self.opened.emit(""), kind="small", tip=_("Write to your subscribers"))
        self.mail_tools = Button(
            _("Mail tools"),
            self.tools_asked.emit,
            kind="small",
            tip=_("Klaviyo, Brevo, Mailchimp: what they have from here, and what was said to them"),
        )
        self.tools.addWidget(self.mail_tools)
        self.tools.addWidget(self.from_whom)
        self.tools.addWidget(self.add)
        words = _("A newsletter is written for each reader: by the rules, from their own list, without what they have bought.")
        self.empty = label("muted", words, wrap=True)
        self.problem = label("warn", wrap=True)
        inner = column(self.empty, spacing=2)
        rows = inner.layout()
        assert isinstance(rows, QVBoxLayout)
        self._list = rows
        self._list.addStretch(1)
        self._rows: dict[str, NewsletterRow] = {}
        self.body.addWidget(scrolled(inner), 1)
        self.standing = label("small", wrap=True)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.standing)

    @property
    def rows(self) -> list[NewsletterRow]:
        """In their order."""
        return list(self._rows.values())

    def refresh(self, state: State) -> None:
        """Show `state`."""
        now = self._shown = state.newsletters
        found = {made.id: made for made in now.newsletters}
        match_rows(self._list, self._rows, list(found), self._make, 1)
        for name, row in self._rows.items():
            row.show_newsletter(found[name], now, state)
        self.empty.setVisible(not found)
        problem = _problem(now)
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.add.setEnabled(bool(now.topics))
        self.mail_tools.setVisible(bool(now.tools))
        count = sum(one.subscribers for one in now.topics)
        lapse = sum(one.lapse_soon for one in now.topics)
        stopped = sum(now.suppressed.values())
        words = [_("{count} subscriptions").format(count=count)]
        if lapse:
            words.append(_("{count} of them lapse within a month unless something is sent").format(count=lapse))
        if stopped:
            words.append(_("{count} suppressed addresses").format(count=stopped))
        self.standing.setText(" · ".join(words))

    def _make(self, name: str) -> NewsletterRow:
        made = NewsletterRow()
        made.name.clicked.connect(lambda: self.opened.emit(name))
        made.send.clicked.connect(partial(self._send, name))
        return made

    def _send(self, name: str) -> None:
        now = self._shown
        mailing = last(name, now)
        if mailing is not None and mailing.state in ("planned", "sending"):
            self._bridge.run(MailingStop(mailing=mailing.id))
            return
        made = next((one for one in now.newsletters if one.id == name), None)
        if made is None:
            return
        count = next((one.subscribers for one in now.topics if one.topic.id == made.topic), 0)
        question = _("Send “{name}” now?").format(name=made.name)
        words = _(
            "{count} people subscribe to its topic. Each mail is checked when it goes out: between 21 and 8 it waits "
            "until the morning."
        ).format(count=count)
        buttons = (_("Not yet"), _("Send"))
        ask_first(self.window(), question, words, buttons, lambda: self._bridge.run(NewsletterSend(newsletter=name)))


def _problem(now: Newsletters) -> str:
    if not now.sends:
        return _("No mail server is set: write one under [mail] in the server's settings")
    if not now.settings.complete:
        return _("Say first who newsletters are from: the brand's name and its contact address")
    if not now.topics:
        return _("Create a topic first, such as “News”: people subscribe to topics in the shop")
    if now.problem:
        return _("The mail server takes nothing now ({problem}); what is left waits").format(problem=now.problem)
    if wrong := next((one for one in now.tools if one.problem), None):
        return _("The mail tool {name}: {problem}").format(name=wrong.name, problem=tool_problem(wrong))
    if now.mailbox_problem:
        return _("What comes back cannot be read ({problem})").format(problem=now.mailbox_problem)
    return ""
