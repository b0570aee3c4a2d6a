"""A viewer sees and hears what the desktop sends, and only while it may."""

import asyncio
from collections.abc import Callable
from fractions import Fraction

import aiohttp
import aioice.ice
import aioice.stun
import av
import pytest

from studio import wire
from studio.commands.show import ShowPause, ShowResume, ShowStart
from studio.server import demand as demand_module
from studio.server.app import ShowServer
from studio.server.live.show import LiveShow
from tests.fakes import near, until
from tests.server.conftest import MakeDesktop, MakeViewer
from tests.server.fakes import Desktop, Programme, Viewer

ORANGE = (230, 120, 30)


@pytest.fixture
async def live(desktop: Desktop, programme: Programme) -> Desktop:
    """A desktop whose show is live and on air."""
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    return desktop


@pytest.fixture
async def viewer(live: Desktop, make_viewer: MakeViewer) -> Viewer:
    """A connected viewer that has seen a picture."""
    viewer = make_viewer()
    await viewer.join()
    await until(lambda: viewer.pictures)
    return viewer


async def test_the_viewer_sees_the_colour_and_hears_the_tone(viewer: Viewer) -> None:
    assert near(viewer.colour, ORANGE, by=6)
    await until(lambda: len(viewer.sounds) > 30)
    frequency, level = viewer.tone()
    assert abs(frequency - 1000) < 5
    assert abs(level - 0.5) < 0.05


def seconds(picture: av.VideoFrame) -> Fraction:
    """When it is shown."""
    assert picture.pts is not None
    assert picture.time_base is not None
    return picture.pts * picture.time_base


async def test_pictures_and_sounds_go_on_at_their_pace(viewer: Viewer) -> None:
    first = seconds(viewer.pictures[-1])
    await until(lambda: len(viewer.pictures) > 15)
    picture = viewer.pictures[-1]
    steps = {round((seconds(b) - seconds(a)) * 30) for a, b in zip(viewer.pictures, viewer.pictures[1:], strict=False)}
    assert steps == {1}, "thirty pictures a second, none missing"
    assert seconds(picture) > first


@pytest.mark.parametrize("kinds", [("video",), ("audio",), ("audio", "video")])
async def test_a_player_may_ask_for_one_kind_or_in_the_other_order(
    live: Desktop, server: ShowServer, make_viewer: MakeViewer, kinds: tuple[str, ...]
) -> None:
    viewer = make_viewer()
    await viewer.join(kinds)
    await until(lambda: bool(viewer.pictures) == ("video" in kinds) and bool(viewer.sounds) == ("audio" in kinds))


async def test_who_comes_makes_the_desktop_send_pictures_beginning_with_a_keyframe(
    live: Desktop, make_viewer: MakeViewer
) -> None:
    assert (await live.told(wire.Demand)).readers == 0
    await make_viewer().join()
    await live.told(wire.Keyframe, rendition=1080)
    await live.told(wire.Demand, rendition=1080, readers=1)


async def test_who_has_lost_the_picture_gets_a_keyframe(live: Desktop, viewer: Viewer) -> None:
    live.inbox.forget()
    (transceiver,) = (t for t in viewer.connection.getTransceivers() if t.kind == "video")
    receiver = transceiver.receiver
    (source,) = (s.source for s in receiver.getSynchronizationSources())
    await receiver._send_rtcp_pli(source)
    await live.told(wire.Keyframe, rendition=1080)


async def test_what_is_lost_on_the_way_is_sent_again(viewer: Viewer, room: LiveShow) -> None:
    (reader,) = room.fanout.readers.values()
    sender = reader.peer.video
    assert sender is not None
    write, count = sender._write, 0
    assert write is not None
    before = sender._rtx_sequence

    def loses_every_seventh(data: bytes) -> None:
        nonlocal count
        count += 1
        if count % 7:
            write(data)

    sender._write = loses_every_seventh
    await until(lambda: sender._rtx_sequence != before)
    seen = len(viewer.pictures)
    await until(lambda: len(viewer.pictures) > seen + 20)
    assert near(viewer.colour, ORANGE, by=6)


async def test_a_paused_show_sends_the_public_nothing_until_it_goes_on(live: Desktop, viewer: Viewer, room: LiveShow) -> None:
    (reader,) = room.fanout.readers.values()
    senders = [sender for sender in (reader.peer.video, reader.peer.audio) if sender]
    await live.do(ShowPause())
    sent, position = [sender.packets for sender in senders], live.stream_ms
    await until(lambda: live.stream_ms > position + 150)
    assert [sender.packets for sender in senders] == sent
    pictures, sounds = len(viewer.pictures), len(viewer.sounds)
    live.inbox.forget()
    await live.do(ShowResume())
    await live.told(wire.Keyframe)
    await until(lambda: len(viewer.pictures) > pictures + 3 and len(viewer.sounds) > sounds + 3)


async def leaves(viewer: Viewer, http: aiohttp.ClientSession) -> None:
    async with http.delete(viewer.resource) as response:
        assert response.status == 200


async def closes(viewer: Viewer, http: aiohttp.ClientSession) -> None:
    await viewer.close()


@pytest.mark.parametrize("goes", [leaves, closes])
async def test_when_the_last_reader_is_gone_the_desktop_may_rest_after_a_moment(
    live: Desktop,
    viewer: Viewer,
    server: ShowServer,
    room: LiveShow,
    http: aiohttp.ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    goes: Callable[[Viewer, aiohttp.ClientSession], object],
) -> None:
    monkeypatch.setattr(demand_module, "LINGER_S", 0.25)
    await live.told(wire.Demand, readers=1)
    live.inbox.forget()
    loop = asyncio.get_running_loop()
    began = loop.time()
    await goes(viewer, http)  # type: ignore[misc]
    await until(lambda: not room.fanout.readers)
    await live.told(wire.Demand, rendition=1080, readers=0)
    assert loop.time() - began > 0.2, "a reload would have come back by now"
    assert server.whep.count == 0


async def test_a_reload_does_not_stop_the_encoder(
    live: Desktop, viewer: Viewer, room: LiveShow, make_viewer: MakeViewer, http: aiohttp.ClientSession
) -> None:
    await live.told(wire.Demand, readers=1)
    live.inbox.forget()
    await leaves(viewer, http)
    again = make_viewer()
    await again.join()
    await until(lambda: again.session in room.fanout.readers)
    assert not [message for message in live.inbox.all if isinstance(message, wire.Demand)]


async def test_s22_a_viewer_that_vanishes_is_forgotten(
    live: Desktop, make_viewer: MakeViewer, server: ShowServer, room: LiveShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aioice.ice, "CONSENT_INTERVAL", 0.1)
    monkeypatch.setattr(aioice.ice, "CONSENT_FAILURES", 2)
    monkeypatch.setattr(aioice.stun, "RETRY_RTO", 0.1)
    viewer = make_viewer()
    await viewer.join()
    await until(lambda: room.fanout.readers)
    viewer.vanish()
    await until(lambda: not room.fanout.readers)
    assert server.whep.count == 0


async def test_every_viewer_gets_the_same_time_base(live: Desktop, viewer: Viewer, make_viewer: MakeViewer) -> None:
    other = make_viewer()
    await other.join()
    await until(lambda: other.pictures)
    assert near(other.colour, ORANGE, by=6)


async def test_when_another_desktop_takes_over_the_picture_goes_on(
    live: Desktop, viewer: Viewer, make_desktop: MakeDesktop, programme: Programme, room: LiveShow
) -> None:
    other = await make_desktop(client="bo-1", name="Bo").connect()
    await other.take(take_over=True)
    await live.pause()
    seen = len(viewer.pictures)
    other.play(programme)
    await until(lambda: len(viewer.pictures) > seen + 5)
    await other.told(wire.Demand, rendition=1080, readers=1)
    assert room.show.holder == "Bo"


async def test_the_show_says_how_many_read_it(live: Desktop, viewer: Viewer) -> None:
    assert (await live.show_where(lambda show: show["readers"]))["readers"] == 1
