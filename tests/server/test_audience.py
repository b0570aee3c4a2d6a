"""The audience socket: what a page is told, and what it may say."""

import aiohttp
import msgspec
import pytest

from studio.clock import steady_ms
from studio.commands.show import ShowCreate, ShowEnd, ShowPause, ShowRename, ShowStart
from studio.server import audience as audience_module
from studio.server.app import ShowServer
from studio.server.config import Limits
from studio.server.live.show import LiveShow
from tests.fakes import TIMEOUT_S, until
from tests.server.conftest import MakeViewer, StartServer
from tests.server.fakes import Desktop, Programme, PushedClock, page


async def test_a_page_is_welcomed_with_the_show_as_it_is(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    async with page(http, server) as visitor:
        welcome = await visitor.next("welcome")
        assert welcome["show"]["title"] == "Autumn <colours>"
        assert (welcome["show"]["state"], welcome["seq"], welcome["viewers"]) == ("draft", 0, 1)
        clock = await visitor.next("clock")
        assert clock["on_air"] is False
        assert 0 <= clock["rtp"] < 2**32


async def test_events_come_in_order_as_they_happen(
    desktop: Desktop, programme: Programme, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    async with page(http, server) as visitor:
        await desktop.on_air(programme)
        await desktop.confirmed(ShowStart())
        await desktop.do(ShowPause())
        await desktop.do(ShowRename(title="Winter"))
        await desktop.confirmed(ShowEnd())
        await visitor.event("show.ended")
        kinds = [m["event"]["data"]["type"] for m in visitor.inbox.all if m["t"] == "event"]
        assert kinds == ["show.started", "show.paused", "show.renamed", "show.ended"]
        assert {m["event"]["actor"] for m in visitor.inbox.all if m["t"] == "event"} == {""}, "nobody's computer is named"
        assert visitor.seqs == sorted(visitor.seqs)
        assert (await visitor.event("show.renamed"))["data"]["title"] == "Winter"


async def test_an_event_says_where_in_the_show_it_happened(
    desktop: Desktop, programme: Programme, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    async with page(http, server) as visitor:
        await desktop.on_air(programme)
        await desktop.confirmed(ShowStart())
        await until(lambda: room.show.media_ms >= 100)
        await desktop.do(ShowPause())
        assert (await visitor.event("show.started"))["media_ms"] == 0
        assert 100 <= (await visitor.event("show.paused"))["media_ms"] < 5000


async def test_what_only_the_studio_may_know_never_reaches_a_page(
    desktop: Desktop, programme: Programme, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    key = (await server.live_shows.get("demo")).key
    async with page(http, server, key=key) as visitor, page(http, server) as stranger:
        await desktop.on_air(programme)
        await desktop.do(ShowRename(title="Next"))
        for one in (visitor, stranger):
            await one.event("show.renamed")
            assert "lease.taken" not in str(one.inbox.all)
            assert "Anna's laptop" not in str(one.inbox.all)


async def test_the_clock_is_told_when_the_show_begins_and_pairs_rtp_with_it(
    desktop: Desktop, programme: Programme, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    async with page(http, server) as visitor:
        await desktop.on_air(programme)
        await desktop.confirmed(ShowStart())
        clock = await visitor.next("clock", on_air=True)
        origin_ms = room.stream.clock.origin_ms
        assert origin_ms is not None
        assert clock["rtp"] == room.fanout.video_timestamp((clock["media_ms"] + origin_ms) * 1_000_000)
        assert abs(clock["at_ms"] - steady_ms()) < 3000
        assert 0 <= clock["media_ms"] < 3000


async def test_the_clock_says_when_the_stream_is_gone_and_back(
    desktop: Desktop, programme: Programme, room: LiveShow, hands: PushedClock, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    async with page(http, server) as visitor:
        await visitor.next("clock", on_air=True)
        await desktop.pause()
        hands.push(2)
        await visitor.event("stream.lost")
        await visitor.next("clock", on_air=False)
        visitor.inbox.forget()
        desktop.play(programme)
        await visitor.event("stream.started")
        await visitor.next("clock", on_air=True)


async def test_viewers_are_counted_for_everybody(desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with page(http, server) as one:
        async with page(http, server) as two:
            assert (await two.next("welcome"))["viewers"] == 2
            await one.next("viewers", count=2)
        one.inbox.forget()
        await one.next("viewers", count=1)
    await desktop.show_where(lambda show: show["viewers"] == 2)


async def test_a_visitor_keeps_its_token(desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with page(http, server) as first:
        token = (await first.next("welcome"))["visitor"]
    async with http.ws_connect(f"{server.url}/shows/demo/ws") as socket:
        await socket.send_json({"t": "hello", "visitor": token})
        assert (await socket.receive_json())["visitor"] == token
    async with http.ws_connect(f"{server.url}/shows/demo/ws") as socket:
        await socket.send_json({"t": "hello", "visitor": token[:-1] + "?"})
        assert (await socket.receive_json())["visitor"] != token


async def test_a_ping_comes_back_with_the_servers_time(desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with page(http, server) as visitor:
        await visitor.send(t="ping", at=12.5)
        pong = await visitor.next("pong")
        assert pong["at"] == 12.5
        assert abs(pong["server_ms"] - steady_ms()) < 3000


@pytest.mark.parametrize(
    "first",
    [
        '{"t":"ping","at":1}',
        "rubbish",
        "",
        "{}",
        '{"t":"hello","seq":-1}',
        '{"t":"hello","seq":"x"}',
        b"\x00",
        '{"t":"hello"' * 2000,
    ],
)
async def test_who_does_not_say_hello_is_not_let_in(
    desktop: Desktop, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession, first: str | bytes
) -> None:
    async with http.ws_connect(f"{server.url}/shows/demo/ws") as socket:
        await (socket.send_str(first) if isinstance(first, str) else socket.send_bytes(first))
        message = await socket.receive(timeout=TIMEOUT_S)
        assert message.type is aiohttp.WSMsgType.CLOSE
        assert message.data in (1008, 1009)
    await until(lambda: server.audience.count == 0)
    assert not room.pages.members


async def test_who_says_nothing_is_asked_to_leave(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.server.page_socket.HELLO_S", 0.05)
    async with http.ws_connect(f"{server.url}/shows/demo/ws") as socket:
        assert (await socket.receive(timeout=TIMEOUT_S)).data == 1008


async def test_a_page_that_falls_silent_is_let_go(
    desktop: Desktop, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.server.page_socket.SILENT_S", 0.1)
    async with page(http, server) as visitor:
        assert await visitor.inbox.end() == 1001
        await until(lambda: not room.pages.members)


@pytest.mark.parametrize(
    "text", ["rubbish", "[]", '{"t":"chat","text":"hi"}', '{"t":"sound"}', '{"t":"sound","session":"' + "x" * 65 + '"}']
)
async def test_rubbish_ends_the_conversation(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession, text: str
) -> None:
    async with page(http, server) as visitor:
        await visitor.socket.send_str(text)
        assert await visitor.inbox.end() == 1008


async def test_too_many_messages_end_it_too(desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with page(http, server) as visitor:
        for number in range(audience_module.MESSAGES_A_SECOND + 5):
            await visitor.send(t="ping", at=number)
        assert await visitor.inbox.end() == 1008
        pongs = [message for message in visitor.inbox.all if message["t"] == "pong"]
        assert len(pongs) <= audience_module.MESSAGES_A_SECOND


async def test_an_unknown_show_has_no_socket(server: ShowServer, http: aiohttp.ClientSession) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await http.ws_connect(f"{server.url}/shows/nothing/ws")
    assert caught.value.status == 404


async def test_an_unlisted_show_has_one_with_its_key_only(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await desktop.do(ShowCreate(id="secret", title="Secret", unlisted=True))
    key = (await server.live_shows.get("secret")).key
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await http.ws_connect(f"{server.url}/shows/secret/ws")
    assert caught.value.status == 404
    async with page(http, server, show="secret", key=key) as visitor:
        assert (await visitor.next("welcome"))["show"]["title"] == "Secret"


async def test_a_full_house_says_so(start_server: StartServer, http: aiohttp.ClientSession) -> None:
    server = await start_server(limits=Limits(members=1))
    desktop = await Desktop(http, server.url).connect()
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    async with page(http, server):
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await http.ws_connect(f"{server.url}/shows/demo/ws")
        assert caught.value.status == 503
    await until(lambda: server.audience.count == 0)
    async with page(http, server):
        pass
    await desktop.close()


async def test_sound_is_switched_by_the_page(
    desktop: Desktop,
    programme: Programme,
    room: LiveShow,
    server: ShowServer,
    http: aiohttp.ClientSession,
    make_viewer: MakeViewer,
) -> None:
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    viewer = make_viewer()
    await viewer.join(sound="wait")
    reader = (await until(lambda: room.fanout.readers))[viewer.session]
    assert not reader.audio_on
    async with page(http, server) as visitor:
        await visitor.send(t="sound", session="somebody-else's")
        await visitor.send(t="sound", session=viewer.session)
        await until(lambda: reader.audio_on)
        await until(lambda: len(viewer.sounds) > 3)
        await visitor.send(t="sound", session=viewer.session, on=False)
        await until(lambda: not reader.audio_on)


async def test_messages_are_json_text(desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(f"{server.url}/shows/demo/ws", compress=15) as socket:
        assert not socket.compress, "deflate costs too much memory a socket"
        await socket.send_json({"t": "hello"})
        received = await socket.receive()
        assert received.type is aiohttp.WSMsgType.TEXT
        assert msgspec.json.decode(received.data)["t"] == "welcome"
