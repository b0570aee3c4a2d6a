"""A show server for the tests of the link: speaks the wire, remembers everything, and breaks when it is told to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from studio import wire
from studio.errors import StudioError
from studio.wire import SESSION_HEADER

TOKEN = "a token"


class ShowServer:
    """`commands` answers by name: a value, or a `StudioError`. What is not in it never gets an answer."""

    def __init__(self) -> None:
        self.url = ""
        self.said: list[Any] = []
        """What desktops said, hellos included."""
        self.packets: list[wire.MediaPacket] = []
        self.media_sessions: list[str] = []
        self.commands: dict[str, Any] = {}
        self.lease_error: StudioError | None = None
        self.epoch = 0
        self.media_ms = 0
        self.state: dict[str, Any] = {}
        self.first_words: Callable[[], str | bytes] | None = None
        """Instead of the welcome."""
        self.status = 0
        """Instead of the WebSocket."""
        self.answers_pings = True
        self._sockets: list[web.WebSocketResponse] = []
        self._media_sockets: list[web.WebSocketResponse] = []

    def heard(self, kind: type[Any]) -> list[Any]:
        """What desktops said, of one kind."""
        return [message for message in self.said if isinstance(message, kind)]

    @property
    def connections(self) -> int:
        """How many desktops are connected now."""
        return sum(not socket.closed for socket in self._sockets)

    async def tell(self, message: wire.Message) -> None:
        """Say something to all desktops."""
        for socket in self._sockets:
            if not socket.closed:
                await socket.send_str(wire.encode(message).decode())

    async def say(self, text: str) -> None:
        """Say something that need not be a message."""
        for socket in self._sockets:
            if not socket.closed:
                await socket.send_str(text)

    async def hang_up(self) -> None:
        """End all connections."""
        for socket in (*self._sockets, *self._media_sockets):
            await socket.close()

    async def hang_up_media(self) -> None:
        """End only the media sockets."""
        for socket in self._media_sockets:
            await socket.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["ShowServer"]:
        """Listen on a port of its own."""
        app = web.Application()
        app.router.add_get("/studio", self._studio)
        app.router.add_get("/studio/media", self._media)
        app.router.add_get("/healthz", self._health)
        server = TestServer(app)
        await server.start_server()
        self.url = str(server.make_url("")).rstrip("/")
        try:
            yield self
        finally:
            await self.hang_up()
            await server.close()

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "desktops": self.connections})

    async def _studio(self, request: web.Request) -> web.StreamResponse:
        if self.status:
            return web.Response(status=self.status)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.said.append(wire.decode(await socket.receive_str()))
        await socket.send_str(self._welcome())
        self._sockets.append(socket)
        async for received in socket:
            if received.type is WSMsgType.TEXT:
                message = wire.decode(received.data)
                self.said.append(message)
                await self._answer(socket, message)
        return socket

    def _welcome(self) -> str:
        if self.first_words is not None:
            words = self.first_words()
            return words.decode() if isinstance(words, bytes) else words
        welcome = wire.Welcome(
            protocol=wire.PROTOCOL,
            session=f"session {len(self._sockets)}",
            role="host",
            commands=[],
            state=self.state,
            seq=0,
            media_ms=self.media_ms,
            viewer_url="/shows/spring",
            pid=4711,
        )
        return wire.encode(welcome).decode()

    async def _answer(self, socket: web.WebSocketResponse, message: wire.AnyMessage) -> None:
        match message:
            case wire.Ping() if self.answers_pings:
                await socket.send_str(wire.encode(wire.Pong(at=message.at)).decode())
            case wire.CommandMessage() if message.name in self.commands:
                result = self.commands[message.name]
                error = wire.wire_error(result) if isinstance(result, StudioError) else None
                reply = result if isinstance(result, wire.Reply) else wire.Reply(id=0, ok=None if error else result, error=error)
                await socket.send_str(wire.encode(msgspec.structs.replace(reply, id=message.id)).decode())
            case wire.Lease():
                error = wire.wire_error(self.lease_error) if self.lease_error and message.action == "take" else None
                self.epoch += message.action == "take"
                answer = wire.Lease(
                    action=message.action, show=message.show, epoch=self.epoch, media_ms=self.media_ms, error=error
                )
                await socket.send_str(wire.encode(answer).decode())

    async def _media(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401)
        self.media_sessions.append(request.headers[SESSION_HEADER])
        socket = web.WebSocketResponse(max_msg_size=wire.MAX_PACKET)
        await socket.prepare(request)
        self._media_sockets.append(socket)
        async for received in socket:
            self.packets.append(wire.unpack(received.data))
        return socket


def nonsense() -> str:
    """Words of some other service."""
    return json.dumps({"jsonrpc": "2.0"})


async def soon(*awaitables: Any) -> None:
    """Give everybody a few turns of the loop."""
    for _ in range(5):
        await asyncio.sleep(0)
