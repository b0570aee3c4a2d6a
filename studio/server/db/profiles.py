"""Queries about who people are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, case, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.relation.days import DAY_MS
from studio.relation.identity import Merge, Person
from studio.server.db import tables
from studio.show.consent import Consent

Row = dict[str, Any]
SAID_BY = "by "
"""How it begins why somebody is of a kind, where one of the staff said so."""
_profiles, _map, _ids = tables.profiles.c, tables.profile_visitors.c, tables.identifiers.c


async def of_visitor(connection: AsyncConnection, visitor: str) -> str:
    """The profile of a visitor; empty for nobody's."""
    return (await connection.execute(select(_map.profile).where(_map.visitor == visitor))).scalar() or ""


async def of_visitors(connection: AsyncConnection, visitors: Collection[str]) -> dict[str, str]:
    """The same of several."""
    rows = await connection.execute(select(_map.visitor, _map.profile).where(_map.visitor.in_(list(visitors))))
    return {row.visitor: row.profile for row in rows}


async def visitors_of(connection: AsyncConnection, profile: str) -> dict[str, str]:
    """Its visitors, with the kind of device of each."""
    rows = await connection.execute(select(_map.visitor, _map.device).where(_map.profile == profile))
    return {row.visitor: row.device for row in rows}


async def family(connection: AsyncConnection, visitor: str) -> list[str]:
    """All visitors that are the same person, this one among them."""
    profile = await of_visitor(connection, visitor)
    return sorted({visitor, *(await visitors_of(connection, profile) if profile else ())})


async def make(connection: AsyncConnection, profile: str, visitor: str, now_ms: int, device: str) -> None:
    """A new person, of whom one visitor is known."""
    await connection.execute(insert(tables.profiles).values(_fresh(profile, now_ms)))
    await map_visitor(connection, visitor, profile, now_ms, device)


def _fresh(profile: str, now_ms: int) -> Row:
    """Somebody of whom nothing has been counted."""
    said = {"id": profile, "kind": "person", "why": "", "made_ms": now_ms, "seen_ms": now_ms, "due_ms": now_ms}
    return said | {"version": 1, "counted": "", "facts": b"", "mixed": False, "asked_ms": 0}


async def map_visitor(connection: AsyncConnection, visitor: str, profile: str, now_ms: int, device: str) -> None:
    """A visitor that was nobody's is this profile's."""
    values = {"visitor": visitor, "profile": profile, "since_ms": now_ms, "device": device}
    await connection.execute(insert(tables.profile_visitors).values(values))


async def row(connection: AsyncConnection, profile: str) -> Row | None:
    """One profile."""
    found = (await connection.execute(select(tables.profiles).where(_profiles.id == profile))).mappings().first()
    return dict(found) if found else None


async def rows(connection: AsyncConnection, profiles: Collection[str]) -> list[Row]:
    """Several."""
    return [
        dict(one)
        for one in (await connection.execute(select(tables.profiles).where(_profiles.id.in_(list(profiles))))).mappings()
    ]


async def newest(connection: AsyncConnection, most: int) -> list[Row]:
    """Those that were here last."""
    query = select(tables.profiles).order_by(_profiles.seen_ms.desc()).limit(most)
    return [dict(one) for one in (await connection.execute(query)).mappings()]


async def change(connection: AsyncConnection, profile: str, values: Mapping[str, Any]) -> None:
    """Store something about it."""
    await connection.execute(update(tables.profiles).where(_profiles.id == profile).values(dict(values)))


async def seen(connection: AsyncConnection, profiles: Collection[str], now_ms: int, due_ms: int) -> None:
    """They did something: they are to be looked at again, by then."""
    later = or_(_profiles.due_ms.is_(None), _profiles.due_ms > due_ms)
    values = {"seen_ms": now_ms, "due_ms": case((later, due_ms), else_=_profiles.due_ms)}
    for some in chunks(sorted(profiles)):
        await connection.execute(update(tables.profiles).where(_profiles.id.in_(some)).values(values))


async def visitors_seen(connection: AsyncConnection, visitors: Collection[str], now_ms: int) -> None:
    """They are still here, and so is what they agreed to; a day exactly."""
    columns = tables.visitors.c
    for some in chunks(sorted(visitors)):
        stale = columns.id.in_(some), columns.seen_ms < now_ms - DAY_MS
        await connection.execute(update(tables.visitors).where(*stale).values(seen_ms=now_ms))


async def due(connection: AsyncConnection, now_ms: int, most: int) -> list[Row]:
    """Profiles that are to be looked at again, the longest waiting first."""
    query = select(tables.profiles).where(_profiles.due_ms <= now_ms).order_by(_profiles.due_ms).limit(most)
    return [dict(one) for one in (await connection.execute(query)).mappings()]


_LOOKED_AT = (  # made once: making it takes as long as SQLite does
    update(tables.profiles)
    .where(
        _profiles.id == bindparam("same_id"),
        _profiles.version == bindparam("same_version"),
        _profiles.due_ms == bindparam("same_due_ms"),
    )
    .values({name: bindparam(name) for name in ("facts", "counted", "version", "due_ms", "kind", "why")})
)


async def looked_at(connection: AsyncConnection, row_: Row, values: Mapping[str, Any]) -> bool:
    """Store what came of looking at a profile, unless it is another by now: then it is looked at again."""
    same = {"same_id": row_["id"], "same_version": row_["version"], "same_due_ms": row_["due_ms"]}
    return bool((await connection.execute(_LOOKED_AT, {"kind": row_["kind"], "why": row_["why"]} | dict(values) | same)).rowcount)


async def due_after(connection: AsyncConnection, after: str, now_ms: int, plan: str = "", most: int = 2000) -> str:
    """The next people, by their ids, are looked at again; up to whom. Of a plan (its digest): those who were counted by another.
    Not all at once: who writes in a show would wait for that."""
    ids = list(
        (await connection.execute(select(_profiles.id).where(_profiles.id > after).order_by(_profiles.id).limit(most))).scalars()
    )
    if not ids:
        return ""
    here = _profiles.id > after, _profiles.id <= ids[-1]
    other = (_profiles.counted.not_in(["", plan]),) if plan else ()
    await connection.execute(update(tables.profiles).where(*here, *other).values(due_ms=now_ms))
    return str(ids[-1])


async def counts(connection: AsyncConnection, now_ms: int) -> tuple[int, int]:
    """How many profiles there are, and how many of them wait to be looked at."""
    total = (await connection.execute(select(func.count()).select_from(tables.profiles))).scalar() or 0
    waiting = (
        await connection.execute(select(func.count()).select_from(tables.profiles).where(_profiles.due_ms <= now_ms))
    ).scalar()
    return int(total), int(waiting or 0)


# ── who they are ─────────────────────────────────────────────────────────────────────────────────────────────


async def person(connection: AsyncConnection, profile: str) -> Person:
    """A profile, as far as joining goes."""
    found = await connection.execute(select(_ids.kind, _ids.value).where(_ids.profile == profile))
    identifiers = frozenset((row.kind, row.value) for row in found)
    visitors = frozenset(await visitors_of(connection, profile))
    gone = select(_map.visitor).where(_map.profile == profile, _map.retired_ms.is_not(None))
    retired = frozenset((await connection.execute(gone)).scalars())
    return Person(profile=profile, visitors=visitors, retired=retired, identifiers=identifiers)


async def retire(connection: AsyncConnection, visitor: str, now_ms: int) -> None:
    """They logged out elsewhere: nobody shows this token any more."""
    await connection.execute(update(tables.profile_visitors).where(_map.visitor == visitor).values(retired_ms=now_ms))


async def owner(connection: AsyncConnection, kind: str, value: str) -> str:
    """Whose an identifier is; empty: nobody's."""
    return (await connection.execute(select(_ids.profile).where(_ids.kind == kind, _ids.value == value))).scalar() or ""


async def identify(connection: AsyncConnection, kind: str, value: str, profile: str, proof: str, now_ms: int) -> None:
    """An identifier is this profile's, until now nobody's."""
    values = {"kind": kind, "value": value, "profile": profile, "proof": proof, "since_ms": now_ms}
    await connection.execute(insert(tables.identifiers).values(values))


async def identifiers_of(connection: AsyncConnection, profile: str) -> list[Row]:
    """What leads to a profile."""
    return [dict(one) for one in (await connection.execute(select(tables.identifiers).where(_ids.profile == profile))).mappings()]


async def customers_of(connection: AsyncConnection, visitors: Collection[str]) -> dict[str, str]:
    """By visitor, the brand's own number of them, where it is known."""
    mine = _map.profile == _ids.profile
    query = select(_map.visitor, _ids.value).join(tables.identifiers, mine).where(_ids.kind == "customer")
    found: dict[str, str] = {}
    for some in chunks(sorted(visitors)):
        found |= {row.visitor: row.value for row in await connection.execute(query.where(_map.visitor.in_(some)))}
    return found


async def who(connection: AsyncConnection, after: str, most: int) -> list[Row]:
    """The next visitors, by their ids, with their profile, the brand's own number of them (empty: none) and their kind."""
    number = and_(_ids.profile == _map.profile, _ids.kind == "customer")
    query = (
        select(_map.visitor, _map.profile, func.coalesce(func.min(_ids.value), "").label("customer"), _profiles.kind)
        .join(tables.profiles, _profiles.id == _map.profile)
        .outerjoin(tables.identifiers, number)
        .where(_map.visitor > after)
        .group_by(_map.visitor, _map.profile, _profiles.kind)
        .order_by(_map.visitor)
        .limit(most)
    )
    return [dict(one) for one in (await connection.execute(query)).mappings()]


async def names_of(connection: AsyncConnection, visitor: str) -> list[str]:
    """What leads to the profile of a visitor, as it is remembered that they were forgotten."""
    profile = await of_visitor(connection, visitor)
    return [f"{one['kind']} {one['value']}" for one in await identifiers_of(connection, profile)] if profile else []


async def merge(connection: AsyncConnection, merge: Merge) -> None:
    """One row; the map and the identifiers follow, and what staff said of either."""
    gone, left = await row(connection, merge.source), await row(connection, merge.into)
    joined: Row = {"counted": "", "due_ms": merge.at_ms, "mixed": True}
    if gone is not None and left is not None:
        joined |= {"made_ms": min(gone["made_ms"], left["made_ms"]), "seen_ms": max(gone["seen_ms"], left["seen_ms"])}
        if gone["why"].startswith(SAID_BY) and not left["why"].startswith(SAID_BY):
            joined |= {"kind": gone["kind"], "why": gone["why"]}
    values = msgspec.structs.asdict(merge) | {
        "profile": merge.into,
        "visitors": msgspec.json.encode(merge.visitors).decode(),
        "identifiers": msgspec.json.encode(merge.identifiers).decode(),
    }
    del values["into"]
    await connection.execute(insert(tables.merges).values(values | {"split_ms": None}))
    await connection.execute(update(tables.profile_visitors).where(_map.profile == merge.source).values(profile=merge.into))
    await connection.execute(update(tables.identifiers).where(_ids.profile == merge.source).values(profile=merge.into))
    await connection.execute(delete(tables.members).where(tables.members.c.profile == merge.source))
    await connection.execute(delete(tables.profiles).where(_profiles.id == merge.source))
    await change(connection, merge.into, joined)


async def looked(connection: AsyncConnection, profile: str, actor: str, what: str, now_ms: int) -> None:
    """One of the staff looked at somebody; also twice in the same millisecond."""
    columns = tables.looks.c
    mine = columns.actor == actor, columns.profile == profile, columns.at_ms >= now_ms
    last_ms = (await connection.execute(select(func.max(columns.at_ms)).where(*mine))).scalar()
    values = {"at_ms": now_ms if last_ms is None else last_ms + 1, "actor": actor, "profile": profile, "what": what}
    await connection.execute(insert(tables.looks).values(values))


async def merges_of(connection: AsyncConnection, profile: str) -> list[Row]:
    """The merges into a profile that stand, newest first."""
    columns = tables.merges.c
    query = select(tables.merges).where(columns.profile == profile, columns.split_ms.is_(None)).order_by(columns.at_ms.desc())
    return [dict(one) for one in (await connection.execute(query)).mappings()]


async def split(connection: AsyncConnection, row_: Row, now_ms: int) -> None:
    """A merge is taken back: each visitor is whose it was. What staff said of them together holds for each."""
    source, into = row_["source"], row_["profile"]
    together = await row(connection, into)
    said = {name: together[name] for name in ("kind", "why")} if together and together["why"].startswith(SAID_BY) else {}
    visitors = msgspec.json.decode(row_["visitors"], type=tuple[str, ...])
    pairs = msgspec.json.decode(row_["identifiers"], type=tuple[tuple[str, str], ...])
    for some in chunks(list(visitors)):
        mine = _map.visitor.in_(some), _map.profile == into
        await connection.execute(update(tables.profile_visitors).where(*mine).values(profile=source))
    for kind, value in pairs:
        here = _ids.kind == kind, _ids.value == value, _ids.profile == into
        await connection.execute(update(tables.identifiers).where(*here).values(profile=source))
    await connection.execute(update(tables.merges).where(tables.merges.c.id == row_["id"]).values(split_ms=now_ms))
    await connection.execute(insert(tables.profiles).values(_fresh(source, now_ms) | said | {"mixed": True}))
    await change(connection, into, {"counted": "", "due_ms": now_ms})


# ── what they agreed to ──────────────────────────────────────────────────────────────────────────────────────


async def consents_of(connection: AsyncConnection, visitors: Iterable[str]) -> list[tuple[str, Consent]]:
    """What each of some visitors agrees to, where they were asked."""
    columns = tables.visitors.c
    found = await connection.execute(select(columns.id, columns.consent).where(columns.id.in_(list(visitors))))
    return [(row.id, msgspec.json.decode(row.consent, type=Consent)) for row in found]


async def put_choices(connection: AsyncConnection, visitor: str, consent: Consent, where: str) -> None:
    """Write down an answer, purpose by purpose, where it differs from the one before."""
    columns = tables.choices.c
    at_ms = consent.at_ms or 0
    for purpose in ("analytics", "personalisation", "marketing"):
        mine = columns.visitor == visitor, columns.purpose == purpose
        last = (
            await connection.execute(select(columns.given, columns.at_ms).where(*mine).order_by(columns.at_ms.desc()).limit(1))
        ).first()
        given = getattr(consent, purpose)
        if last is not None and last.given == given:
            continue
        at_ms = max(at_ms, last.at_ms + 1 if last is not None else 0)  # also where our clock was set back
        values = {
            "visitor": visitor,
            "purpose": purpose,
            "at_ms": at_ms,
            "given": given,
            "version": consent.version,
            "where": where,
        }
        await connection.execute(insert(tables.choices).values(values))


async def answered_ms(connection: AsyncConnection, visitor: str) -> int | None:
    """When a visitor answered last; None: never."""
    columns = tables.choices.c
    at_ms: int | None = (await connection.execute(select(func.max(columns.at_ms)).where(columns.visitor == visitor))).scalar()
    return at_ms


async def families(connection: AsyncConnection, visitors: Collection[str]) -> dict[str, set[str]]:
    """By visitor, all visitors that are the same person."""
    profiles_ = await of_visitors(connection, visitors)
    found = await connection.execute(select(_map.visitor, _map.profile).where(_map.profile.in_(sorted(set(profiles_.values())))))
    together: dict[str, set[str]] = {}
    for row in found:
        together.setdefault(row.profile, set()).add(row.visitor)
    return {visitor: together.get(profiles_.get(visitor, ""), set()) | {visitor} for visitor in visitors}


async def choices_of(connection: AsyncConnection, visitors: Iterable[str]) -> list[Row]:
    """Every answer of some visitors, oldest first."""
    columns = tables.choices.c
    query = select(tables.choices).where(columns.visitor.in_(list(visitors))).order_by(columns.at_ms)
    return [dict(one) for one in (await connection.execute(query)).mappings()]


# ── who was forgotten ────────────────────────────────────────────────────────────────────────────────────────


async def erase(connection: AsyncConnection, digests: Iterable[str], now_ms: int) -> None:
    """They are to stay forgotten."""
    columns = tables.erased.c
    wanted = set(digests)
    there = set((await connection.execute(select(columns.digest).where(columns.digest.in_(list(wanted))))).scalars())
    if rows_ := [{"digest": digest, "at_ms": now_ms} for digest in sorted(wanted - there)]:
        await connection.execute(insert(tables.erased), rows_)


async def erased(connection: AsyncConnection, digests: Sequence[str]) -> set[str]:
    """Those of some that we have forgotten."""
    columns = tables.erased.c
    return set((await connection.execute(select(columns.digest).where(columns.digest.in_(list(digests))))).scalars())


def chunks(items: list[str], size: int = 500) -> Iterable[list[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))
