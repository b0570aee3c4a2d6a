"""A server that ends says goodbye to everybody at once."""

import asyncio

import aiohttp
import pytest

from studio.commands.show import ShowStart
from studio.server import open_sockets
from studio.server.app import ShowServer
from tests.fakes import TIMEOUT_S, until
from tests.server.conftest import MakeViewer
from tests.server.fakes import Desktop, Programme, page


async def test_pages_desktops_and_viewers_know_at_once(
    desktop: Desktop,
    programme: Programme,
    server: ShowServer,
    http: aiohttp.ClientSession,
    make_viewer: MakeViewer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(open_sockets, "GOODBYE_S", 10 * TIMEOUT_S)  # nobody is waited for in vain
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    viewer = make_viewer()
    await viewer.join()
    async with page(http, server) as visitor:
        async with asyncio.timeout(5):  # aiohttp itself gives up after ten
            await server.close()
        assert await visitor.inbox.end() == 1001
    await desktop.inbox.end()
    await until(lambda: viewer.connection.connectionState == "closed")


async def test_who_does_not_answer_the_goodbye_holds_nobody_up_for_long(
    desktop: Desktop, server: ShowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_sockets, "GOODBYE_S", 0.1)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(
        b"GET /shows/demo/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    async with asyncio.timeout(3):
        await server.close()
    writer.transport.abort()
