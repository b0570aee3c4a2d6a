"""Guests of shows: their links, their pages, and the desktops that they talk to."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

from aiohttp import web

from studio import wire
from studio.server import pages
from studio.server.answers import at_once
from studio.server.ground import Ground
from studio.server.guests.guests import Guests
from studio.server.guests.sockets import GuestSockets
from studio.server.live.show import LiveShow
from studio.server.part import Part, Session
from studio.show.guest import GUEST_CALL


class GuestsPart(Part):
    """Links that held before the server was started still do."""

    def __init__(self, ground: Ground) -> None:
        self.guests = Guests(ground.engine, ground.clock, ground.ice, ground.url, relay=ground.relay)
        self._sockets = GuestSockets(ground, self.guests)

    async def open(self, opened: AsyncExitStack) -> None:
        await self.guests.load()

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/guests/ws", self._sockets.handle)
        router.add_get("/guest", at_once(pages.guest_page))

    def register_show(self, live: LiveShow) -> None:
        self.guests.register(live)

    def branches(self, client: str, live: LiveShow | None) -> dict[str, Any]:
        return {} if live is None else {"guests": self.guests.of(live.show.id)}

    def desktops_changed(self, live: LiveShow, desktops: Sequence[Session]) -> None:
        self.guests.desktops_changed(live, desktops)

    def signalled(self, session: Session, message: wire.Signal) -> None:
        if message.call.startswith(GUEST_CALL) and session.live is not None:
            self.guests.signalled(session.live, session, message)
