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
NOTED_MAX = 1000


class CallerView:
    """`customer_of` says with whom an advisor talks: the call's id, the visitor, and the letters of what they agreed to on its
    page; it raises `WrongState`. On the server's loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock, book: Book, people: People, weekly: WeeklyLists) -> None:
        self.customer_of: Callable[[Actor], tuple[str, str, str]]
        self._engine = engine
        self._clock = clock
        self._book = book
        self._people = people
        self._weekly = weekly
        self._noted: dict[tuple[str, str], None] = {}

    async def look(self, query: CallCustomer, by: Actor) -> Caller:
        """Of the customer in their call."""
        call, visitor, consent = self.customer_of(by)
        if "a" not in consent or "p" not in consent:
            return Caller(known=False)
        async with self._engine.connect() as connection:
            hand = await self._people.at_hand(connection, visitor, NEVER_DAY)
        if hand is None or not {"analytics", "personalisation"} <= hand.known.agreed:
            return Caller(known=False)
        known = hand.known
        await self._note(call, known.profile, by)
        view = self._book.view(known.facts, known.agreed)
        weekly = await self._weekly.for_you(visitor, query.language)
        own = [one for one in weekly["items"] if one["personal"]]  # what is popular says nothing of them
        return Caller(
            known=True,
            segments=tuple(one.name for one in self._book.segments.values() if in_segment(one, view).holds),
            visits=known.facts.sessions.count,
            orders=len(known.facts.orders),
            likes=tuple(name for name, _ in known.facts.likings.of("category").best(LIKES)),
            list=tuple(CallerPick(product=one["id"], title=one["title"], why=one["reason"]) for one in own[:PICKS]),
        )

    async def _note(self, call: str, profile: str, by: Actor) -> None:
        """Who looked at whom is written down, once a call however often it is asked again."""
        if (call, by.id) in self._noted:
            return
        async with writing(self._engine).begin() as connection:
            await profiles.looked(connection, profile, by.id, "in a call", self._clock.wall_ms())
        self._noted[call, by.id] = None
        while len(self._noted) > NOTED_MAX:
            del self._noted[next(iter(self._noted))]
