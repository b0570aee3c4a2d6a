"""The test pattern: bars, a moving line, and a flash with a beep at the same moment."""

import numpy as np
import pytest

from studio.audio.meter import measure
from studio.clock import NS_PER_MS, NS_PER_S
from studio.media.frames import Picture, rgb_to_yuv
from studio.sources.test_pattern import BARS, TestPatternSettings, TestPatternSource
from studio.state import Canvas
from tests.fakes import Reports, near, pixel

CANVAS = Canvas(280, 160)


def pattern(**settings: bool) -> TestPatternSource:
    return TestPatternSource(TestPatternSettings(**settings), Reports(canvas=CANVAS).context)


def shown(at_ms: int) -> Picture:
    picture = pattern().picture(5 * NS_PER_S + at_ms * NS_PER_MS)
    assert picture is not None
    return picture


@pytest.mark.parametrize("number", range(7))
def test_there_are_seven_bars_of_75_percent(number: int) -> None:
    at_ms = 100 if number > 3 else 900  # while the line is elsewhere
    assert near(pixel(shown(at_ms), number * 40 + 20, 10), rgb_to_yuv(*BARS[number]))


def test_below_them_is_a_ramp_from_black_to_white() -> None:
    row = shown(500).y[150]
    assert (int(row[0]), int(row[-1])) == (16, 235)


def test_the_line_crosses_the_picture_once_a_second() -> None:
    for at_ms, x in ((0, 0), (250, 70), (500, 140), (750, 210)):
        assert (shown(at_ms).y[100, x : x + 8] == 235).all()
        assert shown(at_ms).y[100, x + 10] != 235


def test_a_white_flash_begins_each_second_and_lasts_80_ms() -> None:
    centre = {at_ms: int(shown(at_ms).y[60, 140]) for at_ms in (0, 79, 80, 999)}
    assert centre[0] == centre[79] == 235
    assert centre[80] == centre[999] == rgb_to_yuv(*BARS[3])[0]


def test_the_beep_sounds_exactly_while_the_flash_is_seen() -> None:
    ring = pattern().ring
    assert ring is not None
    second = ring.read(5 * 48_000, 48_000)
    assert measure(second[: 80 * 48]).rms_db == pytest.approx(-18, abs=0.1)
    assert not second[80 * 48 :].any()


def test_the_beep_is_the_same_however_it_is_cut() -> None:
    ring = pattern().ring
    assert ring is not None
    whole = ring.read(1000, 3000)
    parts = np.concatenate([ring.read(1000 + 300 * n, 300) for n in range(10)])
    assert (whole == parts).all()


def test_it_can_be_without_sound() -> None:
    assert pattern(tone=False).ring is None


def test_each_picture_is_a_new_one_so_that_encoders_may_keep_theirs() -> None:
    source = pattern()
    assert source.picture(0) is not source.picture(0)


def test_it_is_live_at_once() -> None:
    reports = Reports(canvas=CANVAS)
    source = TestPatternSource(TestPatternSettings(), reports.context)
    source.start()
    assert reports.live().size == (280, 160)
    source.close()
