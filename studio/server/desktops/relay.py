"""Commands that come over the link: run here, or passed on to the desktop that runs them."""

import logging
from collections.abc import Sequence
from typing import Any, Protocol

from studio import wire
from studio.commands import Command, named, tag_of
from studio.commands.call import CallCommand, DeskCommand, OwnCall
from studio.commands.show import ShowCreate
from studio.errors import Forbidden, NotFound, StudioError, Unreachable
from studio.i18n import N_
from studio.server import faults
from studio.server.desktops.session import StudioSession
from studio.server.http_guard import FAILED
from studio.server.live.show import LiveShow
from studio.server.live.shows import LiveShows
from studio.spine import Dispatcher
from studio.spine.dispatcher import parse
from studio.spine.undo import Offered

log = logging.getLogger(__name__)


class Connected(Protocol):
    """Who is connected, as the relay uses it."""

    brand: Dispatcher

    def engines_of(self, live: LiveShow) -> Sequence[StudioSession]:
        """The desktops of a show; the one on air last."""

    def desktop_beside(self, session: StudioSession) -> StudioSession | None:
        """The desktop whose hand a command line is."""

    async def open_show(self, session: StudioSession, show: str) -> None:
        """From now on this connection is about that show."""


class Relay:
    """On the server's loop."""

    def __init__(self, live_shows: LiveShows, connected: Connected) -> None:
        self._live_shows = live_shows
        self._connected = connected

    async def run(self, session: StudioSession, message: wire.CommandMessage) -> None:
        """Run a command for `session`, and answer it."""
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
                await self._connected.open_show(session, created.show.id)
            return created.show.id
        if isinstance(command, CallCommand):
            alone = session.desktop or isinstance(command, DeskCommand)
            desktop = None if alone else self._connected.desktop_beside(session)
            if desktop is not None:  # a command line means the calls of the desktop it stands beside
                return await self._relay(desktop, command, message, session)
            return await self._connected.brand.execute(command, session.actor)
        if self._connected.brand.runs(type(command)):
            return await self._connected.brand.execute(command, session.actor)
        live = session.live
        if live is None:
            raise NotFound(N_("No show is open"))
        if type(command).owner == "server":
            return await live.execute(command, session.actor)
        if isinstance(command, OwnCall):
            own = None if session.desktop else self._connected.desktop_beside(session)
            if own is None:
                raise Forbidden(N_("{name} is only possible at the desktop itself"), name=tag_of(command))
            return await self._relay(own, command, message, session)
        engines = [engine for engine in self._connected.engines_of(live) if engine is not session]
        if not engines:
            raise Unreachable(N_("No desktop is connected to this show"))
        return await self._relay(engines[-1], command, message, session)

    @staticmethod
    async def _relay(desktop: StudioSession, command: Command, message: wire.CommandMessage, session: StudioSession) -> Any:
        """Pass a command on, when it may come from elsewhere than the desktop itself."""
        if not type(command).relayed:
            raise Forbidden(N_("{name} is only possible at the desktop itself"), name=tag_of(command))
        return await desktop.relay(message.name, message.args, session.actor)
