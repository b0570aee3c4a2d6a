"""The server's own socket: connections that say nothing, or too slowly, or too many from one address, are closed."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from studio.server.limiter import household

HEADER_S = 10.0
"""A request's head must be here within this time of connecting (slowloris; 10,000 half-open connections)."""
BACKLOG = 1024


class Listener(web.TCPSite):
    """Listens. `per_address`: connections one address may have open; 0: no limit. `unreadable` answers, with a status, what is no
    request."""

    def __init__(
        self,
        runner: web.AppRunner,
        host: str,
        port: int,
        *,
        context: ssl.SSLContext | None,
        per_address: int,
        proxies: Collection[str],
        unreadable: Callable[[int], web.Response],
    ) -> None:
        super().__init__(runner, host, port, ssl_context=context, backlog=BACKLOG)
        self.per_address = per_address
        self.proxies = proxies
        self.unreadable = unreadable
        self.open: Counter[str] = Counter()
        self.refused = 0

    @property
    def bound_port(self) -> int:
        """The port it listens on."""
        assert isinstance(self._server, asyncio.Server)
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listen; raises `OSError` when the address is taken."""
        await web.BaseSite.start(self)
        server = self._runner.server
        assert server is not None

        def connection() -> RequestHandler:
            return _Connection(self, server, loop=asyncio.get_running_loop(), **server._kwargs)

        self._server = await asyncio.get_running_loop().create_server(
            connection,
            self._host,
            self._port,
            ssl=self._ssl_context,
            ssl_handshake_timeout=HEADER_S if self._ssl_context is not None else None,
            backlog=self._backlog,
        )


class _Connection(RequestHandler):
    __slots__ = ("_address", "_deadline", "_listener")

    def __init__(self, listener: Listener, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._listener = listener
        self._address = ""
        self._deadline: asyncio.TimerHandle | None = None

    def handle_error(self, *args: Any, **kwargs: Any) -> web.StreamResponse:
        """Before there is a request that our guard could look at; aiohttp's own answer repeats what was sent."""
        response = self._listener.unreadable(super().handle_error(*args, **kwargs).status)
        response.force_close()
        return response

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._address = household(str((transport.get_extra_info("peername") or ("",))[0]))
        listener = self._listener
        listener.open[self._address] += 1
        counted = listener.per_address and self._address not in listener.proxies
        if counted and listener.open[self._address] > listener.per_address:
            listener.refused += 1
            transport.abort()  # type: ignore[attr-defined]
            return
        self._deadline = self._loop.call_later(HEADER_S, transport.abort)  # type: ignore[attr-defined]

    def connection_lost(self, exc: BaseException | None) -> None:
        self.heard()
        listener = self._listener
        listener.open[self._address] -= 1
        if listener.open[self._address] <= 0:
            del listener.open[self._address]
        super().connection_lost(exc)

    def heard(self) -> None:
        """A request's head has arrived."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def heard(request: web.BaseRequest) -> None:
    """The head of a request is here: its connection may stay."""
    if isinstance(request.protocol, _Connection):
        request.protocol.heard()
