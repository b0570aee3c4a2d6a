"""A countdown: to a time of day or from when it is shown, redrawn only when its words change."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.overlays.countdown import CountdownSettings, CountdownSource, seconds_until, written
from studio.overlays.painter import OverlayPainter
from studio.state import Canvas
from tests.fakes import ManualClock, Reports, wait_for

pytestmark = pytest.mark.usefixtures("gui")


def wall(hour: int, minute: int, second: int = 0) -> int:
    return round(datetime.datetime(2026, 11, 22, hour, minute, second).timestamp() * 1000)


@pytest.mark.parametrize(
    ("at", "now", "left"),
    [
        ("19:30", wall(19, 0), 1800),
        ("19:30", wall(19, 29, 59), 1),
        ("19:30", wall(19, 30), 0),
        ("19:30", wall(19, 31), -60),
        ("0:10", wall(23, 50), 1200),
        ("23:50", wall(0, 10), -1200),
    ],
)
def test_a_time_of_day_is_the_nearest_one(at: str, now: int, left: int) -> None:
    assert seconds_until(at, now) == left


@given(st.integers(-10_000, 200_000))
def test_the_words_say_the_time(seconds: int) -> None:
    parts = [int(part) for part in written(seconds).split(":")]
    total = 0
    for part in parts:
        total = total * 60 + part
    assert total == max(0, seconds)
    assert all(part < 60 for part in parts[1:])


@pytest.fixture
def painter() -> Iterator[OverlayPainter]:
    made = OverlayPainter()
    made.start()
    yield made
    made.close()


class Shown:
    """A countdown on a clock of the test's own."""

    def __init__(self, painter: OverlayPainter, **settings: Any) -> None:
        self.clock = ManualClock(wall_ms=wall(19, 0))
        self.reports = Reports(clock=self.clock, canvas=Canvas())
        self.source = CountdownSource(painter, CountdownSettings(**settings), self.reports.context)
        self.source.start()
        self.reports.live()

    def after(self, seconds: float) -> str:
        """Its words when it has been on the program all that time."""
        for _ in range(round(seconds * 10)):
            self.source.picture(self.clock.advance(ms=100))
        return self.source.shown


def test_minutes_count_from_when_it_is_shown_and_again_when_it_is_shown_again(painter: OverlayPainter) -> None:
    countdown = Shown(painter, minutes=2)
    countdown.clock.advance(ms=60_000)
    assert countdown.after(0.2) == "2:00"
    assert countdown.after(10) == "1:50"
    countdown.clock.advance(ms=60_000)
    assert countdown.after(0.2) == "2:00", "its scene came on the program anew"


def test_a_time_of_day_goes_on_whether_it_is_shown_or_not(painter: OverlayPainter) -> None:
    countdown = Shown(painter, at="19:30")
    assert countdown.after(0.1) == "30:00"
    countdown.clock.advance(ms=600_000)
    assert countdown.after(0.1) == "20:00"


def test_at_zero_it_stands_or_says_what_it_was_told_to(painter: OverlayPainter) -> None:
    assert Shown(painter, minutes=0.05).after(6) == "0:00"
    assert Shown(painter, minutes=0.05, over="Vi er i gang").after(6) == "Vi er i gang"


def test_it_is_drawn_anew_only_when_a_second_has_passed(painter: OverlayPainter) -> None:
    countdown = Shown(painter, minutes=2, label="Vi starter om")
    countdown.after(0.1)
    wait_for(lambda: len(countdown.reports.said) >= 1)
    first = countdown.source.picture(countdown.clock.now_ns())
    for _ in range(5):
        assert countdown.source.picture(countdown.clock.advance(ms=100)) is first
    countdown.after(1)
    wait_for(lambda: countdown.source.picture(countdown.clock.now_ns()) is not first)
    newest = countdown.source.picture(countdown.clock.now_ns())
    assert first is not None
    assert newest is not None
    assert (newest.width, newest.height) == (first.width, first.height), "it does not jump"
