"""Strangers: whatever they send, a clear status comes back, nobody else notices, and nothing is left behind."""

import asyncio
import contextlib
import random

import aiohttp
import pytest

from studio.commands.show import ShowStart
from studio.server.app import ShowServer
from studio.server.live.show import LiveShow
from tests.fakes import TIMEOUT_S, until
from tests.server.conftest import MakeViewer
from tests.server.fakes import TOKEN, Desktop, Programme

SDP = {"Content-Type": "application/sdp"}
AUTH = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
async def live(desktop: Desktop, programme: Programme) -> Desktop:
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    return desktop


async def healthy(server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer, room: LiveShow) -> None:
    """The show goes on: a viewer who comes now sees it, and of those who came before nothing is left."""
    async with http.get(f"{server.url}/healthz") as response:
        assert (await response.json())["readers"] == 0
    assert not room.pages.members
    viewer = make_viewer()
    await viewer.join()
    await until(lambda: viewer.pictures)


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("POST", "/shows/demo/whep", SDP, b"x" * 1_000_000, 400),
        ("POST", "/shows/demo/whep", SDP, b"v=0\r\n" * 200_000, 400),
        ("POST", "/shows/demo/whep", SDP, bytes(range(256)) * 40, 400),
        ("POST", "/shows/demo/whep", {"Content-Type": "application/json"}, b"{", 415),
        ("POST", "/shows/demo/whep?rendition=4711", SDP, b"v=0", 400),
        ("POST", "/shows/demo/whep?key=%00%ff", SDP, b"v=0", 400),
        ("POST", "/shows/none/whep", SDP, b"v=0", 404),
        ("POST", "/shows/%00/whep", SDP, b"v=0", 404),
        ("PUT", "/shows/demo/whep", SDP, b"v=0", 405),
        ("PATCH", "/shows/demo/whep/none", {}, b"x" * 1_000_000, 404),
        ("DELETE", "/shows/demo/whep/..%2f..%2f..", {}, b"", 404),
        ("GET", "/studio", {}, b"", 401),
        ("GET", "/studio", {"Authorization": "Bearer wrong"}, b"", 401),
        ("GET", "/studio", AUTH, b"", 400),
        ("GET", "/studio", AUTH | {"Origin": "http://127.0.0.1"}, b"", 403),
        ("GET", "/studio/media", AUTH, b"", 404),
        ("GET", "/studio/media", AUTH | {"Vitrine-Session": "x" * 4000}, b"", 404),
        ("GET", "/shows/demo/ws", {}, b"", 400),
        ("GET", "/shows/demo", {"Host": "evil.example"}, b"", 421),
        ("GET", "/shows/demo", {"Origin": "https://evil.example"}, b"", 403),
        ("GET", "/shows/demo", {"Accept-Language": "da;q=x,,;;" * 300}, b"", 200),
        ("GET", "/assets/../pyproject.toml", {}, b"", 404),
        ("GET", "/" + "x" * 4000, {}, b"", 404),
        ("GET", "/" + "x" * 40_000, {}, b"", 400),
        ("GET", "/shows/demo", {"X": "y" * 40_000}, b"", 400),
    ],
)
async def test_every_endpoint_answers_rubbish_with_a_clear_status(
    live: Desktop,
    server: ShowServer,
    http: aiohttp.ClientSession,
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    status: int,
) -> None:
    async with http.request(method, server.url + path, headers=headers, data=body or None) as response:
        text = await response.text()
        assert response.status == status, text[:300]
        assert "Traceback" not in text
    assert server.whep.count == 0


TEXTS = ["", "{", "null", "[]", '{"t":"hello"', '{"t":"nothing"}', '{"t":"hello","seq":-1}', '{"t":"hello","seq":"x"}']
TEXTS += ["\0" * 100, "[" * 5000]


@pytest.mark.parametrize("path", ["/shows/demo/ws", "/studio"])
async def test_rubbish_on_a_socket_ends_that_socket(
    live: Desktop,
    server: ShowServer,
    http: aiohttp.ClientSession,
    make_viewer: MakeViewer,
    room: LiveShow,
    path: str,
) -> None:
    hello = '{"t":"hello"}' if path.endswith("ws") else '{"t":"hello","protocol":"1.0","app":"x","client":"c","studio":true}'
    headers = AUTH if path == "/studio" else {}
    dice = random.Random(11)
    noise = [dice.randbytes(dice.randrange(1, 300)) for _ in range(40)]
    said: list[str | bytes] = [*TEXTS, *noise, "x" * 100_000, b"\0" * 100_000]
    for greeted in (False, True):
        for message in said:
            async with http.ws_connect(server.url + path, headers=headers, max_msg_size=0) as socket:
                with contextlib.suppress(ConnectionError):
                    if greeted:
                        await socket.send_str(hello)
                    await (socket.send_str(message) if isinstance(message, str) else socket.send_bytes(message))
                    async with asyncio.timeout(TIMEOUT_S):
                        while (await socket.receive()).type not in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED):
                            pass
    await until(lambda: not room.pages.members)
    await healthy(server, http, make_viewer, room)


async def test_rubbish_on_the_media_socket_ends_it_and_the_next_one_goes_on(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer, room: LiveShow
) -> None:
    dice = random.Random(5)
    headers = AUTH | {"Vitrine-Session": live.welcome.session}
    for size in (0, 1, 23, 24, 25, 400, 60_000):
        async with http.ws_connect(f"{server.url}/studio/media", headers=headers, max_msg_size=0) as socket:
            await socket.send_bytes(dice.randbytes(size))
            await socket.send_str("text")
    await healthy(server, http, make_viewer, room)


async def test_raw_bytes_that_are_no_http_are_answered_or_hung_up_on(
    live: Desktop, server: ShowServer, http: aiohttp.ClientSession, make_viewer: MakeViewer, room: LiveShow
) -> None:
    dice = random.Random(3)
    heads = [b"", b"GET ", b"GET / HTTP/1.1\r\n", b"POST /shows/demo/whep HTTP/1.1\r\nContent-Length: -5\r\n\r\n"]
    heads += [b"GET / HTTP/9.9\r\n\r\n", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"\x16\x03\x01\x02\x00"]
    for head in heads:
        for _ in range(6):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(head + dice.randbytes(dice.randrange(400)) + b"\r\n\r\n")
            writer.write_eof()
            with contextlib.suppress(ConnectionError):
                async with asyncio.timeout(TIMEOUT_S):
                    answer = await reader.read()
                assert not answer or answer.startswith(b"HTTP/1."), answer[:100]
                assert b" 500 " not in answer[:20]
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
    await healthy(server, http, make_viewer, room)
