"""One connection to `/studio`: greeting, requests and their replies, heartbeat. It lives until it breaks."""

import asyncio
import contextlib
import itertools
import logging
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import msgspec

from studio import __version__, heartbeat, wire
from studio.commands import Command, named
from studio.errors import Forbidden, Incompatible, StudioError, Unreachable, from_wire
from studio.i18n import N_
from studio.link.shop_mirror import ShopMirror

log = logging.getLogger(__name__)

REQUEST_TIMEOUT_S = 15.0
CONNECT_TIMEOUT_S = 5.0

Handler = Callable[[wire.AnyMessage], Awaitable[None]]


class Connection:
    """Made by `connect`. `handle` gets every message that is not an answer to one of ours."""

    def __init__(
        self, http: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse, welcome: wire.Welcome, shop: ShopMirror
    ) -> None:
        self.http = http
        self.welcome = shop.completed(welcome)
        self._shop = shop
        self.rtt_ms = 0.0
        self.media_ms: Callable[[], int] = lambda: 0
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[wire.Reply]] = {}
        self._lease: asyncio.Future[wire.Lease] | None = None

    async def send(self, message: wire.Message) -> None:
        """Send a message; raises `Unreachable` when the connection is gone."""
        text = wire.encode(message).decode()
        if len(text) > wire.MAX_MESSAGE:  # it would cost us the connection
            log.error("a message of %d characters is too long for the server: %s", len(text), text[:60])
            return
        try:
            await self._socket.send_str(text)
        except (ConnectionError, RuntimeError, aiohttp.ClientError):
            raise Unreachable(N_("The show server is not connected")) from None

    async def request(self, name: str, args: dict[str, Any]) -> Any:
        """Run a command at the server, or through it at a desktop; its answer. Raises the `StudioError` it answers."""
        return (await self.answered(name, args)).ok

    async def answered(self, name: str, args: dict[str, Any]) -> wire.Reply:
        """The same, and what takes it back. Raises `Unreachable`."""
        number = next(self._ids)
        future: asyncio.Future[wire.Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            await self.send(wire.CommandMessage(id=number, name=name, args=args))
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                return await future
        except TimeoutError:
            raise Unreachable(N_("The show server does not answer")) from None
        finally:
            self._waiting.pop(number, None)

    async def execute(self, command: Command) -> Any:
        """Like `request`, for a command struct."""
        return await self.request(*named(command))

    async def lease(self, message: wire.Lease) -> wire.Lease:
        """Ask for a lease or give it back; raises `Held` and its kin."""
        self._lease = asyncio.get_running_loop().create_future()
        try:
            await self.send(message)
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                answer = await self._lease
        except TimeoutError:
            raise Unreachable(N_("The show server does not answer")) from None
        finally:
            self._lease = None
        if answer.error is not None:
            raise _error(answer.error)
        return answer

    async def ping(self) -> None:
        """Send a heartbeat with our show clock."""
        await self.send(wire.Ping(at=time.monotonic(), media_ms=self.media_ms()))

    async def run(self, handle: Handler) -> None:
        """Read until the connection ends; pings on the way. Returns when it ended or fell silent."""
        pinger = asyncio.create_task(self._keep_pinging(), name="link-ping")
        try:
            while True:
                received = await heartbeat.receive(self._socket)
                if received.type is not aiohttp.WSMsgType.TEXT:
                    return
                await self._dispatch(wire.decode(received.data), handle)
        except (TimeoutError, msgspec.MsgspecError) as error:
            log.warning("the link broke: %s", str(error) or "silence")
        finally:
            pinger.cancel()
            await asyncio.gather(pinger, return_exceptions=True)
            self._fail_waiting()
            await self.close()

    async def close(self) -> None:
        """Hang up."""
        await _hang_up(self._socket)

    async def _dispatch(self, message: wire.AnyMessage, handle: Handler) -> None:
        if isinstance(message, wire.Reply):
            future = self._waiting.get(message.id)
            if future is not None and not future.done():
                if message.error is not None:
                    future.set_exception(_error(message.error))
                else:
                    future.set_result(message)
        elif isinstance(message, wire.Pong):
            self.rtt_ms = (time.monotonic() - message.at) * 1000
        elif isinstance(message, wire.Lease) and message.action != "lost":
            if self._lease is not None and not self._lease.done():
                self._lease.set_result(message)
        elif isinstance(message, wire.Welcome):
            await handle(self._shop.completed(message))
        elif isinstance(message, wire.StateMessage) and message.branch == "shop":
            await handle(msgspec.structs.replace(message, value=self._shop.shop(message.value)))
        elif isinstance(message, wire.Products):
            if (shop := self._shop.products(message)) is not None:
                await handle(wire.StateMessage(branch="shop", rev=0, value=shop))
        else:
            await handle(message)

    async def _keep_pinging(self) -> None:
        with contextlib.suppress(Unreachable):
            while True:
                await self.ping()
                await asyncio.sleep(wire.PING_S)

    def _fail_waiting(self) -> None:
        lost = Unreachable(N_("The connection to the show server broke"))
        for future in (*self._waiting.values(), self._lease):
            if future is not None and not future.done():
                future.set_exception(lost)


async def connect(http: aiohttp.ClientSession, url: str, token: str, hello: wire.Hello) -> Connection:
    """Open `/studio` at `url` and say hello. Raises `Unreachable`, `Forbidden` or `Incompatible` with a sentence."""
    socket: aiohttp.ClientWebSocketResponse | None = None
    shop = ShopMirror()
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            socket = await http.ws_connect(
                f"{url.rstrip('/')}/studio",
                headers={"Authorization": f"Bearer {token}"},
                compress=0,
                max_msg_size=wire.MAX_MESSAGE,
            )
            await socket.send_str(wire.encode(hello).decode())
            first = await socket.receive()
            while isinstance(message := _decoded(first.data), wire.Products):
                shop.products(message)
                first = await socket.receive()
    except aiohttp.WSServerHandshakeError as error:
        if error.status in (401, 403):
            raise Forbidden(N_("The show server does not know this token")) from None
        raise Unreachable("The show server answered with status {status}", status=error.status) from None
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        if socket is not None:
            await _hang_up(socket)
        raise Unreachable("The show server at {url} cannot be reached: {problem}", url=url, problem=_cause(error)) from None
    except ValueError:
        raise Unreachable("{url} is not the address of a show server", url=url) from None
    try:
        return Connection(http, socket, _welcome(first, message), shop)
    except StudioError:
        await _hang_up(socket)
        raise


def _welcome(first: aiohttp.WSMessage, message: object) -> wire.Welcome:
    """The server's first word, when it lets us in; raises what it says otherwise."""
    if first.type is not aiohttp.WSMsgType.TEXT:
        raise Unreachable(N_("The show server hung up"))
    if isinstance(message, wire.Reply) and message.error is not None:
        raise _error(message.error)
    if not isinstance(message, wire.Welcome) or not wire.same_major(message.protocol):
        raise Incompatible(
            "The server speaks protocol {theirs}, this studio {ours}: update the older one",
            theirs=getattr(message, "protocol", "?"),
            ours=wire.PROTOCOL,
        )
    return message


def hello(client: str, name: str, show: str, *, studio: bool) -> wire.Hello:
    """Our greeting."""
    return wire.Hello(protocol=wire.PROTOCOL, app=f"vitrine {__version__}", client=client, name=name, show=show, studio=studio)


def _decoded(text: object) -> wire.AnyMessage | None:
    """The message in `text`; None for what this version cannot read."""
    try:
        return wire.decode(text) if isinstance(text, str) else None
    except msgspec.MsgspecError:
        return None


async def _hang_up(socket: aiohttp.ClientWebSocketResponse) -> None:
    with contextlib.suppress(Exception):
        async with asyncio.timeout(1):
            await socket.close()


def _error(error: wire.WireError) -> StudioError:
    return from_wire(error.code, error.message, error.field, error.params)


def _cause(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer"
    if isinstance(error, aiohttp.ClientConnectorError):
        number = error.os_error.errno or 0
        return os.strerror(number) if number > 0 else error.os_error.strerror or str(error.os_error)
    return str(error) or type(error).__name__
