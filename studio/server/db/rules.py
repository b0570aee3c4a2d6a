"""Queries about segments, rules and personas, and about what rules have shown."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import tables

Row = dict[str, Any]
_kept, _members, _shown, _refused = tables.definitions.c, tables.members.c, tables.exposures.c, tables.refusals.c


async def definitions(connection: AsyncConnection) -> list[Row]:
    """The newest version of each that is not gone, in their order."""
    newest = select(_kept.kind, _kept.id, func.max(_kept.version).label("version")).group_by(_kept.kind, _kept.id).subquery()
    same = (_kept.kind == newest.c.kind) & (_kept.id == newest.c.id) & (_kept.version == newest.c.version)
    query = select(tables.definitions).join(newest, same).where(_kept.state != "gone").order_by(_kept.place, _kept.id)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def definition(connection: AsyncConnection, kind: str, id_: str, version: int) -> str:
    """One version of one of them, as JSON; empty where there is none."""
    query = select(_kept.data).where(_kept.kind == kind, _kept.id == id_, _kept.version == version)
    return str((await connection.execute(query)).scalar() or "")


async def newest_version(connection: AsyncConnection, kind: str, id_: str) -> int:
    """Of one that is there, or was once; 0: never."""
    query = select(func.max(_kept.version)).where(_kept.kind == kind, _kept.id == id_)
    return int((await connection.execute(query)).scalar() or 0)


async def put(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    """A new version."""
    await connection.execute(insert(tables.definitions).values(dict(row)))


async def place(connection: AsyncConnection, kind: str, order: Sequence[tuple[str, int]]) -> None:
    """Put them into this order: (id, version)."""
    for number, (id_, version) in enumerate(order):
        here = _kept.kind == kind, _kept.id == id_, _kept.version == version
        await connection.execute(update(tables.definitions).where(*here).values(place=number))


# ── members ──────────────────────────────────────────────────────────────────────────────────────────────────


async def sizes(connection: AsyncConnection) -> dict[str, int]:
    """How many people are in each segment: robots, and who may be one, are not counted."""
    people = tables.profiles.c
    query = (
        select(_members.segment, func.count())
        .join(tables.profiles, people.id == _members.profile)
        .where(people.kind == "person")
        .group_by(_members.segment)
    )
    return {segment: int(count) for segment, count in (await connection.execute(query)).all()}


async def segments_of_all(connection: AsyncConnection, profiles: Iterable[str]) -> dict[str, set[str]]:
    """The same of several."""
    found: dict[str, set[str]] = {}
    query = select(_members.profile, _members.segment).where(_members.profile.in_(list(profiles)))
    for row in await connection.execute(query):
        found.setdefault(row.profile, set()).add(row.segment)
    return found


async def enter(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """They are in from now on."""
    if rows:
        await connection.execute(insert(tables.members), list(rows))


async def leave(connection: AsyncConnection, profile: str, segments: Iterable[str]) -> None:
    """They are out."""
    if gone := list(segments):
        await connection.execute(delete(tables.members).where(_members.profile == profile, _members.segment.in_(gone)))


async def empty(connection: AsyncConnection, segment: str) -> None:
    """A segment is gone."""
    await connection.execute(delete(tables.members).where(_members.segment == segment))


async def members(connection: AsyncConnection, segment: str, most: int, after: str = "") -> list[str]:
    """Some of those who are in, by their ids."""
    query = select(_members.profile).where(_members.segment == segment, _members.profile > after).order_by(_members.profile)
    return list((await connection.execute(query.limit(most))).scalars())


async def size(connection: AsyncConnection, segment: str) -> int:
    """How many are in, robots among them."""
    query = select(func.count()).select_from(tables.members).where(_members.segment == segment)
    return int((await connection.execute(query)).scalar() or 0)


# ── what was shown ───────────────────────────────────────────────────────────────────────────────────────────


async def expose(connection: AsyncConnection, row: Mapping[str, Any]) -> bool:
    """A rule was on somebody's screen; whether that is new."""
    mine = _shown.visitor == row["visitor"], _shown.decision == row["decision"]
    if (await connection.execute(select(_shown.rule).where(*mine))).first() is not None:
        return False
    await connection.execute(insert(tables.exposures).values(dict(row)))
    return True


async def clicked(connection: AsyncConnection, visitor: str, decision: str) -> None:
    """It was followed."""
    mine = _shown.visitor == visitor, _shown.decision == decision
    await connection.execute(update(tables.exposures).where(*mine).values(clicked=True))


async def refuse(connection: AsyncConnection, visitor: str, kind: str, what: str, now_ms: int) -> None:
    """A rule was closed, or a product is not for them."""
    mine = _refused.visitor == visitor, _refused.kind == kind, _refused.what == what
    changed = await connection.execute(update(tables.refusals).where(*mine).values(at_ms=now_ms))
    if not changed.rowcount:
        await connection.execute(insert(tables.refusals).values(visitor=visitor, kind=kind, what=what, at_ms=now_ms))


async def refusals(connection: AsyncConnection, visitors: Iterable[str]) -> tuple[dict[str, int], frozenset[str]]:
    """The rules that some visitors closed, with when; and the products that are not for them."""
    rows = (await connection.execute(select(tables.refusals).where(_refused.visitor.in_(list(visitors))))).mappings().all()
    rules = {row["what"]: int(row["at_ms"]) for row in rows if row["kind"] == "rule"}
    return rules, frozenset(row["what"] for row in rows if row["kind"] == "product")


async def exposed(connection: AsyncConnection, rule: str, version: int) -> list[Row]:
    """Who saw a version of a rule, or would have (the variant `HELD`): by profile, which variants, and when first. Only people,
    and none who saw it before two profiles became one."""
    people, whose = tables.profiles.c, tables.profile_visitors.c
    query = (
        select(people.id, _shown.variant, func.min(_shown.at_ms).label("first_ms"))
        .select_from(tables.exposures)
        .join(tables.profile_visitors, whose.visitor == _shown.visitor)
        .join(tables.profiles, people.id == whose.profile)
        .where(_shown.rule == rule, _shown.version == version, people.kind == "person", ~people.mixed)
        .group_by(people.id, _shown.variant)
    )
    return [{"profile": row.id, "variant": row.variant, "first_ms": int(row.first_ms)} for row in await connection.execute(query)]


async def did_after(connection: AsyncConnection, rule: str, version: int, name: str, from_ms: int) -> list[tuple[str, int, str]]:
    """What of a kind those who saw it, or would have, did since: profile, when, and the behaviour as JSON."""
    whose, deeds = tables.profile_visitors.c, tables.behaviours.c
    seen = select(whose.profile).join(tables.exposures, _shown.visitor == whose.visitor)
    seen = seen.where(_shown.rule == rule, _shown.version == version)
    query = (
        select(whose.profile, deeds.at_ms, deeds.data)
        .select_from(tables.behaviours)
        .join(tables.profile_visitors, whose.visitor == deeds.visitor)
        .where(deeds.name == name, deeds.at_ms >= from_ms, whose.profile.in_(seen))
    )
    return [(row.profile, int(row.at_ms), row.data) for row in await connection.execute(query)]


async def figures(connection: AsyncConnection) -> dict[tuple[str, str], tuple[int, int]]:
    """By rule and variant: how often it was on a screen, and how often it was followed."""
    clicks = func.sum(_shown.clicked.cast(tables.exposures.c.day.type))
    query = select(_shown.rule, _shown.variant, func.count(), clicks).group_by(_shown.rule, _shown.variant)
    return {
        (rule, variant): (int(shown), int(clicked or 0))
        for rule, variant, shown, clicked in (await connection.execute(query)).all()
    }
