"""Booked calls: which times are free, and the appointment for a calendar."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import icalendar
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.show.booking import MINUTE_MS, Booking, BookingState, calendar_file, method_of, slots
from studio.show.calendar_file import OCTETS, escaped, quoted, written
from studio.show.opening_hours import OpeningHours, Span, spans_between

ZONE = "Europe/Copenhagen"
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
HOURS = OpeningHours(week=((Span(9 * 60, 12 * 60),),) * 7)
ALWAYS = OpeningHours(week=((Span(0, 1440),),) * 7)


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp() * 1000)


DAY = at("2026-06-17T00:00")


def booked(begins: float, minutes: int = 30, state: BookingState = "booked", day: int = DAY) -> Booking:
    begins_ms = day + round(begins * HOUR_MS)
    return Booking(id=f"b{begins_ms}", begins_ms=begins_ms, ends_ms=begins_ms + minutes * MINUTE_MS, state=state)


def free(
    *taken: Booking,
    hours: OpeningHours = HOURS,
    day: int = DAY,
    days: int = 1,
    minutes: int = 30,
    advisors: int = 1,
    notice: int = 0,
    now: int | None = None,
) -> list[str]:
    found = slots(
        hours,
        taken,
        from_ms=day,
        until_ms=day + days * DAY_MS,
        minutes=minutes,
        advisors=advisors,
        notice_minutes=notice,
        now_ms=day if now is None else now,
    )
    return [f"{datetime.fromtimestamp(found_ms // 1000, ZoneInfo(hours.zone)):%-H:%M}" for found_ms in found]


def test_a_day_has_its_slots() -> None:
    assert free() == ["9:00", "9:30", "10:00", "10:30", "11:00", "11:30"]
    assert free(minutes=60) == ["9:00", "10:00", "11:00"]
    assert free(minutes=45) == ["9:00", "9:45", "10:30", "11:15"]
    assert free(minutes=240) == []


def test_they_are_on_the_clock_and_within_the_opening() -> None:
    hours = OpeningHours(week=((Span(9 * 60 + 10, 11 * 60 + 20),),) * 7)
    assert free(hours=hours) == ["9:30", "10:00", "10:30"]
    assert free(hours=hours, minutes=10, now=DAY + 10 * HOUR_MS + 55 * MINUTE_MS) == ["11:00", "11:10"]


def test_what_touches_is_one_opening() -> None:
    hours = OpeningHours(week=((Span(0, 30), Span(585, 615), Span(615, 645), Span(1410, 1440)),) * 7)
    assert free(hours=hours) == ["0:00", "10:00", "23:30"]
    assert free(hours=hours, minutes=60) == []
    assert free(hours=hours, minutes=20, day=DAY + 23 * HOUR_MS, now=DAY)[:2] == ["23:40", "0:00"]


def test_a_slot_may_end_after_the_time_one_looks_at() -> None:
    assert free(hours=ALWAYS, minutes=60, day=DAY + 22 * HOUR_MS + HOUR_MS // 2, now=DAY, days=0) == []
    found = slots(
        ALWAYS, (), from_ms=DAY, until_ms=DAY + HOUR_MS + 1, minutes=60, advisors=1, notice_minutes=0, now_ms=DAY - DAY_MS
    )
    assert found == [DAY, DAY + HOUR_MS]


def test_notice_is_kept() -> None:
    ten = DAY + 10 * HOUR_MS
    assert free(now=ten) == ["10:00", "10:30", "11:00", "11:30"]
    assert free(now=ten + 1) == ["10:30", "11:00", "11:30"]
    assert free(now=ten, notice=60) == ["11:00", "11:30"]
    assert free(now=ten, notice=24 * 60) == []
    assert free(now=ten, notice=24 * 60, days=2) == ["10:00", "10:30", "11:00", "11:30"]


def test_what_is_taken_is_not_free() -> None:
    assert free(booked(10)) == ["9:00", "9:30", "10:30", "11:00", "11:30"]
    assert free(booked(10), booked(9)) == ["9:30", "10:30", "11:00", "11:30"]
    assert free(booked(10.25)) == ["9:00", "9:30", "11:00", "11:30"]  # the length of calls was changed since
    assert free(booked(8, 240)) == []
    assert free(booked(10, state="held_call")) == ["9:00", "9:30", "10:30", "11:00", "11:30"]
    assert free(booked(10, state="cancelled")) == free()


def test_as_many_as_there_are_advisors() -> None:
    assert free(booked(10), advisors=2) == free()
    assert free(booked(10), booked(10), advisors=2) == ["9:00", "9:30", "10:30", "11:00", "11:30"]
    assert free(booked(9.75), booked(10.25), advisors=2) == ["9:00", "9:30", "10:30", "11:00", "11:30"]
    assert free(advisors=0) == []


def test_a_closed_desk_has_none() -> None:
    assert free(hours=OpeningHours(week=((),) * 7), days=30) == []


def test_the_nights_when_clocks_change() -> None:
    spring, autumn = at("2026-03-29T00:00"), at("2026-10-25T00:00")
    assert free(hours=ALWAYS, day=spring, minutes=60)[:4] == ["0:00", "1:00", "3:00", "4:00"]
    assert free(hours=ALWAYS, day=autumn, minutes=60)[:5] == ["0:00", "1:00", "2:00", "2:00", "3:00"]
    assert free(day=autumn) == free(day=spring) == free()


calls = st.builds(booked, st.integers(-4, 4 * 52).map(lambda quarter: quarter / 4), st.integers(1, 120))
edges = st.sets(st.integers(0, 96), max_size=6).map(sorted)
weeks = edges.map(lambda found: tuple(Span(a * 15, b * 15) for a, b in zip(found[::2], found[1::2], strict=False)))
nights = st.sampled_from((DAY, at("2026-03-29T00:00"), at("2026-10-25T00:00"), at("2026-12-24T00:00")))


@settings(derandomize=True)
@given(weeks, nights, st.lists(calls, max_size=8), st.integers(1, 100), st.integers(1, 3), st.integers(0, 600), st.data())
def test_nobody_is_booked_twice(
    day: tuple[Span, ...], night: int, drawn: list[Booking], minutes: int, advisors: int, notice: int, data: st.DataObject
) -> None:
    """Customers take what they are offered, one after the other, until nothing is left."""
    hours = OpeningHours(week=(day,) * 7, country="DK")
    taken = [msgspec.structs.replace(b, begins_ms=b.begins_ms - DAY + night, ends_ms=b.ends_ms - DAY + night) for b in drawn]
    from_ms, until_ms, length_ms = night + 3 * HOUR_MS, night + 40 * HOUR_MS, minutes * MINUTE_MS
    now_ms = night + data.draw(st.integers(-DAY_MS, DAY_MS))
    openings = spans_between(hours, night - DAY_MS, night + 5 * DAY_MS)
    for _ in range(12):
        found = slots(
            hours,
            taken,
            from_ms=from_ms,
            until_ms=until_ms,
            minutes=minutes,
            advisors=advisors,
            notice_minutes=notice,
            now_ms=now_ms,
        )
        assert all(then - first >= length_ms for first, then in pairwise(found))
        for at_ms in found:
            assert max(from_ms, now_ms + notice * MINUTE_MS) <= at_ms < until_ms
            assert any(begins <= at_ms and at_ms + length_ms <= ends for begins, ends in openings)
            clock = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(ZONE))
            assert (clock.hour * 60 + clock.minute) % minutes == clock.second == clock.microsecond == 0
            meanwhile = [b for b in taken if b.begins_ms < at_ms + length_ms and b.ends_ms > at_ms]
            assert len(meanwhile) < advisors
        if not found:
            break
        begins_ms = data.draw(st.sampled_from(found))
        taken.append(Booking(id="new", begins_ms=begins_ms, ends_ms=begins_ms + length_ms))


def made(booking: Booking | None = None, title: str = "Hudpleje", url: str = "https://x.example/c", language: str = "da") -> str:
    booking = booking or Booking(id="b7", begins_ms=1_800_000_000_000, ends_ms=1_800_001_800_000)
    return calendar_file(booking, title=title, url=url, host="calls.example", language=language, now_ms=1_799_000_000_000)


def unfolded(text: str) -> list[str]:
    assert text.endswith("\r\n")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def plain(value: str) -> str:
    """What a calendar reads: the escapes taken back."""
    marks = {"n": "\n"}
    read, rest = "", iter(value)
    for character in rest:
        read += marks.get(mark := next(rest), mark) if character == "\\" else character
    return read


def test_the_appointment() -> None:
    assert unfolded(made()) == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Vitrine//Call//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "UID:b7@calls.example",
        "DTSTAMP:20270103T181320Z",
        "DTSTART:20270115T080000Z",
        "DTEND:20270115T083000Z",
        "SEQUENCE:0",
        "ORGANIZER:mailto:no-reply@calls.example",
        "STATUS:CONFIRMED",
        "SUMMARY:Hudpleje",
        "URL:https://x.example/c",
        "DESCRIPTION:Din samtale begynder på denne side: https://x.example/c",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "DESCRIPTION:Hudpleje",
        "TRIGGER:-PT15M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


@pytest.mark.parametrize(("language", "sentence"), [("da", "Din samtale"), ("en", "Your call"), ("de", "Your call")])
def test_it_speaks_the_customers_language(language: str, sentence: str) -> None:
    assert f"DESCRIPTION:{sentence}" in made(language=language)


def test_a_cancelled_call_reminds_nobody() -> None:
    text = made(Booking(id="b7", begins_ms=1_800_000_000_000, ends_ms=1_800_001_800_000, state="cancelled"))
    assert "STATUS:CANCELLED" in text
    assert "VALARM" not in text
    assert "UID:b7@calls.example" in text


@pytest.mark.parametrize("state", ["booked", "cancelled"])
@pytest.mark.parametrize("mailed", [True, False])
def test_calendars_put_it_in_and_take_it_out(state: BookingState, mailed: bool) -> None:
    """iTIP (RFC 5546, 3.2.2 and 3.2.5), as another program reads it."""
    booking = Booking(id="b7", begins_ms=1_800_000_000_000, ends_ms=1_800_001_800_000, contact="kunde@example.com", state=state)
    text = calendar_file(
        booking, title="Opkald", url="https://x.example/c", host="calls.example", language="da", now_ms=1_799_000_000_000,
        organizer="Sandø <hej@sandoe.example>", mailed=mailed,
    )  # fmt: skip
    calendar = icalendar.Calendar.from_ical(text)
    (event,) = calendar.events
    assert not calendar.errors
    assert not event.errors
    assert calendar["METHOD"] == method_of(booking, mailed=mailed)
    assert (event["SEQUENCE"], event["STATUS"]) == ((1, "CANCELLED") if state == "cancelled" else (0, "CONFIRMED"))
    assert (event["ORGANIZER"], event["ORGANIZER"].params["CN"]) == ("mailto:hej@sandoe.example", "Sandø")
    assert event.get("ATTENDEE") == ("mailto:kunde@example.com" if mailed else None)
    assert event.start == datetime(2027, 1, 15, 8, tzinfo=UTC)
    assert bool(event.alarms.times) == (state == "booked")


def test_nothing_of_the_customer_is_in_it() -> None:
    text = made(Booking(id="b7", begins_ms=0, ends_ms=1, name="Mathilde", contact="mathilde@example.dk"))
    assert "athilde" not in text


CHARACTERS = "æ💄;,\\\n\r n"
TEXTS = st.text(max_size=300) | st.text(CHARACTERS, max_size=200) | st.text(CHARACTERS, min_size=150, max_size=300)


@settings(derandomize=True)
@given(TEXTS)
def test_a_file_folds_and_reads_as_it_was_written(title: str) -> None:
    text = made(title=title)
    assert all(len(line.encode()) <= OCTETS for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")
    assert "\r" not in text.replace("\r\n", "")
    lines = unfolded(text)
    assert len(lines) == 23  # no title makes a line of its own
    assert plain(lines[13].removeprefix("SUMMARY:")) == title.replace("\r", "")


@settings(derandomize=True)
@given(st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), min_size=1, max_size=400)))
def test_any_lines_fold_and_unfold(lines: list[str]) -> None:
    lines = [f"X{line}" for line in lines]
    text = written(lines)
    assert all(len(line.encode()) <= OCTETS for line in text.split("\r\n"))
    assert (unfolded(text) if lines else []) == lines


@settings(derandomize=True)
@given(TEXTS)
def test_a_parameter_stays_within_its_quotes(text: str) -> None:
    inner = quoted(text)[1:-1]
    assert not set(inner) & set('"\r\n')
    assert len(inner) == len(text)


def test_lines_are_as_long_as_they_may_be() -> None:
    assert written(["x" * 75]) == "x" * 75 + "\r\n"
    assert written(["x" * 150]) == "x" * 75 + "\r\n " + "x" * 74 + "\r\n x\r\n"
    assert written(["x" * 74 + "æ"]) == "x" * 74 + "\r\n æ\r\n"


def test_escapes() -> None:
    assert escaped("a;b,c\\d\r\ne") == "a\\;b\\,c\\\\d\\ne"


@pytest.mark.parametrize(
    "wrong", [{"kind": "fax"}, {"state": "lost"}, {"name": "x" * 41}, {"contact": "x" * 255}, {"language": "dansk"}]
)
def test_there_are_bounds(wrong: dict[str, str]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"id": "b7", "begins_ms": 0, "ends_ms": 1} | wrong, Booking)
