"""The server's end of the link (DESIGN 1.1): `/studio` for words, `/studio/media` for packets."""

import asyncio
import contextlib
import itertools
import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web
from sqlalchemy.ext.asyncio import AsyncEngine

from studio import commands, silence, wire
from studio.clock import Clock
from studio.commands import Actor, Command, Role, named, tag_of
from studio.commands.call import CallCommand, DeskCommand, OwnCall
from studio.commands.show import ShowCreate
from studio.errors import (
    Forbidden,
    Incompatible,
    InvalidValue,
    NotFound,
    StudioError,
    Unreachable,
    from_wire,
)
from studio.i18n import N_
from studio.server import faults
from studio.server.auth import Bearer, Tokens
from studio.server.calls.desk import Desk
from studio.server.db import clients
from studio.server.db.engine import writing
from studio.server.guests.guests import Guests
from studio.server.http_guard import FAILED
from studio.server.limiter import address_of
from studio.server.live.show import LiveShow
from studio.server.live.shows import LiveShows
from studio.server.open_sockets import OpenSockets
from studio.server.outbox import Outbox
from studio.show.brand import Brand
from studio.show.guest import GUEST_CALL
from studio.show.text import clean
from studio.spine import Dispatcher
from studio.spine.dispatcher import parse
from studio.spine.undo import Offered
from studio.state import Feed, Show
from studio.state.branches import PUBLISHED

log = logging.getLogger(__name__)

RELAY_TIMEOUT_S = 10.0
MEDIA_HEARTBEAT_S = 20.0
"""The media socket only goes one way: without this a proxy would think it idle and close it."""
TOKENS_S = 5.0
UPLINK_S, UPLINK_MAX = 15.0, 256 * 1024 * 1024
NAME_MAX = 64
"""Characters of what a desktop calls itself; the rest is cut off."""
SESSION_HEADER = "Vitrine-Session"
LINES = 200
"""Lines of the chat that whoever connects is told."""


class StudioSession:
    """One `/studio` connection: a desktop, a producer's desktop, or a command line."""

    def __init__(self, outbox: Outbox, hello: wire.Hello, bearer: Bearer) -> None:
        self.id = secrets.token_urlsafe(16)
        self.bearer = bearer
        """Whose token it showed. `client` belongs to that token, and to no other."""
        self.client = hello.client
        self.name = clean(hello.name, NAME_MAX) or hello.client
        self.role: Role = bearer.role
        self.desktop = hello.studio
        self.engine = hello.studio and bearer.role in commands.CONTROL
        """Whether it is a desktop, which may send a programme."""
        self.media: web.WebSocketResponse | None = None
        self.live: LiveShow | None = None
        self.branches: dict[str, wire.StateMessage] = {}
        self.waiting: dict[int, asyncio.Future[Any]] = {}
        self.hang_up: Callable[..., Awaitable[object]]
        self._outbox = outbox
        self._ids = itertools.count(1)
        self._revision = itertools.count(1)

    @property
    def actor(self) -> Actor:
        """Who this session acts as."""
        return Actor(self.client, self.role, self.name)

    def put(self, message: wire.Message) -> None:
        """Queue a message."""
        self._outbox.put(wire.encode(message))

    def push(self, branch: str, value: Any) -> None:
        """A branch of the state that the server owns has changed."""
        self.put(wire.StateMessage(branch=branch, rev=next(self._revision), value=value))

    async def relay(self, name: str, args: dict[str, Any], by: Actor) -> Any:
        """Have the desktop behind this session run a command for `by`."""
        number = next(self._ids)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.waiting[number] = future
        self.put(wire.CommandMessage(id=number, name=name, args=args, actor=by.id, role=by.role))
        try:
            async with asyncio.timeout(RELAY_TIMEOUT_S):
                return await future
        except TimeoutError:
            raise Unreachable(N_("The desktop does not answer")) from None
        finally:
            del self.waiting[number]


class StudioLink:
    """Serves all studio connections."""

    def __init__(self, engine: AsyncEngine, clock: Clock, live_shows: LiveShows, tokens: Tokens, sockets: OpenSockets) -> None:
        self.viewer_url = ""
        self.proxies: tuple[str, ...] = ()
        self.pid = 0
        self.feeds: Callable[[], tuple[Feed, ...]] = tuple
        self.brand_state: Callable[[], Brand] = Brand
        """How the brand's feeds are."""
        self.brand = Dispatcher("server", Show)
        """Runs commands that are about no show."""
        self.desk: Desk
        """The brand's calls; set once the database is open."""
        self.guests: Guests
        """The shows' guests; likewise."""
        self._engine = engine
        self._clock = clock
        self._live_shows = live_shows
        self._tokens = tokens
        self._open = sockets
        self._owners: dict[str, Bearer] = {}
        """Whose each desktop is that has come since we began."""
        self._sessions: dict[str, StudioSession] = {}
        self._running: set[asyncio.Task[Any]] = set()

    async def watch_tokens(self) -> None:
        """Hang up on whose token has been revoked or has ended, within `TOKENS_S`. Runs until it is cancelled."""
        while True:
            await asyncio.sleep(TOKENS_S)
            try:
                await self._hang_up_on_strangers()
            except Exception as error:  # the database is away: who is in stays in
                log.warning("tokens could not be looked up: %s", faults.place_of(error))

    async def _hang_up_on_strangers(self) -> None:
        for token in {session.bearer.digest for session in self._sessions.values()}:
            if await self._tokens.bearer_of_digest(token) is not None:
                continue
            for session in tuple(self._sessions.values()):
                if session.bearer.digest == token:
                    log.info("a token was revoked: its session ends")
                    self._leave(session)
                    await session.hang_up(code=WSCloseCode.POLICY_VIOLATION, message=b"revoked")

    @property
    def engines(self) -> int:
        """How many desktops are connected."""
        return sum(session.engine for session in self._sessions.values())

    def token_of(self, client: str) -> str:
        """The id of the token that a desktop came with; empty when `client` is none of ours."""
        bearer = self._owners.get(client)
        return bearer.id if bearer is not None else ""

    def sessions_of(self, client: str) -> list[StudioSession]:
        """The connections of a desktop."""
        return [session for session in self._sessions.values() if session.client == client]

    def push(self, branch: str, value: Any) -> None:
        """Tell every studio a branch of the state that is no show's."""
        for session in self._sessions.values():
            session.push(branch, value)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """`GET /studio`."""
        bearer = await self._admit(request)
        socket = web.WebSocketResponse(compress=False, max_msg_size=wire.MAX_MESSAGE)
        await socket.prepare(request)
        outbox = Outbox(socket, request.transport, size=2000)
        session: StudioSession | None = None
        try:
            async with self._open.hold(socket, request):
                hello = await self._hello(socket, outbox, bearer)
                if hello is not None:
                    session = StudioSession(outbox, hello, bearer)
                    session.hang_up = socket.close
                    await self._greet(session, hello.show)
                    await self._converse(socket, session)
        finally:
            if session is not None:
                self._leave(session)
            await outbox.close()
        return socket

    async def handle_media(self, request: web.Request) -> web.StreamResponse:
        """`GET /studio/media`."""
        bearer = await self._admit(request)
        session = self._sessions.get(request.headers.get(SESSION_HEADER, ""))
        if session is None or session.bearer != bearer or session.live is None or not session.engine:
            raise NotFound(N_("There is no such session"))
        socket = web.WebSocketResponse(compress=False, max_msg_size=wire.MAX_PACKET, heartbeat=MEDIA_HEARTBEAT_S)
        await socket.prepare(request)
        session.media = socket
        async with self._open.hold(socket, request):
            await self._take_media(socket, session, session.live)
        return socket

    async def handle_uplink(self, request: web.Request) -> web.StreamResponse:
        """`POST /studio/uplink`: take what comes for a moment, and say how much it was. `vitrine check` asks."""
        await self._admit(request)
        loop = asyncio.get_running_loop()
        begun: float | None = None
        taken, at = 0, 0.0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(UPLINK_S):
                while taken < UPLINK_MAX and (piece := await request.content.readany()):
                    begun = begun or loop.time()
                    taken, at = taken + len(piece), loop.time()
        body = {"bytes": taken, "ms": round((at - (begun or at)) * 1000, 1)}
        return web.Response(body=msgspec.json.encode(body), content_type="application/json")

    async def _take_media(self, socket: web.WebSocketResponse, session: StudioSession, live: LiveShow) -> None:
        async for message in socket:
            if message.type is not WSMsgType.BINARY:
                continue
            try:
                packet = wire.unpack(message.data)
            except ValueError as error:
                log.warning("bad media message: %s", error)
                await socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
                return
            if session.id not in self._sessions:  # it has left, or was made to
                await socket.close(code=WSCloseCode.POLICY_VIOLATION)
                return
            await live.stream.media(packet, session)

    async def _admit(self, request: web.Request) -> Bearer:
        if "Origin" in request.headers:
            raise Forbidden(N_("Browsers may not open the studio's link"))
        return await self._tokens.authenticate(request, address_of(request, self.proxies))

    async def _hello(self, socket: web.WebSocketResponse, outbox: Outbox, bearer: Bearer) -> wire.Hello | None:
        """The first word of who may come in; None for others, who are told why."""
        try:
            async with asyncio.timeout(wire.LOST_S):
                first = await socket.receive()
            hello = wire.decode(first.data or b"")
            if not isinstance(hello, wire.Hello):
                raise InvalidValue(N_("The first message must be hello"))
            if not wire.same_major(hello.protocol):
                raise Incompatible(
                    "This server speaks protocol {ours}, the studio {theirs}: update the older one",
                    ours=wire.PROTOCOL,
                    theirs=hello.protocol,
                )
            if clean(hello.client, wire.CLIENT_MAX) != hello.client or not hello.client:
                raise InvalidValue(N_("It needs 1 to 64 characters"), field="client")
            await self._own(hello.client, bearer)
        except (StudioError, msgspec.MsgspecError, TypeError, ValueError, TimeoutError) as error:
            known = error if isinstance(error, StudioError) else InvalidValue(N_("The first message must be hello"))
            outbox.put(wire.encode(wire.Reply(id=0, error=wire.wire_error(known))))
            await asyncio.sleep(0.05)
            await socket.close(code=WSCloseCode.PROTOCOL_ERROR, message=known.code.encode())
            return None
        return hello

    async def _own(self, client: str, bearer: Bearer) -> None:
        """`client` is this token's from now on; raises `Forbidden` when it is another's, which still holds."""
        try:
            owner = await self._owner(client, bearer)
        except Exception as error:  # a full disk must keep nobody from their show
            if faults.known(error) is None:
                raise
            log.warning("whose a desktop is could not be stored: %s", faults.place_of(error))
            known = self._owners.get(client, bearer)
            owner = known.digest
        if owner != bearer.digest:
            raise Forbidden(N_("This desktop belongs to another token: give each desktop one of its own, or end the other one"))
        self._owners[client] = bearer

    async def _owner(self, client: str, bearer: Bearer) -> str:
        now_ms = self._clock.wall_ms()
        async with writing(self._engine).begin() as connection:
            owner = await clients.owner(connection, client, bearer.digest, now_ms)
        if owner != bearer.digest and await self._tokens.bearer_of_digest(owner) is None:  # that one is no token any more
            async with writing(self._engine).begin() as connection:
                await clients.give(connection, client, bearer.digest, now_ms)
            owner = bearer.digest
        return owner

    async def _greet(self, session: StudioSession, show: str) -> None:
        self._sessions[session.id] = session
        try:
            await self._enter(session, show or self._only_show())
            self._welcome(session)
            self.desk.enter(session)
            self._engine_changed(session)
        except BaseException:
            self._leave(session)
            raise

    def _only_show(self) -> str:
        """The show a client means that names none: the one a desktop works on."""
        busy = [session.live.show.id for session in self._sessions.values() if session.engine and session.live]
        return busy[-1] if busy else ""

    async def _enter(self, session: StudioSession, show: str) -> None:
        if session.live is not None:
            before, session.live = session.live, None
            before.studios.sessions.discard(session)
            self.guests.desktops_changed(before)
        if not show:
            return
        with contextlib.suppress(NotFound):
            session.live = await self._live_shows.get(show)
            session.live.studios.sessions.add(session)

    def _engine_changed(self, session: StudioSession) -> None:
        """A desktop has come to its show, or gone: guests are to know."""
        if session.engine and session.live is not None:
            self.guests.desktops_changed(session.live)

    def _own_desktop(self, session: StudioSession) -> StudioSession | None:
        """The newest desktop of the same token that works on the same show: a command line is its hand. Nobody else's is."""
        found = (one for one in reversed(self._sessions.values()) if one.desktop and one.bearer == session.bearer)
        return next((one for one in found if one.live is session.live), None)

    def _welcome(self, session: StudioSession) -> None:
        live = session.live
        state: dict[str, Any] = {"feeds": self.feeds(), "brand": self.brand_state(), "calls": self.desk.state()}
        person = session if session.desktop else self._own_desktop(session) or session
        state["advising"] = self.desk.advising(person.client)
        if live is not None:
            for message in live.studios.products():
                session.put(message)
            for other in self.engines_of(live):
                state |= {name: message.value for name, message in other.branches.items()}
            state |= live.studios.branches() | {"guests": self.guests.of(live.show.id)}
        session.put(
            wire.Welcome(
                protocol=wire.PROTOCOL,
                session=session.id,
                role=session.role,
                commands=sorted(commands.COMMANDS),
                state=state,
                seq=live.show.seq if live else 0,
                media_ms=live.show.media_ms if live else 0,
                viewer_url=_viewer_path(live) if live else "",
                pid=self.pid,
                resume=live is not None and session.engine and live.stream.resumes(session),
                lines=list(live.chat.newest(LINES)) if live else [],
            )
        )

    def engines_of(self, live: LiveShow) -> list[StudioSession]:
        """The desktops of a show; the one on air last."""
        engines = [s for s in self._sessions.values() if s.engine and s.live is live]
        return sorted(engines, key=lambda s: s.client == live.stream.lease.client)

    async def _converse(self, socket: web.WebSocketResponse, session: StudioSession) -> None:
        while True:
            try:
                received = await silence.receive(socket)
            except TimeoutError:
                await socket.close(code=WSCloseCode.GOING_AWAY, message=b"lost")
                return
            if received.type is WSMsgType.BINARY:
                await socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
                return
            if received.type is not WSMsgType.TEXT:
                return
            try:
                message = wire.decode(received.data)
            except msgspec.MsgspecError:
                log.warning("a message of a studio could not be read")
                await socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
                return
            await self._on_message(session, message)

    async def _on_message(self, session: StudioSession, message: wire.AnyMessage) -> None:
        match message:
            case wire.CommandMessage():
                task = asyncio.create_task(self._run(session, message))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            case wire.Reply():
                future = session.waiting.get(message.id)
                if future is not None and not future.done():
                    if message.error is not None:
                        error = message.error
                        future.set_exception(from_wire(error.code, error.message, error.field, error.params))
                    else:
                        future.set_result(message.ok)
            case wire.StateMessage() if session.engine and message.branch in PUBLISHED:
                session.branches[message.branch] = message
                await self._follow_curtain(session)
                if session.live is not None:
                    for other in self._sessions.values():
                        if other is not session and other.live is session.live:
                            other.put(message)
            case wire.Lease():
                await self._lease(session, message)
            case wire.Signal():
                self._signalled(session, message)
            case wire.Offer() if session.engine and session.live is not None:
                session.live.stream.offered(session, message)
            case wire.Ping():
                if session.live is not None and session.engine:
                    session.live.stream.beat(session, message.media_ms)
                session.put(wire.Pong(at=message.at))
            case _:
                pass

    async def _follow_curtain(self, session: StudioSession) -> None:
        if session.live is not None and (panic := session.branches.get("panic")) is not None:
            try:
                await session.live.stream.set_curtain(session, down=panic.value is True)
            except Exception as error:  # the database may be full or away: the desktop stays on air
                log.error("the curtain could not be stored: %s", faults.place_of(error))

    def _signalled(self, session: StudioSession, message: wire.Signal) -> None:
        if not message.call.startswith(GUEST_CALL):
            with contextlib.suppress(Forbidden):  # the call has ended meanwhile
                self.desk.signalled(session, message)
        elif session.live is not None:
            self.guests.signalled(session.live, session, message)

    async def _lease(self, session: StudioSession, message: wire.Lease) -> None:
        try:
            if session.live is None or session.live.show.id != message.show:
                raise NotFound("There is no show {show}", show=message.show)
            if session.role not in commands.CONTROL:
                raise Forbidden("{role} may not use {name}", role=session.role, name="stream.start")
            if message.action == "take":
                session.put(await session.live.stream.take_lease(session, message))
                await self._follow_curtain(session)
                self.guests.desktops_changed(session.live)
            elif message.action == "release":
                await session.live.stream.release_lease(session)
                self.guests.desktops_changed(session.live)
                session.put(wire.Lease(action="released", show=message.show))
        except StudioError as error:
            session.put(wire.Lease(action="refused", show=message.show, error=wire.wire_error(error)))
        except Exception as error:  # the database may be full or away: the desktop is told, the link stands
            log.error("the lease could not be stored: %s", faults.place_of(error))
            failed = wire.wire_error(faults.known(error) or StudioError(FAILED))
            session.put(wire.Lease(action="refused", show=message.show, error=failed))

    async def _run(self, session: StudioSession, message: wire.CommandMessage) -> None:
        try:
            result = await self._execute(session, message)
            if isinstance(result, Offered):
                name, args = named(result.takes_back)
                undo = wire.TakesBack(name=name, args=args, sentence=result.sentence)
                session.put(wire.Reply(id=message.id, ok=result.result, undo=undo))
            else:
                session.put(wire.Reply(id=message.id, ok=result))
        except StudioError as error:
            session.put(wire.Reply(id=message.id, error=wire.wire_error(error)))
        except Exception as error:  # a fault of ours, or of the database's: the asker gets an answer, the log the reason
            log.error("a command failed: %s", faults.place_of(error))
            session.put(wire.Reply(id=message.id, error=wire.wire_error(faults.known(error) or StudioError(FAILED))))

    async def _execute(self, session: StudioSession, message: wire.CommandMessage) -> Any:
        command = parse(message.name, message.args)
        if session.role not in type(command).may:  # whoever runs it looks again; here before anything is passed on
            raise Forbidden("{role} may not use {name}", role=session.role, name=tag_of(command))
        if isinstance(command, ShowCreate):
            created = await self._live_shows.create(command, session.client)
            if session.live is not created:
                await self._enter(session, created.show.id)
                self._welcome(session)
                self._engine_changed(session)
            return created.show.id
        if isinstance(command, CallCommand):
            alone = session.desktop or isinstance(command, DeskCommand)
            desktop = None if alone else self._own_desktop(session)
            if desktop is not None:  # a command line means the calls of the desktop it stands beside
                return await self._relay(desktop, command, message, session)
            return await self.brand.execute(command, session.actor)
        live = session.live
        if live is None:
            raise NotFound(N_("No show is open"))
        if type(command).owner == "server":
            return await live.execute(command, session.actor)
        if isinstance(command, OwnCall):
            own = None if session.desktop else self._own_desktop(session)
            if own is None:
                raise Forbidden(N_("{name} is only possible at the desktop itself"), name=tag_of(command))
            return await self._relay(own, command, message, session)
        engines = [engine for engine in self.engines_of(live) if engine is not session]
        if not engines:
            raise Unreachable(N_("No desktop is connected to this show"))
        return await self._relay(engines[-1], command, message, session)

    @staticmethod
    async def _relay(desktop: StudioSession, command: Command, message: wire.CommandMessage, session: StudioSession) -> Any:
        """Pass a command on, when it may come from elsewhere than the desktop itself."""
        if not type(command).relayed:
            raise Forbidden(N_("{name} is only possible at the desktop itself"), name=tag_of(command))
        return await desktop.relay(message.name, message.args, session.actor)

    def _leave(self, session: StudioSession) -> None:
        if self._sessions.pop(session.id, None) is None:
            return
        self.desk.leave(session)
        if session.media is not None and not session.media.closed:
            task = asyncio.create_task(session.media.close(code=WSCloseCode.GOING_AWAY))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        if session.live is not None:
            session.live.studios.sessions.discard(session)
            self._engine_changed(session)
        for future in session.waiting.values():
            if not future.done():
                future.set_exception(Unreachable(N_("The desktop went away")))


def _viewer_path(live: LiveShow) -> str:
    """The viewer page's path; the desktop knows under which address it reaches us. Studios may know an unlisted show's key."""
    return f"/shows/{live.show.id}" + (f"?key={live.key}" if live.unlisted else "")
