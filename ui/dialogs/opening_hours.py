"""The page of the call desk's dialog with its opening hours."""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, TypeVar

import msgspec
from babel import Locale
from babel.dates import format_date
from PySide6.QtCore import Qt, QTimeZone
from PySide6.QtWidgets import QCheckBox, QCompleter, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from studio.errors import InvalidValue
from studio.i18n import _, language
from studio.queries import Query
from studio.queries.call import CallHolidays, Holiday
from studio.show.opening_hours import OpeningHours, Span
from ui import theme
from ui.models.spans import (
    WEEKDAYS,
    dates_text,
    parse_dates,
    parse_spans,
    parse_special_days,
    spans_text,
    special_days_text,
)
from ui.widgets.checked_field import CheckedField
from ui.widgets.form import Form, NoWheel
from ui.widgets.label import label, plain_tip

T = TypeVar("T")
Ask = Callable[[Query, Callable[[Any], None]], None]
"""Asks the studio; the answer goes to the second."""
NO_COUNTRY = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes of Unicode's that are no country's."""


def countries() -> list[tuple[str, str]]:
    """Names and codes, by name."""
    names = Locale.parse(language()).territories
    known = [(str(name), code) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY]
    return sorted(known, key=lambda one: one[0].casefold())


class OpeningHoursPage(QWidget):
    """`fields` by the names that the server calls them: `zone`, `week[0]`, `country`, `closed`, `opened`."""

    def __init__(self, hours: OpeningHours | None, ask: Ask = lambda query, done: None) -> None:
        super().__init__()
        self._ask = ask
        self._hours = hours if hours is not None else OpeningHours()
        self.fields: dict[str, CheckedField] = {}
        self.on = QCheckBox(_("Calls in the opening hours only"))
        self.on.setChecked(hours is not None)
        self.on.setToolTip(_("Calls ring only while an advisor is available, also during these hours"))
        self.hint = label("muted", _("Without opening hours customers can ring whenever somebody is available."), wrap=True)
        self.zone = QLineEdit(self._hours.zone)
        self.zone.setMaxLength(64)
        self.zone.setPlaceholderText("Europe/Copenhagen")
        self.zone.setToolTip(_("The clock that the hours are meant by, as region and city"))
        self.zone.setCompleter(self._zones())
        self.week = [self._line(spans_text(day)) for day in self._hours.week]
        self.country = NoWheel(_("Closed on public holidays of"), [(_("No country"), ""), *countries()])
        self.country.choose(self._hours.country)
        self.days = label("small", wrap=True)
        self.days.hide()
        self.country.currentIndexChanged.connect(lambda _index: self._ask_for_days())
        self.closed = self._lines(dates_text(self._hours.closed), _("One date a line, such as 2026-12-27"))
        special = special_days_text(self._hours.opened)
        self.opened = self._lines(special, _("One day a line, such as 2026-12-24 9:00-12:00; a date alone is closed"))
        self._lay_out()
        self.form.setVisible(hours is not None)
        self.hint.setVisible(hours is None)
        self.on.toggled.connect(self._show_form)
        self._ask_for_days()

    def _lay_out(self) -> None:
        self.form = QWidget()
        rows = Form()
        self._add(rows, "zone", _("Time zone"), self.zone)
        for number, (day, line) in enumerate(zip(WEEKDAYS, self.week, strict=True)):
            self._add(rows, f"week[{number}]", _(day), line)
        self._add(rows, "country", _("Closed on public holidays of"), self.country)
        rows.addRow("", self.days)
        self._add(rows, "closed", _("Closed on these days too"), self.closed)
        self._add(rows, "opened", _("Other hours on special days"), self.opened)
        how = label(
            "small",
            _("Hours like 9:00-12:00, 13:00-17:00; an empty day is closed. Past midnight: to 24:00, then from 0:00."),
            wrap=True,
        )
        inner = QVBoxLayout(self.form)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.px(8))
        inner.addWidget(how)
        inner.addLayout(rows)
        whole = QVBoxLayout(self)
        whole.setSpacing(theme.px(8))
        whole.addWidget(self.on)
        whole.addWidget(self.hint)
        whole.addWidget(self.form)
        whole.addStretch(1)

    def _ask_for_days(self) -> None:
        self.days.hide()
        if country := self.country.currentData() or "":
            spoken: Literal["en", "da"] = "da" if language() == "da" else "en"
            self._ask(CallHolidays(country=country, language=spoken), partial(self._list_days, country))

    def _list_days(self, country: str, days: tuple[Holiday, ...]) -> None:
        """Say which days are meant: not everybody counts the same ones."""
        if country == self.country.currentData() and days:
            words = [f"{format_date(one.day, 'd MMM', language())} {one.name}" for one in days]
            self.days.setText(_("Shops must be shut on: {days}").format(days=" · ".join(words)))
            self.days.show()

    def read(self, problems: dict[str, str]) -> OpeningHours | None:
        """What is written. What cannot be read is told in `problems`, by field."""
        if not self.on.isChecked():
            return None
        closed: tuple[Span, ...] = ()
        none: tuple[str, ...] = ()
        usual: dict[str, tuple[Span, ...]] = {}
        week = tuple(self._read(f"week[{n}]", parse_spans, line.text(), closed, problems) for n, line in enumerate(self.week))
        return msgspec.structs.replace(
            self._hours,
            zone=self.zone.text().strip(),
            week=week,
            country=self.country.currentData() or "",
            closed=self._read("closed", parse_dates, self.closed.toPlainText(), none, problems),
            opened=self._read("opened", parse_special_days, self.opened.toPlainText(), usual, problems),
        )

    @staticmethod
    def _read(name: str, parse: Callable[[str], T], text: str, nothing: T, problems: dict[str, str]) -> T:
        try:
            return parse(text)
        except InvalidValue as error:
            problems[name] = error.sentence(_)
            return nothing

    def _show_form(self, on: bool) -> None:
        self.form.setVisible(on)
        self.hint.setVisible(not on)

    def _add(self, form: Form, key: str, name: str, control: QWidget) -> None:
        control.setAccessibleName(name)
        self.fields[key] = CheckedField(control)
        self.fields[key].add_to(form, name)

    @staticmethod
    def _line(text: str) -> QLineEdit:
        made = QLineEdit(text)
        made.setMaxLength(200)
        made.setPlaceholderText(_("Closed"))
        return made

    @staticmethod
    def _lines(text: str, how: str) -> QPlainTextEdit:
        made = QPlainTextEdit(text)
        made.setPlaceholderText(how)
        made.setToolTip(plain_tip(how))
        made.setTabChangesFocus(True)
        made.setFixedHeight(theme.px(84))
        return made

    @staticmethod
    def _zones() -> QCompleter:
        zones = sorted(zone for found in QTimeZone.availableTimeZoneIds() if "/" in (zone := bytes(found.data()).decode()))
        made = QCompleter(zones)
        made.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        made.setFilterMode(Qt.MatchFlag.MatchContains)
        return made
