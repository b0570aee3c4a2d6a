"""Whatever a stranger sends to any route, on either database, is answered in words: nothing is a 500, nobody is in the log."""

import hashlib
import hmac
import json
import time

import aiohttp
import pytest

from studio.server.app import ShowServer
from studio.server.calls import bookings
from studio.server.http_guard import SECURITY_HEADERS
from studio.server.shop import orders
from studio.server.shop.routes import SignedOrder
from studio.show.call_message import LeftMessage
from studio.show.film import FilmOffer
from tests.server import strangers
from tests.server.edges.both import EXPENSIVE, SECRET, Pair, same
from tests.server.fakes import Desktop
from tests.server.strangers import BEARER, Asked, Route, ask, look, look_at_log, routes_of


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


# What was found here first


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
