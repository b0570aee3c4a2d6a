"""The honest ones of `vitrine bench abuse`: viewers, shoppers and customers of a show, each from an address of their own (all of
127.0.0.0/8 is this machine), and the host. Whatever they do they begin by the clock, not when the last answer came: a server
that stalls is seen to stall.
"""

import asyncio
import itertools
import json
import random
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, NamedTuple

import aiohttp
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

ADDRESSES = tuple(f"127.0.0.{number}" for number in range(3, 19))
PAGES, WATCHERS = 80, 4
JOIN_S, PAGE_S, LINE_S, ORDER_S, HOST_S, CUSTOMER_S = 0.37, 0.19, 0.05, 1.0, 0.5, 4.0
"""How often somebody does it; for each address and person well within what one may, and not in step with the pictures."""
APART_S = 0.07
"""What they do often they do not begin at the same moment."""
PATIENCE_S = 10.0
"""Nobody waits longer: it counts as refused."""
TOO_LATE = "too late"
STOP_MS = 50.0
"""A picture every 33 ms: when none comes for so long, it is seen to stop."""
SAID = re.compile(r"line-(\d+)-")
CLOSED = (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)


class Refused(Exception):
    """The server did not do what an honest one asked."""


class Done(NamedTuple):
    """Something an honest one did: when it was begun, how long it took, and why it was refused."""

    what: str
    at_s: float
    ms: float
    problem: str = ""


class Stop(NamedTuple):
    """A picture that stood still, or packets that a watcher never got."""

    at_s: float
    ms: float
    lost: int


class Viewers:
    """All of them. `done` and `stops` are what they saw, by the monotonic clock. `host`: where the host comes from, with a good
    token; when strangers are at the same address it is to be let in all the same."""

    def __init__(self, url: str, show: str, token: str) -> None:
        self.done: list[Done] = []
        self.stops: list[Stop] = []
        self.host = ADDRESSES[0]
        self._url, self._show, self._token = url, show, token
        self._staying: list[asyncio.Task[None]] = []
        self._clocks: list[asyncio.Task[None]] = []
        self._acts: set[asyncio.Task[None]] = set()
        self._pages: list[aiohttp.ClientWebSocketResponse | None] = [None] * PAGES
        self._lines: dict[int, asyncio.Future[None]] = {}
        self._stack = AsyncExitStack()
        self._http: dict[str, aiohttp.ClientSession] = {}

    async def start(self) -> None:
        """Let them come."""
        for address in ADDRESSES:
            self._http[address] = await self._stack.enter_async_context(client(address))
        self._staying = [asyncio.create_task(self._page(number)) for number in range(PAGES)]
        self._staying += [asyncio.create_task(self._watch(number)) for number in range(WATCHERS)]
        await asyncio.sleep(1)
        acts = (
            (JOIN_S, self._join),
            (PAGE_S, self._open_page),
            (LINE_S, self._say),
            (ORDER_S, self._order),
            (HOST_S, self._ask_as_host),
            (CUSTOMER_S, self._call),
        )
        self._clocks = [
            asyncio.create_task(self._by_the_clock(every_s, number * APART_S, act)) for number, (every_s, act) in enumerate(acts)
        ]

    async def close(self) -> None:
        """Let them end what they have begun, and go."""
        await _cancel(self._clocks)
        await asyncio.gather(*self._acts)
        await _cancel(self._staying)
        await self._stack.aclose()

    async def _by_the_clock(self, every_s: float, late_s: float, act: Callable[[int], Coroutine[Any, Any, None]]) -> None:
        begun = time.monotonic() + late_s
        for number in itertools.count():
            await asyncio.sleep(max(0.0, begun + number * every_s - time.monotonic()))
            task = asyncio.create_task(act(number))
            self._acts.add(task)
            task.add_done_callback(self._acts.discard)

    async def _timed(self, what: str, work: Awaitable[Any]) -> Any:
        """Do it, and note how it went."""
        begun, problem, value = time.monotonic(), "", None
        try:
            async with asyncio.timeout(PATIENCE_S):
                value = await work
        except (Refused, aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            problem = _problem(error)
        self.done.append(Done(what, begun, (time.monotonic() - begun) * 1000, problem))
        return value

    # ── pictures ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _join(self, number: int) -> None:
        """Ask for pictures, see the first one, leave."""
        async with self._offering() as peer:
            seen = asyncio.Event()
            _read_packets(peer, lambda packet: seen.set())

            session = ""

            async def join() -> None:
                nonlocal session
                session = await self._answered(peer, ADDRESSES[number % len(ADDRESSES)])
                await seen.wait()

            await self._timed("join", join())
            if session:
                await self._timed("leave", self._asked("DELETE", session, ADDRESSES[number % len(ADDRESSES)]))

    async def _watch(self, number: int) -> None:
        """Look all the time, and note what is missing."""
        last: dict[int, int] = {}
        last_s = 0.0

        def take(packet: bytes) -> None:
            nonlocal last_s
            kind, sequence, now_s = packet[1] & 0x7F, int.from_bytes(packet[2:4], "big"), time.monotonic()
            lost = (sequence - last.get(kind, sequence - 1) - 1) & 0xFFFF
            last[kind] = sequence
            waited_ms = (now_s - last_s) * 1000 if last_s else 0.0
            last_s = now_s
            if 0 < lost < 0x8000 or waited_ms > STOP_MS:
                self.stops.append(Stop(now_s - waited_ms / 1000, waited_ms, lost if lost < 0x8000 else 0))

        async with self._offering() as peer:
            _read_packets(peer, take)
            await self._timed("watch", self._answered(peer, ADDRESSES[number % len(ADDRESSES)]))
            await asyncio.Event().wait()

    @asynccontextmanager
    async def _offering(self) -> AsyncIterator[RTCPeerConnection]:
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        try:
            for kind in ("video", "audio"):
                peer.addTransceiver(kind, direction="recvonly")
            await peer.setLocalDescription(await peer.createOffer())
            yield peer
        finally:
            await peer.close()

    async def _answered(self, peer: RTCPeerConnection, address: str) -> str:
        """The address of the session."""
        headers = {"Content-Type": "application/sdp"}
        url = f"{self._url}/shows/{self._show}/whep"
        async with self._http[address].post(url, data=peer.localDescription.sdp, headers=headers) as response:
            if response.status != 201:
                raise Refused(f"{response.status}")
            answer = await response.text()
        await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        return response.headers["Location"]

    # ── pages ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _open_page(self, number: int) -> None:
        async def come() -> None:
            async with self._http[ADDRESSES[number % len(ADDRESSES)]].ws_connect(self._socket_url()) as socket:
                await _greeted(socket)

        await self._timed("page", come())

    def _socket_url(self, path: str = "") -> str:
        return f"{self._url}{path or f'/shows/{self._show}/ws'}"

    async def _page(self, number: int) -> None:
        """A page that stays open, and reads."""
        while True:
            begun, why = time.monotonic(), "closed"
            try:
                async with self._http[ADDRESSES[number % len(ADDRESSES)]].ws_connect(self._socket_url()) as socket:
                    self._pages[number] = socket
                    await _greeted(socket)
                    async for message in socket:
                        self._read(number, str(message.data))
                    why = f"closed {socket.close_code}"
            except (Refused, aiohttp.ClientError, OSError) as error:
                why = _problem(error)
            self._pages[number] = None
            self.done.append(Done("open page", time.monotonic(), (time.monotonic() - begun) * 1000, why))
            await asyncio.sleep(1)

    def _read(self, number: int, text: str) -> None:
        """Which lines came to this page that somebody waits for, and what was refused."""
        if '"refused"' in text and (told := json.loads(text)).get("t") == "answer":
            self._settle(told["n"], Refused(told["refused"]))
        for found in SAID.finditer(text):
            if _reader_of(int(found[1])) == number:
                self._settle(int(found[1]), None)

    def _settle(self, line: int, error: Exception | None) -> None:
        future = self._lines.get(line)
        if future is None or future.done():
            return
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)

    async def _say(self, number: int) -> None:
        """A line, until a page at another address has it."""

        async def say() -> None:
            future = self._lines[number] = asyncio.get_running_loop().create_future()
            try:
                if (socket := self._pages[number % PAGES]) is None:
                    raise Refused("no page")
                await socket.send_json({"t": "say", "n": number, "text": f"line-{number}-", "name": f"Viewer {number % PAGES}"})
                await future
            finally:
                del self._lines[number]

        await self._timed("line", say())

    # ── the shop, the desk, the host ─────────────────────────────────────────────────────────────────────────

    async def _asked(self, method: str, path: str, address: str, **more: Any) -> Any:
        async with self._http[address].request(method, f"{self._url}{path}", **more) as response:
            if response.status >= 400:
                raise Refused(f"{response.status}")
            return await response.json() if response.content_type == "application/json" else None

    async def _order(self, number: int) -> None:
        order = {"number": f"honest-{number}", "value_minor": 24900, "currency": "DKK", "lines": [{"product": "oil"}]}
        path = f"/api/shows/{self._show}/orders"
        await self._timed("order", self._asked("POST", path, ADDRESSES[number % len(ADDRESSES)], json=order))

    async def _ask_as_host(self, number: int) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        if (host := self.host) not in self._http:
            self._http[host] = await self._stack.enter_async_context(client(host, again=False))
        await self._timed("host", self._asked("GET", "/studio/films", host, headers=headers))

    async def _call(self, number: int) -> None:
        """A customer whom nobody has seen before: they ring and give up, book a call, leave a message."""
        address = f"127.0.{1 + number // 250}.{1 + number % 250}"
        async with client(address) as self._http[address]:
            await self._timed("ring", self._ring(address))
            await self._timed("booking", self._book(address))
            form = aiohttp.FormData()
            message = json.dumps({"contact": f"honest{number}@shop.example", "text": "Hello"})
            form.add_field("message", message, content_type="application/json", filename="message")
            await self._timed("message", self._asked("POST", "/api/calls/messages", address, data=form))
        del self._http[address]

    async def _ring(self, address: str) -> None:
        async with self._http[address].ws_connect(self._socket_url("/calls/ws")) as socket:
            await _greeted(socket)
            await socket.send_json({"t": "ring", "n": 1, "kind": "text"})
            while (told := await _word(socket))["t"] != "answer":
                pass
            if "refused" in told:
                raise Refused(told["refused"])
            await socket.send_json({"t": "hang_up"})

    async def _book(self, address: str) -> None:
        slots = (await self._asked("GET", "/api/calls/slots", address))["slots"]
        wish = {"begins_ms": random.choice(slots[len(slots) // 2 :]), "contact": f"{address}@shop.example"}
        await self._asked("POST", "/api/calls/bookings", address, json=wish)


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def client(address: str, *, again: bool = True) -> aiohttp.ClientSession:
    """Somebody who comes from `address`; not `again`: with a new connection each time."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, local_addr=(address, 0), force_close=not again))


def _problem(error: Exception) -> str:
    """A word or two."""
    if isinstance(error, TimeoutError):
        return TOO_LATE
    return str(error) if isinstance(error, Refused) else type(error).__name__


def _reader_of(line: int) -> int:
    """The page that is to see a line: one half of them further, and one, so that it is at another address."""
    return (line + PAGES // 2 + 1) % PAGES


async def _word(socket: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    """The next thing that a socket is told."""
    message = await socket.receive()
    if message.type in CLOSED:
        raise Refused(f"closed {socket.close_code}")
    told: dict[str, Any] = json.loads(message.data)
    return told


async def _greeted(socket: aiohttp.ClientWebSocketResponse) -> None:
    await socket.send_json({"t": "hello"})
    if (told := await _word(socket))["t"] != "welcome":
        raise Refused(str(told["t"]))


def _read_packets(peer: RTCPeerConnection, take: Callable[[bytes], None]) -> None:
    """RTP is looked at and not decoded, so that watching costs little beside the server that is measured."""

    async def handle(data: bytes, arrival_time_ms: int) -> None:
        take(data)

    for transceiver in peer.getTransceivers():
        setattr(transceiver.receiver.transport, "_handle_rtp_data", handle)  # noqa: B010 - a method, by name it can be typed
