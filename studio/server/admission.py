"""Who may ask what studios ask: with a token, in a role, and from no browser."""

from aiohttp import web

from studio import commands
from studio.commands import Role
from studio.commands.chat import TALK
from studio.errors import Forbidden
from studio.i18n import N_
from studio.server.auth import Bearer, Tokens
from studio.server.http_guard import route_of
from studio.server.limiter import address_of


class Admission:
    """`proxies` are believed when they say for whom they ask."""

    def __init__(self, tokens: Tokens, proxies: tuple[str, ...]) -> None:
        self._tokens = tokens
        self._proxies = proxies

    async def bearer(self, request: web.Request) -> Bearer:
        """Whose token it shows; raises `Unauthorised`."""
        return await self._tokens.authenticate(request, address_of(request, self._proxies))

    async def studio(self, request: web.Request, roles: frozenset[Role] = TALK) -> Bearer:
        """The same of a studio in one of these roles; raises `Forbidden`, also for browsers, which send a token along wherever
        they are told to."""
        if "Origin" in request.headers:
            raise Forbidden(N_("Browsers may not open the studio's link"))
        bearer = await self.bearer(request)
        if bearer.role not in roles:
            raise Forbidden("{role} may not use {name}", role=bearer.role, name=route_of(request))
        return bearer

    async def role(self, request: web.Request, roles: frozenset[Role] = commands.CONTROL) -> Role:
        """The role of such a studio; raises `Forbidden`."""
        return (await self.studio(request, roles)).role
