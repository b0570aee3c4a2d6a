"""A database that goes away and comes back, and what a server answers meanwhile."""

import asyncio
import json

import aiohttp

from studio.commands.call import CallRulesSet
from studio.commands.show import ShowCreate
from studio.server.app import ShowServer
from studio.show.call_rules import CallRules
from tests.fakes import TIMEOUT_S
from tests.server import strangers
from tests.server.edges.both import ALWAYS, OIL
from tests.server.fakes import Desktop
from tests.server.strangers import BEARER, Asked, ask, look_at_form, routes_of


class Gate:
    """What stands between a server and its PostgreSQL: open, or as a database is that has been killed."""

    def __init__(self, port: int) -> None:
        self._behind = port
        self.port = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        """Let through."""
        self._server = await asyncio.start_server(self._through, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Cut what is through, and refuse whoever comes."""
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _through(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            behind = await asyncio.open_connection("127.0.0.1", self._behind)
            self._writers.add(behind[1])
            await asyncio.gather(self._pump(reader, behind[1]), self._pump(behind[0], writer), return_exceptions=True)
            behind[1].transport.abort()
            self._writers.discard(behind[1])
        finally:
            writer.transport.abort()
            self._writers.discard(writer)
            self._tasks.discard(task)

    @staticmethod
    async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()


async def filled(server: ShowServer) -> None:
    async with aiohttp.ClientSession() as http:
        desktop = await Desktop(http, server.url).connect()
        await desktop.do(ShowCreate(id="demo", title="Demo", products=(OIL,)))
        await desktop.do(CallRulesSet(rules=CallRules(hours=ALWAYS, bookings=True)))
        await desktop.close()


def stored(count: int) -> list[Asked]:
    """What has to be stored."""
    order = b'{"number":"N%d","value_minor":1,"currency":"DKK"}'
    left = strangers.form(b'{"contact":"a@b.example","text":"Hi"}')
    return [
        Asked("POST", b"/api/shows/demo/orders", {}, order % count),
        Asked("POST", b"/api/calls/messages", {"Content-Type": "multipart/form-data; boundary=b"}, left),
    ]


MUST_ASK = {"/shows/{show}", "/shows/{show}/ws", "/api/shows", "/api/shows/{show}", "/api/calls/slots", "/studio/catalogue"}
"""These cannot answer without a database."""


async def says_that_it_is_away(server: ShowServer) -> None:
    """Every route says so, or needs no database; sockets are closed with *try again later*; so says the health check."""
    statuses: dict[str, int] = {}
    for route in routes_of(server):
        for headers in ({}, BEARER):
            asked = Asked(route.method, route.target(show=b"other"), dict(headers))
            answer = await ask(server, asked)
            assert answer.status < 500 or answer.status == 503, f"{asked}: {answer.status} {answer.body!r}"
            if route.canonical != "/healthz":  # says more than a problem document
                look_at_form(asked, answer)
            statuses[route.canonical] = max(statuses.get(route.canonical, 0), answer.status)
    assert {path for path, status in statuses.items() if status == 503} >= MUST_ASK
    for asked in stored(1):
        assert (await ask(server, asked)).status == 503, str(asked)
    health = await ask(server, Asked("GET", b"/healthz", {}))
    assert (health.status, json.loads(health.body)["ok"], health.headers["Retry-After"]) == (503, False, "2")
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{server.url}/shows/demo/ws") as socket:
        await socket.send_str(json.dumps({"t": "hello", "visitor": server.visitors.recognise("")}))
        async with asyncio.timeout(TIMEOUT_S):
            while (await socket.receive()).type is aiohttp.WSMsgType.TEXT:
                pass
        assert socket.close_code == 1013


async def goes_on(server: ShowServer) -> None:
    """As if nothing had been."""
    for asked in stored(2):
        answer = await ask(server, asked)
        assert answer.status in (200, 201), answer
    assert (await ask(server, Asked("GET", b"/healthz", {}))).status == 200
