"""Who may use the console in a browser: a token in a cookie that no script can read, looked at anew for every connection."""

import hashlib
import secrets

import msgspec
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
from studio.server.http_guard import web_origin
from studio.server.limiter import address_of, is_secure

COOKIE, PATH = "vitrine-console", "/console"
INVITED = "i."
"""What stands in the cookie before a token that an invitation made."""
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
        """What the browser of whoever has an invitation's code keeps, and for how many seconds; the code is worth nothing after
        that. Raises `NotFound`."""
        digest = _digest(code)
        found = self._invitations.pop(digest, None)
        if found is None or self._clock.now_ns() > found.until_ns:
            raise NotFound(N_("This link has been used, or is older than a quarter of an hour: ask for a new one"))
        now_ms, lasts_s = self._clock.wall_ms(), found.days * DAY_S
        try:
            _, token = await rows.create(self._engine, found.role, found.name, now_ms, now_ms + lasts_s * 1000)
        except BaseException:  # the database is away: the link is still good
            self._invitations[digest] = found
            raise
        return INVITED + token, lasts_s

    async def leave(self, request: web.Request) -> None:
        """A token that an invitation made goes with the browser that had it; its other tabs are hung up on. One that was typed in
        is somebody's, and stays."""
        kept = cookie_of(request)
        if kept.startswith(INVITED):
            await rows.revoke_digest(self._engine, rows.digest_of(kept.removeprefix(INVITED)))

    async def recognise(self, request: web.Request, token: str) -> Bearer:
        """Whose a token is; raises `Unauthorised`, `TooMany` after many wrong ones, `Forbidden`. Whatever more they may do at a
        desktop, in a browser they are a marketer."""
        bearer = await self._tokens.recognise(token.removeprefix(INVITED), address_of(request, self._proxies))
        if bearer.role not in MARKETING:
            raise Forbidden("{role} may not use {name}", role=bearer.role, name="console")
        return msgspec.structs.replace(bearer, role="marketer")

    async def bearer(self, request: web.Request) -> Bearer:
        """Who a browser's cookie says it is; raises `Unauthorised`, `TooMany`, `Forbidden`."""
        token = cookie_of(request)
        if not token:
            raise Unauthorised(N_("Sign in first"))
        return await self.recognise(request, token)

    def look(self, request: web.Request) -> None:
        """Raises `Forbidden` for a page of another origin: a cookie goes along from every page on the same host, whatever its
        port."""
        scheme = "https" if is_secure(request, self._proxies) else "http"
        ours = {web_origin(f"{scheme}://{request.host}"), web_origin(self._url)} - {None}
        if web_origin(request.headers.get("Origin", "")) not in ours:
            raise Forbidden(NOT_OURS)

    def keep(self, request: web.Request, response: web.StreamResponse, token: str, lasts_s: int = KEPT_S) -> None:
        """Have the browser keep the token; an empty one goes."""
        response.set_cookie(
            cookie_name(request),
            token,
            max_age=lasts_s if token else 0,
            path=PATH,
            secure=is_secure(request, self._proxies) or self._url.startswith("https:"),
            httponly=True,
            samesite="Strict",
        )


def cookie_name(request: web.Request) -> str:
    """Browsers tell no ports apart: each server of a machine has a cookie of its own."""
    origin = web_origin(f"http://{request.host}")
    return f"{COOKIE}-{origin[2]}" if origin is not None else COOKIE


def cookie_of(request: web.Request) -> str:
    """What a browser keeps; empty without any. Other cookies of the same host may be written as they like (RFC 6265, 5.4)."""
    name = cookie_name(request)
    for pair in request.headers.get("Cookie", "").split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            return value.removeprefix('"').removesuffix('"')
    return ""


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode(errors="surrogatepass")).hexdigest()
