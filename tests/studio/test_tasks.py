"""Work beside other work: it ends with its owner, and says how it failed."""

import asyncio
import logging

import pytest

from studio.errors import Unreachable
from studio.tasks import Tasks
from tests.fakes import until

log = logging.getLogger("studio.test_tasks")


async def fails(error: Exception) -> None:
    raise error


async def test_a_failure_is_logged_with_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    tasks = Tasks(log)
    tasks.spawn(fails(ValueError("so")), "counting")
    await until(lambda: not tasks)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [("ERROR", "counting failed")]
    assert caplog.records[0].exc_info is not None


async def test_what_is_expected_to_fail_so_is_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    tasks = Tasks(log, Unreachable)
    tasks.spawn(fails(Unreachable("the link is down")), "a signal")
    await until(lambda: not tasks)
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("INFO", "a signal failed: the link is down")
    ]


async def test_they_end_with_their_owner_even_before_they_have_begun() -> None:
    tasks = Tasks(log)
    begun: list[int] = []

    async def work(number: int) -> None:
        begun.append(number)
        await asyncio.Event().wait()

    tasks.spawn(work(1), "one")
    await until(lambda: begun == [1])
    tasks.spawn(work(2), "two")
    await tasks.close()
    assert (begun, len(tasks)) == ([1], 0)


async def test_who_needs_a_moment_gets_it() -> None:
    tasks = Tasks(log)
    gate, done = asyncio.Event(), []

    async def work() -> None:
        await gate.wait()
        done.append(1)

    tasks.spawn(work(), "slow")
    asyncio.get_running_loop().call_soon(gate.set)
    await tasks.close(60.0)
    assert done == [1]


async def test_what_begins_more_is_waited_for_too() -> None:
    tasks = Tasks(log)
    done: list[str] = []

    async def second() -> None:
        done.append("second")

    async def first() -> None:
        tasks.spawn(second(), "second")
        done.append("first")

    tasks.spawn(first(), "first")
    await tasks.finish()
    assert done == ["first", "second"]


async def test_a_future_is_work_as_well() -> None:
    tasks = Tasks(log)
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = tasks.spawn(future, "waiting")
    future.set_result(5)
    assert await task == 5
