"""What the console asks over HTTP: its page, its words, who it is, and its connection."""

from typing import Annotated

from aiohttp import web
from msgspec import Meta, Struct

from studio.errors import InvalidValue
from studio.i18n import N_
from studio.server import reading
from studio.server.answers import at_once, json_answer
from studio.server.console.sign_in import ConsoleSignIn
from studio.server.console.words import words
from studio.server.desktops.link import StudioLink
from studio.server.pages import console_page
from studio.server.reading import Decoder

BODY_MAX = 1024
Secret = Annotated[str, Meta(max_length=300)]


class SignIn(Struct, frozen=True, kw_only=True):
    """One of the two: the code of an invitation, or a token."""

    invite: Secret = ""
    token: Secret = ""


_sign_in: Decoder[SignIn] = Decoder(SignIn)


class ConsoleRoutes:
    """On the server's loop."""

    def __init__(self, sign_in: ConsoleSignIn, link: StudioLink) -> None:
        self._sign_in = sign_in
        self._link = link

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this class."""
        router.add_get("/console", at_once(console_page))
        router.add_get("/console/words", at_once(words))
        router.add_get("/console/session", self._who)
        router.add_post("/console/session", self._begin)
        router.add_delete("/console/session", self._end)
        router.add_get("/console/link", self._connect)

    async def _begin(self, request: web.Request) -> web.StreamResponse:
        self._sign_in.look(request)
        said = _sign_in.take(await reading.body(request, BODY_MAX))
        response = web.Response(status=204, headers={"Cache-Control": "no-store"})
        if said.invite:
            token, lasts_s = await self._sign_in.redeem(said.invite)
            self._sign_in.keep(request, response, token, lasts_s)
        elif token := said.token.strip():
            await self._sign_in.recognise(request, token)
            self._sign_in.keep(request, response, token)
        else:
            raise InvalidValue(N_("It needs a token"), field="token")
        return response

    async def _who(self, request: web.Request) -> web.StreamResponse:
        """A socket that is refused does not say why; this does."""
        return json_answer({"role": (await self._sign_in.bearer(request)).role})

    async def _end(self, request: web.Request) -> web.StreamResponse:
        self._sign_in.look(request)
        await self._sign_in.leave(request)
        response = web.Response(status=204, headers={"Cache-Control": "no-store"})
        self._sign_in.keep(request, response, "")
        return response

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        self._sign_in.look(request)
        return await self._link.converse(request, await self._sign_in.bearer(request), browser=True)
