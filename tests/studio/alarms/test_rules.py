"""Alarms say what is certain, and nothing else."""

from typing import Any

import msgspec
import pytest

from studio.alarms.rules import Measured, alarms
from studio.alarms.watch import LASTS_S, AlarmWatch, SteadyEars, disk_hours
from studio.spine import Store
from studio.state import Channel, Link, Mixer, Scene, SceneItem, Scenes, Source, State, Stream
from studio.state.recording import Recording

MIC = Source(id="mic", kind="microphone", name="Røde", status="live")
CAMERA = Source(id="cam", kind="camera", name="Camera", status="live")
SCENES = Scenes(program="a", scenes=(Scene(id="a", name="A", items=(SceneItem(id="1", source="cam"),)),))


class FakeEars:
    """Hears what it was told to."""

    def __init__(self, *, speaking: bool = False, silent_s: float = 0) -> None:
        self.said, self.silence = speaking, silent_s

    def speaking(self, source: str) -> bool:
        return self.said

    def silent_s(self, source: str) -> float:
        return self.silence


def state(*sources: Source, muted: bool = False, **branches: Any) -> State:
    mixer = Mixer(channels=(Channel(source="mic", muted=muted),))
    plain = State(sources=sources or (MIC, CAMERA), mixer=mixer, scenes=SCENES)
    return msgspec.structs.replace(plain, **branches)


def codes(shown: State, ears: FakeEars | None = None, measured: Measured | None = None) -> list[tuple[str, str]]:
    found = alarms(shown, ears or FakeEars(), measured or Measured(), frozenset({"cam"}))
    return [(alarm.code, alarm.level) for alarm in found]


@pytest.mark.parametrize(
    ("steps", "drops", "expected"),
    [
        (("window",), {"encoder": 0.5, "render": 0.5}, []),
        (("window", "preset", "rate"), {"encoder": 0.05}, []),
        (("window", "preset", "rate"), {"encoder": 0.5}, [("drops_encoder", "critical")]),
        (("window", "preset"), {"network": 0.05}, [("drops_network", "warning")]),
    ],
)
def test_what_is_done_by_less_says_that_pictures_were_lost_until_nothing_is_left(steps: Any, drops: Any, expected: Any) -> None:
    stream = Stream(status="live", renditions=(720, 360), steps=steps)
    found = codes(state(stream=stream), measured=Measured(drops=drops))
    assert sorted(found) == sorted([*expected, ("stepped_down", "warning")])


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (("window",), "the audience sees no difference"),
        (("window", "preset"), "encoded with less care"),
        (("window", "preset", "size"), "at 720 lines"),
        (("window", "preset", "rate"), "15 pictures a second"),
    ],
)
def test_what_is_done_by_less_is_said_with_its_cause_and_its_cure(steps: Any, said: str) -> None:
    stream = Stream(status="live", renditions=(720, 360), steps=steps)
    (alarm,) = alarms(state(stream=stream), FakeEars(), Measured(), frozenset())
    assert (alarm.code, alarm.level) == ("stepped_down", "warning")
    assert alarm.words.startswith("The computer cannot keep up.")
    assert said in alarm.words
    assert "Close other programs" in alarm.words


def test_all_is_well() -> None:
    assert codes(state()) == []


@pytest.mark.parametrize(
    ("muted", "speaking", "panic", "expected"),
    [
        (True, True, False, [("muted_speaking", "critical")]),
        (True, False, False, []),
        (False, True, False, []),
        (True, True, True, []),
    ],
)
def test_you_are_muted_is_said_to_who_speaks_into_a_muted_microphone(
    muted: bool, speaking: bool, panic: bool, expected: list[Any]
) -> None:
    assert codes(state(muted=muted, panic=panic), FakeEars(speaking=speaking)) == expected


def test_a_muted_programme_mutes_the_speaker_too() -> None:
    mixer = Mixer(channels=(Channel(source="mic"),), master_muted=True)
    assert codes(state(mixer=mixer), FakeEars(speaking=True)) == [("muted_speaking", "critical")]


@pytest.mark.parametrize(("silent_s", "expected"), [(2.9, []), (3.0, [("no_signal", "critical")])])
def test_no_signal_is_said_of_digital_silence_only(silent_s: float, expected: list[Any]) -> None:
    assert codes(state(), FakeEars(silent_s=silent_s)) == expected


@pytest.mark.parametrize("status", ["stale", "failed"])
def test_a_lost_camera_is_worse_when_the_audience_sees_it(status: Any) -> None:
    lost = Source(id="cam", kind="camera", name="Camera", status=status, reason="No picture for a second")
    other = Source(id="cam2", kind="camera", name="Second", status=status, reason="gone")
    found = alarms(state(MIC, other, lost), FakeEars(), Measured(), frozenset({"cam"}))
    assert [(alarm.source, alarm.level) for alarm in found] == [("cam", "critical"), ("cam2", "warning")]
    assert found[0].words == "Camera: No picture for a second"


def test_a_lost_connection_says_which_attempt() -> None:
    lost = state(stream=Stream(status="reconnecting"), link=Link(status="reconnecting", attempt=2))
    found = alarms(lost, FakeEars(), Measured(), frozenset())
    assert [(alarm.code, "attempt 2" in alarm.words) for alarm in found] == [("link", True)]


def test_an_uplink_that_carries_less_is_a_warning_in_its_own_words() -> None:
    narrow = state(stream=Stream(status="live", reason="The network carries 900 kbit/s"))
    found = alarms(narrow, FakeEars(), Measured(), frozenset())
    assert [(alarm.code, alarm.words) for alarm in found] == [("uplink", "The network carries 900 kbit/s")]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [(None, []), (2.0, []), (1.34, [("disk", "warning")]), (0.4, [("disk", "critical")])],
)
def test_the_disk(hours: float | None, expected: list[Any]) -> None:
    assert codes(state(), measured=Measured(hours)) == expected


def test_the_disk_says_hours_and_minutes() -> None:
    found = alarms(state(), FakeEars(), Measured(1 + 20 / 60 + 0.001), frozenset())
    assert found[0].words == "The disk is full in 1:20"
    assert disk_hours("/", 4500) is not None
    assert disk_hours("/no such folder", 4500) is None


def test_ears_believe_speech_after_half_a_second_and_through_a_pause() -> None:
    told = FakeEars(speaking=True)
    ears = SteadyEars(told)
    heard = []
    for now_s, speaking in ((0.0, True), (0.25, True), (0.5, True), (0.75, False), (3.25, False), (3.75, False)):
        told.said = speaking
        ears.listen(["mic"], now_s)
        heard.append(ears.speaking("mic"))
    assert LASTS_S == 3.0
    assert heard == [False, False, True, True, True, False]
    told.said = True
    ears.listen(["mic"], 10.0)
    told.said = False
    ears.listen(["mic"], 10.25)
    assert not ears.speaking("mic"), "one sound is no speech"


async def test_the_watch_writes_them_into_the_state_and_out_of_it() -> None:
    told = FakeEars(silent_s=5)
    store = Store(state())
    watch = AlarmWatch(store, told, lambda: None)
    watch.look(1.0)
    assert [alarm.code for alarm in store.state.alarms] == ["no_signal"]
    told.silence = 0
    watch.look(1.25)
    assert store.state.alarms == ()


def test_an_effect_that_is_left_out_is_said() -> None:
    store = Store(state())
    broken: dict[str, tuple[str, ...]] = {"mic": ("noise_suppression", "gate"), "gone": ("gate",)}
    watch = AlarmWatch(store, FakeEars(), lambda: None, lambda: broken)
    watch.look(1.0)
    [alarm] = store.state.alarms
    assert (alarm.code, alarm.level, alarm.source) == ("effect", "warning", "mic")
    assert alarm.words.startswith(f"{MIC.name}: left out because of a fault: Noise suppression, Gate.")
    broken.clear()
    watch.look(1.25)
    assert store.state.alarms == ()


@pytest.mark.parametrize(("behind", "cure"), [("disk", "The disk is slow"), ("processor", "The processor is busy")])
def test_a_recording_that_is_written_late_says_until_where_and_why(behind: Any, cure: str) -> None:
    recording = Recording(status="recording", length_ms=337_000, written_ms=80_900, behind=behind)
    [alarm] = alarms(state(recording=recording), FakeEars(), Measured(), frozenset({"cam"}))
    assert (alarm.code, alarm.level) == ("recording_behind", "warning")
    assert "until 1:20;" in alarm.words
    assert cure in alarm.words


@pytest.mark.parametrize(("status", "level"), [("off", "critical"), ("recording", "warning")])
def test_a_recording_that_ended_by_itself_is_said(status: Any, level: str) -> None:
    recording = Recording(status=status, reason="The disk is full: the recording has ended")
    assert codes(state(recording=recording)) == [("recording", level)]
