"""Logins: the shop's visitors are known by whoever logs them in."""

from contextlib import AsyncExitStack

import aiohttp
from aiohttp import web

from studio.server.config import Login, read_secret
from studio.server.ground import Ground
from studio.server.login.facebook import FacebookProvider
from studio.server.login.logins import Logins
from studio.server.login.oidc import OidcProvider
from studio.server.login.provider import Provider
from studio.server.login.routes import LoginRoutes
from studio.server.mail.own_pages import OwnPages
from studio.server.part import Part
from studio.server.relation.part import RelationPart


class LoginPart(Part):
    """It has routes only where the settings name somebody."""

    def __init__(self, ground: Ground, relation: RelationPart) -> None:
        self._ground = ground
        self._settings = ground.config.login
        self._providers: dict[str, tuple[Login, Provider]] = {}
        self.logins = Logins(
            ground.engine,
            ground.clock,
            providers=self._providers,
            arrivals=relation.arrivals,
            visitors=ground.visitors,
            pages=OwnPages(ground.url, ground.config.origins),
            url=ground.url,
            retire=ground.visits.retire,
            limited=ground.limited,
        )
        self._routes = LoginRoutes(self.logins, ground.visitors, ground.config.proxies)

    async def open(self, opened: AsyncExitStack) -> None:
        if not self._settings:
            return
        http = await opened.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        for one in self._settings:
            field = f"login {one.name}: client_secret_file"
            secret = read_secret(one.client_secret_file, field) if one.client_secret_file else ""
            made = (
                OidcProvider(one, secret, http, self._ground.clock) if one.kind == "oidc" else FacebookProvider(one, secret, http)
            )
            self._providers[one.name] = one, made

    def add_routes(self, router: web.UrlDispatcher) -> None:
        if self._settings:
            self._routes.add_routes(router)
