"""Ducking: down while somebody speaks, up again slowly."""

import pytest

from studio.audio.ducking import Duck
from studio.audio.meter import gain
from studio.state.effects import Ducking

SETTING = Ducking(key="mic", threshold_db=-35, depth_db=12, attack_ms=50, release_ms=500)


def run(duck: Duck, blocks: int, level_db: float, setting: Ducking | None = SETTING) -> list[float]:
    return [duck.next(setting, level_db) for _ in range(blocks)]


def test_it_goes_down_by_its_depth_while_somebody_speaks_and_comes_back() -> None:
    duck = Duck()
    assert run(duck, 10, -60)[-1] == 1
    down = run(duck, 30, -20)
    assert down == sorted(down, reverse=True)
    assert down[-1] == pytest.approx(gain(-12), abs=0.01)
    up = run(duck, 200, -60)
    assert up == sorted(up)
    assert up[-1] == 1
    assert up[10] < 0.75, "more slowly than it went"


def test_without_a_setting_it_comes_back() -> None:
    duck = Duck()
    run(duck, 50, -20)
    assert run(duck, 60, -20, None)[-1] == 1
