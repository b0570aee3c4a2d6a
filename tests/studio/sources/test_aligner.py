"""A device's sound lies on the media clock without gaps, whatever its own clock and the machine do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.meter import measure
from studio.clock import NS_PER_S
from studio.media.encoder import SAMPLE_RATE
from studio.media.timed_ring import Samples, TimedRing, sample_index, sample_ns
from studio.sources.aligner import JUMP, SLACK, WINDOW, Aligner
from studio.sources.sound import BLOCK
from tests.fakes import constant, tone


class Recording:
    """A device that delivers a tone in blocks, by its own clock."""

    def __init__(self, parts_per_million: float = 0) -> None:
        self.ring = TimedRing(seconds=2)
        self.aligner = Aligner(self.ring)
        self.rate = SAMPLE_RATE * (1 + parts_per_million / 1e6)
        self.recorded = 0
        self.start_ns = 500 * NS_PER_S

    @property
    def now_ns(self) -> int:
        return self.start_ns + round(self.recorded * NS_PER_S / self.rate)

    @property
    def behind(self) -> int:
        """How many samples the ring's end is from where the clock says it should be."""
        return sample_index(self.now_ns) - self.ring.end

    def run(self, seconds: float, jitter_ns: int = 0, seed: int = 1) -> None:
        late = np.random.default_rng(seed).integers(0, jitter_ns + 1, int(seconds * SAMPLE_RATE / BLOCK))
        for extra in late.tolist():
            block = tone(BLOCK, start=self.recorded, hz=100)
            self.recorded += BLOCK
            self.aligner.write(self.now_ns + extra, block)

    def newest(self, seconds: float = 1.0) -> Samples:
        count = int(seconds * SAMPLE_RATE)
        return self.ring.read(self.ring.end - count, count)


def largest_step(samples: Samples) -> float:
    return float(np.abs(np.diff(samples, axis=0)).max())


CLEAN_STEP = largest_step(tone(4800, hz=100))


def test_the_last_sample_of_a_block_sounded_when_it_arrived() -> None:
    ring = TimedRing()
    Aligner(ring).write(10 * NS_PER_S, constant(BLOCK, 0.5))
    assert ring.end == 10 * SAMPLE_RATE
    assert ring.read(10 * SAMPLE_RATE - BLOCK, BLOCK).min() == 0.5


def test_blocks_follow_each_other_without_a_gap() -> None:
    recording = Recording()
    recording.run(1)
    assert np.allclose(recording.newest(0.9), tone(43_200, start=recording.recorded - 43_200, hz=100), atol=1e-4)


def test_jitter_within_two_milliseconds_changes_nothing() -> None:
    recording = Recording()
    recording.run(2, jitter_ns=2_000_000)
    assert np.allclose(recording.newest(), tone(48_000, start=recording.recorded - 48_000, hz=100), atol=1e-4)


@pytest.mark.parametrize("ppm", [-300, -50, 50, 300])
def test_a_device_that_runs_fast_or_slow_is_held_to_the_clock_without_a_click(ppm: float) -> None:
    recording = Recording(ppm)
    recording.run(60)
    assert abs(recording.behind) <= SLACK + 8
    assert largest_step(recording.newest()) < 1.05 * CLEAN_STEP
    assert recording.ring.missing == 0


def test_drift_does_not_change_how_loud_it_is() -> None:
    recording = Recording(300)
    recording.run(20)
    assert measure(recording.newest()).rms_db == pytest.approx(-12, abs=0.1)


def test_lost_samples_are_a_hole_and_the_sound_goes_on_in_its_place() -> None:
    recording = Recording()
    recording.run(0.5)
    recording.start_ns += NS_PER_S // 2
    recording.run(2 * WINDOW / SAMPLE_RATE)
    assert recording.behind == 0
    recording.start_ns += 5 * NS_PER_S
    recording.run(BLOCK / SAMPLE_RATE)
    assert recording.behind == 0, "a machine that slept is followed at once"
    hole = recording.ring.read(recording.ring.end - BLOCK - 10_000, 10_000)
    assert not hole.any()


@given(at=st.integers(10, 300), blocks=st.integers(1, 90))
def test_a_stall_moves_nothing(at: int, blocks: int) -> None:
    """The machine stands still for up to 0.45 s; then what waited comes at once."""
    recording = Recording()
    for number in range(600):
        recording.recorded += BLOCK
        resumed = at + blocks
        late = sample_ns((resumed - number) * BLOCK) if at <= number < resumed else 0
        recording.aligner.write(recording.now_ns + late, constant(BLOCK, number / 600))
        index = sample_index(recording.now_ns) - BLOCK
        if number > at + blocks:
            assert recording.ring.read(index, BLOCK).mean() == pytest.approx(number / 600)


def test_a_late_first_block_is_put_right_by_the_next() -> None:
    recording = Recording()
    recording.aligner.write(recording.now_ns + 90_000_000, constant(BLOCK, 0.1))
    recording.recorded += BLOCK
    recording.run(0.1)
    assert recording.behind == 0


def test_less_than_a_jump_is_made_up_for_slowly() -> None:
    recording = Recording()
    recording.run(0.5)
    recording.start_ns += sample_ns(JUMP // 2)
    recording.run(1.5)
    halfway = recording.behind
    assert 0 < halfway < JUMP // 2
    recording.run(10)
    assert abs(recording.behind) <= SLACK + 8
    assert largest_step(recording.newest()) < 1.05 * CLEAN_STEP


def test_after_a_reset_the_next_block_decides() -> None:
    recording = Recording()
    recording.run(0.5)
    recording.start_ns += 10_000_000
    recording.aligner.reset()
    recording.run(BLOCK / SAMPLE_RATE)
    assert recording.behind == 0
