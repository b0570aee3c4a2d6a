"""Who may use the console in a browser: a token in a cookie that no script can read, looked at anew for every connection."""

import hashlib
import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from aiohttp import web
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import NS_PER_S, Clock
from studio.commands.base import Role
from studio.commands.console import ConsoleInvite
from studio.commands.relation import MARKETING
from studio.errors import Forbidden, NotFound
from studio.i18n import N_
from studio.server.auth import Bearer, Tokens, Unauthorised
from studio.server.db import tokens as rows
from studio.server.limiter import address_of, is_secure

COOKIE, PATH = "vitrine-console", "/console"
INVITED_NS = 15 * 60 * NS_PER_S
INVITED_MAX = 100
"""Links that wait; the oldest go first."""
DAY_S = 86_400
KEPT_S = 30 * DAY_S
NOT_OURS = N_("Only the console's own page may ask this")


class Invitation(Struct, frozen=True, kw_only=True):
    """What a link is worth, until when (ns of the clock)."""

    name: str
    role: Role
    days: int
    until_ns: int


class ConsoleSignIn:
    """`proxies` are believed when they say for whom they ask. On the server's loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock, tokens: Tokens, proxies: tuple[str, ...], url: str) -> None:
        self._engine = engine
        self._clock = clock
        self._tokens = tokens
        self._proxies = proxies
        self._url = url
        self._invitations: dict[str, Invitation] = {}

    def invite(self, command: ConsoleInvite) -> str:
        """A code that lets one browser in."""
        code = secrets.token_urlsafe(24)
        while len(self._invitations) >= INVITED_MAX:
            del self._invitations[next(iter(self._invitations))]
        until_ns = self._clock.now_ns() + INVITED_NS
        self._invitations[_digest(code)] = Invitation(name=command.name, role=command.role, days=command.days, until_ns=until_ns)
        return code

    async def redeem(self, code: str) -> tuple[str, int]:
        """A token of its own for whoever has an invitation's code, which is worth nothing from now on; and for how many seconds.
        Raises `NotFound`."""
        found = self._invitations.pop(_digest(code), None)
        if found is None or self._clock.now_ns() > found.until_ns:
            raise NotFound(N_("This link has been used, or is older than a quarter of an hour: ask for a new one"))
        now_ms, lasts_s = self._clock.wall_ms(), found.days * DAY_S
        _, token = await rows.create(self._engine, found.role, found.name, now_ms, now_ms + lasts_s * 1000)
        return token, lasts_s

    async def recognise(self, request: web.Request, token: str) -> Bearer:
        """Whose a token is that somebody has typed in; raises `Unauthorised`, `TooMany` after many wrong ones, `Forbidden`."""
        return self._marketing(await self._tokens.recognise(token, address_of(request, self._proxies)))

    async def bearer(self, request: web.Request) -> Bearer:
        """Who a browser's cookie says it is; raises `Unauthorised`, `TooMany`, `Forbidden`."""
        token = cookie_of(request)
        if not token:
            raise Unauthorised(N_("Sign in first"))
        return await self.recognise(request, token)

    def look(self, request: web.Request) -> None:
        """Raises `Forbidden` for any page but the console's own: a cookie goes along from every page on the same host, whatever
        its port."""
        origin = urlsplit(request.headers.get("Origin", ""))
        ours = {request.host.lower(), urlsplit(self._url).netloc.lower()} - {""}
        if origin.scheme not in ("http", "https") or origin.netloc.lower() not in ours:
            raise Forbidden(NOT_OURS)

    def keep(self, request: web.Request, response: web.StreamResponse, token: str, lasts_s: int = KEPT_S) -> None:
        """Have the browser keep the token; an empty one goes."""
        response.set_cookie(
            COOKIE,
            token,
            max_age=lasts_s if token else 0,
            path=PATH,
            secure=is_secure(request, self._proxies) or self._url.startswith("https:"),
            httponly=True,
            samesite="Strict",
        )

    @staticmethod
    def _marketing(bearer: Bearer) -> Bearer:
        if bearer.role not in MARKETING:
            raise Forbidden("{role} may not use {name}", role=bearer.role, name="console")
        return bearer


def cookie_of(request: web.Request) -> str:
    """The token that a browser keeps; empty without any."""
    try:
        found = SimpleCookie(request.headers.get("Cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found is not None else ""


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode(errors="surrogatepass")).hexdigest()
