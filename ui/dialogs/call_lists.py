"""The pages of the call desk's dialog with lists that people write: topics, and canned replies."""

from functools import partial
from typing import NamedTuple

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.i18n import N_, _
from studio.show.call import LINE_MAX, CannedReply, Topic
from ui import theme
from ui.models.topic_ids import topic_id
from ui.widgets.button import Button
from ui.widgets.form import LinesField
from ui.widgets.label import label

NAME_MAX = 60
SAME = N_("Two of them have the same name")


class Words(NamedTuple):
    """What a list is called: above it, in a row, on the button that adds one."""

    about: str
    name: str
    text: str
    add: str


class Row(QFrame):
    """One of them. `key` is its id, when it has been kept before."""

    def __init__(self, words: Words, key: str, name: str, text: str | None) -> None:
        super().__init__()
        self.setObjectName("panel")
        self.key = key
        self.name = QLineEdit(name)
        self.name.setMaxLength(NAME_MAX)
        self.name.setPlaceholderText(words.name)
        self.name.setAccessibleName(words.name)
        self.text: LinesField | None = None
        self.problem = label("warn", wrap=True)
        self.problem.hide()
        self.up = Button("↑", kind="tool", tip=_("Earlier"))
        self.down = Button("↓", kind="tool", tip=_("Later"))
        self.remove = Button("✕", kind="tool", tip=_("Remove"))
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        for button in (self.up, self.down, self.remove):
            button.setAutoDefault(False)
            head.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(*([theme.px(8)] * 4))
        rows.setSpacing(theme.px(6))
        rows.addLayout(head)
        if text is not None:
            self.text = LinesField(words.text)
            self.text.setPlainText(text)
            self.text.setPlaceholderText(words.text)
            self.text.setFixedHeight(theme.px(64))
            rows.addWidget(self.text)
        rows.addWidget(self.problem)

    def say(self, problem: str) -> None:
        """What is wrong with it, or ''."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.name.setAccessibleDescription(problem)

    @property
    def written(self) -> tuple[str, str]:
        """The name, and the text."""
        return self.name.text().strip(), self.text.toPlainText().strip() if self.text is not None else ""


class ListPage(QWidget):
    """Rows in an order, at most `most`; those in which nothing is written are left out."""

    def __init__(self, words: Words, most: int) -> None:
        super().__init__()
        self._words, self._most = words, most
        self.rows: list[Row] = []
        self.problem = label("warn", wrap=True)
        self.problem.hide()
        self._column = QVBoxLayout()
        self._column.setSpacing(theme.px(8))
        self.add = Button("+ " + words.add, self._add)
        self.add.setAutoDefault(False)
        whole = QVBoxLayout(self)
        whole.setSpacing(theme.px(8))
        whole.addWidget(label("muted", words.about, wrap=True))
        whole.addWidget(self.problem)
        whole.addLayout(self._column)
        whole.addWidget(self.add)
        whole.addStretch(1)

    def append(self, key: str, name: str, text: str | None) -> Row:
        """One more at the end."""
        row = Row(self._words, key, name, text)
        row.up.clicked.connect(partial(self._move, row, -1))
        row.down.clicked.connect(partial(self._move, row, 1))
        row.remove.clicked.connect(partial(self._drop, row))
        self.rows.append(row)
        self._column.addWidget(row)
        self._check()
        return row

    def say(self, problem: str) -> None:
        """What is wrong with the list, or ''."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        if not problem:
            for row in self.rows:
                row.say("")

    def wrong(self) -> Row | None:
        """The first row that something is wrong with."""
        return next((row for row in self.rows if row.problem.text()), None)

    def filled(self) -> list[Row]:
        """Those in which something is written."""
        return [row for row in self.rows if any(row.written)]

    def twice(self) -> bool:
        """Whether a name is there more than once; it is told at the second."""
        seen: set[str] = set()
        for row in self.filled():
            name = row.written[0].casefold()
            if name in seen:
                row.say(_(SAME))
                return True
            seen.add(name)
        return False

    def _add(self) -> None:
        self.append("", "", self.blank()).name.setFocus()

    def blank(self) -> str | None:
        """The text of a new row; None where rows have none."""
        return None

    def _check(self) -> None:
        self.add.setEnabled(len(self.rows) < self._most)
        for number, row in enumerate(self.rows):
            row.up.setEnabled(number > 0)
            row.down.setEnabled(number < len(self.rows) - 1)

    def _move(self, row: Row, by: int, *_checked: bool) -> None:
        at = self.rows.index(row)
        if 0 <= at + by < len(self.rows):
            self.rows.insert(at + by, self.rows.pop(at))
            self._column.removeWidget(row)
            self._column.insertWidget(at + by, row)
            self._check()

    def _drop(self, row: Row, *_checked: bool) -> None:
        self.rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._check()
        self.add.setFocus()


class TopicsPage(ListPage):
    """What customers may ask about."""

    def __init__(self, topics: tuple[Topic, ...]) -> None:
        about = _("Customers choose one before they ring; advisors choose which of them ring at them.")
        super().__init__(Words(about, _("Name of the topic"), "", _("Topic")), 50)
        for topic in topics:
            self.append(topic.id, topic.name, None)

    def read(self, problems: dict[str, str]) -> tuple[Topic, ...]:
        """What is written; ids are kept through another name."""
        if self.twice():
            problems["topics"] = ""
        taken = {row.key for row in self.rows if row.key}
        topics = []
        for row in self.filled():
            identity = row.key or topic_id(row.written[0], taken)
            taken.add(identity)
            topics.append(Topic(id=identity, name=row.written[0]))
        return tuple(topics)


class RepliesPage(ListPage):
    """Answers that advisors need again and again."""

    def __init__(self, replies: tuple[CannedReply, ...]) -> None:
        about = _("Advisors put them into the chat of a call with two clicks, and can still change the words.")
        super().__init__(Words(about, _("Title of the reply"), _("The words that are sent"), _("Reply")), 100)
        for reply in replies:
            self.append("", reply.title, reply.text)

    def blank(self) -> str | None:
        """Replies have a text."""
        return ""

    def read(self, problems: dict[str, str]) -> tuple[CannedReply, ...]:
        """What is written."""
        replies = []
        if self.twice():
            problems["replies"] = ""
        for row in self.filled():
            title, text = row.written
            if not title or not text or len(text) > LINE_MAX:
                missing = _("Write both a title and the words")
                row.say(missing if not title or not text else _("At most {most} letters").format(most=LINE_MAX))
                problems["replies"] = ""
            else:
                replies.append(CannedReply(title=title, text=text))
        return tuple(replies)
