"""What pages say on a WebSocket: bounded in time and number, and understood, or the socket is closed with the reason."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import msgspec
from aiohttp import WSMsgType, web

from studio.server.open_sockets import OpenSockets
from studio.server.outbox import Outbox
from studio.server.places import Place

T = TypeVar("T")
H = TypeVar("H")

HELLO_S = 10.0
ARRIVING_MAX = 1000
"""Sockets that have not said hello yet; a share of them for each address. They crowd out only each other."""
SILENT_S = 60.0


@contextlib.asynccontextmanager
async def opened(
    request: web.Request, sockets: OpenSockets, message_max: int
) -> AsyncIterator[tuple[web.WebSocketResponse, Outbox]]:
    """A page's socket and what waits for it, until the block ends."""
    socket = web.WebSocketResponse(compress=False, max_msg_size=message_max)
    await socket.prepare(request)
    outbox = Outbox(socket, request.transport)
    try:
        async with sockets.hold(socket, request):
            yield socket, outbox
    finally:
        await outbox.close()


async def first_word(socket: web.WebSocketResponse, decode: Callable[[str], object], kind: type[H], arrival: Place) -> H | None:
    """The hello; None when something else came, or nothing. Who has said it is no longer among those who have just arrived."""
    with arrival:
        try:
            async with asyncio.timeout(HELLO_S):
                received = await socket.receive()
            hello = decode(received.data) if received.type is WSMsgType.TEXT else None
        except (TimeoutError, msgspec.MsgspecError):
            hello = None
    if isinstance(hello, kind):
        return hello
    await socket.close(code=1008, message=b"hello expected")
    return None


async def words_of(socket: web.WebSocketResponse, decode: Callable[[str], T], a_second: int) -> AsyncIterator[T]:
    """Everything after it, until the page leaves or is sent away."""
    loop = asyncio.get_running_loop()
    window, count = loop.time(), 0
    while True:
        try:
            async with asyncio.timeout(SILENT_S):
                received = await socket.receive()
        except TimeoutError:
            await socket.close(code=1001, message=b"silent")
            return
        if received.type is WSMsgType.BINARY:
            await socket.close(code=1008, message=b"not understood")
            return
        if received.type is not WSMsgType.TEXT:
            return
        if loop.time() - window > 1:
            window, count = loop.time(), 0
        count += 1
        if count > a_second:
            await socket.close(code=1008, message=b"too many messages")
            return
        try:
            word = decode(received.data)
        except msgspec.MsgspecError:
            await socket.close(code=1008, message=b"not understood")
            return
        yield word
