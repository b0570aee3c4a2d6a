"""The edge is total: whatever a stranger says to any route or socket, on either database, is answered in words or with a close
code; nothing is a 500, and nobody stands in the log."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import shutil
import socket
import sqlite3
import time
import typing
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import aiohttp
import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from studio import wire
from studio.commands.call import CallAvailable, CallRulesSet
from studio.commands.guest import GuestInvite
from studio.commands.show import ShowCreate
from studio.queries import ASKED
from studio.server import audience, faults, page_words
from studio.server.app import ShowServer
from studio.server.calls import bookings
from studio.server.calls import sockets as call_sockets
from studio.server.calls import words as call_words
from studio.server.config import ShopRules
from studio.server.db.engine import open_database
from studio.server.guests import sockets as guest_sockets
from studio.server.guests import words as guest_words
from studio.server.http_guard import SECURITY_HEADERS
from studio.server.shop import orders
from studio.server.shop.routes import SignedOrder
from studio.show.call_message import LeftMessage
from studio.show.call_rules import CallRules
from studio.show.film import FilmOffer
from studio.show.opening_hours import OpeningHours, Span
from studio.show.shelf import Product
from tests.fakes import TIMEOUT_S, until
from tests.server import strangers
from tests.server.conftest import BOTH_DATABASES, StartServer, create_database
from tests.server.fakes import Desktop, page
from tests.server.strangers import BEARER, Answer, Asked, Route, ask, look, look_at_form, look_at_log, routes_of

OIL = Product(id="oil", title="Ansigtsolie", price_minor=24_900)
ALWAYS = OpeningHours(week=((Span(0, 1440),),) * 7)
SECRET = "the-shop's-secret"
EXPENSIVE = {"/studio/import": 6}
"""Each starts a process: so many of each kind of nastiness are enough."""


LINKS: dict[str, str] = {}
"""The token of a guest's link, by server."""


class Pair(NamedTuple):
    """The same server twice: on SQLite and on PostgreSQL."""

    sqlite: ShowServer
    postgresql: ShowServer

    async def both(self, do: Callable[[ShowServer], Awaitable[Any]]) -> tuple[Any, Any]:
        """The same at both."""
        one, other = await asyncio.gather(do(self.sqlite), do(self.postgresql))
        return one, other


@pytest.fixture
async def pair(
    start_server: StartServer, home: Path, database: str, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Pair]:
    """Both with a show `demo` that sells oil, with hours for calls, and with nothing limited."""
    monkeypatch.setattr(audience, "MESSAGES_A_SECOND", 10**9)
    monkeypatch.setattr(call_sockets, "WORDS_A_SECOND", 10**9)
    monkeypatch.setattr(guest_sockets, "WORDS_A_SECOND", 10**9)
    name = f"edges{tmp_path.name[-20:]}".lower().replace("-", "_")
    await create_database(postgres_url, name, "TEMPLATE migrated")
    secret = tmp_path / "orders.secret"
    secret.write_text(SECRET)
    shop = ShopRules(orders_secret_file=str(secret))
    made = Pair(await start_server(shop=shop), await start_server(shop=shop, database=f"{postgres_url}/{name}"))
    async with aiohttp.ClientSession() as http:
        for server in made:
            desktop = await Desktop(http, server.url).connect()
            await desktop.do(ShowCreate(id="demo", title="Demo", products=(OIL,)))
            await desktop.do(CallRulesSet(rules=CallRules(hours=ALWAYS, bookings=True)))
            await desktop.do(CallAvailable(on=True))
            await desktop.take()
            link = str(await desktop.do(GuestInvite(name="Mette")))
            monkeypatch.setitem(LINKS, server.url, link.partition("#")[2])
            await desktop.close()
        with strangers.everybody_may():
            yield made


async def same(pair: Pair, asked: list[Asked]) -> None:
    """Ask both all of it, in this order: every answer is in order, and the same on both databases."""

    async def all_of(server: ShowServer) -> list[Answer]:
        answers = []
        for one in asked:
            answers.append(await ask(server, one))
            look(one, answers[-1])
        return answers

    answers = await pair.both(all_of)
    for one, sqlite, postgresql in zip(asked, *answers, strict=True):
        assert sqlite.status == postgresql.status, f"{one}: SQLite {sqlite.status}, PostgreSQL {postgresql.status}"


async def routes_with_token(pair: Pair) -> list[tuple[Route, dict[str, str]]]:
    """Every route, with a host's token where a stranger is told that one is missing."""
    found: list[tuple[Route, dict[str, str]]] = []
    for route in routes_of(pair.sqlite):
        answer = await ask(pair.sqlite, Asked(route.method, route.target(), {}))
        look(route, answer)
        found.append((route, BEARER if answer.status == 401 else {}))
    assert any(bearer for _, bearer in found)
    assert len(found) > 50
    return found


def some(route: Route, asked: list[Asked]) -> list[Asked]:
    return asked[:: max(1, len(asked) // EXPENSIVE[route.canonical])] if route.canonical in EXPENSIVE else asked


async def test_no_word_of_an_address_is_a_fault(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    asked: list[Asked] = []
    for route, bearer in await routes_with_token(pair):
        for name in route.names:
            for segment in strangers.SEGMENTS:
                target = route.target(**{name: segment})
                asked += [Asked(route.method, target, headers) for headers in ({}, bearer)][: 2 if bearer else 1]
    await same(pair, asked)
    look_at_log(caplog.records)


async def test_no_query_is_a_fault(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    asked: list[Asked] = []
    for route, bearer in await routes_with_token(pair):
        of_route = []
        for segment in strangers.SEGMENTS:
            room = 7000 // len(strangers.QUERIES)
            query = b"&".join(name.encode() + b"=" + segment[:room] for name in strangers.QUERIES)
            of_route.append(Asked(route.method, route.target() + b"?" + query, bearer))
        asked += some(route, of_route)
    await same(pair, asked)
    look_at_log(caplog.records)


async def test_no_header_is_a_fault(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    asked: list[Asked] = []
    for route, bearer in await routes_with_token(pair):
        of_route = []
        for value in strangers.VALUES:
            headers: dict[str, bytes | str] = {
                name: value for name in strangers.HEADERS if name not in ("Origin", "Content-Encoding")
            }
            of_route += [Asked(route.method, route.target(), headers | more) for more in ({}, bearer)][: 2 if bearer else 1]
            of_route.append(Asked(route.method, route.target(), dict(bearer) | {"Origin": value}))
        asked += some(route, of_route)
    await same(pair, asked)
    look_at_log(caplog.records)


async def test_no_body_is_a_fault(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    asked: list[Asked] = []
    for route, bearer in await routes_with_token(pair):
        if route.method in ("GET", "HEAD"):
            continue
        of_route = [
            Asked(route.method, route.target(), dict(bearer) | ({"Content-Type": kind} if kind else {}), body)
            for kind in strangers.TYPES
            for body in strangers.BODIES
            if strangers.fits(kind, body)
        ]
        asked += some(route, of_route)
    await same(pair, asked)
    look_at_log(caplog.records)


async def test_no_field_of_what_pages_and_shops_send_is_a_fault(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{pair.sqlite.url}/api/calls/slots") as response:
        slots = iter((await response.json())["slots"][20:])
    json_type, multipart = {"Content-Type": "application/json"}, {"Content-Type": "multipart/form-data; boundary=b"}
    asked = [Asked("POST", b"/api/shows/demo/orders", json_type, said) for said in numbered(orders.Order)]
    told = numbered(SignedOrder)
    asked += [Asked("POST", b"/api/orders", {"Vitrine-Signature": signed(said)}, said) for said in told]
    for word in strangers.words([bookings.Wish]):
        wish = json.loads(word)
        if wish.get("begins_ms") == 1:  # the rest is only looked at when there is time
            wish["begins_ms"] = next(slots)
        asked.append(Asked("POST", b"/api/calls/bookings", json_type, json.dumps(wish).encode()))
    for word in strangers.words([LeftMessage]):
        left = json.dumps({"text": "Hi"} | json.loads(word)).encode()
        asked.append(Asked("POST", b"/api/calls/messages", multipart, strangers.form(left)))
    for word in strangers.words([FilmOffer]):
        offer = json.dumps({"size": 1000, "length_ms": 1000} | json.loads(word)).encode()
        asked.append(Asked("POST", b"/studio/shows/demo/films", dict(BEARER), offer))
    await same(pair, asked)
    look_at_log(caplog.records)


def numbered(kind: type[orders.Order]) -> list[bytes]:
    """Orders, each with a number of its own where its number is none of what is tried."""
    said = [json.loads(word) for word in strangers.words([kind])]
    return [
        json.dumps(
            order | ({"number": f"{kind.__name__}-{count}"} if order.get("number") == "oil" else {}) | {"show": "demo"}
        ).encode()
        for count, order in enumerate(said)
    ]


def signed(body: bytes) -> str:
    """As the shop's own server signs it."""
    now_s = str(round(time.time()))
    return f"t={now_s},v1={hmac.digest(SECRET.encode(), now_s.encode() + b'.' + body, hashlib.sha256).hex()}"


# ── sockets ──────────────────────────────────────────────────────────────────────────────────────────────────


class Door(NamedTuple):
    """A socket: how one gets in, what may be said there then, and with which codes it may be closed by us."""

    hello: tuple[str, ...]
    words: list[str]
    codes: set[int]


def commands_said() -> list[str]:
    """Every command that the server runs itself, with each of its arguments at its edge."""
    kinds = [kind for kind in ASKED.values() if kind.owner == "server"]
    said = [json.loads(word) for word in strangers.words(kinds)]
    asked = [{"t": "command", "id": 7, "name": word.pop("command"), "args": word} for word in said]
    return [json.dumps(one) for one in asked]


HELLO = '{"t":"hello"}'
STUDIO_HELLO = '{"t":"hello","protocol":"1.0","app":"x","client":"fuzz-1","show":"demo"}'
STUDIO_CODES = {1002, 1003, 1008, 1009, 1013}
"""1000: bytes, which the link takes for a farewell."""
CODES = {1007, 1008, 1009, 1013}
"""1007: bytes that are no UTF-8, which the protocol itself refuses."""
DOORS = {
    "/shows/{show}/ws": Door((HELLO,), strangers.words(page_words.FromPage.__subclasses__()), CODES),
    "/calls/ws": Door(
        (HELLO, '{"t":"ring","n":1,"kind":"text"}'), strangers.words(call_words.FromCustomer.__subclasses__()), CODES
    ),
    "/guests/ws": Door(('{"t":"hello","token":"LINK"}',), strangers.words(guest_words.FromGuest.__subclasses__()), CODES),
    "/studio": Door((STUDIO_HELLO,), strangers.words(typing.get_args(wire.AnyMessage)), STUDIO_CODES),
}
"""Every socket there is but that of packets, which has no words (`test_garbage`)."""


async def test_no_socket_is_forgotten_here(pair: Pair) -> None:
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade, close",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "A" * 22 + "==",
    }
    found = set()
    for route in routes_of(pair.sqlite):
        if route.method == "GET":
            for headers in ({}, BEARER):
                answer = await ask(pair.sqlite, Asked("GET", route.target(), upgrade | headers))
                found |= {route.canonical} if answer.status == 101 else set()
    assert found == set(DOORS)


class Talk:
    """Somebody at a socket, who comes again as often as they are sent away."""

    def __init__(self, http: aiohttp.ClientSession, server: ShowServer, path: str) -> None:
        self._http, self._server, self._url = http, server, f"{server.url}{path.replace('{show}', 'demo')}"
        self._door = DOORS[path]
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._count = 1000

    async def say(self, word: str | bytes, *, greeted: bool = True, until: str = "pong") -> str:
        """Say it; what became of it: how it was answered, and whether the socket stands (or its close code)."""
        if self._socket is None or self._socket.closed or not greeted:
            await self.leave()
            headers = BEARER if self._url.endswith("/studio") else {}
            self._socket = await self._http.ws_connect(self._url, headers=headers, max_msg_size=0)
            for first in self._door.hello if greeted else ():
                await self._socket.send_str(first.replace("LINK", LINKS[self._server.url]))
        self._count += 1
        with contextlib.suppress(ConnectionError):
            await (self._socket.send_bytes(word) if isinstance(word, bytes) else self._socket.send_str(word))
            if until == "pong":
                await self._socket.send_str(json.dumps({"t": "ping", "at": self._count}))
        answers: list[str] = []
        async with asyncio.timeout(TIMEOUT_S):
            while True:
                received = await self._socket.receive()
                if received.type is not aiohttp.WSMsgType.TEXT:
                    code = self._socket.close_code
                    assert code in self._door.codes, f"{word[:200]!r}: closed with {code} {received.extra}"
                    return f"{answers} {code}"
                told = json.loads(received.data)
                if told["t"] in ("answer", "reply"):
                    error = told.get("refused") or (told.get("error") or {}).get("code")
                    assert error != "error", f"{word[:200]!r}: {told}"
                    if told["t"] == until:
                        return str(error)
                    answers += [error] if told["t"] == "answer" else []
                if told["t"] == until == "pong" and told["at"] == self._count:
                    return str(answers)

    async def leave(self) -> None:
        """Close it."""
        if self._socket is not None:
            await self._socket.close()


@pytest.mark.parametrize("path", DOORS)
async def test_no_word_on_a_socket_is_a_fault(pair: Pair, path: str, caplog: pytest.LogCaptureFixture) -> None:
    door = DOORS[path]

    async def all_of(server: ShowServer) -> list[str]:
        async with aiohttp.ClientSession() as http:
            talk = Talk(http, server, path)
            outcomes = [await talk.say(word, greeted=False) for word in (*strangers.RUBBISH, *door.words[::7])]
            outcomes += [await talk.say(word) for word in (*strangers.RUBBISH, *door.words)]
            await talk.leave()
            return outcomes

    sqlite, postgresql = await pair.both(all_of)
    heard = (*strangers.RUBBISH, *door.words[::7], *strangers.RUBBISH, *door.words)
    for word, one, other in zip(heard, sqlite, postgresql, strict=True):
        assert one == other, f"{word[:200]!r}: SQLite {one}, PostgreSQL {other}"
    look_at_log(caplog.records)


async def test_no_command_is_a_fault(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    said = commands_said()

    async def all_of(server: ShowServer) -> list[str]:
        async with aiohttp.ClientSession() as http:
            talk = Talk(http, server, "/studio")
            outcomes = [await talk.say(word, until="reply") for word in said]
            await talk.leave()
            return outcomes

    sqlite, postgresql = await pair.both(all_of)
    for word, one, other in zip(said, sqlite, postgresql, strict=True):
        assert one == other, f"{word[:200]!r}: SQLite {one}, PostgreSQL {other}"
    look_at_log(caplog.records)


# ── anything at all ──────────────────────────────────────────────────────────────────────────────────────────

PLAIN = st.binary(max_size=40).map(lambda data: quote(data).encode())
VALUE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=60).map(
    lambda text: text.encode("latin-1")
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def requests(draw: st.DrawFn, routes: list[Route]) -> Asked:
    """Whatever one can say to one of these."""
    route = draw(st.sampled_from(routes))
    target = route.target(**{name: draw(PLAIN) or b"x" for name in route.names if draw(st.booleans())})
    query = b"&".join(
        name.encode() + b"=" + draw(PLAIN) for name in draw(st.lists(st.sampled_from(strangers.QUERIES), max_size=3))
    )
    headers = {name: draw(VALUE) for name in draw(st.lists(st.sampled_from(strangers.HEADERS), max_size=3))}
    token: dict[str, bytes | str] = dict(draw(st.sampled_from(({}, BEARER))))
    body = b""
    if route.method not in ("GET", "HEAD"):
        headers["Content-Type"] = draw(st.sampled_from(strangers.TYPES)).encode()
        body = draw(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
    return Asked(route.method, target + (b"?" + query if query else b""), headers | token, body)


@settings(max_examples=25)
@given(data=st.data())
async def test_whatever_is_asked_is_answered_in_order_and_the_same_on_both_databases(
    pair: Pair, caplog: pytest.LogCaptureFixture, data: st.DataObject
) -> None:
    routes = [route for route in routes_of(pair.sqlite) if route.canonical not in EXPENSIVE]
    await same(pair, data.draw(st.lists(requests(routes), min_size=10, max_size=30)))
    look_at_log(caplog.records)


@settings(max_examples=25)
@given(said=st.lists(st.tuples(st.sampled_from(sorted(DOORS)), JSON), min_size=10, max_size=20))
async def test_whatever_is_said_is_understood_or_ends_the_socket(
    pair: Pair, caplog: pytest.LogCaptureFixture, said: list[tuple[str, Any]]
) -> None:
    async with aiohttp.ClientSession() as http:
        talks = {path: Talk(http, pair.sqlite, path) for path in DOORS}
        for path, word in said:
            kind = DOORS[path].words[len(str(word)) % len(DOORS[path].words)]
            mixed = json.loads(kind) | word if isinstance(word, dict) else word
            await talks[path].say(json.dumps(mixed))
        for talk in talks.values():
            await talk.leave()
    look_at_log(caplog.records)


# ── what fails below ─────────────────────────────────────────────────────────────────────────────────────────


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


@pytest.fixture
async def gate(postgres_url: str) -> AsyncIterator[Gate]:
    gate = Gate(int(postgres_url.rpartition(":")[2]))
    await gate.open()
    yield gate
    await gate.shut()


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


@pytest.fixture
async def behind_gate(start_server: StartServer, postgres_url: str, gate: Gate, home: Path, tmp_path: Path) -> ShowServer:
    """A server whose PostgreSQL is behind the gate."""
    name = f"away{tmp_path.name[-20:]}".lower().replace("-", "_")
    await create_database(postgres_url, name, "TEMPLATE migrated")
    server = await start_server(database=f"postgresql+asyncpg://vitrine@127.0.0.1:{gate.port}/{name}")
    await filled(server)
    return server


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


async def test_while_postgresql_is_killed_every_answer_says_so_and_then_it_goes_on(
    behind_gate: ShowServer, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    await gate.shut()
    await says_that_it_is_away(behind_gate)
    await gate.open()
    await goes_on(behind_gate)
    look_at_log(caplog.records, errors=True)


async def test_while_sqlite_is_locked_or_broken_every_answer_says_so_and_then_it_goes_on(
    server: ShowServer, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(server)
    engine = server.tokens.engine
    assert engine is not None

    def away(*_: object) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    for name in ("do_execute", "do_execute_no_params"):
        event.listen(engine.sync_engine, name, away)
    await says_that_it_is_away(server)
    for name in ("do_execute", "do_execute_no_params"):
        event.remove(engine.sync_engine, name, away)
    await goes_on(server)
    look_at_log(caplog.records, errors=True)


@BOTH_DATABASES
async def test_a_full_disk_is_507_wherever_something_is_stored(
    server: ShowServer, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(server)
    engine = server.tokens.engine
    assert engine is not None

    def full(cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith(("INSERT", "UPDATE")):
            raise sqlite3.OperationalError(faults.SQLITE_FULL) if engine.dialect.name == "sqlite" else disk_full()

    event.listen(engine.sync_engine, "do_execute", full)
    for asked in stored(1):
        answer = await ask(server, asked)
        assert answer.status == 507, f"{asked}: {answer}"
        look_at_form(asked, answer)
    event.remove(engine.sync_engine, "do_execute", full)
    await goes_on(server)
    look_at_log(caplog.records, errors=True)


def disk_full() -> Exception:
    """As the driver says it, wrapped as SQLAlchemy does."""
    cause = asyncpg.exceptions.DiskFullError("could not extend file")
    error = DBAPIError("INSERT", {}, cause)
    error.__cause__ = cause
    return error


async def test_recordings_and_films_leave_a_floor_on_the_disk(
    server: ShowServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await filled(server)
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=faults.LEAST_FREE + 1000))
    multipart = {"Content-Type": "multipart/form-data; boundary=b"}
    left = strangers.form(b'{"contact":"a@b.example"}', b"\x1a\x45\xdf\xa3" + b"x" * 100)
    offer = {
        "id": "a-film-12",
        "kind": "clip",
        "title": "A",
        "length_ms": 1,
        "width": 2,
        "height": 2,
        "size": 5000,
        "sha256": "0" * 64,
    }
    for asked in (
        Asked("POST", b"/api/calls/messages", multipart, left),
        Asked("POST", b"/studio/shows/demo/films", dict(BEARER), json.dumps(offer).encode()),
    ):
        answer = await ask(server, asked)
        assert answer.status in (503, 507), f"{asked}: {answer}"
        look_at_form(asked, answer)
    assert not [path for path in (server.config.data_dir / "messages").glob("*") if path.is_file()]
    look_at_log(caplog.records)


async def test_who_hangs_up_in_the_middle_of_a_body_leaves_nothing(server: ShowServer, caplog: pytest.LogCaptureFixture) -> None:
    await filled(server)
    cut = strangers.form(b'{"contact":"a@b.example"}', b"\x1a\x45\xdf\xa3" + b"x" * 200_000)[:100_000]
    for route in routes_of(server):
        if route.method in ("GET", "HEAD"):
            continue
        for kind in strangers.TYPES:
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
            head = f"{route.method} {route.target().decode()} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n"
            head += f"Content-Type: {kind}\r\nAuthorization: {BEARER['Authorization']}\r\n\r\n"
            writer.write(head.encode() + cut[: 40_000 if kind else 0])
            await writer.drain()
            assert server._listener is not None
            listener = server._listener
            await until(lambda listener=listener: sum(listener.open.values()) == 1)
            writer.transport.abort()
            await until(lambda listener=listener: not listener.open)
    assert server.app is not None
    await until(lambda: not [task for task in asyncio.all_tasks() if "RequestHandler.start" in repr(task)])
    assert not [path for path in (server.config.data_dir / "messages").glob("*") if path.is_file()]
    look_at_log(caplog.records)


# ── what was found here first ────────────────────────────────────────────────────────────────────────────────


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


async def test_a_database_that_hangs_up_is_away_and_the_body_is_not_cut_off(behind_gate: ShowServer, gate: Gate) -> None:
    await gate.shut()
    slammed = Slammed(0)
    slammed.port = gate.port
    await slammed.open()
    try:
        await says_that_it_is_away(behind_gate)
    finally:
        await slammed.shut()
        await gate.open()


async def test_a_database_at_a_name_with_two_addresses_is_away_all_the_same(
    behind_gate: ShowServer, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    await gate.shut()
    assert behind_gate.tokens.engine is not None
    await behind_gate.tokens.engine.dispose()

    async def both(host: str, port: int, **more: Any) -> list[Any]:
        """As most machines know localhost."""
        six = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", port, 0, 0))
        return [six, (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    with monkeypatch.context() as patch:
        patch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
        answer = await ask(behind_gate, Asked("GET", b"/api/shows/other", {}))
    await gate.open()
    assert answer.status == 503, answer


@pytest.mark.parametrize(
    "error",
    [
        OSError(113, "No route to host"),
        OSError(101, "Network is unreachable"),
        FileNotFoundError(2, "No such file or directory"),
        OSError("Multiple exceptions: [Errno 111] Connect call failed, [Errno 111] Connect call failed"),
        ConnectionResetError(104, "Connection reset by peer"),
        ConnectionError("unexpected connection_lost() call"),
        TimeoutError(),
    ],
    ids=repr,
)
async def test_whatever_keeps_us_from_the_database_it_is_away(
    database: str, error: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = await open_database(database)
    await engine.dispose()

    def connect(*args: object, **more: object) -> Any:
        raise error

    monkeypatch.setattr(engine.sync_engine.dialect, "connect", connect)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever it becomes
        async with engine.connect():
            pass
    assert isinstance(faults.known(caught.value), faults.DatabaseAway)
    assert not faults.gone(caught.value), "nobody has hung up on us"


async def test_a_server_that_ends_while_its_database_is_away_says_so_in_a_line(
    behind_gate: ShowServer, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    await gate.shut()
    await behind_gate.close()
    look_at_log(caplog.records, errors=True)
    await gate.open()


async def test_bytes_on_a_socket_of_words_are_not_understood(
    server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession
) -> None:
    async with page(http, server) as visitor:
        await visitor.socket.send_bytes(b"\x81\xff")
        assert await visitor.inbox.end() == 1008
