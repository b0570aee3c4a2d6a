"""When a brand's call desk is open, in the wall time of its own time zone.

Question: what is an opening on the night when clocks change? Decision: it lasts from its first minute to its last as the wall
shows them; a time that exists twice is its first occurrence (RFC 5545 3.3.5), one that does not exist is the moment of the
change. So the order of times is kept, nothing is negative, and 2:00-3:00 lasts two hours in autumn and none in spring.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from studio.errors import InvalidValue
from studio.i18n import N_, translate

DAY_MINUTES = 24 * 60
ZONE = "Europe/Copenhagen"
"""Until the brand says where it is."""
DAY_MS = DAY_MINUTES * 60_000
AHEAD_DAYS = 60
"""How far a change is looked for."""
SPANS_MAX, DAYS_MAX = 10, 400

Minute = Annotated[int, Meta(ge=0, le=DAY_MINUTES)]
IsoDate = Annotated[str, Meta(max_length=10)]
"""`2026-12-24`."""


class Span(Struct, frozen=True, order=True):
    """Part of a day, in its minutes: from `begins` up to, but not at, `ends`."""

    begins: Minute
    ends: Minute

    def __str__(self) -> str:
        return "–".join(f"{minute // 60}:{minute % 60:02}" for minute in (self.begins, self.ends))


Day = Annotated[tuple[Span, ...], Meta(max_length=SPANS_MAX)]
_WORKDAY = (Span(9 * 60, 17 * 60),)


class OpeningHours(Struct, frozen=True, kw_only=True):
    """The hours of a week, and the days that differ. Over midnight it is open until 24:00, and from 0:00 on the next day."""

    zone: Annotated[str, Meta(max_length=64)] = ZONE
    """Its IANA name."""
    week: Annotated[tuple[Day, ...], Meta(min_length=7, max_length=7)] = (_WORKDAY,) * 5 + ((),) * 2
    """Monday first."""
    country: Annotated[str, Meta(max_length=2)] = ""
    """Closed on the days of this country (ISO 3166: `DK`) on which its shops must be; empty: of none."""
    closed: Annotated[tuple[IsoDate, ...], Meta(max_length=DAYS_MAX)] = ()
    """Closed on these days besides."""
    opened: Annotated[dict[IsoDate, Day], Meta(max_length=DAYS_MAX)] = {}
    """The hours of special days, whatever else is said of them."""


def checked(hours: OpeningHours) -> OpeningHours:
    """The hours again. Raises `InvalidValue`, which names the field and the cure, for what can never be meant."""
    _check_zone(hours.zone)
    check_country(hours.country)
    if len(hours.week) != 7:
        raise InvalidValue(N_("A week has seven days, Monday first"), field="week")
    for number, spans in enumerate(hours.week):
        _check_spans(spans, f"week[{number}]")
    for number, day in enumerate(hours.closed):
        _check_date(day, f"closed[{number}]")
    for day, spans in hours.opened.items():
        _check_date(day, f"opened[{day[:40]}]")
        _check_spans(spans, f"opened[{day}]")
    return hours


def day_spans(hours: OpeningHours, day: date) -> tuple[Span, ...]:
    """When it is open on this day of its calendar, in the order of time."""
    name = day.isoformat()
    if name in hours.opened:
        return tuple(sorted(hours.opened[name]))
    if name in hours.closed or (hours.country and day in _holidays(hours.country, day.year)):
        return ()
    return tuple(sorted(hours.week[day.weekday()]))


def is_open(hours: OpeningHours, at_ms: int) -> bool:
    """Whether somebody is there at `at_ms` (Unix)."""
    return bool(spans_between(hours, at_ms, at_ms + 1))


def next_change_ms(hours: OpeningHours, at_ms: int) -> int | None:
    """When it closes, if it is open at `at_ms`, and when it opens if not. None: not within `AHEAD_DAYS`."""
    until_ms = at_ms + AHEAD_DAYS * DAY_MS
    for begins_ms, ends_ms in _openings(hours, at_ms, until_ms):
        change_ms = begins_ms if begins_ms > at_ms else ends_ms
        return change_ms if change_ms <= until_ms else None
    return None


def spans_between(hours: OpeningHours, from_ms: int, until_ms: int) -> list[tuple[int, int]]:
    """The openings from `from_ms` up to, but not at, `until_ms` (Unix), in the order of time; those that touch are one. Takes
    some 10 µs a day."""
    clipped = ((max(begins, from_ms), min(ends, until_ms)) for begins, ends in _openings(hours, from_ms, until_ms))
    return [(begins, ends) for begins, ends in clipped if begins < ends]


def _openings(hours: OpeningHours, from_ms: int, until_ms: int) -> Iterator[tuple[int, int]]:
    """The openings that end after `from_ms`, and some after `until_ms`. They are whole but for one that lasts for days."""
    zone = ZoneInfo(hours.zone)
    begun: tuple[int, int] | None = None
    for begins, ends in _instants(hours, zone, _day_of(zone, from_ms), _day_of(zone, until_ms)):
        if begun is not None and begins <= begun[1]:
            begun = (begun[0], max(begun[1], ends))
            continue
        if begun is not None:
            yield begun
        begun = (begins, ends) if ends > from_ms else None
    if begun is not None:
        yield begun


def _instants(hours: OpeningHours, zone: ZoneInfo, first: date, last: date) -> Iterator[tuple[int, int]]:
    """The spans of these days as Unix ms, and of the days beside them: where clocks go back over midnight, yesterday
    follows today for a while."""
    for number in range(-1, (last - first).days + 2):
        day = first + timedelta(days=number)
        for span in day_spans(hours, day):
            begins, ends = _instant_ms(zone, day, span.begins), _instant_ms(zone, day, span.ends)
            if begins < ends:
                yield begins, ends


def _day_of(zone: ZoneInfo, at_ms: int) -> date:
    return datetime.fromtimestamp(at_ms // 1000, zone).date()


def _instant_ms(zone: ZoneInfo, day: date, minute: int) -> int:
    """When clocks show this minute of this day for the first time, or would if they did not leave it out."""
    wall = datetime.combine(day, time(), zone) + timedelta(minutes=minute)
    first, second = int(wall.timestamp()), int(wall.replace(fold=1).timestamp())
    if first <= second:
        return first * 1000
    # It does not exist. Read by the clock before the change it is after it, and by the one after the change before it.
    after = wall.replace(fold=1).utcoffset()
    seconds = range(second, first + 1)
    return seconds[bisect_left(seconds, True, key=lambda at: datetime.fromtimestamp(at, zone).utcoffset() == after)] * 1000


@lru_cache(256)
def _holidays(country: str, year: int) -> frozenset[date]:
    from holidays import country_holidays  # a tenth of a second, and two more for the first country

    return frozenset(country_holidays(country, years=year, expand=False)) | frozenset(_besides(country, year))


def _besides(country: str, year: int) -> dict[date, str]:
    """Days on which the law shuts shops though they are no public holidays."""
    if country == "DK":  # Lukkeloven (LBK 1214 of 2018), § 1: Grundlovsdag and 24 December; 31 December only from 15 o'clock
        return {date(year, 6, 5): N_("Constitution Day"), date(year, 12, 24): N_("Christmas Eve")}
    return {}


def days_ahead(country: str, today: date, language: str) -> list[tuple[date, str]]:
    """The same of the year that comes; none for no country. Raises `InvalidValue` for one that is not known."""
    check_country(country)
    if not country:
        return []
    both = shut_days(country, today.year, language) + shut_days(country, today.year + 1, language)
    return [(day, name) for day, name in both if today <= day < today + timedelta(days=365)]


def shut_days(country: str, year: int, language: str) -> list[tuple[date, str]]:
    """The days of a year on which a country's shops must be shut, with their names, in `language` where they are known in it."""
    from holidays import country_holidays

    sundays: dict[str, Any] = (
        {"include_sundays": False} if country == "SE" else {}
    )  # each is a holiday there, and nobody wants a list of them
    speech = {"en": "en_US"}.get(language, language)
    found = dict(country_holidays(country, years=year, expand=False, language=speech, **sundays))
    found |= {day: translate(name, language) for day, name in _besides(country, year).items()}
    return sorted(found.items())


@lru_cache(1)
def _countries() -> frozenset[str]:
    from holidays import list_supported_countries

    return frozenset(list_supported_countries(include_aliases=False))


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (LookupError, ValueError, OSError):
        raise InvalidValue(
            "There is no time zone {zone}: write one like Europe/Copenhagen", field="zone", zone=zone[:40]
        ) from None


def check_country(country: str) -> None:
    """Raises `InvalidValue` for one whose public holidays are not known; empty is none."""
    if country and country not in _countries():
        raise InvalidValue(
            "The public holidays of {country} are not known: write a code like DK, or leave it empty",
            field="country",
            country=country[:40],
        )


def _check_date(day: str, field: str) -> None:
    try:
        written = date.fromisoformat(day).isoformat()
    except ValueError:
        written = ""
    if written != day:  # 20261224 is read as well, and would never be found
        raise InvalidValue("{date} is not a date: write one like 2026-12-24", field=field, date=day[:40])


def _check_spans(spans: tuple[Span, ...], field: str) -> None:
    for number, span in enumerate(spans):
        if not 0 <= span.begins < span.ends <= DAY_MINUTES:
            raise InvalidValue(
                "{span} must end after it begins, on the same day: write hours over midnight as two, until 24:00 and from 0:00",
                field=f"{field}[{number}]",
                span=str(span),
            )
    for first, second in pairwise(sorted(spans)):
        if second.begins < first.ends:
            raise InvalidValue("{first} and {second} overlap: make them one", field=field, first=str(first), second=str(second))
