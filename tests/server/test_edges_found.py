"""Edges that `test_edges` found open: what the parser refuses, what is streamed, names with a line end, a database that hangs
up."""

import asyncio
import json
import socket
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import create_engine

from studio.server import faults
from studio.server.app import ShowServer
from studio.server.http_guard import SECURITY_HEADERS
from tests.server.conftest import StartServer, create_database
from tests.server.fakes import Desktop, page
from tests.server.strangers import BEARER, Asked, ask, look, look_at_log
from tests.server.test_edges import Gate, filled, gate, says_that_it_is_away

assert gate


@pytest.mark.parametrize(
    "target", [b"/shows/\xed\xa0\x80", b"/shows/\xff", b"/" + b"x" * 40_000, b"/shows/demo HTTP/9.9", b"no-slash"]
)
async def test_what_the_parser_refuses_is_answered_like_all_else(server: ShowServer, target: bytes) -> None:
    answer = await ask(server, Asked("GET", target, {}))
    look(target, answer)


@pytest.mark.parametrize("header", [b"a\0b", b"y" * 40_000, b"lone\rreturn"])
async def test_a_header_that_the_parser_refuses_too(server: ShowServer, header: bytes) -> None:
    answer = await ask(server, Asked("GET", b"/healthz", {"X": header}))
    look(header[:20], answer)


async def test_an_answer_that_is_streamed_carries_the_security_headers(server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{server.url}/studio/import", headers=BEARER, data=b"") as response:
        assert {name: response.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


async def test_the_demo_shop_without_its_slash_leads_to_it(server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{server.url}/demo/shop") as response:
        assert (response.status, response.url.path, response.content_type) == (200, "/demo/shop/", "text/html")


async def test_a_name_with_a_line_end_is_no_name(server: ShowServer, desktop: Desktop, caplog: pytest.LogCaptureFixture) -> None:
    offer = {
        "id": "a-film-12\n",
        "kind": "clip",
        "title": "A",
        "length_ms": 1,
        "width": 2,
        "height": 2,
        "size": 50,
        "sha256": "0" * 64,
    }
    asked = Asked("POST", b"/studio/shows/demo/films", dict(BEARER), json.dumps(offer).encode())
    answer = await ask(server, asked)
    assert answer.status == 400
    look_at_log(caplog.records)


async def test_pictures_over_the_socket_of_a_show_that_was_never_on_air_are_no_fault(
    server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    async with page(http, server) as visitor:
        await visitor.send(t="media")
        await visitor.send(t="ping", at=1)
        await visitor.next("pong")
    look_at_log(caplog.records)


class Slammed(Gate):
    """Lets in and hangs up at once, as a PostgreSQL that ends, or a pooler without one behind it."""

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()


@pytest.fixture
async def server_behind(start_server: StartServer, postgres_url: str, home: Path, tmp_path: Path, gate: Gate) -> ShowServer:
    name = f"away{tmp_path.name[-20:]}".lower().replace("-", "_")
    await create_database(postgres_url, name, "TEMPLATE migrated")
    server = await start_server(database=f"postgresql+asyncpg://vitrine@localhost:{gate.port}/{name}")
    await filled(server)
    return server


async def test_a_database_that_hangs_up_is_away_and_the_body_is_not_cut_off(server_behind: ShowServer, gate: Gate) -> None:
    await gate.shut()
    slammed = Slammed(0)
    slammed.port = gate.port
    await slammed.open()
    try:
        await says_that_it_is_away(server_behind)
    finally:
        await slammed.shut()
        await gate.open()


async def test_a_database_at_a_name_with_two_addresses_is_away_all_the_same(
    server_behind: ShowServer, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    await gate.shut()
    assert server_behind.tokens.engine is not None
    await server_behind.tokens.engine.dispose()

    async def both(host: str, port: int, **more: Any) -> list[Any]:
        """As most machines know localhost."""
        six = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0))
        return [six, (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    with monkeypatch.context() as patch:
        patch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
        answer = await ask(server_behind, Asked("GET", b"/api/shows/other", {}))
    await gate.open()
    assert answer.status == 503, answer


@pytest.mark.parametrize(
    "error",
    [
        OSError(113, "No route to host"),
        OSError(101, "Network is unreachable"),
        FileNotFoundError(2, "No such file or directory"),
        OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1', 5432, 0, 0), [Errno 111] Connect call failed"),
        ConnectionResetError(104, "Connection reset by peer"),
        ConnectionError("unexpected connection_lost() call"),
    ],
    ids=str,
)
def test_whatever_keeps_us_from_the_database_it_is_away(error: OSError) -> None:
    """As they come out of asyncpg when it connects; put where the pool makes a connection."""

    def connect() -> Any:
        raise error

    engine = create_engine("sqlite://", creator=connect)
    with pytest.raises(OSError, match=r".") as caught:
        engine.connect()
    assert isinstance(faults.known(caught.value), faults.DatabaseAway)
    assert not faults.gone(caught.value)
    elsewhere = type(error)(*error.args)
    assert faults.known(elsewhere) is None  # as one of a socket, or of a file


async def test_a_server_that_ends_while_its_database_is_away_says_so_in_a_line(
    server_behind: ShowServer, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    await gate.shut()
    await server_behind.close()
    look_at_log(caplog.records, errors=True)
    await gate.open()


async def test_bytes_on_a_socket_of_words_are_not_understood(
    server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession
) -> None:
    async with page(http, server) as visitor:
        await visitor.socket.send_bytes(b"\x81\xff")
        assert await visitor.inbox.end() == 1008
