"""How long the mixer waits: longer at once when a device was late, shorter when nobody needed it."""

import pytest

from studio.audio.adaptive_latency import GONE, LEAST, MARGIN, MOST, STALL, STEP, WINDOW, AdaptiveLatency
from studio.media.encoder import SAMPLE_RATE


def test_it_begins_with_what_the_settings_say() -> None:
    assert AdaptiveLatency(30).samples == SAMPLE_RATE * 30 // 1000


def test_a_late_device_is_waited_for_from_the_next_block_on() -> None:
    patience = AdaptiveLatency(30)
    before = patience.samples
    patience.observe(-100)
    assert patience.samples == before + 100 + MARGIN


def test_one_stall_is_one_step_however_long_it_was() -> None:
    patience = AdaptiveLatency(30)
    before = patience.samples
    for late in range(STALL):
        patience.observe(-480 * (late + 1))
    assert patience.samples == before + STEP
    patience.observe(0)
    patience.observe(-2000)
    assert patience.samples == before + 2 * STEP, "late again"


def test_who_stays_late_is_waited_for_longer_and_longer() -> None:
    patience = AdaptiveLatency(30)
    before = patience.samples
    for _ in range(5 * STALL):
        patience.observe(-2000)
    assert patience.samples == before + 5 * STEP


def test_time_that_nobody_needed_is_given_back_after_a_while() -> None:
    patience = AdaptiveLatency(30)
    before = patience.samples
    for _ in range(WINDOW - 1):
        patience.observe(MARGIN + 300)
    assert patience.samples == before
    patience.observe(MARGIN + 300)
    assert patience.samples == before - 300


def test_the_slowest_block_decides_how_much() -> None:
    patience = AdaptiveLatency(30)
    before = patience.samples
    for number in range(WINDOW):
        patience.observe(MARGIN + (20 if number == 100 else 700))
    assert patience.samples == before - 20


def test_what_is_just_enough_stays() -> None:
    patience = AdaptiveLatency(30)
    before = patience.samples
    for _ in range(3 * WINDOW):
        patience.observe(MARGIN)
    assert patience.samples == before


@pytest.mark.parametrize("ahead", [None, GONE - 1, -SAMPLE_RATE])
def test_a_device_that_is_not_there_is_not_waited_for(ahead: int | None) -> None:
    patience = AdaptiveLatency(30)
    before = patience.samples
    patience.observe(ahead)
    assert patience.samples == before


def test_there_is_a_least_and_a_most() -> None:
    patience = AdaptiveLatency(30)
    for _ in range(20 * STALL):
        patience.observe(-4000)
    assert patience.samples == MOST
    for _ in range(20 * WINDOW):
        patience.observe(MOST)
    assert patience.samples == LEAST
