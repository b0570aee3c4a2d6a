"""Pictures that are lost are an alarm once they are more than a few, for a while; and it ends when they are fewer."""

from typing import Any

import msgspec
import pytest

from studio.alarms.drops import Cause, DropWatch
from studio.alarms.rules import Measured, alarms
from studio.state import State, Stream
from tests.studio.alarms.test_rules import FakeEars

FPS = 30


def run(
    *lost_a_second: int, cause: str = "dropped_encoder", status: Any = "live", watch: DropWatch | None = None
) -> list[dict[Cause, float]]:
    """What is said each second, when so many pictures more are lost in each."""
    watch = watch or DropWatch()
    said, count = [], 0
    for second, lost in enumerate(lost_a_second):
        count += lost
        said.append(watch.look(msgspec.structs.replace(Stream(status=status), **{cause: count}), FPS, float(second)))
    return said


@pytest.mark.parametrize(
    ("field", "cause"), [("dropped_network", "network"), ("dropped_encoder", "encoder"), ("late_render", "render")]
)
def test_two_of_a_hundred_for_five_seconds(field: str, cause: str) -> None:
    said = run(0, 1, 1, 1, 1, 1, 1, cause=field)
    assert said[:5] == [{}] * 5
    assert said[5] == {cause: pytest.approx(1 / FPS)}


def test_fewer_are_no_alarm_nor_is_one_hiccup() -> None:
    assert run(0, *[0, 1] * 5) == [{}] * 11, "1.7 of 100"
    assert run(0, 2, 0, 0, 0, 0, 0, 0) == [{}] * 8


def test_it_ends_when_it_is_over_and_not_at_every_good_second() -> None:
    said = run(0, *[10] * 6, *[0] * 6)
    assert said[6]["encoder"] == pytest.approx(10 / FPS)
    assert "encoder" in said[7]
    assert said[-1] == {}


def test_off_air_nothing_is_lost_and_a_new_stream_is_counted_anew() -> None:
    watch = DropWatch()
    assert run(0, *[10] * 6, watch=watch)[-1]
    assert watch.look(Stream(), FPS, 8.0) == {}
    assert watch.look(Stream(status="live", dropped_encoder=60), FPS, 9.0) == {}
    assert watch.look(Stream(status="live", dropped_encoder=0), FPS, 20.0) == {}


def test_what_was_lost_before_something_was_done_about_it_does_not_count() -> None:
    watch = DropWatch()
    assert run(0, *[10] * 6, watch=watch)[-1]
    done = Stream(status="live", dropped_encoder=60, steps=("window", "preset", "rate"))
    assert watch.look(done, FPS, 7.0) == {}
    assert watch.look(done, FPS, 12.5) == {}
    still = Stream(status="live", dropped_encoder=120, steps=done.steps)
    assert watch.look(still, FPS, 13.0)["encoder"] == pytest.approx(60 / 6 / FPS)


@pytest.mark.parametrize(("share", "level"), [(0.03, "warning"), (0.66, "critical")])
def test_the_host_is_told_with_what_cures_it(share: float, level: str) -> None:
    (found,) = alarms(State(), FakeEars(), Measured(drops={"encoder": share}), frozenset())
    assert (found.code, found.level) == ("drops_encoder", level)
    assert found.words.startswith(
        f"{round(share * 100)} of 100 pictures are lost. The encoder is too slow: choose a faster preset"
    )
