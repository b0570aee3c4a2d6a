"""All that a decision about one person needs, in three statements: it is asked hundreds of times a second."""

from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Integer, bindparam, case, cast, literal_column, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.relation.agreement import Choice
from studio.relation.behaviour import Behaviour
from studio.relation.decide import Exposure
from studio.server.db import tables
from studio.server.db.profiles import Row
from studio.server.db.quick import fetch
from studio.show.consent import Consent

_profiles, _map, _log = tables.profiles.c, tables.profile_visitors.c, tables.behaviours.c
_chosen, _refused, _shown, _visitors = tables.choices.c, tables.refusals.c, tables.exposures.c, tables.visitors.c
_behaviour = msgspec.json.Decoder(Behaviour)
_consent = msgspec.json.Decoder(Consent)
NEVER_DAY = 2**31 - 1
"""As `since_day`: nothing of what somebody was shown."""
_NONE: ColumnElement[Any] = literal_column("''")
_ZERO: ColumnElement[Any] = literal_column("0")
_PERSON = list(tables.profiles.c)
_FAMILY = select(_map.visitor).where(_map.profile == bindparam("profile"))


class Around(Struct, frozen=True, kw_only=True):
    """What is stored of a person beside what they did. `devices` and `consents` are by visitor; `dismissed` says when a rule was
    closed, by rule; `refused` are products."""

    devices: dict[str, str]
    choices: list[Choice]
    consents: dict[str, Consent]
    exposures: list[Exposure]
    dismissed: dict[str, int]
    refused: frozenset[str]


_ROW = select(*_PERSON).where(_profiles.id == select(_map.profile).where(_map.visitor == bindparam("visitor")).scalar_subquery())
_AROUND = union_all(
    select(literal_column("'device'"), _map.visitor, _map.device, _NONE, _ZERO, _ZERO).where(
        _map.profile == bindparam("profile")
    ),
    select(
        literal_column("'choice'"),
        _chosen.visitor,
        _chosen.purpose,
        _NONE,
        _chosen.at_ms,
        _chosen.version * 2 + case((_chosen.given, 1), else_=0),
    ).where(_chosen.visitor.in_(_FAMILY)),
    select(literal_column("'consent'"), _visitors.id, _visitors.consent, _NONE, _ZERO, _ZERO).where(_visitors.id.in_(_FAMILY)),
    select(literal_column("'refusal'"), _refused.kind, _refused.what, _NONE, _refused.at_ms, _ZERO).where(
        _refused.visitor.in_(_FAMILY)
    ),
    select(literal_column("'shown'"), _shown.rule, _shown.device, _shown.variant, _shown.at_ms, _shown.day).where(
        _shown.visitor.in_(_FAMILY), _shown.day >= cast(bindparam("since_day"), Integer)
    ),
)
_DEEDS = (
    select(_log.seq, _log.data)
    .where(_log.visitor.in_(_FAMILY), _log.seq > bindparam("after"))
    .order_by(_log.seq)
    .limit(bindparam("most"))
)


async def row_of_visitor(connection: AsyncConnection, visitor: str) -> Row | None:
    """The profile of a visitor; None for nobody's."""
    for found in await fetch(connection, _ROW, visitor=visitor):
        row: Row = dict(zip((column.name for column in _PERSON), found, strict=True))
        return row | {"mixed": bool(row["mixed"])}
    return None


async def around(connection: AsyncConnection, profile: str, since_day: int) -> Around:
    """What is stored of a person; what they were shown from a day on."""
    by: dict[str, list[Any]] = {"device": [], "choice": [], "consent": [], "refusal": [], "shown": []}
    for kind, *row in await fetch(connection, _AROUND, profile=profile, since_day=since_day):
        by[kind].append(row)
    shown = [
        Exposure(rule=rule, day=day, device=device, variant=variant, at_ms=at_ms)
        for rule, device, variant, at_ms, day in by["shown"]
    ]
    return Around(
        devices={visitor: device for visitor, device, *_ in by["device"]},
        choices=[
            Choice(purpose=purpose, given=bool(number % 2), at_ms=at_ms, version=number // 2, by=visitor)
            for visitor, purpose, _, at_ms, number in by["choice"]
        ],
        consents={visitor: _consent.decode(consent) for visitor, consent, *_ in by["consent"]},
        exposures=sorted(shown, key=lambda one: one.at_ms),
        dismissed={what: at_ms for kind, what, _, at_ms, _ in by["refusal"] if kind == "rule"},
        refused=frozenset(what for kind, what, *_ in by["refusal"] if kind == "product"),
    )


async def deeds_of(connection: AsyncConnection, profile: str, after_seq: int, most: int) -> list[tuple[int, Behaviour]]:
    """What a person did that was stored after `after_seq`, with the order in which it was."""
    found = await fetch(connection, _DEEDS, profile=profile, after=after_seq, most=most)
    return [(seq, _behaviour.decode(data)) for seq, data in found]
