"""Opening hours as they are written, and what is said of what cannot be meant."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import InvalidValue
from studio.show.opening_hours import DAY_MINUTES, DAYS_MAX, SPANS_MAX, Span
from ui.models.spans import dates_text, parse_dates, parse_spans, parse_special_days, spans_text, special_days_text


@st.composite
def days(draw: st.DrawFn) -> tuple[Span, ...]:
    """A day's openings: none overlap, some touch."""
    count = draw(st.integers(0, SPANS_MAX))
    marks = sorted(draw(st.sets(st.integers(0, DAY_MINUTES), min_size=2 * count, max_size=2 * count)))
    return tuple(Span(begins, ends) for begins, ends in zip(marks[::2], marks[1::2], strict=True))


ISO = st.dates().map(lambda day: day.isoformat())


@given(days())
def test_what_is_written_parses_back(spans: tuple[Span, ...]) -> None:
    assert parse_spans(spans_text(spans)) == spans


@given(st.dictionaries(ISO, days(), max_size=8))
def test_special_days_parse_back(opened: dict[str, tuple[Span, ...]]) -> None:
    assert parse_special_days(special_days_text(opened)) == opened


@given(st.sets(ISO, max_size=20))
def test_dates_parse_back(closed: set[str]) -> None:
    assert parse_dates(dates_text(closed)) == tuple(sorted(closed))


@given(st.text(max_size=60) | st.text(alphabet="0123456789:.-–, \n", max_size=40))
def test_nothing_that_is_written_breaks_it(text: str) -> None:
    for parse in (parse_spans, parse_dates, parse_special_days):
        with contextlib.suppress(InvalidValue):
            parse(text)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", ()),
        ("  \n", ()),
        ("9-17", (Span(540, 1020),)),
        ("9.30–12.00 ; 13:00 - 24:00", (Span(570, 720), Span(780, 1440))),
        ("13:00-17:00, 0:00-2:00,", (Span(0, 120), Span(780, 1020))),
        ("09:00—17:05", (Span(540, 1025),)),
    ],
)
def test_people_write_it_in_many_ways(text: str, spans: tuple[Span, ...]) -> None:
    assert parse_spans(text) == spans


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nine to five", "nine to five is not understood: write hours like 9:00-17:00"),
        ("9:00", "9:00 is not understood"),
        ("9:00-17:60", "9:00-17:60 is no time of a day"),
        ("9:00-24:01", "from 0:00 to 24:00"),
        ("22:00-2:00", "must end after it begins"),
        ("9:00-9:00", "must end after it begins"),
        ("9:00-12:00, 11:00-13:00", "9:00–12:00 and 11:00–13:00 overlap"),
        (", ".join(f"{n}:00-{n}:30" for n in range(SPANS_MAX + 1)), "at most 10 openings"),
        ("٩-١٧", "is not understood"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_spans(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Christmas 9-12", "Christmas 9-12 begins with no date"),
        ("2026-02-30 9-12", "2026-02-30 is not a date"),
        ("2026-12-24 9-12\n2026-12-24 13-14", "2026-12-24 is there twice"),
        ("2026-12-24 9-", "9- is not understood"),
    ],
)
def test_what_is_wrong_with_a_special_day_is_said(text: str, said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        parse_special_days(text)
    assert said in str(caught.value)


def test_special_days_and_dates_are_read_kindly() -> None:
    assert parse_special_days("2026-12-31\n\n 2026-12-24: 9-12") == {"2026-12-24": (Span(540, 720),), "2026-12-31": ()}
    assert parse_dates("2026-12-26, 2026-12-24\n2026-12-24") == ("2026-12-24", "2026-12-26")
    with pytest.raises(InvalidValue, match="24/12 is not a date"):
        parse_dates("24/12")
    many = "\n".join(f"20{n // 28 % 100:02}-{1 + n // 2800:02}-{1 + n % 28:02}" for n in range(DAYS_MAX + 1))
    with pytest.raises(InvalidValue, match="more than 400 days"):
        parse_dates(many)
