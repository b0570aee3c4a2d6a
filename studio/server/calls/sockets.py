"""`GET /calls/ws`: customers' pages. `words` says what may be said."""

import asyncio
from typing import Any

import msgspec
from aiohttp import web

from studio.clock import seconds, steady_ms
from studio.errors import StudioError
from studio.i18n import N_
from studio.server.calls import words
from studio.server.calls.callers import Callers
from studio.server.calls.customer import Customer
from studio.server.calls.router import CallRouter
from studio.server.ground import Ground
from studio.server.limiter import Limiter, TooMany
from studio.server.members import Origin
from studio.server.outbox import Outbox
from studio.server.page_socket import ARRIVING_MAX, first_word, opened, words_of
from studio.server.places import Places

WORDS_A_SECOND = 30
PAGES_MAX = 3000
"""Pages with the panel open at once."""
RINGS_A_MINUTE = 6
"""From one network; an office stands behind one address."""


class CallSockets:
    """Serves them all."""

    def __init__(self, ground: Ground, desk: CallRouter, callers: Callers) -> None:
        config = self._config = ground.config
        self._clock = ground.clock
        self._desk = desk
        self._callers = callers
        self._visits = ground.visits
        self._visitors = ground.visitors
        self._sockets = ground.sockets
        shared = ground.limited
        self._joins = Limiter(config.limits.joins_a_minute if shared else 0)
        self._rings = Limiter(RINGS_A_MINUTE if shared else 0, 12)
        self._here: set[Customer] = set()
        self._visits.retirers.append(self.retire)
        self._places = Places(PAGES_MAX, shared=shared, full=N_("Too many customers are here"))
        self._arriving = Places(ARRIVING_MAX, shared=shared, full=N_("Too many customers are here"))

    @property
    def count(self) -> int:
        """Pages that are open."""
        return self._places.count

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One page's socket, until it leaves."""
        origin = self._visitors.origin(request, self._config.proxies)
        self._joins.spend(origin.address, seconds(self._clock))
        self._places.look(origin.address)
        with self._arriving.take(origin.address) as arrival:
            async with opened(request, self._sockets, words.MESSAGE_MAX) as (socket, outbox):
                hello = await first_word(socket, words.decode, words.Hello, arrival)
                if hello is not None:
                    with self._places.take(origin.address):
                        await self._serve(socket, outbox, hello, origin)
        return socket

    async def _serve(self, socket: web.WebSocketResponse, outbox: Outbox, hello: words.Hello, origin: Origin) -> None:
        token = self._visitors.recognise(hello.visitor)
        if token == hello.visitor and await self._visits.is_erased(self._visitors.who(token)):
            token = self._visitors.recognise("")  # forgotten, or logged out elsewhere: a stranger
        consent = await self._visits.consent_of(token)
        customer = Customer(outbox, self._visitors.who(token), origin, consent)
        customer.banned = self._visitors.banned(customer.visitor)
        self._here.add(customer)
        try:
            await self._greet(socket, customer, token, hello)
            await self._listen(socket, customer)
        finally:
            self._here.discard(customer)
            await self._callers.gone(customer)

    def retire(self, visitor: str) -> None:
        """Somebody logged out elsewhere: their pages say hello again, as strangers."""
        for customer in [one for one in self._here if one.visitor == visitor]:
            customer.hang_up("logged out")

    async def _greet(self, socket: web.WebSocketResponse, customer: Customer, token: str, hello: words.Hello) -> None:
        loop = asyncio.get_running_loop()
        closing: set[asyncio.Task[Any]] = set()

        def hang_up(why: str) -> None:
            task = loop.create_task(socket.close(code=4001, message=why.encode()))
            closing.add(task)
            task.add_done_callback(closing.discard)

        customer.hang_up = hang_up
        call = await self._callers.come_back(customer, hello.call, hello.secret) if hello.call else None
        customer.put(
            {
                "t": "welcome",
                "visitor": token,
                "consent": msgspec.to_builtins(customer.consent),
                "desk": self._desk.public_desk(),
                "ice": self._desk.signals.ice_servers(),
                "call": call,
            }
        )
        self._desk.listeners.add(customer)

    async def _listen(self, socket: web.WebSocketResponse, customer: Customer) -> None:
        async for word in words_of(socket, words.decode, WORDS_A_SECOND):
            answer = await self._answer(customer, word)
            if answer is not None:
                customer.put({"t": "answer", "n": getattr(word, "n", 0)} | answer)

    async def _answer(self, customer: Customer, word: words.AnyWord) -> dict[str, Any] | None:
        match word:
            case words.Ping():
                customer.put({"t": "pong", "at": word.at, "server_ms": steady_ms()})
                return None
            case words.Carted():
                customer.answered(word)
                return None
            case words.Ring():
                try:
                    self._rings.spend(customer.origin.address, seconds(self._clock))
                except TooMany as error:
                    return {"refused": "slow", "wait_s": error.wait_s}
                return await self._callers.ring(customer, word)
        try:
            return await self._callers.heard(customer, word)
        except StudioError as error:
            return {"refused": error.code}
