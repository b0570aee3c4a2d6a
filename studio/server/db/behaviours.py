"""Queries about what people did."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import delete, func, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.relation.behaviour import Behaviour
from studio.relation.days import DAY_MS
from studio.relation.names import ORDER_CANCELLED, ORDER_COMPLETED
from studio.server.db import tables

_log = tables.behaviours.c
_decoder = msgspec.json.Decoder(Behaviour)
AT_ONCE = 300


def row_of(behaviour: Behaviour, seq: int) -> dict[str, Any]:
    """As it is stored."""
    return {
        "visitor": behaviour.visitor,
        "id": behaviour.id,
        "name": behaviour.name,
        "at_ms": behaviour.at_ms,
        "seq": seq,
        "product": behaviour.items[0].product if behaviour.items else "",
        "number": behaviour.order if behaviour.name == ORDER_COMPLETED else "",
        "source": behaviour.source,
        "consent": behaviour.consent,
        "data": msgspec.json.encode(behaviour).decode(),
    }


async def newest_seq(connection: AsyncConnection) -> int:
    """Of what was stored last; 0 when there is nothing."""
    return int((await connection.execute(select(func.max(_log.seq)))).scalar() or 0)


async def known(connection: AsyncConnection, keys: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of (visitor, id) that are stored already."""
    found: set[tuple[str, str]] = set()
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        rows = await connection.execute(select(_log.visitor, _log.id).where(tuple_(_log.visitor, _log.id).in_(some)))
        found |= {(row.visitor, row.id) for row in rows}
    return found


class Ordered(NamedTuple):
    """One telling of an order: under which visitor and id it is stored, who told of it, what that visitor agreed to then, and how
    much it came to."""

    visitor: str
    id: str
    source: str
    consent: str
    value: tuple[int | None, str]


async def ordered(connection: AsyncConnection, numbers: Collection[str]) -> dict[str, list[Ordered]]:
    """What is stored of some orders, by number."""
    found: dict[str, list[Ordered]] = {}
    if numbers:
        query = select(_log.number, _log.data).where(_log.number.in_(list(numbers)))
        for row in await connection.execute(query):
            found.setdefault(row.number, []).append(told_of(_decoder.decode(row.data)))
    return found


def told_of(behaviour: Behaviour) -> Ordered:
    """A telling of an order."""
    value = behaviour.value_minor, behaviour.currency
    return Ordered(behaviour.visitor, behaviour.id, behaviour.source, behaviour.consent, value)


async def drop(connection: AsyncConnection, visitor: str, id_: str) -> None:
    """One of them goes: somebody knows it better."""
    await connection.execute(delete(tables.behaviours).where(_log.visitor == visitor, _log.id == id_))


async def put(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store new ones."""
    if rows:
        await connection.execute(insert(tables.behaviours), list(rows))


async def of(
    connection: AsyncConnection, visitors: Iterable[str], after_seq: int = 0, most: int = 100_000
) -> list[tuple[int, Behaviour]]:
    """What some visitors did that was stored after `after_seq`, with the order in which it was."""
    query = (
        select(_log.seq, _log.data).where(_log.visitor.in_(list(visitors)), _log.seq > after_seq).order_by(_log.seq).limit(most)
    )
    return [(row.seq, _decoder.decode(row.data)) for row in await connection.execute(query)]


class Sums(NamedTuple):
    """Of a day, what tells whether it is still the same: how many behaviours, and the sum of their places in line."""

    number: int
    places: int


async def sums_of_days(connection: AsyncConnection, until_ms: int, visitors: Collection[str] | None = None) -> dict[int, Sums]:
    """By day since 1970 (UTC); of some visitors alone, of everybody without them."""
    day = _log.at_ms // DAY_MS
    query = select(day, func.count(), func.sum(_log.seq)).where(_log.at_ms < until_ms).group_by(day)
    if visitors is not None:
        query = query.where(_log.visitor.in_(list(visitors)))
    return {int(number): Sums(int(count), int(places)) for number, count, places in (await connection.execute(query)).all()}


async def doers(connection: AsyncConnection, after: str, most: int) -> list[str]:
    """The next visitors who did something, by their ids."""
    query = select(_log.visitor).where(_log.visitor > after).distinct().order_by(_log.visitor).limit(most)
    return list((await connection.execute(query)).scalars())


async def of_day(
    connection: AsyncConnection, from_ms: int, until_ms: int, after_seq: int, most: int
) -> list[tuple[int, Behaviour]]:
    """The next of a day, in the order in which they were stored."""
    here = _log.at_ms >= from_ms, _log.at_ms < until_ms, _log.seq > after_seq
    query = select(_log.seq, _log.data).where(*here).order_by(_log.seq).limit(most)
    return [(int(row.seq), _decoder.decode(row.data)) for row in await connection.execute(query)]


async def after(connection: AsyncConnection, seq: int, most: int) -> list[tuple[int, Behaviour]]:
    """What was stored after `seq`, in that order."""
    query = select(_log.seq, _log.data).where(_log.seq > seq).order_by(_log.seq).limit(most)
    return [(int(row.seq), _decoder.decode(row.data)) for row in await connection.execute(query)]


async def put_deletions(connection: AsyncConnection, visitors: Collection[str], until_ms: int) -> None:
    """They are to be forgotten where this is forwarded to as well."""
    await connection.execute(delete(tables.deletions).where(tables.deletions.c.visitor.in_(list(visitors))))
    await connection.execute(insert(tables.deletions), [{"visitor": one, "until_ms": until_ms} for one in visitors])


async def deletions(connection: AsyncConnection, most: int) -> list[str]:
    """Who is to be."""
    return list((await connection.execute(select(tables.deletions.c.visitor).limit(most))).scalars())


async def drop_deletions(connection: AsyncConnection, visitors: Collection[str]) -> None:
    """They are."""
    await connection.execute(delete(tables.deletions).where(tables.deletions.c.visitor.in_(list(visitors))))


async def of_orders(connection: AsyncConnection, since_ms: int, after_seq: int, most: int) -> list[tuple[str, int, Behaviour]]:
    """Orders of people, and those that were called off, in the order in which they were stored (its number): whose, and what."""
    whose, people = tables.profile_visitors.c, tables.profiles.c
    query = (
        select(whose.profile, _log.seq, _log.data)
        .select_from(tables.behaviours)
        .join(tables.profile_visitors, whose.visitor == _log.visitor)
        .join(tables.profiles, people.id == whose.profile)
        .where(_log.name.in_([ORDER_COMPLETED, ORDER_CANCELLED]), _log.at_ms >= since_ms, _log.seq > after_seq)
        .where(people.kind == "person")
        .order_by(_log.seq)
        .limit(most)
    )
    return [(row.profile, int(row.seq), _decoder.decode(row.data)) for row in await connection.execute(query)]


async def newest(connection: AsyncConnection, visitors: Iterable[str], most: int) -> list[Behaviour]:
    """The last things some visitors did, newest first."""
    query = select(_log.data).where(_log.visitor.in_(list(visitors))).order_by(_log.at_ms.desc()).limit(most)
    return [_decoder.decode(data) for data in (await connection.execute(query)).scalars()]
