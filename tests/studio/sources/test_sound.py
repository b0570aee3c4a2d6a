"""Microphones: two channels always, laid on the media clock without gaps, whatever the device's own clock does."""

import numpy as np
import pytest

from studio.media.timed_ring import sample_index
from studio.sources.sound import BLOCK, SoundSettings, SoundSource, stereo
from tests.fakes import FakeSoundcard, ManualClock, Reports, wait_for


def test_one_channel_goes_to_both_sides() -> None:
    for samples in (np.array([0.1, 0.2], np.float64), np.array([[0.1], [0.2]], np.float64)):
        assert stereo(samples) == pytest.approx(np.array([[0.1, 0.1], [0.2, 0.2]]))


def test_two_channels_stay_two_and_further_ones_are_left_out() -> None:
    samples = np.array([[0.1, 0.2, 0.9], [0.3, 0.4, 0.9]])
    assert stereo(samples[:, :2]) == pytest.approx(samples[:, :2])
    assert stereo(samples) == pytest.approx(samples[:, :2])
    assert stereo(samples).dtype == np.float32


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
    assert sample_index(studio.clock.now_ns()) - studio.source.ring.end in (0, BLOCK), "the last block may come too late"


def test_a_machine_without_sound_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    studio = Studio(monkeypatch)
    monkeypatch.setitem(__import__("sys").modules, "soundcard", None)
    studio.source.start()
    assert studio.reports.failed().startswith("No sound system answers (")
    studio.source.close()
