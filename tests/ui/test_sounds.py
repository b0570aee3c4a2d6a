"""An alarm and a ring on the computer's loudspeaker, or silence where there is none; never two at once."""

import threading
from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.fakes import FakeDevice, FakeSoundcard
from ui import sounds
from ui.sounds import RATE, Sounds, Tone, alarm_tone, ring_tone


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fake is heard at once."""
    monkeypatch.setattr(sounds, "TAIL_S", 0)


class Waiting(FakeDevice):
    """Plays when it is told to."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.go, self.begun = threading.Event(), threading.Event()

    def play(self, block: object) -> None:
        self.begun.set()
        self.go.wait(60)
        super().play(block)  # type: ignore[arg-type]


@pytest.mark.parametrize(("tone", "seconds"), [(alarm_tone, 0.32), (ring_tone, 0.64)])
def test_a_tone_is_soft_short_and_ends_in_silence(tone: Callable[[], Tone], seconds: float) -> None:
    samples = tone()
    assert samples.shape == (round(seconds * RATE), 1)
    assert samples.dtype == np.float32
    assert 0.1 < np.abs(samples).max() < 0.13
    assert np.abs(samples[[0, -1]]).max() < 0.001, "no click"


def heard(made: Sounds, speaker: FakeDevice, count: int, qtbot: QtBot) -> None:
    """Until so many were played, and the last has ended."""
    qtbot.waitUntil(lambda: len(speaker.played) == count)
    made.close()


def test_each_sound_is_played_to_its_end_on_the_usual_loudspeaker(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    usual, other = FakeSoundcard(speakers=["Højttaler", "HDMI"]).install(monkeypatch).speakers
    made = Sounds(on=True)
    made.alarm()
    heard(made, usual, 1, qtbot)
    made.ring()
    heard(made, usual, 2, qtbot)
    assert [len(block) for block in usual.played] == [len(alarm_tone()), len(ring_tone())]
    assert (other.played, usual.opened, usual.options["samplerate"]) == ([], 0, RATE)
    assert (made.played, made.rung) == (1, 1)


def test_while_one_plays_another_does_not_begin(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    card = FakeSoundcard().install(monkeypatch)
    card.speakers = [speaker := Waiting("Højttaler")]
    made = Sounds(on=True)
    made.ring()
    assert speaker.begun.wait(60)
    made.ring()
    made.alarm()
    assert (made.rung, made.played) == (1, 0)
    speaker.go.set()
    heard(made, speaker, 1, qtbot)
    made.alarm()
    heard(made, speaker, 2, qtbot)
    assert made.played == 1


def test_who_wants_no_sounds_hears_none(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    card = FakeSoundcard(speakers=["Højttaler"]).install(monkeypatch)
    made = Sounds(on=False)
    made.alarm()
    made.ring()
    made.close()
    assert (made.played, made.rung, card.speakers[0].played) == (0, 0, [])
    made.on = True
    made.alarm()
    heard(made, card.speakers[0], 1, qtbot)


@pytest.mark.parametrize(
    "card",
    [FakeSoundcard(), FakeSoundcard(broken=RuntimeError("no PulseAudio")), FakeSoundcard(speakers=["Trukket ud"])],
    ids=["no loudspeaker", "no sound system", "unplugged"],
)
def test_a_machine_without_a_loudspeaker_stays_silent(monkeypatch: pytest.MonkeyPatch, card: FakeSoundcard) -> None:
    for speaker in card.speakers:
        speaker.plugged = False
    card.install(monkeypatch)
    made = Sounds(on=True)
    made.alarm()
    made.close()
    made.ring()
    made.close()
    assert all(not speaker.played for speaker in card.speakers)
