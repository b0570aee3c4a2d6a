"""A call server that says what a test tells it to say, inside the browser's own network, and pages of advisors.

It keeps to the contract of `studio/server/calls/words.py`: every word of a page is decoded by it.
"""

import json
from collections.abc import Callable
from email import message_from_bytes
from email.message import Message as Part
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from playwright.sync_api import BrowserContext, Page, Request, Route, WebSocketRoute

from studio.server.calls.bookings import Wish
from studio.server.calls.words import decode
from studio.show.call_message import LeftMessage
from tests.page.fake_show import ASSETS, HOME, TYPES, Message, turn
from tests.page.shop_server import TYPES as SHOP_TYPES

HERE = Path(__file__).parent
SOCKET = HOME.replace("http", "ws")
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self'; img-src 'self' https: data:; font-src 'self'; "
    "media-src 'self' blob:; "
    f"connect-src 'self' {SOCKET}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""As strict as the show server's own; playwright waits for conditions with eval."""
PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Rose oil</title>
<link rel="stylesheet" href="/shop.css"><script type="module" src="/embed.js"></script>
<main><h1>{heading}</h1>{body}</main></html>"""
CALL = "<vitrine-call {attributes}></vitrine-call>"
SHEET = """body { margin: 0; padding: 40px; font: 16px/1.5 sans-serif }
@media (prefers-color-scheme: dark) { body { background: #171210; color: #f4ece5 } }"""
EMBED = "export { vitrine } from '/assets/viewer/page-api.js'; import '/assets/viewer/call/vitrine-call.js';"
OPEN: Message = {
    "open": True,
    "change_ms": None,
    "now_ms": 1_700_000_000_000,
    "waiting": 0,
    "wait_s": None,
    "free": True,
    "topics": [],
}
OIL: Message = {
    "id": "oil",
    "title": "Rose oil",
    "price_minor": 24900,
    "currency": "DKK",
    "variants": 0,
    "url": f"{HOME}/oil",
    "image": "",
}
METTE: Message = {"peer": "p1", "name": "Mette"}
SECRET = "s3cret"


class FakeCalls:
    """Serves the pages of one browser context. `call` is the one call that there can be, as the server has it."""

    def __init__(self, context: BrowserContext) -> None:
        self.attributes = ""
        self.lang = "en"
        self.heading = "Rose oil"
        self.body = ""
        self.desk = dict(OPEN)
        self.call: Message | None = None
        self.lines: list[Message] = []
        self.refusals: list[Message] = []
        """Answers to the next words that are answered, instead of a yes."""
        self.silent = False
        """Nobody answers what is written."""
        self.sockets: list[WebSocketRoute] = []
        self.words: list[Message] = []
        """Everything that the pages said, in its order."""
        self.asked_desk = 0
        self.advisor: WebSocketRoute | None = None
        self.lost = False
        """New connections are refused."""
        self.offline = False
        """Nothing that is asked for by request arrives."""
        self.problems: list[Message] = []
        """Answers to the next requests of a page, instead of a yes: {"status", "title", "retry"}."""
        self.held: list[Route] | None = None
        """Messages are not answered, but gathered here."""
        self.messages: list[Message] = []
        """Everything that was left, its recording as `(type, bytes)`."""
        self.slots: Message = {"minutes": 20, "zone": "Europe/Copenhagen", "slots": []}
        self.asked_slots = 0
        self.wishes: list[Message] = []
        """Everything that was booked."""
        self.bookings: dict[str, Message] = {}
        """By token, as their pages are told of them."""
        self.asked_bookings = 0
        context.route(f"{HOME}/**", self._serve)
        context.route_web_socket(f"{SOCKET}/calls/ws", self._came)
        context.route_web_socket(f"{SOCKET}/advisor", self._advisor_came)

    def open(self, page: Page, path: str = "/") -> None:
        """The shop's page, once the desk has been heard."""
        page.goto(f"{HOME}{path}")
        page.locator("vitrine-call").locator(".launcher").wait_for()

    def told(self, kind: str) -> list[Message]:
        """What the pages have said of a kind."""
        return [word for word in self.words if word["t"] == kind]

    def say(self, **message: Any) -> None:
        """Tell the page."""
        self.sockets[-1].send(json.dumps(message))

    def update(self, **changes: Any) -> None:
        """The call has changed."""
        assert self.call
        self.call |= changes
        self.say(t="call", **self.call)

    def answer(self, *people: Message, **changes: Any) -> None:
        """Advisors take the call."""
        self.update(state="live", place=None, people=list(people or (METTE,)), **changes)

    def drop(self) -> None:
        """The page's connection breaks."""
        self.sockets[-1].close()

    def line(self, author: str, text: str, product: str = "") -> Message:
        """Somebody wrote."""
        made = {
            "id": f"l{len(self.lines)}",
            "at_ms": 1_700_000_000_000 + len(self.lines) * 60_000,
            "author": author,
            "name": "Mette" if author == "advisor" else "",
            "text": text,
            "product": product,
        }
        self.lines.append(made)
        self.say(t="line", line=made)
        return made

    def _came(self, socket: WebSocketRoute) -> None:
        if self.lost:
            socket.close()
            return
        self.sockets.append(socket)
        socket.on_message(lambda text: self._heard(text))

    def _heard(self, text: str | bytes) -> None:
        decode(text)  # a word that is not in the contract fails the test
        word = json.loads(text)
        self.words.append(word)
        match word["t"]:
            case "hello":
                known = self.call and word["secret"] == SECRET and word["call"] == self.call["id"]
                call = {**(self.call or {}), "lines": self.lines} if known else None
                self.say(t="welcome", visitor=word["visitor"] or "v1", consent="---", desk=self.desk, ice=[], call=call)
            case "ring":
                self._ring(word)
            case "say":
                self._answer(word)
                if not self.silent:
                    self.line("customer", word["text"])
            case "rate":
                self._answer(word)
            case "kind":
                self.update(kind=word["kind"])
            case "agree":
                asked = [one for one in (self.call or {})["asked"] if one["ask"] != word["ask"]]
                self.update(asked=[*asked, {"ask": word["ask"], "yes": word["yes"]}])
            case "hang_up":
                self.update(state="ended", ending="hung_up", people=[])
            case "signal" if self.advisor:
                self.advisor.send(json.dumps({"peer": word["peer"], "data": word["data"]}))
            case "ping":
                self.say(t="pong")

    def _answer(self, word: Message) -> bool:
        if self.silent:
            return False
        refused = self.refusals.pop(0) if self.refusals else None
        self.say(t="answer", n=word["n"], **(refused or {"ok": True}))
        return refused is None

    def _ring(self, word: Message) -> None:
        if not self._answer(word):
            return
        self.call = {
            "id": "c1",
            "state": "waiting",
            "kind": word["kind"],
            "place": 2,
            "wait_s": 150,
            "name": word["name"],
            "people": [],
            "held": False,
            "shown": None,
            "asked": [],
            "again": False,
            "ending": None,
        }
        self.say(t="call", secret=SECRET, **self.call)

    def _advisor_came(self, socket: WebSocketRoute) -> None:
        self.advisor = socket
        socket.on_message(lambda text: self.say(t="signal", **json.loads(text)))

    def _serve(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path in ("/advisor", "/advisor.js"):
            file = HERE / ("advisor.html" if path == "/advisor" else "advisor.js")
            route.fulfill(body=file.read_text(), content_type="text/html" if path == "/advisor" else "text/javascript")
        elif path == "/embed.js":
            route.fulfill(body=EMBED, content_type="text/javascript")
        elif path == "/shop.css":
            route.fulfill(body=SHEET, content_type="text/css")
        elif path == "/api/calls/desk":
            self.asked_desk += 1
            route.fulfill(json=self.desk)
        elif path.startswith(("/api/calls/", "/calls/bookings/")):
            self._request(route, route.request.method, path)
        elif path.startswith("/demo/shop/"):
            file = ASSETS / path.removeprefix("/")
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=file.read_bytes(), content_type=SHOP_TYPES[file.suffix], headers=headers)
        elif path.startswith("/assets/"):
            file = ASSETS / path.removeprefix("/assets/")
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        elif path in ("/", "/oil", "/cream"):
            body = self.body or CALL.format(attributes=self.attributes)
            page = PAGE.format(lang=self.lang, heading=self.heading, body=body)
            route.fulfill(body=page, content_type="text/html", headers={"Content-Security-Policy": POLICY})
        else:
            route.fulfill(status=404)

    def _request(self, route: Route, method: str, path: str) -> None:
        if self.offline:
            route.abort()
            return
        token = path.rpartition("/")[2].removesuffix(".ics")
        match method, path.rpartition("/")[0], path:
            case "POST", _, "/api/calls/messages":
                self._left(route)
            case "GET", _, "/api/calls/slots":
                self.asked_slots += 1
                self._unless(route, lambda: self.slots)
            case "POST", _, "/api/calls/bookings":
                self._unless(route, lambda: self._book(json.loads(route.request.post_data or "")))
            case "GET", "/api/calls/bookings", _:
                self.asked_bookings += 1
                self._unless(route, lambda: self.bookings.get(token))
            case "GET", "/calls/bookings", _:
                route.fulfill(body="BEGIN:VCALENDAR", headers={"Content-Disposition": 'attachment; filename="call.ics"'})
            case "DELETE", "/calls/bookings", _:
                self._unless(route, lambda: self._cancel(token))
            case _:
                route.fulfill(status=404)

    def _unless(self, route: Route, answer: Callable[[], Message | None]) -> None:
        """A problem document (RFC 9457), or what `answer` says; nothing: there is no such thing."""
        found = None if self.problems else answer()
        problem: Message = self.problems.pop(0) if self.problems else {"status": 404, "title": "not_found"}
        if found is not None:
            route.fulfill(json=found)
            return
        body = {"type": "about:blank", "title": problem.get("title", ""), "status": problem["status"], "detail": "In English."}
        headers = {"Retry-After": str(problem["retry"])} if "retry" in problem else {}
        route.fulfill(status=problem["status"], body=json.dumps(body), content_type="application/problem+json", headers=headers)

    def _left(self, route: Route) -> None:
        if self.held is not None:
            self.held.append(route)
            return
        self._unless(route, lambda: self._keep(route.request))

    def _keep(self, request: Request) -> Message:
        kind = request.headers["content-type"]
        whole = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + (request.post_data_buffer or b""))
        parts: dict[Any, Part] = {part.get_param("name", header="content-disposition"): part for part in whole.get_payload()}  # type: ignore[union-attr, misc]
        assert set(parts) <= {"message", "recording"}
        left: Message = json.loads(parts["message"].get_payload(decode=True))  # type: ignore[arg-type]
        msgspec.convert(left, LeftMessage)  # what is not in the contract fails the test
        if recording := parts.get("recording"):
            left["recording"] = (recording.get_content_type(), recording.get_payload(decode=True))
        self.messages.append(left)
        return {"ok": True, "id": f"m{len(self.messages)}"}

    def _book(self, wish: Message) -> Message:
        msgspec.convert(wish, Wish)
        self.wishes.append(wish)
        begins_ms = wish["begins_ms"]
        self.slots["slots"] = [at for at in self.slots["slots"] if at != begins_ms]
        token = f"token-{len(self.wishes):020}"
        self.bookings[token] = booked(begins_ms, now_ms=begins_ms - 86_400_000, kind=wish["kind"], name=wish["name"])
        return {"ok": True, "token": token, "begins_ms": begins_ms, "ends_ms": begins_ms + 1_200_000}

    def _cancel(self, token: str) -> Message | None:
        if token not in self.bookings:
            return None
        self.bookings[token] |= {"state": "cancelled", "may_ring": False}
        return {"ok": True}


def booked(begins_ms: int, **changes: Any) -> Message:
    """What a page is told of a booked call."""
    told = {"begins_ms": begins_ms, "ends_ms": begins_ms + 1_200_000, "now_ms": begins_ms - 3_600_000, "kind": "video"}
    more = {"name": "", "topic": "", "state": "booked", "may_ring": False, "rings_from_ms": begins_ms - 600_000}
    return told | more | changes


def advisor(context: BrowserContext) -> Page:
    """A page that answers calls."""
    page = context.new_page()
    page.goto(f"{HOME}/advisor")
    page.wait_for_function("socket.readyState === WebSocket.OPEN")
    turn(page)
    return page
