"""Queries about who asked to be written to, what is sent, and to whom nothing is sent any more."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import and_, delete, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio.server.db import tables

Row = dict[str, Any]
_asked, _people, _yes = tables.opt_ins.c, tables.subscribers.c, tables.subscriptions.c
_no, _runs, _each = tables.suppressions.c, tables.mailings.c, tables.sendings.c


# ── who asks ─────────────────────────────────────────────────────────────────────────────────────────────────


async def put_opt_in(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    """An address was typed."""
    await connection.execute(insert(tables.opt_ins).values(dict(row)))


async def opt_in(connection: AsyncConnection, token: str, now_ms: int) -> Row | None:
    """What a letter's link confirms, by the hash of its token."""
    query = select(tables.opt_ins).where(_asked.token == token, _asked.until_ms > now_ms)
    found = (await connection.execute(query)).mappings().first()
    return dict(found) if found else None


async def asked_lately(connection: AsyncConnection, address: str, since_ms: int) -> int:
    """How often an address was typed since."""
    query = select(func.count()).select_from(tables.opt_ins).where(_asked.address == address, _asked.asked_ms >= since_ms)
    return int((await connection.execute(query)).scalar() or 0)


async def done_asking(connection: AsyncConnection, token: str) -> None:
    """It is confirmed."""
    await connection.execute(delete(tables.opt_ins).where(_asked.token == token))


# ── who reads ────────────────────────────────────────────────────────────────────────────────────────────────


async def subscriber(connection: AsyncConnection, id_: str) -> Row | None:
    """By the id that stands in links."""
    found = (await connection.execute(select(tables.subscribers).where(_people.id == id_))).mappings().first()
    return dict(found) if found else None


async def subscriber_at(connection: AsyncConnection, address: str) -> Row | None:
    """By the address."""
    found = (await connection.execute(select(tables.subscribers).where(_people.address == address))).mappings().first()
    return dict(found) if found else None


async def put_subscriber(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    """Somebody new."""
    await connection.execute(insert(tables.subscribers).values(dict(row)))


async def change_subscriber(connection: AsyncConnection, id_: str, values: Mapping[str, Any]) -> None:
    """Store something about them."""
    await connection.execute(update(tables.subscribers).where(_people.id == id_).values(dict(values)))


async def subscribe(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    """A yes to a topic, instead of any before."""
    here = _yes.subscriber == row["subscriber"], _yes.topic == row["topic"]
    await connection.execute(delete(tables.subscriptions).where(*here))
    await connection.execute(insert(tables.subscriptions).values(dict(row)))


async def subscriptions_of(connection: AsyncConnection, subscriber_id: str) -> list[Row]:
    """Every yes of somebody, those that have ended among them."""
    query = select(tables.subscriptions).where(_yes.subscriber == subscriber_id).order_by(_yes.topic)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def end(connection: AsyncConnection, subscriber_id: str, topic: str | None, now_ms: int) -> int:
    """They want no more of this, or (None) of anything; how many that were."""
    here = [_yes.subscriber == subscriber_id, _yes.ended_ms.is_(None)]
    if topic is not None:
        here.append(_yes.topic == topic)
    return (await connection.execute(update(tables.subscriptions).where(*here).values(ended_ms=now_ms))).rowcount


async def addresses_of(connection: AsyncConnection, visitors: Collection[str]) -> list[str]:
    """Those that were confirmed in some browsers, or are known to be the person's behind them."""
    whose, known = tables.profile_visitors.c, tables.identifiers.c
    profiles = select(whose.profile).where(whose.visitor.in_(list(visitors)))
    theirs = select(known.value).where(known.kind == "email", known.profile.in_(profiles))
    query = select(_people.address).where(or_(_people.visitor.in_(list(visitors)), _people.address.in_(theirs)))
    return sorted((await connection.execute(query)).scalars())


async def readers_at(connection: AsyncConnection, addresses: Collection[str], used_ms: int) -> dict[str, int]:
    """Those of some addresses that subscribe to something, with since when; not those whose yes was last used before then."""
    query = (
        select(_people.address, func.min(_yes.confirmed_ms))
        .join(tables.subscriptions, and_(_yes.subscriber == _people.id, _yes.ended_ms.is_(None)))
        .where(_people.address.in_(list(addresses)), _people.used_ms > used_ms)
        .group_by(_people.address)
    )
    return {address: int(since_ms) for address, since_ms in (await connection.execute(query)).all()}


async def of_topics(connection: AsyncConnection, lapses_ms: int) -> dict[str, tuple[int, int]]:
    """By topic, how many subscribe, and for how many of them that was last used before then: it lapses if it is not."""
    used = func.sum((_people.used_ms < lapses_ms).cast(_each.tries.type))
    query = (
        select(_yes.topic, func.count(), used)
        .join(tables.subscribers, _people.id == _yes.subscriber)
        .where(_yes.ended_ms.is_(None))
        .group_by(_yes.topic)
    )
    return {topic: (int(count), int(soon or 0)) for topic, count, soon in (await connection.execute(query)).all()}


async def on_list(connection: AsyncConnection, topic: str, after: str, most: int) -> list[Row]:
    """The next who subscribe to a topic, by their ids."""
    query = (
        select(tables.subscribers, _yes.confirmed_ms, _yes.where, _yes.source)
        .join(tables.subscriptions, and_(_yes.subscriber == _people.id, _yes.topic == topic, _yes.ended_ms.is_(None)))
        .where(_people.id > after)
        .order_by(_people.id)
        .limit(most)
    )
    return [dict(row) for row in (await connection.execute(query)).mappings()]


# ── who gets nothing ─────────────────────────────────────────────────────────────────────────────────────────


async def suppress(connection: AsyncConnection, digest: str, reason: str, now_ms: int) -> None:
    """Nothing goes there any more; the newest reason stands."""
    changed = await connection.execute(
        update(tables.suppressions).where(_no.digest == digest).values(reason=reason, at_ms=now_ms)
    )
    if not changed.rowcount:
        await connection.execute(insert(tables.suppressions).values(digest=digest, reason=reason, at_ms=now_ms))


async def lift(connection: AsyncConnection, digest: str) -> None:
    """They asked for it anew, and confirmed that."""
    await connection.execute(delete(tables.suppressions).where(_no.digest == digest))


async def suppressed(connection: AsyncConnection, digests: Iterable[str]) -> dict[str, str]:
    """Those of some to whom nothing goes, with why."""
    query = select(_no.digest, _no.reason).where(_no.digest.in_(list(digests)))
    return {row.digest: row.reason for row in await connection.execute(query)}


async def suppressions(connection: AsyncConnection) -> dict[str, int]:
    """How many there are, by reason."""
    query = select(_no.reason, func.count()).group_by(_no.reason)
    return {reason: int(count) for reason, count in (await connection.execute(query)).all()}


# ── what goes out ────────────────────────────────────────────────────────────────────────────────────────────


async def put_mailing(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    """One is planned."""
    await connection.execute(insert(tables.mailings).values(dict(row)))


async def mailing(connection: AsyncConnection, id_: str) -> Row | None:
    """One of them."""
    found = (await connection.execute(select(tables.mailings).where(_runs.id == id_))).mappings().first()
    return dict(found) if found else None


async def mailings(connection: AsyncConnection, most: int) -> list[Row]:
    """The newest."""
    query = select(tables.mailings).order_by(_runs.made_ms.desc(), _runs.id).limit(most)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def unfinished(connection: AsyncConnection, now_ms: int) -> list[Row]:
    """Those that go out now."""
    query = select(tables.mailings).where(_runs.state.in_(["planned", "sending"]), _runs.at_ms <= now_ms).order_by(_runs.at_ms)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def change_mailing(connection: AsyncConnection, id_: str, values: Mapping[str, Any], state: Sequence[str] = ()) -> bool:
    """Store something about it, where it is in one of these states; whether it is."""
    here = [_runs.id == id_]
    if state:
        here.append(_runs.state.in_(list(state)))
    return bool((await connection.execute(update(tables.mailings).where(*here).values(dict(values)))).rowcount)


async def reach(connection: AsyncConnection, id_: str, before: str, upto: str) -> bool:
    """A mailing goes out, and its readers are in line up to another than before; whether that is this server's to do."""
    here = _runs.id == id_, _runs.upto == before, _runs.state.in_(["planned", "sending"])
    values = {"state": "sending", "upto": upto}
    return bool((await connection.execute(update(tables.mailings).where(*here).values(values))).rowcount)


async def of_newsletter(connection: AsyncConnection, newsletter: str) -> int:
    """How many mailings of a newsletter are still to go, or going."""
    query = select(func.count()).select_from(tables.mailings)
    here = _runs.newsletter == newsletter, _runs.state.in_(["planned", "sending"])
    return int((await connection.execute(query.where(*here))).scalar() or 0)


async def begin_soon(connection: AsyncConnection, prefix: str, from_ms: int, until_ms: int) -> list[tuple[str, int]]:
    """Shows that begin in that time, of which somebody asked to be reminded (the topic is `prefix` and the show) and nobody has
    been; each with when."""
    shows = tables.shows.c
    topic = literal(prefix) + shows.id
    asked = select(_yes.subscriber).where(_yes.topic == topic, _yes.ended_ms.is_(None)).exists()
    told = select(_runs.id).where(_runs.topic == topic).exists()
    query = select(shows.id, shows.starts_at_ms).where(shows.starts_at_ms > from_ms, shows.starts_at_ms <= until_ms, asked, ~told)
    return [(row.id, int(row.starts_at_ms)) for row in await connection.execute(query)]


async def put_sendings(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """They are in line."""
    if rows:
        await connection.execute(insert(tables.sendings), [dict(row) for row in rows])


async def claim(connection: AsyncConnection, now_ms: int, until_ms: int, most: int) -> list[Row]:
    """The next that are due, with their readers, are this server's until then."""
    query = (
        select(tables.sendings, tables.subscribers)
        .join(tables.subscribers, _people.id == _each.subscriber)
        .join(tables.mailings, and_(_runs.id == _each.mailing, _runs.state == "sending"))
        .where(_each.state == "waits", _each.due_ms <= now_ms)
        .order_by(_each.due_ms)
        .limit(most)
    )
    found = [dict(row) for row in (await connection.execute(query)).mappings()]
    mine: list[Row] = []
    for row in found:
        if row["subscriber"] in {one["subscriber"] for one in mine}:  # of two to one reader the second is judged after the first
            continue
        here = _here(row["mailing"], row["subscriber"]), _each.state == "waits", _each.due_ms == row["due_ms"]
        taken = update(tables.sendings).where(*here).values(due_ms=until_ms, tries=_each.tries + 1)
        if (await connection.execute(taken)).rowcount:
            mine.append(row | {"tries": row["tries"] + 1})
    return mine


async def sent(connection: AsyncConnection, mailing_id: str, subscriber_id: str, values: Mapping[str, Any]) -> bool:
    """What came of one; whether it was there."""
    here = _here(mailing_id, subscriber_id)
    return bool((await connection.execute(update(tables.sendings).where(here).values(dict(values)))).rowcount)


async def waiting(connection: AsyncConnection, mailing_id: str) -> int:
    """How many of a mailing still wait."""
    query = select(func.count()).select_from(tables.sendings).where(_each.mailing == mailing_id, _each.state == "waits")
    return int((await connection.execute(query)).scalar() or 0)


async def results(connection: AsyncConnection, mailing_ids: Collection[str]) -> dict[str, dict[str, dict[str, int]]]:
    """By mailing and state, how many, by gate (empty: none)."""
    query = select(_each.mailing, _each.state, _each.gate, func.count()).where(_each.mailing.in_(list(mailing_ids)))
    found: dict[str, dict[str, dict[str, int]]] = {}
    for name, state, gate, count in (await connection.execute(query.group_by(_each.mailing, _each.state, _each.gate))).all():
        found.setdefault(name, {}).setdefault(state, {})[gate] = int(count)
    return found


async def count(connection: AsyncConnection, mailing_id: str) -> None:
    """What came of one that is over is counted once, not at every look."""
    found = (await results(connection, [mailing_id])).get(mailing_id, {})
    over = _runs.id == mailing_id, _runs.state.in_(["done", "stopped"])
    await connection.execute(update(tables.mailings).where(*over).values(counts=msgspec.json.encode(found).decode()))


def _here(mailing_id: str, subscriber_id: str) -> Any:
    return and_(_each.mailing == mailing_id, _each.subscriber == subscriber_id)
