"""A thread with one owner."""

import threading

import pytest

from studio.media.worker import Worker
from tests.fakes import wait_for


def test_it_runs_under_its_name_until_it_is_told_to_stop() -> None:
    names: list[str] = []

    def work(stop: threading.Event) -> None:
        names.append(threading.current_thread().name)
        stop.wait(30)

    worker = Worker("encode-1080", work)
    assert not worker.alive
    worker.start()
    wait_for(lambda: names)
    assert worker.alive
    worker.close()
    assert not worker.alive
    assert names == ["encode-1080"]


def test_its_crash_is_logged_and_told_to_its_owner(caplog: pytest.LogCaptureFixture) -> None:
    told: list[BaseException] = []

    def work(stop: threading.Event) -> None:
        raise OSError("the disk is gone")

    worker = Worker("recorder", work, told.append)
    worker.start()
    wait_for(lambda: told)
    worker.close()
    assert str(told[0]) == "the disk is gone"
    assert "thread recorder failed" in caplog.text


def test_closing_twice_or_before_it_began_does_nothing() -> None:
    worker = Worker("never", lambda stop: None)
    worker.close()
    worker.close()
    assert not worker.alive


def test_it_may_close_itself() -> None:
    done = threading.Event()

    def work(stop: threading.Event) -> None:
        worker.close()
        done.set()

    worker = Worker("self", work)
    worker.start()
    assert done.wait(60)
    worker.close()


def test_work_that_does_not_stop_in_time_is_named_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    let_go = threading.Event()
    worker = Worker("stubborn", lambda stop: (let_go.wait(30), None)[1])
    worker.start()
    worker.close(timeout_s=0.01)
    assert "thread stubborn did not stop" in caplog.text
    let_go.set()
    worker.close()
