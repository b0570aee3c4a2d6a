"""Whoever is forgotten is nowhere: every table is filled, the person forgotten, and the database looked through."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.events import ChatSaid, ChatWhispered, OrderPlaced, VisitorBlocked, encode
from studio.server import retention
from studio.server.config import Retention
from studio.server.db import personal, tables
from studio.server.db.engine import let_go, open_database
from studio.show.price_claim import DAY_MS
from tests.server.conftest import BOTH_DATABASES

WHO = "zebra-0123456789abcdef"
WORDS = "Zebrawords"
PROFILE = "zebra-profile-0123456789"
BANNED = "b" * 32
NOW_MS = 1_700_000_000_000
SOMEBODY = {"visitor", "voter", "recipient", "contact", "network", "claim", "address", "subscriber"}
"""Columns of these names have somebody in them; a new table with one has to be filled below, and forgotten."""


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = await open_database(database)
    yield engine
    await engine.dispose()


def event(seq: int, data: Any, actor: str = "") -> dict[str, Any]:
    kind = data.__struct_config__.tag
    row = {"stream": "s1", "seq": seq, "at_ms": NOW_MS, "media_ms": 0, "actor": actor, "type": kind, "audience": data.audience}
    return row | {"data": encode(data).decode(), "token": ""}


def ordered() -> OrderPlaced:
    return OrderPlaced(number="A-1", value_minor=1, currency="DKK", products=(), media_ms=0, part="live")


def filled(state: str) -> list[tuple[Table, dict[str, Any]]]:
    """A row of a person in every table where there can be one."""
    said = {"name": WORDS, "text": WORDS}
    line = {
        "show": "s1",
        "at_ms": NOW_MS,
        "media_ms": 0,
        "name": WORDS,
        "text": WORDS,
        "asked": False,
        "state": "shown",
        "why": "",
    }
    words = {"topic": "", "language": "da", "name": WORDS, "visitor": WHO, "consent": "---"}
    ends = NOW_MS + 3_600_000
    call: dict[str, Any] = dict.fromkeys(("secret", "advisor", "advisor_name", "wanted", "shown", "ending", "outcome"), "")
    call |= words | {"id": "c1", "state": "ended", "kind": "video", "network": "n" * 40, "card": f'{{"page":"{WHO}"}}'}
    call |= {"entered_ms": 1, "since_ms": 1, "lined_ms": 1, "ended_ms": NOW_MS, "passed": "[]", "people": "[]", "held": False}
    call |= {"again": False, "asked": "[]", "note": WORDS, "notes": WORDS, "rating": WORDS}
    order = {"at_ms": NOW_MS, "media_ms": 0, "part": "live", "value_minor": 1, "currency": "DKK", "lines": "[]"}
    show = {"id": "s1", "title": "S", "key": "k", "created_ms": 1, "state": state, "ended_at_ms": NOW_MS}
    return [
        (tables.shows, show),
        (tables.streams, {"id": "s1", "show": "s1"}),
        (tables.visitors, {"id": WHO, "first_ms": 1, "seen_ms": NOW_MS, "consent": "{}"}),
        (tables.visits, {"visitor": WHO, "show": "s1", "at_ms": 1, "name": "view", "product": "p", "media_ms": 0, "part": "live",
                         "consent": "a--"}),
        (tables.chat_lines, line | {"id": "l1", "visitor": WHO, "staff": False, "reply_to": "", "private": False}),
        (tables.chat_lines, line | {"id": "l2", "visitor": "", "staff": True, "reply_to": "l1", "private": True}),
        (tables.bans, {"show": "s1", "visitor": WHO, "kind": "ban", "network": "", "until_ms": None, "by": "desk", "at_ms": 1}),
        (tables.polls, {"show": "s1", "id": "p1", "question": "?", "answers": "[]", "state": "open", "at_ms": 1}),
        (tables.votes, {"show": "s1", "poll": "p1", "voter": personal.voter_digest("p1", WHO), "answer": 0}),
        (tables.uniques, {"show": "s1", "digest": personal.unique_digest("s1", WHO)}),
        (tables.orders, order | {"number": "A-1", "claim": "", "show": "s1", "verified": True, "visitor": WHO, "consent": "a--"}),
        (tables.orders, order | {"number": "A-2", "claim": "network-of-a-page", "show": "s1", "verified": False, "visitor": WHO,
                                 "consent": "a--"}),
        (tables.calls, call),
        (tables.call_lines, said | {"call": "c1", "id": "k1", "at_ms": 1, "author": "customer", "product": ""}),
        (tables.call_blocks, {"visitor": WHO, "network": "", "until_ms": ends, "by": "desk"}),
        (tables.call_messages, words | {"id": "m1", "at_ms": NOW_MS, "kind": "text", "contact": WORDS, "text": WORDS, "file": "",
                                        "size": 0, "state": "new", "by": "", "network": "n" * 40}),
        (tables.bookings, words | {"id": "b1", "token": "t", "begins_ms": NOW_MS, "ends_ms": ends, "kind": "video",
                                   "contact": WORDS, "page": "", "advisor": "", "state": "booked", "network": "n" * 40}),
        (tables.mails, {"id": "e1", "about": "b1", "visitor": WHO, "recipient": WORDS, "subject": WORDS, "text": WORDS,
                        "calendar": WORDS, "due_ms": NOW_MS, "until_ms": ends, "tries": 0}),
        (tables.behaviours, {"visitor": WHO, "id": "b1", "name": "Product Viewed", "at_ms": NOW_MS, "seq": 1, "product": "p",
                             "number": "", "source": "page", "consent": "apm", "data": f'{{"page":"{WORDS}"}}'}),
        (tables.deletions, {"visitor": WHO, "until_ms": ends}),
        (tables.choices, {"visitor": WHO, "purpose": "analytics", "at_ms": NOW_MS, "given": True, "version": 1, "where": ""}),
        (tables.profiles, {"id": PROFILE, "kind": "person", "why": "", "made_ms": 1, "seen_ms": NOW_MS, "due_ms": None,
                           "version": 1, "counted": "", "facts": WORDS.encode(), "mixed": False, "asked_ms": 0}),
        (tables.profile_visitors, {"visitor": WHO, "profile": PROFILE, "since_ms": 1, "device": "phone"}),
        (tables.identifiers, {"kind": "email", "value": WORDS, "profile": PROFILE, "proof": "link", "since_ms": 1}),
        (tables.merges, {"id": "m1", "source": "other", "profile": PROFILE, "why": WORDS, "by": "desk", "at_ms": 1,
                         "visitors": f'["{WHO}"]', "identifiers": "[]", "split_ms": None}),
        (tables.weekly_lists, {"profile": PROFILE, "week": "2026-W01", "made_ms": NOW_MS, "data": WORDS}),
        (tables.members, {"segment": "serums", "profile": PROFILE, "since_ms": 1}),
        (tables.exposures, {"visitor": WHO, "decision": "d1", "rule": "r", "version": 1, "variant": "a", "slot": "pin",
                            "product": "", "day": 1, "at_ms": NOW_MS, "device": "phone", "clicked": False}),
        (tables.refusals, {"visitor": WHO, "kind": "product", "what": "p", "at_ms": NOW_MS}),
        (tables.logins, {"state": "s", "provider": "shop", "visitor": WHO, "secrets": "", "page": "", "made_ms": 1,
                         "until_ms": ends, "finish": "", "subject": WORDS, "session": "", "told": ""}),
        (tables.opt_ins, {"token": "t", "address": WORDS, "topics": "[]", "visitor": WHO, "asked_ms": 1, "until_ms": ends,
                          "where": "", "language": "da", "zone": "", "wording": "", "wording_version": 1}),
        (tables.subscribers, {"id": "r1", "address": WORDS, "visitor": WHO, "language": "da", "zone": "", "made_ms": 1,
                              "used_ms": NOW_MS, "mailed_ms": 0}),
        (tables.subscriptions, {"subscriber": "r1", "topic": "news", "asked_ms": 1, "confirmed_ms": 1, "ended_ms": 2, "where": "",
                                "source": "page", "wording": WORDS, "wording_version": 1}),
        (tables.told_people, {"tool": "t", "subscriber": "r1", "address": WORDS, "state": "gone", "digest": "d", "due_ms": 1,
                              "tries": 0, "problem": "", "at_ms": 1, "until_ms": ends, "version": 1, "confirmed_ms": 1,
                              "names": '["Serums"]', "urgent": True}),
        (tables.sendings, {"mailing": "m", "subscriber": "r1", "state": "sent", "gate": "", "due_ms": 1, "tries": 1,
                           "at_ms": NOW_MS, "chosen": WORDS}),
        (tables.looks, {"at_ms": NOW_MS, "actor": "desk", "profile": PROFILE, "what": "looked at"}),
        (tables.events, event(1, ChatSaid(line="l1"), WHO)),
        (tables.events, event(2, ChatWhispered(line="l2", to=WHO), "desk")),
        (tables.events, event(3, VisitorBlocked(visitor=WHO, kind="ban"), "desk")),
        (tables.events, event(4, ordered(), WHO)),
    ]  # fmt: skip


async def fill(engine: AsyncEngine, state: str = "live") -> None:
    async with engine.begin() as connection:
        for table, row in filled(state):
            await connection.execute(insert(table).values(row))


async def found(engine: AsyncEngine, *words: str) -> set[str]:
    """Where any of these stands."""
    places = set()
    async with engine.connect() as connection:
        for table in tables.metadata.tables.values():
            for row in (await connection.execute(select(table))).mappings():
                places |= {f"{table.name}.{name}" for name, value in row.items() if any(word in str(value) for word in words)}
    return places


def test_no_table_with_somebody_in_it_is_forgotten_here() -> None:
    there = {table.name for table in tables.metadata.tables.values() if SOMEBODY & set(table.c.keys())}
    assert there - {"feeds"} <= {table.name for table, _ in filled("live")}
    listed = {place.table.name for place in personal.PLACES} | {"votes", "uniques"}
    assert there <= listed


@BOTH_DATABASES
@pytest.mark.parametrize("state", ["live", "ended"])
async def test_who_is_forgotten_is_nowhere(engine: AsyncEngine, state: str) -> None:
    await fill(engine, state)
    assert len(await found(engine, WHO)) >= 10
    async with engine.begin() as connection:
        lines = await personal.forget(connection, WHO, BANNED)
        await connection.execute(tables.call_messages.delete().where(tables.call_messages.c.visitor == WHO))  # `Inbox.forget`
    assert lines == [("s1", "l1"), ("s1", "l2")]
    hashes = personal.unique_digest("s1", WHO), personal.voter_digest("p1", WHO)
    left = await found(engine, WHO, WORDS, PROFILE, *hashes, "network-of-a-page")
    assert left == {"told_people.address"}, "until the mail tool has deleted it too"
    assert await found(engine, BANNED) == (
        {"bans.visitor", "call_blocks.visitor"} if state == "live" else {"call_blocks.visitor"}
    )
    async with engine.connect() as connection:
        assert len((await connection.execute(select(tables.orders))).all()) == 2, "what was sold stays"
        assert len((await connection.execute(select(tables.events))).all()) == 4, "and what happened"
        assert len((await connection.execute(select(tables.votes))).all()) == 1, "and how they voted"


@BOTH_DATABASES
async def test_what_is_held_is_told_whole(engine: AsyncEngine) -> None:
    await fill(engine)
    async with engine.connect() as connection:
        held = await personal.held(connection, WHO)
    assert set(held) == {place.name for place in personal.PLACES if place.name}
    assert all(held.values())
    assert held["letters"][0]["recipient"] == WORDS
    assert held["calls"][0]["lines"][0]["text"] == WORDS
    told = str(held)
    assert "desk" not in told.replace("'audience'", "").replace(f"'actor': '{WHO}'", "")
    assert "secret" not in told
    assert "n" * 40 not in told


@BOTH_DATABASES
async def test_who_agrees_to_nothing_any_more_leaves_nothing_that_rested_on_it(engine: AsyncEngine) -> None:
    await fill(engine)
    async with engine.begin() as connection:
        await personal.withdraw(connection, WHO)
    assert not {"visits.visitor", "visitors.id", "orders.visitor"} & await found(engine, WHO)
    assert "chat_lines.visitor" in await found(engine, WHO), "they published it"


@BOTH_DATABASES
async def test_in_the_end_nobody_is_left(engine: AsyncEngine) -> None:
    await fill(engine, "ended")
    await retention.forget(engine, Retention(), NOW_MS + 400 * DAY_MS)
    left = await found(engine, WHO, WORDS, "network-of-a-page")
    assert left == {f"call_messages.{name}" for name in ("visitor", "name", "contact", "text")}, "`Inbox.keep` has their files"
    before = await found(engine, "some-")
    await retention.forget(engine, Retention(), NOW_MS + 401 * DAY_MS)
    assert await found(engine, "some-") == before == {"orders.claim"}


async def test_what_was_deleted_is_not_in_the_file_either(engine: AsyncEngine, database: str) -> None:
    path = Path(database.removeprefix("sqlite+aiosqlite:///"))
    await fill(engine, "ended")
    async with engine.begin() as connection:
        await personal.forget(connection, WHO, BANNED)
        for done in (tables.call_messages, tables.told_people):  # by `Inbox` and `Pusher`
            await connection.execute(done.delete())
    await let_go(engine)
    everything = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert WHO.encode() not in everything
    assert WORDS.encode() not in everything


async def test_nobody_else_on_the_machine_reads_it(engine: AsyncEngine, database: str) -> None:
    path = Path(database.removeprefix("sqlite+aiosqlite:///"))
    async with engine.begin() as connection:
        await connection.execute(insert(tables.keys).values(name="a", value="b"))
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.glob(f"{path.name}*")}
    assert set(modes.values()) == {0o600}, modes


async def test_a_file_that_everybody_could_read_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    sqlite3.connect(path).close()
    path.touch(mode=0o644)
    path.chmod(0o644)
    await (await open_database(f"sqlite+aiosqlite:///{path}")).dispose()
    assert path.stat().st_mode & 0o777 == 0o600


@BOTH_DATABASES
async def test_who_is_forgotten_twice_is_banned_and_blocked_as_before(engine: AsyncEngine) -> None:
    await fill(engine, "live")
    for _ in range(2):
        async with engine.begin() as connection:
            await personal.forget(connection, WHO, BANNED)
    async with engine.connect() as connection:
        for table in (tables.bans, tables.call_blocks):
            kept = (await connection.execute(select(table.c.visitor))).scalars().all()
            assert kept == [BANNED], table.name
