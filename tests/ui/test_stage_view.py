"""Items on the preview, by mouse and by keys."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDoubleSpinBox
from pytestqt.qtbot import QtBot

from studio.commands.scene import ItemSet, ScenePreview
from studio.state import SceneItem
from tests.ui.conftest import Open, state
from ui.main_window import MainWindow
from ui.models.stage import handle_points, shape
from ui.panels.stage_view import StageView


@pytest.fixture
def window(opened: Open, qtbot: QtBot) -> MainWindow:
    made = opened(window__workspace="producer")
    made._bridge.run(ScenePreview(scene="a"))
    qtbot.waitUntil(lambda: state(made).scenes.preview == "a" and state(made).sources[2].width > 0)
    return made


def item(window: MainWindow) -> SceneItem:
    return state(window).scenes.scenes[0].items[-1]


def at(stage: StageView, x: float, y: float) -> QPoint:
    return stage._view_point(x, y).toPoint()


def settled(window: MainWindow, qtbot: QtBot) -> None:
    """Everything that was sent has been done: commands are run in order."""
    done: list[object] = []
    window._bridge.run(ScenePreview(scene="a"), done.append)
    qtbot.waitUntil(lambda: bool(done))


def drag(qtbot: QtBot, stage: StageView, start: QPoint, by: QPoint, held: Qt.KeyboardModifier | None = None) -> None:
    modifier = held or Qt.KeyboardModifier.NoModifier
    qtbot.mousePress(stage, Qt.MouseButton.LeftButton, modifier, start)
    for step in (0.3, 0.7, 1.0):
        move(stage, start + QPoint(round(by.x() * step), round(by.y() * step)), modifier)
    qtbot.mouseRelease(stage, Qt.MouseButton.LeftButton, modifier, start + by)


def move(stage: StageView, to: QPoint, held: Qt.KeyboardModifier) -> None:
    """QTest's mouseMove knows no modifiers."""
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    place = QPointF(to)
    left = Qt.MouseButton.LeftButton
    stage.mouseMoveEvent(QMouseEvent(QEvent.Type.MouseMove, place, stage.mapToGlobal(place), left, left, held))


def test_an_item_is_taken_and_moved_and_that_is_one_step_to_undo(window: MainWindow, qtbot: QtBot) -> None:
    stage, before = window.workspaces.producer.stage, item(window).transform
    drag(qtbot, stage, at(stage, before.x + 60, before.y + 40), QPoint(60, -50))
    settled(window, qtbot)
    assert item(window).transform.x > before.x + 60
    assert item(window).transform.y < before.y - 60
    assert (stage.item or item(window)).id == "2"
    assert len(state(window).undo) == 1
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: item(window).transform == before)


def test_a_corner_sizes_and_alt_crops(window: MainWindow, qtbot: QtBot) -> None:
    stage = window.workspaces.producer.stage
    stage.select("2")
    found = shape(state(window), item(window))
    assert found is not None
    corner = at(stage, *handle_points(found)["bottom_right"])
    drag(qtbot, stage, corner, QPoint(40, 20))
    settled(window, qtbot)
    assert item(window).transform.scale_x > 1.1
    assert item(window).transform.scale_x == pytest.approx(item(window).transform.scale_y)
    found = shape(state(window), item(window))
    assert found is not None
    drag(qtbot, stage, at(stage, *handle_points(found)["right"]), QPoint(-30, 0), Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: item(window).transform.crop_right > 20)


def test_the_arm_turns_in_steps(window: MainWindow, qtbot: QtBot) -> None:
    stage = window.workspaces.producer.stage
    stage.select("2")
    found = shape(state(window), item(window))
    assert found is not None
    drag(qtbot, stage, at(stage, *stage._turning_point(found)), QPoint(150, 60))
    qtbot.waitUntil(lambda: item(window).transform.rotation != 0)
    assert item(window).transform.rotation % 15 == 0


def test_keys_go_through_the_items_move_restack_and_remove(window: MainWindow, qtbot: QtBot) -> None:
    stage = window.workspaces.producer.stage
    stage.setFocus()
    qtbot.keyClick(stage, Qt.Key.Key_Tab)
    assert stage.item is not None
    assert stage.item.id == "2", "the topmost first"
    x = item(window).transform.x
    qtbot.keyClick(stage, Qt.Key.Key_Right)
    qtbot.keyClick(stage, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: item(window).transform.x == x + 11)
    qtbot.keyClick(stage, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: state(window).scenes.scenes[0].items[0].id == "2")
    qtbot.keyClick(stage, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(state(window).scenes.scenes[0].items) == 1)
    assert stage.item is None


def test_a_locked_item_is_not_taken_and_says_why_to_keys(window: MainWindow, qtbot: QtBot) -> None:
    stage = window.workspaces.producer.stage
    for one in ("1", "2"):
        window._bridge.run(ItemSet(scene="a", item=one, locked=True))
    qtbot.waitUntil(lambda: all(one.locked for one in state(window).scenes.scenes[0].items))
    before = item(window).transform
    drag(qtbot, stage, at(stage, before.x + 60, before.y + 40), QPoint(60, -50))
    assert stage.item is None
    stage.select("2")
    qtbot.keyClick(stage, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: window.notice.isVisible())
    assert item(window).transform == before


def test_lists_and_properties_follow_what_is_taken(window: MainWindow, qtbot: QtBot) -> None:
    producer = window.workspaces.producer
    producer.stage.select("2")
    assert [row.property("place") for row in producer.items.rows] == ["current", ""]
    properties = producer.properties
    assert properties.words.text() == "Name"
    assert properties.form is not None
    title = properties.form.controls["title"]
    title.setText("Jonas Lind")  # type: ignore[attr-defined]
    title.editingFinished.emit()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: state(window).sources[2].settings["title"] == "Jonas Lind")
    across = properties.numbers["x"]
    assert isinstance(across, QDoubleSpinBox)
    across.setValue(400)
    qtbot.waitUntil(lambda: item(window).transform.x == 400)
    row = producer.items.rows[0]
    qtbot.mouseClick(row.shown, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not item(window).visible and row.shown.text() == "Hidden")
    properties._align("right")
    qtbot.waitUntil(lambda: item(window).transform.x > 1000)
