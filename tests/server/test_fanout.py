"""One show's packets to its readers."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.clock import seconds
from studio.server.fanout import HOLD_S, PACED_PAYLOADS, SOUND_BEHIND_NS, Fanout
from studio.server.quality import Quality, Step
from studio.server.reader import Reader
from studio.webrtc.h264 import packetize
from studio.wire import AUDIO, RENDITIONS, VIDEO, MediaPacket
from tests.fakes import ManualClock
from tests.server.fakes import RecordingPeer

HIGH, LOW = RENDITIONS[1080], RENDITIONS[360]
KEY = b"\x00\x00\x00\x01\x67sps\x00\x00\x00\x01\x68pps\x00\x00\x00\x01\x65key"
DELTA = b"\x00\x00\x00\x01\x41delta"
OPUS = b"\xfcopus"


class Stage:
    """A fan-out, the keyframes it asked for and how often its readers changed."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.changes = 0
        self.clock = ManualClock()
        self.fanout = Fanout(self.asked.append, self._changed, lambda: seconds(self.clock))

    def _changed(self) -> None:
        self.changes += 1

    def reader(self, name: str = "r", rendition: int = HIGH, **fields: Any) -> Any:
        peer: Any = fields.pop("peer", None) or RecordingPeer()
        reader = Reader(name, peer, rendition, **({"allowed": True} | fields))
        self.fanout.add(reader)
        return reader

    async def picture(self, payload: bytes, pts_ms: int = 0, *, rendition: int = HIGH, gap: bool = False, epoch: int = 1) -> None:
        packet = MediaPacket(VIDEO, rendition, payload is KEY, epoch, 0, pts_ms * 1_000_000, payload, gap)
        await self.fanout.send(packet, 1000.0 + pts_ms / 1000)

    async def sound(self, pts_ms: int = 0) -> None:
        await self.fanout.send(MediaPacket(AUDIO, 0, True, 1, 0, pts_ms * 1_000_000, OPUS), 1000.0 + pts_ms / 1000)


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_what_is_dropped_is_logged_once_a_second(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "studio.server.fanout")
    for name in "abc":
        stage.reader(name)
    await stage.picture(KEY)
    for reader in stage.fanout.readers.values():
        reader.peer.video.full = True  # type: ignore[union-attr]
    for at_ms in (33, 66):
        await stage.picture(DELTA, at_ms)
    for now_s in (1001.0, 1002.0):
        stage.fanout.report(now_s)
    assert [record.getMessage() for record in caplog.records] == ["3 times in a second a picture was dropped at a reader, of 3"]


async def test_a_reader_is_served_from_the_next_keyframe_on(stage: Stage) -> None:
    reader = stage.reader()
    assert stage.asked == [HIGH]
    await stage.picture(DELTA)
    assert not reader.peer.video.sent
    await stage.picture(KEY, 33)
    await stage.picture(DELTA, 66)
    assert [payload for payload, _, _ in reader.peer.video.sent] == [*packetize(KEY), *packetize(DELTA)]


async def test_only_the_last_payload_of_a_picture_carries_the_marker(stage: Stage) -> None:
    reader = stage.reader()
    large = b"\x00\x00\x01\x65" + bytes(range(1, 250)) * 200
    await stage.fanout.send(MediaPacket(VIDEO, HIGH, True, 1, 0, 0, large), 1000.0)
    markers = [marker for _, _, marker in reader.peer.video.sent]
    assert len(markers) > PACED_PAYLOADS, "large enough to be paced"
    assert markers == [False] * (len(markers) - 1) + [True]
    assert [payload for payload, _, _ in reader.peer.video.sent] == packetize(large)


async def test_each_reader_gets_its_own_rendition(stage: Stage) -> None:
    high, low = stage.reader("high"), stage.reader("low", LOW)
    await stage.picture(KEY, rendition=LOW)
    assert low.peer.video.sent
    assert not high.peer.video.sent


async def test_who_may_not_watch_gets_neither_picture_nor_sound(stage: Stage) -> None:
    reader = stage.reader(allowed=False)
    await stage.picture(KEY)
    await stage.sound()
    assert not reader.peer.video.sent
    assert not reader.peer.audio.sent
    assert stage.fanout.count(HIGH) == 0


async def test_sound_waits_until_the_page_hears(stage: Stage) -> None:
    reader = stage.reader(audio_on=False)
    await stage.sound(0)
    reader.audio_on = True
    await stage.sound(20)
    assert [(payload, marker) for payload, _, marker in reader.peer.audio.sent] == [(OPUS, False)]


async def test_who_may_watch_again_waits_for_a_keyframe_that_is_asked_for(stage: Stage) -> None:
    reader = stage.reader()
    await stage.picture(KEY)
    stage.fanout.allow(lambda reader: False)
    stage.asked.clear()
    reader.peer.video.sent.clear()
    stage.fanout.allow(lambda reader: True)
    assert stage.asked == [HIGH]
    await stage.picture(DELTA, 33)
    assert not reader.peer.video.sent
    await stage.picture(KEY, 66)
    assert reader.peer.video.sent


async def test_allowing_who_is_allowed_already_asks_for_nothing(stage: Stage) -> None:
    stage.reader()
    stage.asked.clear()
    stage.fanout.allow(lambda reader: True)
    assert not stage.asked


async def test_a_gap_on_the_way_here_stops_the_picture_until_a_keyframe(stage: Stage) -> None:
    reader = stage.reader()
    await stage.picture(KEY)
    reader.peer.video.sent.clear()
    stage.asked.clear()
    await stage.picture(DELTA, 33, gap=True)
    await stage.picture(DELTA, 66)
    assert not reader.peer.video.sent
    assert stage.asked == [HIGH]
    await stage.picture(KEY, 99, gap=True)
    assert reader.peer.video.sent


async def test_a_reader_whose_socket_is_full_loses_pictures_to_the_next_keyframe_and_the_others_nothing(stage: Stage) -> None:
    stuck, well = stage.reader("stuck"), stage.reader("well")
    await stage.picture(KEY)
    stuck.peer.video.full = True
    stage.asked.clear()
    await stage.picture(DELTA, 33)
    stuck.peer.video.full = False
    await stage.picture(DELTA, 66)
    assert (stuck.dropped, stuck.needs_key, stage.asked) == (1, True, [HIGH])
    assert len(well.peer.video.sent) == len(packetize(KEY)) + 2
    assert len(stuck.peer.video.sent) == len(packetize(KEY))


async def test_a_reader_that_asks_for_a_keyframe_is_heard(stage: Stage) -> None:
    reader = stage.reader(rendition=LOW)
    stage.asked.clear()
    reader.peer.video.on_keyframe()
    assert stage.asked == [LOW]


async def test_a_reader_that_leaves_during_a_paced_picture_is_no_trouble(stage: Stage) -> None:
    stays, leaves = stage.reader("stays"), stage.reader("leaves")
    large = b"\x00\x00\x01\x65" + b"\x11" * 100_000
    sending = asyncio.create_task(stage.fanout.send(MediaPacket(VIDEO, HIGH, True, 1, 0, 0, large), 1000.0))
    await asyncio.sleep(0)
    leaves.peer.video.full = True
    stage.fanout.remove(leaves)
    await sending
    assert len(stays.peer.video.sent) == len(packetize(large))


async def test_readers_of_sound_only_ask_for_no_picture(stage: Stage) -> None:
    reader = stage.reader(peer=RecordingPeer(video=False))
    assert not stage.asked
    assert stage.fanout.count(HIGH) == 0
    await stage.picture(KEY)
    await stage.sound()
    assert reader.peer.audio.sent


async def test_removing_twice_counts_once(stage: Stage) -> None:
    reader = stage.reader()
    before = stage.changes
    stage.fanout.remove(reader)
    stage.fanout.remove(reader)
    assert stage.changes == before + 1


@given(st.integers(0, 10**15), st.integers(0, 10**12))
def test_timestamps_tick_at_ninety_and_forty_eight_kilohertz(pts_ns: int, later_ns: int) -> None:
    fanout = Stage().fanout
    video = (fanout.video_timestamp(pts_ns + later_ns) - fanout.video_timestamp(pts_ns)) % 2**32
    audio = (fanout.audio_timestamp(pts_ns + later_ns) - fanout.audio_timestamp(pts_ns)) % 2**32
    assert abs(video - later_ns * 90_000 // 10**9 % 2**32) in (0, 1, 2**32 - 1)
    assert abs(audio - later_ns * 48_000 // 10**9 % 2**32) in (0, 1, 2**32 - 1)


async def test_reports_put_sound_and_picture_on_one_clock(stage: Stage) -> None:
    reader = stage.reader()
    stage.fanout.report(1000.0)
    assert not reader.peer.video.reports, "nothing to say before the first packet"
    await stage.picture(KEY, 5000)
    stage.fanout.report(1007.0)
    ((ntp, video),), ((same_ntp, audio),) = reader.peer.video.reports, reader.peer.audio.reports
    assert ntp == same_ntp
    assert ntp >> 32 == 1007 + 2_208_988_800
    assert video == stage.fanout.video_timestamp(7_000_000_000)
    assert audio == stage.fanout.audio_timestamp(7_000_000_000 - SOUND_BEHIND_NS), "and sound a moment later, which no one sees"


async def test_a_new_epoch_sets_the_reports_clock_anew(stage: Stage) -> None:
    reader = stage.reader()
    await stage.picture(KEY, 5000)
    await stage.fanout.send(MediaPacket(VIDEO, HIGH, True, 2, 0, 60_000_000_000, KEY), 1010.0)
    stage.fanout.report(1011.0)
    assert reader.peer.video.reports[-1][1] == stage.fanout.video_timestamp(61_000_000_000)


# ── another rendition for a viewer ───────────────────────────────────────────────────────────────────────────


def steered(stage: Stage) -> Any:
    """A reader whose quality follows its network, being served the best."""
    stage.fanout.ladder = (Step(HIGH, 4500), Step(LOW, 870))
    return stage.reader(quality=Quality(stage.fanout.ladder, 0.0))


async def test_a_viewer_on_the_way_up_keeps_the_old_picture_until_the_new_ones_keyframe(stage: Stage) -> None:
    reader = steered(stage)
    await stage.picture(KEY)
    reader.peer.video.on_loss(0.3)
    await stage.picture(KEY, rendition=LOW)
    stage.fanout.tick(seconds(stage.clock) + 4)
    assert (reader.rendition, reader.target) == (LOW, HIGH)
    reader.peer.video.sent.clear()
    await stage.picture(DELTA, 33, rendition=LOW)
    await stage.picture(KEY, 66)
    await stage.picture(DELTA, 66, rendition=LOW)
    assert [payload for payload, _, _ in reader.peer.video.sent] == [*packetize(DELTA), *packetize(KEY)]


async def test_if_the_smaller_picture_does_not_come_the_large_one_goes_on(stage: Stage) -> None:
    reader = steered(stage)
    await stage.picture(KEY)
    reader.peer.video.on_loss(0.3)
    reader.peer.video.sent.clear()
    await stage.picture(DELTA, 33)
    assert not reader.peer.video.sent
    stage.asked.clear()
    stage.fanout.tick(seconds(stage.clock) + HOLD_S + 0.1)
    assert stage.asked == [HIGH]
    await stage.picture(KEY, 1100)
    assert [payload for payload, _, _ in reader.peer.video.sent] == [*packetize(KEY)]


async def test_a_viewer_on_the_way_down_is_spared_the_rest_of_the_large_picture(stage: Stage) -> None:
    reader = steered(stage)
    await stage.picture(KEY)
    reader.peer.video.on_estimate(1_000_000)
    assert stage.asked == [HIGH, LOW]
    assert (stage.fanout.count(HIGH), stage.fanout.count(LOW)) == (1, 1), "both are needed meanwhile"
    reader.peer.video.sent.clear()
    await stage.picture(DELTA, 33)
    await stage.picture(DELTA, 33, rendition=LOW)
    assert not reader.peer.video.sent
    await stage.picture(KEY, 66, rendition=LOW)
    await stage.picture(DELTA, 66)
    await stage.picture(DELTA, 99, rendition=LOW)
    assert [payload for payload, _, _ in reader.peer.video.sent] == [*packetize(KEY), *packetize(DELTA)]
    assert reader.peer.video.forgotten == 1
    assert (reader.switched, stage.fanout.count(HIGH), stage.fanout.count(LOW)) == (1, 0, 1)


async def test_heavy_loss_moves_a_viewer_too_and_time_brings_them_back(stage: Stage) -> None:
    reader = steered(stage)
    await stage.picture(KEY)
    reader.peer.video.on_loss(0.3)
    await stage.picture(KEY, 33, rendition=LOW)
    assert reader.rendition == LOW
    stage.fanout.tick(seconds(stage.clock) + 60)
    assert reader.target == HIGH
    await stage.picture(KEY, 66)
    assert (reader.rendition, reader.target) == (HIGH, None)


async def test_packets_asked_for_again_tell_before_any_report(stage: Stage) -> None:
    reader = steered(stage)
    for number in range(30):
        await stage.picture(KEY, number)
        reader.missed_share(seconds(stage.clock))
    reader.peer.video.missed += 8
    reader.peer.video.on_missed()
    assert reader.target == LOW


async def test_a_change_of_mind_before_the_keyframe_changes_nothing(stage: Stage) -> None:
    reader = steered(stage)
    await stage.picture(KEY)
    reader.peer.video.on_estimate(1_000_000)
    stage.fanout.tick(seconds(stage.clock) + 60)
    assert reader.target is None
    await stage.picture(KEY, 33, rendition=LOW)
    assert reader.rendition == HIGH


async def test_who_asked_for_a_rendition_keeps_it(stage: Stage) -> None:
    stage.fanout.ladder = (Step(HIGH, 4500), Step(LOW, 870))
    reader = stage.reader(rendition=LOW)
    stage.fanout.tick(seconds(stage.clock) + 60)
    assert reader.target is None


async def test_viewers_of_what_the_desktop_offers_no_more_are_moved(stage: Stage) -> None:
    reader = steered(stage)
    await stage.picture(KEY)
    stage.fanout.offer((Step(LOW, 870),), seconds(stage.clock))
    await stage.picture(KEY, 33, rendition=LOW)
    assert reader.rendition == LOW


async def test_who_asked_for_one_rendition_gets_the_next_smaller_while_that_is_not_offered(stage: Stage) -> None:
    stage.fanout.ladder = (Step(HIGH, 4500), Step(LOW, 870))
    reader = stage.reader(fixed=HIGH)
    await stage.picture(KEY)
    stage.fanout.offer((Step(LOW, 870),), seconds(stage.clock))
    assert (reader.target, stage.asked[-1]) == (LOW, LOW)
    await stage.picture(KEY, 33, rendition=LOW)
    assert (reader.rendition, stage.fanout.count(HIGH)) == (LOW, 0), "the desktop need not send what it cannot"
    stage.fanout.offer((Step(HIGH, 4500), Step(LOW, 870)), seconds(stage.clock))
    await stage.picture(KEY, 66)
    assert reader.rendition == HIGH
