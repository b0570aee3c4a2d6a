"""Days and moments on the walls of the world, also where the clock jumps at midnight, by half an hour, or over a whole day."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from studio.relation.condition import TimeOfDay
from studio.relation.days import DAY_MS, MINUTE_MS
from tests.studio.relation.anything import JUMPS, edge, judged, moments, there, zone
from tests.studio.relation.people import utc

NAMES = (
    *JUMPS,
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "America/Havana",
    "Asia/Beirut",
    "America/Nuuk",
    "Europe/London",
    "UTC",
)
ABOUT = {
    "America/Sao_Paulo": utc("2018-11-04T03:00"),
    "Asia/Kathmandu": utc("1985-12-31T18:30"),
    "Pacific/Apia": utc("2011-12-30T10:00"),
    "America/Havana": utc("2026-11-01T05:00"),
    "Asia/Beirut": utc("2026-03-28T22:00"),
    "America/Nuuk": utc("2026-10-25T01:00"),
    "Europe/London": utc("2026-10-25T01:00"),
    "UTC": utc("2026-10-25T01:00"),
}
"""A jump that is known of."""
names = st.sampled_from(NAMES)


def times(name: str) -> st.SearchStrategy[int]:
    """Any time from 1972 on, and often about a jump."""
    about = moments(name, ABOUT[name]) if name in ABOUT else edge(name).flatmap(lambda at_ms: moments(name, at_ms))
    return about | st.integers(utc("1972-01-01T00:00"), utc("2037-12-01T00:00"))


@settings(max_examples=400)
@given(names.flatmap(lambda name: st.tuples(st.just(name), times(name))))
def test_a_day_begins_at_its_midnight_and_ends_at_the_next(place: tuple[str, int]) -> None:
    name, at_ms = place
    day = zone(name).day(at_ms)
    assert zone(name).midnight_ms(day) <= at_ms < zone(name).midnight_ms(day + 1)


@settings(max_examples=400)
@given(names.flatmap(lambda name: st.tuples(st.just(name), times(name))))
def test_a_time_that_the_wall_shows_is_found_there(place: tuple[str, int]) -> None:
    name, at_ms = place
    wall = zone(name).wall(at_ms).replace(tzinfo=None)
    found = zone(name).moment_ms(wall)
    assert zone(name).wall(found).replace(tzinfo=None) == wall
    assert at_ms - DAY_MS <= found <= at_ms, "the first, where it is shown twice"
    shown = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=found)
    assert shown.astimezone(there(name)).replace(tzinfo=None) == wall


@settings(max_examples=300)
@given(names.flatmap(lambda name: st.tuples(st.just(name), times(name))), st.integers(0, 1439))
def test_a_time_that_the_wall_never_shows_is_when_it_jumps_over_it(place: tuple[str, int], minute: int) -> None:
    name, at_ms = place
    here = zone(name)
    wall = here.wall(at_ms).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0) + timedelta(minutes=minute)
    found = here.moment_ms(wall)
    assert here.wall(found - 1).replace(tzinfo=None) < wall <= here.wall(found).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("name", "wall", "at"),
    [
        ("Europe/Copenhagen", "2027-03-28T02:30", "2027-03-28T01:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),
        ("America/Sao_Paulo", "2018-11-04T00:00", "2018-11-04T03:00"),
        ("Africa/Cairo", "2026-04-24T00:30", "2026-04-23T22:00"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00"),
    ],
)
def test_what_the_wall_never_shows_is_after_the_jump(name: str, wall: str, at: str) -> None:
    assert zone(name).moment_ms(datetime.fromisoformat(wall)) == utc(at)


@settings(max_examples=200)
@given(names.flatmap(lambda name: st.tuples(st.just(name), times(name))), st.integers(0, 6), st.integers(0, 1439))
def test_a_week_has_a_weekly_moment_and_only_one(place: tuple[str, int], weekday: int, minute: int) -> None:
    name, after_ms = place
    assume(after_ms < utc("2037-01-01T00:00"))
    hour, minute = divmod(minute, 60)
    for _ in range(4):
        due_ms = zone(name).next_weekly_ms(after_ms, weekday, hour, minute)
        assert after_ms < due_ms <= after_ms + 8 * DAY_MS
        wall = zone(name).wall(due_ms)
        if (wall.weekday(), wall.hour, wall.minute) != (weekday, hour, minute):
            before = zone(name).wall(due_ms - 1).utcoffset()
            assert before is not None
            assert wall.utcoffset() != before, "the clock has just been put forward over it"
        after_ms = due_ms


# ── times of the day ─────────────────────────────────────────────────────────────────────────────────────────


def text(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


hours = st.sampled_from(("00:00", "01:30", "02:00", "02:15", "02:30", "03:00", "15:00", "22:00")) | st.integers(0, 1439).map(text)
times_of_day = st.builds(
    TimeOfDay,
    begins=hours,
    ends=hours | st.just("24:00"),
    weekdays=st.lists(st.integers(0, 6), max_size=3).map(tuple),
)


@settings(max_examples=200)
@given(names.flatmap(lambda name: st.tuples(st.just(name), times(name))), times_of_day)
def test_the_time_of_day_is_what_the_wall_says(place: tuple[str, int], asked: TimeOfDay) -> None:
    name, now_ms = place
    wall = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=now_ms)).astimezone(there(name))
    now, today, yesterday = f"{wall:%H:%M}", wall.weekday(), (wall - timedelta(days=1)).weekday()

    def on(day: int) -> bool:
        return not asked.weekdays or day in asked.weekdays

    if asked.begins < asked.ends:
        wanted = asked.begins <= now < asked.ends and on(today)
    else:
        wanted = (now >= asked.begins and on(today)) or (now < asked.ends and on(yesterday))
    assert judged(asked, [], now_ms, name).holds is wanted


about_jumps = [(name, at_ms) for name, jumps in JUMPS.items() for at_ms in jumps] + list(ABOUT.items())
hours_about = st.tuples(st.sampled_from(about_jumps), st.integers(-8, 8).map(lambda hours: hours * 15 * MINUTE_MS)).map(
    lambda drawn: (drawn[0][0], drawn[0][1] + drawn[1])
)


@settings(max_examples=200)
@given(hours_about | names.flatmap(lambda name: st.tuples(st.just(name), times(name))), times_of_day, st.data())
def test_nothing_changes_before_it_is_due(place: tuple[str, int], asked: TimeOfDay, data: st.DataObject) -> None:
    name, now_ms = place
    now = judged(asked, [], now_ms, name)
    assert now.due_ms is not None
    assert now_ms < now.due_ms <= now_ms + DAY_MS
    between = [now.due_ms - 1, *range(now_ms, now.due_ms, 15 * MINUTE_MS), data.draw(st.integers(now_ms, now.due_ms - 1))]
    assert {judged(asked, [], at_ms, name).holds for at_ms in between} == {now.holds}


def test_an_hour_that_comes_twice_is_looked_at_twice() -> None:
    asked = TimeOfDay(begins="02:30", ends="04:00")
    at_ms, found = utc("2026-10-25T00:15"), []
    while at_ms < utc("2026-10-25T03:00"):
        now = judged(asked, [], at_ms, "Europe/Copenhagen")
        found.append((datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%H:%M"), now.holds))
        assert now.due_ms is not None
        at_ms = now.due_ms
    assert found == [("00:15", False), ("00:30", True), ("01:00", False), ("01:30", True)]
