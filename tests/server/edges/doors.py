"""Every socket of the server: how one gets in, what may be said there, and somebody who says it."""

import asyncio
import contextlib
import json
import typing
from typing import NamedTuple

import aiohttp

from studio import wire
from studio.server import page_words
from studio.server.app import ShowServer
from studio.server.calls import words as call_words
from studio.server.guests import words as guest_words
from tests.fakes import TIMEOUT_S
from tests.server import strangers
from tests.server.edges.both import LINKS
from tests.server.strangers import BEARER


class Door(NamedTuple):
    """A socket: how one gets in, what may be said there then, and with which codes it may be closed by us."""

    hello: tuple[str, ...]
    words: list[str]
    codes: set[int]


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
        answers: list[str | None] = []
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
