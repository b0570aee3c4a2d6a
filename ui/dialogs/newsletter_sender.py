"""Who newsletters are from, and what people can subscribe to, and addresses that are brought from elsewhere."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QSpinBox, QVBoxLayout, QWidget

from studio.commands.newsletter import NewsletterSettings, SubscribersBring, TopicDelete, TopicSave
from studio.errors import InvalidValue
from studio.i18n import _
from studio.relation.days import Zone
from studio.relation.newsletter import MailSettings, Topic
from studio.relation.subscriber_file import Brought, read
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.kept import KeptDialog
from ui.models.relation_words import id_of
from ui.widgets.button import Button
from ui.widgets.form import ColourButton, Form, spin
from ui.widgets.label import label
from ui.widgets.rows import match_rows

AT_ONCE = 1000
FILE_MAX = 50 << 20


class TopicRow(QFrame):
    """One topic; what is written is kept when one leaves the field."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setObjectName("step")
        self._bridge = bridge
        self._topic: Topic | None = None
        self.name, self.text = QLineEdit(), QLineEdit()
        self.name.setMaxLength(80)
        self.name.setAccessibleName(_("Name"))
        self.text.setMaxLength(600)
        self.text.setAccessibleName(_("What it is, and how often"))
        self.text.setPlaceholderText(_("What it is, and how often"))
        self.count = label("small")
        self.bring = Button(_("Import addresses…"), kind="small", tip=_("From a table (CSV) with when each of them agreed"))
        self.remove = Button("×", kind="tool", tip=_("Delete a topic that no newsletter is about"))
        for line in (self.name, self.text):
            line.editingFinished.connect(self._save)
        top, below = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.name, 1)
        top.addWidget(self.remove)
        below.addWidget(self.count, 1)
        below.addWidget(self.bring)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(*([theme.px(8)] * 4))
        rows.setSpacing(theme.px(6))
        rows.addLayout(top)
        rows.addWidget(self.text)
        rows.addLayout(below)

    def show_topic(self, topic: Topic, count: int) -> None:
        """How it stands; what is being written stays."""
        self._topic = topic
        for line, value in ((self.name, topic.name), (self.text, topic.text)):
            if not line.hasFocus() and line.text() != value:
                line.setText(value)
        self.count.setText(_("{count} subscribers").format(count=count))

    def _save(self) -> None:
        topic, name, text = self._topic, self.name.text().strip(), self.text.text().strip()
        if topic is not None and name and (name, text) != (topic.name, topic.text):
            self._bridge.run(TopicSave(topic=msgspec.structs.replace(topic, name=name, text=text)))


class NewsletterSenderDialog(KeptDialog):
    """Topics are kept as they are written, the sender with *Save*."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent, _("Sender and topics of newsletters"), size=(640, 640))
        self._bridge = bridge
        settings = bridge.state.newsletters.settings
        self.brand = self._line(_("From"), settings.brand, 80, _("The brand's name"))
        self.contact = self._line(_("Contact address"), settings.contact, 200, _("Street, town, e-mail: the law asks for it"))
        self.colour = ColourButton(_("Colour of buttons"), alpha=False)
        self.colour.set_colour(settings.colour)
        self._colour = settings.colour
        self.colour.picked.connect(self._on_colour)
        box = spin(_("Hours between two mails to one reader"), settings.gap_hours, 0, 336, whole=True)
        assert isinstance(box, QSpinBox)
        self.gap = box
        form = Form()
        for words, control in (
            (_("From"), self.brand),
            (_("Contact address"), self.contact),
            (_("Colour of buttons"), self.colour),
            (_("Hours between two mails to one reader"), self.gap),
        ):
            form.add(words, control)
        self.body.addLayout(form)
        self.body.addWidget(label("heading", _("Topics")))
        words = _("People subscribe to topics in the shop, with <vitrine-newsletter>, and confirm by a link in a mail.")
        self.body.addWidget(label("muted", words, wrap=True))
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(8))
        self._topics: dict[str, TopicRow] = {}
        self.body.addLayout(self._list)
        self.fresh = self._line(_("New topic"), "", 80, _("For example: News, once a week"))
        self.fresh.returnPressed.connect(self._add)
        self.add = Button("+ " + _("Topic"), self._add, kind="small", tip=_("Something that people can subscribe to"))
        row = QHBoxLayout()
        row.addWidget(self.fresh, 1)
        row.addWidget(self.add)
        self.body.addLayout(row)
        self.brought = label("muted", wrap=True)
        self.body.addWidget(self.brought)
        self.body.addStretch(1)
        self.add_button(Button(_("Cancel"), self.reject))
        self.save = self.add_button(Button(_("Save"), self._save, kind="primary"), default=True)
        bridge.changed.connect(self._follow)
        self._follow()

    @staticmethod
    def _line(name: str, value: str, longest: int, hint: str) -> QLineEdit:
        made = QLineEdit(value)
        made.setAccessibleName(name)
        made.setPlaceholderText(hint)
        made.setMaxLength(longest)
        return made

    def _follow(self) -> None:
        """Show the topics there are."""
        found = {one.topic.id: one for one in self._bridge.state.newsletters.topics}
        match_rows(self._list, self._topics, list(found), self._make, 0)
        for name, row in self._topics.items():
            row.show_topic(found[name].topic, found[name].subscribers)

    def _make(self, name: str) -> TopicRow:
        row = TopicRow(self._bridge)
        row.remove.clicked.connect(lambda: self._bridge.attempt(TopicDelete(topic=name), self._told, alone=True))
        row.bring.clicked.connect(lambda: self._choose(name))
        return row

    def _told(self, error: Exception | None) -> None:
        self._say("" if error is None else str(error))
        self.problem.setVisible(error is not None)

    def _add(self) -> None:
        name = self.fresh.text().strip()
        if not name:
            self.fresh.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        taken = {one.topic.id for one in self._bridge.state.newsletters.topics}
        self._bridge.attempt(TopicSave(topic=Topic(id=id_of(name, taken), name=name)), self._told, alone=True)
        self.fresh.clear()

    def _on_colour(self, colour: str) -> None:
        self._colour = colour

    def _save(self) -> None:
        settings = MailSettings(
            brand=self.brand.text().strip(),
            contact=self.contact.text().strip(),
            colour=self._colour,
            gap_hours=self.gap.value(),
        )
        self._bridge.attempt(NewsletterSettings(settings=settings), self._done, alone=True)

    # ── addresses from elsewhere ─────────────────────────────────────────────────────────────────────────────

    def _choose(self, topic: str) -> None:
        dialog = QFileDialog(self, _("Addresses that agreed elsewhere"), "", f"{_('Tables')} (*.csv *.txt)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.bring(topic, Path(path)))
        dialog.open()

    def bring(self, topic: str, path: Path) -> None:
        """Put the addresses of a table on a topic's list."""
        try:
            if path.stat().st_size > FILE_MAX:
                raise InvalidValue("It is larger than {most} MB", most=FILE_MAX >> 20)
            text = path.read_bytes().decode("utf-8-sig", errors="replace")
            rows, problems = read(text, Zone(self._zone()))
        except OSError as error:
            self._say(_("{path} cannot be read: {problem}").format(path=path.name, problem=error.strerror or error))
            return
        except InvalidValue as error:
            self._say(error.sentence(_))
            return
        left = ""
        if problems:
            first = problems[0]
            left = _("{count} lines are left out; the first is {line}: {why}").format(
                count=len(problems), line=first.line, why=_(first.why)
            )
        self._bring(topic, rows, {}, left)

    def _zone(self) -> str:
        rules = self._bridge.state.calls.rules
        return rules.hours.zone if rules.hours is not None else "Europe/Copenhagen"

    def _bring(self, topic: str, rows: Sequence[Brought], before: dict[str, int], left: str) -> None:
        """The next of them, and so on."""
        if not rows:
            told = [_("{count} added").format(count=before.get("added", 0))] if before else []
            for name, words in (
                ("already", _("{count} were on it already, or had left it")),
                ("forgotten", _("{count} had been forgotten, and stay so")),
                ("suppressed", _("{count} are suppressed")),
                ("lapsed", _("{count} agreed more than a year ago")),
            ):
                if count := before.get(name, 0):
                    told.append(words.format(count=count))
            self.brought.setText(" · ".join(filter(None, (*told, left))))
            return

        def then(counts: dict[str, int]) -> None:
            summed = {name: before.get(name, 0) + count for name, count in counts.items()}
            self._bring(topic, rows[AT_ONCE:], summed, left)

        self._bridge.run(SubscribersBring(topic=topic, subscribers=tuple(rows[:AT_ONCE])), then)
