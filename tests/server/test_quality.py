"""Which rendition a viewer gets, second by second."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from studio.server.quality import FAILED_S, SETTLE_S, SOUND_KBPS, START_S, TRIAL_MOST_S, TRIAL_S, Quality, Step

LADDER = (Step(1, 4500), Step(2, 2450), Step(3, 870))


class Viewer:
    """A quality, and a clock that moves in tenths of a second."""

    def __init__(self) -> None:
        self.now = 100.0
        self.quality = Quality(LADDER, self.now)
        self.now += START_S
        self.changes = [(float("-inf"), self.quality.rendition)]

    def wait(self, seconds: float) -> int:
        for _ in range(round(seconds * 10)):
            self.now += 0.1
            self.quality.tick(self.now)
            self._note()
        return self.quality.rendition

    def _note(self) -> None:
        if self.changes[-1][1] != self.quality.rendition:
            self.changes.append((self.now, self.quality.rendition))

    def estimate(self, kbps: float) -> int:
        self.quality.estimate(kbps, self.now)
        self._note()
        return self.quality.rendition

    def loss(self, share: float) -> int:
        self.quality.loss(share, self.now)
        self._note()
        return self.quality.rendition


def test_it_begins_with_the_best_and_keeps_it_while_all_is_well() -> None:
    viewer = Viewer()
    assert viewer.estimate(9000) == 1
    assert viewer.loss(0.01) == 1
    assert viewer.estimate(0.85 * 4600) == 1, "a moment's dip"
    assert viewer.estimate(9000) == 1
    assert viewer.wait(60) == 1


def test_it_goes_down_at_the_first_report_that_says_too_little_arrives() -> None:
    assert Viewer().estimate(2700) == 2
    assert Viewer().estimate(1200) == 3, "as far down as it must"
    assert Viewer().estimate(50) == 3, "never further than to the last"


def test_heavy_loss_is_a_step_down_light_loss_is_none() -> None:
    assert Viewer().loss(0.25) == 2
    assert Viewer().loss(0.05) == 1


def test_what_a_browser_estimates_before_pictures_flow_is_not_believed() -> None:
    viewer = Viewer()
    viewer.now -= 1
    assert viewer.estimate(300) == 1
    assert viewer.loss(0.3) == 2, "loss is a fact"


def test_reports_of_before_a_change_count_no_more() -> None:
    viewer = Viewer()
    viewer.loss(0.3)
    assert viewer.loss(0.3) == 2
    viewer.now += SETTLE_S
    assert viewer.loss(0.3) == 3


def test_it_goes_up_again_in_seconds_a_step_at_a_time() -> None:
    viewer = Viewer()
    viewer.estimate(1000)
    assert viewer.wait(TRIAL_S - 0.2) == 3
    assert viewer.wait(0.4) == 2
    assert viewer.wait(TRIAL_S + 0.2) == 1


def test_light_loss_keeps_it_from_going_up() -> None:
    viewer = Viewer()
    viewer.estimate(1000)
    for _ in range(20):
        viewer.wait(1)
        assert viewer.loss(0.04) == 3


def test_a_step_up_that_fails_waits_twice_as_long_each_time() -> None:
    viewer = Viewer()
    viewer.estimate(1000)
    waited = []
    for _ in range(4):
        begun = viewer.now
        while viewer.wait(0.1) == 3:
            pass
        waited.append(viewer.now - begun)
        viewer.now += SETTLE_S
        assert viewer.estimate(1000) == 2, "an estimate of before, that has to grow first"
        assert viewer.loss(0.3) == 3
    assert [round(seconds) for seconds in waited] == [3, 6, 12, 24]


def test_a_step_up_that_held_is_forgiven() -> None:
    viewer = Viewer()
    viewer.estimate(2700)
    viewer.wait(TRIAL_S + 0.2)
    viewer.wait(FAILED_S + 1)
    assert viewer.estimate(2700) == 2
    assert viewer.wait(TRIAL_S + 0.2) == 1


def test_what_is_offered_no_more_is_left_for_the_next_smaller() -> None:
    viewer = Viewer()
    viewer.quality.offer(LADDER[1:], viewer.now)
    assert viewer.quality.rendition == 2
    viewer.quality.offer(LADDER, viewer.now)
    assert viewer.quality.rendition == 2, "up is a trial like any other"
    assert viewer.wait(TRIAL_S + 0.2) == 1
    viewer.quality.offer(LADDER[:1], viewer.now)
    assert viewer.quality.rendition == 1


reports = st.tuples(st.sampled_from(["estimate", "loss", "wait"]), st.floats(0, 6000), st.floats(0, 20))


@given(st.lists(reports, max_size=60))
def test_whatever_is_reported_there_is_always_a_rendition_and_never_a_hurry(said: list[tuple[str, float, float]]) -> None:
    viewer = Viewer()
    for kind, value, seconds in said:
        if kind == "wait":
            viewer.wait(seconds)
        elif kind == "estimate":
            viewer.estimate(value)
        else:
            viewer.loss(value / 6000)
    times = [at for at, _ in viewer.changes]
    assert all(later - earlier > SETTLE_S - 0.01 for earlier, later in itertools.pairwise(times))
    assert {rendition for _, rendition in viewer.changes} <= {1, 2, 3}
    assert viewer.quality._wait_s <= TRIAL_MOST_S


def test_the_sound_is_counted_too() -> None:
    assert Viewer().estimate(0.61 * (4500 + SOUND_KBPS)) == 1
    assert Viewer().estimate(0.59 * (4500 + SOUND_KBPS)) == 2


def test_an_estimate_that_falls_again_counts_one_that_creeps_back_does_not() -> None:
    viewer = Viewer()
    for share in (0.85, 0.87, 0.9):
        assert viewer.estimate(share * 4610) == 1
        viewer.wait(1)
    assert viewer.estimate(0.79 * 4610) == 2


def test_what_counts_is_what_was_really_sent() -> None:
    viewer = Viewer()
    viewer.quality.sent(3000)
    assert viewer.estimate(2600) == 1, "the encoder needed no more"
    assert viewer.estimate(2600) == 1
    assert viewer.estimate(1700) == 3
