"""One connection of somebody who works on shows."""

import asyncio
import itertools
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from studio import commands, wire
from studio.commands import Actor, Role
from studio.errors import Unreachable
from studio.i18n import N_
from studio.server.auth import Bearer
from studio.server.live.show import LiveShow
from studio.server.outbox import Outbox
from studio.show.text import clean

RELAY_TIMEOUT_S = 10.0
MARKETERS_KNOW = frozenset({"relation", "newsletters", "brand", "feeds"})
NAME_MAX = 64
"""Characters of what a desktop calls itself; the rest is cut off."""


class StudioSession:
    """One `/studio` connection: a desktop, a producer's desktop, or a command line."""

    def __init__(self, outbox: Outbox, hello: wire.Hello, bearer: Bearer, *, browser: bool = False) -> None:
        self.id = secrets.token_urlsafe(16)
        self.bearer = bearer
        """Whose token it showed. `client` belongs to that token, and to no other."""
        self.client = hello.client
        self.name = clean(hello.name, NAME_MAX) or hello.client
        self.role: Role = bearer.role
        self.browser = browser
        """It is the console: it gives commands, and is no desktop."""
        self.desktop = hello.studio
        self.engine = self.desktop and bearer.role in commands.CONTROL
        """Whether it is a desktop, which may send a programme."""
        self.welcomed = False
        """Until then it is told nothing else: the welcome has all."""
        self.media: web.WebSocketResponse | None = None
        self.live: LiveShow | None = None
        self.branches: dict[str, wire.StateMessage] = {}
        self.waiting: dict[int, asyncio.Future[Any]] = {}
        self.hang_up: Callable[..., Awaitable[object]]
        self._outbox = outbox
        self._ids = itertools.count(1)
        self._revision = itertools.count(1)

    @property
    def actor(self) -> Actor:
        """Who this session acts as."""
        return Actor(self.client, self.role, self.name)

    def may_know(self, branch: str) -> bool:
        """Whether a branch of the whole brand is their business: customers in line are none of a marketer's."""
        return self.role != "marketer" or branch in MARKETERS_KNOW

    def put(self, message: wire.Message) -> None:
        """Queue a message."""
        self._outbox.put(wire.encode(message))

    def push(self, branch: str, value: Any) -> None:
        """A branch of the state that the server owns has changed."""
        if self.welcomed:
            self.put(wire.StateMessage(branch=branch, rev=next(self._revision), value=value))

    async def relay(self, name: str, args: dict[str, Any], by: Actor) -> Any:
        """Have the desktop behind this session run a command for `by`. Raises `Unreachable`."""
        number = next(self._ids)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.waiting[number] = future
        self.put(wire.CommandMessage(id=number, name=name, args=args, actor=by.id, role=by.role))
        try:
            async with asyncio.timeout(RELAY_TIMEOUT_S):
                return await future
        except TimeoutError:
            raise Unreachable(N_("The desktop does not answer")) from None
        finally:
            del self.waiting[number]
