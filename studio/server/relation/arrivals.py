"""A browser turns out to be somebody: it stays theirs, or, where it is another customer's, a new visitor begins."""

from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncEngine

from studio.relation.identity import Identifier
from studio.server.relation.people import People, agreements
from studio.server.shop.visits import PURPOSES, Visits
from studio.server.visitors import Visitors


class Arrived(NamedTuple):
    """`token`: what the page shows from now on, another one where it was somebody else's; `known`: by the identifier; and why."""

    token: str
    known: bool = False
    why: str = ""


class Arrivals:
    """On the server's loop."""

    def __init__(self, engine: AsyncEngine, visitors: Visitors, visits: Visits, people: People) -> None:
        self._engine = engine
        self._visitors = visitors
        self._visits = visits
        self._people = people

    async def arrive(self, token: str, identifier: Identifier) -> Arrived:
        """A visitor shows who they are. Who did not agree to being measured stays nobody."""
        visitor = self._visitors.who(token)
        if "analytics" not in await self.agreed_by(visitor):
            return Arrived(token)
        found = await self._people.identify(visitor, identifier)
        if found.do != "fresh":
            return Arrived(token, found.do != "refuse", str(found.reason))
        fresh = self._visitors.fresh(f"{visitor} {identifier.value}")
        await self._agree_as(visitor, fresh)
        theirs = await self._people.identify(self._visitors.who(fresh), identifier)
        return Arrived(fresh, theirs.do != "refuse", str(found.reason))

    async def living(self, token: str) -> str:
        """The token, or where whoever had it was forgotten or logged out elsewhere, a new one: for a login in this browser."""
        visitor = self._visitors.who(token)
        if not visitor or not await self._visits.is_erased(visitor):
            return token
        fresh = self._visitors.recognise("")
        await self._agree_as(visitor, fresh)
        return fresh

    async def _agree_as(self, visitor: str, fresh: str) -> None:
        """Whoever comes next in this browser was asked as well."""
        known = await self._visits.consent_of(visitor)
        await self._visits.agree(self._visitors.who(fresh), {name: getattr(known, name) for name in PURPOSES}, "logged in")

    async def agreed_by(self, visitor: str) -> frozenset[str]:
        """What the person agrees to, on whichever device."""
        async with self._engine.connect() as connection:
            return (await agreements(connection, [visitor]))[visitor]
