"""`GET /calls/ws`: customers' pages. `words` says what may be said."""

import asyncio
import time
from typing import Any

import msgspec
from aiohttp import web

from studio.clock import steady_ms
from studio.errors import Overloaded, StudioError
from studio.i18n import N_
from studio.server.calls import words
from studio.server.calls.callers import Callers
from studio.server.calls.customer import Customer
from studio.server.calls.desk import Desk
from studio.server.config import ServerConfig
from studio.server.limiter import Limiter, TooMany, address_of
from studio.server.open_sockets import OpenSockets
from studio.server.outbox import Outbox
from studio.server.page_socket import first_word, words_of
from studio.server.shop.visits import Visits
from studio.server.visitors import Visitors

WORDS_A_SECOND = 30
PAGES_MAX = 3000
"""Pages with the panel open at once."""
RINGS_A_MINUTE = 6
"""From one network; an office stands behind one address."""


class CallSockets:
    """Serves them all."""

    def __init__(
        self, config: ServerConfig, desk: Desk, callers: Callers, visits: Visits, visitors: Visitors, sockets: OpenSockets
    ) -> None:
        self._config = config
        self._desk = desk
        self._callers = callers
        self._visits = visits
        self._visitors = visitors
        self._sockets = sockets
        self._joins = Limiter(0 if config.embedded else config.limits.joins_a_minute)
        self._rings = Limiter(0 if config.embedded else RINGS_A_MINUTE, 12)
        self.count = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One page's socket, until it leaves."""
        address = address_of(request, self._config.proxies)
        self._joins.spend(address, time.monotonic())
        if self.count >= PAGES_MAX:
            raise Overloaded(N_("Too many customers are here"))
        browser = request.headers.get("User-Agent", "")[:300]
        socket = web.WebSocketResponse(compress=False, max_msg_size=words.MESSAGE_MAX)
        await socket.prepare(request)
        self.count += 1
        outbox = Outbox(socket, request.transport)
        customer: Customer | None = None
        try:
            with self._sockets.hold(socket):
                customer = await self._greet(socket, outbox, self._visitors.network(address, browser))
                if customer is not None:
                    await self._listen(socket, customer, address)
        finally:
            self.count -= 1
            if customer is not None:
                await self._callers.gone(customer)
            await outbox.close()
        return socket

    async def _greet(self, socket: web.WebSocketResponse, outbox: Outbox, network: str) -> Customer | None:
        hello = await first_word(socket, words.decode, words.Hello)
        if hello is None:
            return None
        token = self._visitors.recognise(hello.visitor)
        consent = await self._visits.consent_of(token)
        customer = Customer(outbox, self._visitors.who(token), network, consent)
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
                "consent": msgspec.to_builtins(consent),
                "desk": self._desk.public_desk(),
                "ice": self._desk.ice_servers(),
                "call": call,
            }
        )
        self._desk.listeners.add(customer)
        return customer

    async def _listen(self, socket: web.WebSocketResponse, customer: Customer, address: str) -> None:
        async for word in words_of(socket, words.decode, WORDS_A_SECOND):
            answer = await self._answer(customer, word, address)
            if answer is not None:
                customer.put({"t": "answer", "n": getattr(word, "n", 0)} | answer)

    async def _answer(self, customer: Customer, word: words.AnyWord, address: str) -> dict[str, Any] | None:
        match word:
            case words.Ping():
                customer.put({"t": "pong", "at": word.at, "server_ms": steady_ms()})
                return None
            case words.Carted():
                customer.answered(word)
                return None
            case words.Ring():
                try:
                    self._rings.spend(address, time.monotonic())
                except TooMany as error:
                    return {"refused": "slow", "wait_s": error.wait_s}
                return await self._callers.ring(customer, word)
        try:
            return await self._callers.heard(customer, word)
        except StudioError as error:
            return {"refused": error.code}
