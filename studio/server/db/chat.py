"""Queries about what people wrote, who may not write, and polls."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import tables
from studio.show.chat import ChatLine
from studio.show.poll import Poll

Row = dict[str, Any]
COLUMNS = tuple(column.name for column in tables.chat_lines.c if column.name != "show")


async def put_line(connection: AsyncConnection, show: str, line: ChatLine) -> None:
    """A new line."""
    values = {name: getattr(line, name) for name in COLUMNS}
    await connection.execute(insert(tables.chat_lines).values(values | {"show": show}))


async def set_state(connection: AsyncConnection, show: str, line: str, state: str) -> None:
    """A line was released or removed."""
    columns = tables.chat_lines.c
    await connection.execute(update(tables.chat_lines).where(columns.show == show, columns.id == line).values(state=state))


async def lines(connection: AsyncConnection, show: str, ids: Iterable[str]) -> dict[str, ChatLine]:
    """Lines by id; those that were forgotten are missing."""
    columns = tables.chat_lines.c
    rows = await connection.execute(select(tables.chat_lines).where(columns.show == show, columns.id.in_(list(ids))))
    return {row.id: _line(row) for row in rows}


async def newest(connection: AsyncConnection, show: str, limit: int) -> list[ChatLine]:
    """The last lines, oldest first; removed ones are not among them."""
    columns = tables.chat_lines.c
    found = (
        select(tables.chat_lines)
        .where(columns.show == show, columns.state != "removed")
        .order_by(columns.at_ms.desc(), columns.id)
        .limit(limit)
    )
    return [_line(row) for row in reversed((await connection.execute(found)).all())]


async def every(connection: AsyncConnection, show: str) -> list[ChatLine]:
    """All lines of a show, oldest first."""
    columns = tables.chat_lines.c
    found = select(tables.chat_lines).where(columns.show == show).order_by(columns.at_ms, columns.id)
    return [_line(row) for row in await connection.execute(found)]


async def count(connection: AsyncConnection, show: str) -> int:
    """How many lines of the audience were shown."""
    columns = tables.chat_lines.c
    shown = columns.show == show, columns.state == "shown", ~columns.staff
    return int((await connection.execute(select(func.count()).where(*shown))).scalar_one())


def _line(row: Any) -> ChatLine:
    return ChatLine(**{name: getattr(row, name) for name in COLUMNS})


async def blocks(connection: AsyncConnection, show: str) -> list[Row]:
    """Who may not write in this show."""
    rows = (await connection.execute(select(tables.bans).where(tables.bans.c.show == show))).mappings()
    return [dict(row) for row in rows]


async def block(connection: AsyncConnection, row: Row) -> None:
    """Somebody may not write; what was said of them before is replaced."""
    await unblock(connection, row["show"], row["visitor"])
    await connection.execute(insert(tables.bans).values(row))


async def unblock(connection: AsyncConnection, show: str, visitor: str) -> None:
    """Somebody may write again."""
    columns = tables.bans.c
    await connection.execute(delete(tables.bans).where(columns.show == show, columns.visitor == visitor))


async def forget_networks(connection: AsyncConnection, show: str) -> None:
    """The show has ended: nobody is known by address any more."""
    await connection.execute(update(tables.bans).where(tables.bans.c.show == show).values(network=""))


# ── polls ────────────────────────────────────────────────────────────────────────────────────────────────────


async def put_poll(connection: AsyncConnection, show: str, poll: Poll, at_ms: int) -> None:
    """A new poll."""
    values = {"show": show, "id": poll.id, "question": poll.question, "state": poll.state, "at_ms": at_ms}
    answers = msgspec.json.encode(poll.answers).decode()
    await connection.execute(insert(tables.polls).values(values | {"answers": answers}))


async def close_poll(connection: AsyncConnection, show: str, poll: str) -> None:
    """It takes no more votes."""
    columns = tables.polls.c
    await connection.execute(update(tables.polls).where(columns.show == show, columns.id == poll).values(state="closed"))


async def polls(connection: AsyncConnection, show: str) -> list[Poll]:
    """The show's polls with their votes, oldest first."""
    columns = tables.votes.c
    counted = select(columns.poll, columns.answer, func.count().label("votes")).where(columns.show == show)
    votes = {
        (row.poll, row.answer): row.votes for row in await connection.execute(counted.group_by(columns.poll, columns.answer))
    }
    rows = await connection.execute(select(tables.polls).where(tables.polls.c.show == show).order_by(tables.polls.c.at_ms))
    found = []
    for row in rows:
        answers = tuple(msgspec.json.decode(row.answers))
        given = tuple(votes.get((row.id, place), 0) for place in range(len(answers)))
        found.append(Poll(id=row.id, question=row.question, answers=answers, votes=given, state=row.state))
    return found


async def vote(connection: AsyncConnection, show: str, poll: str, voter: str, answer: int) -> None:
    """One voter's answer; an earlier one is moved."""
    columns = tables.votes.c
    here = (columns.show == show, columns.poll == poll, columns.voter == voter)
    if not (await connection.execute(update(tables.votes).where(*here).values(answer=answer))).rowcount:
        await connection.execute(insert(tables.votes).values(show=show, poll=poll, voter=voter, answer=answer))


async def voted(connection: AsyncConnection, show: str, poll: str) -> dict[str, int]:
    """Each voter's answer."""
    columns = tables.votes.c
    rows = await connection.execute(select(columns.voter, columns.answer).where(columns.show == show, columns.poll == poll))
    return {row.voter: row.answer for row in rows}
