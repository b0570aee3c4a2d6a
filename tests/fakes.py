"""Working stand-ins for the layer below: a clock with hands, sources, sinks, films, sound devices. No mocks.

Colours in tests are those of `rgb_to_yuv`; sound is (n, 2) float32 at 48 kHz; time is an argument.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from av.container import OutputContainer

from studio.clock import NS_PER_MS, NS_PER_S
from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE
from studio.media.frames import Picture, blank, of_rgba, rgb_to_yuv
from studio.media.timed_ring import Samples, TimedRing
from studio.sources.base import Report, SourceContext
from studio.state import Canvas
from studio.wire import MediaPacket

TIMEOUT_S = 60.0
"""What has to come may take this long on a busy machine."""
TIMEOUT_MS = 60_000
"""The same, as browsers count."""
SMALL = Canvas(64, 36)
"""A canvas that costs nothing to compose and encode."""
BLOCK_NS = OPUS_FRAME * NS_PER_S // SAMPLE_RATE
"""How long a block of the mixer is."""


# ── waiting ──────────────────────────────────────────────────────────────────────────────────────────────────


def wait_for(condition: Callable[[], Any], timeout_s: float = TIMEOUT_S, what: Callable[[], str] = str) -> Any:
    """What `condition` returns once it is true; fails the test when it does not come true in time."""
    deadline = time.monotonic() + timeout_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {timeout_s} s in vain {what()}"
        time.sleep(0.002)
    return value


async def until(condition: Callable[[], Any], timeout_s: float = TIMEOUT_S, what: Callable[[], str] = str) -> Any:
    """`wait_for` on a loop."""
    deadline = time.monotonic() + timeout_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {timeout_s} s in vain {what()}"
        await asyncio.sleep(0.002)
    return value


class ManualClock:
    """A clock whose hands the test moves. `wait_until` blocks the thread that calls it until then."""

    def __init__(self, now_ns: int = 1000 * NS_PER_S, wall_ms: int = 1_700_000_000_000) -> None:
        self._now_ns = now_ns
        self._wall_ms = wall_ms
        self._moved = threading.Condition()

    def now_ns(self) -> int:
        return self._now_ns

    def wall_ms(self) -> int:
        return self._wall_ms

    def advance(self, *, ms: float = 0, ns: int = 0) -> int:
        """Move the hands; returns the new time."""
        with self._moved:
            self._now_ns += ns + round(ms * NS_PER_MS)
            self._wall_ms += round(ms)
            self._moved.notify_all()
            return self._now_ns

    def wait_until(self, due_ns: int, stop: threading.Event) -> bool:
        with self._moved:
            while self._now_ns < due_ns and not stop.is_set():
                self._moved.wait(0.005)
        return not stop.is_set()


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────────────────

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def solid(width: int, height: int, rgb: tuple[int, int, int]) -> Picture:
    """An opaque picture of one colour."""
    return blank(width, height, rgb_to_yuv(*rgb))


def glass(width: int, height: int, rgb: tuple[int, int, int], alpha: int) -> Picture:
    """A picture of one colour with one alpha."""
    return of_rgba(np.full((height, width, 4), (*rgb, alpha), np.uint8))


def pixel(picture: Picture, x: int, y: int) -> tuple[int, int, int]:
    """Y, U, V at a place."""
    return int(picture.y[y, x]), int(picture.u[y // 2, x // 2]), int(picture.v[y // 2, x // 2])


def near(one: tuple[int, ...], other: tuple[int, ...], by: int = 2) -> bool:
    """Whether two colours look the same."""
    return all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


# ── sound ────────────────────────────────────────────────────────────────────────────────────────────────────


def tone(count: int, *, start: int = 0, hz: float = 1000.0, level_db: float = -12.0) -> Samples:
    """A sine, `count` samples from sample `start` on."""
    at = np.arange(start, start + count)
    wave = np.sin(at * (2 * np.pi * hz / SAMPLE_RATE)) * 10 ** (level_db / 20)
    return np.repeat(wave.astype(np.float32)[:, None], 2, axis=1)


def constant(count: int, value: float) -> Samples:
    """A level that stands still: shows gains as they are."""
    return np.full((count, 2), value, np.float32)


class EndlessRing(TimedRing):
    """A ring that sounds the same value whenever it is read."""

    def __init__(self, value: float) -> None:
        super().__init__(seconds=0.1)
        self.value = value

    def read(self, index: int, count: int) -> Samples:
        return constant(count, self.value)


# ── sources ──────────────────────────────────────────────────────────────────────────────────────────────────


class FakeSource:
    """Shows the picture it was given, and counts what happens to it."""

    def __init__(self, picture: Picture | None = None, ring: TimedRing | None = None) -> None:
        self.shown = picture
        self.ring = ring
        self.started = self.closed = 0
        self.asked_ns: list[int] = []

    def start(self) -> None:
        self.started += 1

    def close(self) -> None:
        self.closed += 1

    def picture(self, now_ns: int) -> Picture | None:
        self.asked_ns.append(now_ns)
        return self.shown


@dataclass
class Reports:
    """What a source says about itself; `context` is what to make it with."""

    clock: Any = field(default_factory=ManualClock)
    canvas: Canvas = SMALL
    said: list[Report] = field(default_factory=list)

    @property
    def context(self) -> SourceContext:
        return SourceContext(clock=self.clock, canvas=self.canvas, report=self.said.append)

    @property
    def status(self) -> str | None:
        """The latest status."""
        return next((r.status for r in reversed(self.said) if r.status is not None), None)

    @property
    def reason(self) -> str:
        """The latest reason."""
        return next((r.reason for r in reversed(self.said) if r.reason is not None), "")

    @property
    def size(self) -> tuple[int, int] | None:
        """The latest size."""
        return next((r.size for r in reversed(self.said) if r.size is not None), None)

    @property
    def paused(self) -> bool | None:
        """The latest word on it."""
        return next((r.paused for r in reversed(self.said) if r.paused is not None), None)

    def live(self) -> Report:
        """Wait until the source is live; returns that report."""
        wait_for(lambda: self.status == "live", what=lambda: f"for live; it said {self.said}")
        return next(r for r in reversed(self.said) if r.status == "live")

    def failed(self) -> str:
        """Wait until the source failed; returns its sentence."""
        wait_for(lambda: self.status == "failed", what=lambda: f"for failed; it said {self.said}")
        return self.reason


# ── packets ──────────────────────────────────────────────────────────────────────────────────────────────────


class ListSink:
    """A `PacketSink` that keeps everything."""

    def __init__(self) -> None:
        self.packets: list[MediaPacket] = []

    def send(self, packet: MediaPacket) -> None:
        self.packets.append(packet)

    def of(self, kind: int) -> list[MediaPacket]:
        """Those of one kind."""
        return [packet for packet in self.packets if packet.kind == kind]


# ── films ────────────────────────────────────────────────────────────────────────────────────────────────────

FILM_FPS = 25
FRAME_NS = NS_PER_S // FILM_FPS


def make_film(
    path: Path,
    *,
    frames: int = 25,
    sound_s: float | None = None,
    level_db: float = -12.0,
    rate: int = SAMPLE_RATE,
    size: tuple[int, int] = (64, 36),
    gop: int = 5,
    audio_codec: str = "pcm_s16le",
    times: Sequence[int] | None = None,
    hole_s: tuple[float, float] = (0, 0),
    options: dict[str, str] | None = None,
) -> Path:
    """A film at 25 frames a second whose frame n is grey of luma 16 + 5n (see `frame_number`), with a 1 kHz tone of
    `sound_s` seconds. `frames` 0 leaves the picture out; `times` says when each comes, in frames. In `hole_s` nothing
    was recorded. The format goes by the name's ending."""
    with av.open(str(path), "w", options=options or {}) as container:
        video = None
        if frames:
            video = container.add_stream("libx264", rate=FILM_FPS, options={"crf": "1", "preset": "ultrafast", "bf": "0"})
            video.width, video.height = size
            video.pix_fmt = "yuv420p"
            video.gop_size = gop
        audio = container.add_stream(audio_codec, rate=rate, layout="stereo") if sound_s else None
        if video is not None:
            for number in range(frames):
                frame = blank(*size, (16 + 5 * number, 128, 128)).frame
                assert frame is not None
                frame.pts = times[number] if times else number
                container.mux(video.encode(frame))
            container.mux(video.encode(None))
        if audio is not None:
            assert sound_s is not None
            assert isinstance(audio, AudioStream)
            _add_tone(container, audio, round(sound_s * rate), level_db, hole_s)
    return path


def _add_tone(container: OutputContainer, stream: AudioStream, count: int, level_db: float, hole_s: tuple[float, float]) -> None:
    rate = stream.rate
    wave = np.sin(np.arange(count) * (2 * np.pi * 1000 / rate)) * 10 ** (level_db / 20)
    samples = np.round(np.repeat(wave, 2) * 32767).astype(np.int16)
    for start in range(0, count, 1024):
        if hole_s[0] <= start / rate < hole_s[1]:
            continue
        block = samples[2 * start : 2 * min(start + 1024, count)]
        frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate, frame.pts = rate, start
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def frame_number(picture: Picture | None) -> int:
    """Which frame of `make_film` this is; -1 for no picture."""
    return -1 if picture is None else round((float(picture.y.mean()) - 16) / 5)


# ── sound devices ────────────────────────────────────────────────────────────────────────────────────────────


class FakeDevice:
    """A microphone that delivers a number for as long as it is plugged in."""

    def __init__(self, name: str, channels: int = 2) -> None:
        self.id = f"id of {name}"
        self.name = name
        self.channels = channels
        self.level = 0.25
        self.plugged = True
        self.opened = 0
        self.delivered = 0
        self.played: list[Samples] = []
        self.on_block: Callable[[], object] = lambda: time.sleep(0.001)
        """What passes between two blocks; a test with a clock of its own moves its hands here."""

    def recorder(self, **options: Any) -> "FakeDevice":
        self.opened += 1
        self.options = options
        return self

    def player(self, **options: Any) -> "FakeDevice":
        return self.recorder(**options)

    def play(self, block: Samples) -> None:
        if not self.plugged:
            raise RuntimeError("the device went away")
        self.played.append(block)

    def __enter__(self) -> "FakeDevice":
        if not self.plugged:
            raise RuntimeError("no such device")
        return self

    def __exit__(self, *_: object) -> None:
        self.opened -= 1

    def record(self, count: int) -> Samples:
        if not self.plugged:
            raise RuntimeError("the device went away")
        self.on_block()
        self.delivered += 1
        return np.full((count, self.options["channels"]), self.level, np.float32)


class FakeSoundcard:
    """The module `soundcard` with devices of our own; `broken` is what its import raises."""

    def __init__(
        self, microphones: list[str] | None = None, speakers: list[str] | None = None, broken: BaseException | None = None
    ) -> None:
        self.microphones = [FakeDevice(name) for name in microphones or []]
        self.speakers = [FakeDevice(name) for name in speakers or []]
        self.broken = broken

    def install(self, monkeypatch: pytest.MonkeyPatch) -> "FakeSoundcard":
        """Take the real module's place."""
        monkeypatch.setitem(sys.modules, "soundcard", self)
        return self

    def _check(self) -> None:
        if self.broken is not None:
            raise self.broken

    def all_microphones(self, include_loopback: bool = False) -> list[FakeDevice]:
        self._check()
        return [*self.microphones, *(self.speakers if include_loopback else ())]

    def all_speakers(self) -> list[FakeDevice]:
        self._check()
        return self.speakers

    def default_microphone(self) -> FakeDevice:
        return self.microphones[0]

    def default_speaker(self) -> FakeDevice:
        return self.speakers[0]

    def get_microphone(self, wanted: str, include_loopback: bool = False) -> FakeDevice:
        loopbacks = self.speakers if include_loopback else []
        return next(iter([d for d in (*self.microphones, *loopbacks) if d.id == wanted]), None) or [][0]

    def get_speaker(self, wanted: str) -> FakeDevice:
        return [d for d in self.speakers if d.id == wanted][0]  # noqa: RUF015 - IndexError is what soundcard raises
