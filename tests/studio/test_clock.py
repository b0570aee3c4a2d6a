"""The machine's own clock."""

import threading
import time

from studio.clock import NS_PER_MS, NS_PER_S, MonotonicClock
from tests.fakes import ManualClock, wait_for


def test_it_never_goes_back_and_counts_nanoseconds() -> None:
    clock = MonotonicClock()
    times = [clock.now_ns() for _ in range(100)]
    assert times == sorted(times)
    assert abs(clock.now_ns() - time.monotonic_ns()) < NS_PER_S


def test_the_wall_clock_is_in_milliseconds_of_the_epoch() -> None:
    assert abs(MonotonicClock().wall_ms() - time.time() * 1000) < 5000


def test_waiting_ends_when_the_time_has_come() -> None:
    clock, stop = MonotonicClock(), threading.Event()
    due = clock.now_ns() + 5 * NS_PER_MS
    assert clock.wait_until(due, stop)
    assert clock.now_ns() >= due


def test_what_is_past_is_not_waited_for() -> None:
    assert MonotonicClock().wait_until(0, threading.Event())


def test_who_is_told_to_stop_does_not_wait() -> None:
    clock, stop = MonotonicClock(), threading.Event()
    stop.set()
    assert not clock.wait_until(clock.now_ns() + 60 * NS_PER_S, stop)
    assert not clock.wait_until(0, stop)


def test_the_tests_own_clock_waits_for_its_hands() -> None:
    clock, stop, came = ManualClock(), threading.Event(), []
    thread = threading.Thread(target=lambda: came.append(clock.wait_until(clock.now_ns() + NS_PER_MS, stop)))
    thread.start()
    assert came == []
    clock.advance(ms=1)
    wait_for(lambda: came)
    thread.join()
    assert came == [True]
