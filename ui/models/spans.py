"""Opening hours as people write them: `9:00-12:00, 13:00-17:00` for a day, one special day a line. Pure."""

import re
from collections.abc import Iterable, Mapping

from studio.errors import InvalidValue
from studio.i18n import N_
from studio.show.opening_hours import DAY_MINUTES, DAYS_MAX, SPANS_MAX, OpeningHours, Span, checked

_SPAN = re.compile(r"\s*([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*[-–—]\s*([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*", re.ASCII)
_DAY = re.compile(r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})\s*[:;,]?(?:\s+(.*))?", re.ASCII | re.DOTALL)
WEEKDAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"))
SHOWN = 40
"""Letters of what was written that an error repeats."""


def spans_text(spans: Iterable[Span]) -> str:
    """`9:00-12:00, 13:00-17:00`; nothing for a day that is closed."""
    return ", ".join(f"{_clock(span.begins)}-{_clock(span.ends)}" for span in spans)


def parse_spans(text: str) -> tuple[Span, ...]:
    """The hours of a day, in the order of time; none written: closed. Raises `InvalidValue`, which says what is wrong."""
    parts = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
    if len(parts) > SPANS_MAX:
        raise InvalidValue("A day has at most {most} openings", most=SPANS_MAX)
    spans = tuple(sorted(_span(part) for part in parts))
    try:
        checked(OpeningHours(week=(spans, *[()] * 6)))
    except InvalidValue as error:
        error.field = None
        raise
    return spans


def dates_text(days: Iterable[str]) -> str:
    """One date a line."""
    return "\n".join(days)


def parse_dates(text: str) -> tuple[str, ...]:
    """The dates, each once, in the order of time. Raises `InvalidValue`."""
    days = tuple(sorted(dict.fromkeys(re.findall(r"[^\s,;]+", text))))
    _check_days(OpeningHours(closed=days), len(days))
    return days


def special_days_text(days: Mapping[str, Iterable[Span]]) -> str:
    """`2026-12-24 9:00-12:00`, one a line; a date alone is a day that is closed."""
    return "\n".join(f"{day} {spans_text(spans)}".strip() for day, spans in days.items())


def parse_special_days(text: str) -> dict[str, tuple[Span, ...]]:
    """What `special_days_text` writes, in the order of time. Raises `InvalidValue`, which names the line."""
    days: dict[str, tuple[Span, ...]] = {}
    for line in filter(str.strip, text.splitlines()):
        found = _DAY.fullmatch(line)
        if found is None:
            raise InvalidValue("{line} begins with no date: write a line like 2026-12-24 9:00-12:00", line=line.strip()[:SHOWN])
        day = found[1]
        if day in days:
            raise InvalidValue("{date} is there twice: write all its hours on one line", date=day)
        days[day] = parse_spans(found[2] or "")
    _check_days(OpeningHours(opened=days), len(days))
    return dict(sorted(days.items()))


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise InvalidValue("{text} is not understood: write hours like 9:00-17:00", text=text[:SHOWN])
    return Span(_minute(found[1], found[2], text), _minute(found[3], found[4], text))


def _minute(hours: str, minutes: str | None, text: str) -> int:
    minute = int(hours) * 60 + int(minutes or 0)
    if minute > DAY_MINUTES or int(minutes or 0) > 59:
        raise InvalidValue("{text} is no time of a day: it goes from 0:00 to 24:00", text=text[:SHOWN])
    return minute


def _check_days(hours: OpeningHours, count: int) -> None:
    if count > DAYS_MAX:
        raise InvalidValue("There are more than {most} days", most=DAYS_MAX)
    try:
        checked(hours)
    except InvalidValue as error:
        error.field = None
        raise
