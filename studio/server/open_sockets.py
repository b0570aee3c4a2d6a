"""The WebSockets that are open, so that a server which ends can say goodbye instead of waiting for them; and their edge."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from aiohttp import WSCloseCode, web

from studio.errors import InvalidValue, Overloaded, StudioError, Unreachable
from studio.server import faults

log = logging.getLogger(__name__)

GOODBYE_S = 1.0
"""How long a peer has to answer a goodbye."""
SOCKET = web.RequestKey("vitrine.socket", web.WebSocketResponse)
"""Where a request keeps the socket it has become."""


class OpenSockets:
    """A set of sockets that are closed together."""

    def __init__(self) -> None:
        self._sockets: set[web.WebSocketResponse] = set()

    @contextlib.asynccontextmanager
    async def hold(self, socket: web.WebSocketResponse, request: web.Request) -> AsyncIterator[None]:
        """`socket` is open for as long as this lasts. An error within ends it, with a code that says whether to come again, and
        goes no further; one that is a fault of ours is a line in the log."""
        request[SOCKET] = socket
        self._sockets.add(socket)
        try:
            yield
        except Exception as error:  # nothing may pass: this is the edge
            fault = faults.known(error)
            if fault is None and not faults.gone(error):
                resource = request.match_info.route.resource
                where = resource.canonical if resource is not None else ""
                log.error("the socket %s failed: %s", where, faults.place_of(error))
            await _close(socket, _code_of(fault), (fault.code if fault is not None else "failed").encode())
        finally:
            self._sockets.discard(socket)

    async def close(self) -> None:
        """Close all of them: a page or a desktop then knows at once that it must come back."""
        sockets = tuple(self._sockets)
        await asyncio.gather(*(_close(socket, WSCloseCode.GOING_AWAY, b"the server ends") for socket in sockets))


def _code_of(fault: StudioError | None) -> WSCloseCode:
    if isinstance(fault, Overloaded | Unreachable):
        return WSCloseCode.TRY_AGAIN_LATER
    return WSCloseCode.POLICY_VIOLATION if isinstance(fault, InvalidValue) else WSCloseCode.INTERNAL_ERROR


async def _close(socket: web.WebSocketResponse, code: int, message: bytes) -> None:
    with contextlib.suppress(ConnectionError, RuntimeError, TimeoutError):
        async with asyncio.timeout(GOODBYE_S):
            await socket.close(code=code, message=message)
