"""A call server that says what a test tells it to say, inside the browser's own network, and pages of advisors.

It keeps to the contract of `studio/server/calls/words.py`: every word of a page is decoded by it.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from studio.server.calls.words import decode
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

    def __init__(self, context: Any) -> None:
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
        self.sockets: list[Any] = []
        self.words: list[Message] = []
        """Everything that the pages said, in its order."""
        self.asked_desk = 0
        self.advisor: Any = None
        self.lost = False
        """New connections are refused."""
        context.route(f"{HOME}/**", self._serve)
        context.route_web_socket(f"{SOCKET}/calls/ws", self._came)
        context.route_web_socket(f"{SOCKET}/advisor", self._advisor_came)

    def open(self, page: Any, path: str = "/") -> None:
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

    def _came(self, socket: Any) -> None:
        if self.lost:
            socket.close()
            return
        self.sockets.append(socket)
        socket.on_message(lambda text: self._heard(text))

    def _heard(self, text: str) -> None:
        decode(text)  # a word that is not in the contract fails the test
        word = json.loads(text)
        self.words.append(word)
        match word["t"]:
            case "hello":
                known = self.call and word["secret"] == SECRET and word["call"] == self.call["id"]
                call = {**(self.call or {}), "lines": self.lines} if known else None
                self.say(
                    t="welcome", visitor=word["visitor"] or "v1", consent="---", desk=self.desk, ice=[], relay=False, call=call
                )
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

    def _advisor_came(self, socket: Any) -> None:
        self.advisor = socket
        socket.on_message(lambda text: self.say(t="signal", **json.loads(text)))

    def _serve(self, route: Any) -> None:
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


def advisor(context: Any) -> Any:
    """A page that answers calls."""
    page = context.new_page()
    page.goto(f"{HOME}/advisor")
    page.wait_for_function("socket.readyState === WebSocket.OPEN")
    turn(page)
    return page
