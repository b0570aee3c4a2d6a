"""`GET /guests/ws`: guests' pages. `words` says what may be said."""

import asyncio
import secrets
from typing import Any

import msgspec
from aiohttp import web

from studio.clock import seconds, steady_ms
from studio.i18n import N_
from studio.server.ground import Ground
from studio.server.guests import words
from studio.server.guests.guests import Guests
from studio.server.limiter import Limiter, TooMany, address_of
from studio.server.live.show import LiveShow
from studio.server.outbox import Outbox
from studio.server.page_socket import first_word, opened, words_of
from studio.server.places import Places

WORDS_A_SECOND = 30
PAGES_MAX = 200
"""Sockets that have not shown a link yet. Those that have are as many as there are guests, one each."""


class GuestPage:
    """One guest's page."""

    def __init__(self, socket: web.WebSocketResponse, outbox: Outbox) -> None:
        self.id = secrets.token_hex(4)
        self._socket, self._outbox = socket, outbox
        self._closing: set[asyncio.Task[Any]] = set()

    def put(self, message: dict[str, Any]) -> None:
        """Queue a message."""
        self._outbox.put(msgspec.json.encode(message))

    def leave(self, code: int, why: str) -> None:
        """Close its socket."""
        task = asyncio.create_task(self._socket.close(code=code, message=why.encode()))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


class GuestSockets:
    """Serves them all."""

    def __init__(self, ground: Ground, guests: Guests) -> None:
        config = self._config = ground.config
        self._clock = ground.clock
        self._guests = guests
        self._live_shows = ground.live_shows
        self._sockets = ground.sockets
        shared = ground.limited
        self._joins = Limiter(config.limits.joins_a_minute if shared else 0)
        self._wrong = Limiter(config.limits.wrong_tokens_a_minute if shared else 0)
        self._arriving = Places(PAGES_MAX, shared=shared, full=N_("Too many guests are here"))

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One page's socket, until it leaves."""
        address = address_of(request, self._config.proxies)
        self._joins.spend(address, seconds(self._clock))
        with self._arriving.take(address) as arrival:
            async with opened(request, self._sockets, words.MESSAGE_MAX) as (socket, outbox):
                hello = await first_word(socket, words.decode, words.Hello, arrival)
                if hello is not None:
                    await self._serve(socket, outbox, hello, address)
        return socket

    async def _serve(self, socket: web.WebSocketResponse, outbox: Outbox, hello: words.Hello, address: str) -> None:
        page = GuestPage(socket, outbox)
        found = self._guests.find(hello.token)  # a true link is looked at first: strangers lock no guest out
        if found is None:
            why = "unknown"
            try:
                self._wrong.spend(address, seconds(self._clock))
            except TooMany:
                why = "slow"
            page.put({"t": "refused", "why": why})
            await socket.close(code=1008, message=why.encode())
            return
        show, guest = found
        live = await self._live_shows.get(show)
        page.put(self._welcome(live, guest.id, hello.name.strip() or guest.name))
        try:
            if await self._guests.enter(live, guest, page, hello.name):
                await self._listen(socket, page, live, guest.id)
        finally:
            self._guests.leave(live, guest.id, page)

    def _welcome(self, live: LiveShow, guest: str, name: str) -> dict[str, Any]:
        return {
            "t": "welcome",
            "guest": guest,
            "name": name,
            "title": live.show.title,
            "brand": live.show.brand,
            "ice": self._guests.servers(),
            "desktop": self._guests.has_desktop(live),
        }

    async def _listen(self, socket: web.WebSocketResponse, page: GuestPage, live: LiveShow, guest: str) -> None:
        async for word in words_of(socket, words.decode, WORDS_A_SECOND):
            match word:
                case words.Signal() if word.data.get("type") != "ice":  # how it is reached is for the server to say
                    self._guests.heard(live, guest, word.data)
                case words.Ping():
                    page.put({"t": "pong", "at": word.at, "server_ms": steady_ms()})
                case _:
                    pass
