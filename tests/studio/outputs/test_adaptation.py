"""What is asked of programme and encoders, step by step, and all of it again."""

import logging
from dataclasses import dataclass, field
from functools import partial

import av
import pytest

from studio.clock import NS_PER_S
from studio.media.encoder import FASTEST, X264, Codec, Encoded, H264Encoder
from studio.media.frames import FramePool
from studio.outputs.adaptation import SAME_SETS, Adaptation, Controls
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.scenes.program import PlannedItem, Program, ProgramFrame
from studio.state import Canvas, Transform
from tests.fakes import RED, FakeSource, ManualClock, solid, wait_for

CANVAS, FPS = Canvas(128, 72), 30
POLL_S = 0.25


@dataclass
class Laptop:
    """A programme of which the test says how much is lost."""

    preset: str = "superfast"
    fps: int = FPS
    renditions: int = 3
    recorded: bool = False
    codec: Codec = X264
    shrunk: list[bool] = field(default_factory=list)
    units: list[Encoded] = field(default_factory=list)
    now_s: float = 500.0

    def __post_init__(self) -> None:
        self.program = Program(CANVAS, self.fps, ManualClock())
        self.encoder = RenditionEncoder(
            CANVAS, 72, self.fps, kbps=500, preset=self.preset, emit=self.units.append, codec=self.codec
        )
        controls = Controls(
            encoders=lambda: [self.encoder],
            renditions=lambda: self.renditions,
            recorded=lambda: self.recorded,
            shrink=self.shrunk.append,
        )
        self.adaptation = Adaptation(self.program, controls)

    def run(self, seconds: float, late: float = 0.0, dropped: float = 0.0) -> tuple[str, ...]:
        """So many seconds in which these shares are lost."""
        for _ in range(round(seconds / POLL_S)):
            self.now_s += POLL_S
            count = self.fps * POLL_S
            stats = self.program.stats
            stats.ticks += round(count * (1 - late))
            stats.late += round(count * late)
            self.encoder._frames.dropped += round(count * dropped)
            self.adaptation.look(self.now_s)
        return self.adaptation.steps

    @property
    def asked(self) -> tuple[bool, bool, bool, int]:
        """Windows spared, encoder hurried, shrunk, each so manieth tick."""
        return self.program.spare_windows, self.encoder.hurried, self.shrunk[-1], self.program.every


def test_step_by_step_what_the_audience_does_not_see_goes_first(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    laptop = Laptop()
    assert laptop.run(10) == ()
    assert laptop.asked == (False, False, False, 1)
    seen: list[tuple[str, ...]] = []
    for _ in range(200):
        steps = laptop.run(POLL_S, late=0.13)
        if not seen or steps != seen[-1]:
            seen.append(steps)
    assert [len(steps) for steps in seen] == [0, 2, 4]
    assert seen[-1] == ("window", "preset", "size", "rate")
    assert laptop.asked == (True, True, True, 2)
    assert "the computer cannot keep up: stepped down by window, preset" in caplog.text
    assert laptop.run(300) == ()
    assert laptop.asked == (False, False, False, 1)
    assert "the computer has room again: all as asked for" in caplog.text


def test_pictures_that_the_encoder_drops_count_too() -> None:
    assert Laptop().run(5, dropped=0.5) == ("window", "preset", "size", "rate")


@pytest.mark.parametrize(
    ("laptop", "steps"),
    [
        (Laptop(preset="ultrafast"), ("window", "size", "rate")),
        (Laptop(renditions=1), ("window", "preset", "rate")),
        (Laptop(recorded=True), ("window", "preset", "rate")),
        (Laptop(preset="faster", recorded=True), ("window", "rate")),
        (Laptop(preset="faster"), ("window", "preset", "size", "rate")),
        (Laptop(codec=Codec("h264_nvenc", {})), ("window", "size", "rate")),
        (Laptop(fps=15), ("window", "preset", "size")),
    ],
)
def test_a_step_that_would_not_help_is_left_out(laptop: Laptop, steps: tuple[str, ...]) -> None:
    assert laptop.run(20, late=0.6) == steps


def test_a_step_that_becomes_impossible_is_not_made_up_for_by_a_worse_one() -> None:
    laptop = Laptop()
    assert laptop.run(5, late=0.2) == ("window", "preset", "size")
    laptop.recorded = True
    assert laptop.run(3) == ("window", "preset")
    assert laptop.asked == (True, True, False, 1)
    laptop.renditions, laptop.recorded = 0, False
    assert laptop.run(3) == ("window", "preset")


def test_what_is_seen_most_is_given_back_first() -> None:
    laptop = Laptop(recorded=True)
    assert laptop.run(5, late=0.2) == ("window", "preset", "rate")
    laptop.recorded = False
    laptop.run(6, late=0.1)
    assert laptop.adaptation.steps == ("window", "preset", "size", "rate")
    seen = [laptop.run(POLL_S) for _ in range(400)]
    assert [steps for number, steps in enumerate(seen) if number == 0 or steps != seen[number - 1]] == [
        ("window", "preset", "size", "rate"),
        ("window", "preset", "size"),
        ("window", "preset"),
        ("window",),
        (),
    ]


def test_a_film_that_began_with_another_preset_keeps_its_parameter_sets_until_it_ends() -> None:
    laptop = Laptop(preset="faster")
    assert laptop.run(5, late=0.1) == ("window", "preset")
    laptop.recorded = True
    laptop.run(60)
    assert laptop.encoder.hurried, "the recording began with it"
    laptop.recorded = False
    laptop.run(60)
    assert not laptop.encoder.hurried


def test_an_encoder_that_rests_and_comes_back_brings_no_old_losses() -> None:
    laptop = Laptop()
    laptop.encoder._frames.dropped = 300
    laptop.run(1)
    resting, laptop.renditions = laptop.encoder, 1
    laptop.encoder = RenditionEncoder(CANVAS, 72, FPS, kbps=500, preset="superfast", emit=laptop.units.append)
    laptop.run(10)
    laptop.encoder = resting
    assert laptop.run(10) == ()


def test_the_busiest_encoder_of_now_says_whether_there_is_room() -> None:
    laptop = Laptop()
    old = laptop.encoder
    old.busy_s = 400.0
    laptop.run(1)
    laptop.encoder = RenditionEncoder(CANVAS, 72, FPS, kbps=500, preset="superfast", emit=laptop.units.append)
    assert laptop.run(4, late=0.1) == ("window", "preset")
    for _ in range(400):
        laptop.encoder.busy_s += 0.65 * POLL_S
        laptop.run(POLL_S)
    assert laptop.adaptation.steps == ("window", "preset"), "with more care it would need all of the time"


def test_what_a_closed_encoder_dropped_is_not_counted_twice_nor_forgotten() -> None:
    laptop = Laptop()
    laptop.run(2, dropped=0.1)
    laptop.encoder = RenditionEncoder(CANVAS, 72, FPS, kbps=500, preset="superfast", emit=laptop.units.append)
    before = laptop.adaptation._load().lost
    laptop.run(1)
    assert laptop.adaptation._load().lost == before > 0


def test_another_preset_is_a_keyframe_and_no_picture_is_lost() -> None:
    units: list[Encoded] = []

    def made(count: int) -> bool:
        return len(units) > count

    encoder = RenditionEncoder(CANVAS, 72, FPS, kbps=500, preset="superfast", emit=units.append)
    pool = FramePool(CANVAS.width, CANVAS.height)
    encoder.start()
    encoder.readers = 1
    for number in range(12):
        if number == 5:
            encoder.hurried = True
        lease = pool.take()
        encoder.put(frame := ProgramFrame(lease.picture, lease, number * NS_PER_S // FPS, number))
        frame.release()
        wait_for(partial(made, number))
    encoder.close()
    assert [number for number, unit in enumerate(units) if unit.key] == [0, 5]
    decoder = av.CodecContext.create("h264", "r")
    decoded = sum(len(decoder.decode(av.Packet(unit.payload))) for unit in units) + len(decoder.decode(None))
    assert decoded == 12


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720), (1080, 1920)])
def test_a_film_goes_on_with_the_parameter_sets_it_began_with(width: int, height: int) -> None:
    """A recording writes them once: both presets must have the same, or what was recorded after the step could not be read."""
    found = set()
    for preset in (*SAME_SETS, FASTEST):
        encoder = H264Encoder(width, height, FPS, kbps=4500, preset=preset)
        picture = solid(width, height, RED)
        assert picture.frame is not None
        (unit,) = encoder.encode(picture.frame, 0, key=True)
        found.add(tuple(nal for nal in unit.payload.split(b"\x00\x00\x01") if nal and nal[0] & 0x1F in (7, 8)))
    assert len(found) == 1


def test_half_the_pictures_are_composed_at_even_times() -> None:
    clock = ManualClock()
    program = Program(CANVAS, 100, clock)
    pts: list[int] = []
    program.add_sink(lambda frame: pts.append(frame.pts_ns))
    program.show((PlannedItem(FakeSource(solid(128, 72, RED)), Transform()),))
    program.every = 2
    start = clock.now_ns()
    program.start()
    for _ in range(20):
        wait_for(lambda: pts and pts[-1] + 2 * program.period_ns > clock.now_ns())
        clock.advance(ms=10)
    program.close()
    assert pts[:8] == [start + number * 2 * program.period_ns for number in range(8)]
    assert program.stats.late == 0
