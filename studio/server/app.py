"""The server's parts, built in order and closed in reverse, and the table of its routes."""

import hmac
import logging
import os
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import msgspec
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from studio import __version__
from studio.clock import Clock, MonotonicClock
from studio.errors import HTTP_STATUS, NotFound, StudioError
from studio.server import api, pages
from studio.server.audience import Audience
from studio.server.auth import Tokens, Unauthorised
from studio.server.broker import Broker
from studio.server.config import ServerConfig
from studio.server.db.engine import open_database
from studio.server.event_log import EventLog
from studio.server.open_sockets import OpenSockets
from studio.server.public_show import public_show
from studio.server.room import Room
from studio.server.rooms import Rooms
from studio.server.studio_link import StudioLink
from studio.server.visitors import Visitors
from studio.server.whep import RETRY_S, UnsupportedMedia, Whep
from studio.webrtc.signalling import MEDIA
from studio.webrtc.whep_peer import RestartRefused

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
CORS_HEADERS = {
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, ETag",
    "Access-Control-Expose-Headers": "Location, Link, ETag, Accept-Patch, Retry-After",
    "Access-Control-Max-Age": "600",
}
STATUS = HTTP_STATUS | {UnsupportedMedia.code: 415, RestartRefused.code: 422, Unauthorised.code: 401}


class ShowServer:
    """`await start()` opens the database and listens; `await close()` stops everything it started."""

    def __init__(self, config: ServerConfig, tokens: Tokens, clock: Clock | None = None) -> None:
        self.config = config
        self.tokens = tokens
        self.port = 0
        self._clock = clock or MonotonicClock()
        self._engine: AsyncEngine | None = None
        self._runner: web.AppRunner | None = None
        self.sockets = OpenSockets()
        self.audience = Audience(config, Visitors(), self._clock, self.sockets)
        self.whep = Whep(config)
        self.broker = Broker()
        self.log: EventLog
        self.rooms: Rooms
        self.link: StudioLink

    @property
    def url(self) -> str:
        """Where people reach it."""
        host = "127.0.0.1" if self.config.host in ("0.0.0.0", "::") else self.config.host
        return f"http://{host}:{self.port}"

    async def start(self) -> None:
        """Open the database, listen. When that fails (the port is taken), what was opened is closed again."""
        try:
            await self._open()
        except BaseException:
            await self.close()
            raise

    async def _open(self) -> None:
        self._engine = await open_database(self.config.database)
        self.log = EventLog(self._engine, self.broker, self._clock)
        self.log.start()
        self.rooms = Rooms(self._engine, self.log, self.broker, self._clock)
        self.link = StudioLink(self.rooms, self.tokens, "", self.sockets)
        self.link.pid = os.getpid()
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.config.host, self.config.port)
        await site.start()
        server = site._server
        assert server is not None
        self.port = server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        self.link.viewer_url = self.url

    async def close(self) -> None:
        """Say goodbye to everybody, write what waits, close the database."""
        if self._runner is not None:
            for site in tuple(self._runner.sites):
                await site.stop()
        await self.whep.close()
        await self.sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._engine is not None:
            await self.rooms.close()
            await self.log.close()
            await self._engine.dispose()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        app.router.add_get("/", self._index)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/embed.js", _sync(pages.embed))
        app.router.add_get("/assets/{path:.+}", _sync(pages.asset))
        app.router.add_get("/favicon.ico", _sync(lambda request: web.Response(status=204)))
        app.router.add_get("/shows/{show}", self._page)
        app.router.add_get("/shows/{show}/ws", self._audience)
        app.router.add_post("/shows/{show}/whep", self._whep_post)
        app.router.add_get("/shows/{show}/whep", _sync(lambda request: web.Response(content_type=MEDIA)))
        app.router.add_get("/shows/{show}/whep/{session}", self.whep.get)
        app.router.add_patch("/shows/{show}/whep/{session}", self.whep.patch)
        app.router.add_delete("/shows/{show}/whep/{session}", self.whep.delete)
        app.router.add_get("/api/shows", self._api_shows)
        app.router.add_get("/api/shows/{show}", self._api_show)
        app.router.add_get("/api/openapi.json", _sync(lambda request: _json(api.OPENAPI)))
        app.router.add_get("/studio", self.link.handle)
        app.router.add_get("/studio/media", self.link.handle_media)
        return app

    async def _room(self, request: web.Request) -> tuple[Room, bool]:
        """The request's room, and whether it came with the show's key. An unlisted show does not exist without it."""
        room = await self.rooms.get(request.match_info["show"])
        keyed = hmac.compare_digest(request.query.get("key", "").encode(), room.key.encode())
        if room.unlisted and not keyed:
            raise NotFound("There is no show {show}", show=request.match_info["show"])
        return room, keyed

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return await pages.index_page(request, self.rooms)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        room, keyed = await self._room(request)
        return pages.show_page(request, room, keyed=keyed)

    async def _audience(self, request: web.Request) -> web.StreamResponse:
        room, keyed = await self._room(request)
        return await self.audience.handle(request, room, keyed=keyed)

    async def _whep_post(self, request: web.Request) -> web.StreamResponse:
        room, keyed = await self._room(request)
        return await self.whep.post(request, room, keyed=keyed)

    async def _api_show(self, request: web.Request) -> web.StreamResponse:
        room, keyed = await self._room(request)
        return _json(public_show(room, keyed=keyed))

    async def _api_shows(self, request: web.Request) -> web.StreamResponse:
        rows = await self.rooms.listed()
        return _json({"shows": [{"id": row["id"], "title": row["title"]} for row in rows]})

    async def _healthz(self, request: web.Request) -> web.StreamResponse:
        return _json({"ok": True, "version": __version__, "desktops": self.link.engines, "readers": self.whep.count})

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Host and Origin checks, CORS, security headers, and errors as problem documents (RFC 9457)."""
        origin = request.headers.get("Origin")
        try:
            if self.config.embedded and _hostname(f"//{request.host}") not in LOOPBACK:
                raise web.HTTPMisdirectedRequest(text="wrong Host")
            if origin and not self._welcome_origin(origin, request):
                raise web.HTTPForbidden(text="this origin may not use this server")
            if request.method == "OPTIONS":
                response: web.StreamResponse = web.Response(status=200, headers={"Accept-Post": "application/sdp"})
            else:
                response = await handler(request)
        except StudioError as error:
            response = _problem(error)
        except web.HTTPException as error:
            response = _problem_document(error.status, error.reason, error.text or error.reason, _allowed(error))
        if not response.prepared:
            response.headers.update(SECURITY_HEADERS)
            if origin:
                response.headers.update(CORS_HEADERS | {"Access-Control-Allow-Origin": origin, "Vary": "Origin"})
            if response.content_type == "text/html":
                response.headers["Content-Security-Policy"] = self._policy(request)
        return response

    def _welcome_origin(self, origin: str, request: web.Request) -> bool:
        if origin.partition("://")[2] == request.host or origin in self.config.origins:
            return True
        return self.config.embedded and _hostname(origin) in LOOPBACK

    def _policy(self, request: web.Request) -> str:
        socket = f"{'wss' if request.secure else 'ws'}://{request.host}"
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; font-src 'self'; "
            f"media-src 'self' blob:; connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
        )


def _sync(handler: Callable[[web.Request], web.StreamResponse]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return handler(request)

    return handle


def _hostname(url: str) -> str:
    """The name in a header that a stranger wrote; empty when it is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _allowed(error: web.HTTPException) -> dict[str, str]:
    """A 405 must say what is allowed (RFC 9110 15.5.6)."""
    return {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}


def _json(value: object) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json", headers={"Cache-Control": "no-cache"})


def _problem(error: StudioError) -> web.Response:
    status = STATUS.get(error.code, 500)
    headers = {"Retry-After": str(RETRY_S)} if status in (409, 503) else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return _problem_document(status, error.code, str(error), headers)


def _problem_document(status: int, title: str, detail: str, headers: dict[str, str]) -> web.Response:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return web.Response(status=status, body=msgspec.json.encode(body), content_type="application/problem+json", headers=headers)
