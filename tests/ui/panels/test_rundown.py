"""The rundown: which step runs, what is left of its time, and one click to any other."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio import i18n
from studio.commands.rundown import RundownGo
from studio.state import State
from studio.state.rundown import Rundown, Step
from tests.ui.calling import of
from tests.ui.panels.shows import LONG, SHOW, StudioBridge
from ui.panels import rundown
from ui.panels.rundown import RundownPanel, step_left_s, summary

LEFT = Qt.MouseButton.LeftButton
NOW_S = 1_762_200_000.0
STEPS = (
    Step(id="1", title="Velkommen", minutes=2, notes="Sig hvem du er"),
    Step(id="2", title="Olierne", minutes=7.5, scene="b"),
    Step(id="3", title="Farvel"),
)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is always the same moment."""
    monkeypatch.setattr(rundown, "time", SimpleNamespace(time=lambda: NOW_S))


@pytest.fixture
def panel(bridge: StudioBridge, shown: Callable[..., RundownPanel]) -> RundownPanel:
    bridge.show(runs())
    return shown(RundownPanel(bridge), 360, 400)


def runs(current: str = "", ago_s: float | None = None, **changes: Any) -> State:
    since_ms = None if ago_s is None else int((NOW_S - ago_s) * 1000)
    return of(SHOW, rundown=Rundown(**({"steps": STEPS, "current": current, "since_ms": since_ms} | changes)))


def test_without_steps_it_says_with_which_key_they_are_written(panel: RundownPanel) -> None:
    panel.refresh(of(SHOW, hotkeys={"rundown": "F12"}))
    assert "F12" in panel.empty.text()
    assert panel.empty.isVisible()
    assert not panel.next.isVisible()
    assert panel.words.text() == ""


def test_a_step_is_waiting_running_or_done(panel: RundownPanel) -> None:
    panel.refresh(runs("2", 60, done=("1",)))
    assert [row.time.text() for row in panel.rows] == ["done", "6:30", ""]
    assert [row.property("place") for row in panel.rows] == ["done", "current", ""]
    assert [row.accessibleName() for row in panel.rows] == ["Velkommen, done", "Olierne, now, 6:30", "Farvel"]


def test_only_the_step_that_runs_shows_its_notes(panel: RundownPanel) -> None:
    assert not any(row.notes.isVisible() for row in panel.rows)
    panel.refresh(runs("1", 0))
    assert [row.notes.isVisible() for row in panel.rows] == [True, False, False]
    panel.refresh(runs("2", 0))
    assert not any(row.notes.isVisible() for row in panel.rows), "this one has none"


@pytest.mark.parametrize(("ago_s", "words", "look"), [(119, "0:01", "muted"), (120, "0:00", "muted"), (150, "−0:30", "warn")])
def test_a_time_that_is_over_is_counted_on_and_warned_of(panel: RundownPanel, ago_s: float, words: str, look: str) -> None:
    panel.refresh(runs("1", ago_s))
    assert (panel.rows[0].time.text(), panel.rows[0].time.objectName()) == (words, look)


def test_a_step_is_begun_by_its_button_or_as_the_next(bridge: StudioBridge, panel: RundownPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.rows[2].go, LEFT)
    qtbot.mouseClick(panel.next, LEFT)
    assert bridge.sent == [RundownGo(step="3", take=True), RundownGo(take=True)]
    panel.refresh(runs("3", 0))
    assert not panel.next.isEnabled(), "it is the last"


def test_rows_of_steps_that_stay_are_the_same(panel: RundownPanel) -> None:
    first, second, _third = panel.rows
    panel.refresh(runs(steps=(STEPS[1], of(STEPS[0], title="Godaften"), STEPS[0])))
    assert panel.rows[0] is second
    assert panel.rows[2] is first
    assert [row.title.text() for row in panel.rows] == ["Olierne", "Godaften", "Velkommen"]


def test_the_step_that_begins_comes_into_sight(bridge: StudioBridge, shown: Callable[..., RundownPanel], qtbot: QtBot) -> None:
    many = tuple(Step(id=str(number), title=f"{LONG} {number}") for number in range(60))
    bridge.show(runs(steps=many))
    panel = shown(RundownPanel(bridge), 300, 260)

    def in_sight(row: int) -> bool:
        shown_row = panel.rows[row]
        return not shown_row.visibleRegion().isEmpty()

    assert not in_sight(50)
    panel.refresh(runs("50", 0, steps=many))
    qtbot.waitUntil(lambda: in_sight(50))
    assert panel.rows[0].width() <= panel.width(), "a long title never scrolls sideways"


def test_what_is_left_is_known_only_of_a_step_with_minutes_that_has_begun() -> None:
    assert step_left_s(runs("1", 30).rundown) == pytest.approx(90)
    assert step_left_s(runs("3", 30).rundown) is None
    assert step_left_s(runs("1").rundown) is None
    assert step_left_s(runs("gone", 30).rundown) is None


@pytest.mark.parametrize(
    ("language", "current", "words"),
    [("en", "", "3 steps · "), ("en", "2", "step 2 of 3 · "), ("da", "2", "trin 2 af 3 · ")],
)
def test_the_whole_in_a_few_words(language: str, current: str, words: str) -> None:
    i18n.use(language)
    assert summary(runs(current).rundown).startswith(words)
    assert summary(Rundown()) == ""
