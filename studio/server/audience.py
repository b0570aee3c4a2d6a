"""The audience socket, `GET /shows/{id}/ws`: catch-up, then live events; the clock; who wants sound.

From the page: `{"t":"hello", "seq": n}` first, then `{"t":"ping","at":…}`, `{"t":"sound","session":id,"on":bool}`,
`{"t":"media","on":bool}` (the last resort: pictures over this socket).
To the page: `welcome` (the show as it is), `event`, `clock`, `viewers`, `pong`, `media` (the MIME type of the binary
messages that follow), `full`. Nothing a visitor sends is stored.
"""

import asyncio
import logging
import time
from typing import Annotated

import msgspec
from aiohttp import WSMsgType, web
from msgspec import Meta, Struct

from studio.clock import Clock, steady_ms
from studio.errors import Overloaded
from studio.i18n import N_
from studio.server.config import ServerConfig
from studio.server.ice_servers import IceServers
from studio.server.limiter import Limiter, address_of
from studio.server.members import Member
from studio.server.open_sockets import OpenSockets
from studio.server.outbox import Outbox
from studio.server.public_show import public_show
from studio.server.room import Room, page_message
from studio.server.socket_peer import SocketPeer
from studio.server.visitors import Visitors
from studio.server.whep import RETRY_S, Whep, new_reader

log = logging.getLogger(__name__)

HELLO_S = 10.0
SILENT_S = 60.0
MESSAGES_A_SECOND = 20
CATCH_UP = 100
"""Events sent at once to a page that missed some: they must fit into its outbox."""


class _FromPage(Struct, frozen=True, tag_field="t"):
    pass


class _Hello(_FromPage, tag="hello", frozen=True):
    seq: Annotated[int, Meta(ge=0)] = 0
    visitor: Annotated[str, Meta(max_length=200)] = ""


class _Ping(_FromPage, tag="ping", frozen=True):
    at: float


class _Sound(_FromPage, tag="sound", frozen=True):
    session: Annotated[str, Meta(max_length=64)]
    on: bool = True


class _Media(_FromPage, tag="media", frozen=True):
    on: bool = True


_decoder = msgspec.json.Decoder(_Hello | _Ping | _Sound | _Media)


class Audience:
    """Serves the audience sockets of all rooms."""

    def __init__(
        self, config: ServerConfig, visitors: Visitors, clock: Clock, sockets: OpenSockets, ice: IceServers, whep: Whep
    ) -> None:
        self._config = config
        self._ice = ice
        self._whep = whep
        self._limiter = Limiter(0 if config.embedded else config.limits.joins_a_minute)
        self._clock = clock
        self._visitors = visitors
        self._sockets = sockets
        self.count = 0

    async def handle(self, request: web.Request, room: Room, *, keyed: bool) -> web.StreamResponse:
        """One page's socket, until it leaves."""
        self._limiter.spend(address_of(request, self._config.proxies), time.monotonic())
        if self.count >= self._config.limits.members:
            raise Overloaded(N_("The show is full"))
        socket = web.WebSocketResponse(compress=False, max_msg_size=16 * 1024)
        await socket.prepare(request)
        self.count += 1
        outbox = Outbox(socket)
        member: Member | None = None
        try:
            with self._sockets.hold(socket):
                member = await self._greet(socket, outbox, room, keyed=keyed)
                if member is not None:
                    await self._listen(socket, room, member)
        finally:
            self.count -= 1
            if member is not None:
                room.members.discard(member)
                self._media(room, member, on=False)
            await outbox.close()
        return socket

    async def _greet(self, socket: web.WebSocketResponse, outbox: Outbox, room: Room, *, keyed: bool) -> Member | None:
        try:
            async with asyncio.timeout(HELLO_S):
                received = await socket.receive()
            hello = _decoder.decode(received.data) if received.type is WSMsgType.TEXT else None
        except (TimeoutError, msgspec.MsgspecError):
            hello = None
        if not isinstance(hello, _Hello):
            await socket.close(code=1008, message=b"hello expected")
            return None
        member = Member(outbox, self._visitors.recognise(hello.visitor), keyed=keyed)
        until = room.delivered
        member.put(
            msgspec.json.encode(
                {
                    "t": "welcome",
                    "visitor": member.visitor,
                    "seq": until,
                    "viewers": len(room.members) + 1,
                    "ice": self._ice.at(self._clock.wall_ms() / 1000),
                    "show": public_show(room, keyed=keyed),
                }
            )
        )
        await self._catch_up(room, member, min(hello.seq or until, until))
        room.members.add(member)
        member.put(room.clock_message(keyed=keyed))
        return member

    async def _catch_up(self, room: Room, member: Member, seq: int) -> None:
        """Send what the page missed, at its own pace. On return nothing is missing, and what comes next arrives live."""
        while seq < room.delivered:
            missed = await room.catch_up(seq, CATCH_UP)
            for item in missed:
                if room.may_know(item, keyed=member.keyed):
                    member.put(page_message(item))
            if not missed or not await member.outbox.drained():
                return
            seq = missed[-1].seq

    async def _listen(self, socket: web.WebSocketResponse, room: Room, member: Member) -> None:
        loop = asyncio.get_running_loop()
        window, count = loop.time(), 0
        while True:
            try:
                async with asyncio.timeout(SILENT_S):
                    received = await socket.receive()
            except TimeoutError:
                await socket.close(code=1001, message=b"silent")
                return
            if received.type is not WSMsgType.TEXT:
                return
            if loop.time() - window > 1:
                window, count = loop.time(), 0
            count += 1
            if count > MESSAGES_A_SECOND:
                await socket.close(code=1008, message=b"too many messages")
                return
            try:
                message = _decoder.decode(received.data)
            except msgspec.MsgspecError:
                await socket.close(code=1008, message=b"not understood")
                return
            if isinstance(message, _Ping):
                member.put(msgspec.json.encode({"t": "pong", "at": message.at, "server_ms": steady_ms()}))
            elif isinstance(message, _Sound) and (reader := room.fanout.readers.get(message.session)):
                reader.hears = message.on
            elif isinstance(message, _Media):
                self._media(room, member, on=message.on)

    def _media(self, room: Room, member: Member, *, on: bool) -> None:
        """Pictures over this socket, from the next keyframe on; or no more."""
        if not on:
            if member.reader is not None:
                room.fanout.remove(member.reader)
                member.outbox.drop_media()
                member.reader = None
                self._whep.tunnels -= 1
        elif member.reader is None:
            if self._whep.full:
                member.put(msgspec.json.encode({"t": "full", "retry_after": RETRY_S}))
                return
            member.reader = new_reader(SocketPeer(member.outbox), room, None, keyed=member.keyed)
            self._whep.tunnels += 1
            room.add_reader(member.reader)
