"""The WebSockets that are open, so that a server which ends can say goodbye instead of waiting for them."""

import asyncio
import contextlib
from collections.abc import Iterator

from aiohttp import WSCloseCode, web

GOODBYE_S = 1.0
"""How long a peer has to answer a goodbye."""


class OpenSockets:
    """A set of sockets that are closed together."""

    def __init__(self) -> None:
        self._sockets: set[web.WebSocketResponse] = set()

    @contextlib.contextmanager
    def hold(self, socket: web.WebSocketResponse) -> Iterator[None]:
        """`socket` is open for as long as this lasts."""
        self._sockets.add(socket)
        try:
            yield
        finally:
            self._sockets.discard(socket)

    async def close(self) -> None:
        """Close all of them: a page or a desktop then knows at once that it must come back."""
        await asyncio.gather(*(_close(socket) for socket in tuple(self._sockets)))


async def _close(socket: web.WebSocketResponse) -> None:
    with contextlib.suppress(ConnectionError, RuntimeError, TimeoutError):
        async with asyncio.timeout(GOODBYE_S):
            await socket.close(code=WSCloseCode.GOING_AWAY, message=b"the server ends")
