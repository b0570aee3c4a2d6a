"""An advisor's desktop follows what the server says of its call."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import av
import msgspec
import numpy as np
import pytest

from studio import wire
from studio.audio.mixer import Mixer
from studio.calls.controller import CallController
from studio.calls.recording import CallRecordings
from studio.calls.remote_audio import RemoteAudio
from studio.clock import MonotonicClock
from studio.commands import Actor
from studio.commands.call import CallPoint, CallRecord, CallSend, CallSnapshot
from studio.errors import WrongState
from studio.media.timed_ring import TimedRing
from studio.scenes.program import Program
from studio.show.call import Agreement, Call, Person
from studio.show.guest import ON_CALL as ON_AIR
from studio.sources.guest_book import GuestBook
from studio.spine import Dispatcher, Store
from studio.state import Advising, Canvas, Scene, SceneItem, Scenes, Show, Source
from tests.fakes import near, until
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
        self.book = GuestBook()
        self.recordings = CallRecordings(folder / "calls", self.upload)
        self.uploaded: list[str] = []
        engine = (self.program, self.mixer, RemoteAudio(self.mixer, self.sound))
        self.desk = CallController(
            self.store,
            self.dispatcher,
            clock,
            engine=engine,
            send=self.send,
            folder=folder,
            book=self.book,
            recordings=self.recordings,
        )

    async def send(self, message: wire.Signal) -> None:
        self.said.append(message)

    async def upload(self, call: str, path: Path) -> None:
        self.uploaded.append(call)

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
        self.hears(ICE)
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
    assert [encoder.short_side for encoder in seat.desk.encoders] == [min(720, seat.program.canvas.short_side)]
    assert seat.store.state.call_media.remotes[0].name == "Camilla"
    assert seat.of("sends")[-1] == {"type": "sends", "picture": True, "sound": True, "screen": False, "air": False}
    seat.is_told(held=True)
    await until(lambda: seat.of("sends")[-1]["picture"] is False)
    assert seat.sound.heard == {}
    assert seat.desk.encoders == ()
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
    await until(lambda: seat.of("sends")[-1] == {"type": "sends", "picture": False, "sound": True, "screen": False, "air": False})
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


async def test_a_customer_is_on_air_with_their_yes_and_no_longer(seat: Seat, browser: Browser) -> None:
    source = Source(id="s1", kind="guest", name="Customer", settings={"guest": ON_AIR})
    scenes = (Scene(id="a", name="Call", items=(SceneItem(id="i1", source="s1"),)), Scene(id="b", name="Host"))
    seat.store.update(sources=(source,), scenes=Scenes(scenes=scenes, program="a"))
    await seat.connects(browser)
    assert seat.book.find(ON_AIR) is None
    assert seat.of("sends")[-1]["air"] is False
    agreed = (Agreement(ask="air", yes=True),)
    seat.store.update(advising=msgspec.structs.replace(seat.store.state.advising, asked=agreed))
    assert seat.book.find(ON_AIR) is seat.desk.remote()
    await until(lambda: seat.of("sends")[-1]["air"] is True)
    seat.store.update(scenes=Scenes(scenes=scenes, program="b"))
    await until(lambda: seat.of("sends")[-1]["air"] is False)
    seat.store.update(scenes=Scenes(scenes=scenes, program="a"))
    taken_back = (Agreement(ask="air", yes=False),)
    seat.store.update(advising=msgspec.structs.replace(seat.store.state.advising, asked=taken_back))
    assert seat.book.find(ON_AIR) is None
    await until(lambda: seat.of("sends")[-1]["air"] is False)
    seat.store.update(advising=msgspec.structs.replace(seat.store.state.advising, asked=agreed))
    seat.is_told(held=True)
    assert seat.book.find(ON_AIR) is None, "on hold nobody is seen"
    seat.is_told(state="ended")
    await until(lambda: seat.store.state.call_media.remotes == ())
    assert seat.book.find(ON_AIR) is None


AGREED = (Agreement(ask="recording", yes=True),)


def agrees(seat: Seat, *agreed: Agreement) -> None:
    seat.store.update(advising=msgspec.structs.replace(seat.store.state.advising, asked=agreed))


def films(seat: Seat) -> list[Path]:
    return sorted((seat.folder / "calls").glob("*.mp4"))


async def test_a_call_is_recorded_with_the_customers_yes(seat: Seat, browser: Browser) -> None:
    await seat.connects(browser)
    await until(lambda: seat.store.state.call_media.remotes[0].picture)
    with pytest.raises(WrongState):
        await seat.dispatcher.execute(CallRecord(), ME)
    assert films(seat) == []
    agrees(seat, *AGREED)
    await until(lambda: seat.store.state.call_media.recording == "on")
    recording = seat.desk._recording
    assert recording is not None
    await until(lambda: recording.recorder.length_ms > 1500)
    seat.is_told(state="ended")
    (path,) = await until(lambda: films(seat) if seat.desk._recording is None and not seat.desk._tasks else None)
    assert path.name == "c1.mp4"
    with av.open(str(path)) as film:
        pictures = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert (pictures[-1].shape[1], pictures[-1].shape[0]) == (1280, 720)
    assert near(tuple(int(value) for value in pictures[-1][200, 400]), (230, 120, 30), 25), "the customer, large"
    with av.open(str(path)) as film:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in film.decode(audio=0)])
    hears = np.abs(np.fft.rfft(sound[48_000:72_000]))
    assert abs(int(hears.argmax()) * 2 - 440) <= 4, "their voice"
    crashed = seat.folder / "calls" / "c8.mp4.part"
    crashed.write_text("no film")
    os.utime(crashed, (0, 0))
    sending = asyncio.create_task(seat.recordings.run())
    try:
        await until(lambda: seat.uploaded == ["c1"] and films(seat) == [])
        await until(lambda: not list((seat.folder / "calls").iterdir()))
        for name in ("c9.mp4.part", ".c9.mp4.part.spare"):  # on hold for long, and what keeps the disk's last room for it
            (seat.folder / "calls" / name).write_text("resting")
            os.utime(seat.folder / "calls" / name, (0, 0))
        (seat.folder / "calls" / "c7.mp4").write_text("no film either")
        seat.recordings.kept(seat.folder / "calls" / "none.mp4.part")
        await until(lambda: not (seat.folder / "calls" / "c7.mp4").exists())
        assert len(list((seat.folder / "calls").iterdir())) == 2
    finally:
        sending.cancel()


async def test_the_film_has_of_us_what_the_customer_hears_and_sees(seat: Seat, browser: Browser) -> None:
    await seat.connects(browser)
    agrees(seat, *AGREED)
    recording = await until(lambda: seat.desk._recording)
    assert (recording.heard, recording._corner.on) == (True, True)
    await seat.dispatcher.execute(CallSend(picture=False, sound=False), ME)
    assert (recording.heard, recording._corner.on) == (False, False)


async def test_a_colleague_who_was_invited_makes_no_second_film(seat: Seat, browser: Browser) -> None:
    await seat.connects(browser)
    bo = Person(peer="bo", client="b", name="Bo")
    seat.is_told(people=(bo, IDA))
    agrees(seat, *AGREED)
    await until(lambda: seat.of("offer"))
    assert seat.desk._recording is None


async def test_what_is_taken_back_is_not_kept(seat: Seat, browser: Browser) -> None:
    await seat.connects(browser)
    agrees(seat, *AGREED)
    await until(lambda: seat.store.state.call_media.recording == "on")
    agrees(seat, Agreement(ask="recording", yes=False))
    await until(lambda: seat.store.state.call_media.recording == "")
    await until(lambda: not seat.desk._tasks and not list((seat.folder / "calls").iterdir()))


async def test_whoever_answers_stops_and_goes_on(seat: Seat, browser: Browser) -> None:
    await seat.connects(browser)
    await until(lambda: seat.store.state.call_media.remotes[0].picture)
    agrees(seat, *AGREED)
    recording = await until(lambda: seat.desk._recording)
    await until(lambda: recording.recorder.length_ms > 300)
    await seat.dispatcher.execute(CallRecord(on=False), ME)
    assert seat.store.state.call_media.recording == ""
    await until(lambda: not seat.desk._tasks and len(films(seat)) == 1)
    await seat.dispatcher.execute(CallRecord(), ME)
    again = await until(lambda: seat.desk._recording)
    assert again.recorder.path.name == "c1-2.mp4.part"
    seat.store.update(advising=msgspec.structs.replace(seat.store.state.advising, call=msgspec.structs.replace(CALL, held=True)))
    assert again.paused, "on hold nobody is in it"


async def test_without_room_on_the_disk_the_call_goes_on_and_says_so(
    seat: Seat, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.recordings.recorder.LEAST_FREE", 1 << 60)
    await seat.connects(browser)
    agrees(seat, *AGREED)
    await until(lambda: seat.store.state.call_media.recording == "failed")
    assert films(seat) == []
    assert seat.store.state.call_media.remotes[0].status == "connected"
