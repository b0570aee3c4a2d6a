"""The console: staff work in a browser, with the same commands and the same state as at a desktop."""

from aiohttp import web

from studio.commands import Actor
from studio.commands.console import ConsoleInvite
from studio.server.auth import Tokens
from studio.server.console.routes import ConsoleRoutes
from studio.server.console.sign_in import PATH, ConsoleSignIn
from studio.server.desktops.link import StudioLink
from studio.server.ground import Ground
from studio.server.part import Part
from studio.spine import Dispatcher


class ConsolePart(Part):
    """It keeps nothing of its own: who may come in is a token."""

    def __init__(self, ground: Ground, link: StudioLink, tokens: Tokens) -> None:
        self._url = ground.url
        self._sign_in = ConsoleSignIn(ground.engine, ground.clock, tokens, ground.config.proxies, ground.config.url)
        self._routes = ConsoleRoutes(self._sign_in, link)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        self._routes.add_routes(router)

    def register(self, brand: Dispatcher) -> None:
        brand.register(ConsoleInvite, self._invite)

    async def _invite(self, command: ConsoleInvite, by: Actor) -> str:
        """Behind `#`, which browsers send nowhere."""
        return f"{self._url()}{PATH}#invite={self._sign_in.invite(command)}"
