"""Queries about what customers leave when nobody answers, and the calls they book."""

from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import tables
from studio.show.booking import Booking
from studio.show.call_message import CallMessage

Row = dict[str, Any]


async def put_message(connection: AsyncConnection, row: Row) -> None:
    """A new message."""
    await connection.execute(insert(tables.call_messages).values(row))


async def messages(connection: AsyncConnection, limit: int, films: int) -> list[CallMessage]:
    """The newest first: so many messages, those first that nobody has seen to, and so many films of calls."""
    columns = tables.call_messages.c
    newest = select(tables.call_messages).order_by(columns.state != "new", columns.at_ms.desc())
    found: list[CallMessage] = []
    for some in (newest.where(columns.kind != "call").limit(limit), newest.where(columns.kind == "call").limit(films)):
        found += [_message(row) for row in await connection.execute(some)]
    return sorted(found, key=lambda message: -message.at_ms)


async def has_film(connection: AsyncConnection, call: str, size: int) -> bool:
    """Whether this film of the call is kept: an answer may have been lost on its way back."""
    columns = tables.call_messages.c
    found = select(columns.id).where(columns.call == call, columns.size == size)
    return (await connection.execute(found)).first() is not None


async def begins_of(connection: AsyncConnection, booking: str) -> int:
    """When it begins."""
    found = select(tables.bookings.c.begins_ms).where(tables.bookings.c.id == booking)
    return int((await connection.execute(found)).scalar_one_or_none() or 0)


async def made_of(connection: AsyncConnection, booking: str) -> int:
    """When it was booked."""
    found = select(tables.bookings.c.made_ms).where(tables.bookings.c.id == booking)
    return int((await connection.execute(found)).scalar_one_or_none() or 0)


class BookedFor(NamedTuple):
    """Of a mailbox: calls to come, those whose letter was not opened, and bookings lately. Of an address: such calls of any
    mailbox."""

    open: int
    unconfirmed: int
    lately: int
    house_unconfirmed: int


async def booked_for(connection: AsyncConnection, contact: str, house: str, now_ms: int, since_ms: int) -> BookedFor:
    """What there is for a mailbox, whoever booked it, and of an address (a keyed hash of it)."""
    columns = tables.bookings.c
    theirs, to_come = func.lower(columns.contact) == contact.lower(), (columns.ends_ms > now_ms) & (columns.state == "booked")
    counts = (
        func.count().filter(theirs, to_come),
        func.count().filter(theirs, to_come, ~columns.confirmed),
        func.count().filter(theirs, columns.made_ms > since_ms),
        func.count().filter(columns.network == house, to_come, ~columns.confirmed),
    )
    return BookedFor(*(await connection.execute(select(*counts).select_from(tables.bookings))).one())


async def confirm_booking(connection: AsyncConnection, booking: str) -> None:
    """The link in its letter was opened."""
    columns = tables.bookings.c
    await connection.execute(update(tables.bookings).where(columns.id == booking, ~columns.confirmed).values(confirmed=True))


async def visitor_of(connection: AsyncConnection, booking: str) -> str:
    """Who booked it."""
    found = select(tables.bookings.c.visitor).where(tables.bookings.c.id == booking)
    return (await connection.execute(found)).scalar_one_or_none() or ""


async def of_house(connection: AsyncConnection, house: str) -> tuple[int, int]:
    """How many messages came from an address (a keyed hash of it), and how many bytes they take."""
    columns = tables.call_messages.c
    found = select(func.count(), func.coalesce(func.sum(columns.size), 0)).where(columns.network == house, columns.kind != "call")
    row = (await connection.execute(found)).one()
    return int(row[0]), int(row[1])


async def oldest_done(connection: AsyncConnection) -> str | None:
    """The oldest message that somebody has seen to."""
    columns = tables.call_messages.c
    found = select(columns.id).where(columns.state == "done", columns.kind != "call").order_by(columns.at_ms).limit(1)
    return (await connection.execute(found)).scalar_one_or_none()


async def count(connection: AsyncConnection) -> tuple[int, int, int]:
    """How many messages there are, how many nobody has seen to, and how many bytes their recordings take; films of calls are
    not among them."""
    columns = tables.call_messages.c
    new = func.count().filter(columns.state == "new")
    found = select(func.count(), new, func.coalesce(func.sum(columns.size), 0)).where(columns.kind != "call")
    row = (await connection.execute(found)).one()
    return int(row[0]), int(row[1]), int(row[2])


async def recorded(connection: AsyncConnection) -> int:
    """How many bytes films of calls take."""
    columns = tables.call_messages.c
    found = select(func.coalesce(func.sum(columns.size), 0)).where(columns.kind == "call")
    return int((await connection.execute(found)).scalar_one())


async def set_state(connection: AsyncConnection, message: str, state: str, by: str) -> bool:
    """Whether there was such a message."""
    columns = tables.call_messages.c
    changed = update(tables.call_messages).where(columns.id == message).values(state=state, by=by)
    return bool((await connection.execute(changed)).rowcount)


async def file_of(connection: AsyncConnection, message: str) -> str | None:
    """The recording's file name; None when there is no such message."""
    columns = tables.call_messages.c
    return (await connection.execute(select(columns.file).where(columns.id == message))).scalar_one_or_none()


async def remove_messages(connection: AsyncConnection, **which: Any) -> list[str]:
    """Delete messages by a column; the names of the recordings that are nobody's now."""
    columns = tables.call_messages.c
    here = [columns[name] == value for name, value in which.items()]
    files = (await connection.execute(select(columns.file).where(*here, columns.file != ""))).scalars().all()
    await connection.execute(delete(tables.call_messages).where(*here))
    return list(files)


async def older(connection: AsyncConnection, before_ms: int) -> list[str]:
    """Messages that came before then."""
    columns = tables.call_messages.c
    return list((await connection.execute(select(columns.id).where(columns.at_ms < before_ms))).scalars())


async def files(connection: AsyncConnection) -> set[str]:
    """The names of all recordings."""
    return set((await connection.execute(select(tables.call_messages.c.file))).scalars())


async def put_booking(connection: AsyncConnection, row: Row) -> None:
    """A new booking."""
    await connection.execute(insert(tables.bookings).values(row))


async def bookings(connection: AsyncConnection, from_ms: int, limit: int) -> list[Booking]:
    """Those that end after then, the next first; called off ones are not among them."""
    columns = tables.bookings.c
    found = (
        select(tables.bookings)
        .where(columns.ends_ms > from_ms, columns.state != "cancelled")
        .order_by(columns.begins_ms, columns.id)
        .limit(limit)
    )
    return [_booking(row) for row in await connection.execute(found)]


async def booking_of(connection: AsyncConnection, token: str) -> tuple[Booking, str] | None:
    """The booking of a link, and the page it was made on."""
    row = (await connection.execute(select(tables.bookings).where(tables.bookings.c.token == token))).one_or_none()
    return (_booking(row), row.page) if row is not None else None


async def change_booking(connection: AsyncConnection, booking: str, state: str) -> Booking | None:
    """Set the state of one that is booked; None when it is not any more."""
    columns = tables.bookings.c
    changed = update(tables.bookings).where(columns.id == booking, columns.state == "booked").values(state=state)
    row = (await connection.execute(changed.returning(*columns))).one_or_none()
    return _booking(row) if row is not None else None


def _message(row: Any) -> CallMessage:
    return CallMessage(**{name: getattr(row, name) for name in CallMessage.__struct_fields__})


def _booking(row: Any) -> Booking:
    return Booking(**{name: getattr(row, name) for name in Booking.__struct_fields__})
