"""The server's end of the link (DESIGN 1.1): `/studio`, its words; the packets come by `media`."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Sequence
from typing import Any

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from studio import commands, heartbeat, wire
from studio.commands.chat import TALK
from studio.commands.relation import MARKETING
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
from studio.queries import ASKED
from studio.server import faults
from studio.server.admission import Admission
from studio.server.auth import Bearer, Tokens
from studio.server.desktops.owners import Owners
from studio.server.desktops.relay import Relay
from studio.server.desktops.session import StudioSession
from studio.server.http_guard import FAILED
from studio.server.live.show import LiveShow
from studio.server.live.shows import LiveShows
from studio.server.open_sockets import OpenSockets
from studio.server.outbox import Outbox
from studio.server.part import Part
from studio.show.text import clean
from studio.spine import Dispatcher
from studio.state import Show
from studio.state.branches import PUBLISHED
from studio.tasks import Tasks

log = logging.getLogger(__name__)

TOKENS_S = 5.0
BROWSER_S = 20.0
LINES = 200
"""Lines of the chat that whoever connects is told."""


class StudioLink:
    """Serves all studio connections."""

    def __init__(self, owners: Owners, tokens: Tokens, admission: Admission, live_shows: LiveShows, sockets: OpenSockets) -> None:
        self.parts: Sequence[Part] = ()
        """What whoever connects is told, and who is told of them."""
        self.brand = Dispatcher("server", Show)
        """Runs commands that are about no show."""
        self._owners = owners
        self._live_shows = live_shows
        self._tokens = tokens
        self._admission = admission
        self._open = sockets
        self._relay = Relay(live_shows, self)
        self._sessions: dict[str, StudioSession] = {}
        self._running = Tasks(log)

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

    def session(self, id: str) -> StudioSession | None:
        """A connection that stands."""
        return self._sessions.get(id)

    def sessions_of(self, client: str) -> list[StudioSession]:
        """The connections of a desktop."""
        return [session for session in self._sessions.values() if session.client == client]

    def push(self, branch: str, value: Any) -> None:
        """Tell every studio a branch of the state that is no show's."""
        for session in self._sessions.values():
            if session.may_know(branch):
                session.push(branch, value)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """`GET /studio`."""
        return await self.converse(request, await self._admission.studio(request, TALK | MARKETING))

    async def converse(self, request: web.Request, bearer: Bearer, *, browser: bool = False) -> web.StreamResponse:
        """Serve the connection of somebody who may come in; with `browser` from the console, whose timers rest while nobody looks
        at it: the browser itself answers our pings."""
        socket = web.WebSocketResponse(compress=False, max_msg_size=wire.MAX_MESSAGE, heartbeat=BROWSER_S if browser else None)
        await socket.prepare(request)
        outbox = Outbox(socket, request.transport, size=2000)
        session: StudioSession | None = None
        try:
            async with self._open.hold(socket, request):
                hello = await self._hello(socket, outbox, bearer, browser=browser)
                if hello is not None:
                    session = StudioSession(outbox, hello, bearer, browser=browser)
                    session.hang_up = socket.close
                    await self._greet(session, hello.show)
                    await self._converse(socket, session)
        finally:
            if session is not None:
                self._leave(session)
            await outbox.close()
        return socket

    async def _hello(self, socket: web.WebSocketResponse, outbox: Outbox, bearer: Bearer, *, browser: bool) -> wire.Hello | None:
        """The first word of who may come in; None for others, who are told why. A browser is known by its token: what is written
        down of it leads to a person."""
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
            if browser:
                hello = msgspec.structs.replace(hello, client=f"console-{bearer.id}", studio=False, show="")
            if clean(hello.client, wire.CLIENT_MAX) != hello.client or not hello.client:
                raise InvalidValue(N_("It needs 1 to 64 characters"), field="client")
            await self._owners.own(hello.client, bearer)
        except (StudioError, msgspec.MsgspecError, TypeError, ValueError, TimeoutError) as error:
            known = error if isinstance(error, StudioError) else InvalidValue(N_("The first message must be hello"))
            outbox.put(wire.encode(wire.Reply(id=0, error=wire.wire_error(known))))
            await asyncio.sleep(0.05)
            await socket.close(code=WSCloseCode.PROTOCOL_ERROR, message=known.code.encode())
            return None
        return hello

    async def open_show(self, session: StudioSession, show: str) -> None:
        """From now on this connection is about that show."""
        await self._enter(session, show)
        self._welcome(session)
        self._engine_changed(session)

    async def _greet(self, session: StudioSession, show: str) -> None:
        self._sessions[session.id] = session
        try:
            await self._enter(session, show or self._only_show())
            self._welcome(session)
            for part in self.parts:
                part.entered(session)
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
            self._desktops_changed(before)
        if not show or session.role == "marketer":  # who decides what people see later works on no show, and reads no chat
            return
        with contextlib.suppress(NotFound):
            session.live = await self._live_shows.get(show)
            session.live.studios.sessions.add(session)

    def _engine_changed(self, session: StudioSession) -> None:
        """A desktop has come to its show, or gone: guests are to know."""
        if session.engine and session.live is not None:
            self._desktops_changed(session.live)

    def _desktops_changed(self, live: LiveShow) -> None:
        desktops = self.engines_of(live)
        for part in self.parts:
            part.desktops_changed(live, desktops)

    def desktop_beside(self, session: StudioSession) -> StudioSession | None:
        """The newest desktop of the same token that works on the same show: a command line is its hand. Nobody else's is."""
        found = (one for one in reversed(self._sessions.values()) if one.desktop and one.bearer == session.bearer)
        return next((one for one in found if one.live is session.live), None)

    def _welcome(self, session: StudioSession) -> None:
        live = session.live
        person = session if session.desktop else self.desktop_beside(session) or session
        state: dict[str, Any] = {}
        for part in self.parts:
            state |= {name: value for name, value in part.branches(person.client, live).items() if session.may_know(name)}
        if live is not None:
            for message in live.studios.products():
                session.put(message)
            for other in self.engines_of(live):
                state |= {name: message.value for name, message in other.branches.items()}
            state |= live.studios.branches()
        session.put(
            wire.Welcome(
                protocol=wire.PROTOCOL,
                session=session.id,
                role=session.role,
                commands=sorted(ASKED),
                state=state,
                seq=live.show.seq if live else 0,
                media_ms=live.show.media_ms if live else 0,
                viewer_url=_viewer_path(live) if live else "",
                pid=os.getpid(),
                resume=live is not None and session.engine and live.stream.resumes(session),
                lines=list(live.chat.newest(LINES)) if live else [],
            )
        )
        session.welcomed = True

    def engines_of(self, live: LiveShow) -> list[StudioSession]:
        """The desktops of a show; the one on air last."""
        engines = [s for s in self._sessions.values() if s.engine and s.live is live]
        return sorted(engines, key=lambda s: s.client == live.stream.lease.client)

    async def _converse(self, socket: web.WebSocketResponse, session: StudioSession) -> None:
        while True:
            try:
                received = await (socket.receive() if session.browser else heartbeat.receive(socket))
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
        if session.browser and not isinstance(message, wire.CommandMessage | wire.Ping):
            return
        match message:
            case wire.CommandMessage():
                self._running.spawn(self._relay.run(session, message), "command")
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
        for part in self.parts:
            with contextlib.suppress(Forbidden):  # the call has ended meanwhile
                part.signalled(session, message)

    async def _lease(self, session: StudioSession, message: wire.Lease) -> None:
        try:
            if session.role not in commands.CONTROL:
                raise Forbidden("{role} may not use {name}", role=session.role, name="stream.start")
            if session.live is None or session.live.show.id != message.show:
                raise NotFound("There is no show {show}", show=message.show)
            if message.action == "take":
                session.put(await session.live.stream.take_lease(session, message))
                await self._follow_curtain(session)
                self._desktops_changed(session.live)
            elif message.action == "release":
                try:
                    await session.live.stream.release_lease(session)
                finally:  # it has stepped down, whether that could be stored or not
                    self._desktops_changed(session.live)
                session.put(wire.Lease(action="released", show=message.show))
        except StudioError as error:
            session.put(wire.Lease(action="refused", show=message.show, error=wire.wire_error(error)))
        except Exception as error:  # the database may be full or away: the desktop is told, the link stands
            log.error("the lease could not be stored: %s", faults.place_of(error))
            failed = wire.wire_error(faults.known(error) or StudioError(FAILED))
            session.put(wire.Lease(action="refused", show=message.show, error=failed))

    def _leave(self, session: StudioSession) -> None:
        if self._sessions.pop(session.id, None) is None:
            return
        for part in self.parts:
            part.left(session)
        if session.media is not None and not session.media.closed:
            self._running.spawn(_hang_up(session.media), "media-close")
        if session.live is not None:
            session.live.studios.sessions.discard(session)
            self._engine_changed(session)
        for future in session.waiting.values():
            if not future.done():
                future.set_exception(Unreachable(N_("The desktop went away")))


async def _hang_up(media: web.WebSocketResponse) -> None:
    await media.close(code=WSCloseCode.GOING_AWAY)


def _viewer_path(live: LiveShow) -> str:
    """The viewer page's path; the desktop knows under which address it reaches us. Studios may know an unlisted show's key."""
    return f"/shows/{live.show.id}" + (f"?key={live.key}" if live.unlisted else "")
