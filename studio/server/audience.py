"""The audience socket, `GET /shows/{id}/ws`: catch-up, then live events; the clock; what the page wants and says.

From the page: `{"t":"hello", "seq": n}` first, then `ping`, `sound`, `media` (the last resort: pictures over this socket), and
what `page_words` lists: lines of chat, votes, reactions, what was looked at and bought, consent.
To the page: `welcome` (the show as it is), `events`, `products`, `chat`, `poll`, `reactions`, `clock`, `viewers`, `pong`,
`answer` (to what carried a number), `media` (the MIME type of the binary messages that follow), `full`.
"""

from typing import Any

import msgspec
from aiohttp import web

from studio.clock import Clock, seconds, steady_ms
from studio.errors import Overloaded
from studio.server import page_words as words
from studio.server.config import ServerConfig
from studio.server.ice_servers import IceServers
from studio.server.limiter import Limiter
from studio.server.live.show import LiveShow
from studio.server.members import AudienceSocket, Origin
from studio.server.open_sockets import OpenSockets
from studio.server.outbox import Outbox
from studio.server.page_socket import ARRIVING_MAX, first_word, opened, words_of
from studio.server.places import Places
from studio.server.public_show import public_show
from studio.server.shop.visits import Visits
from studio.server.socket_peer import SocketPeer
from studio.server.visitors import Visitors
from studio.server.whep import RETRY_S, Whep, new_reader

MESSAGES_A_SECOND = 20
MESSAGE_MAX = 16 * 1024
CATCH_UP = 100
"""Events sent at once to a page that missed some: they must fit into its outbox."""
BEHIND_MAX = 500
"""A page that is further behind begins anew: the welcome has all that stands. How much is read for it is not for it to choose."""


class Audience:
    """Serves the audience sockets of all shows."""

    def __init__(
        self, config: ServerConfig, visitors: Visitors, clock: Clock, *, sockets: OpenSockets, ice: IceServers, whep: Whep
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
        shared = not config.embedded
        self._places = Places(config.limits.members, shared=shared)
        self._arriving = Places(min(ARRIVING_MAX, config.limits.members), shared=shared)

    @property
    def count(self) -> int:
        """Pages that are open."""
        return self._places.count

    async def handle(self, request: web.Request, live: LiveShow, *, keyed: bool) -> web.StreamResponse:
        """One page's socket, until it leaves."""
        origin = self._visitors.origin(request, self._config.proxies)
        self._limiter.spend(origin.address, seconds(self._clock))
        self._places.look(origin.address)
        with self._arriving.take(origin.address) as arrival:
            async with opened(request, self._sockets, MESSAGE_MAX) as (socket, outbox):
                hello = await first_word(socket, words.decode, words.Hello, arrival)
                if hello is not None:
                    with self._places.take(origin.address):
                        member = await self._member(outbox, hello, origin, keyed=keyed)
                        await self._serve(socket, live, member, hello.seq)
        return socket

    async def _member(self, outbox: Outbox, hello: words.Hello, origin: Origin, *, keyed: bool) -> AudienceSocket:
        await self._visitors.new_day(self._clock.wall_ms())
        token = self._visitors.recognise(hello.visitor)
        if token == hello.visitor and await self.visits.is_erased(token.partition(".")[0]):
            token = self._visitors.recognise("")  # another device of somebody who was forgotten
        consent = await self.visits.consent_of(token) if token == hello.visitor else None
        member = AudienceSocket(outbox, token, keyed=keyed, origin=origin, consent=consent)
        member.banned = self._visitors.banned(member.id)
        member.language = hello.language[:2]
        return member

    async def _serve(self, socket: web.WebSocketResponse, live: LiveShow, member: AudienceSocket, seq: int) -> None:
        """From the welcome to the end."""
        try:
            await self._greet(live, member, seq)
            async for word in words_of(socket, words.decode, MESSAGES_A_SECOND):
                if isinstance(word, words.Hello):
                    await socket.close(code=1008, message=b"hello twice")
                    return
                await self._heard(live, member, word)
        finally:
            live.pages.leave(member)
            self._media(live, member, on=False)

    async def _greet(self, live: LiveShow, member: AudienceSocket, seq: int) -> None:
        until, told = live.feed.delivered, live.pages.told
        live.counters.came(member.id if member.consent.analytics else self._visitors.today(member.origin))
        begins_anew = until - seq > BEHIND_MAX
        member.put(msgspec.json.encode(self._welcome(live, member, until, begins_anew=begins_anew)))
        await self._catch_up(live, member, until if begins_anew or not seq else min(seq, until))
        live.pages.enter(member)
        if live.pages.told != told:  # the shop changed while it was catching up
            for message in live.pages.snapshot_messages(keyed=member.keyed):
                member.put(message)
        member.put(live.pages.clock_message(keyed=member.keyed))

    def _welcome(self, live: LiveShow, member: AudienceSocket, until: int, *, begins_anew: bool) -> dict[str, Any]:
        standing = live.pages.snapshot(keyed=member.keyed)
        return {
            "t": "welcome",
            "visitor": member.visitor,
            "consent": member.consent,
            "seq": until,
            "anew": begins_anew,
            "viewers": len(live.pages.members) + 1,
            "ice": self._ice.at(self._clock.wall_ms() / 1000),
            "show": public_show(live, keyed=member.keyed) | {name: standing[name] for name in ("products", "more", "pins")},
            "chat": live.chat.first(member.id, hidden=live.rehearsed and not member.keyed),
            "poll": standing["poll"],
        }

    async def _catch_up(self, live: LiveShow, member: AudienceSocket, seq: int) -> None:
        """Send what the page missed, at its own pace. On return nothing is missing, and what comes next arrives live."""
        while seq < live.feed.delivered:
            missed = await live.feed.since(seq, CATCH_UP)
            if (message := await live.pages.missed(missed, member)) is not None:
                member.put(message)
            if not missed or not await member.outbox.drained():
                return
            seq = missed[-1].seq

    async def _heard(self, live: LiveShow, member: AudienceSocket, message: words.FromPage) -> None:
        if isinstance(message, words.Ping):
            member.put(msgspec.json.encode({"t": "pong", "at": message.at, "server_ms": steady_ms()}))
        elif isinstance(message, words.Sound):
            if reader := live.fanout.readers.get(message.session):
                reader.audio_on = message.on
        elif isinstance(message, words.Media):
            self._media(live, member, on=message.on)
        elif (answer := await self.visits.heard(live, member, message)) is not None:
            member.put(msgspec.json.encode({"t": "answer", "n": getattr(message, "n", 0)} | answer))

    def _media(self, live: LiveShow, member: AudienceSocket, *, on: bool) -> None:
        """Pictures over this socket, from the next keyframe on; or no more."""
        if not on:
            if member.reader is not None:
                live.fanout.remove(member.reader)
                member.outbox.drop_media()
                member.reader = None
            if member.place is not None:
                member.place.release()
                member.place = None
        elif member.reader is None:
            if not live.fanout.ladder:  # one that was never on air has no pictures yet
                member.put(msgspec.json.encode({"t": "full", "retry_after": RETRY_S}))
                return
            try:
                member.place = self._whep.places.take(member.origin.address)
            except Overloaded:
                member.put(msgspec.json.encode({"t": "full", "retry_after": RETRY_S}))
                return
            member.reader = new_reader(SocketPeer(member.outbox), live, None, keyed=member.keyed)
            live.add_reader(member.reader)
