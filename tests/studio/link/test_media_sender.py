"""Packets on their way: at most 300 ms of pictures wait, what is lost is lost to the next keyframe, sound goes last."""

import asyncio
import threading
from collections.abc import AsyncIterator

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.clock import NS_PER_MS
from studio.link.media_sender import MediaSender, PacketQueue
from studio.wire import AUDIO, VIDEO, MediaPacket
from tests.fakes import until
from tests.studio.link.show_server import TOKEN, ShowServer


def picture(at_ms: int, *, key: bool = False, rendition: int = 1, seq: int = 0) -> MediaPacket:
    return MediaPacket(VIDEO, rendition, key, 1, seq, at_ms * NS_PER_MS, b"picture")


def sound(at_ms: int) -> MediaPacket:
    return MediaPacket(AUDIO, 0, True, 1, 0, at_ms * NS_PER_MS, b"sound")


class Line:
    """A queue and the keyframes it asked for."""

    def __init__(self) -> None:
        self.wanted: list[int] = []
        self.queue = PacketQueue(self.wanted.append)

    def put(self, *packets: MediaPacket) -> None:
        for packet in packets:
            self.queue.put(packet)

    def rest(self) -> list[MediaPacket]:
        """Everything that is still to be sent."""
        return list(iter(self.queue.get, None))

    def times(self) -> list[int]:
        """The times of it, in ms."""
        return [packet.pts_ns // NS_PER_MS for packet in self.rest()]


@pytest.fixture
def line() -> Line:
    return Line()


def test_an_empty_queue_has_nothing(line: Line) -> None:
    assert line.queue.get() is None


def test_pictures_go_in_order(line: Line) -> None:
    line.put(picture(0, key=True), picture(33), picture(66))
    assert line.times() == [0, 33, 66]
    assert line.queue.dropped == 0


def test_sound_goes_before_pictures(line: Line) -> None:
    line.put(picture(0, key=True), picture(33), sound(20), sound(40))
    assert [packet.kind for packet in line.rest()] == [AUDIO, AUDIO, VIDEO, VIDEO]


def test_up_to_300_ms_of_pictures_wait(line: Line) -> None:
    line.put(picture(0, key=True), *(picture(at) for at in range(100, 301, 100)))
    assert line.queue.dropped == 0
    assert line.times() == [0, 100, 200, 300]


def test_beyond_that_all_of_them_go_and_a_keyframe_is_asked_for_once(line: Line) -> None:
    line.put(picture(0, key=True), *(picture(at) for at in range(100, 801, 100)))
    assert line.wanted == [1080]
    assert line.queue.dropped == 9
    assert line.rest() == []


def test_the_stream_goes_on_with_the_next_keyframe_and_says_that_there_is_a_gap(line: Line) -> None:
    line.put(picture(0, key=True), *(picture(at) for at in range(100, 801, 100)), picture(900, key=True), picture(933))
    first, second = line.rest()
    assert (first.pts_ns, first.key, first.gap) == (900 * NS_PER_MS, True, True)
    assert (second.pts_ns, second.gap) == (933 * NS_PER_MS, False)


def test_when_it_is_a_keyframe_that_does_not_fit_what_waits_goes_and_it_stays(line: Line) -> None:
    line.put(picture(0, key=True), picture(100), picture(500, key=True), picture(533))
    assert line.wanted == []
    packets = line.rest()
    assert [packet.pts_ns // NS_PER_MS for packet in packets] == [500, 533]
    assert [packet.gap for packet in packets] == [True, False]
    assert line.queue.dropped == 2


def test_one_renditions_trouble_is_not_anothers(line: Line) -> None:
    line.put(picture(0, key=True), picture(0, key=True, rendition=3))
    assert line.queue.get() == picture(0, key=True)
    line.put(picture(300), picture(350, rendition=3))
    assert line.wanted == [360]
    assert [packet.rendition for packet in line.rest()] == [1]


def test_of_sound_a_second_waits_and_then_the_oldest_goes(line: Line) -> None:
    line.put(*(sound(at) for at in range(0, 1201, 20)))
    assert line.times() == list(range(200, 1201, 20))
    assert line.queue.dropped == 10


def test_sound_survives_when_pictures_are_dropped(line: Line) -> None:
    for at in range(0, 801, 20):
        line.put(picture(at, key=at == 0), sound(at))
    assert len([packet for packet in line.rest() if packet.kind == AUDIO]) == 41


def test_after_clearing_there_is_nothing(line: Line) -> None:
    line.put(picture(0, key=True), sound(0))
    line.queue.clear()
    assert line.rest() == []


packets = st.lists(st.tuples(st.integers(0, 120), st.booleans(), st.sampled_from([1, 2, 3]), st.integers(0, 2)), max_size=80)


@given(packets)
def test_what_is_sent_can_always_be_decoded_and_is_never_old(plan: list[tuple[int, bool, int, int]]) -> None:
    line, now, sent, begun = Line(), 0, [], set()
    counters = {1: 0, 2: 0, 3: 0}
    for step, key, rendition, takes in plan:
        now += step
        key = key or rendition not in begun  # an encoder begins with a keyframe
        begun.add(rendition)
        line.put(picture(now, key=key, rendition=rendition, seq=counters[rendition]))
        counters[rendition] += 1
        sent += [packet for _ in range(takes) if (packet := line.queue.get()) is not None]
        waiting = [p.pts_ns for p in line.queue._pictures if p.rendition == rendition]
        assert not waiting or waiting[-1] - waiting[0] <= 300 * NS_PER_MS
    sent += line.rest()
    for rendition in counters:
        stream = [packet for packet in sent if packet.rendition == rendition]
        for before, packet in zip([None, *stream], stream, strict=False):
            follows = before is not None and packet.seq == before.seq + 1
            assert follows or packet.key, "a viewer would see rubbish"
            assert packet.gap == (not follows and packet.seq > 0)
    assert len(sent) + line.queue.dropped == len(plan)


# ── over a real socket ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def broken() -> list[str]:
    """What the owner was told."""
    return []


@pytest.fixture
async def sender(server: ShowServer, broken: list[str]) -> AsyncIterator[MediaSender]:
    made = MediaSender(asyncio.get_running_loop(), lambda rendition: None, lambda: broken.append("broken"))
    async with aiohttp.ClientSession() as http:
        await made.attach(http, server.url, TOKEN, "session 0")
        yield made
        await made.detach()


async def test_packets_arrive_as_they_were_sent(server: ShowServer, sender: MediaSender) -> None:
    sent = [picture(0, key=True), picture(33), sound(0)]
    for packet in sent:
        sender.send(packet)
    await until(lambda: len(server.packets) == 3)
    assert sorted(server.packets) == sorted(sent)
    assert server.media_sessions == ["session 0"]
    assert sender.sent_bytes == sum(len(packet.payload) for packet in sent)


async def test_encoder_threads_may_send(server: ShowServer, sender: MediaSender) -> None:
    def encode() -> None:
        for at in range(0, 400, 20):
            sender.send(sound(at))

    thread = threading.Thread(target=encode)
    thread.start()
    await until(lambda: len(server.packets) == 20)
    thread.join()
    assert [packet.pts_ns // NS_PER_MS for packet in server.packets] == list(range(0, 400, 20))


async def test_detached_it_drops_what_it_gets(server: ShowServer, sender: MediaSender) -> None:
    await sender.detach()
    sender.send(sound(0))
    await asyncio.sleep(0)
    assert server.packets == []
    assert sender.dropped == 0


async def test_attached_again_it_begins_anew(server: ShowServer, sender: MediaSender) -> None:
    async with aiohttp.ClientSession() as http:
        await sender.attach(http, server.url, TOKEN, "session 1")
        sender.send(sound(100))
        await until(lambda: server.packets)
        await sender.detach()
    assert server.media_sessions == ["session 0", "session 1"]


async def test_a_socket_that_breaks_while_it_sends_is_told_once(
    server: ShowServer, sender: MediaSender, broken: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    await server.hang_up()

    def told() -> bool:
        sender.send(sound(0))
        return bool(broken)

    await until(told)
    assert broken == ["broken"]
    assert caplog.text.count("the media socket broke") <= 1


async def test_a_socket_that_breaks_while_nothing_is_sent_is_told_too(
    server: ShowServer, sender: MediaSender, broken: list[str]
) -> None:
    await server.hang_up()
    await until(lambda: broken)


async def test_a_socket_that_is_closed_on_purpose_is_not_broken(
    server: ShowServer, sender: MediaSender, broken: list[str]
) -> None:
    await sender.detach()
    await server.hang_up()
    assert broken == []


async def test_the_end_of_the_loop_is_no_crash() -> None:
    loop = asyncio.new_event_loop()
    sender = MediaSender(loop, lambda rendition: None)
    loop.close()
    sender.send(sound(0))
