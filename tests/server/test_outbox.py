"""A socket's own queue: in order, bounded, and nobody waits for somebody else's bad network."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from studio.server import outbox as outbox_module
from studio.server.outbox import Outbox
from tests.fakes import TIMEOUT_S, until

LARGE = b'"' + b"x" * 200_000 + b'"'


class Full:
    """A transport that has taken all it may, as far as anybody can tell."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def get_write_buffer_size(self) -> int:
        return outbox_module.DIRECT_MAX

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Server:
    """A WebSocket server that does nothing but hold an outbox for each peer."""

    def __init__(self, size: int) -> None:
        self.outboxes: list[Outbox] = []
        self.ended = 0
        self._size = size
        self.url = ""
        self.port = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        outbox = Outbox(socket, request.transport, self._size)
        self.outboxes.append(outbox)
        try:
            async for _ in socket:
                pass
        finally:
            await outbox.close()
            self.ended += 1
        return socket


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server(size=8)
    app = web.Application()
    app.router.add_get("/", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.port = runner.addresses[0][1]
    server.url = f"http://127.0.0.1:{server.port}/"
    yield server
    await runner.cleanup()


@pytest.fixture
async def http(server: Server) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def stalled(server: Server) -> AsyncIterator[Outbox]:
    """The outbox of a peer that says hello and then never reads."""
    _, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1024)
    writer.write(
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    await until(lambda: server.outboxes)
    yield server.outboxes[0]
    writer.transport.abort()


async def test_messages_arrive_in_order(server: Server, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(server.url) as socket:
        (outbox,) = await until(lambda: server.outboxes)
        for turn in range(5):
            for number in range(8):
                outbox.put(b"%d" % (turn * 8 + number))
            received = [await socket.receive_json() for _ in range(8)]
            assert received == list(range(turn * 8, turn * 8 + 8))


async def test_a_peer_that_falls_too_far_behind_is_told_so_and_disconnected(
    server: Server, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with http.ws_connect(server.url) as socket:
        (outbox,) = await until(lambda: server.outboxes)
        monkeypatch.setattr(outbox, "_transport", Full(outbox._transport))  # the system takes nothing more for this peer
        for number in range(9):
            outbox.put(b"%d" % number)
        assert outbox.overflowed
        message = await socket.receive(timeout=TIMEOUT_S)
        assert (message.type, message.data, message.extra) == (aiohttp.WSMsgType.CLOSE, 1013, "too slow")
    await until(lambda: server.ended)


async def test_after_the_overflow_nothing_is_queued(server: Server, stalled: Outbox) -> None:
    for _ in range(1000):
        stalled.put(LARGE)
    assert stalled.overflowed
    assert not stalled._waiting


async def test_who_was_behind_gets_everything_in_order(
    server: Server, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with http.ws_connect(server.url) as socket:
        (outbox,) = await until(lambda: server.outboxes)
        with monkeypatch.context() as behind:
            behind.setattr(outbox, "_transport", Full(outbox._transport))
            for number in range(4):
                outbox.put(b"%d" % number)
            assert outbox.put_media(b"picture")
        outbox.put(b"4")
        assert await outbox.drained()
        assert [await socket.receive_json() for _ in range(5)] == [0, 1, 2, 3, 4]
        assert await socket.receive_bytes() == b"picture"


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 300_000])
async def test_messages_of_every_length_are_read_by_others(server: Server, http: aiohttp.ClientSession, size: int) -> None:
    async with http.ws_connect(server.url, max_msg_size=1 << 20) as socket:
        (outbox,) = await until(lambda: server.outboxes)
        outbox.put(b"x" * size)
        assert await socket.receive_str(timeout=TIMEOUT_S) == "x" * size
        assert outbox.put_media(b"y" * size)
        assert await socket.receive_bytes(timeout=TIMEOUT_S) == b"y" * size


async def test_a_stalled_peer_does_not_hold_up_the_others(server: Server, stalled: Outbox, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(server.url) as socket:
        _, lively = await until(lambda: server.outboxes if len(server.outboxes) == 2 else None)
        for _ in range(100):
            stalled.put(LARGE)
            lively.put(b"1")
            await socket.receive(timeout=TIMEOUT_S)  # the other one takes nothing for as long as this lasts
        assert stalled.overflowed


async def test_a_peer_that_takes_nothing_for_too_long_is_cut_off(
    server: Server, stalled: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "SEND_TIMEOUT_S", 0.2)
    while not stalled.overflowed:
        stalled.put(LARGE)
        await asyncio.sleep(0.001)
    await until(lambda: server.ended)


async def test_what_is_put_after_the_peer_left_is_no_trouble(server: Server, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(server.url):
        (outbox,) = await until(lambda: server.outboxes)
    await until(lambda: server.ended)
    for _ in range(20):
        outbox.put(b"1")
