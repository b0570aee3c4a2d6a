"""A public server under people who want too much: statuses, and nothing that leaks."""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator

import aiohttp
import pytest

from studio.commands.show import ShowCreate, ShowStart
from studio.server import app, listener, reading, whep
from studio.server.app import ShowServer
from studio.server.config import Limits
from tests.fakes import TIMEOUT_S, until
from tests.server.conftest import StartServer
from tests.server.fakes import TOKEN, Desktop, Programme


@contextlib.asynccontextmanager
async def connected(server: ShowServer) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def ended(reader: asyncio.StreamReader) -> None:
    """The other side hangs up, without a word."""
    with contextlib.suppress(ConnectionResetError):
        assert await reader.read() == b""


async def test_too_many_joins_from_one_address_are_told_when_to_come_back(
    start_server: StartServer, http: aiohttp.ClientSession
) -> None:
    server = await start_server(embedded=False, limits=Limits(joins_a_minute=3))
    desktop = await Desktop(http, server.url).connect()
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    for _ in range(3):
        await (await http.ws_connect(f"{server.url}/shows/demo/ws")).close()
    async with http.get(f"{server.url}/shows/demo/ws") as response:
        assert response.status == 429
        assert 1 <= int(response.headers["Retry-After"]) <= 61
        assert (await response.json(content_type=None))["title"] == "too_many"
    await desktop.close()


async def test_s17_offers_candidates_and_goodbyes_are_limited(
    start_server: StartServer, http: aiohttp.ClientSession, programme: Programme
) -> None:
    server = await start_server(embedded=False, limits=Limits(joins_a_minute=1))
    desktop = await Desktop(http, server.url).connect()
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    url, headers = f"{server.url}/shows/demo/whep", {"Content-Type": "application/sdp"}
    statuses = []
    for _ in range(2):
        async with http.post(url, data=b"no offer", headers=headers) as response:
            statuses.append(response.status)
    for _ in range(whep.CHANGES + 1):
        async with http.delete(f"{url}/unknown") as response:
            statuses.append(response.status)
    async with http.patch(f"{url}/unknown") as response:
        statuses.append(response.status)
    assert statuses == [400, 429] + [404] * whep.CHANGES + [429, 429]
    await desktop.close()


async def test_whoever_guesses_tokens_is_made_to_wait(start_server: StartServer, http: aiohttp.ClientSession) -> None:
    server = await start_server(embedded=False, limits=Limits(wrong_tokens_a_minute=3))
    statuses = []
    for number in range(5):
        async with http.get(f"{server.url}/studio", headers={"Authorization": f"Bearer {number}"}) as response:
            statuses.append(response.status)
    assert statuses == [401, 401, 401, 429, 429]
    async with http.get(f"{server.url}/studio", headers={"Authorization": f"Bearer {TOKEN}"}) as response:
        assert response.status == 400, "a good token is looked at first: strangers lock nobody out (this is no WebSocket, though)"


async def test_connections_that_say_nothing_are_closed(server: ShowServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "HEADER_S", 0.2)
    async with asyncio.timeout(TIMEOUT_S), connected(server) as (silent, _), connected(server) as (slow, writer):
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: local")
        await ended(silent)
        await ended(slow)
    held = server._listener
    assert held is not None
    await until(lambda: not held.open)


async def test_a_connection_that_has_spoken_may_stay(server: ShowServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "HEADER_S", 0.1)
    async with connected(server) as (reader, writer):
        for _ in range(3):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert b"200" in await reader.readline()
            await reader.readuntil(b"}")
            await asyncio.sleep(listener.HEADER_S)


async def test_one_address_cannot_take_all_connections(start_server: StartServer) -> None:
    server = await start_server(embedded=False, limits=Limits(connections=5))
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(5):
            await stack.enter_async_context(connected(server))
        await until(lambda: server._listener is not None and server._listener.open["127.0.0.1"] == 5)
        reader, _ = await stack.enter_async_context(connected(server))
        await ended(reader)
        assert server.connections_refused == 1
    await until(lambda: server._listener is not None and not server._listener.open)
    async with aiohttp.ClientSession() as http, http.get(f"{server.url}/healthz") as response:
        assert response.status == 200


async def test_thousands_of_half_open_connections_leave_the_server_answering(server: ShowServer) -> None:
    """10,000 where the system allows so many sockets in this one process, which holds both their ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 32_768), hard))
    count = min(10_000, min(hard, 32_768) // 2 - 300)
    writers = []
    try:
        for _ in range(count // 100):
            made = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", server.port) for _ in range(100)))
            for _, writer in made:
                writer.write(b"POST /shows/demo/whep HTTP/1.1\r\nHost: localh")
                writers.append(writer)
        async with aiohttp.ClientSession() as http, http.get(f"{server.url}/healthz") as response:
            assert response.status == 200
    finally:
        for writer in writers:
            writer.transport.abort()
        await until(lambda: server._listener is not None and sum(server._listener.open.values()) <= 1)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_a_body_that_does_not_come_is_given_up(
    server: ShowServer, desktop: Desktop, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    monkeypatch.setattr(reading, "BODY_S", 0.2)
    monkeypatch.setattr(app, "LINGERING_S", 0.1)
    head = b"POST /shows/demo/whep HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\nContent-Length: 900\r\n\r\n"
    async with connected(server) as (reader, writer):
        writer.write(head + b"v=0")
        assert b" 408 " in await reader.readline()
        assert server.whep.count == 0
        assert b"application/problem+json" in await reader.read()
