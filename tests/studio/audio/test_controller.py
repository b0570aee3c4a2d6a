"""The desk: commands on channels, and the mixer's strips kept equal to the state."""

from typing import Any

import numpy as np
import pytest

from studio.audio.controller import MixerController
from studio.audio.mixer import Mixer
from studio.commands import Actor
from studio.commands.mixer import ChannelDuck, ChannelEffects, ChannelSet, MasterSet, MonitorSet
from studio.errors import ChangedSince, Forbidden, InvalidValue, NotFound
from studio.media.encoder import OPUS_FRAME
from studio.spine import Dispatcher, Store
from studio.state import Channel, Source, State
from studio.state import Mixer as MixerState
from studio.state.effects import Ducking, Equaliser, Gate
from tests.fakes import EndlessRing, FakeDevice, FakeSoundcard, ManualClock, until

HOST = Actor("laptop", "host")
OTHER = Actor("phone", "producer")


class Bench:
    """A microphone, a film and a picture; the film's scene is not on air."""

    def __init__(self) -> None:
        sources = (("mic", "microphone", "Mikrofon"), ("film", "media_file", "Film"), ("logo", "image", "Logo"))
        self.store = Store(State(sources=tuple(Source(id=i, kind=k, name=n) for i, k, n in sources)))
        self.dispatcher = Dispatcher("studio", lambda: self.store.state.show)
        self.mixer = Mixer(ManualClock())
        self.desk = MixerController(self.store, self.dispatcher, self.mixer)
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
async def bench() -> Bench:
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


# ── effects, ducking, headphones ─────────────────────────────────────────────────────────────────────────────


async def test_a_chain_of_effects_is_set_whole_heard_and_taken_back(bench: Bench) -> None:
    await bench.do(ChannelEffects(source="Mikrofon", effects=(Gate(threshold_db=-3), Equaliser(low_db=3))))
    for _ in range(40):
        level = bench.heard()
    assert level < 0.01, "below the gate"
    await bench.dispatcher.undo.undo(HOST.id)
    assert bench.channel("mic").effects == ()


async def test_a_channel_steps_back_for_another_never_for_itself(bench: Bench) -> None:
    await bench.do(ChannelDuck(source="film", key="mikrofon", depth_db=20))
    assert bench.channel("film").ducking == Ducking(key="mic", depth_db=20)
    await bench.do(ChannelDuck(source="film"))
    assert bench.channel("film").ducking is None
    with pytest.raises(InvalidValue, match="key: a channel cannot step back for itself"):
        await bench.do(ChannelDuck(source="film", key="film"))
    with pytest.raises(InvalidValue, match="depth_db: Expected `float` <= 60"):
        await bench.do(ChannelDuck(source="film", key="mic", depth_db=99))
    with pytest.raises(NotFound, match="key: There is no channel Trommer"):
        await bench.do(ChannelDuck(source="film", key="Trommer"))


async def test_balance_and_mono_are_heard(bench: Bench) -> None:
    await bench.do(ChannelSet(source="mic", balance=1, mono=True))
    assert bench.heard() == 0
    assert (bench.channel("mic").balance, bench.channel("mic").mono) == (1, True)


async def test_headphones_are_opened_while_somebody_listens(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    card = FakeSoundcard(speakers=["Hovedtelefoner"]).install(monkeypatch)
    await bench.do(MonitorSet(device="id of Hovedtelefoner"))
    assert card.speakers[0].opened == 0
    await bench.do(ChannelSet(source="mic", solo=True))
    await until(lambda: (bench.heard(), card.speakers[0].played)[1])
    assert float(card.speakers[0].played[-1][-1, 0]) == pytest.approx(0.2)
    await bench.do(ChannelSet(source="mic", solo=False))
    await until(lambda: card.speakers[0].opened == 0)
    bench.desk.close()


async def test_headphones_that_are_gone_are_a_sentence_and_come_back(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.audio.monitor.RETRY_S", 0.001)
    card = FakeSoundcard().install(monkeypatch)
    await bench.do(ChannelSet(source="mic", monitor=True))
    await bench.do(MonitorSet(device="id of Hovedtelefoner"))
    await until(lambda: bench.state.monitor_error == "The sound device id of Hovedtelefoner is not there")
    card.speakers.append(FakeDevice("Hovedtelefoner"))
    await until(lambda: bench.state.monitor_error == "")
    await bench.do(MonitorSet())
    bench.desk.close()


async def test_only_who_sits_there_chooses_the_headphones(bench: Bench) -> None:
    with pytest.raises(Forbidden):
        await bench.do(MonitorSet(device="x"), Actor("phone", "producer", local=False))
