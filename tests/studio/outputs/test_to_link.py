"""The programme as packets: stamped with the show clock, numbered, on demand; sound always."""

from collections.abc import Iterator

import av
import numpy as np
import pytest

from studio.audio.meter import measure
from studio.audio.mixer import Mixer
from studio.clock import NS_PER_MS, NS_PER_S
from studio.media.encoder import OPUS_FRAME
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.outputs.to_link import LinkOutput, OutputSettings
from studio.scenes.program import PlannedItem, Program
from studio.state import Canvas, Transform
from studio.wire import AUDIO, VIDEO, MediaPacket, unpack
from tests.fakes import BLOCK_NS, RED, FakeSource, ListSink, ManualClock, solid, tone, wait_for

CANVAS = Canvas(640, 360)


class Outside:
    """An output between a program and a mixer that the test drives, and a list."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.program = Program(CANVAS, 25, self.clock)
        self.program.show((PlannedItem(FakeSource(solid(640, 360, RED)), Transform()),))
        self.mixer = Mixer(self.clock)
        self.sink = ListSink()
        settings = OutputSettings(renditions=(360,), kbps=800, preset="ultrafast", audio_kbps=64)
        self.output = LinkOutput(self.program, self.mixer, self.clock, settings=settings, sink=self.sink)

    def frame(self, pts_ns: int | None = None) -> None:
        """A tick of the program."""
        frame = self.program.tick(self.clock.now_ns() if pts_ns is None else pts_ns)
        for sink in self.program._sinks:
            sink(frame)
        frame.release()

    def block(self, pts_ns: int | None = None, number: int = 0) -> None:
        """A block of the mixer."""
        for sink, _ in self.mixer._sinks:
            sink(tone(OPUS_FRAME, start=number * OPUS_FRAME), self.clock.now_ns() if pts_ns is None else pts_ns)

    def packets(self, kind: int, count: int) -> list[MediaPacket]:
        """Wait for so many packets of a kind."""
        wait_for(lambda: len(self.sink.of(kind)) >= count)
        return self.sink.of(kind)


@pytest.fixture
def outside() -> Iterator[Outside]:
    made = Outside()
    made.output.start(epoch=3, media_ms=60_000)
    yield made
    made.output.close()


def test_sound_is_always_sent(outside: Outside) -> None:
    outside.block()
    (packet,) = outside.packets(AUDIO, 1)
    assert (packet.rendition, packet.key, packet.epoch, packet.seq) == (0, True, 3, 0)


def test_a_picture_is_sent_while_somebody_reads_it(outside: Outside) -> None:
    outside.frame()
    outside.output.demand(360, 1, 0)
    outside.clock.advance(ms=40)
    outside.frame()
    (packet,) = outside.packets(VIDEO, 1)
    assert (packet.rendition, packet.key, packet.seq) == (3, True, 0)
    outside.output.demand(360, 0, 0)
    outside.clock.advance(ms=40)
    outside.frame()
    outside.block()
    outside.packets(AUDIO, 1)
    assert len(outside.sink.of(VIDEO)) == 1


def test_packets_are_stamped_with_the_show_clock(outside: Outside) -> None:
    outside.output.demand(360, 1, 0)
    outside.clock.advance(ms=1500)
    outside.frame()
    outside.block()
    assert outside.packets(VIDEO, 1)[0].pts_ns == 61_500 * NS_PER_MS
    assert outside.packets(AUDIO, 1)[0].pts_ns == 61_500 * NS_PER_MS
    assert outside.output.media_ms() == 61_500


def test_what_sounded_and_was_seen_together_carries_the_same_time(outside: Outside) -> None:
    outside.output.demand(360, 1, 0)
    moment = outside.clock.advance(ms=500)
    outside.clock.advance(ms=70)
    outside.frame(moment)
    outside.block(moment)
    assert outside.packets(VIDEO, 1)[0].pts_ns == outside.packets(AUDIO, 1)[0].pts_ns


def test_what_was_before_the_start_is_not_sent(outside: Outside) -> None:
    outside.output.demand(360, 1, 0)
    long_ago = outside.clock.now_ns() - 61 * NS_PER_S
    outside.frame(long_ago)
    outside.block(long_ago)
    outside.frame()
    outside.block()
    assert [p.pts_ns for p in outside.packets(VIDEO, 1)] == [60 * NS_PER_S]
    assert [p.pts_ns for p in outside.packets(AUDIO, 1)] == [60 * NS_PER_S]


def test_each_stream_counts_its_own_packets(outside: Outside) -> None:
    outside.output.demand(360, 1, 0)
    for number in range(4):
        outside.frame()
        outside.block()
        outside.packets(VIDEO, number + 1)
        outside.packets(AUDIO, number + 1)
        outside.clock.advance(ms=40)
    assert [p.seq for p in outside.sink.of(VIDEO)] == [0, 1, 2, 3]
    assert [p.seq for p in outside.sink.of(AUDIO)] == [0, 1, 2, 3]


def test_a_new_epoch_goes_on_counting_and_keeps_the_clock(outside: Outside) -> None:
    outside.block()
    outside.packets(AUDIO, 1)
    outside.output.epoch = 4
    outside.clock.advance(ns=BLOCK_NS)
    outside.block()
    first, second = outside.packets(AUDIO, 2)
    assert (first.epoch, second.epoch) == (3, 4)
    assert (second.seq, second.pts_ns - first.pts_ns) == (1, BLOCK_NS)


def test_every_packet_fits_the_wire(outside: Outside) -> None:
    outside.output.demand(360, 1, 0)
    outside.frame()
    outside.block()
    outside.packets(VIDEO, 1)
    outside.packets(AUDIO, 1)
    assert all(unpack(packet.pack()) == packet for packet in outside.sink.packets)


def test_the_sound_is_the_mixers(outside: Outside) -> None:
    for number in range(80):
        outside.block(number=number)
        outside.clock.advance(ns=BLOCK_NS)
    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate = 48_000
    frames = [frame for packet in outside.sink.of(AUDIO) for frame in decoder.decode(av.Packet(packet.payload))]
    sound = np.concatenate([frame.to_ndarray().reshape(-1, 2) for frame in frames]).astype(np.float32)
    scale = np.float32(32768 if frames[0].format.name.startswith("s16") else 1)
    assert measure(sound[9600:] / scale).rms_db == pytest.approx(-12, abs=0.5)


def test_a_keyframe_is_passed_on_and_an_unknown_rendition_is_not(outside: Outside) -> None:
    outside.output.demand(360, 1, 0)
    outside.frame()
    outside.packets(VIDEO, 1)
    outside.output.request_keyframe(1080)
    outside.output.demand(1080, 7, 0)
    outside.clock.advance(ms=1000)
    outside.frame()
    assert not outside.packets(VIDEO, 2)[1].key
    outside.output.request_keyframe(360)
    outside.clock.advance(ms=1000)
    outside.frame()
    assert outside.packets(VIDEO, 3)[2].key


@pytest.mark.parametrize(("most", "kbps"), [(0, 800), (500, 500), (5000, 800)])
def test_the_server_may_ask_for_less_and_never_gets_more(outside: Outside, most: int, kbps: int) -> None:
    outside.output.demand(360, 1, most)
    encoder = outside.output.encoders[360]
    assert isinstance(encoder, RenditionEncoder)
    assert encoder._kbps == kbps


def test_late_ticks_of_the_program_are_counted(outside: Outside) -> None:
    assert outside.output.late_ticks == 0
    outside.program.stats.late = 3
    assert outside.output.late_ticks == 3


def test_closed_it_hears_and_sees_nothing_more(outside: Outside) -> None:
    outside.output.demand(360, 1, 0)
    outside.output.close()
    outside.frame()
    outside.block()
    assert outside.sink.packets == []
    assert outside.program._sinks == ()
    assert outside.mixer._sinks == ()
