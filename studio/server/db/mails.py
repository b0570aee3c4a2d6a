"""Queries about letters that wait to be sent."""

import secrets
from dataclasses import dataclass, fields
from typing import Protocol

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import tables


class Written(Protocol):
    """A letter."""

    @property
    def to(self) -> str:
        """Whom it is for."""

    @property
    def subject(self) -> str:
        """In one line."""

    @property
    def text(self) -> str:
        """All of it."""

    @property
    def calendar(self) -> str:
        """An appointment."""


@dataclass(frozen=True)
class MailRow:
    """A letter as it waits; see `tables.mails`."""

    id: str
    about: str
    recipient: str
    subject: str
    text: str
    calendar: str
    tries: int


async def put(connection: AsyncConnection, letter: Written, when: tuple[int, int], about: str, visitor: str) -> None:
    """Queue an e-mail `about` something, to be sent in the time `when` = (due, until), Unix milliseconds."""
    due_ms, until_ms = when
    row = {"id": secrets.token_hex(8), "about": about, "visitor": visitor, "due_ms": due_ms, "until_ms": until_ms, "tries": 0}
    row |= {"recipient": letter.to, "subject": letter.subject, "text": letter.text, "calendar": letter.calendar}
    await connection.execute(insert(tables.mails).values(row))


async def claim(connection: AsyncConnection, now_ms: int, until_ms: int) -> MailRow | None:
    """The next one that is due is this server's until then."""
    columns = tables.mails.c
    due = select(columns.id).where(columns.due_ms <= now_ms).order_by(columns.due_ms).limit(1)
    for name in (await connection.execute(due)).scalars().all():
        taken = (
            update(tables.mails)
            .where(columns.id == name, columns.due_ms <= now_ms)
            .values(due_ms=until_ms, tries=columns.tries + 1)
            .returning(*(columns[one.name] for one in fields(MailRow)))
        )
        row = (await connection.execute(taken)).one_or_none()
        if row is not None:
            return MailRow(**row._mapping)
    return None


async def sweep(connection: AsyncConnection, now_ms: int) -> None:
    """Delete those that come too late."""
    await connection.execute(delete(tables.mails).where(tables.mails.c.until_ms <= now_ms))


async def remove(connection: AsyncConnection, name: str) -> None:
    """It is sent, or given up."""
    await connection.execute(delete(tables.mails).where(tables.mails.c.id == name))


async def later(connection: AsyncConnection, name: str, due_ms: int) -> None:
    """Try again then."""
    await connection.execute(update(tables.mails).where(tables.mails.c.id == name).values(due_ms=due_ms))


async def drop(connection: AsyncConnection, about: str) -> None:
    """Delete those about something."""
    await connection.execute(delete(tables.mails).where(tables.mails.c.about == about))
