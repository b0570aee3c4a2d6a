"""What the desktop answers, from its own window and from elsewhere."""

import datetime
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from studio.audio.loudness import Loudness
from studio.audio.meter import Level
from studio.audio.mixer import Mixer
from studio.commands import Actor
from studio.desktop.answers import Answers
from studio.errors import Forbidden, InvalidValue
from studio.queries.call import CallHolidays, Holiday
from studio.queries.mixer import Levels, MixerLevels
from studio.queries.recording import RecordingSpace
from studio.queries.source import Choice, SourceChoices, SourceModes
from studio.sources.camera_list import Camera, Mode
from studio.spine import Dispatcher
from studio.spine.dispatcher import parse
from studio.state import Show
from tests.fakes import FakeSoundcard, ManualClock

LOCAL, AFAR = Actor("desktop", "host"), Actor("producer", "producer", local=False)
Ask = Callable[..., Any]


@pytest.fixture
def mixer() -> Mixer:
    return Mixer(ManualClock(), 30)


@pytest.fixture
def ask(mixer: Mixer) -> Ask:
    dispatcher = Dispatcher("studio", Show)
    Answers(dispatcher, mixer, lambda: 5_000_000)

    async def execute(query: Any, by: Actor = LOCAL) -> Any:
        return await dispatcher.execute(query, by)

    return execute


async def test_cameras_and_their_modes(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    camera = Camera("/dev/a", "A", (Mode("mjpeg", 1920, 1080, 30),))
    monkeypatch.setattr("studio.sources.camera_list.cameras", lambda: [camera])
    assert await ask(SourceChoices(kind="camera")) == (Choice("A", {"device": "/dev/a"}),)
    (mode,) = await ask(SourceModes(device="/dev/a"))
    assert mode.settings["width"] == 1920


async def test_loudspeakers_by_name(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    FakeSoundcard(speakers=["Headphones", "HDMI"]).install(monkeypatch)
    assert [choice.name for choice in await ask(SourceChoices(kind="system_sound"))] == ["Headphones", "HDMI"]


async def test_a_kind_without_choices_has_none(ask: Ask) -> None:
    assert await ask(SourceChoices(kind="text")) == ()


async def test_who_works_elsewhere_is_not_told_of_devices_and_windows(ask: Ask) -> None:
    with pytest.raises(Forbidden):
        await ask(SourceChoices(kind="window"), AFAR)


async def test_room_for_recordings(ask: Ask) -> None:
    assert await ask(RecordingSpace(), AFAR) == 5_000_000


async def test_levels_go_over_the_wire(ask: Ask, mixer: Mixer) -> None:
    assert await ask(MixerLevels(), AFAR) == Levels({}, (-96.0, -96.0), -70.0, -70.0, -70.0)
    mixer.meters.put({"mic": Level(-6.0, -12.0), "": Level(-3.0, -9.0)})
    mixer.loudness.put(Loudness(-16.0, -17.0, -18.0))
    told = await ask(MixerLevels(), AFAR)
    assert told == Levels({"mic": (-6.0, -12.0)}, (-3.0, -9.0), -16.0, -17.0, -18.0)
    assert msgspec.convert(msgspec.to_builtins(told), MixerLevels.answers) == told


async def test_days_on_which_shops_are_shut(ask: Ask) -> None:
    days = await ask(CallHolidays(country="DK", language="da"))
    assert all(isinstance(one, Holiday) for one in days)
    christmas = next(one for one in days if (one.day.month, one.day.day) == (12, 25))
    assert "juledag" in christmas.name.casefold()
    assert days[0].day >= datetime.date.today()
    assert await ask(CallHolidays(country="")) == ()
    with pytest.raises(InvalidValue, match="ZZ"):
        await ask(CallHolidays(country="ZZ"))


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("call.holidays", {"country": "dk"}),
        ("call.holidays", {"country": "DK", "language": "sv"}),
        ("source.choices", {"kind": ""}),
        ("catalogue.search", {"limit": 101}),
        ("catalogue.search", {"offset": -1}),
        ("catalogue.search", {"words": "x" * 201}),
        ("mixer.levels", {"source": "a"}),
    ],
)
def test_what_cannot_be_asked(name: str, args: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match="expected"):
        parse(name, args)
