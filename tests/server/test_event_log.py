"""The spine of the server: nothing lost, nothing twice, nothing half."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.events import LeaseTaken, ShowRenamed, ShowStarted
from studio.server.broker import Broker
from studio.server.db import shows as show_rows
from studio.server.db import tables
from studio.server.db.engine import open_database
from studio.server.event_log import EventLog
from tests.fakes import TIMEOUT_S, ManualClock, until
from tests.server.conftest import BOTH_DATABASES

pytestmark = BOTH_DATABASES
SHOWS = ("a", "b", "c")
STARTED = ShowStarted()


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = await open_database(database)
    async with engine.begin() as connection:
        for show in SHOWS:
            await show_rows.create(connection, {"id": show, "title": show, "key": "k", "created_ms": 1})
    yield engine
    await engine.dispose()


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
async def log(engine: AsyncEngine, broker: Broker) -> AsyncIterator[EventLog]:
    log = EventLog(engine, broker, ManualClock(wall_ms=1_700_000_000_123))
    log.start()
    yield log
    await log.close()


async def title(engine: AsyncEngine, show: str) -> str:
    async with engine.connect() as connection:
        return str((await connection.execute(select(tables.shows.c.title).where(tables.shows.c.id == show))).scalar_one())


def renames(name: str) -> Callable[[AsyncConnection], Awaitable[None]]:
    async def change(connection: AsyncConnection) -> None:
        await show_rows.change(connection, "a", title=name)

    return change


async def fails(connection: AsyncConnection) -> None:
    await show_rows.change(connection, "a", title="half done")
    raise LookupError("on purpose")


async def test_two_hundred_at_once_over_three_shows_have_no_gap_and_no_double(log: EventLog) -> None:
    appends = [log.append(SHOWS[n % 3], f"actor-{n}", n, [ShowRenamed(title=f"{n}")]) for n in range(200)]
    answers = await asyncio.gather(*appends)
    for number, show in enumerate(SHOWS):
        stored = await log.since(show, 0)
        assert [item.seq for item in stored] == list(range(1, len(stored) + 1))
        told = [item for answer in answers[number::3] for item in answer]
        assert sorted(told, key=lambda item: item.seq) == stored
    assert sum(map(len, answers)) == 200


async def test_what_arrives_together_is_one_transaction(log: EventLog, engine: AsyncEngine) -> None:
    commits: list[int] = []
    event.listen(engine.sync_engine, "commit", lambda connection: commits.append(1))
    await asyncio.gather(*(log.append("a", "x", 0, [STARTED]) for _ in range(200)))
    assert len(commits) <= 3


async def test_events_of_one_append_follow_each_other(log: EventLog) -> None:
    first, second = await asyncio.gather(
        log.append("a", "x", 0, [STARTED, ShowRenamed(title="x")]), log.append("a", "y", 0, [STARTED, STARTED])
    )
    assert [item.seq for item in first] == [1, 2]
    assert [item.seq for item in second] == [3, 4]


async def test_an_event_keeps_who_when_and_where_in_the_show(log: EventLog) -> None:
    await log.append("a", "desk-1", 4711, [ShowRenamed(title="Ny titel")])
    (item,) = await log.since("a", 0)
    assert (item.seq, item.actor, item.media_ms, item.at_ms) == (1, "desk-1", 4711, 1_700_000_000_123)
    assert item.data == ShowRenamed(title="Ny titel")


async def test_the_audience_and_type_stand_in_the_row(log: EventLog, engine: AsyncEngine) -> None:
    await log.append("a", "x", 0, [STARTED, LeaseTaken(holder="Anna", previous="", epoch=1)])
    async with engine.connect() as connection:
        rows = (
            await connection.execute(select(tables.events.c.type, tables.events.c.audience).order_by(tables.events.c.seq))
        ).all()
    assert [tuple(row) for row in rows] == [("show.started", "public"), ("lease.taken", "studio")]


async def test_since_gives_what_is_newer_oldest_first_and_no_more_than_asked(log: EventLog) -> None:
    await log.append("a", "x", 0, [STARTED] * 9)
    assert [item.seq for item in await log.since("a", 4)] == [5, 6, 7, 8, 9]
    assert [item.seq for item in await log.since("a", 4, limit=2)] == [5, 6]
    assert await log.since("a", 9) == []
    assert await log.since("b", 0) == []


async def test_a_change_is_stored_with_its_events(log: EventLog, engine: AsyncEngine) -> None:
    await log.append("a", "x", 0, [STARTED], renames("new"))
    assert await title(engine, "a") == "new"
    assert len(await log.since("a", 0)) == 1


async def test_a_change_without_events_is_stored_and_wakes_nobody(log: EventLog, engine: AsyncEngine, broker: Broker) -> None:
    woken: list[int] = []
    broker.follow("a", lambda: woken.append(1))
    assert await log.append("a", "x", 0, [], renames("quiet")) == []
    assert await title(engine, "a") == "quiet"
    assert not woken


async def test_a_failing_change_stores_nothing_of_its_own_and_hurts_no_other(log: EventLog, engine: AsyncEngine) -> None:
    answers = await asyncio.gather(
        log.append("a", "before", 0, [STARTED]),
        log.append("a", "bad", 0, [STARTED, STARTED], fails),
        log.append("a", "after", 0, [STARTED]),
        log.append("b", "other", 0, [STARTED]),
        return_exceptions=True,
    )
    assert isinstance(answers[1], LookupError)
    assert [(item.seq, item.actor) for item in await log.since("a", 0)] == [(1, "before"), (2, "after")]
    assert len(await log.since("b", 0)) == 1
    assert await title(engine, "a") == "a"


async def test_a_show_that_is_not_there_is_its_callers_error_only(log: EventLog) -> None:
    good, bad = await asyncio.gather(
        log.append("a", "x", 0, [STARTED]), log.append("nope", "x", 0, [STARTED]), return_exceptions=True
    )
    assert isinstance(bad, Exception)
    assert isinstance(good, list)
    assert good[0].seq == 1


async def test_a_caller_that_gave_up_takes_nobody_with_it(log: EventLog) -> None:
    impatient = asyncio.create_task(log.append("a", "gone", 0, [STARTED], fails))
    patient = asyncio.create_task(log.append("a", "here", 0, [STARTED]))
    await asyncio.sleep(0)
    impatient.cancel()
    assert (await asyncio.wait_for(patient, TIMEOUT_S))[0].actor == "here"
    assert [item.actor for item in await log.since("a", 0)] == ["here"]


async def test_when_the_commit_fails_every_caller_gets_the_error_and_nothing_is_stored(
    log: EventLog, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    def disk_full(connection: object) -> None:
        raise OperationalError("COMMIT", None, Exception("disk is full"))

    event.listen(engine.sync_engine, "commit", disk_full)
    answers = await asyncio.wait_for(
        asyncio.gather(*(log.append("a", f"{n}", 0, [STARTED]) for n in range(5)), return_exceptions=True), TIMEOUT_S
    )
    event.remove(engine.sync_engine, "commit", disk_full)
    assert all(isinstance(answer, OperationalError) for answer in answers)
    assert "events could not be stored" in caplog.text
    assert await log.since("a", 0) == []
    assert (await log.append("a", "later", 0, [STARTED]))[0].seq == 1


async def test_when_the_transaction_cannot_begin_every_caller_gets_the_error(
    log: EventLog, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    def locked(connection: object) -> None:
        raise OperationalError("BEGIN", None, Exception("database is locked"))

    event.listen(engine.sync_engine, "begin", locked)
    answers = await asyncio.wait_for(
        asyncio.gather(*(log.append("a", f"{n}", 0, [STARTED]) for n in range(5)), return_exceptions=True), TIMEOUT_S
    )
    event.remove(engine.sync_engine, "begin", locked)
    assert all(isinstance(answer, OperationalError) for answer in answers)
    assert (await log.append("a", "later", 0, [STARTED]))[0].seq == 1


async def test_followers_are_woken_once_a_group_after_it_is_stored(log: EventLog, broker: Broker) -> None:
    seen: list[int] = []
    woken: list[asyncio.Task[None]] = []

    async def look() -> None:
        seen.append(len(await log.since("a", 0)))

    broker.follow("a", lambda: woken.append(asyncio.create_task(look())))
    await asyncio.gather(*(log.append("a", "x", 0, [STARTED]) for _ in range(50)))
    await until(lambda: seen)
    await asyncio.gather(*woken)
    assert seen == [50]


async def test_closing_writes_what_still_waits(engine: AsyncEngine, broker: Broker) -> None:
    log = EventLog(engine, broker, ManualClock())
    log.start()
    waiting = [asyncio.create_task(log.append("a", "x", 0, [STARTED])) for _ in range(60)]
    await asyncio.sleep(0)
    await log.close()
    assert len(await asyncio.gather(*waiting)) == 60


async def test_the_numbers_go_on_after_a_restart(engine: AsyncEngine, broker: Broker) -> None:
    for expected in (1, 2, 3):
        log = EventLog(engine, broker, ManualClock())
        log.start()
        assert (await log.append("a", "x", 0, [STARTED]))[0].seq == expected
        await log.close()
