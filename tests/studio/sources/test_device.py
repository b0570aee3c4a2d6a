"""The life of a source that holds a device: it fails with a reason, tries again with back-off, and stops when told."""

import threading
from collections.abc import Callable, Iterator

import pytest

from studio.errors import DeviceFailed
from studio.sources import device
from studio.sources.base import Report
from studio.sources.device import DeviceWorker
from tests.fakes import ManualClock, Reports, wait_for


class Waits(threading.Event):
    """A stop whose pauses are written down and cost no time."""

    asked: list[float]

    def wait(self, timeout: float | None = None) -> bool:
        if timeout is not None:
            self.asked.append(timeout)
        return super().wait(0.001)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    Waits.asked = []
    monkeypatch.setattr("studio.media.worker.threading.Event", Waits)
    yield Waits.asked
    monkeypatch.undo()


def run(
    deliver: Callable[[threading.Event], None], until: Callable[[Reports], object], clock: ManualClock | None = None
) -> Reports:
    """Run a device until something was reported; returns what it said."""
    reports = Reports(clock=clock or ManualClock())
    worker = DeviceWorker("source-camera", reports.context, deliver)
    worker.start()
    wait_for(lambda: until(reports))
    worker.close()
    return reports


def failures(count: int) -> Callable[[Reports], bool]:
    return lambda reports: sum(r.status == "failed" for r in reports.said) >= count


def test_it_says_that_it_starts_before_the_device_has_answered() -> None:
    def deliver(stop: threading.Event) -> None:
        stop.wait(30)

    reports = run(deliver, lambda r: r.said)
    assert reports.said == [Report("starting", "")]


def test_a_failed_device_is_a_reason_and_the_device_is_opened_again(waits: list[float]) -> None:
    attempts: list[int] = []

    def deliver(stop: threading.Event) -> None:
        attempts.append(1)
        raise DeviceFailed("The sound device {device} is not there", device="Røde")

    reports = run(deliver, failures(3))
    assert len(attempts) >= 3
    assert reports.failed() == "The sound device Røde is not there"


def test_it_waits_longer_each_time(waits: list[float]) -> None:
    def deliver(stop: threading.Event) -> None:
        raise DeviceFailed("gone")

    run(deliver, failures(8))
    assert waits[:7] == [3, 5, 10, 20, 30, 30, 30]


def test_a_device_that_worked_for_a_minute_is_tried_again_quickly(waits: list[float]) -> None:
    clock, attempts = ManualClock(), []

    def deliver(stop: threading.Event) -> None:
        attempts.append(1)
        if len(attempts) == 4:
            clock.advance(ms=61_000)
        raise DeviceFailed("gone")

    run(deliver, failures(6), clock)
    assert waits[:5] == [3, 5, 10, 3, 5]


def test_it_comes_back_by_itself(waits: list[float]) -> None:
    attempts: list[int] = []
    reports = Reports()

    def deliver(stop: threading.Event) -> None:
        attempts.append(1)
        if len(attempts) == 1:
            raise DeviceFailed("gone")
        reports.said.append(Report("live", ""))
        while not stop.is_set():
            stop.wait(0.01)

    worker = DeviceWorker("source-camera", reports.context, deliver)
    worker.start()
    reports.live()
    worker.close()
    assert [r.status for r in reports.said] == ["starting", "failed", "live"]


def test_a_device_that_simply_ends_has_failed(waits: list[float]) -> None:
    assert run(lambda stop: None, failures(1)).failed() == "The device stopped delivering"


def test_whatever_a_driver_raises_becomes_a_reason_and_a_line_in_the_log(
    waits: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    def deliver(stop: threading.Event) -> None:
        raise IndexError("list index out of range")

    assert run(deliver, failures(1)).failed() == "IndexError: list index out of range"
    assert "source-camera failed" in caplog.text


def test_closing_interrupts_the_pause() -> None:
    def deliver(stop: threading.Event) -> None:
        raise DeviceFailed("gone")

    assert device.RETRY_S[0] > 2  # so the leak watch would notice
    reports = run(deliver, failures(1))
    assert len([r for r in reports.said if r.status == "failed"]) == 1


def test_what_happens_while_closing_is_no_failure() -> None:
    opened = threading.Event()

    def deliver(stop: threading.Event) -> None:
        opened.set()
        stop.wait(30)
        raise DeviceFailed("the recorder was closed under us")

    assert run(deliver, lambda r: opened.is_set()).status == "starting"


# ── a device that hangs ──────────────────────────────────────────────────────────────────────────────────────


class Hanging:
    """A device whose reads hang when the test says so; each opening is counted."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.reports = Reports(clock=self.clock)
        self.opened = 0
        self.hangs = threading.Event()
        self.freed = threading.Event()
        self.worker = DeviceWorker("source-camera", self.reports.context, self.deliver)

    def deliver(self, stop: threading.Event) -> None:
        self.opened += 1
        self.reports.said.append(Report("live", ""))
        while not stop.is_set():
            if self.hangs.is_set():
                self.freed.wait(10)  # stuck in the driver: it does not even see `stop`
            else:
                self.worker.delivered()
            stop.wait(0.001)

    def pass_time(self, ms: float) -> str | None:
        """Its status then."""
        self.clock.advance(ms=ms)
        self.worker.check(self.clock.now_ns())
        return self.reports.status


def test_a_device_that_hangs_is_stale_and_is_opened_again_beside_the_stuck_one() -> None:
    device = Hanging()
    device.worker.start()
    device.reports.live()
    device.pass_time(0)
    device.hangs.set()
    wait_for(lambda: device.pass_time(300) == "stale")
    assert device.reports.reason == "Nothing new comes from the device"
    device.hangs.clear()
    device.pass_time(3000)
    wait_for(lambda: device.opened == 2)
    wait_for(lambda: device.pass_time(0) == "live")
    device.freed.set()
    device.worker.close()
    assert [r.status for r in device.reports.said if r.status != "live"] == ["starting", "stale"]


def test_a_hang_that_passes_is_live_again_without_reopening() -> None:
    device = Hanging()
    device.worker.start()
    device.reports.live()
    device.hangs.set()
    wait_for(lambda: device.pass_time(300) == "stale")
    device.hangs.clear()
    device.freed.set()
    wait_for(lambda: device.pass_time(0) == "live")
    device.worker.close()
    assert device.opened == 1
