"""Queries about weekly lists, and about what they are made of."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.relation.names import WEIGHTS
from studio.server.db import tables

_log, _map, _people, _lists = tables.behaviours.c, tables.profile_visitors.c, tables.profiles.c, tables.weekly_lists.c


async def deeds(connection: AsyncConnection, since_ms: int) -> list[tuple[str, str, int, str]]:
    """(profile, product, when, name) of what people did with products since then who agreed to it, by the first product."""
    query = (
        select(_map.profile, _log.product, _log.at_ms, _log.name)
        .select_from(tables.behaviours.join(tables.profile_visitors, _map.visitor == _log.visitor))
        .join(tables.profiles, _people.id == _map.profile)
        .where(
            _log.name.in_(list(WEIGHTS)),
            _log.at_ms >= since_ms,
            _log.product != "",
            _log.consent.like("a%"),
            _people.kind == "person",
        )
    )
    return [(profile, product, at_ms, name) for profile, product, at_ms, name in await connection.execute(query)]


async def without(connection: AsyncConnection, week: str, before_ms: int, most: int) -> list[str]:
    """Some profiles from before the week that have no list of it."""
    made = select(_lists.profile).where(_lists.week == week)
    there = _people.kind == "person", _people.made_ms < before_ms, _people.id.not_in(made)
    query = select(_people.id).where(*there).order_by(_people.id).limit(most)
    return list((await connection.execute(query)).scalars())


async def put(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    """New lists."""
    if rows:
        await connection.execute(insert(tables.weekly_lists), list(rows))


async def of(connection: AsyncConnection, profile: str, week: str) -> str | None:
    """Somebody's list of a week, as it is stored."""
    query = select(_lists.data).where(_lists.profile == profile, _lists.week == week)
    return (await connection.execute(query)).scalar_one_or_none()


async def lately(connection: AsyncConnection, profiles: Collection[str], weeks: Iterable[str]) -> list[tuple[str, str]]:
    """(profile, list) of some weeks before."""
    query = select(_lists.profile, _lists.data).where(_lists.profile.in_(list(profiles)), _lists.week.in_(list(weeks)))
    return [(row.profile, row.data) for row in await connection.execute(query)]
