"""A follower takes every event once, in its stream's order, whatever fails on the way."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.events import Logged, ShowPaused
from studio.server import follower as follower_module
from studio.server.broker import Broker
from studio.server.db import shows, tables
from studio.server.db.engine import open_database
from studio.server.event_log import EventLog
from studio.server.follower import AT_ONCE, Follower
from tests.fakes import TIMEOUT_S, ManualClock, until
from tests.server.conftest import BOTH_DATABASES

pytestmark = BOTH_DATABASES
PAUSED = ShowPaused()


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = await open_database(database)
    async with engine.begin() as connection:
        for show in ("a", "b"):
            await shows.create(connection, {"id": show, "title": show, "key": "k", "created_ms": 1})
        await connection.execute(text("CREATE TABLE taken (stream VARCHAR(64), seq BIGINT)"))
    yield engine
    await engine.dispose()


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
async def log(engine: AsyncEngine, broker: Broker) -> AsyncIterator[EventLog]:
    log = EventLog(engine, broker, ManualClock())
    log.start()
    yield log
    await log.close()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower_module, "RETRY_S", 0.01)


async def take(connection: AsyncConnection, stream: str, new: Sequence[Logged]) -> None:
    for item in new:
        await connection.execute(text("INSERT INTO taken VALUES (:stream, :seq)"), {"stream": stream, "seq": item.seq})


@pytest.fixture
async def follow(engine: AsyncEngine, log: EventLog, broker: Broker) -> AsyncIterator[Callable[..., Follower]]:
    running: list[Follower] = []

    def begin(what: follower_module.Take = take) -> Follower:
        follower = Follower("relation", engine, log, broker, what)
        follower.start()
        running.append(follower)
        return follower

    yield begin
    for follower in running:
        await follower.close()


async def taken(engine: AsyncEngine) -> dict[str, list[int]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    async with engine.connect() as connection:
        for stream, seq in (await connection.execute(text("SELECT stream, seq FROM taken"))).all():
            found[stream].append(seq)
    return dict(found)


async def eventually(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(TIMEOUT_S):
        for pause_s in itertools.repeat(0.005):
            if await look():
                return
            await asyncio.sleep(pause_s)


async def caught_up(follower: Follower, but: frozenset[str] = frozenset()) -> None:
    async def look() -> bool:
        return set(await follower.behind()) == but

    await eventually(look)


async def test_every_event_once_in_order_those_of_before_included(
    engine: AsyncEngine, log: EventLog, follow: Callable[..., Follower]
) -> None:
    await log.append("a", "", 0, [PAUSED] * (AT_ONCE + 3))
    follower = follow()
    await log.append(tables.BRAND, "", 0, [PAUSED, PAUSED])
    await log.append("a", "", 0, [PAUSED])
    await caught_up(follower)
    assert await taken(engine) == {"a": list(range(1, AT_ONCE + 5)), tables.BRAND: [1, 2]}


async def test_it_goes_on_where_it_was_when_the_server_comes_back(
    engine: AsyncEngine, log: EventLog, follow: Callable[..., Follower]
) -> None:
    await log.append("a", "", 0, [PAUSED, PAUSED])
    first = follow()
    await caught_up(first)
    await first.close()
    await log.append("a", "", 0, [PAUSED])
    assert await first.behind() == {"a": 1}
    await caught_up(follow())
    assert await taken(engine) == {"a": [1, 2, 3]}


async def test_what_fails_half_way_is_not_half_written_and_holds_up_no_other(
    engine: AsyncEngine, log: EventLog, follow: Callable[..., Follower], caplog: pytest.LogCaptureFixture
) -> None:
    broken = True

    async def fails(connection: AsyncConnection, stream: str, new: Sequence[Logged]) -> None:
        await take(connection, stream, new)
        if broken and stream == "a":
            raise OSError("broken")

    follower = follow(fails)
    await log.append("a", "", 0, [PAUSED])
    await log.append("b", "", 0, [PAUSED])
    await until(lambda: "relation could not follow" in caplog.text)
    await caught_up(follower, but=frozenset({"a"}))
    assert await taken(engine) == {"b": [1]}
    broken = False
    await caught_up(follower)
    assert await taken(engine) == {"a": [1], "b": [1]}


async def test_two_servers_of_one_database_take_each_event_once(
    engine: AsyncEngine, log: EventLog, follow: Callable[..., Follower]
) -> None:
    one, other = follow(), follow()
    for _ in range(20):
        await asyncio.gather(*(log.append(stream, "", 0, [PAUSED]) for stream in ("a", "b", "a")))
    await caught_up(one)
    await caught_up(other)
    assert {stream: sorted(seqs) for stream, seqs in (await taken(engine)).items()} == {
        "a": list(range(1, 41)),
        "b": list(range(1, 21)),
    }


async def test_events_that_retention_has_deleted_hold_up_nothing(
    engine: AsyncEngine, log: EventLog, follow: Callable[..., Follower]
) -> None:
    await log.append("a", "", 0, [PAUSED, PAUSED])
    async with engine.begin() as connection:
        await connection.execute(delete(tables.events))
    follower = follow()
    await log.append("b", "", 0, [PAUSED])
    await caught_up(follower)
    await log.append("a", "", 0, [PAUSED])
    await caught_up(follower)
    assert await taken(engine) == {"a": [3], "b": [1]}
