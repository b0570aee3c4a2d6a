"""One-to-one calls: the line and its desk, messages, bookings."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from aiohttp import web

from studio import wire
from studio.server.calls.advisors import AdvisorCommands
from studio.server.calls.bookings import Bookings
from studio.server.calls.callers import Callers
from studio.server.calls.inbox import Inbox
from studio.server.calls.queue import CallQueue
from studio.server.calls.router import CallRouter
from studio.server.calls.routes import CallRoutes
from studio.server.calls.seats import AdvisorSession
from studio.server.calls.sockets import CallSockets
from studio.server.ground import Ground
from studio.server.live.show import LiveShow
from studio.server.part import Forget, Part, Session
from studio.show.guest import GUEST_CALL
from studio.show.opening_hours import ZONE
from studio.spine import Dispatcher
from studio.tasks import Tasks


class CallsPart(Part):
    """Whoever was in line before the server was started still is. `push` tells every studio a branch, `sessions_of` are the
    connections of a desktop."""

    def __init__(
        self, ground: Ground, push: Callable[[str, Any], None], sessions_of: Callable[[str], Sequence[AdvisorSession]]
    ) -> None:
        engine, clock = ground.engine, ground.clock
        identify = partial(ground.visits.identify, ground.visitors)
        mail, limited = ground.mail, ground.limited
        self.inbox = Inbox(
            engine, ground.log, clock, identify=identify, postbox=mail, folder=ground.folder("messages"), limited=limited
        )
        origins = ground.config.origins
        self.bookings = Bookings(engine, ground.log, clock, identify, mail, url=ground.url, origins=origins, limited=limited)
        queue = CallQueue(engine, ground.log, clock)
        self.desk = CallRouter(queue, self.inbox, self.bookings, engine=engine, clock=clock, ice=ground.ice, relay=ground.relay)
        self.desk.push, self.desk.sessions_of = push, sessions_of
        self._advisors = AdvisorCommands(self.desk, engine, clock)
        callers = Callers(self.desk, engine, clock, limited=ground.limited)
        self.sockets = CallSockets(ground, self.desk, callers)
        self._routes = CallRoutes(self.desk, self.sockets, ground.admission, ground.visitors, ground.config.proxies)
        self._kept_days = ground.config.retention.calls_days

    def zone(self) -> str:
        """Where the brand is, as far as its opening hours say."""
        hours = self.desk.rules.hours
        return hours.zone if hours is not None else ZONE

    async def open(self, opened: AsyncExitStack) -> None:
        opened.push_async_callback(self.desk.close)
        await self.desk.start()

    def begin(self, tasks: Tasks) -> None:
        tasks.spawn(self.inbox.purge_loop(self._kept_days), "inbox")

    def add_routes(self, router: web.UrlDispatcher) -> None:
        self._routes.add_routes(router)

    def register(self, brand: Dispatcher) -> None:
        for part in (self.inbox, self.bookings, self._advisors):
            part.register(brand)

    def forgetters(self) -> Sequence[Forget]:
        return self.inbox.forget, self.bookings.forget, self.desk.forget

    def branches(self, client: str, live: LiveShow | None) -> dict[str, Any]:
        return {"calls": self.desk.state(), "advising": self.desk.advising(client)}

    def entered(self, session: Session) -> None:
        self.desk.enter(session)

    def left(self, session: Session) -> None:
        self.desk.leave(session)

    def signalled(self, session: Session, message: wire.Signal) -> None:
        if not message.call.startswith(GUEST_CALL):
            self.desk.signals.from_desktop(session, message)
