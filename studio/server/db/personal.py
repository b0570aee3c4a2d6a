"""Where in the database a person stands: one list, which *show me what you hold*, *forget me*, a consent that is taken back and
the retention all go through. A table with somebody in it that is not here fails a test (`tests/server/db/test_personal.py`).

Events and orders stay without the person; a ban stays, as long as its show runs, under a keyed hash.
"""

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from sqlalchemy import Column, ColumnElement, Select, Table, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from studio import events
from studio.server.db import profiles, tables

Row = dict[str, Any]
Days = Literal["chat_days", "visitors_days", "calls_days", "due"]
"""The setting of [retention] that says for how long; `due`: until what it is for is over."""
AT_ONCE = 500
TOLD_MAX = 5000
LOOSE = "some-"
NOBODY = {"visitor": "", "consent": "---"}
GONE: dict[str, Any] = {"state": "gone", "urgent": True, "due_ms": 0, "tries": 0, "version": tables.told_people.c.version + 1}
"""To be deleted at a mail tool: until that is done it is kept who."""


@dataclass(frozen=True)
class Place:
    """Rows of one table.

    Args:
        name: what they are called in *show me what you hold*; empty: they are part of others there.
        where: which rows are somebody's, by the visitor's id.
        blank: what is put in a person's place; None: the row is deleted.
        days, old: for how long they are kept, and which are older than a moment (Unix ms).
        goes: what happens to rows that are too old; `blank` or `delete`.
        consent: they rest on the visitor's yes, and go with it.
        untold: columns that are ours, or somebody else's.
    """

    name: str
    table: Table
    where: Callable[[str], ColumnElement[bool]]
    days: Days
    old: Callable[[int], ColumnElement[bool]]
    blank: Mapping[str, Any] | None = None
    goes: Literal["blank", "delete"] = "delete"
    consent: bool = False
    untold: frozenset[str] = field(default_factory=frozenset)


def _of(column: Column[Any]) -> Callable[[str], ColumnElement[bool]]:
    return lambda visitor: column == visitor


def _before(column: Column[Any]) -> Callable[[int], ColumnElement[bool]]:
    return lambda before_ms: column < before_ms


def _shows_ended(column: Column[Any]) -> Callable[[int], ColumnElement[bool]]:
    return lambda before_ms: column.in_(ended(before_ms))


def ended(before_ms: int) -> Select[tuple[str]]:
    """Shows that ended before then."""
    shows = tables.shows.c
    return select(shows.id).where(shows.state == "ended", shows.ended_at_ms < before_ms)


_calls, _messages, _bookings = tables.calls, tables.call_messages, tables.bookings
_BARE_CALL = NOBODY | {"network": "", "name": "", "card": "{}", "note": "", "notes": "", "rating": "", "asked": "[]"}


def _acted(before_ms: int) -> ColumnElement[bool]:
    log = tables.events.c
    return and_(log.stream.in_(ended(before_ms)), log.type.in_(events.BY_VISITORS), log.actor != "", log.token == "")


def _lines_of_calls(visitor: str) -> ColumnElement[bool]:
    return tables.call_lines.c.call.in_(select(_calls.c.id).where(_calls.c.visitor == visitor))


def _lines_of_old_calls(before_ms: int) -> ColumnElement[bool]:
    return tables.call_lines.c.call.in_(select(_calls.c.id).where(_calls.c.ended_ms < before_ms))


_lines, _orders, _bans, _visits = tables.chat_lines, tables.orders, tables.bans, tables.visits
_visitors, _blocks, _mails, _events = tables.visitors, tables.call_blocks, tables.mails, tables.events
_behaviours, _choices, _shown, _refused = tables.behaviours, tables.choices, tables.exposures, tables.refusals
_profiles, _map, _ids, _merges = tables.profiles, tables.profile_visitors, tables.identifiers, tables.merges
_members, _looks, _weekly = tables.members, tables.looks, tables.weekly_lists
_deletions, _told = tables.deletions, tables.told_people
_typed, _readers, _yes, _sent = tables.opt_ins, tables.subscribers, tables.subscriptions, tables.sendings


def _profile_of(column: Column[Any]) -> Callable[[str], ColumnElement[bool]]:
    """Of the profile that a visitor is."""
    return lambda visitor: column.in_(select(_map.c.profile).where(_map.c.visitor == visitor))


def _no_profile(column: Column[Any]) -> Callable[[int], ColumnElement[bool]]:
    """Of a profile that is not there any more."""
    return lambda before_ms: column.not_in(select(_profiles.c.id))


def _answered_and_left(before_ms: int) -> ColumnElement[bool]:
    """Answers hold for as long as who gave them comes."""
    here = select(_visitors.c.id).where(_visitors.c.seen_ms >= before_ms)
    return and_(_choices.c.at_ms < before_ms, _choices.c.visitor.not_in(here))


def _merged(visitor: str) -> ColumnElement[bool]:
    profile = select(_map.c.profile).where(_map.c.visitor == visitor)
    return or_(
        _merges.c.profile.in_(profile), _merges.c.source.in_(profile), _merges.c.visitors.contains(visitor, autoescape=True)
    )


def _reader(visitor: str) -> ColumnElement[bool]:
    """Whoever confirmed an address in this browser, or is known by one that is theirs."""
    known = select(_ids.c.value).where(_ids.c.kind == "email", _profile_of(_ids.c.profile)(visitor))
    return or_(_readers.c.visitor == visitor, _readers.c.address.in_(known))


def _of_reader(column: Column[Any]) -> Callable[[str], ColumnElement[bool]]:
    """Of the subscriber that a visitor is."""
    return lambda visitor: column.in_(select(_readers.c.id).where(_reader(visitor)))


def _told_of(visitor: str) -> ColumnElement[bool]:
    return or_(_of_reader(_told.c.subscriber)(visitor), _told.c.address.in_(select(_readers.c.address).where(_reader(visitor))))


def _typed_by(visitor: str) -> ColumnElement[bool]:
    return or_(_typed.c.visitor == visitor, _typed.c.address.in_(select(_readers.c.address).where(_reader(visitor))))


def _reads_no_more(before_ms: int) -> ColumnElement[bool]:
    """Without a subscription that holds, and none was used since."""
    yes = _yes.alias()
    holds = select(yes.c.subscriber).where(yes.c.ended_ms.is_(None))
    return and_(_readers.c.used_ms < before_ms, _readers.c.id.not_in(holds))


def _read_once(before_ms: int) -> ColumnElement[bool]:
    """Of who reads no more, or is not there any more."""
    gone = select(_readers.c.id).where(_reads_no_more(before_ms))
    return or_(_yes.c.subscriber.in_(gone), _yes.c.subscriber.not_in(select(_readers.c.id)))


PLACES = (
    Place("chat", _lines, _of(_lines.c.visitor), "chat_days", _shows_ended(_lines.c.show)),
    Place("visits", _visits, _of(_visits.c.visitor), "visitors_days", _before(_visits.c.at_ms), consent=True),
    Place(
        "orders",
        _orders,
        _of(_orders.c.visitor),
        "visitors_days",
        lambda before_ms: and_(_orders.c.at_ms < before_ms, _orders.c.visitor != ""),
        blank=NOBODY,
        goes="blank",
        consent=True,
        untold=frozenset({"claim"}),
    ),
    Place("bans", _bans, _of(_bans.c.visitor), "chat_days", _shows_ended(_bans.c.show), untold=frozenset({"by"})),
    Place("", tables.call_lines, _lines_of_calls, "calls_days", _lines_of_old_calls),
    Place(
        "calls",
        _calls,
        _of(_calls.c.visitor),
        "calls_days",
        _before(_calls.c.ended_ms),
        blank=_BARE_CALL,
        untold=frozenset({"secret", "advisor", "wanted", "passed", "people", "network"}),
    ),
    Place("blocks", _blocks, _of(_blocks.c.visitor), "due", _before(_blocks.c.until_ms), untold=frozenset({"by", "network"})),
    Place(
        "messages",
        _messages,
        _of(_messages.c.visitor),
        "calls_days",
        _before(_messages.c.at_ms),
        untold=frozenset({"network", "by"}),
    ),
    Place(
        "bookings",
        _bookings,
        _of(_bookings.c.visitor),
        "calls_days",
        _before(_bookings.c.ends_ms),
        untold=frozenset({"token", "network", "advisor"}),
    ),
    Place("behaviours", _behaviours, _of(_behaviours.c.visitor), "visitors_days", _before(_behaviours.c.at_ms), consent=True),
    Place("shown", _shown, _of(_shown.c.visitor), "visitors_days", _before(_shown.c.at_ms), consent=True),
    Place("refused", _refused, _of(_refused.c.visitor), "visitors_days", _before(_refused.c.at_ms), consent=True),
    Place("choices", _choices, _of(_choices.c.visitor), "visitors_days", _answered_and_left),
    Place(
        "logins",
        tables.logins,
        _of(tables.logins.c.visitor),
        "due",
        _before(tables.logins.c.until_ms),
        consent=True,
        untold=frozenset({"state", "secrets", "finish", "told"}),
    ),
    Place(
        "mail tools",
        _told,
        _told_of,
        "due",
        lambda before_ms: and_(_told.c.state == "gone", _told.c.until_ms > 0, _told.c.until_ms < before_ms),
        blank=GONE,
        untold=frozenset({"digest", "tries", "due_ms", "until_ms", "version", "problem", "urgent"}),
    ),
    Place("newsletters sent", _sent, _of_reader(_sent.c.subscriber), "visitors_days", _before(_sent.c.at_ms)),
    Place("addresses typed", _typed, _typed_by, "due", _before(_typed.c.until_ms), untold=frozenset({"token"})),
    Place("newsletters", _yes, _of_reader(_yes.c.subscriber), "visitors_days", _read_once),
    Place("subscriber", _readers, _reader, "visitors_days", _reads_no_more),
    Place(
        "profile",
        _profiles,
        _profile_of(_profiles.c.id),
        "visitors_days",
        _before(_profiles.c.seen_ms),
        untold=frozenset({"facts", "counted", "version", "due_ms"}),
    ),
    Place("identifiers", _ids, _profile_of(_ids.c.profile), "visitors_days", _no_profile(_ids.c.profile)),
    Place("segments", _members, _profile_of(_members.c.profile), "visitors_days", _no_profile(_members.c.profile)),
    Place("lists", _weekly, _profile_of(_weekly.c.profile), "visitors_days", _before(_weekly.c.made_ms)),
    Place(
        "merges",
        _merges,
        _merged,
        "visitors_days",
        _no_profile(_merges.c.profile),
        untold=frozenset({"by"}),
    ),
    Place(
        "looked at", _looks, _profile_of(_looks.c.profile), "visitors_days", _before(_looks.c.at_ms), untold=frozenset({"actor"})
    ),
    Place("visitors", _map, _of(_map.c.visitor), "visitors_days", _no_profile(_map.c.profile)),
    Place("to be deleted elsewhere", _deletions, _of(_deletions.c.visitor), "due", _before(_deletions.c.until_ms)),
    Place("letters", _mails, _of(_mails.c.visitor), "due", _before(_mails.c.until_ms)),
    Place("visitor", _visitors, _of(_visitors.c.id), "visitors_days", _before(_visitors.c.seen_ms), consent=True),
    Place(
        "events",
        _events,
        _of(_events.c.actor),
        "chat_days",
        _acted,
        blank={"actor": ""},
        goes="blank",
        untold=frozenset({"token"}),
    ),
)
"""In the order in which they can go: what names others by foreign key comes before them."""
UNCOUNTED = {"facts": b"", "counted": "", "due_ms": 0, "version": _profiles.c.version + 1}
OF_PROFILES = frozenset(
    {
        "profiles",
        "identifiers",
        "members",
        "merges",
        "looks",
        "weekly_lists",
        "told_people",
        "subscribers",
        "subscriptions",
        "sendings",
        "opt_ins",
    }
)
"""What is known of a person, whichever of their devices it came from."""
KEPT_WITH_FILES = "messages"
"""Rows with a file beside them: their owner (`Inbox`) deletes both."""


async def held(connection: AsyncConnection, visitor: str, *, alone: bool = True) -> Row:
    """All that we hold about a visitor, place by place. With others that are the same person (not `alone`), only what this one
    did: who has one device of somebody's is not told what they do on another."""
    found: Row = {}
    for place in PLACES:
        if place.name and not alone and place.table.name in OF_PROFILES:
            found[place.name] = []
        elif place.name:
            rows = (await connection.execute(select(place.table).where(place.where(visitor)).limit(TOLD_MAX))).mappings()
            found[place.name] = [{name: value for name, value in row.items() if name not in place.untold} for row in rows]
    lines = tables.call_lines.c
    for call in found["calls"]:
        said = (
            await connection.execute(select(tables.call_lines).where(lines.call == call["id"]).order_by(lines.at_ms))
        ).mappings()
        call["lines"] = [{name: row[name] for name in ("at_ms", "author", "name", "text", "product")} for row in said]
        call["card"] = msgspec.json.decode(call["card"])
    for behaviour in found["behaviours"]:
        behaviour["data"] = msgspec.json.decode(behaviour["data"])
    found["visitor"] = next(iter(found["visitor"]), None)
    return found


async def forget(connection: AsyncConnection, visitor: str, banned: str) -> list[tuple[str, str]]:
    """Delete what somebody wrote and did, and what was answered to them alone. `banned` is what is left of who is banned while
    that lasts. Returns (show, line) of what was written."""
    gone = await _written(connection, visitor)
    await _loosen_claims(connection, _orders.c.visitor == visitor)
    await _blank_events(connection, [tables.events.c.data.contains(visitor, autoescape=True)], visitor)
    await _keep_bans(connection, visitor, banned)
    for place in PLACES:
        if place.name != KEPT_WITH_FILES:
            await _go(connection, place, place.where(visitor), "delete" if place.blank is None else "blank")
    await _forget_hashes(connection, visitor)
    return gone


async def forget_address(connection: AsyncConnection, address: str, hashed: Callable[[str], str], now_ms: int) -> None:
    """Somebody wants an address of theirs deleted: nothing is left of it but a hash, so that it comes back in no file."""
    ids = select(_readers.c.id).where(_readers.c.address == address)
    await connection.execute(update(_told).where(_told.c.address == address).values(GONE))
    for table, column in ((_sent, _sent.c.subscriber), (_yes, _yes.c.subscriber)):
        await connection.execute(delete(table).where(column.in_(ids)))
    for table, column in (
        (_typed, _typed.c.address),
        (_readers, _readers.c.address),
        (_ids, _ids.c.value),
        (_mails, _mails.c.recipient),
    ):
        await connection.execute(delete(table).where(column == address))
    await profiles.erase(connection, [hashed(f"email {address}")], now_ms)


async def withdraw(connection: AsyncConnection, visitor: str) -> None:
    """Somebody no longer agrees to anything: what rested on it goes."""
    for place in PLACES:
        if place.consent:
            await _go(connection, place, place.where(visitor), "delete" if place.blank is None else "blank")
    await connection.execute(delete(_ids).where(_profile_of(_ids.c.profile)(visitor)))
    await forget_facts(connection, visitor)


async def forget_facts(connection: AsyncConnection, visitor: str) -> None:
    """What was counted of a person, and where it put them, is no longer theirs: it is counted anew from what is left."""
    for table in (_members, _weekly):
        await connection.execute(delete(table).where(_profile_of(table.c.profile)(visitor)))
    await connection.execute(update(_profiles).where(_profile_of(_profiles.c.id)(visitor)).values(UNCOUNTED))


async def drop_behaviours(connection: AsyncConnection, visitor: str) -> None:
    """What somebody did is not kept any more."""
    for table in (_behaviours, _shown, _refused):
        await connection.execute(delete(table).where(table.c.visitor == visitor))


async def expire(connection: AsyncConnection, days: Days, before_ms: int) -> dict[str, int]:
    """What is older than it may be goes; how much of each table there was."""
    counts: dict[str, int] = {}
    if days == "visitors_days":
        await _count_without(connection, before_ms)
    for place in PLACES:
        if place.days == days and place.name != KEPT_WITH_FILES:
            counts[place.table.name] = await _go(connection, place, place.old(before_ms), place.goes)
    if days == "visitors_days":
        await _loosen_claims(connection, and_(_orders.c.at_ms < before_ms, ~_orders.c.claim.startswith(LOOSE)))
    if days == "chat_days":
        votes = tables.votes.c
        gone = await connection.execute(delete(tables.votes).where(votes.show.in_(ended(before_ms))))
        counts["votes"] = gone.rowcount
        await _blank_events(connection, [tables.events.c.stream.in_(ended(before_ms))])
    return counts


async def _count_without(connection: AsyncConnection, before_ms: int) -> None:
    """What was counted rests on behaviours that go now: of these people it is counted anew, from what is left."""
    going = select(_behaviours.c.visitor).where(_behaviours.c.at_ms < before_ms)
    whose = select(_map.c.profile).where(_map.c.visitor.in_(going))
    await connection.execute(update(_profiles).where(_profiles.c.id.in_(whose)).values(UNCOUNTED))


async def forget_addresses(connection: AsyncConnection, now_ms: int) -> None:
    """Where somebody was is of no use once their call is over: it only served to limit."""
    over = _bookings.c.ends_ms < now_ms, _bookings.c.network != ""
    await connection.execute(update(_bookings).where(*over).values(network=""))


async def _go(connection: AsyncConnection, place: Place, where: ColumnElement[bool], how: str) -> int:
    if how == "blank" and place.blank is not None:
        return (await connection.execute(update(place.table).where(where).values(place.blank))).rowcount
    return (await connection.execute(delete(place.table).where(where))).rowcount


async def _loosen_claims(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    """From where an order was told is of no use any more."""
    columns = _orders.c
    for row in (await connection.execute(select(columns.number, columns.claim).where(which, columns.claim != ""))).all():
        here = columns.number == row.number, columns.claim == row.claim
        await connection.execute(update(_orders).where(*here).values(claim=f"{LOOSE}{secrets.token_hex(8)}"))


async def _written(connection: AsyncConnection, visitor: str) -> list[tuple[str, str]]:
    """What somebody wrote, and what was answered to them alone, which is deleted here."""
    lines = tables.chat_lines.c
    gone = [(row.show, row.id) for row in await connection.execute(select(lines.show, lines.id).where(lines.visitor == visitor))]
    for show in {show for show, _ in gone}:
        for some in _chunks([line for other, line in gone if other == show]):
            answers = lines.show == show, lines.private, lines.reply_to.in_(some)
            gone += [(show, row.id) for row in await connection.execute(select(lines.id).where(*answers))]
            await connection.execute(delete(tables.chat_lines).where(*answers))
    return gone


async def _blank_events(connection: AsyncConnection, which: Collection[ColumnElement[bool]], visitor: str = "") -> None:
    """Take a visitor (or every one) out of what events say."""
    log = tables.events.c
    for kind, names in events.PERSONAL.items():
        unnamed = [log.data.contains(f'"{name}":""', autoescape=True) for name in names]
        found = await connection.execute(select(log.stream, log.seq, log.data).where(log.type == kind, *which, ~and_(*unnamed)))
        for row in found.all():
            said = msgspec.json.decode(row.data)
            bare = {name: "" for name in names if not visitor or said.get(name) == visitor}
            here = log.stream == row.stream, log.seq == row.seq
            await connection.execute(update(tables.events).where(*here).values(data=msgspec.json.encode(said | bare).decode()))


async def _keep_bans(connection: AsyncConnection, visitor: str, banned: str) -> None:
    """Of a ban in a show that goes on, and of a block that holds, a keyed hash is left, which says to nobody who it was."""
    bans, blocks = tables.bans.c, tables.call_blocks.c
    over = bans.show.in_(select(tables.shows.c.id).where(tables.shows.c.state == "ended"))
    await connection.execute(delete(tables.bans).where(bans.visitor == visitor, over))
    again = select(bans.show).where(bans.visitor == visitor)
    await connection.execute(delete(tables.bans).where(bans.visitor == banned, bans.show.in_(again)))
    await connection.execute(update(tables.bans).where(bans.visitor == visitor).values(visitor=banned))
    until_ms = select(blocks.until_ms)
    now = (await connection.execute(until_ms.where(blocks.visitor == visitor))).scalar_one_or_none()
    if now is None:
        return
    before = (await connection.execute(until_ms.where(blocks.visitor == banned))).scalar_one_or_none()
    await connection.execute(delete(tables.call_blocks).where(blocks.visitor == banned))
    kept = {"visitor": banned, "until_ms": max(now, before or 0)}
    await connection.execute(update(tables.call_blocks).where(blocks.visitor == visitor).values(kept))


async def _forget_hashes(connection: AsyncConnection, visitor: str) -> None:
    """Who has the id can make these hashes again: they become others that nobody can."""
    uniques, votes = tables.uniques.c, tables.votes.c
    shows = (await connection.execute(select(tables.shows.c.id))).scalars().all()
    for some in _chunks([unique_digest(show, visitor) for show in shows]):
        for digest in (await connection.execute(select(uniques.digest).where(uniques.digest.in_(some)))).scalars().all():
            await connection.execute(update(tables.uniques).where(uniques.digest == digest).values(digest=secrets.token_hex(22)))
    polls = (await connection.execute(select(tables.polls.c.id))).scalars().all()
    for some in _chunks([voter_digest(poll, visitor) for poll in polls]):
        for voter in (await connection.execute(select(votes.voter).where(votes.voter.in_(some)))).scalars().all():
            await connection.execute(update(tables.votes).where(votes.voter == voter).values(voter=secrets.token_hex(22)))


def unique_digest(show: str, who: str) -> str:
    """What counts somebody once in a show."""
    return hashlib.sha256(f"{show} {who}".encode()).hexdigest()[:44]


def voter_digest(poll: str, visitor: str) -> str:
    """What lets somebody vote once."""
    return hashlib.sha256(f"{poll} {visitor}".encode()).hexdigest()[:44]


def _chunks(items: list[str]) -> Iterable[list[str]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
