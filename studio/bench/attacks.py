"""What one stranger can do to a show from one address, bounded in time and number, for `vitrine bench abuse`.

`python -m studio.bench.attacks NAME URL SECONDS ADDRESS`: prints a line when it is ready, begins when a line comes in, and ends
with a line of JSON: how often it was answered what. What is still held then is let go of by the end of the process.
"""

import asyncio
import contextlib
import json
import os
import secrets
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import aiohttp

from studio.bench.abuse_viewers import CLOSED, client

BEHIND_US = 10
"""Niceness: a stranger's machine is another one, here it stands back behind the server and the viewers."""
SHOW, LONG = "abused", "long"
"""The show on air, and one with a long log."""
HELD_MAX = 900
"""Connections at once; the server lets an address have a thousand."""
DEEP = "[" * 7000 + "]" * 7000
BEHIND = 499
"""As far as a page may be behind without beginning anew."""
BAD_MIDS = "a=mid:7", "a=mid:\0", "a=mid:" + "x" * 1000, "a=x:0", "a=mid:1"
"""In the place of a good offer's `a=mid:0`."""
HEADS = {
    "/api/orders": "",
    f"/api/shows/{SHOW}/orders": "",
    "/api/calls/bookings": "",
    "/api/calls/messages": "Content-Type: multipart/form-data; boundary=b\r\n",
    f"/shows/{SHOW}/whep": "Content-Type: application/sdp\r\n",
}
SOCKETS = f"/shows/{SHOW}/ws", "/calls/ws", "/guests/ws"


class Stranger:
    """One who attacks. `again` does something over and over; what it returns is counted."""

    def __init__(self, url: str, seconds: float, address: str, http: aiohttp.ClientSession) -> None:
        self.url, self.http = url, http
        self._address = address
        self.offer = ""
        self.answers: Counter[str] = Counter()
        self._seconds = seconds
        self._until_s = 0.0

    async def again(self, a_second: float, act: Callable[["Stranger", int], Awaitable[str]]) -> None:
        """`a_second` times, by the clock, until the time is over; not while `HELD_MAX` are under way."""
        begun, running = time.monotonic(), set[asyncio.Task[None]]()
        for number in range(round(self._seconds * a_second)):
            await asyncio.sleep(max(0.0, begun + number / a_second - time.monotonic()))
            if time.monotonic() > begun + self._seconds:
                break
            if len(running) >= HELD_MAX:
                await asyncio.wait(running, timeout=begun + self._seconds - time.monotonic(), return_when=asyncio.FIRST_COMPLETED)
            task = asyncio.create_task(self._count(act, number))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.sleep(max(0.0, begun + self._seconds - time.monotonic()))
        self.answers["held"] += len(running)
        for task in running:
            task.cancel()

    async def _count(self, act: Callable[["Stranger", int], Awaitable[str]], number: int) -> None:
        try:
            answer = await act(self, number)
        except aiohttp.WSServerHandshakeError as error:
            answer = str(error.status)
        except (aiohttp.ClientError, OSError, EOFError):
            answer = "cut off"
        self.answers[answer] += 1

    async def ask(self, method: str, path: str, **more: Any) -> str:
        """The status of an answer."""
        async with self.http.request(method, f"{self.url}{path}", **more) as response:
            return str(response.status)

    @contextlib.asynccontextmanager
    async def socket(self, path: str, browser: str = "Mozilla/5.0") -> Any:
        """A socket of a page."""
        headers = {"User-Agent": browser}
        async with self.http.ws_connect(f"{self.url}{path}", headers=headers, max_msg_size=0) as socket:
            yield socket

    async def raw(self, head: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection on which `head` was said."""
        parts = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port, local_addr=(self._address, 0))
        writer.write(head.encode())
        return reader, writer


async def nothing(stranger: Stranger, number: int) -> str:
    """For comparison."""
    return "asked nothing"


async def bad_offer(stranger: Stranger, number: int) -> str:
    """WHEP offers that cannot be answered."""
    return await _offer(stranger, stranger.offer.replace("a=mid:0", BAD_MIDS[number % len(BAD_MIDS)]))


async def idle_offer(stranger: Stranger, number: int) -> str:
    """WHEP offers that can, after which nobody comes."""
    return await _offer(stranger, stranger.offer)


async def _offer(stranger: Stranger, offer: str) -> str:
    return await stranger.ask("POST", f"/shows/{SHOW}/whep", data=offer.encode(), headers={"Content-Type": "application/sdp"})


async def wrong_token(stranger: Stranger, number: int) -> str:
    """Guessed tokens, and none."""
    headers = {"Authorization": f"Bearer {secrets.token_urlsafe(32)}"} if number % 2 else {}
    return await stranger.ask("GET", "/studio/films", headers=headers)


async def deep(stranger: Stranger, number: int) -> str:
    """JSON nested seven thousand deep, wherever JSON is read."""
    match number % 6:
        case 0 | 1 | 2 as which:
            async with stranger.socket(SOCKETS[which]) as socket:
                await socket.send_str('{"t":"hello"}')
                await socket.send_str(f'{{"t":"ping","at":1,"x":{DEEP}}}')
                return await _until_closed(socket)
        case 3:
            body = f'{{"number":"1","value_minor":1,"currency":"DKK","x":{DEEP}}}'
            return await stranger.ask("POST", f"/api/shows/{SHOW}/orders", data=body)
        case 4:
            body = f'{{"begins_ms":1,"contact":"a@b.example","x":{DEEP}}}'
            return await stranger.ask("POST", "/api/calls/bookings", data=body)
        case _:
            form = _message(f'{{"contact":"a@b.example","x":{DEEP[3000:-3000]}}}')
            return await stranger.ask("POST", "/api/calls/messages", data=form)


def _message(text: str) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("message", text, content_type="application/json", filename="message")
    return form


async def _until_closed(socket: aiohttp.ClientWebSocketResponse) -> str:
    while (await socket.receive()).type not in CLOSED:
        pass
    return f"closed {socket.close_code}"


async def catch_up(stranger: Stranger, number: int) -> str:
    """Pages that say they have seen hardly anything of a long log, and such that are as far behind as they may be."""
    seen = 1
    async with stranger.socket(f"/shows/{LONG}/ws") as socket:
        if number % 2:
            async with stranger.http.get(f"{stranger.url}/api/shows/{LONG}") as response:
                seen = max(1, (await response.json()).get("seq", 0) - BEHIND)
        await socket.send_str(json.dumps({"t": "hello", "seq": seen}))
        while (received := await socket.receive()).type not in CLOSED:
            if json.loads(received.data)["t"] == "clock":
                return "caught up"
        return f"closed {socket.close_code}"


async def other_browser(stranger: Stranger, number: int) -> str:
    """Chat and orders, each time as another browser."""
    browser = f"browser {number}"
    if number % 2:
        lines = [{"product": "oil", "quantity": 1, "value_minor": 1}] * 100
        order = {"number": f"n{number}", "value_minor": 1, "currency": "DKK", "lines": lines}
        path, headers = f"/api/shows/{SHOW}/orders", {"User-Agent": browser}
        return f"order {await stranger.ask('POST', path, json=order, headers=headers)}"
    async with stranger.socket(f"/shows/{SHOW}/ws", browser) as socket:
        await socket.send_str('{"t":"hello"}')
        for line in range(5):
            await socket.send_str(json.dumps({"t": "say", "n": line, "text": f"spam {number} {line}", "name": "n"}))
        while (received := await socket.receive()).type not in CLOSED:
            if (told := json.loads(received.data))["t"] == "answer":
                stranger.answers[f"line {told.get('refused', 'shown')}"] += 1
                if told["n"] == 4:
                    return "page"
        return f"closed {socket.close_code}"


async def body(stranger: Stranger, number: int) -> str:
    """Bodies that are promised and never come."""
    path, head = tuple(HEADS.items())[number % len(HEADS)]
    return await _held(stranger, f"POST {path} HTTP/1.1\r\nHost: x\r\n{head}Content-Length: 6000\r\n\r\n{{")


async def silence(stranger: Stranger, number: int) -> str:
    """Sockets that never say hello, and connections that say nothing at all."""
    if number % 4 == 3:
        return await _held(stranger, "")
    async with stranger.socket(SOCKETS[number % 4]) as socket:
        return await _until_closed(socket)


async def slow_head(stranger: Stranger, number: int) -> str:
    """A head of which a letter comes now and then."""
    return await _held(stranger, f"GET /shows/{SHOW} HTTP/1.1\r\nHost: x\r\nX: ", "x")


async def _held(stranger: Stranger, head: str, more: str = "") -> str:
    """What becomes of a connection on which it goes on like that."""
    reader, writer = await stranger.raw(head)
    try:
        while True:
            try:
                async with asyncio.timeout(0.5):
                    answer = await reader.read(16)
                return answer[9:12].decode() if answer else "cut off"
            except TimeoutError:
                writer.write(more.encode())
    finally:
        writer.close()


async def ring(stranger: Stranger, number: int) -> str:
    """Customers who ring and stay."""
    async with stranger.socket("/calls/ws", f"browser {number}") as socket:
        await socket.send_str('{"t":"hello"}')
        await socket.send_str('{"t":"ring","n":1,"kind":"video"}')
        while (received := await socket.receive()).type not in CLOSED:
            if (told := json.loads(received.data))["t"] == "answer":
                stranger.answers[f"ring {told.get('refused', 'in line')}"] += 1
        return f"closed {socket.close_code}"


async def letter(stranger: Stranger, number: int) -> str:
    """Calls booked for other people's mailboxes, and messages."""
    headers = {"User-Agent": f"browser {number}"}
    if number % 2:
        message = _message(json.dumps({"contact": f"a{number}@victim.example", "text": "x" * 1000}))
        return f"message {await stranger.ask('POST', '/api/calls/messages', data=message, headers=headers)}"
    wish = {"begins_ms": 0, "contact": f"a{number}@victim.example"}
    async with stranger.http.get(f"{stranger.url}/api/calls/slots", headers=headers) as response:
        if response.status == 200:
            wish["begins_ms"] = (await response.json())["slots"][number]
    return f"booking {await stranger.ask('POST', '/api/calls/bookings', json=wish, headers=headers)}"


class Attack(NamedTuple):
    """How often a second it is done; whether it needs an offer."""

    act: Callable[[Stranger, int], Awaitable[str]]
    a_second: float
    offers: bool = False


ATTACKS = {
    "nothing": Attack(nothing, 1),
    "bad offers": Attack(bad_offer, 100, offers=True),
    "idle offers": Attack(idle_offer, 100, offers=True),
    "wrong tokens": Attack(wrong_token, 200),
    "deep JSON": Attack(deep, 100),
    "catch up": Attack(catch_up, 50),
    "other browsers": Attack(other_browser, 100),
    "bodies": Attack(body, 100),
    "silence": Attack(silence, 100),
    "rings": Attack(ring, 100),
    "letters": Attack(letter, 100),
    "slow heads": Attack(slow_head, 100),
}


def address_of(name: str, time_: int) -> str:
    """Where an attack comes from at which time: no other has spent what this one may."""
    return f"127.0.{100 + time_}.{1 + list(ATTACKS).index(name)}"


async def main(name: str, url: str, seconds: float, address: str) -> None:
    """Attack, and say what came of it."""
    attack = ATTACKS[name]
    os.nice(BEHIND_US)
    async with client(address) as http:
        stranger = Stranger(url, seconds, address, http)
        stranger.offer = await _an_offer() if attack.offers else ""
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await stranger.again(attack.a_second, attack.act)
        print(json.dumps(stranger.answers), flush=True)


async def _an_offer() -> str:
    from aiortc import RTCPeerConnection

    peer = RTCPeerConnection()
    for kind in ("video", "audio"):
        peer.addTransceiver(kind, direction="recvonly")
    await peer.setLocalDescription(await peer.createOffer())
    offer = peer.localDescription.sdp
    await peer.close()
    return offer


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3]), sys.argv[4]))
