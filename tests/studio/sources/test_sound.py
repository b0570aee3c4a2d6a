"""Microphones: two channels always, laid on the media clock without gaps, whatever the device's own clock does."""

import numpy as np
import pytest

from studio.audio.meter import measure
from studio.clock import NS_PER_S
from studio.media.encoder import SAMPLE_RATE
from studio.media.timed_ring import Samples, TimedRing, sample_index, sample_ns
from studio.sources.sound import BLOCK, JUMP, SLACK, Aligner, SoundSettings, SoundSource, stereo
from tests.fakes import FakeSoundcard, ManualClock, Reports, constant, tone, wait_for


def test_one_channel_goes_to_both_sides() -> None:
    for samples in (np.array([0.1, 0.2], np.float64), np.array([[0.1], [0.2]], np.float64)):
        assert stereo(samples) == pytest.approx(np.array([[0.1, 0.1], [0.2, 0.2]]))


def test_two_channels_stay_two_and_further_ones_are_left_out() -> None:
    samples = np.array([[0.1, 0.2, 0.9], [0.3, 0.4, 0.9]])
    assert stereo(samples[:, :2]) == pytest.approx(samples[:, :2])
    assert stereo(samples) == pytest.approx(samples[:, :2])
    assert stereo(samples).dtype == np.float32


# ── the aligner ──────────────────────────────────────────────────────────────────────────────────────────────


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


def test_a_jump_is_followed_at_once() -> None:
    recording = Recording()
    recording.run(0.5)
    recording.start_ns += NS_PER_S // 2
    recording.run(BLOCK / SAMPLE_RATE)
    assert recording.behind == 0
    hole = recording.ring.read(recording.ring.end - BLOCK - 10_000, 10_000)
    assert not hole.any()


def test_less_than_a_jump_is_made_up_for_slowly() -> None:
    recording = Recording()
    recording.run(0.5)
    recording.start_ns += sample_ns(JUMP // 2)
    recording.run(1)
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


# ── the source ───────────────────────────────────────────────────────────────────────────────────────────────


class Studio:
    """A sound source on a clock that moves 5 ms with each block the device delivers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, kind: str = "microphone", wanted: str = "") -> None:
        self.clock = ManualClock()
        self.reports = Reports(clock=self.clock)
        self.card = FakeSoundcard(microphones=["Røde", "Webcam"], speakers=["Højttaler"]).install(monkeypatch)
        for device in (*self.card.microphones, *self.card.speakers):
            device.on_block = lambda: self.clock.advance(ms=5)
        self.source = SoundSource(kind, SoundSettings(device=wanted), self.reports.context)  # type: ignore[arg-type]

    def level(self) -> float:
        assert self.source.ring is not None
        return float(self.source.ring.read(self.source.ring.end - 100, 100).mean())


def test_the_default_microphone_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    studio = Studio(monkeypatch)
    studio.source.start()
    studio.reports.live()
    wait_for(lambda: studio.card.microphones[0].delivered > 5)
    studio.source.close()
    assert studio.level() == pytest.approx(0.25)
    assert studio.source.picture(0) is None
    assert studio.card.microphones[0].opened == 0, "the device was given back"


def test_a_device_is_found_by_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    studio = Studio(monkeypatch, wanted="id of Webcam")
    studio.source.start()
    studio.reports.live()
    studio.source.close()
    assert [m.delivered > 0 for m in studio.card.microphones] == [False, True]


@pytest.mark.parametrize("wanted", ["", "id of Højttaler"])
def test_system_sound_is_what_the_speaker_plays(monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    studio = Studio(monkeypatch, "system_sound", wanted)
    studio.source.start()
    studio.reports.live()
    studio.source.close()
    assert studio.card.speakers[0].delivered > 0


def test_a_device_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    studio = Studio(monkeypatch, wanted="id of Shure")
    studio.source.start()
    assert studio.reports.failed() == "The sound device id of Shure is not there"
    studio.source.close()


def test_without_any_microphone_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    studio = Studio(monkeypatch)
    studio.card.microphones.clear()
    studio.source.start()
    assert studio.reports.failed() == "No microphone is connected"
    studio.source.close()


def test_an_unplugged_microphone_is_silence_and_a_reason_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.sources.device.RETRY_S", (0.001,))
    studio = Studio(monkeypatch)
    device = studio.card.microphones[0]
    studio.source.start()
    studio.reports.live()
    device.plugged = False
    wait_for(lambda: studio.reports.status == "failed")
    assert "RuntimeError" in studio.reports.reason
    studio.clock.advance(ms=1000)
    assert studio.source.ring is not None
    assert not studio.source.ring.read(sample_index(studio.clock.now_ns()) - 4800, 4800).any()
    device.plugged = True
    wait_for(lambda: studio.reports.status == "live")
    studio.source.close()
    assert studio.source.ring.end == sample_index(studio.clock.now_ns())


def test_a_machine_without_sound_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    studio = Studio(monkeypatch)
    monkeypatch.setitem(__import__("sys").modules, "soundcard", None)
    studio.source.start()
    assert studio.reports.failed().startswith("No sound system answers (")
    studio.source.close()
