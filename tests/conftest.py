"""What every test gets: a home of its own, and a look afterwards at the threads and tasks it left behind."""

import asyncio
import gc
import inspect
import os
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import web_app
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile(
    "vitrine",
    deadline=None,  # two cores shared with encoders: a slow example says nothing
    max_examples=50,
    derandomize=True,  # the same examples for everybody
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile("search", settings.get_profile("vitrine"), derandomize=False, max_examples=1000)  # for new ones
settings.load_profile("vitrine")

LEAK_TIMEOUT_S = 20.0
TESTS_A_COLLECTION = 10
LASTING_THREADS = (
    "asyncio_",  # the loop's default executor: pytest-asyncio ends it with the loop, after this look
    "soundcard",  # the PulseAudio main loop that `import soundcard` starts for the life of the process
)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Garbage is collected between tests: what many have left takes seconds, in which the one that runs would stand still with a
    database locked or a connection unanswered. What is loaded by now stays, and need not be looked at."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], 1_000_000)


def pytest_runtest_logfinish(nodeid: str) -> None:
    global _tests
    _tests += 1
    if _tests % TESTS_A_COLLECTION == 0:
        web_app._cached_build_middleware.cache_clear()  # keeps a thousand handlers, and with each the server it is of
        gc.collect()


_tests = 0


def _may_last(thread: threading.Thread) -> bool:
    # A dummy is not a Python thread: a callback of Qt or PulseAudio once asked who it was.
    return isinstance(thread, threading._DummyThread) or thread.name.startswith(LASTING_THREADS)


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test whose threads outlive it."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + LEAK_TIMEOUT_S
    for thread in set(threading.enumerate()) - before:
        if not _may_last(thread):
            thread.join(max(0.0, deadline - time.monotonic()))
    leaked = [t.name for t in set(threading.enumerate()) - before if not _may_last(t)]
    if leaked:
        pytest.fail(f"threads outlived the test: {', '.join(sorted(leaked))}")


@pytest.fixture
async def _no_pending_tasks() -> AsyncIterator[None]:
    yield
    me = asyncio.current_task()
    # What is being cancelled gets time to end.
    deadline = time.monotonic() + LEAK_TIMEOUT_S
    while pending := [task for task in asyncio.all_tasks() if task is not me]:
        if time.monotonic() > deadline:
            break
        await asyncio.sleep(0.005)
    else:
        return
    pytest.fail(f"tasks outlived the test: {', '.join(sorted(task.get_name() for task in pending))}")


@pytest.fixture(autouse=True)
def no_pending_tasks(request: pytest.FixtureRequest) -> None:
    """Fail an asynchronous test that leaves a task behind; set up first, so that it looks last."""
    if inspect.iscoroutinefunction(getattr(request, "function", None)):
        request.getfixturevalue("_no_pending_tasks")


@pytest.fixture(autouse=True)
def no_language_left() -> Iterator[None]:
    """The language is the process': a test that chooses one must not choose it for the next."""
    from studio import i18n

    before = i18n.language()
    yield
    i18n.use(before)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, data and runtime files of this test only."""
    monkeypatch.setenv("VITRINE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(scope="session")
def fresh_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server's database that has been migrated and is empty, to copy."""
    from studio.server.config import sqlite_url
    from studio.server.db.engine import open_database

    path = tmp_path_factory.mktemp("database") / "fresh.sqlite"

    async def make() -> None:
        await (await open_database(sqlite_url(path))).dispose()

    asyncio.run(make())
    return path


@pytest.fixture(scope="session")
def gui(qapp: object) -> object:
    """The Qt application that drawing needs; pytest-qt's, so that window tests in the same run have the same one."""
    from studio.overlays.painter import ensure_gui

    app = ensure_gui()
    assert app is qapp
    return app
