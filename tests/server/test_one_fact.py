"""A fact that strangers may not know is on no way out: every address of a show is asked, and what is new is asked too."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from studio import wire
from studio.commands.chat import ChatPin, ChatSay, PollOpen
from studio.commands.product import PinsSet, ProductPin
from studio.commands.show import ShowCreate, ShowEnd, ShowRehearse, ShowRename, ShowStart
from studio.errors import InvalidValue, NotFound, StudioError
from studio.server.app import ShowServer
from studio.server.db.tables import BRAND
from studio.server.live.show import LiveShow
from studio.show.shelf import Product
from tests.fakes import TIMEOUT_S
from tests.server import strangers
from tests.server.conftest import BOTH_DATABASES, MakeDesktop
from tests.server.fakes import Desktop, Page, page
from tests.server.strangers import BEARER, Asked, Route, ask, routes_of

OIL = Product(id="zzoil", title="Zebraoil", price_minor=24_900)
MIST = Product(id="mist", title="Mist", price_minor=9_900)


SAYS_NOTHING = {"GET /shows/{show}/whep"}
"""It only answers which type it takes, whatever show is named (RFC 9725 4.2)."""


def of_shows(server: ShowServer) -> list[Route]:
    """Every address of a show that a stranger may ask."""
    found = [route for route in routes_of(server) if "show" in route.names and not route.canonical.startswith("/studio")]
    assert len(found) > 10
    return found


async def told(server: ShowServer, show: str, query: bytes = b"", **headers: str) -> dict[str, tuple[int, str]]:
    """What every address of the show, and those that list shows, say."""
    answers: dict[str, tuple[int, str]] = {}
    for route in of_shows(server):
        body = b'{"number":"A1","value_minor":1,"currency":"DKK"}' if route.method == "POST" else b""
        answer = await ask(server, Asked(route.method, route.target(show=show.encode()) + query, dict(headers), body))
        answers[f"{route.method} {route.canonical}"] = answer.status, answer.body.decode()
    for path in (b"/", b"/api/shows", b"/api/clips", f"/api/clips?show={show}".encode()):
        answer = await ask(server, Asked("GET", path, dict(headers)))
        answers[path.decode().removesuffix(show)] = answer.status, answer.body.decode()
    return answers


async def heard(socket_page: Page) -> str:
    """Everything that a page was told so far."""
    await socket_page.send(t="ping", at=12345)
    await socket_page.inbox.find(lambda message: message["t"] == "pong" and message["at"] == 12345)
    return json.dumps(socket_page.inbox.all)


# ── what is rehearsed ────────────────────────────────────────────────────────────────────────────────────────

SECRET = ("Zebraquestion", "Zebraanswer")


def pinned_in(body: str) -> list[str]:
    """What an answer names as pinned, or as a price or poll of now: the list of what is sold may have the product."""
    found: list[str] = []

    def walk(value: Any, key: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(inner, name)
        elif isinstance(value, list):
            for inner in value:
                walk(inner, key)
        elif key in ("pins", "product", "pinned") and value:
            found.append(str(value))

    try:
        walk(json.loads(body), "")
    except ValueError:
        pass
    return found


@pytest.fixture
async def rehearsing(desktop: Desktop, make_desktop: MakeDesktop) -> Desktop:
    """A show with a product of no address of its own but the shelf's, pinned while it is rehearsed, with a poll and a line."""
    host = await make_desktop(show="hush").connect()
    await host.do(ShowCreate(id="hush", title="Hush", brand="B", products=(OIL, MIST)))
    await host.do(ShowRehearse())
    await host.do(ProductPin(product="zzoil"))
    await host.do(PollOpen(question="Zebraquestion", answers=("Zebraanswer", "b")))
    line = await host.do(ChatSay(text="Zebraline"))
    await host.do(ChatPin(line=line))
    return host


@BOTH_DATABASES
async def test_what_is_pinned_asked_or_above_the_chat_in_a_rehearsal_is_nowhere_without_the_key(
    rehearsing: Desktop, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    answers = await told(server, "hush")
    for where, (status, body) in answers.items():
        assert pinned_in(body) == [], f"{where} ({status}) says what is pinned: {body[:300]}"
        assert not any(word in body for word in SECRET), where
        assert "rehears" not in body.lower(), where
    async with page(http, server, show="hush") as visitor:
        said = await heard(visitor)
        welcome = await visitor.next("welcome")
        assert welcome["show"]["pins"] == []
        assert (welcome["poll"], welcome["chat"]["pinned"]) == (None, None)
        await rehearsing.do(PinsSet(products=("mist", "zzoil")))
        await rehearsing.do(PollOpen(question="Zebraquestion again", answers=("Zebraanswer", "b")))
        said = await heard(visitor)
        assert not any(word in said for word in SECRET)
        assert [m for m in visitor.inbox.all if m.get("pins")] == []
        assert [m for m in visitor.inbox.all if m["t"] == "chat" and m.get("pinned")] == []


async def test_with_the_key_it_is_there(rehearsing: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    room = await server.live_shows.get("hush")
    answers = await told(server, "hush", f"?key={room.key}".encode())
    assert {where for where, (_, body) in answers.items() if "zzoil" in pinned_in(body)} >= {
        "GET /api/shows/{show}",
        "GET /api/shows/{show}/products",
    }
    async with page(http, server, show="hush", key=room.key) as visitor:
        welcome = await visitor.next("welcome")
        assert welcome["show"]["pins"] == ["zzoil"]
        assert "Zebraquestion" in str(welcome["poll"])


# ── unlisted shows ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def unlisted(make_desktop: MakeDesktop, server: ShowServer) -> LiveShow:
    host = await make_desktop(show="secret").connect()
    await host.do(ShowCreate(id="secret", title="Zebratitle", unlisted=True, products=(OIL,)))
    return await server.live_shows.get("secret")


@BOTH_DATABASES
@pytest.mark.parametrize("query", [b"", b"?key=", b"?key=wrong"])
async def test_an_unlisted_show_is_as_unknown_as_one_that_is_not_there(
    unlisted: LiveShow, server: ShowServer, query: bytes
) -> None:
    secret, nothing = await told(server, "secret", query), await told(server, "not-there-", query)
    for where, (status, body) in secret.items():
        assert (status, body.replace("secret", "not-there-")) == nothing[where], where
        assert "Zebra" not in body, where
        if ("{show}" in where or "show=" in where) and where not in SAYS_NOTHING:
            assert status == 404, where


async def test_with_a_wrong_bearer_it_is_as_unknown(unlisted: LiveShow, server: ShowServer) -> None:
    secret = await told(server, "secret", Authorization="Bearer wrong")
    nothing = await told(server, "not-there-", Authorization="Bearer wrong")
    for where, (status, body) in secret.items():
        assert (status, body.replace("secret", "not-there-")) == nothing[where], f"{where} tells that there is one"


async def test_with_its_key_it_takes_orders_and_shows_itself(unlisted: LiveShow, server: ShowServer) -> None:
    answers = await told(server, "secret", f"?key={unlisted.key}".encode())
    assert answers["POST /api/shows/{show}/orders"][0] == 201
    assert answers["GET /api/shows/{show}"][0] == 200
    assert {status for where, (status, _) in answers.items() if where in ("/", "/api/shows")} == {200}
    assert not any("Zebra" in answers[where][1] for where in ("/", "/api/shows", "/api/clips"))


@BOTH_DATABASES
async def test_a_product_that_only_an_unlisted_show_sells_is_unknown_to_calls(
    unlisted: LiveShow, desktop: Desktop, server: ShowServer, make_desktop: MakeDesktop
) -> None:
    async def looked(product: str) -> tuple[int, bytes]:
        answer = await ask(server, Asked("GET", f"/api/calls/products/{product}".encode(), {}))
        return answer.status, answer.body

    status, body = await looked("zzoil")
    assert (status, body.replace(b"zzoil", b"nothing")) == (404, (await looked("nothing"))[1])
    other = await make_desktop(client="desk-2", show="open").connect()
    await other.do(ShowCreate(id="open", title="Open", products=(MIST,)))
    assert (await looked("mist"))[0] == 200
    await other.do(ShowCreate(id="open2", title="Open", products=(OIL,)))
    assert (await looked("zzoil"))[0] == 200, "now a listed show sells it too"


# ── rows of our own are no shows ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("show", [BRAND, "-calls-", "-", "-x-"])
async def test_rows_that_only_number_events_are_shows_nowhere(
    server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession, make_desktop: MakeDesktop, show: str
) -> None:
    for where, (status, body) in (await told(server, show)).items():
        if ("{show}" in where or "show=" in where) and where not in SAYS_NOTHING:
            assert status == 404, f"{where}: {status} {body[:200]}"
        assert "calls-" not in body or status == 404, where
    for route in routes_of(server):
        if "show" in route.names and route.canonical.startswith("/studio"):
            offer = {"id": "a-film-12", "kind": "clip", "title": "A", "length_ms": 1, "width": 2, "height": 2, "size": 50}
            said = json.dumps(offer | {"sha256": "0" * 64}).encode() if route.method == "POST" else b""
            answer = await ask(server, Asked(route.method, route.target(show=show.encode()), dict(BEARER), said))
            assert answer.status == 404, f"{route}: {answer}"
    inside = await make_desktop(client="desk-9", show=show).connect()
    assert "show" not in inside.welcome.state
    with pytest.raises(NotFound):
        await inside.connection.lease(wire.Lease(action="take", show=show, renditions=[1080], kbps=[1000]))
    for command in (ShowRename(title="x"), ShowStart(), ShowEnd()):
        with pytest.raises(StudioError):
            await inside.do(command)
    with pytest.raises(InvalidValue):
        await inside.connection.request("show.create", {"id": show, "title": "x"})


async def test_calls_go_on_numbering_their_events(server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession) -> None:
    message = strangers.form(b'{"contact":"a@b.example","text":"Hi"}')
    headers: dict[str, bytes | str] = {"Content-Type": "multipart/form-data; boundary=b"}
    assert (await ask(server, Asked("POST", b"/api/calls/messages", headers, message))).status == 200
    async with asyncio.timeout(TIMEOUT_S):
        assert [item.data.__class__.__name__ for item in await server.log.since(BRAND, 0)] == ["MessageLeft"]
