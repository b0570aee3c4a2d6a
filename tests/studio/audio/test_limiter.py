"""The limiter: nothing above the ceiling, nothing changed below it, no steps, and always as late."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.limiter import CEILING, STEP, Limiter
from studio.audio.meter import measure
from studio.media.encoder import OPUS_FRAME
from studio.media.timed_ring import Samples
from tests.fakes import constant, tone

HAIR = 1e-6
"""What float32 may round up."""


def limited(sound: Samples, block: int = 4 * STEP) -> Samples:
    """`sound` through a limiter in blocks, as long as it is."""
    limiter = Limiter()
    return np.concatenate([limiter(sound[start : start + block]) for start in range(0, len(sound), block)])


loud_sounds = st.builds(
    lambda seed, levels: np.concatenate(
        [np.random.default_rng(seed).uniform(-level, level, (STEP, 2)).astype(np.float32) for level in levels]
    ),
    st.integers(0, 2**32),
    st.lists(st.sampled_from([0.0, 0.1, 0.5, 0.88, 0.9, 1.0, 2.0, 8.0]), min_size=8, max_size=32).map(
        lambda levels: levels[: len(levels) // 8 * 8]
    ),
)


def test_the_ceiling_is_1_db_below_full_scale() -> None:
    assert pytest.approx(0.8913, abs=1e-4) == CEILING


@given(loud_sounds)
def test_whatever_comes_in_nothing_above_the_ceiling_goes_out(sound: Samples) -> None:
    assert np.abs(limited(sound)).max() <= CEILING + HAIR


@given(loud_sounds)
def test_the_size_of_the_blocks_makes_no_difference(sound: Samples) -> None:
    assert np.allclose(limited(sound, STEP), limited(sound, OPUS_FRAME), atol=HAIR)


@pytest.mark.parametrize("level_db", [-96.0, -20.0, -1.0])
def test_below_the_ceiling_nothing_changes_but_the_time(level_db: float) -> None:
    sound = tone(9600, level_db=level_db)
    out = limited(sound)
    assert not out[:STEP].any()
    assert (out[STEP:] == sound[:-STEP]).all()


def test_a_loud_passage_is_turned_down_before_it_comes() -> None:
    sound = np.concatenate([tone(9600, level_db=-20), tone(9600, start=9600, level_db=6)])
    out = limited(sound)
    onset = 9600 + STEP
    assert measure(out[onset + 960 :]).peak_db == pytest.approx(-1, abs=0.1)
    gain_before = np.abs(out[onset - 24 : onset]).max() / np.abs(sound[9600 - 24 : 9600]).max()
    assert gain_before < 0.6, "the gain is down when the peak arrives"


def test_afterwards_it_comes_back_slowly_and_completely() -> None:
    sound = np.concatenate([constant(4800, 4.0), constant(48_000, 0.5)])
    out = limited(sound)
    quiet = out[4800 + 2 * STEP :, 0]
    rise = np.diff(quiet)
    assert quiet[0] < 0.2
    assert (rise >= -HAIR).all()
    assert rise.max() < 0.5 * 0.02 / STEP * 2
    assert quiet[-1] == 0.5


def test_the_gain_never_steps() -> None:
    """A constant goes through as the gain itself: any step in it would be a click."""
    rng = np.random.default_rng(3)
    sound = constant(48_000, 0.8)
    for at in rng.integers(0, 47_000, 20).tolist():
        sound[at : at + 5] = 0.8  # the gain is what is heard between the peaks
        sound[at] = 8.0
    out = limited(sound)[STEP:, 0]
    loud = sound[:-STEP, 0] > 1
    heard = np.where(loud, np.nan, out)
    steps = np.abs(np.diff(heard))
    assert np.nanmax(steps) < 1.05 * 0.8 / STEP


def test_both_sides_are_turned_down_together() -> None:
    sound = constant(9600, 0.5)
    sound[4000:5000, 0] = 3.0
    out = limited(sound)
    quiet_side = out[4200 + STEP : 4900 + STEP, 1]
    assert quiet_side == pytest.approx(np.full(700, 0.5 * CEILING / 3), abs=1e-4)


def test_silence_stays_silent() -> None:
    assert not limited(constant(9600, 0.0)).any()
