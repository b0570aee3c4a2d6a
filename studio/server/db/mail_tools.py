"""Queries about what mail tools have of whom."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import tables
from studio.server.db.profiles import chunks

Row = dict[str, Any]
_told, _people, _yes = tables.told_people.c, tables.subscribers.c, tables.subscriptions.c
_anew: dict[str, Any] = {"version": _told.version + 1, "tries": 0}
URGENT = {"due_ms": 0, "urgent": True}


async def fresh(connection: AsyncConnection, tool: str, topic: str, most: int) -> list[Row]:
    """Who subscribes to the topic, or did, and the tool has not heard of: of those who left, it may have more than we gave it."""
    asked = select(_yes.subscriber).where(_yes.subscriber == _people.id, _yes.topic == topic).exists()
    query = select(tables.subscribers).where(asked, ~_heard(tool)).order_by(_people.id).limit(most)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def waiting(connection: AsyncConnection, tool: str, topic: str, most: int) -> tuple[int, list[Row]]:
    """How many subscribe to the topic that the tool has not heard of; and some of them."""
    here = _subscribes(topic, _people.id), ~_heard(tool)
    count = (await connection.execute(select(func.count()).select_from(tables.subscribers).where(*here))).scalar()
    query = select(tables.subscribers).where(*here).order_by(_people.id).limit(most)
    return int(count or 0), [dict(row) for row in (await connection.execute(query)).mappings()]


def _heard(tool: str) -> Any:
    return select(_told.subscriber).where(_told.tool == tool, _told.subscriber == _people.id).exists()


def _subscribes(topic: str, subscriber: Any) -> Any:
    return select(_yes.subscriber).where(_yes.subscriber == subscriber, _yes.topic == topic, _yes.ended_ms.is_(None)).exists()


async def put(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """A tool is about to be told of them."""
    await connection.execute(insert(tables.told_people), [dict(row) for row in rows])


async def turned(connection: AsyncConnection, tool: str, topic: str, now_ms: int) -> tuple[list[str], list[str], list[str]]:
    """Subscribers of whom something has changed since the tool was told: who are there no more, who left, who came back."""
    mine = select(_told.subscriber).where(_told.tool == tool)
    here = select(_people.id).where(_people.id == _told.subscriber).exists()
    reads = _subscribes(topic, _told.subscriber)
    again = select(_yes.subscriber).where(
        _yes.subscriber == _told.subscriber, _yes.topic == topic, _yes.ended_ms.is_(None), _yes.confirmed_ms > _told.at_ms
    )
    wanted = (
        mine.where(_told.state != "gone", ~here),
        mine.where(_told.state == "yes", ~_told.urgent, ~reads),
        mine.where(_told.state == "no", _told.due_ms > now_ms, _told.tries == 0, again.exists()),
    )
    gone, left, back = [list((await connection.execute(query)).scalars()) for query in wanted]
    return gone, left, back


async def mark(connection: AsyncConnection, tool: str, subscribers: Collection[str], values: Mapping[str, Any]) -> None:
    """They are to be looked at."""
    for some in chunks(sorted(subscribers)):
        here = _told.tool == tool, _told.subscriber.in_(some)
        await connection.execute(update(tables.told_people).where(*here).values(_anew | dict(values)))


async def give_up(connection: AsyncConnection, tool: str, until_ms: int) -> None:
    """Until then whoever is gone is to be deleted there, whether it answers or not."""
    here = _told.tool == tool, _told.state == "gone", _told.until_ms == 0
    await connection.execute(update(tables.told_people).where(*here).values(until_ms=until_ms))


async def due(connection: AsyncConnection, tool: str, now_ms: int, most: int, *, gone_alone: bool) -> list[Row]:
    """Who is to be looked at, whoever wants no more before all others; with `gone_alone` only those who were forgotten."""
    here = [_told.tool == tool, _told.due_ms <= now_ms]
    if gone_alone:
        here.append(_told.state == "gone")
    order = case((_told.urgent, 0), else_=1), _told.due_ms
    query = select(tables.told_people).where(*here).order_by(*order).limit(most)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def change(connection: AsyncConnection, row: Row, values: Mapping[str, Any]) -> bool:
    """What came of one; whether nothing has happened here since it was read."""
    here = _told.tool == row["tool"], _told.subscriber == row["subscriber"], _told.version == row["version"]
    return bool((await connection.execute(update(tables.told_people).where(*here).values(dict(values)))).rowcount)


async def told_meanwhile(connection: AsyncConnection, row: Row, values: Mapping[str, Any]) -> None:
    """The tool was told of somebody of whom something has happened here meanwhile: it has them, and they stay due."""
    here = _told.tool == row["tool"], _told.subscriber == row["subscriber"]
    kept = {name: values[name] for name in ("digest", "confirmed_ms", "names") if name in values}
    await connection.execute(update(tables.told_people).where(*here).values(kept))
    state = update(tables.told_people).where(*here, _told.state != "gone").values(state=values["state"])
    await connection.execute(state)


async def drop(connection: AsyncConnection, row: Row) -> None:
    """They are deleted there."""
    here = _told.tool == row["tool"], _told.subscriber == row["subscriber"]
    await connection.execute(delete(tables.told_people).where(*here))


async def drop_tool(connection: AsyncConnection, tool: str) -> None:
    """The brand has it no more, or another list of it: what it has of whom is not known."""
    await connection.execute(delete(tables.told_people).where(_told.tool == tool))


async def look_soon(connection: AsyncConnection, addresses: Collection[str]) -> None:
    """Nothing more goes to them: before all others they are looked at."""
    for some in chunks(sorted(addresses)):
        here = _told.address.in_(some), _told.state != "gone"
        await connection.execute(update(tables.told_people).where(*here).values(_anew | URGENT))


async def look_at_all(connection: AsyncConnection, tool: str, now_ms: int) -> None:
    """What the tool may know is other than it was."""
    here = _told.tool == tool, _told.state != "gone", _told.due_ms > now_ms
    await connection.execute(update(tables.told_people).where(*here).values(due_ms=now_ms))


async def counts(connection: AsyncConnection, tool: str) -> tuple[dict[str, int], int]:
    """By state, how many; and how many the tool does not take."""
    query = select(_told.state, func.count(), func.sum(case((_told.problem != "", 1), else_=0))).where(_told.tool == tool)
    found = (await connection.execute(query.group_by(_told.state))).all()
    return {state: int(count) for state, count, _ in found}, sum(int(wrong) for _, _, wrong in found)
