"""A browser turns out to be somebody: it stays theirs, or, where it is another customer's, a new visitor begins."""

from sqlalchemy.ext.asyncio import AsyncEngine

from studio.relation.identity import Identifier
from studio.server.relation.people import People, agreements
from studio.server.shop.visits import PURPOSES, Visits
from studio.server.visitors import Visitors


class Arrivals:
    """On the server's loop."""

    def __init__(self, engine: AsyncEngine, visitors: Visitors, visits: Visits, people: People) -> None:
        self._engine = engine
        self._visitors = visitors
        self._visits = visits
        self._people = people

    async def arrive(self, token: str, identifier: Identifier) -> tuple[str, str]:
        """Whose token the page shows from now on, and why: another one where that was somebody else's. Who did not agree to being
        measured stays nobody."""
        visitor = self._visitors.who(token)
        if "analytics" not in await self.agreed_by(visitor):
            return token, ""
        found = await self._people.identify(visitor, identifier)
        if found.do != "fresh":
            return token, str(found.reason)
        fresh = self._visitors.fresh(f"{visitor} {identifier.value}")
        known = await self._visits.consent_of(visitor)  # whoever logs in on this browser was asked as well
        await self._visits.agree(self._visitors.who(fresh), {name: getattr(known, name) for name in PURPOSES}, "logged in")
        await self._people.identify(self._visitors.who(fresh), identifier)
        return fresh, str(found.reason)

    async def agreed_by(self, visitor: str) -> frozenset[str]:
        """What the person agrees to, on whichever device."""
        async with self._engine.connect() as connection:
            return (await agreements(connection, [visitor]))[visitor]
