"""The link as the desktop lives with it: connects, comes back by itself, and says in words how it is doing."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import aiohttp
import msgspec

from studio import wire
from studio.clock import Clock
from studio.commands import Command
from studio.errors import Forbidden, Incompatible, InvalidValue, NotFound, StudioError, Unreachable
from studio.events import Logged
from studio.i18n import N_, _
from studio.link.connection import Connection, connect, hello
from studio.link.media_sender import MediaSender
from studio.link.server_process import Endpoint
from studio.link.shop_client import ShopClient
from studio.show.chat import ChatLine
from studio.state import Link as LinkState
from studio.state.branches import SERVERS

log = logging.getLogger(__name__)

BACK_OFF_S = (0.1, 0.3, 0.5, 1.0, 2.0, 4.0, 7.0)
"""Pauses before the 1st, 2nd … attempt; the last one repeats (LiveKit's curve)."""


FETCH_S = 15.0


class LinkUser(Protocol):
    """What the link tells; all on the studio's loop."""

    def link_changed(self, link: LinkState) -> None:
        """The link's state."""

    def branch_changed(self, name: str, value: Any) -> None:
        """A branch of the state that the server owns."""

    def event_happened(self, event: Logged) -> None:
        """An event of the show."""

    def chatted(self, lines: Sequence[ChatLine]) -> None:
        """Lines of the chat: new ones, or known ones that have changed."""

    async def connected(self, welcome: wire.Welcome) -> None:
        """A new connection stands; the show may have to be created, the lease to be taken again. The link's state is
        *connected* when this is done: whatever is asked before it, the server may not know the show."""

    async def relayed(self, message: wire.CommandMessage) -> Any:
        """A command from elsewhere; its answer goes back."""

    def demanded(self, message: wire.Demand) -> None:
        """How many read a rendition."""

    def keyframe_wanted(self, short_side: int) -> None:
        """Somebody needs a keyframe."""

    def lease_lost(self, holder: str) -> None:
        """Another desktop sends the show now."""

    def signalled(self, message: wire.Signal) -> None:
        """Somebody in our call says something about its connections."""


class Link:
    """Keeps one connection to a show server. `find` gives the server's endpoint before each attempt (and may start it).

    The media socket comes and goes with the lease: `open_media`, `close_media`.
    """

    def __init__(
        self,
        user: LinkUser,
        find: Callable[[], Awaitable[Endpoint]],
        clock: Clock,
        *,
        client: str,
        name: str,
        show: str,
    ) -> None:
        self.show = show
        self.sender = MediaSender(asyncio.get_running_loop(), user.keyframe_wanted, self._media_broke)
        self.media_ms: Callable[[], int] = lambda: 0
        self._user = user
        self._find = find
        self._clock = clock
        self._client, self._name = client, name
        self._state = LinkState()
        self._http: aiohttp.ClientSession | None = None
        self._connection: Connection | None = None
        self._endpoint: Endpoint | None = None
        self._task: asyncio.Task[None] | None = None
        self._relays: set[asyncio.Task[None]] = set()
        self._revision = 0

    def start(self) -> None:
        """Begin to connect."""
        self._http = aiohttp.ClientSession()
        self._task = asyncio.create_task(self._run(), name="link")

    async def close(self) -> None:
        """Hang up for good."""
        await self.sender.detach()
        for task in (*self._relays, *filter(None, [self._task])):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if self._connection is not None:
            await self._connection.close()
        if self._http is not None:
            await self._http.close()

    @property
    def connected(self) -> bool:
        """Whether a connection stands."""
        return self._connection is not None

    async def execute(self, command: Command) -> Any:
        """Have the server run a command; its answer."""
        return await self._require().execute(command)

    async def answered(self, name: str, args: dict[str, Any]) -> wire.Reply:
        """The same of a command by its name, and what takes it back."""
        return await self._require().answered(name, args)

    async def lease(self, message: wire.Lease) -> wire.Lease:
        """Take or release the lease."""
        return await self._require().lease(message)

    async def offer(self, message: wire.Offer) -> None:
        """Tell the server what our uplink carries."""
        await self._require().send(message)

    async def signal(self, message: wire.Signal) -> None:
        """Say something to somebody in our call."""
        await self._require().send(message)

    async def ping(self) -> None:
        """Tell the server our show clock now."""
        await self._require().ping()

    async def open_media(self) -> None:
        """Open the media socket of this connection. Raises `Unreachable`."""
        connection = self._require()
        assert self._endpoint is not None
        assert self._http is not None
        try:
            await self.sender.attach(self._http, self._endpoint.url, self._endpoint.token, connection.welcome.session)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unreachable("The media socket cannot be opened: {problem}", problem=error) from None

    def _media_broke(self) -> None:
        """Packets cannot be sent any more: the whole link is made anew, which takes the lease and opens both sockets."""
        if self._connection is not None:
            task = asyncio.create_task(self._connection.close(), name="link-renew")
            self._relays.add(task)
            task.add_done_callback(self._relays.discard)

    @property
    def shop(self) -> ShopClient:
        """What is asked over HTTP; raises `Unreachable` while there is no connection."""
        self._require()
        assert self._endpoint is not None
        assert self._http is not None
        return ShopClient(self._http, self._endpoint)

    async def fetch(self, path: str, most: int) -> bytes:
        """A file of the server's, such as a product's picture: at most `most` bytes. Raises a `StudioError`."""
        self._require()
        assert self._endpoint is not None
        assert self._http is not None
        if not path.startswith("/") or path.startswith("//"):
            raise NotFound("{path} is not on the show server", path=path)
        try:
            async with asyncio.timeout(FETCH_S), self._http.get(f"{self._endpoint.url}{path}", allow_redirects=False) as response:
                if response.status != 200:
                    raise NotFound("{path} is not on the show server", path=path)
                data = await response.content.read(most + 1)
                while len(data) <= most and (more := await response.content.read(most + 1)):
                    data += more
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unreachable(N_("The show server does not answer")) from error
        if len(data) > most:
            raise InvalidValue("{path} is too large", path=path)
        return data

    async def close_media(self) -> None:
        """Send no more packets."""
        await self.sender.detach()

    async def publish(self, branches: dict[str, Any]) -> None:
        """Tell the server branches of our state."""
        if self._connection is None:
            return
        try:
            for branch, value in branches.items():
                self._revision += 1
                await self._connection.send(wire.StateMessage(branch=branch, rev=self._revision, value=value))
        except Unreachable:
            pass

    def _require(self) -> Connection:
        if self._connection is None:
            raise Unreachable(N_("The show server is not connected"))
        return self._connection

    async def _run(self) -> None:
        attempt = 0
        while True:
            self._set(status="reconnecting" if attempt else "connecting", attempt=attempt)
            try:
                await self._once()
                attempt, reason = 0, _("The connection to the show server broke")
            except (Forbidden, Incompatible) as error:
                self._set(status="refused", reason=error.sentence(_))
                await asyncio.sleep(BACK_OFF_S[-1])
                attempt += 1
                continue
            except StudioError as error:
                reason = error.sentence(_)
            except Exception:  # a fault of ours must not end the link for good
                log.exception("the link failed")
                reason = _("The link failed; the log says why")
            attempt += 1
            self._set(status="reconnecting", reason=reason, attempt=attempt)
            await asyncio.sleep(BACK_OFF_S[min(attempt, len(BACK_OFF_S)) - 1])

    async def _once(self) -> None:
        """One connection from greeting to end."""
        assert self._http is not None
        endpoint = self._endpoint = await self._find()
        greeting = hello(self._client, self._name, self.show, studio=True)
        connection = await connect(self._http, endpoint.url, endpoint.token, greeting)
        connection.media_ms = lambda: self.media_ms()
        self._connection = connection
        reader = asyncio.create_task(connection.run(self._handle), name="link-reader")
        try:
            welcome = connection.welcome
            self._set(url=endpoint.url, viewer_url=endpoint.url + welcome.viewer_url, server_pid=welcome.pid)
            self._told(welcome)
            await self._user.connected(welcome)
            self._set(status="connected", reason="", attempt=0)
            await reader
        finally:
            self._connection = None
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
            await connection.close()  # the reader may not even have begun
            await self.sender.detach()

    async def _handle(self, message: wire.AnyMessage) -> None:
        match message:
            case wire.StateMessage() if message.branch in SERVERS:
                self._user.branch_changed(message.branch, SERVERS[message.branch].read(message.value))
                assert self._connection is not None
                self._set(rtt_ms=round(self._connection.rtt_ms, 1))
            case wire.EventMessage():
                if message.line is not None:
                    self._user.chatted([msgspec.convert(message.line, ChatLine)])
                self._user.event_happened(msgspec.convert(message.event, Logged))
            case wire.CommandMessage():
                task = asyncio.create_task(self._relay(message), name="link-relay")
                self._relays.add(task)
                task.add_done_callback(self._relays.discard)
            case wire.Demand():
                self._user.demanded(message)
            case wire.Keyframe():
                self._user.keyframe_wanted(message.rendition)
            case wire.Signal():
                try:
                    self._user.signalled(message)
                except Exception:  # whatever a stranger's words lead to, the show goes on
                    log.exception("a signal of %s could not be followed", message.call)
            case wire.Lease(action="lost"):
                self._user.lease_lost(message.holder)
            case wire.Welcome():
                assert self._endpoint is not None
                self._set(viewer_url=self._endpoint.url + message.viewer_url)
                self._told(message)
            case _:
                pass

    def _told(self, welcome: wire.Welcome) -> None:
        """What is so at the server, as we come or as the show is there."""
        for name, value in welcome.state.items():
            if name in SERVERS:
                self._user.branch_changed(name, SERVERS[name].read(value))
        if welcome.lines:
            self._user.chatted([msgspec.convert(line, ChatLine) for line in welcome.lines])

    async def _relay(self, message: wire.CommandMessage) -> None:
        answer = await self._answer(message)
        if self._connection is not None:
            try:
                await self._connection.send(answer)
            except Unreachable:
                pass

    async def _answer(self, message: wire.CommandMessage) -> wire.Reply:
        try:
            return wire.Reply(id=message.id, ok=await self._user.relayed(message))
        except StudioError as error:
            return wire.Reply(id=message.id, error=wire.wire_error(error))
        except Exception:  # a fault of ours: whoever asked gets an answer, the log the reason
            log.exception("the relayed command %s failed", message.name)
            failed = StudioError(N_("The studio failed; its log says why"))
            return wire.Reply(id=message.id, error=wire.wire_error(failed))

    def _set(self, **fields: Any) -> None:
        state = msgspec.structs.replace(self._state, **fields)
        if state != self._state:
            self._state = state
            self._user.link_changed(state)
