"""The yardsticks measure something, and the same thing each time."""

import pytest

from studio.bench.calibration import calibrate
from studio.bench.machine import HALF, describe, pinned, threads


def test_each_yardstick_says_something_plausible() -> None:
    rows = {row.unit: row.value for row in calibrate()}
    assert set(rows) == {"ms/frame", "s", "GB/s"}
    assert 0.5 < rows["ms/frame"] < 500
    assert 0.05 < rows["s"] < 60
    assert 0.05 < rows["GB/s"] < 1000


def test_half_a_machine_is_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pinned(["a", "b"]) == ["a", "b"]
    monkeypatch.setenv(HALF, "1")
    assert pinned(["a", "b"])[:2] == ["taskset", "-c"]
    assert pinned(["a", "b"])[3:] == ["a", "b"]
    assert "of which one is used" in describe()


def test_threads_are_known_by_name() -> None:
    assert threads()["MainThread"].used_s > 0
