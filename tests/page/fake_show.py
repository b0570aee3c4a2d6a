"""A show server that says what a test tells it to say. It lives in the browser's own network: nothing listens anywhere."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, Page, Route, WebSocketRoute

from tests.fakes import TIMEOUT_S

ASSETS = Path(__file__).parents[2] / "assets"
HOME = "http://show.localhost"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".webp": "image/webp"}
PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>Shop</title>
<script>
  window.heard = [];
  document.addEventListener('vitrine:consent', (event) => heard.push(event.detail));
</script>
{head}
<script type="module" src="/embed.js"></script>
<main>{body}</main><aside></aside><div style="height: 3000px"></div></html>"""
EMBED = """export { vitrine } from '/assets/viewer/page-api.js';
import '/assets/viewer/vitrine-show.js';
import '/assets/viewer/clip/vitrine-clip.js';"""

SHOW = '<vitrine-show show="s" {attributes}></vitrine-show>'
NO = {"analytics": False, "personalisation": False, "marketing": False}
YES = {"analytics": True, "personalisation": True, "marketing": True}
BAD = '<img src=x onerror="window.bad=1"><script>window.bad=1</script>'
"""What a stranger writes. It must stay text: nothing sets `window.bad`."""
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


def happened(at_ms: int, kind: str, **data: Any) -> Message:
    """An event of a replay, `at_ms` on the show clock; `line` is a line of chat."""
    told = data.get("line")
    return {"media_ms": at_ms, "at_ms": 1_700_000_000_000 + at_ms, "data": {"type": kind} | data} | (
        {"data": {"type": kind, "line": told["id"]}, "line": told} if isinstance(told, dict) else {}
    )


def a_film(id: str, length_ms: int, **more: Any) -> Message:
    """A film as the server tells of a replay: its show clock runs with it from the beginning."""
    span = {"film_ms": 0, "media_ms": 0, "length_ms": length_ms}
    told = {"src": f"/films/{id}.mp4", "poster": "", "length_ms": length_ms, "width": 320, "height": 180}
    return {"id": id, "spans": [span], "chapters": [], "vtt": f"/films/{id}.vtt"} | told | more


def a_clip(id: str, *products: Message, length_ms: int = 8000, **more: Any) -> Message:
    """A clip as the server tells of it, upright."""
    told = {"show": "s", "title": f"Clip {id}", "src": f"/films/{id}.mp4", "poster": "", "width": 180, "height": 320}
    return {"id": id, "length_ms": length_ms, "products": list(products)} | told | more


class Visit:
    """One connection of a page: what it has said, the hello first, and a way to answer."""

    def __init__(self, socket: WebSocketRoute, messages: list[Message]) -> None:
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

    def __init__(self, context: BrowserContext) -> None:
        self.head = ""
        self.title = "Show"
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
        self.told: list[Message] = []
        """What is held about the visitor, in words."""
        self.answers: list[Message] = []
        """Refusals, each for one consent."""
        self.forgotten: Callable[[], None] = lambda: None
        """Done while a visitor is deleted."""
        self.visits: list[Visit] = []
        self.state = "live"
        self.on_air = False
        self.ice: list[Message] = []
        self.away = False
        """Nobody can connect."""
        self.shy = False
        """Who comes is not welcomed."""
        self.whep: Callable[[Route], None] = lambda route: route.fulfill(status=204)
        """Answers who asks for the picture."""
        self.lang = "en"
        self.replay: Message | None = None
        """What `/replay` answers; none: there is no replay."""
        self.unreached = False
        """The server breaks off when it is asked for the replay or for clips."""
        self.films: dict[str, bytes] = {}
        """The films that there are, by id; all others are not found."""
        self.clips: list[Message] = []
        self.asked: list[str] = []
        """Every path that was asked for, with its query."""
        context.route(f"{HOME}/**", self._serve)
        context.route_web_socket(f"{HOME.replace('http', 'ws')}/shows/s/ws*", self._came)

    def open(self, page: Page) -> Visit:
        """The page of the shop, once it was welcomed."""
        before = self.visits[-1] if self.visits else None
        page.goto(f"{HOME}/")
        return self.welcomed(page, before)

    def welcomed(self, page: Page, before: Visit | None) -> Visit:
        """The page's newest connection, once it is another one than `before`, and all that was said on it was heard."""
        for _ in range(500):
            if self.visits and self.visits[-1] is not before and self.visits[-1].messages:
                page.evaluate(FENCE)
                return self.visits[-1]
            turn(page)
        raise AssertionError("no page came")

    def back(self, page: Page) -> Visit:
        """Drop the newest connection; the next one."""
        before = self.visits[-1]
        before.drop()
        return self.welcomed(page, before)

    def _came(self, socket: WebSocketRoute) -> None:
        if self.away:
            socket.close()
            return
        visit = Visit(socket, [])
        self.visits.append(visit)
        socket.on_message(lambda text: self._heard(visit, json.loads(text)))

    def _heard(self, visit: Visit, message: Message) -> None:
        visit.messages.append(message)
        match message["t"]:
            case "hello" if not self.shy:
                self.welcome(visit)
            case "ping":
                visit.say(t="pong", at=message["at"], server_ms=1)
            case "fence":
                visit.say(t="fence")
            case "consent" if self.answers:
                visit.say(t="answer", n=0, **self.answers.pop(0))

    def welcome(self, visit: Visit) -> None:
        """Tell who said hello what there is."""
        hello = visit.told("hello")[-1]
        token = hello["visitor"] or f"visitor {len(self.visits)}"
        show = self._show()
        shelf = {"products": self.products, "pins": self.pins, "more": False}
        chat = {"lines": self.lines, "pinned": None, "rules": {"open": True, "slow_s": 0}}
        visit.say(
            t="welcome",
            visitor=token,
            consent=self.consent,
            seq=self.seq,
            viewers=1,
            show=show | shelf,
            chat=chat,
            poll=None,
            ice=self.ice,
        )
        if hello["seq"] and self.missed:
            visit.say(t="events", events=self.missed)
        visit.say(t="clock", rtp=0, media_ms=0, at_ms=0, on_air=self.on_air)

    def _show(self) -> Message:
        replay = "/api/shows/s/replay" if self.state == "ended" and self.replay else None
        show = {"id": "s", "title": self.title, "state": self.state, "on_air": self.on_air, "media_ms": 0, "poster": ""}
        return show | {"replay": replay}

    def _film(self, route: Route, film: bytes) -> None:
        """A part of a film, as it was asked for (RFC 9110, 14)."""
        asked = re.match(r"bytes=(\d+)-(\d*)", route.request.headers.get("range", ""))
        begins = int(asked[1]) if asked else 0
        ends = min(int(asked[2]) if asked and asked[2] else len(film) - 1, len(film) - 1)
        headers = {"Content-Type": "video/mp4", "Accept-Ranges": "bytes", "Content-Length": str(ends + 1 - begins)}
        if asked:
            headers["Content-Range"] = f"bytes {begins}-{ends}/{len(film)}"
        route.fulfill(status=206 if asked else 200, body=film[begins : ends + 1], headers=headers)

    def _clips(self, query: dict[str, list[str]]) -> list[Message]:
        clips = self.clips
        if "clip" in query:
            clips = [clip for clip in clips if clip["id"] == query["clip"][0]]
        if "product" in query:
            clips = [clip for clip in clips if query["product"][0] in {product["id"] for product in clip["products"]}]
        if "show" in query:
            clips = [clip for clip in clips if clip["show"] == query["show"][0]]
        return clips[: int(query.get("limit", ["50"])[0])]

    def _serve(self, route: Route) -> None:
        address = urlsplit(route.request.url)
        path = address.path
        self.asked.append(f"{path}?{address.query}" if address.query else path)
        if path.startswith("/films/") and path.endswith(".mp4") and path[7:-4] in self.films:
            self._film(route, self.films[path[7:-4]])
        elif path in ("/api/shows/s/replay", "/api/clips") and self.unreached:
            route.abort()
        elif path == "/api/shows/s/replay" and self.replay:
            route.fulfill(json=self.replay)
        elif path == "/api/shows/s/replay":
            route.fulfill(status=404)
        elif path == "/api/shows/s":
            route.fulfill(json=self._show())
        elif path == "/api/clips":
            route.fulfill(json={"clips": self._clips(parse_qs(address.query))})
        elif path == "/":
            body = self.body or SHOW.format(attributes=self.attributes)
            route.fulfill(body=PAGE.format(head=self.head, body=body, lang=self.lang), content_type="text/html")
        elif path == "/embed.js":
            route.fulfill(body=EMBED, content_type="text/javascript")
        elif path.startswith("/assets/"):
            file = ASSETS / path.removeprefix("/assets/")
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        elif path == "/shows/s/whep":
            self.whep(route)
        elif path == "/api/visitor" and route.request.method == "DELETE":
            self.forgotten()
            route.fulfill(json={"ok": True})
        elif path == "/api/visitor" and "readable" in address.query:
            route.fulfill(json={"sections": self.told})
        elif path == "/api/visitor":
            route.fulfill(json={"chat": []})
        elif path.startswith("/api/shows/s/products/"):
            route.fulfill(json=self.details)
        elif path.startswith("/api/shows/s"):
            route.fulfill(json=LISTS)
        else:
            route.fulfill(status=404)


def turn(page: Page) -> None:
    """Let the browser come to its next task; what it says meanwhile is heard here."""
    page.evaluate("new Promise((done) => setTimeout(done, 10))")


def until(page: Page, true: Callable[[], bool], what: str) -> None:
    """Wait for what the server has to hear."""
    end = time.monotonic() + TIMEOUT_S
    while time.monotonic() < end:
        if true():
            return
        turn(page)
    raise AssertionError(what)
