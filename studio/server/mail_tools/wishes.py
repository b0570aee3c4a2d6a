"""What a reader wants a mail tool to know of them, as it is at this moment."""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import newsletter as rows
from studio.server.mail_tools.tool import Person
from studio.server.newsletter.readers import Readers
from studio.server.relation.book import Book


class Wish(Struct, frozen=True, kw_only=True):
    """`person` None: they want no more, of this topic or of anything (`everywhere`)."""

    person: Person | None = None
    everywhere: bool = False


class Wishes:
    """Consent is read when it is used: nothing of it is kept here."""

    def __init__(self, book: Book, readers: Readers) -> None:
        self._book = book
        self._readers = readers

    async def of(self, connection: AsyncConnection, reader: str, topic: str, segments: Sequence[str]) -> Wish | None:
        """Of a subscriber by their id; None: there is nobody any more. `segments` are those that a tool may know."""
        fresh = await rows.subscriber(connection, reader)
        if fresh is None:
            return None
        row = fresh | {"subscriber": reader}
        confirmed_ms, suppressed = await self._readers.agreed(connection, row, topic)
        if confirmed_ms is None or suppressed is not None:
            return Wish(everywhere=suppressed is not None)
        known = await self._readers.known(connection, row) if segments else None
        inside = {one for one in segments if known is not None and self._readers.inside(one, known)}
        person = Person(
            address=fresh["address"],
            language=fresh["language"],
            confirmed_ms=confirmed_ms,
            inside=self._names([one for one in segments if one in inside]),
            outside=self._names([one for one in segments if one not in inside]),
        )
        return Wish(person=person)

    def _names(self, segments: Sequence[str]) -> tuple[str, ...]:
        return tuple(sorted({self._book.segments[one].name for one in segments if one in self._book.segments}))
