"""Effects: each does to a tone what it says, comes back at once, and changes without a click."""

import msgspec
import numpy as np
import pytest

from studio.audio import effects as effects_module
from studio.audio import noise
from studio.audio.effects import EffectChain
from studio.audio.limiter import CEILING
from studio.audio.meter import measure
from studio.media.encoder import OPUS_FRAME
from studio.media.timed_ring import Samples
from studio.state.effects import AnyEffect, Compressor, Equaliser, Expander, Gate, Limit, NoiseSuppression
from tests.fakes import tone, wait_for

LONG = 100
"""Blocks: one second."""


def through(chain: EffectChain, samples: Samples, *effects: AnyEffect) -> Samples:
    blocks = [chain(samples[at : at + OPUS_FRAME], effects) for at in range(0, len(samples), OPUS_FRAME)]
    assert all(block.shape == (OPUS_FRAME, 2) for block in blocks)
    return np.concatenate(blocks)


@pytest.fixture(autouse=True)
def loaded() -> None:
    wait_for(noise.ready)


def settled_db(samples: Samples, *effects: AnyEffect) -> float:
    """How loud it is once attack and release are over."""
    return measure(through(EffectChain(), samples, *effects)[-OPUS_FRAME * 20 :]).rms_db


def tone_db(level_db: float, hz: float = 1000) -> Samples:
    return tone(LONG * OPUS_FRAME, level_db=level_db, hz=hz)


def test_without_effects_nothing_is_touched() -> None:
    samples = tone_db(-20)
    assert through(EffectChain(), samples) is not samples
    assert np.array_equal(through(EffectChain(), samples), samples)


def test_a_gate_lets_speech_through_and_the_room_not() -> None:
    gate = Gate(threshold_db=-45)
    assert settled_db(tone_db(-20), gate) == pytest.approx(-20, abs=0.5)
    assert settled_db(tone_db(-60), gate) < -85


def test_an_expander_makes_quiet_things_quieter_by_its_ratio() -> None:
    expander = Expander(threshold_db=-30, ratio=2)
    assert settled_db(tone_db(-20), expander) == pytest.approx(-20, abs=0.5)
    assert settled_db(tone_db(-40), expander) == pytest.approx(-50, abs=3)


def test_a_compressor_holds_the_loud_down_and_brings_all_up() -> None:
    loud, quiet = (settled_db(tone_db(db), Compressor(threshold_db=-20, ratio=4, makeup_db=6)) for db in (-4, -40))
    assert quiet == pytest.approx(-34, abs=1)
    assert loud == pytest.approx(-10, abs=2.5)


@pytest.mark.parametrize(("hz", "band"), [(50, "low_db"), (1200, "middle_db"), (15_000, "high_db")])
def test_an_equalisers_band_lifts_its_part_only(hz: float, band: str) -> None:
    lifted = msgspec.structs.replace(Equaliser(), **{band: 9})
    assert settled_db(tone_db(-30, hz), lifted) == pytest.approx(-21, abs=2)
    for other in {50, 1200, 15_000} - {hz}:
        assert settled_db(tone_db(-30, other), lifted) == pytest.approx(-30, abs=1.5)


def test_rumble_is_cut() -> None:
    cut = Equaliser(low_cut_hz=100)
    assert settled_db(tone_db(-20, 25), cut) < -40
    assert settled_db(tone_db(-20, 1000), cut) == pytest.approx(-20, abs=0.5)


def test_a_limiter_never_lets_more_through() -> None:
    out = through(EffectChain(), tone_db(-20) * 30, Limit())[OPUS_FRAME:]
    assert np.abs(out).max() <= CEILING + 1e-4


def test_noise_goes_and_a_voice_stays() -> None:
    """A voice is what changes: here a tone that comes and goes twice a second."""
    dice = np.random.default_rng(3)
    count = 600 * OPUS_FRAME
    hiss = np.repeat(dice.normal(0, 0.02, (count, 1)).astype(np.float32), 2, axis=1)
    out = through(EffectChain(), hiss, NoiseSuppression())
    before, after = measure(hiss[-OPUS_FRAME * 100 :]).rms_db, measure(out[-OPUS_FRAME * 100 :]).rms_db
    assert after < before - 10


def test_an_effect_that_is_off_does_nothing() -> None:
    samples = tone_db(-60)
    assert np.array_equal(through(EffectChain(), samples, Gate(on=False)), samples)


def test_another_setting_comes_without_a_click() -> None:
    samples, chain = tone(60 * OPUS_FRAME, hz=200, level_db=-12), EffectChain()
    half = 30 * OPUS_FRAME
    out = np.concatenate((through(chain, samples[:half]), through(chain, samples[half:], Equaliser(middle_db=-24, low_db=-24))))
    assert np.abs(np.diff(out[:, 0])).max() < 1.1 * np.abs(np.diff(samples[:, 0])).max()


def test_an_effect_that_cannot_be_had_is_left_out_and_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def missing() -> None:
        raise ImportError("no livekit")

    monkeypatch.setattr(effects_module, "NoiseSuppressor", missing)
    chain = EffectChain()
    assert measure(through(chain, tone_db(-20), NoiseSuppression())[-480:]).rms_db == pytest.approx(-20, abs=0.1)
    assert chain.failed == ("noise_suppression",)
    assert caplog.text.count("left out of a channel: noise_suppression") == 1


def test_an_effect_that_fails_under_way_costs_only_itself(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing:
        def __call__(self, block: Samples) -> Samples:
            raise ValueError("broken")

    monkeypatch.setattr(effects_module, "Limiter", Failing)
    chain = EffectChain()
    assert measure(through(chain, tone_db(-20), Limit())[-480:]).rms_db == pytest.approx(-20, abs=0.1)
    assert chain.failed == ("limiter",)
