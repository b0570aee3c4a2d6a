"""One rendition: encoded only for readers, keyframes when wanted but not too often, newest wins, nothing kept."""

import itertools
import threading
from collections.abc import Callable, Iterator
from types import MappingProxyType

import av
import pytest

from studio.clock import NS_PER_MS, NS_PER_S
from studio.media.encoder import X264, Codec, Encoded, H264Encoder
from studio.media.frames import FramePool, Lease, of_frame, rgb_to_yuv
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.scenes.program import ProgramFrame
from studio.state import Canvas
from tests.fakes import BLUE, RED, near, pixel, solid, wait_for

CANVAS = Canvas(64, 36)
FRAME_NS = NS_PER_S // 25


class Booth:
    """An encoder, the frames it is given, and what comes out."""

    def __init__(self, canvas: Canvas = CANVAS, short_side: int = 36) -> None:
        self.units: list[Encoded] = []
        self.encoder = RenditionEncoder(canvas, short_side, 25, kbps=500, preset="ultrafast", emit=self.units.append)
        self.pool = FramePool(canvas.width, canvas.height)
        self.leases: list[Lease] = []
        self.number = 0

    def offer(self, rgb: tuple[int, int, int] = RED, *, after_ms: float = 40) -> None:
        """Offer a frame like the program thread does: held while it is offered, then let go."""
        self.number += round(after_ms)
        lease = self.pool.take()
        for name, value in zip("yuv", rgb_to_yuv(*rgb), strict=True):
            getattr(lease.picture, name)[:] = value
        self.leases.append(lease)
        frame = ProgramFrame(lease.picture, lease, self.number * NS_PER_MS, self.number)
        self.encoder.put(frame)
        frame.release()

    def encode(self, rgb: tuple[int, int, int] = RED, *, after_ms: float = 40) -> Encoded:
        """Offer a frame and wait for what comes of it."""
        count = len(self.units)
        self.offer(rgb, after_ms=after_ms)
        wait_for(lambda: len(self.units) > count)
        return self.units[-1]


@pytest.fixture
def booth() -> Iterator[Booth]:
    made = Booth()
    made.encoder.start()
    yield made
    made.encoder.close()


def test_without_readers_nothing_is_encoded_or_kept(booth: Booth) -> None:
    for _ in range(10):
        booth.offer()
    assert all(lease.free for lease in booth.leases)
    booth.encoder.readers = 1
    booth.encode()
    assert booth.encoder.encoded == len(booth.units) == 1


def test_the_first_frame_for_a_reader_is_a_keyframe(booth: Booth) -> None:
    booth.encoder.readers = 1
    assert booth.encode().key
    assert not booth.encode().key


def test_a_reader_who_comes_back_to_an_empty_room_gets_a_keyframe(booth: Booth) -> None:
    booth.encoder.readers = 2
    booth.encode()
    booth.encoder.readers = 0
    booth.offer()
    booth.encoder.readers = 1
    assert booth.encode(after_ms=1000).key


def test_another_reader_among_others_is_no_reason_for_a_keyframe(booth: Booth) -> None:
    booth.encoder.readers = 1
    booth.encode()
    booth.encoder.readers = 5
    assert not booth.encode(after_ms=1000).key


def test_a_keyframe_comes_with_the_next_frame_when_it_is_asked_for(booth: Booth) -> None:
    booth.encoder.readers = 1
    booth.encode()
    for _ in range(7):
        booth.encode()
    booth.encoder.request_keyframe()
    assert booth.encode().key
    assert not booth.encode().key


def test_many_requests_at_once_cost_four_keyframes_a_second(booth: Booth) -> None:
    booth.encoder.readers = 1
    keys = []
    for _ in range(50):
        booth.encoder.request_keyframe()
        keys.append(booth.encode(after_ms=40).key)
    first = [number for number, key in enumerate(keys) if key]
    assert first[0] == 0
    assert all(later - earlier == 7 for earlier, later in itertools.pairwise(first)), "280 ms apart"


def test_a_request_during_the_pause_is_served_after_it(booth: Booth) -> None:
    booth.encoder.readers = 1
    booth.encode()
    booth.encoder.request_keyframe()
    assert [booth.encode(after_ms=100).key for _ in range(4)] == [False, False, True, False]


def test_what_comes_out_is_the_picture_with_its_time(booth: Booth) -> None:
    booth.encoder.readers = 1
    unit = booth.encode(BLUE)
    assert unit.pts_ns == booth.number * NS_PER_MS
    decoder = av.CodecContext.create("h264", "r")
    frames = [*decoder.decode(av.Packet(unit.payload)), *decoder.decode(None)]
    assert near(pixel(of_frame(frames[0]), 30, 18), rgb_to_yuv(*BLUE), by=4)


def test_a_smaller_rendition_is_scaled() -> None:
    booth = Booth(Canvas(160, 90), 36)
    booth.encoder.start()
    booth.encoder.readers = 1
    unit = booth.encode(BLUE)
    booth.encoder.close()
    decoder = av.CodecContext.create("h264", "r")
    frames = [*decoder.decode(av.Packet(unit.payload)), *decoder.decode(None)]
    assert (frames[0].width, frames[0].height) == (64, 36)
    assert near(pixel(of_frame(frames[0]), 60, 30), rgb_to_yuv(*BLUE), by=4)


def test_a_picture_that_is_handed_through_is_encoded_as_it_is(booth: Booth) -> None:
    booth.encoder.readers = 1
    booth.encoder.put(ProgramFrame(solid(64, 36, RED), None, NS_PER_S, 1))
    wait_for(lambda: booth.units)


def test_it_counts_what_it_made(booth: Booth) -> None:
    booth.encoder.readers = 1
    units = [booth.encode() for _ in range(5)]
    assert booth.encoder.encoded == 5
    assert booth.encoder.bytes == sum(len(unit.payload) for unit in units)
    assert booth.encoder.dropped == 0


# ── when it is too much ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def blocked(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Booth, Callable[[], None]]]:
    """An encoder that stands still in its first frame until it is let go."""
    gate, inside = threading.Event(), threading.Event()
    encode = H264Encoder.encode

    def slow(self: H264Encoder, frame: av.VideoFrame, pts_ns: int, *, key: bool = False) -> list[Encoded]:
        inside.set()
        gate.wait(10)
        return encode(self, frame, pts_ns, key=key)

    monkeypatch.setattr(H264Encoder, "encode", slow)
    booth = Booth()
    booth.encoder.start()
    booth.encoder.readers = 1
    booth.offer()
    inside.wait(5)
    yield booth, gate.set
    gate.set()
    booth.encoder.close()


def test_frames_that_come_too_fast_are_dropped_oldest_first(blocked: tuple[Booth, Callable[[], None]]) -> None:
    booth, let_go = blocked
    for _ in range(6):
        booth.offer()
    assert booth.encoder.dropped == 4
    let_go()
    wait_for(lambda: len(booth.units) == 3)
    assert [unit.pts_ns // NS_PER_MS for unit in booth.units] == [40, 240, 280]


def test_a_dropped_frame_is_given_back_at_once_and_a_waiting_one_is_held(blocked: tuple[Booth, Callable[[], None]]) -> None:
    booth, let_go = blocked
    for _ in range(6):
        booth.offer()
    assert len(booth.pool) == 4, "one is encoded, two wait, and one goes round"
    let_go()
    wait_for(lambda: all(lease.free for lease in booth.leases))


def test_closing_gives_back_what_waits(blocked: tuple[Booth, Callable[[], None]]) -> None:
    booth, let_go = blocked
    for _ in range(3):
        booth.offer()
    let_go()
    booth.encoder.close()
    assert all(lease.free for lease in booth.leases)


def test_the_bitrate_changes_at_the_next_frame(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    encode = H264Encoder.encode

    def watched(self: H264Encoder, frame: av.VideoFrame, pts_ns: int, *, key: bool = False) -> list[Encoded]:
        seen.append(self.kbps)
        return encode(self, frame, pts_ns, key=key)

    monkeypatch.setattr(H264Encoder, "encode", watched)
    booth.encoder.readers = 1
    booth.encode()
    booth.encoder.set_kbps(300)
    booth.encode()
    assert seen == [500, 300]


def test_when_a_chip_fails_in_the_middle_x264_takes_over_with_a_keyframe() -> None:
    booth = Booth()
    chip = Codec("h264_no_such_chip", MappingProxyType({}))
    booth.encoder = RenditionEncoder(CANVAS, 36, 25, kbps=500, preset="ultrafast", emit=booth.units.append, codec=chip)
    booth.encoder.start()
    booth.encoder.readers = 1
    booth.offer()
    wait_for(lambda: booth.encoder.codec is X264)
    assert booth.encode().key
    assert booth.encoder.failed == 1
    booth.encoder.close()
