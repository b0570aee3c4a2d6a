"""The audience socket, `GET /shows/{id}/ws`: catch-up, then live events; the clock; what the page wants and says.

From the page: `{"t":"hello", "seq": n}` first, then `ping`, `sound`, `media` (the last resort: pictures over this socket), and
what `page_words` lists: lines of chat, votes, reactions, what was looked at and bought, consent.
To the page: `welcome` (the show as it is), `events`, `products`, `chat`, `poll`, `reactions`, `clock`, `viewers`, `pong`,
`answer` (to what carried a number), `media` (the MIME type of the binary messages that follow), `full`.
"""

import logging
import time
from typing import Any

import msgspec
from aiohttp import web

from studio.clock import Clock, steady_ms
from studio.errors import Overloaded
from studio.i18n import N_
from studio.server import page_words as words
from studio.server.config import ServerConfig
from studio.server.ice_servers import IceServers
from studio.server.limiter import Limiter, address_of
from studio.server.members import Member
from studio.server.open_sockets import OpenSockets
from studio.server.outbox import Outbox
from studio.server.page_socket import first_word, words_of
from studio.server.public_show import public_show
from studio.server.room import Room
from studio.server.shop.visits import Visits
from studio.server.socket_peer import SocketPeer
from studio.server.visitors import Visitors
from studio.server.whep import RETRY_S, Whep, new_reader

log = logging.getLogger(__name__)

MESSAGES_A_SECOND = 20
MESSAGE_MAX = 16 * 1024
CATCH_UP = 100
"""Events sent at once to a page that missed some: they must fit into its outbox."""


class Audience:
    """Serves the audience sockets of all rooms."""

    def __init__(
        self, config: ServerConfig, visitors: Visitors, clock: Clock, sockets: OpenSockets, ice: IceServers, whep: Whep
    ) -> None:
        self.visits: Visits
        """Set once the database is open."""
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
        address = address_of(request, self._config.proxies)
        self._limiter.spend(address, time.monotonic())
        if self.count >= self._config.limits.members:
            raise Overloaded(N_("The show is full"))
        browser = request.headers.get("User-Agent", "")[:300]
        socket = web.WebSocketResponse(compress=False, max_msg_size=MESSAGE_MAX)
        await socket.prepare(request)
        self.count += 1
        outbox = Outbox(socket, request.transport)
        member: Member | None = None
        try:
            with self._sockets.hold(socket):
                member = await self._greet(socket, outbox, room, (address, browser), keyed=keyed)
                if member is not None:
                    await self._listen(socket, room, member)
        finally:
            self.count -= 1
            if member is not None:
                room.members.discard(member)
                self._media(room, member, on=False)
            await outbox.close()
        return socket

    async def _greet(
        self, socket: web.WebSocketResponse, outbox: Outbox, room: Room, origin: tuple[str, str], *, keyed: bool
    ) -> Member | None:
        hello = await first_word(socket, words.decode, words.Hello)
        if hello is None:
            return None
        await self._visitors.new_day(self._clock.wall_ms())
        token = self._visitors.recognise(hello.visitor)
        consent = await self.visits.consent_of(token) if token == hello.visitor else None
        member = Member(outbox, token, keyed=keyed, network=self._visitors.network(*origin), consent=consent)
        room.tally.came(member.id if member.consent.analytics else self._visitors.today(*origin))
        until, told = room.news.delivered, room.told
        member.put(msgspec.json.encode(self._welcome(room, member, until)))
        await self._catch_up(room, member, min(hello.seq or until, until))
        room.enter(member)
        if room.told != told:  # the shop changed while it was catching up
            for message in room.refreshed(keyed=member.keyed):
                member.put(message)
        member.put(room.clock_message(keyed=keyed))
        return member

    def _welcome(self, room: Room, member: Member, until: int) -> dict[str, Any]:
        standing = room.standing(keyed=member.keyed)
        return {
            "t": "welcome",
            "visitor": member.visitor,
            "consent": member.consent,
            "seq": until,
            "viewers": len(room.members) + 1,
            "ice": self._ice.at(self._clock.wall_ms() / 1000),
            "show": public_show(room, keyed=member.keyed) | {name: standing[name] for name in ("products", "more", "pins")},
            "chat": room.chat.first(member.id),
            "poll": standing["poll"],
        }

    async def _catch_up(self, room: Room, member: Member, seq: int) -> None:
        """Send what the page missed, at its own pace. On return nothing is missing, and what comes next arrives live."""
        while seq < room.news.delivered:
            missed = await room.catch_up(seq, CATCH_UP)
            if (message := await room.missed(missed, member)) is not None:
                member.put(message)
            if not missed or not await member.outbox.drained():
                return
            seq = missed[-1].seq

    async def _listen(self, socket: web.WebSocketResponse, room: Room, member: Member) -> None:
        async for message in words_of(socket, words.decode, MESSAGES_A_SECOND):
            await self._heard(room, member, message)

    async def _heard(self, room: Room, member: Member, message: words.FromPage) -> None:
        if isinstance(message, words.Ping):
            member.put(msgspec.json.encode({"t": "pong", "at": message.at, "server_ms": steady_ms()}))
        elif isinstance(message, words.Sound):
            if reader := room.fanout.readers.get(message.session):
                reader.hears = message.on
        elif isinstance(message, words.Media):
            self._media(room, member, on=message.on)
        elif (answer := await self.visits.heard(room, member, message)) is not None:
            member.put(msgspec.json.encode({"t": "answer", "n": getattr(message, "n", 0)} | answer))

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
