"""The lease over the link: one desktop sends, the others know who."""

import asyncio

import aiohttp
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from studio import wire
from studio.commands.show import ShowCreate, ShowEnd, ShowStart
from studio.errors import Forbidden, Held, NotFound, StudioError, WrongState
from studio.events import CurtainLowered
from studio.server.app import ShowServer
from studio.server.live import show as show_module
from studio.server.live.show import LiveShow
from tests.fakes import until
from tests.server.conftest import BOTH_DATABASES, MakeDesktop, StartServer
from tests.server.fakes import Desktop, Programme, PushedClock, page

pytestmark = BOTH_DATABASES


@pytest.fixture
async def other(desktop: Desktop, make_desktop: MakeDesktop) -> Desktop:
    """A second desktop at the same show."""
    return await make_desktop(client="bo-2", name="Bo's studio").connect()


async def test_the_first_desktop_gets_it_and_the_others_see_who_has_it(desktop: Desktop, other: Desktop) -> None:
    lease = await desktop.take()
    assert (lease.action, lease.epoch, lease.media_ms) == ("taken", 1, 0)
    assert (await other.show_where(lambda show: show["holder"]))["holder"] == "Anna's laptop"
    event = await other.event("lease.taken")
    assert (event["actor"], event["data"]["holder"], event["data"]["epoch"]) == ("desk-1", "Anna's laptop", 1)


async def test_the_second_is_refused_with_the_name_of_the_first(desktop: Desktop, other: Desktop, room: LiveShow) -> None:
    await desktop.take()
    with pytest.raises(Held, match="The show is being sent from Anna's laptop"):
        await other.take()
    assert (room.stream.lease.client, room.stream.lease.epoch) == ("desk-1", 1)


async def test_on_purpose_it_takes_over_and_the_first_is_told(desktop: Desktop, other: Desktop) -> None:
    await desktop.take()
    assert (await other.take(take_over=True)).epoch == 2
    lost = await desktop.told(wire.Lease, action="lost")
    assert (lost.holder, lost.epoch, lost.show) == ("Bo's studio", 2, "demo")
    event = await desktop.inbox.find(lambda m: isinstance(m, wire.EventMessage) and m.event["data"].get("epoch") == 2)
    assert event.event["data"]["previous"] == "Anna's laptop"


async def test_who_never_had_it_is_not_told_that_it_lost_it(desktop: Desktop, other: Desktop) -> None:
    await desktop.take()
    await other.event("lease.taken")
    assert not [message for message in other.inbox.all if isinstance(message, wire.Lease)]


async def test_packets_of_who_lost_it_are_dropped(desktop: Desktop, other: Desktop, room: LiveShow) -> None:
    await desktop.take()
    desktop.stream_ms = 1000
    await desktop.sound()
    await until(lambda: room.show.on_air)
    await other.take(take_over=True)
    assert not room.show.on_air
    desktop.stream_ms = 60_000
    await desktop.sound()
    desktop.epoch = 2
    await desktop.sound()
    await desktop.close_media()
    other.stream_ms = 1500
    await other.sound()
    await until(lambda: room.show.on_air)
    assert room.stream.clock.now_ms(room.now_s) < 10_000


async def test_packets_of_an_older_epoch_are_dropped(desktop: Desktop, room: LiveShow) -> None:
    await desktop.take()
    await desktop.connection.lease(wire.Lease(action="release", show="demo"))
    await desktop.take()
    assert desktop.epoch == 2
    desktop.epoch = 1
    await desktop.sound()
    desktop.epoch = 2
    desktop.stream_ms = 777
    await desktop.sound()
    await until(lambda: room.show.on_air)
    events = [m.event["data"]["epoch"] for m in desktop.inbox.all if isinstance(m, wire.EventMessage)]
    assert 777 <= room.stream.clock.now_ms(room.now_s) < 5000
    await desktop.event("stream.started")
    assert events.count(1) == 1, "the lease, and no stream"


async def test_the_same_desktop_keeps_its_epoch_when_it_comes_back_in_time(desktop: Desktop, make_desktop: MakeDesktop) -> None:
    await desktop.take()
    await desktop.close()
    again = await make_desktop().connect()
    assert (await again.take(media_ms=4000)).epoch == 1


async def test_ten_seconds_after_the_last_heartbeat_anybody_may_take_it(desktop: Desktop, other: Desktop, room: LiveShow) -> None:
    await desktop.take()
    await desktop.close()
    room.stream.lease.beat_s -= 10
    assert (await other.take()).epoch == 2


async def test_what_a_crash_on_the_same_machine_left_behind_is_taken_at_once(
    desktop: Desktop, make_desktop: MakeDesktop, room: LiveShow
) -> None:
    await desktop.take()
    await desktop.close()
    await until(lambda: not room.studios.sessions)
    assert (await (await make_desktop(client="desk-7").connect()).take()).epoch == 2


async def test_while_the_holder_is_there_its_own_machine_asks_like_any_other(desktop: Desktop, make_desktop: MakeDesktop) -> None:
    await desktop.take()
    with pytest.raises(Held):
        await (await make_desktop(client="desk-7").connect()).take()


@pytest.mark.parametrize("client", ["bo-2", "nameless"])
async def test_what_another_machine_left_behind_must_end_first(
    make_desktop: MakeDesktop, desktop: Desktop, room: LiveShow, client: str
) -> None:
    gone = await make_desktop(client="anonymous").connect()
    await gone.take()
    await gone.close()
    await until(lambda: len(room.studios.sessions) == 1)
    with pytest.raises(Held):
        await (await make_desktop(client=client).connect()).take()


async def test_given_back_it_is_free(desktop: Desktop, other: Desktop) -> None:
    await desktop.take()
    assert (await desktop.connection.lease(wire.Lease(action="release", show="demo"))).action == "released"
    assert (await other.take()).epoch == 2


async def test_giving_it_back_says_that_the_stream_stopped(desktop: Desktop, programme: Programme, room: LiveShow) -> None:
    await desktop.on_air(programme)
    await desktop.pause()
    await desktop.connection.lease(wire.Lease(action="release", show="demo"))
    assert (await desktop.event("stream.stopped"))["data"]["epoch"] == 1
    await desktop.show_where(lambda show: show["seq"] == 3 and not show["on_air"] and not show["holder"])
    assert not [m for m in desktop.inbox.all if isinstance(m, wire.EventMessage) and m.event["data"]["type"] == "stream.lost"]


async def test_who_does_not_have_it_gives_nothing_back(desktop: Desktop, other: Desktop, room: LiveShow) -> None:
    await desktop.take()
    await other.connection.lease(wire.Lease(action="release", show="demo"))
    assert room.stream.lease.held(room.now_s)


async def test_another_show_than_ones_own_is_not_to_be_had(desktop: Desktop) -> None:
    desktop.show = "other"
    with pytest.raises(NotFound):
        await desktop.take()


async def test_a_show_that_has_ended_cannot_be_sent(desktop: Desktop) -> None:
    await desktop.take()
    await desktop.confirmed(ShowStart())
    await desktop.confirmed(ShowEnd())
    await desktop.connection.lease(wire.Lease(action="release", show="demo"))
    with pytest.raises(WrongState, match="has ended"):
        await desktop.take()


async def test_a_supporter_may_not_send_a_show(desktop: Desktop, make_desktop: MakeDesktop, room: LiveShow) -> None:
    supporter = await make_desktop(client="sune", token="the-supporter's-token").connect()
    with pytest.raises(Forbidden):
        await supporter.take()
    assert not room.stream.lease.held(room.now_s)


async def test_a_stream_that_falls_silent_is_lost_and_found_again(
    desktop: Desktop, programme: Programme, room: LiveShow, hands: PushedClock
) -> None:
    await desktop.on_air(programme)
    await desktop.pause()
    hands.push(2)
    assert (await desktop.event("stream.lost"))["data"]["epoch"] == 1
    assert room.show.state == "draft", "the show is not the stream"
    desktop.inbox.forget()
    desktop.play(programme)
    await desktop.event("stream.started")


async def test_a_stream_that_is_taken_again_at_once_is_not_lost(
    server: ShowServer, make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(show_module, "TICK_S", 0.02)
    desktop = await make_desktop().connect()
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    await desktop.take()
    await desktop.sound()
    await desktop.event("stream.started")
    await desktop.take(media_ms=100)
    await asyncio.sleep(0.1)
    await desktop.sound()
    await until(lambda: any(room.show.on_air for room in server.live_shows.open()))
    logged = [type(item.data).__name__ for item in await server.log.since("demo", 0)]
    assert logged == ["LeaseTaken", "StreamStarted"]


async def test_the_clock_goes_on_where_the_returning_desktop_is(
    desktop: Desktop, make_desktop: MakeDesktop, room: LiveShow
) -> None:
    await desktop.take()
    desktop.stream_ms = 10_000
    await desktop.sound()
    await until(lambda: room.show.on_air)
    await desktop.confirmed(ShowStart())
    await desktop.close()
    again = await make_desktop().connect()
    assert 0 <= again.welcome.media_ms < 3000
    lease = await again.take(media_ms=60_000)
    assert lease.media_ms == 60_000
    assert 49_000 < room.show.media_ms <= 50_000


async def test_the_epoch_survives_the_server(desktop: Desktop, server: ShowServer, start_server: StartServer) -> None:
    await desktop.take()
    await desktop.close()
    await server.close()
    second = await start_server()
    again = Desktop(desktop.http, second.url)
    await again.connect()
    assert (await again.take()).epoch == 2
    await again.close()


async def test_two_who_ask_at_once_do_not_both_get_it(desktop: Desktop, other: Desktop) -> None:
    answers = await asyncio.gather(desktop.take(), other.take(), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Held", "Lease"]


def disk_full(connection: object) -> None:
    raise OperationalError("COMMIT", None, Exception("disk is full"))


async def test_when_it_cannot_be_stored_nobody_has_it_and_the_link_stands(
    desktop: Desktop, server: ShowServer, room: LiveShow, caplog: pytest.LogCaptureFixture
) -> None:
    assert server.tokens.engine is not None
    event.listen(server.tokens.engine.sync_engine, "commit", disk_full)
    with pytest.raises(StudioError, match="The server failed"):
        await desktop.take()
    assert "the lease could not be stored" in caplog.text
    assert not room.stream.lease.held(room.now_s)
    event.remove(server.tokens.engine.sync_engine, "commit", disk_full)
    assert (await desktop.take()).epoch == 1
    assert [type(item.data).__name__ for item in await server.log.since("demo", 0)] == ["LeaseTaken"]


async def test_when_taking_over_cannot_be_stored_the_holder_keeps_it(
    desktop: Desktop, other: Desktop, server: ShowServer, room: LiveShow
) -> None:
    await desktop.take()
    assert server.tokens.engine is not None
    event.listen(server.tokens.engine.sync_engine, "commit", disk_full)
    with pytest.raises(StudioError, match="The server failed"):
        await other.take(take_over=True)
    event.remove(server.tokens.engine.sync_engine, "commit", disk_full)
    assert (room.stream.lease.client, room.stream.lease.epoch) == ("desk-1", 1)
    await desktop.sound()
    await until(lambda: room.show.on_air)


async def test_a_lost_stream_is_said_once_it_can_be_stored(
    desktop: Desktop,
    programme: Programme,
    room: LiveShow,
    hands: PushedClock,
    server: ShowServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await desktop.on_air(programme)
    await desktop.pause()
    assert server.tokens.engine is not None
    event.listen(server.tokens.engine.sync_engine, "commit", disk_full)
    hands.push(2)
    await until(lambda: "the state of the stream could not be stored" in caplog.text)
    event.remove(server.tokens.engine.sync_engine, "commit", disk_full)
    await desktop.event("stream.lost")


async def test_a_lowered_curtain_is_told_by_who_is_on_air_and_stands_in_the_welcome(
    desktop: Desktop,
    make_desktop: MakeDesktop,
    room: LiveShow,
    server: ShowServer,
    http: aiohttp.ClientSession,
    programme: Programme,
) -> None:
    """What the page lays over the picture goes with it; a desktop that is not on air says nothing to the audience."""
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    spare = await make_desktop(client="spare").connect()
    await spare.connection.send(wire.StateMessage(branch="panic", rev=1, value=True))
    async with page(http, server) as visitor:
        await desktop.connection.send(wire.StateMessage(branch="panic", rev=1, value=True))
        await visitor.event("curtain.lowered")
        async with page(http, server) as late:
            assert late.inbox.all[0]["show"]["curtain"] is True
        await desktop.connection.send(wire.StateMessage(branch="panic", rev=2, value=False))
        await visitor.event("curtain.raised")
    lowered = [item for item in await room.feed.since(0, 1000) if isinstance(item.data, CurtainLowered)]
    assert [item.actor for item in lowered] == ["desk-1"]
    assert not room.stream.curtain
