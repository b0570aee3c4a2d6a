"""An advisor's desktop follows what the server says of its call."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from studio import wire
from studio.audio.mixer import Mixer
from studio.calls.desk import CallDesk
from studio.clock import MonotonicClock
from studio.commands import Actor
from studio.commands.call import CallPoint, CallSend, CallSnapshot
from studio.errors import WrongState
from studio.media.timed_ring import TimedRing
from studio.scenes.program import Program
from studio.show.call import Call, Person
from studio.spine import Dispatcher, Store
from studio.state import Advising, Canvas, Show
from tests.fakes import until
from tests.studio.calls.conftest import Browser

ME = Actor("desktop", "support")
IDA = Person(peer="me", client="d", name="Ida")
CALL = Call(id="c1", state="live", kind="video", entered_ms=0, since_ms=0, name="Camilla", people=(IDA,))
ICE = {"type": "ice", "servers": [{"urls": ["stun:127.0.0.1:9"]}], "relay": False, "self": "me"}


class Sound:
    def __init__(self) -> None:
        self.heard: dict[str, TimedRing] = {}

    def hear_far(self, rings: dict[str, TimedRing]) -> None:
        self.heard = rings


class Seat:
    """A desk with an engine, and what it said to the server."""

    def __init__(self, folder: Path) -> None:
        clock = MonotonicClock()
        self.store, self.sound, self.said = Store(), Sound(), list[wire.Signal]()
        self.dispatcher = Dispatcher("studio", Show)
        self.program, self.mixer = Program(Canvas(640, 360), 30, clock), Mixer(clock)
        self.folder = folder
        self.desk = CallDesk(self.store, self.dispatcher, clock, (self.program, self.mixer, self.sound), self.send, folder)

    async def send(self, message: wire.Signal) -> None:
        self.said.append(message)

    def is_told(self, **changes: Any) -> None:
        call = msgspec.structs.replace(CALL, **changes)
        self.store.update(advising=Advising(status="wrap_up" if call.state == "ended" else "busy", call=call))

    def hears(self, data: dict[str, Any], call: str = "c1", peer: str = "customer") -> None:
        self.desk.signalled(wire.Signal(call=call, peer=peer, data=data))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [one.data for one in self.said if one.data["type"] == kind]

    async def connects(self, browser: Browser) -> None:
        """The customer's page offers, and is answered."""
        self.is_told()
        self.hears({"type": "offer", "leg": 1, "sdp": await browser.offer()})
        await until(lambda: self.of("answer"))
        await browser.apply(self.of("answer")[0]["sdp"])
        await until(lambda: self.store.state.call_media.remotes[0].status == "connected")


@pytest.fixture
async def seat(tmp_path: Path) -> AsyncIterator[Seat]:
    seat = Seat(tmp_path)
    seat.program.start()
    seat.mixer.start()
    yield seat
    await seat.desk.close()
    await asyncio.to_thread(seat.mixer.close)
    await asyncio.to_thread(seat.program.close)


async def test_a_call_is_connected_held_and_left(seat: Seat, browser: Browser) -> None:
    await seat.connects(browser)
    assert list(seat.sound.heard) == ["call:customer"]
    assert seat.store.state.call_media.remotes[0].name == "Camilla"
    assert seat.of("sends")[-1] == {"type": "sends", "picture": True, "sound": True, "screen": False}
    seat.is_told(held=True)
    await until(lambda: seat.of("sends")[-1]["picture"] is False)
    assert seat.sound.heard == {}
    seat.is_told(held=False)
    await until(lambda: seat.of("sends")[-1]["picture"] is True)
    assert list(seat.sound.heard) == ["call:customer"]
    seat.is_told(state="ended")
    await until(lambda: seat.store.state.call_media.remotes == ())
    assert seat.sound.heard == {}
    assert seat.desk.picture() is None


async def test_picture_and_sound_are_turned_off_and_told(seat: Seat, browser: Browser) -> None:
    await seat.connects(browser)
    await seat.dispatcher.execute(CallSend(picture=False), ME)
    await until(lambda: seat.of("sends")[-1] == {"type": "sends", "picture": False, "sound": True, "screen": False})
    count = len(seat.of("sends"))
    seat.is_told(note="nothing of this is about pictures")
    seat.is_told(kind="sound")
    await seat.dispatcher.execute(CallSend(sound=False), ME)
    await until(lambda: len(seat.of("sends")) == count + 1)
    await seat.dispatcher.execute(CallPoint(places=((0.5, 0.25),)), ME)
    await until(lambda: seat.of("point") == [{"type": "point", "places": [[0.5, 0.25]]}])


async def test_a_snapshot_is_kept_for_its_owner_only(seat: Seat, browser: Browser) -> None:
    with pytest.raises(WrongState):
        await seat.dispatcher.execute(CallSnapshot(), ME)
    await seat.connects(browser)
    await until(lambda: seat.store.state.call_media.remotes[0].picture)
    path = Path(await seat.dispatcher.execute(CallSnapshot(), ME))
    assert path.parent == seat.folder
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_mode & 0o077 == 0


async def test_signals_of_other_calls_and_of_no_call_are_nothing(seat: Seat, browser: Browser) -> None:
    offer = {"type": "offer", "leg": 1, "sdp": await browser.offer()}
    seat.hears(offer)
    seat.is_told()
    seat.hears(offer, call="another")
    seat.is_told(state="ended")
    seat.hears(offer)
    assert seat.said == []
    assert seat.store.state.call_media.remotes == ()


async def test_who_comes_later_offers_to_who_is_there(seat: Seat, loopback_ice: None) -> None:
    there = Person(peer="bo", client="x", name="Bo")
    seat.is_told(people=(there, *CALL.people))
    assert seat.of("offer") == [], "who we are is not known yet"
    seat.hears(ICE)
    await until(lambda: seat.of("offer"))
    assert [one.peer for one in seat.said if one.data["type"] == "offer"] == ["bo"]
    assert [remote.name for remote in seat.store.state.call_media.remotes] == ["Bo"]
    seat.is_told()
    await until(lambda: seat.store.state.call_media.remotes == ())
