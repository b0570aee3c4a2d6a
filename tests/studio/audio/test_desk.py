"""The desk: commands on channels, and the mixer's strips kept equal to the state."""

from typing import Any

import numpy as np
import pytest

from studio.audio.desk import AudioDesk
from studio.audio.mixer import Mixer
from studio.commands import Actor
from studio.commands.mixer import ChannelSet, MasterSet
from studio.errors import ChangedSince, NotFound
from studio.media.encoder import OPUS_FRAME
from studio.spine import Dispatcher, Store
from studio.state import Channel, Source, State
from studio.state import Mixer as MixerState
from tests.fakes import EndlessRing, ManualClock

HOST = Actor("laptop", "host")
OTHER = Actor("phone", "producer")


class Bench:
    """A microphone, a film and a picture; the film's scene is not on air."""

    def __init__(self) -> None:
        sources = (("mic", "microphone", "Mikrofon"), ("film", "media_file", "Film"), ("logo", "image", "Logo"))
        self.store = Store(State(sources=tuple(Source(id=i, kind=k, name=n) for i, k, n in sources)))
        self.dispatcher = Dispatcher("studio", lambda: self.store.state.show)
        self.mixer = Mixer(ManualClock())
        self.desk = AudioDesk(self.store, self.dispatcher, self.mixer)
        self.rings: dict[str, Any] = {"mic": EndlessRing(0.2), "film": EndlessRing(0.4)}
        self.on_air = {"mic"}
        self.index = 0
        self.desk.refresh(self.rings, self.on_air)
        self.store.observe(lambda old, new: self.desk.refresh(self.rings, self.on_air))

    @property
    def state(self) -> MixerState:
        return self.store.state.mixer

    def channel(self, source: str) -> Channel:
        return next(channel for channel in self.state.channels if channel.source == source)

    def heard(self) -> float:
        """The level of the bus once everything has settled."""
        for _ in range(3):
            block = self.mixer.mix(self.index)
            self.index += OPUS_FRAME
        return float(np.round(block[-1, 0], 4))

    async def do(self, command: Any, by: Actor = HOST) -> Any:
        return await self.dispatcher.execute(command, by)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_every_sounding_source_has_a_channel(bench: Bench) -> None:
    assert bench.state.channels == (Channel(source="mic"), Channel(source="film"))


def test_only_what_is_on_air_is_heard(bench: Bench) -> None:
    assert bench.heard() == pytest.approx(0.2)
    bench.on_air = {"mic", "film"}
    bench.desk.refresh(bench.rings, bench.on_air)
    assert bench.heard() == pytest.approx(0.6)


async def test_a_fader_is_set_heard_and_taken_back(bench: Bench) -> None:
    await bench.do(ChannelSet(source="mikrofon", fader_db=-6))
    assert bench.channel("mic").fader_db == -6
    assert bench.heard() == pytest.approx(0.2 * 10 ** (-6 / 20), abs=1e-3)
    assert await bench.dispatcher.undo.undo(HOST.id) == "Fader Mikrofon"
    assert bench.heard() == pytest.approx(0.2)


async def test_a_mute_is_set_heard_and_taken_back(bench: Bench) -> None:
    await bench.do(ChannelSet(source="mic", muted=True))
    assert bench.heard() == 0
    assert bench.dispatcher.undo.sentences(HOST.id) == ("Mute Mikrofon",)
    await bench.do(ChannelSet(source="mic", muted=False))
    assert bench.dispatcher.undo.sentences(HOST.id)[-1] == "Unmute Mikrofon"
    assert bench.heard() == pytest.approx(0.2)
    await bench.dispatcher.undo.undo(HOST.id)
    assert bench.heard() == 0


async def test_fader_and_mute_do_not_touch_each_other(bench: Bench) -> None:
    await bench.do(ChannelSet(source="mic", fader_db=-6))
    await bench.do(ChannelSet(source="mic", muted=True))
    assert bench.channel("mic") == Channel(source="mic", fader_db=-6, muted=True)


async def test_the_master_is_set_heard_and_taken_back(bench: Bench) -> None:
    await bench.do(MasterSet(fader_db=-6))
    await bench.do(MasterSet(muted=True))
    assert (bench.state.master_db, bench.state.master_muted) == (-6, True)
    assert bench.heard() == 0
    await bench.dispatcher.undo.undo(HOST.id)
    assert bench.heard() == pytest.approx(0.2 * 10 ** (-6 / 20), abs=1e-3)
    await bench.dispatcher.undo.undo(HOST.id)
    assert bench.heard() == pytest.approx(0.2)


async def test_a_fader_somebody_else_moved_is_not_taken_back(bench: Bench) -> None:
    await bench.do(ChannelSet(source="mic", fader_db=-6))
    await bench.do(ChannelSet(source="mic", fader_db=-12), OTHER)
    with pytest.raises(ChangedSince):
        await bench.dispatcher.undo.undo(HOST.id)
    assert bench.channel("mic").fader_db == -12


async def test_setting_what_is_set_is_nothing_to_undo(bench: Bench) -> None:
    await bench.do(ChannelSet(source="mic", fader_db=0))
    await bench.do(MasterSet())
    assert bench.dispatcher.undo.sentences(HOST.id) == ()


@pytest.mark.parametrize("source", ["Mikrofonen", "logo", ""])
async def test_what_has_no_channel_is_not_found(bench: Bench, source: str) -> None:
    with pytest.raises(NotFound) as caught:
        await bench.do(ChannelSet(source=source, muted=True))
    assert str(caught.value).startswith(f"source: There is no channel {source}")


async def test_faders_stay_when_sources_come_and_go(bench: Bench) -> None:
    await bench.do(ChannelSet(source="film", fader_db=-12, muted=True))
    del bench.rings["mic"]
    bench.rings["guest"] = EndlessRing(0.1)
    bench.desk.refresh(bench.rings, bench.on_air)
    assert bench.state.channels == (Channel(source="film", fader_db=-12, muted=True), Channel(source="guest"))
