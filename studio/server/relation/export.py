"""People of a segment as a table, for whoever works with them elsewhere."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.clock import Clock
from studio.commands import Actor
from studio.errors import NotFound
from studio.queries import relation as ask
from studio.relation.days import DAY_MS
from studio.relation.evaluate import in_segment
from studio.relation.mail_gate import LAPSES_DAYS
from studio.relation.segment import Segment
from studio.relation.spreadsheet import written
from studio.server.db import newsletter, profiles, rules
from studio.server.db.engine import writing
from studio.server.relation.book import Book
from studio.server.relation.people import Known, People
from studio.server.visitors import Visitors

AT_ONCE = 500
HEADER = ("profile", "customer", "email", "consent", "subscribed", "why")


class SegmentExports:
    """On the server's loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock, book: Book, people: People, visitors: Visitors) -> None:
        self._engine = engine
        self._clock = clock
        self._book = book
        self._people = people
        self._visitors = visitors

    async def take(self, query: ask.SegmentExport, by: Actor) -> ask.Export:
        """Raises `NotFound`."""
        segment = self._book.segments.get(query.segment)
        if segment is None:
            raise NotFound("There is no {kind} {name}", kind="segment", name=query.segment)
        lines: list[tuple[str, ...]] = []
        async with self._engine.connect() as connection:
            total = await rules.size(connection, segment.id)
            inside = await rules.members(connection, segment.id, AT_ONCE, query.after)
            for row in await profiles.rows(connection, inside):
                line = await self._line(connection, await self._people.of_row(connection, row), segment, query.purpose)
                if line is not None:
                    lines.append(line)
        async with writing(self._engine).begin() as connection:
            what = f"exported {len(lines)} (version {segment.version})"
            await profiles.looked(connection, segment.id[:32], by.id, what[:40], self._clock.wall_ms())
        more = inside[-1] if len(inside) == AT_ONCE else ""
        header = () if query.after else HEADER
        return ask.Export(table=written(header, lines), count=len(lines), of=total, next=more)

    async def _line(self, connection: AsyncConnection, known: Known, segment: Segment, purpose: str) -> tuple[str, ...] | None:
        """One of them, if they are in it now and may be taken along for this."""
        verdict = in_segment(segment, self._book.view(known.facts, known.agreed))
        if not verdict.holds or known.kind != "person":
            return None
        named = await profiles.identifiers_of(connection, known.profile)
        customer = next((one["value"] for one in named if one["kind"] == "customer"), "")
        letters = " ".join(sorted(known.agreed))
        if purpose == "analysis":
            return known.profile, customer, "", letters, "", str(verdict.reason)
        used_ms = self._clock.wall_ms() - LAPSES_DAYS * DAY_MS
        addresses = [one["value"] for one in named if one["kind"] == "email"]
        since = await newsletter.readers_at(connection, addresses, used_ms) if addresses else {}
        digests = {self._visitors.mailbox(address): address for address in since}
        stopped = {digests[one] for one in await newsletter.suppressed(connection, digests)}
        address = next((one for one in sorted(since) if one not in stopped), "")
        if not address:
            return None
        at = datetime.fromtimestamp(since[address] / 1000, UTC).isoformat(timespec="seconds")
        return known.profile, customer, address, letters, at, str(verdict.reason)
