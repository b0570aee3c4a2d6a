"""A show server for guests that says what a test tells it to say, and a desktop behind it with a whole WebRTC stack.

It serves the real page, and keeps to the contract of `studio/server/guests/words.py`: every word of a page is decoded by it.
"""

import asyncio
import contextlib
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import aioice
import av
import numpy as np
from aiohttp import WSMsgType, web
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from aiortc.sdp import candidate_from_sdp

from studio.server import pages
from studio.server.guests.words import Hello, Ping, Signal, decode
from tests.page.fake_show import Message
from tests.studio.calls.conftest import Colour, Tone

TOKEN = "0badcafe.c2lnbmVkLXdpdGgtYS1rZXk="
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; style-src 'self'; img-src 'self' https: data:; font-src 'self'; "
    "media-src 'self' blob:; connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""As strict as the show server's own; playwright waits for conditions with eval."""
STOP_S = 10.0


class FakeDesktop:
    """The studio's end: answers every offer with a red programme and a tone, and decodes what comes."""

    def __init__(self, signal: Callable[[Message], None], picture: Callable[[], Path | None] = lambda: None) -> None:
        self.answering = True
        self.heard: list[Message] = []
        self.leg = 0
        self.frames = 0
        """Pictures of the newest leg."""
        self.size = (0, 0)
        self.loudest = 0
        """The largest sample of its sound."""
        self._signal = signal
        self._picture = picture
        self._connection: RTCPeerConnection | None = None
        self._early: list[Message] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def told(self, kind: str) -> list[Message]:
        """What the page has said of a kind."""
        return [data for data in self.heard if data["type"] == kind]

    def hear(self, data: Message) -> None:
        """The page's signal, on the server's loop."""
        self.heard.append(data)
        if data["type"] == "offer" and self.answering:
            self._spawn(self._answer(data["leg"], data["sdp"]))
        elif data["type"] == "candidate":
            self._early.append(data)
            if self._connection is not None and data["leg"] == self.leg:
                self._spawn(self._trickle(self._connection))

    async def close(self) -> None:
        """Be gone, without a word."""
        self.answering = False
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _answer(self, leg: int, sdp: str) -> None:
        if self._connection is not None:
            await self._connection.close()
        connection = RTCPeerConnection()
        self._connection, self.leg, self.frames, self.loudest = None, leg, 0, 0
        connection.on("track", lambda track: self._spawn(self._receive(leg, track)))
        await connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        for transceiver in connection.getTransceivers():
            transceiver.direction = "sendrecv"
            transceiver.sender.replaceTrack(Tone() if transceiver.kind == "audio" else self._programme())
        await connection.setLocalDescription(await connection.createAnswer())
        self._connection = connection
        self._signal({"type": "answer", "leg": leg, "sdp": connection.localDescription.sdp})
        await self._trickle(connection)

    def _programme(self) -> Colour:
        programme = Colour((208, 32, 32))
        if (picture := self._picture()) is not None:
            with av.open(picture) as file:
                frame = next(file.decode(video=0)).reformat(640, 360, "rgb24")
            programme._picture = np.asarray(frame.to_ndarray(), np.uint8).reshape(360, 640, 3)
        return programme

    async def _trickle(self, connection: RTCPeerConnection) -> None:
        early = [data for data in self._early if data["leg"] == self.leg]
        self._early = [data for data in self._early if data["leg"] > self.leg]
        for data in early:
            if ".local" in data["candidate"]:
                continue
            candidate = candidate_from_sdp(data["candidate"].partition(":")[2])
            candidate.sdpMid = data["mid"]
            await connection.addIceCandidate(candidate)

    async def _receive(self, leg: int, track: Any) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                if leg != self.leg:
                    return
                if track.kind == "video":
                    self.frames += 1
                    self.size = (frame.width, frame.height)
                else:
                    self.loudest = max(self.loudest, int(abs(frame.to_ndarray()).max()))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class FakeGuests:
    """The server. Everything on it happens on its own loop, in its own thread; tests read what was gathered."""

    def __init__(self) -> None:
        self.brand = "Maison Lund"
        self.title = "The spring show"
        self.name = "Anne Holm"
        self.here = True
        """The studio is there."""
        self.known = True
        """The link holds."""
        self.refusal = "unknown"
        """Why it does not."""
        self.lost = False
        """New connections are refused."""
        self.requests: list[str] = []
        """Every address that was asked for, with everything that came in its headers."""
        self.words: list[Any] = []
        """Everything that pages said, in its order."""
        self.ended = 0
        """Sockets that are closed."""
        self.picture: Path | None = None
        """What the programme shows; none: red."""
        self.desktop: FakeDesktop
        self.url = ""
        self._sockets: list[web.WebSocketResponse] = []
        self._saying: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake guests")

    @property
    def link(self) -> str:
        """The guest's link."""
        return f"{self.url}/guest#{TOKEN}"

    @property
    def sockets(self) -> int:
        """How many have come so far."""
        return len(self._sockets)

    def told(self, kind: type[Any]) -> list[Any]:
        """What the pages have said of a kind."""
        return [word for word in self.words if isinstance(word, kind)]

    def say(self, **message: Any) -> None:
        """Tell the newest page."""
        self._do(self._say(message))

    def signal(self, **data: Any) -> None:
        """The desktop tells the newest page."""
        self.say(t="signal", data=data)

    def sends(self, *, air: bool, picture: bool = True) -> None:
        """The desktop says what it sends, and whether the guest is in the programme."""
        self.signal(type="sends", picture=picture, sound=True, screen=False, air=air)

    def desktop_is(self, here: bool) -> None:
        """The studio comes or goes."""
        self.here = here
        self.say(t="desktop", here=here)

    def shut(self, code: int = 1001) -> None:
        """Close the newest page's socket."""
        self._do(self._shut(code))

    def restart_desktop(self) -> None:
        """Another desktop in the place of the one before, which knows of nothing and asks for a connection."""

        async def restart() -> None:
            await self.desktop.close()
            self.desktop = FakeDesktop(self._signalled, lambda: self.picture)

        self._do(restart())
        self.signal(type="again")

    def start(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        self._thread.start()
        self._do(self._start())

    def close(self) -> None:
        """Stop, and leave nothing behind."""
        self._do(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_S)
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(STOP_S)

    async def _start(self) -> None:
        self.desktop = FakeDesktop(self._signalled, lambda: self.picture)
        app = web.Application(middlewares=[self._noted])
        app.router.add_get("/guest", self._page)
        app.router.add_get("/guests/ws", self._came)
        app.router.add_get("/assets/{path:.*}", self._asset)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _stop(self) -> None:
        await self.desktop.close()
        for socket in self._sockets:
            await socket.close()
        await self._runner.cleanup()

    @web.middleware
    async def _noted(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.requests.append(f"{request.path_qs} {dict(request.headers)}")
        response: web.StreamResponse = await handler(request)
        if not response.prepared:
            response.headers["Content-Security-Policy"] = POLICY.format(host=request.host)
        return response

    async def _page(self, request: web.Request) -> web.Response:
        return pages.guest_page(request)

    async def _asset(self, request: web.Request) -> web.Response:
        return pages.asset(request)

    async def _came(self, request: web.Request) -> web.StreamResponse:
        if self.lost:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._heard(socket, decode(message.data))  # a word that is not in the contract fails the test
        self.ended += 1
        return socket

    async def _heard(self, socket: web.WebSocketResponse, word: Any) -> None:
        self.words.append(word)
        match word:
            case Hello() if not self.known or word.token != TOKEN:
                await socket.send_json({"t": "refused", "why": self.refusal})
                await socket.close(code=1008, message=b"unknown")
            case Hello():
                told = {"guest": "0badcafe", "name": word.name or self.name, "title": self.title, "brand": self.brand}
                await socket.send_json({"t": "welcome", **told, "ice": [], "desktop": self.here})
            case Signal() if self.here:
                self.desktop.hear(word.data)
            case Ping():
                await socket.send_json({"t": "pong", "at": word.at, "server_ms": 1})

    def _signalled(self, data: Message) -> None:
        if self._sockets and not self._sockets[-1].closed:
            task = self._loop.create_task(self._say({"t": "signal", "data": data}))
            self._saying.add(task)
            task.add_done_callback(self._saying.discard)

    async def _say(self, message: Message) -> None:
        await self._sockets[-1].send_str(json.dumps(message))

    async def _shut(self, code: int) -> None:
        await self._sockets[-1].close(code=code)


@contextlib.contextmanager
def fake_guests() -> Iterator[FakeGuests]:
    """A server that runs. ICE goes over 127.0.0.1, which aioice leaves out by itself."""
    before = aioice.ice.get_host_addresses
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]
    guests = FakeGuests()
    guests.start()
    try:
        yield guests
    finally:
        guests.close()
        aioice.ice.get_host_addresses = before
