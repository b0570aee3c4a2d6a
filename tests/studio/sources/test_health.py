"""What a device delivers tells whether it is well."""

import numpy as np
import pytest

from studio.clock import NS_PER_MS, NS_PER_S
from studio.sources.health import FROZEN_NS, REOPEN_NS, STALE_NS, Health
from tests.fakes import GREEN, RED, solid

START = 1000 * NS_PER_S


def test_before_anything_came_there_is_nothing_to_say() -> None:
    assert Health().verdict(START + 60 * NS_PER_S) == "waiting"


def test_it_lives_while_something_new_comes_and_is_stale_after_a_second() -> None:
    health = Health()
    health.delivered(START)
    assert health.verdict(START + STALE_NS) == "live"
    assert health.verdict(START + STALE_NS + 1) == "stale"
    health.delivered(START + 2 * STALE_NS)
    assert health.verdict(START + 2 * STALE_NS) == "live"


def test_a_stale_device_is_opened_again_once_each_time_that_is_due() -> None:
    health = Health()
    health.delivered(START)
    stale = START + STALE_NS + 1
    assert health.verdict(stale) == "stale"
    assert health.verdict(stale + REOPEN_NS - 1) == "stale"
    assert [health.verdict(stale + REOPEN_NS), health.verdict(stale + REOPEN_NS + 1)] == ["reopen", "stale"]
    assert health.verdict(stale + 2 * REOPEN_NS) == "reopen"


def test_an_opened_device_has_time_until_its_first_picture() -> None:
    health = Health()
    health.delivered(START)
    health.opened()
    assert health.verdict(START + 60 * NS_PER_S) == "waiting"


def test_a_camera_that_repeats_one_picture_has_frozen() -> None:
    health, red = Health(freezes=True), solid(64, 36, RED)
    now = START
    while now <= START + FROZEN_NS + STALE_NS:
        health.delivered(now, red)
        now += 33 * NS_PER_MS
    assert health.verdict(now) == "stale"
    health.delivered(now, solid(64, 36, GREEN))
    assert health.verdict(now) == "live"


@pytest.mark.parametrize("place", [(0, 0), (7, 5), (35, 63)])
def test_one_bit_of_noise_anywhere_is_life(place: tuple[int, int]) -> None:
    health, now = Health(freezes=True), START
    for number in range(300):
        picture = solid(64, 36, RED)
        picture.y[place] ^= np.uint8(number & 1)
        health.delivered(now, picture)
        now += 33 * NS_PER_MS
        assert health.verdict(now) == "live"


def test_a_screen_may_stand_still() -> None:
    health, red = Health(), solid(64, 36, RED)
    for number in range(300):
        health.delivered(START + number * 33 * NS_PER_MS, red)
    assert health.verdict(START + 300 * 33 * NS_PER_MS) == "live"
