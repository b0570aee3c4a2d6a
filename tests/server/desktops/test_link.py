"""The server's end of the link: greeting, and everybody it does not greet."""

import asyncio

import aiohttp
import msgspec
import pytest

from studio import wire
from studio.commands.show import ShowCreate
from studio.errors import Forbidden, Incompatible
from studio.link.connection import connect, hello
from studio.queries import ASKED
from studio.server.app import ShowServer
from studio.server.desktops.session import StudioSession
from tests.fakes import TIMEOUT_S, until
from tests.server.conftest import MakeDesktop
from tests.server.fakes import TOKEN, Desktop, page

BEARER = {"Authorization": f"Bearer {TOKEN}"}


async def said(http: aiohttp.ClientSession, server: ShowServer, first: bytes | str) -> tuple[wire.Reply, aiohttp.WSMessage]:
    """What the server answers to a first message, and how it hangs up."""
    async with http.ws_connect(f"{server.url}/studio", headers=BEARER) as socket:
        await (socket.send_str(first) if isinstance(first, str) else socket.send_bytes(first))
        reply = wire.decode(await socket.receive_str(timeout=TIMEOUT_S))
        assert isinstance(reply, wire.Reply)
        return reply, await socket.receive(timeout=TIMEOUT_S)


async def test_hello_is_answered_with_welcome(server: ShowServer, make_desktop: MakeDesktop) -> None:
    welcome = (await make_desktop(show="").connect()).welcome
    assert (welcome.protocol, welcome.role, welcome.seq) == (wire.PROTOCOL, "host", 0)
    assert welcome.commands == sorted(ASKED)
    assert welcome.viewer_url == ""
    assert len(welcome.session) >= 20


async def test_a_show_that_is_there_comes_with_the_welcome(
    desktop: Desktop, server: ShowServer, make_desktop: MakeDesktop
) -> None:
    welcome = (await make_desktop(client="other").connect()).welcome
    assert welcome.state["show"]["title"] == "Autumn <colours>"
    assert welcome.viewer_url == "/shows/demo"


async def test_who_names_no_show_means_the_one_a_desktop_works_on(desktop: Desktop, make_desktop: MakeDesktop) -> None:
    assert (await make_desktop(client="cli", show="", engine=False).connect()).welcome.state["show"]["id"] == "demo"


async def test_creating_the_show_brings_a_second_welcome_into_it(make_desktop: MakeDesktop, server: ShowServer) -> None:
    desktop = await make_desktop().connect()
    assert "show" not in desktop.welcome.state
    assert await desktop.do(ShowCreate(id="demo", title="Demo")) == "demo"
    welcome = await desktop.told(wire.Welcome)
    assert welcome.state["show"]["title"] == "Demo"
    assert welcome.viewer_url == "/shows/demo"


async def test_studios_are_told_the_key_of_an_unlisted_show(make_desktop: MakeDesktop, server: ShowServer) -> None:
    desktop = await make_desktop(show="secret").connect()
    await desktop.do(ShowCreate(id="secret", title="Secret", unlisted=True))
    key = (await server.live_shows.get("secret")).key
    assert (await desktop.told(wire.Welcome)).viewer_url == f"/shows/secret?key={key}"


@pytest.mark.parametrize("other", ["2.0", "0.9", "x", ""])
async def test_another_major_protocol_is_refused_in_a_sentence_that_names_both(
    server: ShowServer, http: aiohttp.ClientSession, other: str
) -> None:
    greeting = msgspec.structs.replace(hello("a", "A", "demo", studio=True), protocol=other)
    with pytest.raises(Incompatible) as caught:
        await connect(http, server.url, TOKEN, greeting)
    assert f"protocol {wire.PROTOCOL}" in str(caught.value)
    assert f"the studio {other}" in str(caught.value)
    assert not server.link.engines


async def test_another_minor_protocol_is_welcome(server: ShowServer, http: aiohttp.ClientSession) -> None:
    greeting = msgspec.structs.replace(hello("a", "A", "", studio=True), protocol=wire.PROTOCOL.partition(".")[0] + ".99")
    connection = await connect(http, server.url, TOKEN, greeting)
    assert connection.welcome.protocol == wire.PROTOCOL
    await connection.close()


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}])
@pytest.mark.parametrize("path", ["/studio", "/studio/media"])
async def test_without_the_right_token_nobody_gets_in(
    server: ShowServer, http: aiohttp.ClientSession, headers: dict[str, str], path: str
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await http.ws_connect(server.url + path, headers=headers)
    assert caught.value.status == 401
    assert caught.value.headers is not None
    assert caught.value.headers["WWW-Authenticate"] == "Bearer"


async def test_the_desktop_hears_that_its_token_is_unknown(server: ShowServer, http: aiohttp.ClientSession) -> None:
    with pytest.raises(Forbidden, match="does not know this token"):
        await connect(http, server.url, "wrong", hello("a", "A", "demo", studio=True))


@pytest.mark.parametrize("path", ["/studio", "/studio/media"])
async def test_a_browser_may_not_open_the_link_even_with_the_token(
    server: ShowServer, http: aiohttp.ClientSession, path: str
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await http.ws_connect(server.url + path, headers=BEARER | {"Origin": server.url})
    assert caught.value.status == 403


@pytest.mark.parametrize(
    "first",
    [
        '{"t":"ping","at":1.0}',
        '{"t":"command","id":1,"name":"show.end"}',
        "not json",
        "",
        "[]",
        '{"t":"hello"}',
        '{"t":"nothing"}',
        b"\xff\x00",
        wire.encode(hello("", "Nobody", "demo", studio=True)).decode(),
        wire.encode(hello("x" * 65, "Too long", "demo", studio=True)).decode(),
    ],
)
async def test_the_first_message_must_be_hello(server: ShowServer, http: aiohttp.ClientSession, first: bytes | str) -> None:
    reply, end = await said(http, server, first)
    assert reply.error is not None
    assert reply.error.code == "invalid"
    assert (end.type, end.data, end.extra) == (aiohttp.WSMsgType.CLOSE, 1002, "invalid")


async def test_who_says_nothing_is_asked_to_leave(
    server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "LOST_S", 0.05)
    async with http.ws_connect(f"{server.url}/studio", headers=BEARER) as socket:
        reply = wire.decode(await socket.receive_str(timeout=TIMEOUT_S))
        assert isinstance(reply, wire.Reply)
        assert (await socket.receive(timeout=TIMEOUT_S)).type is aiohttp.WSMsgType.CLOSE


@pytest.mark.parametrize("text", ["{", "[1]", '{"t":"unknown"}', '{"t":"command","id":"one","name":"x"}'])
async def test_a_message_that_is_none_ends_the_connection(desktop: Desktop, server: ShowServer, text: str) -> None:
    await desktop.connection._socket.send_str(text)
    assert await desktop.inbox.end() == 1003
    await until(lambda: server.link.engines == 0)


async def test_a_message_that_is_too_large_ends_the_connection(desktop: Desktop) -> None:
    await desktop.connection._socket.send_str('{"t":"ping","at":1.0,"x":"' + "x" * wire.MAX_MESSAGE + '"}')
    assert await desktop.inbox.end() == 1009


async def test_media_needs_a_session_of_a_desktop_with_a_show(
    server: ShowServer, desktop: Desktop, make_desktop: MakeDesktop, http: aiohttp.ClientSession
) -> None:
    homeless = await make_desktop(client="homeless", show="nothing").connect()
    for session in ("", "invented", homeless.welcome.session):
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await http.ws_connect(f"{server.url}/studio/media", headers=BEARER | {"Vitrine-Session": session})
        assert caught.value.status == 404


@pytest.mark.parametrize("message", [b"", b"\x01", b"\x09" + bytes(40), wire.HEADER.pack(1, 7, 0, 0, 1, 1, 1) + b"x"])
async def test_a_media_message_that_is_none_closes_the_media_socket_only(desktop: Desktop, message: bytes) -> None:
    await desktop.take()
    assert desktop.media is not None
    await desktop.media.send_bytes(message)
    assert (await desktop.media.receive(timeout=TIMEOUT_S)).data == 1003
    await desktop.connection.ping()
    await until(lambda: desktop.connection.rtt_ms > 0)


async def test_the_media_socket_is_kept_warm_for_proxies(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.server.desktops.media.MEDIA_HEARTBEAT_S", 0.05)
    headers = BEARER | {"Vitrine-Session": desktop.welcome.session}
    async with http.ws_connect(f"{server.url}/studio/media", headers=headers, autoping=False) as socket:
        assert (await socket.receive(timeout=TIMEOUT_S)).type is aiohttp.WSMsgType.PING


async def test_a_desktop_that_leaves_is_counted_no_more(desktop: Desktop, server: ShowServer, make_desktop: MakeDesktop) -> None:
    other = await make_desktop(client="other").connect()
    assert server.link.engines == 2
    await other.close()
    await until(lambda: server.link.engines == 1)
    room = await server.live_shows.get("demo")
    assert [studio.client for studio in room.studios.sessions] == ["desk-1"]


async def test_a_command_line_is_no_desktop(desktop: Desktop, server: ShowServer, make_desktop: MakeDesktop) -> None:
    await make_desktop(client="cli", engine=False).connect()
    assert server.link.engines == 1


async def test_the_show_is_told_to_every_studio_of_it_and_no_page_sees_the_link(
    desktop: Desktop, server: ShowServer, make_desktop: MakeDesktop, http: aiohttp.ClientSession
) -> None:
    producer = await make_desktop(client="producer").connect()
    async with page(http, server):
        assert (await producer.show_where(lambda show: show["viewers"] == 1))["id"] == "demo"


async def test_what_changes_while_somebody_is_greeted_comes_in_the_welcome(
    desktop: Desktop, server: ShowServer, make_desktop: MakeDesktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    entering, go_on, enter = asyncio.Event(), asyncio.Event(), server.link._enter

    async def slowly(session: StudioSession, show: str) -> None:
        entering.set()
        await go_on.wait()
        await enter(session, show)

    monkeypatch.setattr(server.link, "_enter", slowly)
    coming = asyncio.create_task(make_desktop(client="late").connect())
    await entering.wait()
    server.link.push("newsletters", {})
    go_on.set()
    assert (await coming).welcome.state["show"]["id"] == "demo"
