"""When less is asked of the computer, and when all of it again; the clock is ours."""

import itertools
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.outputs.overuse import CALM_MOST_S, CALM_S, Load, OveruseDetector

FPS = 30
POLL_S = 0.25
STEPS = 4


@dataclass
class Laptop:
    """Loses a share of its pictures, by level; the encoder is busy for a share of the time."""

    shares: tuple[float, ...] = (0.0,) * (STEPS + 1)
    busy: float = 0.3
    costs: float = 1.0
    steps: int = STEPS
    now_s: float = 1000.0
    due: float = 0.0
    lost: float = 0.0
    busy_s: float = 0.0
    level: int = 0
    detector: OveruseDetector = field(default_factory=OveruseDetector)
    levels: list[tuple[float, int]] = field(default_factory=list)

    def run(self, seconds: float) -> int:
        for _ in range(round(seconds / POLL_S)):
            self.now_s += POLL_S
            self.due += FPS * POLL_S
            self.lost += FPS * POLL_S * self.shares[self.level]
            self.busy_s += self.busy * POLL_S
            load = Load(int(self.due), int(self.lost), self.busy_s)
            level = self.detector.look(load, self.now_s, min(self.level, self.steps), self.steps, self.costs)
            if level != self.level:
                self.levels.append((round(self.now_s - 1000, 2), level))
            self.level = level
        return self.level


def test_a_computer_that_keeps_up_is_left_alone() -> None:
    laptop = Laptop()
    assert laptop.run(120) == 0
    assert laptop.levels == []


def test_a_stall_of_a_second_is_no_reason() -> None:
    laptop = Laptop()
    laptop.run(10)
    laptop.shares = (0.5,) * 5
    laptop.run(1.5)
    laptop.shares = (0.0,) * 5
    assert laptop.run(20) == 0


def test_after_three_seconds_one_step_down_for_a_little() -> None:
    laptop = Laptop((0.05, 0.0, 0.0, 0.0, 0.0))
    assert laptop.run(2.5) == 0
    assert laptop.run(2) == 1
    assert laptop.run(5) == 1


@pytest.mark.parametrize(("share", "level"), [(0.05, 1), (0.1, 2), (0.2, 3), (0.6, 4)])
def test_where_much_is_lost_the_first_step_is_a_large_one(share: float, level: int) -> None:
    laptop = Laptop((share, *(0.0 for _ in range(STEPS))))
    assert laptop.run(4.5) == level


def test_what_one_step_does_not_cure_is_seen_after_a_second() -> None:
    laptop = Laptop((0.05, 0.05, 0.05, 0.0, 0.0))
    assert laptop.run(12) == 3
    times = [at for at, _ in laptop.levels]
    assert times[0] < 4.5
    assert all(later - earlier < 3.5 for earlier, later in itertools.pairwise(times))


def test_it_goes_up_again_one_step_at_a_time_when_nothing_was_lost_for_long() -> None:
    laptop = Laptop((0.2, 0.0, 0.0, 0.0, 0.0))
    assert laptop.run(5) == 3
    laptop.shares = (0.0,) * 5
    assert laptop.run(CALM_S - 3) == 3
    assert laptop.run(5) == 2
    assert laptop.run(2 * CALM_S + 2) == 0


def test_without_room_it_stays_where_it_is() -> None:
    laptop = Laptop((0.2, 0.0, 0.0, 0.0, 0.0), busy=0.5, costs=2.0)
    laptop.run(5)
    assert laptop.run(120) == 3, "the encoder would need all of the time"
    laptop.busy = 0.3
    assert laptop.run(CALM_S + 2) < 3


def test_a_step_up_that_has_to_be_taken_back_is_tried_later_each_time() -> None:
    laptop = Laptop((0.1, 0.0, 0.0, 0.0, 0.0))
    laptop.shares = (0.1, 0.1, 0.0, 0.0, 0.0)
    laptop.run(600)
    up = [at for (at, level), (_, before) in zip(laptop.levels[1:], laptop.levels, strict=False) if level < before]
    pauses = [later - earlier for earlier, later in itertools.pairwise(up)]
    assert len(up) >= 4
    assert pauses[-1] > 4 * pauses[0]
    assert pauses[-1] < CALM_MOST_S + 10


def test_there_are_no_more_steps_than_can_be_taken() -> None:
    laptop = Laptop((0.5,) * 5, steps=2)
    assert laptop.run(30) == 2


def test_counters_that_begin_anew_are_no_loss() -> None:
    laptop = Laptop()
    laptop.run(10)
    laptop.due = laptop.lost = laptop.busy_s = 0.0
    assert laptop.run(20) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 40), st.integers(0, STEPS)), max_size=20))
def test_the_level_is_always_one_that_there_is(phases: list[tuple[float, int, int]]) -> None:
    laptop = Laptop()
    for share, looks, steps in phases:
        laptop.shares, laptop.steps = (share,) * 5, steps
        assert 0 <= laptop.run(looks * POLL_S) <= steps
