"""When the call desk is open: the week, special days, holidays, and nights on which clocks change."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio import i18n
from studio.errors import InvalidValue
from studio.show.opening_hours import (
    AHEAD_DAYS,
    DAY_MS,
    OpeningHours,
    Span,
    checked,
    day_spans,
    days_ahead,
    is_open,
    next_change_ms,
    spans_between,
)

HOUR_MS, MINUTE_MS = 3600 * 1000, 60 * 1000
CLOSED_WEEK = ((),) * 7
ALWAYS = ((Span(0, 1440),),) * 7
ZONES = ("Europe/Copenhagen", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "UTC")
CHANGES = [  # where clocks change, or a plain day
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
    datetime(2010, 11, 7, 2, 31, tzinfo=UTC),  # St John's: 0:01 became 23:01 of the day before
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),  # Lord Howe: half an hour
    datetime(2026, 2, 15, 2, tzinfo=UTC),  # Casablanca: Ramadan
    datetime(2026, 6, 17, 12, tzinfo=UTC),
]


def at(text: str, zone: str = "Europe/Copenhagen", fold: int = 0) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1000)


def clock(*hours: float) -> tuple[Span, ...]:
    """`clock(9, 12, 13, 17)`: from nine to twelve and from one to five."""
    minutes = [round(hour * 60) for hour in hours]
    return tuple(Span(*pair) for pair in zip(minutes[::2], minutes[1::2], strict=True))


def daily(*hours: float, zone: str = "Europe/Copenhagen") -> OpeningHours:
    return OpeningHours(zone=zone, week=(clock(*hours),) * 7)


@pytest.mark.parametrize(
    ("when", "open_now", "change"),
    [
        ("2026-06-17T08:59", False, "2026-06-17T09:00"),  # a Wednesday
        ("2026-06-17T09:00", True, "2026-06-17T17:00"),
        ("2026-06-17T16:59", True, "2026-06-17T17:00"),
        ("2026-06-17T17:00", False, "2026-06-18T09:00"),
        ("2026-06-19T17:00", False, "2026-06-22T09:00"),  # the weekend
        ("2026-03-27T18:00", False, "2026-03-30T09:00"),  # a weekend that is an hour shorter
        ("2026-12-24T18:00", False, "2026-12-25T09:00"),  # no country, no holidays
    ],
)
def test_a_working_week(when: str, open_now: bool, change: str) -> None:
    hours = OpeningHours()
    assert is_open(hours, at(when)) is open_now
    assert next_change_ms(hours, at(when)) == at(change)


def test_over_midnight_is_one_opening() -> None:
    hours = OpeningHours(week=((), (), (), (), clock(22, 24), clock(0, 2, 22, 24), clock(0, 2)))
    friday = at("2026-06-19T22:00")
    assert next_change_ms(hours, friday) == friday + 4 * HOUR_MS
    assert next_change_ms(hours, at("2026-06-20T00:00")) == friday + 4 * HOUR_MS
    assert spans_between(hours, friday - DAY_MS, friday + 3 * DAY_MS) == [
        (friday, friday + 4 * HOUR_MS),
        (friday + DAY_MS, friday + DAY_MS + 4 * HOUR_MS),
    ]


def test_what_touches_is_one_and_the_rest_is_clipped() -> None:
    hours = daily(12, 17, 9, 12)
    noon = at("2026-06-17T12:00")
    assert day_spans(hours, date(2026, 6, 17)) == clock(9, 12, 12, 17)
    assert spans_between(hours, noon - HOUR_MS, noon + HOUR_MS) == [(noon - HOUR_MS, noon + HOUR_MS)]
    assert spans_between(hours, noon, noon + DAY_MS) == [
        (noon, noon + 5 * HOUR_MS),
        (noon + 21 * HOUR_MS, noon + DAY_MS),
    ]
    special = OpeningHours(opened={"2026-06-17": clock(13, 17, 9, 12)})
    assert day_spans(special, date(2026, 6, 17)) == clock(9, 12, 13, 17)
    nested = daily(9, 17, 10, 12)  # as nobody has checked it
    assert spans_between(nested, noon, noon + 8 * HOUR_MS) == [(noon, noon + 5 * HOUR_MS)]
    assert spans_between(hours, noon, noon) == []
    assert spans_between(hours, noon + HOUR_MS, noon) == []


def test_special_days_win_over_holidays_and_these_over_the_week() -> None:
    hours = OpeningHours(
        country="DK",
        closed=("2026-12-23", "2026-12-24"),
        opened={"2026-12-24": clock(8, 12), "2026-12-25": clock(10, 11), "2026-12-27": clock(9, 10), "2026-12-28": ()},
    )
    told = {day: day_spans(hours, date(2026, 12, day)) for day in range(22, 30)}
    assert told == {
        22: clock(9, 17),
        23: (),
        24: clock(8, 12),
        25: clock(10, 11),  # Christmas Day, and yet
        26: (),
        27: clock(9, 10),  # a Sunday
        28: (),
        29: clock(9, 17),
    }


@pytest.mark.parametrize(
    ("country", "day"), [("DK", date(2026, 4, 2)), ("DK", date(2026, 5, 25)), ("SE", date(2026, 1, 6)), ("US", date(2026, 7, 3))]
)
def test_public_holidays_are_closed(country: str, day: date) -> None:
    assert day_spans(OpeningHours(), day) == clock(9, 17)
    assert day_spans(OpeningHours(country=country), day) == ()


def test_danish_shops_are_shut_on_two_days_more() -> None:
    """Lukkeloven, § 1."""
    hours = OpeningHours(country="DK")
    assert [day_spans(hours, date(2026, month, day)) for month, day in ((6, 5), (12, 24), (12, 25))] == [()] * 3
    assert day_spans(hours, date(2026, 12, 31)) == clock(9, 17), "only from 15 o'clock"
    assert day_spans(OpeningHours(country="SE"), date(2028, 6, 5)) == clock(9, 17)


def test_the_days_are_told_by_name() -> None:
    ahead = days_ahead("DK", date(2026, 11, 30), "da")
    assert ahead[:2] == [(date(2026, 12, 24), "Juleaften"), (date(2026, 12, 25), "Juledag")]
    assert (date(2027, 6, 5), "Grundlovsdag") in ahead
    assert ahead == sorted(ahead)
    assert len(days_ahead("SE", date(2026, 11, 30), "en")) < 30, "not every Sunday"
    assert days_ahead("", date(2026, 11, 30), "da") == []


def test_great_prayer_day_is_no_holiday_in_denmark_any_more() -> None:
    assert day_spans(OpeningHours(country="DK"), date(2023, 5, 5)) == ()
    assert day_spans(OpeningHours(country="DK"), date(2024, 4, 26)) == clock(9, 17)


def test_never_and_always() -> None:
    now = at("2026-06-17T12:00")
    assert not is_open(OpeningHours(week=CLOSED_WEEK), now)
    assert next_change_ms(OpeningHours(week=CLOSED_WEEK), now) is None
    assert spans_between(OpeningHours(week=CLOSED_WEEK), now, now + 90 * DAY_MS) == []
    assert is_open(OpeningHours(week=ALWAYS), now)
    assert next_change_ms(OpeningHours(week=ALWAYS), now) is None
    assert spans_between(OpeningHours(week=ALWAYS), now, now + 90 * DAY_MS) == [(now, now + 90 * DAY_MS)]


@pytest.mark.parametrize(("day", "found"), [("2026-08-15", True), ("2026-08-17", False)])
def test_a_change_is_looked_for_sixty_days_ahead(day: str, found: bool) -> None:
    now = at("2026-06-17T12:00")
    opens = OpeningHours(week=CLOSED_WEEK, opened={day: clock(9, 17)})
    assert next_change_ms(opens, now) == (at(f"{day}T09:00") if found else None)
    closes = OpeningHours(week=ALWAYS, closed=(day,))
    assert next_change_ms(closes, now) == (at(f"{day}T00:00") if found else None)


@pytest.mark.parametrize(
    ("hours", "begins", "length_minutes"),
    [
        ((2, 3), None, 0),  # this hour is left out
        ((2.25, 2.75), None, 0),
        ((1.5, 2.5), "2026-03-29T01:30", 30),
        ((2.5, 4), "2026-03-29T03:00", 60),
        ((1, 4), "2026-03-29T01:00", 120),
        ((1, 2, 3, 4), "2026-03-29T01:00", 120),  # two openings that touch in this one night
        ((0, 24), "2026-03-29T00:00", 23 * 60),
    ],
)
def test_the_night_when_clocks_go_forward(hours: tuple[float, ...], begins: str | None, length_minutes: int) -> None:
    desk = OpeningHours(week=CLOSED_WEEK, opened={"2026-03-29": clock(*hours)})
    spans = spans_between(desk, at("2026-03-28T12:00"), at("2026-03-29T12:00") + DAY_MS)
    assert spans == ([] if begins is None else [(at(begins), at(begins) + length_minutes * MINUTE_MS)])
    assert next_change_ms(desk, at("2026-03-28T12:00")) == (None if begins is None else at(begins))


@pytest.mark.parametrize(
    ("hours", "length_minutes"),
    [((2, 3), 120), ((2, 2.5), 30), ((2.5, 3), 90), ((1.5, 2.5), 60), ((0, 24), 25 * 60)],
)
def test_the_night_when_clocks_go_back(hours: tuple[float, float], length_minutes: int) -> None:
    """What comes twice is its first time."""
    desk = OpeningHours(week=CLOSED_WEEK, opened={"2026-10-25": clock(*hours)})
    begins = at("2026-10-25T00:00") + round(hours[0] * HOUR_MS)
    spans = spans_between(desk, begins - DAY_MS, begins + 2 * DAY_MS)
    assert spans == [(begins, begins + length_minutes * MINUTE_MS)]


def test_where_clocks_go_back_over_midnight() -> None:
    """St John's, 2010: at 0:01 it was 23:01 of the day before. The night from ten to two lasts an hour longer."""
    desk = daily(0, 2, 22, 24, zone="America/St_Johns")
    begins = at("2010-11-06T22:00", desk.zone)
    assert spans_between(desk, begins, begins + 12 * HOUR_MS) == [(begins, begins + 5 * HOUR_MS)]
    assert is_open(desk, at("2010-11-06T23:30", desk.zone, fold=1))


def test_a_day_that_never_was() -> None:
    """Samoa went over the date line: after 29 December 2011 came the 31st."""
    desk = OpeningHours(zone="Pacific/Apia", week=CLOSED_WEEK, opened={"2011-12-30": clock(9, 17)})
    noon = at("2011-12-29T12:00", desk.zone)
    assert spans_between(desk, noon - 5 * DAY_MS, noon + 5 * DAY_MS) == []


@pytest.mark.parametrize(
    ("hours", "field", "cure"),
    [
        (OpeningHours(zone="Europe/Kobenhavn"), "zone", "Europe/Copenhagen"),
        (OpeningHours(zone=""), "zone", "Europe/Copenhagen"),
        (OpeningHours(zone="../../etc/passwd"), "zone", "Europe/Copenhagen"),
        (OpeningHours(zone="Europe"), "zone", "Europe/Copenhagen"),
        (OpeningHours(country="XX"), "country", "DK"),
        (OpeningHours(country="UK"), "country", "DK"),  # it is GB
        (OpeningHours(country="dk"), "country", "DK"),
        (OpeningHours(week=((),) * 6), "week", "Monday"),
        (OpeningHours(closed=("2026-12-24", "24.12.2026")), "closed[1]", "2026-12-24"),
        (OpeningHours(closed=("20261224",)), "closed[0]", "2026-12-24"),
        (OpeningHours(closed=("2026-02-29",)), "closed[0]", "2026-12-24"),
        (OpeningHours(opened={"jul": ()}), "opened[jul]", "2026-12-24"),
        (OpeningHours(opened={"2026-12-24": clock(12, 8)}), "opened[2026-12-24][0]", "12:00–8:00"),
        (OpeningHours(week=(clock(9, 12, 13, 13), *CLOSED_WEEK[1:])), "week[0][1]", "midnight"),
        (OpeningHours(week=(*CLOSED_WEEK[1:], clock(22, 26))), "week[6][0]", "24:00"),
        (OpeningHours(week=(clock(13, 17, 9, 13.5), *CLOSED_WEEK[1:])), "week[0]", "9:00–13:30 and 13:00–17:00"),
        (OpeningHours(opened={"2026-12-24": clock(8, 12, 8, 12)}), "opened[2026-12-24]", "one"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_cure(hours: OpeningHours, field: str, cure: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        checked(hours)
    assert refused.value.field == field
    assert cure in str(refused.value)
    danish = refused.value.problem(lambda text: i18n.translate(text, "da"))
    assert danish != refused.value.problem(lambda text: text)


def test_what_can_be_meant_is_not() -> None:
    hours = OpeningHours(
        country="DK", closed=("2028-02-29",), opened={"2026-12-24": clock(0, 9, 9, 12, 23, 24), "2026-12-31": ()}
    )
    assert checked(hours) is hours
    assert checked(OpeningHours(week=CLOSED_WEEK, zone="UTC")).country == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"week": [[]] * 6},
        {"week": [[]] * 8},
        {"week": [[{"begins": 0, "ends": 1441}]] + [[]] * 6},
        {"week": [[{"begins": -1, "ends": 60}]] + [[]] * 6},
        {"week": [[{"begins": n, "ends": n + 1} for n in range(11)]] + [[]] * 6},
        {"closed": ["2026-12-24"] * 401},
        {"opened": {str(n): [] for n in range(401)}},
        {"country": "DNK"},
    ],
)
def test_there_are_bounds(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, OpeningHours)


def test_they_are_read_as_they_were_written() -> None:
    hours = OpeningHours(country="DK", closed=("2026-12-23",), opened={"2026-12-24": clock(8, 12)})
    assert msgspec.json.decode(msgspec.json.encode(hours), type=OpeningHours) == hours


@st.composite
def days(draw: st.DrawFn) -> tuple[Span, ...]:
    """Most edges are where clocks change, or at midnight."""
    edge = st.sampled_from((0, 1, 60, 90, 120, 135, 150, 165, 180, 240, 1380, 1381, 1410, 1440)) | st.integers(0, 1440)
    edges = sorted(draw(st.sets(edge, max_size=8)))
    apart = tuple(Span(*pair) for pair in zip(edges[::2], edges[1::2], strict=False))
    touching = tuple(Span(*pair) for pair in pairwise(edges))
    return draw(st.sampled_from((apart, touching)))


moments = st.builds(
    lambda change, minutes, ms: round(change.timestamp() * 1000) + minutes * MINUTE_MS + ms,
    st.sampled_from(CHANGES),
    st.integers(-36 * 60, 36 * 60),
    st.sampled_from((0, 0, 1, MINUTE_MS - 1)),
)
desks = st.builds(
    OpeningHours,
    zone=st.sampled_from(ZONES),
    week=st.tuples(*[days()] * 7) | days().map(lambda day: (day,) * 7),
    country=st.sampled_from(("", "", "DK", "US")),
    closed=st.sampled_from(((), ("2026-10-25",), ("2026-03-28", "2026-11-01"))),
    opened=st.dictionaries(st.sampled_from(("2026-03-29", "2026-10-25", "2026-11-01", "2026-12-25")), days(), max_size=2),
)


@settings(derandomize=True)
@given(desks, moments)
def test_is_open_agrees_with_the_spans_at_every_minute(hours: OpeningHours, from_ms: int) -> None:
    until_ms = from_ms + 4 * HOUR_MS
    spans = spans_between(checked(hours), from_ms, until_ms)
    for at_ms in range(from_ms, until_ms, MINUTE_MS):
        assert is_open(hours, at_ms) is any(begins <= at_ms < ends for begins, ends in spans), at_ms


@settings(derandomize=True)
@given(desks, moments, st.integers(0, 10 * DAY_MS))
def test_spans_are_in_order_apart_and_within(hours: OpeningHours, from_ms: int, length_ms: int) -> None:
    until_ms = from_ms + length_ms
    edges = [edge for span in spans_between(hours, from_ms, until_ms) for edge in span]
    assert all(first < second for first, second in pairwise(edges))
    assert all(from_ms <= edge <= until_ms for edge in edges)


@settings(derandomize=True)
@given(desks, moments, st.integers(0, 3 * DAY_MS), st.integers(0, 3 * DAY_MS))
def test_spans_do_not_depend_on_where_one_looks_from(hours: OpeningHours, from_ms: int, first_ms: int, then_ms: int) -> None:
    middle, until = from_ms + first_ms, from_ms + first_ms + then_ms
    whole = spans_between(hours, from_ms, until)
    parts = spans_between(hours, from_ms, middle) + spans_between(hours, middle, until)
    assert sum(ends - begins for begins, ends in parts) == sum(ends - begins for begins, ends in whole)
    assert {edge for span in whole for edge in span} - {edge for span in parts for edge in span} == set()


@settings(derandomize=True)
@given(desks, moments)
def test_the_next_change_is_later_and_is_one(hours: OpeningHours, at_ms: int) -> None:
    change_ms = next_change_ms(hours, at_ms)
    now = is_open(hours, at_ms)
    until_ms = at_ms + AHEAD_DAYS * DAY_MS if change_ms is None else change_ms
    assert spans_between(hours, at_ms, until_ms) == ([(at_ms, until_ms)] if now else [])  # nothing changes before
    if change_ms is not None:
        assert at_ms < change_ms <= at_ms + AHEAD_DAYS * DAY_MS
        assert is_open(hours, change_ms - 1) is now
        assert is_open(hours, change_ms) is not now


@settings(derandomize=True)
@given(desks, moments)
def test_it_is_open_when_the_clock_on_the_wall_says_so(hours: OpeningHours, at_ms: int) -> None:
    wall = datetime.fromtimestamp(at_ms // 1000, ZoneInfo(hours.zone))
    if wall.utcoffset() == wall.replace(fold=1 - wall.fold).utcoffset():  # it comes once
        minute = wall.hour * 60 + wall.minute
        assert is_open(hours, at_ms) is any(span.begins <= minute < span.ends for span in day_spans(hours, wall.date()))


@settings(derandomize=True)
@given(desks, st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_a_day_follows_its_rule(hours: OpeningHours, day: date) -> None:
    spans = day_spans(hours, day)
    if (name := day.isoformat()) in hours.opened:
        assert spans == hours.opened[name]
    elif name in hours.closed:
        assert spans == ()
    else:
        assert spans in ((), hours.week[day.weekday()])
        assert hours.country or spans == hours.week[day.weekday()]


def test_each_day_of_a_year_is_as_long_as_its_clock_says() -> None:
    hours = daily(0, 24)
    lengths = set()
    for number in range(365):
        day = date(2026, 1, 1) + timedelta(days=number)
        one = OpeningHours(week=CLOSED_WEEK, opened={day.isoformat(): hours.week[0]})
        begins, ends = spans_between(one, at(f"{day}T00:00") - DAY_MS, at(f"{day}T00:00") + 3 * DAY_MS)[0]
        lengths.add((ends - begins) // HOUR_MS)
    assert lengths == {23, 24, 25}
