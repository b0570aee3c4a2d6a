"""Queries about what mail tools have of whom."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import and_, case, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import tables
from studio.server.db.personal import GONE

Row = dict[str, Any]
_told, _people, _yes, _choices = tables.told_people.c, tables.subscribers.c, tables.subscriptions.c, tables.choices.c


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


async def put(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    """A tool is about to be told of somebody."""
    await connection.execute(insert(tables.told_people).values(dict(row)))


async def turned(connection: AsyncConnection, tool: str, topic: str, now_ms: int) -> None:
    """Who left, came back or is there no more since the tool was told is looked at now."""
    here = select(_people.id).where(_people.id == _told.subscriber).exists()
    gone = update(tables.told_people).where(_told.tool == tool, _told.state != "gone", ~here)
    await connection.execute(gone.values(GONE))
    reads = _subscribes(topic, _told.subscriber)
    back = select(_yes.subscriber).where(
        _yes.subscriber == _told.subscriber, _yes.topic == topic, _yes.ended_ms.is_(None), _yes.confirmed_ms > _told.at_ms
    )
    changed = or_(and_(_told.state == "yes", ~reads), and_(_told.state == "no", back.exists()))
    where = _told.tool == tool, _told.tries == 0, _told.due_ms > now_ms, changed
    await connection.execute(update(tables.told_people).where(*where).values(due_ms=now_ms))


async def due(connection: AsyncConnection, tool: str, now_ms: int, most: int, *, gone_alone: bool) -> list[Row]:
    """Who is to be looked at; those that were forgotten first, and nobody else with `gone_alone`."""
    here = [_told.tool == tool, _told.due_ms <= now_ms]
    if gone_alone:
        here.append(_told.state == "gone")
    order = case((_told.state == "gone", 0), else_=1), _told.due_ms
    query = select(tables.told_people).where(*here).order_by(*order).limit(most)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def change(connection: AsyncConnection, row: Row, values: Mapping[str, Any]) -> None:
    """What came of one; who was forgotten meanwhile stays so."""
    here = _told.tool == row["tool"], _told.subscriber == row["subscriber"], _told.state == row["state"]
    await connection.execute(update(tables.told_people).where(*here).values(dict(values)))


async def drop(connection: AsyncConnection, row: Row) -> None:
    """They are deleted there."""
    here = _told.tool == row["tool"], _told.subscriber == row["subscriber"]
    await connection.execute(delete(tables.told_people).where(*here))


async def drop_tool(connection: AsyncConnection, tool: str) -> None:
    """The brand has it no more, or another list of it: what it has of whom is not known."""
    await connection.execute(delete(tables.told_people).where(_told.tool == tool))


async def look_soon(connection: AsyncConnection, addresses: Collection[str], now_ms: int) -> None:
    """Something about them has changed."""
    if addresses:
        here = _told.address.in_(list(addresses)), _told.tries == 0
        await connection.execute(update(tables.told_people).where(*here).values(due_ms=now_ms))


async def look_at_all(connection: AsyncConnection, tool: str, now_ms: int) -> None:
    """What the tool may know is other than it was."""
    here = _told.tool == tool, _told.state != "gone", _told.due_ms > now_ms
    await connection.execute(update(tables.told_people).where(*here).values(due_ms=now_ms))


async def withdrew(connection: AsyncConnection, since_ms: int) -> list[str]:
    """Visitors who took their yes to marketing back since."""
    query = select(_choices.visitor).where(_choices.purpose == "marketing", ~_choices.given, _choices.at_ms >= since_ms)
    return list((await connection.execute(query.distinct())).scalars())


async def counts(connection: AsyncConnection, tool: str) -> tuple[dict[str, int], int]:
    """By state, how many; and how many the tool does not take."""
    query = select(_told.state, func.count(), func.sum(case((_told.problem != "", 1), else_=0))).where(_told.tool == tool)
    found = (await connection.execute(query.group_by(_told.state))).all()
    return {state: int(count) for state, count, _ in found}, sum(int(wrong) for _, _, wrong in found)
