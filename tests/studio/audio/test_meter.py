"""How loud something is, by the book."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.meter import SILENCE_DB, Level, decibel, gain, measure
from tests.fakes import constant, tone


def test_a_full_scale_sine_reads_0_db_rms() -> None:
    """AES17-2020, 3.12.3: decibels full scale are relative to the rms of a full-scale sine."""
    level = measure(tone(48_000, hz=997, level_db=0))
    assert level.rms_db == pytest.approx(0, abs=0.01)
    assert level.peak_db == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("level_db", [-6.0, -18.0, -60.0])
def test_a_sine_reads_its_level(level_db: float) -> None:
    level = measure(tone(48_000, hz=997, level_db=level_db))
    assert level.rms_db == pytest.approx(level_db, abs=0.05)
    assert level.peak_db == pytest.approx(level_db, abs=0.05)


def test_a_full_scale_square_is_3_db_louder_than_the_sine() -> None:
    assert measure(constant(960, 1.0)).rms_db == pytest.approx(3.01, abs=0.01)


def test_the_louder_side_counts() -> None:
    block = tone(4800, level_db=-20).copy()
    block[:, 0] = 0
    assert measure(block).rms_db == pytest.approx(-20, abs=0.1)


def test_a_single_click_is_a_peak_and_hardly_any_power() -> None:
    block = constant(960, 0.0)
    block[100, 1] = -0.5
    level = measure(block)
    assert level.peak_db == pytest.approx(-6.02, abs=0.01)
    assert level.rms_db < -30


def test_silence_has_a_floor() -> None:
    assert measure(constant(960, 0.0)) == Level(SILENCE_DB, SILENCE_DB)
    assert measure(constant(960, 1e-9)) == Level(SILENCE_DB, SILENCE_DB)
    assert measure(np.zeros((0, 2), np.float32)) == Level()


@given(st.floats(-59.9, 12))
def test_a_faders_gain_and_the_meter_speak_the_same_decibels(db: float) -> None:
    assert decibel(gain(db)) == pytest.approx(db)


def test_a_fader_at_the_bottom_is_silent_and_at_zero_changes_nothing() -> None:
    assert gain(-60) == gain(-1000) == gain(-math.inf) == 0
    assert gain(0) == 1
