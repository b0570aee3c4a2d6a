"""The outermost edge of every request: who may ask (Host, Origin), what every answer carries, and what becomes of an error.

Nothing passes it: whatever goes wrong behind it is a problem document (RFC 9457) and one line in the log, which names the kind of
error and where it was, never who asked.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Middleware

from studio.errors import HTTP_STATUS, InvalidValue, NotFound, StudioError
from studio.i18n import N_
from studio.server import faults
from studio.server.auth import Unauthorised
from studio.server.config import ServerConfig
from studio.server.limiter import TooMany, is_secure
from studio.server.listener import heard
from studio.server.open_sockets import SOCKET
from studio.server.reading import TooLarge, TooSlow, readable
from studio.show.film import origin_of

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HSTS = "max-age=31536000"
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
}
CORS_HEADERS = {
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, ETag",
    "Access-Control-Expose-Headers": "Location, Link, ETag, Accept-Patch, Retry-After",
    "Access-Control-Max-Age": "600",
}
STATUS = HTTP_STATUS | {
    "media_type": 415,
    "ice_restart": 422,
    Unauthorised.code: 401,
    TooMany.code: 429,
    TooLarge.code: 413,
    TooSlow.code: 408,
    "uploading": 423,
    "checksum": 460,  # tus 1.0.0
    faults.DiskFull.code: 507,
    faults.DatabaseAway.code: 503,
}
SHARED = ("text/css", "text/javascript", "image/", "video/", "font/", "text/vtt")
"""What other sites' pages show: nothing of it is anybody's own."""
FORMS = web.ResponseKey("forms", bool)
"""A key of a response: its page has forms, which are sent back to us. Most have none."""
PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
FAILED = N_("The server failed; its log says why")


class HttpGuard:
    """`url()` is where people reach the server; `counted` is told each answer's status; `add_links` names TURN servers."""

    def __init__(
        self,
        config: ServerConfig,
        url: Callable[[], str],
        counted: Callable[[int], None],
        add_links: Callable[[web.StreamResponse], None],
    ) -> None:
        self._config = config
        self._url = url
        self._counted = counted
        self._add_links = add_links

    def middleware(self) -> Middleware:
        """For an `Application`."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._answer(request, handler)

        return cast(Middleware, guard)

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        heard(request)
        origin = request.headers.get("Origin")
        welcome = origin is None
        try:
            self._look_at_host(request)
            welcome = welcome or self._welcome(str(origin), request)
            if not welcome:
                raise web.HTTPForbidden(text="this origin may not use this server")
            _look_at_address(request)
            response = await self._handle(request, handler)
        except Exception as error:  # nothing may pass: this is the edge
            socket: web.WebSocketResponse | None = request.get(SOCKET)
            if socket is not None:  # what was said on it is over; there is nobody to answer
                report(request, error)
                return socket
            response = self._refusal(request, error)
        self._counted(response.status)
        if not response.prepared:
            self._dress(request, response, origin if welcome else None)
        return response

    async def _handle(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method != "OPTIONS":
            return await handler(request)
        response = web.Response(status=200, headers={"Accept-Post": "application/sdp"})
        if "Access-Control-Request-Method" not in request.headers:  # a preflight names no TURN credentials
            self._add_links(response)
        return response

    def _refusal(self, request: web.Request, error: Exception) -> web.Response:
        if isinstance(error, web.HTTPException):
            return _document(error.status, error.reason, error.text or error.reason, _kept(error))
        report(request, error)
        if faults.gone(error) or isinstance(error, web.RequestPayloadError | HttpProcessingError):
            return problem(InvalidValue(N_("The body is cut off")))
        return problem(faults.known(error) or StudioError(FAILED))

    def _dress(self, request: web.Request, response: web.StreamResponse, origin: str | None) -> None:
        """What every answer carries."""
        response.headers.update(SECURITY_HEADERS)
        if self._secure(request) and not self._config.embedded:
            response.headers["Strict-Transport-Security"] = HSTS
        if origin is not None:
            response.headers.update(CORS_HEADERS | {"Access-Control-Allow-Origin": origin})
        vary = {name.strip(): None for name in response.headers.get("Vary", "").split(",")} | {"Origin": None}
        response.headers["Vary"] = ", ".join(filter(None, vary))  # what is packed is not for everybody either
        if response.content_type.startswith(SHARED):  # for pages that isolate themselves (COEP: require-corp)
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if response.content_type == "text/html":
            response.headers["Content-Security-Policy"] = self._policy(request, forms=response.get(FORMS, False))

    def _look_at_host(self, request: web.Request) -> None:
        """It goes into what we answer: only a name and a port may."""
        if self._config.embedded and hostname(f"//{request.host}") not in LOOPBACK:
            raise web.HTTPMisdirectedRequest(text="wrong Host")
        if _HOST.fullmatch(request.host) is None:
            raise web.HTTPBadRequest(text="the Host is no name")

    def _welcome(self, origin: str, request: web.Request) -> bool:
        """Whether a page of `origin` may ask: our own, one the settings name, or one of this machine at a desktop's server."""
        asks = web_origin(origin)
        if asks is None:
            return False
        own = web_origin(f"{'https' if self._secure(request) else 'http'}://{request.host}")
        if asks in (own, web_origin(self._url())) or asks in map(web_origin, self._config.origins):
            return True
        return self._config.embedded and asks[1] in LOOPBACK

    def _secure(self, request: web.Request) -> bool:
        """Whether the page's own connection is encrypted, to us or to the proxy in front of us."""
        return is_secure(request, self._config.proxies) or self._url().startswith("https:")

    def _policy(self, request: web.Request, *, forms: bool) -> str:
        socket = f"{'wss' if self._secure(request) else 'ws'}://{request.host}"
        sent_to = "'self'" if forms else "'none'"
        media = " ".join(["'self' blob:", *map(origin_of, self._config.films.stores)])
        return (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; font-src 'self'; "
            f"media-src {media}; connect-src 'self' {socket}; base-uri 'none'; "
            f"form-action {sent_to}; frame-ancestors 'self'"
        )


def report(request: web.BaseRequest, error: BaseException) -> None:
    """One line about a fault of ours; nothing about what is only somebody's wish or bad luck."""
    if isinstance(error, StudioError) or faults.gone(error) or isinstance(error, web.RequestPayloadError | HttpProcessingError):
        return
    fault = faults.known(error)
    if isinstance(fault, InvalidValue):
        return
    (log.warning if fault is not None else log.error)("%s failed: %s", route_of(request), faults.place_of(error))


def route_of(request: web.BaseRequest) -> str:
    """What was asked for, without what only one person knows: `GET /shows/{show}/ws`."""
    resource = request.match_info.route.resource if isinstance(request, web.Request) else None
    return f"{request.method} {resource.canonical if resource is not None else '(no such address)'}"


class OneLine(logging.Filter):
    """aiohttp's own log names who asked and prints a traceback. What comes before our guard is not worth a line, or one."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError) or (error is not None and faults.gone(error)):
            return False
        if error is not None:
            record.msg, record.args = "a request failed: %s", (faults.place_of(error),)
            record.exc_info = record.exc_text = None
        return True


HTTP_LOG = logging.getLogger("studio.server.http")
"""For aiohttp's runner, instead of its own."""
HTTP_LOG.addFilter(OneLine())


def problem(error: StudioError) -> web.Response:
    """An error as people's programs read it."""
    status = STATUS.get(error.code, 500)
    headers = {"Retry-After": str(faults.AWAY_S)} if status in (409, 503) else {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.wait_s)
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return _document(status, error.code, str(error), headers)


def unreadable(status: int) -> web.Response:
    """What came is no request."""
    detail = N_("The request cannot be read") if status < 500 else FAILED
    response = _document(status, HTTPStatus(status).phrase, detail, {})
    response.headers.update(SECURITY_HEADERS)
    return response


def _document(status: int, title: str, detail: str, headers: dict[str, str]) -> web.Response:
    body = {"type": "about:blank", "title": title, "status": status, "detail": readable_part(detail)}
    return web.Response(status=status, body=msgspec.json.encode(body), content_type="application/problem+json", headers=headers)


def readable_part(text: str) -> str:
    """`text` without what is no Unicode: it may repeat what somebody sent."""
    return text.encode(errors="replace").decode()


def _look_at_address(request: web.Request) -> None:
    """An address or a query with a U+0000 or half a character is nothing that there could be."""
    if not readable(request.path) or not all(map(readable, request.match_info.values())):
        raise NotFound(N_("There is nothing at this address"))
    if not all(readable(part) for item in request.query.items() for part in item):
        raise InvalidValue(N_("The address has characters that cannot be read"))


def hostname(url: str) -> str:
    """The name in a header that a stranger wrote; empty when it is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def web_origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, name and port of a web origin (RFC 6454); None for any other."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if (
        parts.scheme not in PORTS
        or not parts.hostname
        or parts.path.rstrip("/")
        or parts.query
        or parts.fragment
        or parts.username
    ):
        return None
    return parts.scheme, parts.hostname, port or PORTS[parts.scheme]


def _kept(error: web.HTTPException) -> dict[str, str]:
    """A 405 must say what is allowed (RFC 9110 15.5.6), a redirect where to go."""
    return {name: error.headers[name] for name in ("Allow", "Location") if name in error.headers}
