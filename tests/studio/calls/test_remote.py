"""Both ends of a call over a real connection: what is seen, heard and sent, and what a stranger's signals may do."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest

from studio.audio.mixer import Mixer, Strip
from studio.calls.call_sender import CallSender
from studio.calls.remote import Remote
from studio.clock import MonotonicClock
from studio.media.timed_ring import TimedRing, sample_index
from studio.scenes.program import Program
from studio.state import Canvas
from studio.webrtc.call_peer import CallPeer
from tests.fakes import near, until
from tests.studio.calls.conftest import Browser

ORANGE = (230, 120, 30)


class Desktop:
    """A programme, a mix with a tone of 1 kHz, and one remote."""

    def __init__(self) -> None:
        self.clock = MonotonicClock()
        self.program = Program(Canvas(640, 360), 30, self.clock)
        self.mixer = Mixer(self.clock)
        self.told: list[dict[str, Any]] = []
        self.sending = CallSender(self.program, self.mixer, self.clock)
        self.remote = Remote("customer", self.clock, self.sending, self.told.append, lambda: self.mixer.behind)

    def start(self) -> None:
        self.program.start()
        self.mixer.start()
        self.remote.start()

    async def close(self) -> None:
        await self.sending.close()
        await self.remote.close()
        await asyncio.to_thread(self.mixer.close)
        await asyncio.to_thread(self.program.close)

    async def answers(self, browser: Browser, leg: int = 1) -> None:
        """The browser offers, and is answered."""
        self.remote.hear({"type": "offer", "leg": leg, "sdp": await browser.offer()})
        answer = await until(lambda: next((one for one in self.told if one.get("leg") == leg), None))
        await browser.apply(answer["sdp"])
        await until(lambda: self.remote.state.status == "connected")
        await until(lambda: browser.connection.connectionState == "connected")

    def loudness(self) -> float:
        """Of the last half second that the mixer could read."""
        now = sample_index(self.clock.now_ns()) - self.mixer.behind
        return float(np.sqrt((self.remote.ring.read(now - 24_000, 24_000) ** 2).mean()))


@pytest.fixture
async def desktop() -> AsyncIterator[Desktop]:
    desktop = Desktop()
    desktop.start()
    yield desktop
    await desktop.close()


@pytest.mark.parametrize("codec", ["H264", "VP8"])
async def test_each_sees_and_hears_the_other(desktop: Desktop, loopback_ice: None, codec: str) -> None:
    browser = Browser(codec, ORANGE)
    try:
        await desktop.answers(browser)
        picture = await until(lambda: desktop.remote.picture.peek())
        assert (picture.width, picture.height) == (320, 180)
        rgb = picture.frame.to_ndarray(format="rgb24")[90, 160]
        assert near(tuple(int(value) for value in rgb), ORANGE, 25)
        await until(lambda: desktop.loudness() > 0.25)
        await until(lambda: desktop.remote.state.picture)
        assert desktop.remote.state.size == (320, 180)
        await until(lambda: len(browser.sounds) > 10)
        await until(lambda: browser.pictures)
        assert (browser.pictures[-1].width, browser.pictures[-1].height) == (640, 360)
    finally:
        await browser.close()


async def test_losses_are_made_up_for(desktop: Desktop, browser: Browser) -> None:
    await desktop.answers(browser)
    await until(lambda: desktop.remote.seeing.frames > 5)
    browser.drop(0.1)
    heard, frames = desktop.remote.hearing, desktop.remote.seeing.frames
    begun = heard.samples
    await until(lambda: heard.samples - begun > 2 * 48_000)  # it learns how late they come
    before, concealed = heard.samples, heard.concealed
    await until(lambda: heard.samples - before > 4 * 48_000)
    assert (heard.concealed - concealed) / (heard.samples - before) < 0.05
    assert desktop.remote.seeing.frames - frames > 60, "of 120, with a lost picture asked for again"
    assert desktop.remote.state.status == "connected"


async def test_a_lost_connection_is_asked_for_again(desktop: Desktop, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.calls.remote.RETRY_S", 0.1)
    await desktop.answers(browser)
    await browser.close()
    await until(lambda: {"type": "again"} in desktop.told)
    assert desktop.remote.state.status == "reconnecting"
    again = Browser()
    try:
        await desktop.answers(again, leg=2)
        frames = desktop.remote.seeing.frames
        await until(lambda: desktop.remote.seeing.frames > frames + 5)
    finally:
        await again.close()


@pytest.mark.parametrize(
    "strange",
    [
        {"type": "offer", "leg": 1, "sdp": "v=0"},
        {"type": "offer", "leg": 1, "sdp": "x" * 100_000},
        {"type": "offer", "leg": "1", "sdp": "v=0"},
        {"type": "offer", "leg": 10**9, "sdp": "v=0"},
        {"type": "offer", "leg": 1},
        {"type": "candidate", "leg": 1, "mid": "0", "candidate": "candidate:1 1 udp 1 evil.example 99999 typ host"},
        {"type": "candidate", "leg": 0, "mid": None, "candidate": None},
        {"type": "sends", "picture": "yes"},
        {"type": ["offer"]},
        {},
    ],
)
async def test_a_strangers_signals_break_nothing(desktop: Desktop, browser: Browser, strange: dict[str, Any]) -> None:
    desktop.remote.hear(strange)
    await desktop.answers(browser, leg=2)


@pytest.mark.parametrize(
    ("sends", "screen"),
    [
        ({"picture": True, "screen": True}, True),
        ({"picture": True, "screen": False}, False),
        ({"picture": True}, False),
        ({"picture": False, "screen": True}, False),
        ({"picture": True, "screen": "yes"}, False),
    ],
)
async def test_it_is_known_whether_the_picture_is_of_their_screen(desktop: Desktop, sends: dict[str, Any], screen: bool) -> None:
    desktop.remote.hear({"type": "sends"} | sends)
    assert desktop.remote.state.screen is screen


async def test_candidates_wait_while_their_offer_is_answered(
    desktop: Desktop, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: list[str] = []

    async def add(peer: CallPeer, mid: str, candidate: str) -> None:
        added.append(candidate)

    monkeypatch.setattr(CallPeer, "trickle", add)
    late = "candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host"
    desktop.remote.hear({"type": "offer", "leg": 1, "sdp": await browser.offer()})
    desktop.remote.hear({"type": "candidate", "leg": 1, "mid": "0", "candidate": late})
    desktop.remote.hear({"type": "candidate", "leg": 0, "mid": "0", "candidate": "of an older leg"})
    assert added == []
    await until(lambda: added == [late])


async def test_the_picture_stops_before_the_sound(desktop: Desktop, browser: Browser) -> None:
    await desktop.answers(browser)
    await until(lambda: len(browser.sounds) > 5)
    told: list[bool] = []
    desktop.sending.on_picture = told.append
    desktop.sending.kbps_out = 900
    desktop.sending._estimated(90_000)
    assert told == [], "a low estimate that does not fall is of a programme that takes little"
    desktop.sending._estimated(80_000)
    assert told == [False]
    assert not desktop.sending.sends_picture
    count = len(browser.sounds)
    await until(lambda: len(browser.sounds) > count + 20 or len(browser.sounds) == 100)


async def test_two_desktops_hear_each_other(desktop: Desktop, loopback_ice: None) -> None:
    other = Desktop()
    other.start()
    try:
        desktop.remote._signal, other.remote._signal = other.remote.hear, desktop.remote.hear
        tone = TimedRing(4.0)
        desktop.mixer.set_strips((Strip("mic", tone),))
        at = sample_index(desktop.clock.now_ns())
        tone.write(at, np.full((3 * 48_000, 2), 0.4, np.float32) * np.sin(np.arange(3 * 48_000) / 8)[:, None].astype(np.float32))
        desktop.remote.offer()
        await until(lambda: [one.remote.state.status for one in (desktop, other)] == ["connected"] * 2)
        await until(lambda: other.remote.seeing.frames > 3)
        await until(lambda: other.loudness() > 0.1)
    finally:
        await other.close()


async def test_on_hold_nothing_is_heard(desktop: Desktop, browser: Browser) -> None:
    tone = TimedRing()
    desktop.mixer.set_strips((Strip("mic", tone),))
    await desktop.answers(browser)
    desktop.sending.wants(picture=False, sound=False)
    at = sample_index(desktop.clock.now_ns())
    loud = np.full((48_000, 2), 0.5, np.float32)
    tone.write(at, loud)
    await until(lambda: len(browser.sounds) > 40)
    last = np.concatenate([sound.to_ndarray().ravel() for sound in browser.sounds[-20:]])
    assert int(np.abs(last).max()) < 200
