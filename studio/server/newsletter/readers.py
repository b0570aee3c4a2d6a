"""Who the readers of newsletters are when theirs goes: what may be used of them, and how they stand with the list."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from studio.relation.days import Zone
from studio.relation.evaluate import in_segment
from studio.relation.mail_gate import Reader, Suppressed
from studio.relation.newsletter import SHOW_TOPIC, Newsletter
from studio.server.db import newsletter as rows
from studio.server.db import profiles
from studio.server.db.decision_rows import row_of_visitor
from studio.server.newsletter.composer import Composer
from studio.server.newsletter.subscribers import Subscribers
from studio.server.relation.book import Book
from studio.server.relation.people import Known, People


class Readers:
    """`watching(visitors, show)` says whether somebody has a show open. Rows are those of sendings, with their subscriber's."""

    def __init__(
        self,
        *,
        book: Book,
        people: People,
        composer: Composer,
        subscribers: Subscribers,
        watching: Callable[[Collection[str], str], bool],
    ) -> None:
        self._book = book
        self._people = people
        self._composer = composer
        self._subscribers = subscribers
        self._watching = watching

    def zone(self, row: rows.Row) -> Zone:
        """The reader's, or the brand's."""
        return Zone(row["zone"]) if row["zone"] else self._book.zone

    async def known(self, connection: AsyncConnection, row: rows.Row) -> Known | None:
        """The reader's profile, as far as it may be used: theirs by the address, or by the browser it was confirmed in."""
        profile = await profiles.owner(connection, "email", row["address"])
        found = await profiles.row(connection, profile) if profile else None
        if found is None and row["visitor"]:
            found = await row_of_visitor(connection, row["visitor"])
        known = await self._people.of_row(connection, found) if found is not None else None
        if known is None or not {"analytics", "personalisation"} <= known.agreed or known.kind != "person":
            return None
        return known

    async def standing(
        self, connection: AsyncConnection, row: rows.Row, run: rows.Row, newsletter: Newsletter, known: Known | None
    ) -> Reader:
        """How they stand at this moment with the mailing `run`: what the gates ask."""
        fresh = await rows.subscriber(connection, row["subscriber"]) or row
        visitors = await self._devices(connection, row)
        agreed_ms, suppressed = await self._agreed(connection, row, run["topic"], visitors)
        verdict = None
        if newsletter.segment and (segment := self._book.segments.get(newsletter.segment)) is not None:
            verdict = in_segment(segment, self._composer.view(known))
        show = run["topic"].removeprefix(SHOW_TOPIC)
        return Reader(
            subscribed_ms=agreed_ms,
            used_ms=fresh["used_ms"],
            suppressed=suppressed,
            last_mail_ms=fresh["mailed_ms"] or None,
            inside=not newsletter.segment or (verdict is not None and bool(verdict.holds)),
            outside=verdict.reason if verdict is not None else None,
            watching=run["topic"].startswith(SHOW_TOPIC) and self._watching(visitors, show),
            zone=self.zone(row),
        )

    async def agreed(self, connection: AsyncConnection, row: rows.Row, topic: str) -> tuple[int | None, Suppressed | None]:
        """When they said the yes to a topic that holds now (Unix ms; None: there is none), and why nothing goes to them all the
        same. `row` has `subscriber`, `address` and `visitor`."""
        return await self._agreed(connection, row, topic, await self._devices(connection, row))

    async def _agreed(
        self, connection: AsyncConnection, row: rows.Row, topic: str, visitors: Collection[str]
    ) -> tuple[int | None, Suppressed | None]:
        yes = [
            one["confirmed_ms"]
            for one in await rows.subscriptions_of(connection, row["subscriber"])
            if one["topic"] == topic and one["ended_ms"] is None
        ]
        suppressed = await self._subscribers.suppressed(connection, [row["address"]])
        no_ms = withdrawn_ms(await profiles.choices_of(connection, visitors) if visitors else [])
        taken_back = bool(yes) and no_ms is not None and no_ms > yes[0]
        return (yes[0] if yes else None), suppressed.get(row["address"], "withdrawn" if taken_back else None)

    def inside(self, segment: str, known: Known | None) -> bool:
        """Whether a reader is in a segment now, as far as they may be known."""
        found = self._book.segments.get(segment)
        return found is not None and bool(in_segment(found, self._composer.view(known)).holds)

    async def _devices(self, connection: AsyncConnection, row: rows.Row) -> frozenset[str]:
        """All that are known to be the reader's, whatever may be used of what was done there."""
        owner = await profiles.owner(connection, "email", row["address"])
        found = set(await profiles.visitors_of(connection, owner) if owner else ())
        return frozenset(found.union(await profiles.family(connection, row["visitor"]) if row["visitor"] else ()))


def withdrawn_ms(choices: Sequence[rows.Row]) -> int | None:
    """When somebody last took a yes to marketing back. A browser that never said yes says nothing about letters: those are an
    act of their own."""
    given: set[str] = set()
    found: int | None = None
    for one in sorted(choices, key=lambda one: int(one["at_ms"])):
        if one["purpose"] != "marketing":
            continue
        if one["given"]:
            given.add(one["visitor"])
        elif one["visitor"] in given:
            found = int(one["at_ms"])
    return found
