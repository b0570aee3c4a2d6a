"""Between preview and programme: one take a second, transitions by click, and in words what the audience will notice."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.commands.scene import SceneTake, TransitionMove, TransitionSet
from studio.state import Channel, State
from tests.ui.calling import of
from tests.ui.panels.shows import SHOW, StudioBridge, mixed, scenes, sourced
from ui.panels import take_column
from ui.panels.take_column import STEPS, TakeColumn

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def column(bridge: StudioBridge, shown: Callable[..., TakeColumn], monkeypatch: pytest.MonkeyPatch) -> TakeColumn:
    """No second take is swallowed."""
    monkeypatch.setattr(take_column, "SWALLOW_S", 0)
    return shown(TakeColumn(bridge), 240, 620)


def put(bridge: StudioBridge, column: TakeColumn, state: State) -> None:
    bridge.show(state)
    column.refresh(state)


def test_a_second_take_is_swallowed_whichever_way_it_comes(
    bridge: StudioBridge, column: TakeColumn, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_column, "SWALLOW_S", 3600)
    at_s = iter([10_000.0, 10_001.0, 13_599.0, 13_600.0])
    monkeypatch.setattr(take_column, "time", SimpleNamespace(monotonic=at_s.__next__))
    for _take in range(2):
        qtbot.mouseClick(column.take_button, LEFT)
    column.tbar.setValue(STEPS)
    assert bridge.sent == [SceneTake()]
    column.tbar.setValue(0)
    bridge.sent.clear()
    column.take()
    assert bridge.sent == [SceneTake()], "when the time is over it takes again"


@pytest.mark.parametrize("preview", ["", "a"])
def test_there_is_nothing_to_take_where_nothing_would_change(bridge: StudioBridge, column: TakeColumn, preview: str) -> None:
    put(bridge, column, scenes(preview=preview))
    assert not column.take_button.isEnabled()
    column.take()
    assert bridge.sent == [], "nor by the key"


def test_a_kind_of_transition_is_chosen_and_followed(bridge: StudioBridge, column: TakeColumn, qtbot: QtBot) -> None:
    assert [name for name, button in column.kinds.items() if button.isChecked()] == ["fade"]
    qtbot.mouseClick(column.kinds["slide"], LEFT)
    assert bridge.sent == [TransitionSet(kind="slide")]
    put(bridge, column, scenes(transition="wipe"))
    assert [name for name, button in column.kinds.items() if button.isChecked()] == ["wipe"]
    assert len(bridge.sent) == 1, "what came is not sent back"


@pytest.mark.parametrize(
    ("transition", "lasts", "goes"),
    [
        ("cut", False, False),
        ("fade", True, False),
        ("fade_black", True, False),
        ("slide", True, True),
        ("wipe", True, True),
        ("stinger", False, False),
    ],
)
def test_what_a_transition_does_not_have_cannot_be_set(
    bridge: StudioBridge, column: TakeColumn, transition: Any, lasts: bool, goes: bool
) -> None:
    put(bridge, column, scenes(transition=transition, stinger="film"))
    assert (column.duration.isEnabled(), column.direction.isEnabled()) == (lasts, goes)


def test_a_number_that_is_being_typed_is_not_told_nor_overwritten(bridge: StudioBridge, column: TakeColumn, qtbot: QtBot) -> None:
    column.duration.setFocus()
    column.duration.selectAll()
    qtbot.keyClicks(column.duration, "1250")
    assert bridge.sent == []
    put(bridge, column, scenes(transition_ms=700))
    qtbot.keyClick(column.duration, Qt.Key.Key_Return)
    assert bridge.sent == [TransitionSet(kind="fade", duration_ms=1250)]


@pytest.mark.parametrize(("typed", "sent"), [("99999", 20_000), ("0", 0)])
def test_a_duration_keeps_to_its_limits(bridge: StudioBridge, column: TakeColumn, qtbot: QtBot, typed: str, sent: int) -> None:
    column.duration.setValue(int(typed))
    assert bridge.sent == [TransitionSet(kind="fade", duration_ms=sent)]


def test_the_t_bar_is_followed_unless_a_hand_is_on_it(bridge: StudioBridge, column: TakeColumn) -> None:
    put(bridge, column, scenes(tbar=0.25))
    assert (column.tbar.value(), bridge.sent) == (STEPS // 4, [])
    column.tbar.setSliderDown(True)
    column.tbar.setValue(400)
    put(bridge, column, scenes(tbar=0.1))
    assert column.tbar.value() == 400
    assert bridge.sent == [TransitionMove(position=0.4)]
    column.tbar.setSliderDown(False)
    assert column.tbar.value() == 100, "let go, it stands where the picture is"


def test_a_film_makes_the_stinger_and_none_gives_it_up(bridge: StudioBridge, column: TakeColumn, qtbot: QtBot) -> None:
    assert not column.kinds["stinger"].isEnabled()
    assert [column.film.itemText(at) for at in range(column.film.count())] == ["None", "Intro"]
    column.film.setFocus()
    qtbot.keyClick(column.film, Qt.Key.Key_Down)
    put(bridge, column, scenes(transition="stinger", stinger="film"))
    assert column.kinds["stinger"].isEnabled()
    qtbot.keyClick(column.film, Qt.Key.Key_Up)
    assert bridge.sent == [TransitionSet(kind="stinger", stinger="film"), TransitionSet(kind="fade", stinger="")]


def test_a_stingers_film_that_is_gone_is_still_named(bridge: StudioBridge, column: TakeColumn) -> None:
    put(bridge, column, of(scenes(stinger="film"), sources=()))
    assert column.film.currentData() == "film"


def test_a_direction_goes_with_the_transition_of_now(bridge: StudioBridge, column: TakeColumn, qtbot: QtBot) -> None:
    put(bridge, column, scenes(transition="wipe"))
    column.direction.setFocus()
    qtbot.keyClick(column.direction, Qt.Key.Key_Down)
    assert bridge.sent == [TransitionSet(kind="wipe", direction="right")]


def test_a_sound_that_would_end_is_warned_of(bridge: StudioBridge, column: TakeColumn) -> None:
    assert "Silences Mikrofon" in column.changes.text()
    assert column.changes.objectName() == "warn"
    put(bridge, column, mixed(Channel(source="mic", muted=True), Channel(source="film", muted=True)))
    assert column.changes.text() == "Adds Intro\nRemoves Kamera, Mikrofon, Mette Holm"
    assert column.changes.objectName() == "muted"


def test_a_picture_that_does_not_come_is_said_first(bridge: StudioBridge, column: TakeColumn) -> None:
    put(bridge, column, sourced("film", status="failed"))
    assert column.changes.text().splitlines()[0] == "Delivers no picture now: Intro"
    put(bridge, column, SHOW)
    assert "no picture" not in column.changes.text()
