"""Queries about one-to-one calls. Every change names the state it begins from: of two who want the same, one gets it."""

from collections.abc import Collection
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import tables
from studio.show.call import Agreement, Call, CallLine, Card, Person

JSON: dict[str, Any] = {
    "card": Card,
    "people": tuple[Person, ...],
    "asked": tuple[Agreement, ...],
    "passed": tuple[str, ...],
}
"""Columns that hold a structure, and which."""


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as it is stored; see `tables.calls`."""

    id: str
    secret: str
    state: str
    kind: str
    entered_ms: int
    since_ms: int
    lined_ms: int
    topic: str = ""
    language: str = ""
    name: str = ""
    visitor: str = ""
    network: str = ""
    consent: str = "---"
    card: Card = field(default_factory=Card)
    until_ms: int | None = None
    answered_ms: int | None = None
    ended_ms: int | None = None
    wait_ms: int | None = None
    advisor: str = ""
    advisor_name: str = ""
    wanted: str = ""
    passed: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    held: bool = False
    again: bool = False
    shown: str = ""
    asked: tuple[Agreement, ...] = ()
    note: str = ""
    notes: str = ""
    ending: str = ""
    outcome: str = ""
    stars: int | None = None
    rating: str = ""
    booking: str | None = None
    booked_ms: int | None = None

    @property
    def call(self) -> Call:
        """What studios are told."""
        known = {name: getattr(self, name) for name in Call.__struct_fields__ if name != "ending"}
        return msgspec.convert(known | {"ending": self.ending or None}, Call)


FIELDS = tuple(one.name for one in fields(CallRow))


def _stored(values: dict[str, Any]) -> dict[str, Any]:
    return {name: msgspec.json.encode(value).decode() if name in JSON else value for name, value in values.items()}


def _row(row: Any) -> CallRow:
    values = {name: getattr(row, name) for name in FIELDS}
    return CallRow(**values | {name: msgspec.json.decode(values[name], type=kind) for name, kind in JSON.items()})


async def put(connection: AsyncConnection, row: CallRow) -> None:
    """A new call."""
    await connection.execute(insert(tables.calls).values(_stored({name: getattr(row, name) for name in FIELDS})))


async def change(
    connection: AsyncConnection, call: str, states: Collection[str], values: dict[str, Any], advisor: str | None = None
) -> CallRow | None:
    """Change a call that is in one of `states` (and, when named, with `advisor`); None when it is not any more."""
    columns = tables.calls.c
    here = [columns.id == call, columns.state.in_(list(states))]
    if advisor is not None:
        here.append(columns.advisor == advisor)
    changed = update(tables.calls).where(and_(*here)).values(_stored(values)).returning(*tables.calls.c)
    row = (await connection.execute(changed)).one_or_none()
    return _row(row) if row is not None else None


async def active(connection: AsyncConnection) -> list[CallRow]:
    """The calls that are not over, in their order."""
    columns = tables.calls.c
    found = select(tables.calls).where(columns.state != "ended").order_by(columns.entered_ms, columns.id)
    return [_row(row) for row in await connection.execute(found)]


async def load(connection: AsyncConnection, call: str, *, lock: bool = False) -> CallRow | None:
    """One call; with `lock` nobody else changes it until the transaction ends."""
    found = select(tables.calls).where(tables.calls.c.id == call)
    row = (await connection.execute(found.with_for_update() if lock else found)).one_or_none()
    return _row(row) if row is not None else None


class CallTimes(NamedTuple):
    """What figures are made of."""

    wait_ms: int | None
    answered_ms: int | None
    ended_ms: int | None
    outcome: str = ""


async def times_since(connection: AsyncConnection, since_ms: int) -> list[CallTimes]:
    """The calls that came in since `since_ms` (Unix time), as the figures need them."""
    columns = tables.calls.c
    fields = columns.wait_ms, columns.answered_ms, columns.ended_ms, columns.outcome
    found = select(*fields).where(columns.entered_ms >= since_ms)
    return [CallTimes(*row) for row in await connection.execute(found)]


async def sales_since(connection: AsyncConnection, entered_ms: int, within_ms: int) -> list[tuple[str, int]]:
    """Currency and sum of what people ordered who had been answered at most `within_ms` before, in calls that came in since
    then. Of those who agreed to be recognised: the others' orders have no name on them."""
    calls, orders = tables.calls.c, tables.orders.c
    talked = exists().where(
        calls.visitor == orders.visitor,
        calls.entered_ms >= entered_ms,
        calls.answered_ms <= orders.at_ms,
        calls.answered_ms > orders.at_ms - within_ms,
    )
    found = select(orders.currency, func.sum(orders.value_minor - orders.returned_minor)).where(
        orders.at_ms >= entered_ms, orders.visitor != "", orders.verified, ~orders.cancelled, talked
    )
    rows = await connection.execute(found.group_by(orders.currency).order_by(orders.currency))
    return [(row[0], int(row[1])) for row in rows]


async def put_line(connection: AsyncConnection, call: str, line: CallLine) -> None:
    """Something was written or shown."""
    await connection.execute(insert(tables.call_lines).values(msgspec.structs.asdict(line) | {"call": call}))


async def lines(connection: AsyncConnection, call: str) -> list[CallLine]:
    """What was written in a call, oldest first."""
    columns = tables.call_lines.c
    found = select(tables.call_lines).where(columns.call == call).order_by(columns.at_ms, columns.id)
    return [
        CallLine(**{name: getattr(row, name) for name in CallLine.__struct_fields__}) for row in await connection.execute(found)
    ]


async def block(connection: AsyncConnection, visitor: str, network: str, until_ms: int, by: str) -> None:
    """Take no more calls from somebody."""
    await connection.execute(delete(tables.call_blocks).where(tables.call_blocks.c.visitor == visitor))
    values = {"visitor": visitor, "network": network, "until_ms": until_ms, "by": by}
    await connection.execute(insert(tables.call_blocks).values(values))


async def blocked(connection: AsyncConnection, visitor: Collection[str], network: str, now_ms: int) -> bool:
    """Whether nobody takes calls from this visitor (under any of these names), or from where they are."""
    columns = tables.call_blocks.c
    same = or_(columns.visitor.in_(visitor), columns.network == network)
    found = select(columns.visitor).where(same, columns.until_ms > now_ms).limit(1)
    return (await connection.execute(found)).first() is not None


async def setting(connection: AsyncConnection, name: str) -> str | None:
    """What the brand has set under a name."""
    found = select(tables.settings.c.value).where(tables.settings.c.name == name)
    return (await connection.execute(found)).scalar_one_or_none()


async def put_setting(connection: AsyncConnection, name: str, value: str) -> None:
    """Set it."""
    changed = await connection.execute(update(tables.settings).where(tables.settings.c.name == name).values(value=value))
    if not changed.rowcount:
        await connection.execute(insert(tables.settings).values(name=name, value=value))


async def drop_setting(connection: AsyncConnection, name: str) -> None:
    """It has not been set."""
    await connection.execute(delete(tables.settings).where(tables.settings.c.name == name))
