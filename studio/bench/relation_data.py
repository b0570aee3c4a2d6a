"""Writes the people of `vitrine bench relation` straight into a database that no server has opened yet.

`python -m studio.bench.relation_data URL PROFILES COUNTED FILE`: the first `COUNTED` are due to be counted when a server comes,
the others never are. Into `FILE` goes a line for each: the token of their page, a space, their campaign. Prints a line when done.
"""

import asyncio
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import msgspec
from sqlalchemy import Table, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.bench.relation_shop import CAMPAIGNS, KINDS, definitions, life, lived, personas, segments
from studio.relation.behaviour import Behaviour
from studio.relation.days import Zone
from studio.relation.facts import Facts, Plan, facts_of
from studio.server.db import behaviours, tables
from studio.server.db.engine import let_go, open_database, writing
from studio.server.visitors import Visitors
from studio.show.consent import Consent
from studio.show.opening_hours import ZONE

AT_ONCE = 400
"""People in one transaction."""
STALE = "another plan"
"""By which nobody here was ever counted: all of theirs has to be counted when it is asked for."""
STRANGERS = 100
"""People of whom nothing was counted before they ask; they come after those who are due."""
LAST = 10**9
"""Above the place in line of all that is written here, below that of whatever a server stores."""
AGREED = Consent(analytics=True, personalisation=True, marketing=True, at_ms=1)
Rows = dict[Table, list[dict[str, Any]]]


def people(tokens: Sequence[str], counted: int, now_ms: int) -> Iterator[Rows]:
    """What is stored of people, some of them at a time; in the order of their visitors, which databases write fastest."""
    lives = [life(kind, now_ms) for kind in range(KINDS)]
    plan = Plan(Zone(ZONE), [segment.condition for segment in segments()], [personas()])
    facts = [msgspec.msgpack.encode(_told(one, plan)) for one in lives]
    order = sorted(range(len(tokens)), key=lambda number: tokens[number])
    seq = 0
    for start in range(0, len(order), AT_ONCE):
        rows: Rows = {table: [] for table in (tables.visitors, tables.profiles, tables.profile_visitors, tables.choices)}
        rows[tables.behaviours] = deeds = []
        for number in order[start : start + AT_ONCE]:
            visitor = tokens[number].partition(".")[0]
            due_ms = now_ms if number < counted else None
            by = STALE if number < counted + STRANGERS else plan.digest
            _known(rows, visitor, facts[number % KINDS], counted=by, due_ms=due_ms, now_ms=now_ms)
            for one in lived(lives[number % KINDS], number, visitor):
                seq += 1
                deeds.append(behaviours.row_of(one, seq))
        yield rows


def _told(did: list[Behaviour], plan: Plan) -> Facts:
    """What was counted, up to the newest: none of what is stored waits."""
    facts = facts_of(did, plan)
    facts.seq = LAST
    return facts


def _known(rows: Rows, visitor: str, facts: bytes, *, counted: str, due_ms: int | None, now_ms: int) -> None:
    """One of them, who agreed to everything."""
    profile = token_urlsafe(16)
    fresh = {"id": profile, "kind": "person", "why": "", "made_ms": now_ms, "seen_ms": now_ms, "due_ms": due_ms}
    rows[tables.profiles].append(fresh | {"version": 1, "counted": counted, "facts": facts, "mixed": False, "asked_ms": 0})
    rows[tables.profile_visitors].append({"visitor": visitor, "profile": profile, "since_ms": now_ms, "device": "desktop"})
    consent = msgspec.json.encode(AGREED).decode()
    rows[tables.visitors].append({"id": visitor, "first_ms": now_ms, "seen_ms": now_ms, "consent": consent})
    for purpose in ("analytics", "personalisation", "marketing"):
        given = {"visitor": visitor, "purpose": purpose, "at_ms": 1, "given": True, "version": 1, "where": "page"}
        rows[tables.choices].append(given)


async def fill(url: str, profiles: int, counted: int) -> list[str]:
    """Write everything; their tokens."""
    engine = await open_database(url)
    now_ms = time.time_ns() // 1_000_000
    visitors = Visitors()
    await visitors.open(engine, now_ms)
    tokens = [visitors.recognise("") for _ in range(profiles)]
    async with writing(engine).begin() as connection:
        await connection.execute(insert(tables.definitions), list(definitions(now_ms)))
    for rows in people(tokens, counted, now_ms):
        async with writing(engine).begin() as connection:
            for table, some in rows.items():
                await put(connection, table, some)
    await _settle(engine)
    await engine.dispose()
    return tokens


async def put(connection: AsyncConnection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Store rows in the way that is quickest with this database."""
    names = list(rows[0])
    values = [tuple(row[name] for name in names) for row in rows]
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    if connection.dialect.name == "postgresql":
        await driver.copy_records_to_table(table.name, columns=names, records=values)
        return
    marks = ", ".join("?" * len(names))
    columns = ", ".join(f'"{name}"' for name in names)
    await (await driver.executemany(f"INSERT INTO {table.name} ({columns}) VALUES ({marks})", values)).close()


async def _settle(engine: AsyncEngine) -> None:
    """As after a quiet hour: nothing waits to be written elsewhere, and PostgreSQL knows how much there is."""
    if engine.dialect.name == "sqlite":
        await let_go(engine)
        return
    async with engine.connect() as connection:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        for command in ("VACUUM ANALYZE", "CHECKPOINT"):
            await alone.execute(text(command))


def main(url: str, profiles: int, counted: int, file: Path) -> None:
    """Write, and say who they are."""
    tokens = asyncio.run(fill(url, profiles, counted))
    lines = [f"{token} {number % CAMPAIGNS}\n" for number, token in enumerate(tokens)]
    file.write_text("".join(lines), encoding="utf-8")
    print("ready", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
