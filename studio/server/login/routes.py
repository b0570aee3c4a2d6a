"""What pages, browsers and providers ask about logins."""

import logging
from urllib.parse import parse_qs

from aiohttp import web

from studio.errors import Forbidden, StudioError
from studio.i18n import translate
from studio.server import reading
from studio.server.answers import json_answer
from studio.server.link_tokens import with_token
from studio.server.login.logins import PARAMETER, Logins
from studio.server.pages import dead_link, language_of
from studio.server.visitors import Visitors, token_of

log = logging.getLogger(__name__)

BODY_MAX, LOGOUT_MAX = 4 * 1024, 32 * 1024


class LoginRoutes:
    """`proxies` are believed when they say for whom they ask."""

    def __init__(self, logins: Logins, visitors: Visitors, proxies: tuple[str, ...]) -> None:
        self._logins = logins
        self._visitors = visitors
        self._proxies = proxies

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this class."""
        router.add_post("/relation/v1/login", self._begin)
        router.add_post("/relation/v1/login/finish", self._finish)
        router.add_get("/login/callback", self._callback)
        router.add_post("/login/{provider}/logout", self._logout)

    async def _begin(self, request: web.Request) -> web.StreamResponse:
        body = await reading.body(request, BODY_MAX)
        origin = self._visitors.origin(request, self._proxies)
        return json_answer(await self._logins.begin(body, token_of(request), origin))

    async def _finish(self, request: web.Request) -> web.StreamResponse:
        response = json_answer(await self._logins.finish(await reading.body(request, BODY_MAX), token_of(request)))
        response.headers["Cache-Control"] = "private, no-store"
        return response

    async def _callback(self, request: web.Request) -> web.StreamResponse:
        try:
            page, code = await self._logins.answered(request.query)
        except StudioError as error:
            log.warning("a login failed: %s", error.code)
            language = language_of(request)
            return dead_link("", error.sentence(lambda text: translate(text, language)), language)
        headers = {"Location": with_token(page, PARAMETER, code) if code else page, "Cache-Control": "no-store"}
        return web.Response(status=303, headers=headers | {"Referrer-Policy": "no-referrer"})

    async def _logout(self, request: web.Request) -> web.StreamResponse:
        """Of a provider (OpenID Connect Back-Channel Logout 1.0, 2.8): 200 or 400, and never kept by caches."""
        form = parse_qs((await reading.body(request, LOGOUT_MAX)).decode(errors="replace"))
        headers = {"Cache-Control": "no-store"}
        try:
            await self._logins.logged_out(request.match_info["provider"], form.get("logout_token", [""])[0])
        except Forbidden:
            return web.Response(status=400, headers=headers)
        return web.Response(status=200, headers=headers)
