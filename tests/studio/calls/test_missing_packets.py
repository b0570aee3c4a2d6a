"""What is asked for again, and when it is given up."""

from hypothesis import given
from hypothesis import strategies as st

from studio.webrtc.missing_packets import ASKED_MAX, MISSING_MAX, MissingPackets, SequenceNumbers


def test_a_hole_is_asked_for_at_once_and_again_after_a_round_trip() -> None:
    missing = MissingPackets(give_up_s=1.0)
    for number in (10, 13):
        missing.add(number, 0.0)
    assert missing.due(0.0, 0.05) == [11, 12]
    assert missing.due(0.04, 0.05) == []
    missing.add(11, 0.045)
    assert missing.due(0.06, 0.05) == [12]
    missing.add(12, 0.07)
    assert len(missing) == 0
    assert missing.lost == 0


def test_what_would_come_too_late_is_given_up() -> None:
    missing = MissingPackets(give_up_s=0.3)
    missing.add(1, 0.0)
    missing.add(3, 0.0)
    assert missing.due(0.31, 0.01) == []
    assert missing.lost == 1


def test_nothing_is_asked_for_without_end() -> None:
    missing = MissingPackets(give_up_s=100.0)
    missing.add(1, 0.0)
    missing.add(3, 0.0)
    assert sum(len(missing.due(step * 0.1, 0.01)) for step in range(100)) == ASKED_MAX


def test_a_break_is_no_loss_to_make_up_for() -> None:
    missing = MissingPackets(give_up_s=1.0)
    missing.add(1, 0.0)
    missing.add(MISSING_MAX + 100, 0.0)
    assert len(missing) == 0


@given(st.lists(st.integers(-200, 200), max_size=200))
def test_numbers_count_on_beyond_the_round(steps: list[int]) -> None:
    numbers, true = SequenceNumbers(), 65_500
    assert numbers.extend(true) == true
    highest = true
    for step in steps:
        true = highest + step
        if true < 0:
            continue
        assert numbers.extend(true & 0xFFFF) == true
        highest = max(highest, true)
