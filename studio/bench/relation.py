"""The relation: behaviours told, decisions asked, a pin that is another for each of twelve segments, a new segment over
everybody; on SQLite and, where it is installed, on PostgreSQL.

There are 100,000 profiles, or as many as `VITRINE_BENCH_PROFILES` says. All of it takes half an hour; with 1,500 and
`--seconds 2` it takes two minutes. What is told and asked comes from processes of its own; the server is `vitrine serve` as a
desktop starts it, which limits nobody.
"""

import asyncio
import contextlib
import gzip
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from studio import paths
from studio.bench import machine, stage
from studio.bench.postgres import missing, postgres
from studio.bench.relation_data import STRANGERS
from studio.bench.relation_shop import BEHAVIOURS, NEW, pin_rules, products
from studio.bench.report import Row, percentile
from studio.bench.show_on_server import SHOW, linked
from studio.commands.chat import ChatSay
from studio.commands.product import ProductPin, ProductUnpin
from studio.commands.relation import RuleSave, SegmentSave
from studio.errors import DeviceFailed, StudioError
from studio.link.connection import Connection
from studio.link.server_process import Endpoint
from studio.server.config import sqlite_url
from studio.server.db import profiles

PROFILES = "VITRINE_BENCH_PROFILES"
"""Set in the environment: so many, and not `MANY`."""
MANY, LEAST = 100_000, 1000
PAGES, WATCHING = 200, 2000
"""Pages that tell, people who watch (and are those who ask)."""
RATE, SELDOM = 200, 20
BATCHES = {1: None, 10: {"SQLite": 4000.0, "PostgreSQL": 2500.0}}
"""So many behaviours in one, and the bar: pages gather what is done in a second and a half."""
WARM_PINS, PINS = 3, 10
PAUSE_S, LOOK_S, WAIT_S = 0.25, 0.2, 180.0
PATIENCE = 30
"""A new segment has so many times `seconds`; what is not counted then is reckoned."""
NEW_S = 20.0
LINES_A_SECOND, READERS = 20, 200


class People(NamedTuple):
    """Lines of the file that says who they are: those who watch and ask, strangers, and pages that tell."""

    watching: list[str]
    strangers: list[str]
    telling: list[str]


class Database(NamedTuple):
    """`kind` is what rows are named by, `url` SQLAlchemy's."""

    kind: str
    url: str


def run(seconds: float = 20.0) -> list[Row]:
    """Tell for `seconds`, ask for `seconds`; the rest takes as long as it takes."""
    script = Row(name="relation.js and what it loads at first, gzip -9", value=script_kb(), unit="kB", most=8)
    return [*asyncio.run(_run(seconds)), script]


def many() -> int:
    """How many profiles there are."""
    said = os.environ.get(PROFILES, "")
    return max(LEAST, int(said)) if said.isdecimal() else MANY


def parted(lines: Sequence[str]) -> People:
    """Who does what; those who watch come first, so that they are counted."""
    watching = counted(len(lines))
    return People(list(lines[:watching]), list(lines[watching : watching + STRANGERS]), list(lines[-PAGES:]))


def counted(count: int) -> int:
    """How many of so many profiles are counted before anything is measured."""
    return min(WATCHING, count // 2)


def script_kb() -> float:
    """What a page of the shop loads before anything else of ours, as it goes over the network."""
    folder = paths.assets() / "page"
    files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["scripts"]["relation.js"]
    return sum(len(gzip.compress((folder / name).read_bytes(), 9)) for name in files) / 1000


async def _run(seconds: float) -> list[Row]:
    with stage.folder() as home:
        rows = await _measured(home, Database("SQLite", sqlite_url(home / "bench.sqlite")), seconds)
    if why := missing():
        print(why, file=sys.stderr)
        return rows
    with stage.folder() as home, postgres() as address:
        return rows + await _measured(home, Database("PostgreSQL", f"postgresql+asyncpg://vitrine@{address}"), seconds)


async def _measured(home: Path, database: Database, seconds: float) -> list[Row]:
    count = many()
    words = ["relation_data", database.url, str(count), str(counted(count)), str(home / "people")]
    async with _child(words) as filling:
        await _line(filling)
    people = parted((home / "people").read_text(encoding="utf-8").splitlines())
    engine = create_async_engine(database.url)
    async with _server(home, database) as endpoint, linked(endpoint, products()) as connection:
        rows = await Bench(home, database.kind, engine, endpoint, connection, people, count).run(seconds)
    await engine.dispose()
    return [msgspec.structs.replace(row, name=f"{database.kind}: {row.name}") for row in rows]


class Bench:
    """One server and its database, measured in four ways."""

    def __init__(
        self, home: Path, kind: str, engine: AsyncEngine, endpoint: Endpoint, connection: Connection, people: People, count: int
    ) -> None:
        assert endpoint.pid is not None
        self._home, self._kind, self._engine, self._count = home, kind, engine, count
        self._url, self._pid, self._people = endpoint.url, endpoint.pid, people
        self._connection = connection

    async def run(self, seconds: float) -> list[Row]:
        """One way after the other, each when all that was to be counted is."""
        begun = time.monotonic()
        await self._calm(begun + PATIENCE * seconds)
        first_s = time.monotonic() - begun
        return [
            Row(name=f"profiles, {BEHAVIOURS} behaviours each", value=self._count, unit=""),
            Row(name="profiles counted for the first time, a second", value=len(self._people.watching) / first_s, unit=""),
            *await self._tell(seconds / 2),
            *await self._ask(seconds),
            *await self._pin(),
            *await self._segment(seconds),
        ]

    # ── behaviours ───────────────────────────────────────────────────────────────────────────────────────────

    async def _tell(self, seconds: float) -> list[Row]:
        rows = []
        for size, bars in BATCHES.items():
            told, cores = await self._load("tell", self._people.telling, seconds, size)
            name = f"behaviours a second, {PAGES} pages, {size} a batch"
            rows += [
                Row(name=name, value=told["accepted"] / told["s"], unit="", least=bars[self._kind] if bars else None),
                Row(name=f"the same, {size} a batch: server's processor", value=cores, unit="cores"),
                _problems(f"the same, {size} a batch: batches not taken whole", told["problems"]),
            ]
            await self._calm(time.monotonic() + PATIENCE * seconds)
        return rows

    async def _load(self, what: str, people: Sequence[str], seconds: float, number: float) -> tuple[dict[str, Any], float]:
        """What pages in a process of their own say of it, and the server's share of a core meanwhile."""
        file = self._home / what
        file.write_text("".join(f"{line}\n" for line in people), encoding="utf-8")
        async with _child(["relation_load", what, self._url, str(file), str(seconds), str(number)]) as pages:
            await _line(pages)
            used, begun = machine.cpu_s(self._pid), time.monotonic()
            _press(pages)
            found = json.loads(await _line(pages))
            return found, (machine.cpu_s(self._pid) - used) / (time.monotonic() - begun)

    # ── decisions ────────────────────────────────────────────────────────────────────────────────────────────

    async def _ask(self, seconds: float) -> list[Row]:
        asked, cores = await self._load("ask", self._people.watching, seconds, RATE)
        seldom_s = STRANGERS / SELDOM
        seldom, _ = await self._load("ask", self._people.watching, seldom_s, SELDOM)
        first, _ = await self._load("ask", self._people.strangers, seldom_s, SELDOM)
        return [
            Row(name=f"decide, 5 slots, {RATE} a second, p50", value=percentile(asked["ms"], 50), unit="ms", most=4),
            Row(name=f"decide, 5 slots, {RATE} a second, p95", value=percentile(asked["ms"], 95), unit="ms", most=12),
            Row(name="the same: server's processor", value=cores, unit="cores"),
            Row(name="the same: answers with something to show", value=100 * asked["shown"] / asked["asked"], unit="%"),
            _problems("the same: not answered", asked["problems"], asked["asked"] - len(asked["ms"])),
            Row(name=f"decide, 5 slots, {SELDOM} a second, p50", value=percentile(seldom["ms"], 50), unit="ms"),
            Row(name=f"decide, 5 slots, {SELDOM} a second, p95", value=percentile(seldom["ms"], 95), unit="ms"),
            Row(name="the same for somebody never counted, p50", value=percentile(first["ms"], 50), unit="ms"),
            Row(name="the same for somebody never counted, p95", value=percentile(first["ms"], 95), unit="ms"),
        ]

    # ── a pin ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _pin(self) -> list[Row]:
        """With rules, without them twice as often, and with them again: what drifts falls on both."""
        await self._rules(on=True)
        (self._home / "watching").write_text("".join(f"{line}\n" for line in self._people.watching), encoding="utf-8")
        async with _child(["relation_watchers", self._url, SHOW, str(self._home / "watching")]) as watchers:
            said = Said(watchers)
            connected_ns = await said.at("connected")
            all_told_s = (await said.at("told") - connected_ns) / 1e9
            pins = iter(product.id for product in products())
            await self._pins(said, pins, WARM_PINS)
            with_rules = await self._pins(said, pins, PINS)
            await self._rules(on=False)
            await said.at("bare")
            without = await self._pins(said, pins, 2 * PINS)
            begun_ns = time.monotonic_ns()
            await self._rules(on=True)
            again_s = (await said.at("told") - begun_ns) / 1e9
            with_rules += await self._pins(said, pins, PINS)
            _press(watchers)
        await self._rules(on=False)
        with_ms, without_ms = percentile(with_rules, 95), percentile(without, 95)
        return [
            Row(name="sockets that watch, in 12 segments", value=len(self._people.watching), unit=""),
            Row(name="last one connected → all have their own card", value=all_told_s, unit="s"),
            Row(name="12 rules switched on → all have their own card", value=again_s, unit="s"),
            Row(name="pin → last socket, with rules, p50", value=percentile(with_rules, 50), unit="ms"),
            Row(name="pin → last socket, with rules, p95", value=with_ms, unit="ms"),
            Row(name="pin → last socket, without, p50", value=percentile(without, 50), unit="ms"),
            Row(name="pin → last socket, without, p95", value=without_ms, unit="ms"),
            Row(name="pin → last socket, p95, with ÷ without", value=with_ms / without_ms, unit="", most=1.3),
        ]

    async def _rules(self, *, on: bool) -> None:
        for rule in pin_rules(on=on):
            await self._connection.execute(RuleSave(rule=rule))

    async def _pins(self, said: "Said", names: Iterator[str], times: int) -> list[float]:
        """So many pins: milliseconds until the last one saw it."""
        took = []
        for _ in range(times):
            name, begun_ns = next(names), time.monotonic_ns()
            await self._connection.execute(ProductPin(product=name))
            took.append((await said.at(f"pin {name}") - begun_ns) / 1e6)
            await asyncio.sleep(PAUSE_S)
            await self._connection.execute(ProductUnpin())
            await asyncio.sleep(PAUSE_S)
        return took

    # ── a new segment ────────────────────────────────────────────────────────────────────────────────────────

    async def _segment(self, seconds: float) -> list[Row]:
        async with _child(["chat_readers", self._url, SHOW, str(READERS), "0"]) as readers:
            await _line(readers)
            talking = Talking(self._connection)
            begun = time.monotonic()
            with contextlib.suppress(StudioError):  # it takes longer than a studio waits
                await self._connection.execute(SegmentSave(segment=NEW))
            answered_s = time.monotonic() - begun
            left = await self._calm(begun + PATIENCE * seconds)
            took = time.monotonic() - begun
            lines = await talking.end()
            _press(readers)
            heard = json.loads(await _line(readers))
        done = 1 - left / self._count
        within_s = took / done if done else float("inf")
        return [
            Row(name="a new segment: saved after", value=answered_s, unit="s"),
            Row(name="a new segment → all are counted", value=within_s, unit="s", most=NEW_S * self._count / MANY),
            Row(name="the same: counted when we stopped waiting", value=100 * done, unit="%"),
            Row(name="chat lines said meanwhile", value=lines, unit=""),
            Row(name="of them later than 1 s at one of 200 sockets", value=lines - heard["in_time"], unit="", most=0),
            Row(name="the slowest of them", value=heard["slowest_ms"], unit="ms"),
        ]

    async def _calm(self, until: float) -> int:
        """Wait until nobody is due to be counted, for a while; how many are when we stop."""
        while time.monotonic() < until:
            async with self._engine.connect() as connection:
                due = await profiles.due(connection, _now_ms(), 1)
            if not due:
                return 0
            await asyncio.sleep(LOOK_S)
        async with self._engine.connect() as connection:
            return (await profiles.counts(connection, _now_ms()))[1]


class Said:
    """What watchers say."""

    def __init__(self, watchers: asyncio.subprocess.Process) -> None:
        self._watchers = watchers

    async def at(self, what: str) -> int:
        """When (the monotonic clock's nanoseconds) it was so of all of them, once it is. Raises `DeviceFailed`."""
        try:
            async with asyncio.timeout(WAIT_S):
                while True:
                    said = json.loads(await _line(self._watchers))
                    if said["what"] == what:
                        return int(said["at_ns"])
        except TimeoutError:
            raise DeviceFailed("Not all pages were told: {problem}", problem=what) from None


class Talking:
    """Twenty lines a second, by the clock; each says when it was said."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._said: list[asyncio.Task[Any]] = []
        self._task = asyncio.create_task(self._talk())

    async def _talk(self) -> None:
        begun = time.monotonic()
        while True:
            await asyncio.sleep(max(0.0, begun + len(self._said) / LINES_A_SECOND - time.monotonic()))
            self._said.append(asyncio.create_task(self._connection.execute(ChatSay(text=f"said={time.monotonic_ns()};"))))

    async def end(self) -> int:
        """No more; how many there were, once the last is answered."""
        self._task.cancel()
        await asyncio.gather(self._task, *self._said, return_exceptions=True)  # what was not said does not arrive
        await asyncio.sleep(LOOK_S)
        return len(self._said)


# ── processes ────────────────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def _server(home: Path, database: Database) -> AsyncIterator[Endpoint]:
    """`vitrine serve` as a desktop starts it, on this database."""
    token, config = secrets.token_urlsafe(32), home / "vitrine.toml"
    plain = database.url.replace("+aiosqlite", "").replace("+asyncpg", "")
    config.write_text(f'[database]\nurl = "{plain}"\n[log]\nlevel = "warning"\n', encoding="utf-8")
    words = [sys.executable, "-m", "studio", "serve", "--embedded", "--config", str(config), "--host", "127.0.0.1", "--port", "0"]
    environment = os.environ | {"VITRINE_HOME": str(home)}
    with stage.process(words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(f"{token}\n".encode())
        child.stdin.flush()
        line = await asyncio.to_thread(child.stdout.readline)
        if not line:
            raise DeviceFailed("The show server did not start: {problem}", problem=database.kind)
        ready = json.loads(line)
        yield Endpoint(ready["url"], token, ready["pid"])


@asynccontextmanager
async def _child(words: Sequence[str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """A module of ours in a process of its own, which ends with the block."""
    command = [sys.executable, "-m", f"studio.bench.{words[0]}", *words[1:]]
    child = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=1 << 24)
    try:
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def _line(child: asyncio.subprocess.Process) -> bytes:
    """The next thing it says. Raises `DeviceFailed` when it has ended instead."""
    assert child.stdout is not None
    line = await child.stdout.readline()
    if not line:
        raise DeviceFailed("A part of the benchmark has ended too early")
    return line


def _press(child: asyncio.subprocess.Process) -> None:
    """It may begin; or, where it runs until its standard input ends, no more."""
    assert child.stdin is not None
    child.stdin.write(b"\n")
    child.stdin.close()


def _problems(name: str, problems: dict[str, int], count: int | None = None) -> Row:
    """None are allowed; what the first ones said is on standard error."""
    for said, times in list(problems.items())[:3]:
        print(f"{name} (×{times}): {said}", file=sys.stderr)
    return Row(name=name, value=sum(problems.values()) if count is None else count, unit="", most=0)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
