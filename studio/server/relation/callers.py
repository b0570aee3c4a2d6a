"""What an advisor sees of the customer they talk with: what the brand knows, as far as the customer lets it be used."""

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.commands import Actor
from studio.queries.call import CallCustomer, Caller, CallerPick
from studio.relation.evaluate import in_segment
from studio.server.db import profiles
from studio.server.db.decision_rows import NEVER_DAY
from studio.server.db.engine import writing
from studio.server.relation.book import Book
from studio.server.relation.people import People
from studio.server.relation.weekly import WeeklyLists

PICKS, LIKES = 3, 3


class CallerView:
    """`customer_of` says which visitor an advisor talks with; it raises `WrongState`. On the server's loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock, book: Book, people: People, weekly: WeeklyLists) -> None:
        self.customer_of: Callable[[Actor], str]
        self._engine = engine
        self._clock = clock
        self._book = book
        self._people = people
        self._weekly = weekly

    async def look(self, query: CallCustomer, by: Actor) -> Caller:
        """Of the customer in their call."""
        visitor = self.customer_of(by)
        async with self._engine.connect() as connection:
            hand = await self._people.at_hand(connection, visitor, NEVER_DAY)
        if hand is None or not {"analytics", "personalisation"} <= hand.known.agreed:
            return Caller(known=False)
        known = hand.known
        async with writing(self._engine).begin() as connection:
            await profiles.looked(connection, known.profile, by.id, "in a call", self._clock.wall_ms())
        view = self._book.view(known.facts, known.agreed)
        weekly = await self._weekly.for_you(visitor, query.language)
        return Caller(
            known=True,
            segments=tuple(one.name for one in self._book.segments.values() if in_segment(one, view).holds),
            visits=known.facts.sessions.count,
            orders=len(known.facts.orders),
            likes=tuple(name for name, _ in known.facts.likings.of("category").best(LIKES)),
            list=tuple(CallerPick(product=one["id"], title=one["title"], why=one["reason"]) for one in weekly["items"][:PICKS]),
        )
