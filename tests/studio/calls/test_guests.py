"""Guests at the desktop: their pages are connected, they are found by sources, and hear the show without themselves."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import numpy as np
import pytest

from studio import wire
from studio.audio.mixer import Mixer, Strip
from studio.calls.guests import GuestController
from studio.calls.remote_audio import RemoteAudio
from studio.clock import MonotonicClock
from studio.media.timed_ring import TimedRing
from studio.scenes.program import Program
from studio.show.guest import Guest
from studio.sources.base import SourceContext
from studio.sources.guest import GuestSettings, GuestSource
from studio.sources.guest_book import GuestBook
from studio.spine import Store
from studio.state import Canvas, Scene, SceneItem, Scenes, Source
from tests.fakes import EndlessRing, near, until
from tests.studio.calls.conftest import Browser

METTE = Guest(id="0000000a", name="Mette", until_ms=10**13, status="here")
ICE: dict[str, Any] = {"type": "ice", "servers": [], "relay": False}
SOURCE = Source(id="s1", kind="guest", name="Guest", settings={"guest": METTE.id})
SCENES = (Scene(id="a", name="Both", items=(SceneItem(id="i1", source="s1"),)), Scene(id="b", name="Host"))


class Sound:
    def __init__(self) -> None:
        self.heard: dict[str, TimedRing] = {}

    def hear_far(self, rings: dict[str, TimedRing]) -> None:
        self.heard = rings


class Seat:
    """A desktop with an engine, and what it said to the server."""

    def __init__(self) -> None:
        clock = MonotonicClock()
        self.clock, self.store, self.said, self.book = clock, Store(), list[wire.Signal](), GuestBook()
        self.program, self.mixer = Program(Canvas(640, 360), 30, clock), Mixer(clock)
        self.sound = Sound()
        self.voices = RemoteAudio(self.mixer, self.sound)
        self.desk = GuestController(self.store, clock, (self.program, self.mixer, self.voices), self.send, self.book)
        self.store.update(guests=(METTE,), sources=(SOURCE,), scenes=Scenes(scenes=SCENES, program="b"))

    async def send(self, message: wire.Signal) -> None:
        self.said.append(message)

    def hears(self, data: dict[str, Any], guest: str = METTE.id) -> None:
        self.desk.signalled(wire.Signal(call=f"guest:{guest}", peer=guest, data=data))

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [one.data for one in self.said if one.data["type"] == kind]

    async def connects(self, browser: Browser, leg: int = 1) -> None:
        """A guest's page offers, and is answered."""
        self.hears(ICE)
        self.hears({"type": "offer", "leg": leg, "sdp": await browser.offer()})
        answer = await until(lambda: next((one for one in self.of("answer") if one["leg"] == leg), None))
        await browser.apply(answer["sdp"])
        await until(lambda: self.store.state.guest_media and self.store.state.guest_media[0].status == "connected")


@pytest.fixture
async def seat() -> AsyncIterator[Seat]:
    seat = Seat()
    seat.program.start()
    seat.mixer.start()
    yield seat
    await seat.desk.close()
    await asyncio.to_thread(seat.mixer.close)
    await asyncio.to_thread(seat.program.close)


async def test_a_guest_is_seen_and_heard_as_a_source(seat: Seat, browser: Browser) -> None:
    reports: list[Any] = []
    source = GuestSource(GuestSettings(guest=METTE.id), SourceContext(clock=seat.clock, guests=seat.book, report=reports.append))
    source.start()
    await seat.connects(browser)
    assert seat.of("again"), "a page may think that it is connected already"
    picture = await until(lambda: source.picture(0))
    rgb = picture.frame.to_ndarray(format="rgb24")[90, 160]
    assert near(tuple(int(value) for value in rgb), (230, 120, 30), 25)
    seat.mixer.set_strips((Strip("s1", source.ring, paced=False),))
    await until(lambda: (levels := seat.mixer.meters.peek()) and levels[""].rms_db > -20)
    assert seat.voices.cancels
    source.close()


async def test_a_guest_hears_the_show_and_not_themselves(seat: Seat, browser: Browser) -> None:
    await seat.connects(browser)
    seat.mixer.set_strips((Strip("s1", EndlessRing(0.3)),))
    await until(lambda: len(browser.sounds) > 30)
    assert max(int(np.abs(sound.to_ndarray()).max()) for sound in browser.sounds[-10:]) < 100
    ring = TimedRing()
    seat.mixer.set_strips((Strip("s1", EndlessRing(0.3)), Strip("mic", ring)))
    hums = np.sin(np.arange(4 * 48_000) / 8)[:, None].astype(np.float32).repeat(2, axis=1) * 0.5
    ring.write(round(seat.clock.now_ns() * 48_000 / 1e9), hums)
    await until(lambda: int(np.abs(browser.sounds[-1].to_ndarray()).max()) > 5000)


async def test_a_guest_is_told_when_they_are_on_air(seat: Seat, browser: Browser) -> None:
    await seat.connects(browser)
    await until(lambda: seat.of("sends") and seat.of("sends")[-1]["air"] is False)
    seat.store.update(scenes=Scenes(scenes=SCENES, program="a"))
    await until(lambda: seat.of("sends")[-1]["air"] is True)
    seat.store.update(panic=True)
    await until(lambda: seat.of("sends")[-1]["air"] is False)


async def test_who_has_no_channel_yet_is_heard_all_the_same(seat: Seat, browser: Browser) -> None:
    seat.store.update(sources=())
    await seat.connects(browser)
    assert list(seat.sound.heard) == [f"guest:{METTE.id}"]
    seat.store.update(sources=(SOURCE,))
    assert seat.sound.heard == {}, "their channel is monitored"
    seat.store.update(sources=())
    seat.store.update(guests=())
    assert seat.sound.heard == {}


async def test_who_is_removed_is_gone_at_once(seat: Seat, browser: Browser) -> None:
    await seat.connects(browser)
    assert seat.book.find(METTE.id) is not None
    seat.store.update(guests=())
    assert seat.book.find(METTE.id) is None
    assert seat.store.state.guest_media == ()
    assert not seat.voices.cancels
    seat.hears({"type": "offer", "leg": 9, "sdp": "v=0"})
    assert seat.store.state.guest_media == ()


async def test_another_page_of_a_guest_begins_anew(seat: Seat, browser: Browser) -> None:
    seat.hears(ICE | {"page": "one"})
    seat.hears({"type": "offer", "leg": 7, "sdp": await browser.offer()})
    await until(lambda: seat.of("answer"))
    before = seat.desk.remote(METTE.id)
    seat.hears(ICE | {"page": "one"})
    assert seat.desk.remote(METTE.id) is before, "another desktop came or went"
    seat.hears(ICE | {"page": "two"})
    assert seat.desk.remote(METTE.id) is not before
    assert seat.book.find(METTE.id) is seat.desk.remote(METTE.id)


async def test_two_who_go_at_once_leave_nothing_behind(seat: Seat) -> None:
    jens = Guest(id="0000000b", name="Jens", until_ms=10**13, status="here")
    seat.store.update(guests=(METTE, jens))
    seat.hears(ICE)
    seat.hears(ICE, guest=jens.id)
    for guest in (METTE.id, jens.id):
        seat.desk.remote(guest)._set_status("reconnecting")  # type: ignore[union-attr]
    seat.store.update(guests=tuple(msgspec.structs.replace(one, status="away") for one in (METTE, jens)))
    assert seat.store.state.guest_media == ()


async def test_a_server_that_is_away_takes_nobody_off_air(seat: Seat, browser: Browser) -> None:
    await seat.connects(browser)
    await until(lambda: seat.desk.remote(METTE.id))
    away = Guest(id=METTE.id, name="Mette", until_ms=METTE.until_ms)
    seat.store.update(guests=(away,))
    frames = seat.desk.remote(METTE.id).seeing.frames  # type: ignore[union-attr]
    await until(lambda: seat.desk.remote(METTE.id).seeing.frames > frames + 5)  # type: ignore[union-attr]
    await browser.close()
    await until(lambda: seat.desk.remote(METTE.id) is None)


@pytest.mark.parametrize(
    "data", [{"type": "offer", "leg": 1, "sdp": "x" * 100_000}, {"type": ["ice"]}, {}, {"type": "candidate", "leg": 0}]
)
async def test_a_strangers_signals_break_nothing(seat: Seat, browser: Browser, data: dict[str, Any]) -> None:
    seat.hears(data)
    seat.hears(data, guest="ffffffff")
    await seat.connects(browser, leg=2)
