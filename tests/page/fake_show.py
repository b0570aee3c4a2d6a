"""A show server that says what a test tells it to say. It lives in the browser's own network: nothing listens anywhere."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ASSETS = Path(__file__).parents[2] / "assets"
HOME = "http://show.localhost"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".webp": "image/webp"}
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
<script>
  window.heard = [];
  document.addEventListener('vitrine:consent', (event) => heard.push(event.detail));
</script>
{head}
<script type="module" src="/embed.js"></script>
<main>{body}</main><aside></aside><div style="height: 3000px"></div></html>"""
EMBED = "export { vitrine } from '/assets/viewer/page-api.js'; import '/assets/viewer/vitrine-show.js';"
SHOW = '<vitrine-show show="s" {attributes}></vitrine-show>'
NO = {"analytics": False, "personalisation": False, "marketing": False}
YES = {"analytics": True, "personalisation": True, "marketing": True}
LISTS: dict[str, list[Any]] = {"pins": [], "products": []}
FENCE = """() => new Promise((done, fail) => {
  setTimeout(() => fail(new Error('the page is not connected')), 5000);
  const { socket } = document.querySelector('vitrine-show');
  socket.addEventListener('fence', done, { once: true });
  socket.send({ t: 'fence' });
})"""
Message = dict[str, Any]


def line(number: int, text: str = "") -> Message:
    """A line of chat."""
    return {"id": str(number), "name": "Ann", "text": text or f"line {number}"}


def said(seq: int, told: Message) -> Message:
    """The event of a line that was said."""
    return {"seq": seq, "media_ms": seq, "data": {"type": "chat.said", "line": told["id"]}, "line": told}


class Visit:
    """One connection of a page: what it has said, the hello first, and a way to answer."""

    def __init__(self, socket: Any, messages: list[Message]) -> None:
        self._socket = socket
        self.messages = messages

    def say(self, **message: Any) -> None:
        """Tell the page."""
        self._socket.send(json.dumps(message))

    def drop(self) -> None:
        """Its network is gone."""
        self._socket.close()

    def told(self, kind: str) -> list[Message]:
        """What the page has said of a kind."""
        return [message for message in self.messages if message["t"] == kind]

    def consents(self) -> list[Message]:
        """What it said was agreed to."""
        return [{kind: message[kind] for kind in NO} for message in self.told("consent")]


class FakeShow:
    """Serves the pages of one browser context. Change what is public before a page comes, or comes back."""

    def __init__(self, context: Any) -> None:
        self.head = ""
        self.body = ""
        self.attributes = ""
        self.consent: Message = dict(NO)
        self.seq = 100
        self.lines: list[Message] = []
        self.missed: list[Message] = []
        """Events that a page is told which comes back."""
        self.products: list[Message] = []
        self.pins: list[str] = []
        self.details: Message = {}
        self.answers: list[Message] = []
        """Refusals, each for one consent."""
        self.forgotten: Callable[[], None] = lambda: None
        """Done while a visitor is deleted."""
        self.visits: list[Visit] = []
        context.route(f"{HOME}/**", self._serve)
        context.route_web_socket(f"{HOME.replace('http', 'ws')}/shows/s/ws", self._came)

    def open(self, page: Any) -> Visit:
        """The page of the shop, once it was welcomed."""
        before = self.visits[-1] if self.visits else None
        page.goto(f"{HOME}/")
        return self.welcomed(page, before)

    def welcomed(self, page: Any, before: Visit | None) -> Visit:
        """The page's newest connection, once it is another one than `before`, and all that was said on it was heard."""
        for _ in range(500):
            if self.visits and self.visits[-1] is not before and self.visits[-1].messages:
                page.evaluate(FENCE)
                return self.visits[-1]
            turn(page)
        raise AssertionError("no page came")

    def back(self, page: Any) -> Visit:
        """Drop the newest connection; the next one."""
        before = self.visits[-1]
        before.drop()
        return self.welcomed(page, before)

    def _came(self, socket: Any) -> None:
        visit = Visit(socket, [])
        self.visits.append(visit)
        socket.on_message(lambda text: self._heard(visit, json.loads(text)))

    def _heard(self, visit: Visit, message: Message) -> None:
        visit.messages.append(message)
        match message["t"]:
            case "hello":
                self._welcome(visit, message)
            case "ping":
                visit.say(t="pong", at=message["at"], server_ms=1)
            case "fence":
                visit.say(t="fence")
            case "consent" if self.answers:
                visit.say(t="answer", n=0, **self.answers.pop(0))

    def _welcome(self, visit: Visit, hello: Message) -> None:
        token = hello["visitor"] or f"visitor {len(self.visits)}"
        show = {"id": "s", "title": "Show", "state": "live", "on_air": False, "media_ms": 0, "poster": ""}
        shelf = {"products": self.products, "pins": self.pins, "more": False}
        chat = {"lines": self.lines, "pinned": None, "rules": {"open": True, "slow_s": 0}}
        visit.say(
            t="welcome", visitor=token, consent=self.consent, seq=self.seq, viewers=1, show=show | shelf, chat=chat, poll=None
        )
        if hello["seq"] and self.missed:
            visit.say(t="events", events=self.missed)
        visit.say(t="clock", rtp=0, media_ms=0, at_ms=0, on_air=False)

    def _serve(self, route: Any) -> None:
        path = urlsplit(route.request.url).path
        if path == "/":
            body = self.body or SHOW.format(attributes=self.attributes)
            route.fulfill(body=PAGE.format(head=self.head, body=body), content_type="text/html")
        elif path == "/embed.js":
            route.fulfill(body=EMBED, content_type="text/javascript")
        elif path.startswith("/assets/"):
            file = ASSETS / path.removeprefix("/assets/")
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        elif path == "/api/visitor" and route.request.method == "DELETE":
            self.forgotten()
            route.fulfill(json={"ok": True})
        elif path.startswith("/api/shows/s/products/"):
            route.fulfill(json=self.details)
        elif path.startswith("/api/shows/s"):
            route.fulfill(json=LISTS)
        else:
            route.fulfill(status=404)


def turn(page: Any) -> None:
    """Let the browser come to its next task; what it says meanwhile is heard here."""
    page.evaluate("new Promise((done) => setTimeout(done, 10))")


def until(page: Any, true: Callable[[], bool], what: str) -> None:
    """Wait for what the server has to hear."""
    for _ in range(500):
        if true():
            return
        turn(page)
    raise AssertionError(what)
