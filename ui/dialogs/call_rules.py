"""How the brand answers its customers: hours, waiting, topics, canned replies, messages and booked calls."""

import re
from functools import partial

import msgspec
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QScrollArea, QSpinBox, QVBoxLayout, QWidget

from studio.commands.call import CallRulesSet
from studio.errors import StudioError
from studio.i18n import _
from studio.show.call_rules import CallRules
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.ask import ask_first
from ui.dialogs.base import Dialog
from ui.dialogs.call_lists import ListPage, RepliesPage, TopicsPage
from ui.dialogs.opening_hours import OpeningHoursPage
from ui.models.forms import fields
from ui.widgets.button import Button
from ui.widgets.checked_field import CheckedField
from ui.widgets.form import Form, spin
from ui.widgets.label import label, plain_tip
from ui.widgets.panel import scrolled
from ui.widgets.tabs import Tabs

LIMITS = {field.name: field for field in fields(CallRules)}


def field_of(name: str | None) -> str:
    """What the dialog calls the field of an error: `week[3]` of `rules.hours.week[3][0].ends`, `topics` of `rules.topics[1]`."""
    bare = re.sub(r"^(rules\.)?(hours\.)?", "", name or "")
    day = re.match(r"week\[\d\]", bare)
    return day[0] if day else re.split(r"[.\[]", bare)[0]


class AnsweringPage(QWidget):
    """Numbers and switches. `fields` by their names in the rules."""

    def __init__(self, rules: CallRules) -> None:
        super().__init__()
        self.fields: dict[str, CheckedField] = {}
        self.numbers: dict[str, QSpinBox | QDoubleSpinBox] = {}
        self._rules = rules
        self.messages = QCheckBox(_("Messages may be left"))
        self.messages.setChecked(rules.messages)
        self.bookings = QCheckBox(_("Customers may book a call"))
        self.bookings.setChecked(rules.bookings)
        self.no_hours = label(
            "warn", _("Calls are booked within the opening hours: without those there is nothing to choose."), wrap=True
        )
        waiting, booked = Form(), Form()
        seconds, minutes = _("s"), _("min")
        self._add(waiting, "ring_s", _("Rings at one advisor for"), seconds, _("Then it rings at the next one"))
        self._add(
            waiting, "return_s", _("A place is kept for"), seconds, _("For a customer whose page is gone, and may come back")
        )
        self._add(waiting, "patience_s", _("Longest wait"), seconds, _("Then the customer is told that nobody can answer now"))
        self._add(booked, "minutes", _("Length of a booked call"), minutes)
        self._add(booked, "advisors", _("Booked calls at once"), "", _("As many advisors must have time then"))
        self._add(booked, "notice_minutes", _("Booked ahead, at least"), minutes)
        self.booked = QWidget()
        inner = QVBoxLayout(self.booked)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.no_hours)
        inner.addLayout(booked)
        rows = QVBoxLayout(self)
        rows.setSpacing(theme.px(10))
        rows.addWidget(label("heading", _("Waiting")))
        rows.addLayout(waiting)
        rows.addWidget(label("heading", _("When nobody answers")))
        rows.addWidget(self.messages)
        rows.addWidget(self.bookings)
        rows.addWidget(self.booked)
        rows.addStretch(1)
        self.booked.setVisible(rules.bookings)
        self.bookings.toggled.connect(self.booked.setVisible)

    def show_hours(self, there: bool) -> None:
        """Whether there are opening hours."""
        self.no_hours.setVisible(not there)

    def read(self) -> dict[str, int | bool]:
        """What is chosen."""
        numbers = {name: int(box.value()) for name, box in self.numbers.items()}
        return {**numbers, "messages": self.messages.isChecked(), "bookings": self.bookings.isChecked()}

    def _add(self, form: Form, key: str, name: str, unit: str, tip: str = "") -> None:
        limits = LIMITS[key]
        box = spin(name, getattr(self._rules, key), limits.low, limits.high, whole=True)
        box.setSuffix(f" {unit}" if unit else "")
        box.setToolTip(plain_tip(tip or name))
        self.numbers[key], self.fields[key] = box, CheckedField(box)
        self.fields[key].add_to(form, name)


class CallRulesDialog(Dialog):
    """Sends the rules as a whole with *Save*; what the server refuses is told at its field."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        words = _("The server keeps these rules for all advisors, and for every page.")
        super().__init__(parent, _("Call desk"), words, size=(680, 720))
        self._bridge = bridge
        self._rules = self._sent = bridge.state.calls.rules
        rules = self._rules
        self.hours = OpeningHoursPage(rules.hours, bridge.run)
        self.answering = AnsweringPage(rules)
        self.topics = TopicsPage(rules.topics)
        self.replies = RepliesPage(rules.replies)
        self.tabs = Tabs(_("Call desk"))
        pages: tuple[tuple[QWidget, str], ...] = (
            (self.hours, _("Opening hours")),
            (self.answering, _("Answering")),
            (self.topics, _("Topics")),
            (self.replies, _("Canned replies")),
        )
        for page, name in pages:
            self.tabs.addTab(scrolled(page), name)
        self._fields: dict[str, tuple[int, CheckedField | ListPage]] = {
            **{key: (0, field) for key, field in self.hours.fields.items()},
            **{key: (1, field) for key, field in self.answering.fields.items()},
            "topics": (2, self.topics),
            "replies": (3, self.replies),
        }
        self.problem = label("warn", wrap=True)
        self.problem.hide()
        self.elsewhere = label(
            "warn", _("Somebody else has changed these rules meanwhile. Saving puts yours in their place."), wrap=True
        )
        self.elsewhere.hide()
        self._lay_out()
        self.add_button(Button(_("Cancel"), self.reject))
        self.save = self.add_button(Button(_("Save"), self._save, kind="primary"))
        self.hours.on.toggled.connect(self.answering.show_hours)
        self.answering.show_hours(rules.hours is not None)
        bridge.changed.connect(self._on_changed)
        self._as_opened = self.read({})

    def _lay_out(self) -> None:
        self.body.addWidget(self.tabs, 1)
        rows = self.layout()
        assert isinstance(rows, QVBoxLayout)
        for words_ in (self.elsewhere, self.problem):  # above the buttons, whatever scrolls
            rows.insertWidget(rows.count() - 1, words_)

    def _on_changed(self) -> None:
        self.elsewhere.setVisible(self._bridge.state.calls.rules not in (self._rules, self._sent))

    def read(self, problems: dict[str, str]) -> CallRules:
        """What is written. What cannot be read is told in `problems`, by field."""
        return msgspec.structs.replace(
            self._rules,
            hours=self.hours.read(problems),
            topics=self.topics.read(problems),
            replies=self.replies.read(problems),
            **self.answering.read(),
        )

    def _save(self) -> None:
        self._clear()
        problems: dict[str, str] = {}
        rules = self.read(problems)
        if problems:
            self._say(problems)
            return
        self._sent = rules
        self._bridge.attempt(CallRulesSet(rules=rules), self._came_back)

    def _came_back(self, error: StudioError | None) -> None:
        if error is None:
            self.accept()
            return
        self._sent = self._rules
        name = field_of(error.field)
        self._say({name: error.problem(_)} if name in self._fields else {"": error.sentence(_)})

    def _clear(self) -> None:
        self.problem.hide()
        for _page, field in self._fields.values():
            field.say("")

    def _say(self, problems: dict[str, str]) -> None:
        """Tell each at its field, and show the first."""
        for name, problem in problems.items():
            if name in self._fields and problem:
                self._fields[name][1].say(problem)
        self.problem.setText(problems.get("") or _("Some fields are not valid; see the notes beside them."))
        self.problem.show()
        if places := [self._fields[name] for name in problems if name in self._fields]:
            page, field = min(places, key=lambda place: place[0])
            self.tabs.setCurrentIndex(page)
            row = field.wrong() if isinstance(field, ListPage) else None
            at = row if row is not None else field
            (row.name if row is not None else field.control if isinstance(field, CheckedField) else self.tabs).setFocus()
            QTimer.singleShot(0, at, partial(self._uncover, page, at))  # once what it says has been laid out

    def _uncover(self, page: int, field: QWidget) -> None:
        area = self.tabs.widget(page)
        if isinstance(area, QScrollArea):
            area.ensureWidgetVisible(field)

    def reject(self) -> None:
        """What was written is not thrown away by Escape alone."""
        problems: dict[str, str] = {}
        changed = self.read(problems) != self._as_opened or problems
        if not changed:
            super().reject()
            return
        ask_first(self, _("Throw away what you wrote?"), "", (_("Go on writing"), _("Throw away")), super().reject)
