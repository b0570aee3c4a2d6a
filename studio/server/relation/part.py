"""The brand's relation to its visitors: behaviours, profiles, segments, rules."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from aiohttp import web

from studio.queries.call import CallCustomer
from studio.server.ground import Ground
from studio.server.live.show import LiveShow
from studio.server.part import Part
from studio.server.relation.arrivals import Arrivals
from studio.server.relation.book import Book
from studio.server.relation.callers import CallerView
from studio.server.relation.cockpit import Cockpit
from studio.server.relation.controller import RelationController
from studio.server.relation.decisions import Decisions
from studio.server.relation.export import SegmentExports
from studio.server.relation.forward import Forwarder
from studio.server.relation.intake import Intake
from studio.server.relation.measuring import Measuring
from studio.server.relation.people import People
from studio.server.relation.recount import Recount
from studio.server.relation.rfm_bounds import RfmBounds
from studio.server.relation.routes import RelationRoutes
from studio.server.relation.show_deeds import ShowDeeds
from studio.server.relation.shown import follow
from studio.server.relation.warehouse import Warehouse
from studio.server.relation.watchers import Watchers
from studio.server.relation.weekly import WeeklyLists
from studio.spine import Dispatcher
from studio.tasks import Tasks


class RelationPart(Part):
    """`push` tells every studio a branch; `zone()` is where the brand is: its days are counted."""

    def __init__(self, ground: Ground, push: Callable[[str, Any], None], zone: Callable[[], str]) -> None:
        engine, clock = ground.engine, ground.clock
        self.book = Book(engine, clock, zone, lambda: ground.visitors.salt)
        self.people = People(engine, clock, lambda: self.book.plan)
        self.arrivals = Arrivals(engine, ground.visitors, ground.visits, self.people)
        self.intake = Intake(
            engine, clock, ground.visits, ground.visitors, lambda connection, new: follow(connection, new, self.book)
        )
        self.decisions = Decisions(engine, clock, self.book, self.people)
        self.recount = Recount(engine, clock, self.book, self.people)
        self.watchers = Watchers(clock, self.book, self.decisions)
        self.forwarder = Forwarder(engine, clock, ground.config.forward)
        self.warehouse = Warehouse(engine, clock, ground.config.warehouse, lambda: self.book.zone)
        ground.visits.forwards = bool(ground.config.forward.url)
        self.buyers = RfmBounds(engine, clock, self.book)
        self.weekly = WeeklyLists(engine, clock, self.book, self.people, ground.visits)
        self.deeds = ShowDeeds(clock, self.intake, self.watchers.did)
        ground.visits.deed = self.deeds.did
        ground.visits.agreed.append(self.watchers.agreed)
        cockpit = Cockpit(engine, clock, self.book, self.people, self.decisions)
        self.controller = RelationController(
            engine,
            clock,
            push,
            book=self.book,
            people=self.people,
            recount=self.recount,
            cockpit=cockpit,
            measuring=Measuring(engine, clock, self.book),
            export=SegmentExports(engine, clock, self.book, self.people, ground.visitors),
            rules_changed=self.watchers.rules_changed,
        )
        self.buyers.made = self.controller.refresh
        ground.visits.agreed.append(self.controller.refresh)
        self.callers = CallerView(engine, clock, self.book, self.people, self.weekly)
        self._routes = RelationRoutes(
            engine,
            clock,
            admission=ground.admission,
            shows=ground.asked,
            visitors=ground.visitors,
            visits=ground.visits,
            book=self.book,
            intake=self.intake,
            people=self.people,
            arrivals=self.arrivals,
            decisions=self.decisions,
            proxies=ground.config.proxies,
            limited=ground.limited,
            shown=self.controller.refresh,
            watchers=self.watchers,
            weekly=self.weekly,
        )

    async def open(self, opened: AsyncExitStack) -> None:
        await self.book.open()
        await self.controller.branch.open()
        await self.forwarder.open()
        opened.push_async_callback(self.intake.close)
        await self.intake.start()

    def begin(self, tasks: Tasks) -> None:
        tasks.spawn(self.recount.run(), "segments")
        tasks.spawn(self.controller.branch.run(), "relation-state")
        tasks.spawn(self.watchers.run(), "watchers")
        tasks.spawn(self.weekly.run(), "weekly-lists")
        tasks.spawn(self.buyers.run(), "buyers")
        tasks.spawn(self.forwarder.run(), "forward")
        tasks.spawn(self.warehouse.run(), "warehouse")

    def add_routes(self, router: web.UrlDispatcher) -> None:
        self._routes.add_routes(router)

    def register(self, brand: Dispatcher) -> None:
        self.controller.register(brand)
        brand.register(CallCustomer, self.callers.look)

    def register_show(self, live: LiveShow) -> None:
        self.watchers.register(live)

    def branches(self, client: str, live: LiveShow | None) -> dict[str, Any]:
        return {"relation": self.controller.branch.state}
