"""The pointer and the snapshot: places are of the picture, and nothing is pointed at or kept that is not seen."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from studio.commands import call as calls
from studio.errors import WrongState
from tests.ui.calling import REMOTE, FakeBridge, of, talking
from tests.ui.support.looking import LEFT, picture, seen
from ui.main_window import MainWindow
from ui.workspaces.support import SupportWorkspace


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280), (640, 640)])
def test_places_are_of_the_picture_not_of_the_window(
    bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot, width: int, height: int
) -> None:
    bridge.show(talking())
    seen(bridge, support, qtbot, width, height)
    view = support.stage.call.picture
    shown = view.box()
    assert shown.width() / shown.height() == pytest.approx(width / height, rel=0.02)
    assert shown.width() <= view.width()
    assert shown.height() <= view.height()
    assert view.place_of(shown.center()) == pytest.approx((0.5, 0.5), abs=0.01)
    quarter = QPointF(shown.left() + shown.width() / 4, shown.top() + shown.height() * 3 / 4)
    assert view.place_of(quarter) == pytest.approx((0.25, 0.75), abs=0.01)
    if width < height:
        assert view.place_of(QPointF(shown.left() - 5, shown.center().y())) is None, "beside the picture is nowhere"


def test_the_pointer_points_and_draws_only_while_it_is_in_hand(
    bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot
) -> None:
    bridge.show(talking())
    seen(bridge, support, qtbot, 720, 1280)
    page = support.stage.call
    view, shown = page.picture, page.picture.box()
    middle = shown.center().toPoint()
    qtbot.mouseClick(view, LEFT, pos=middle)
    assert bridge.sent_of(calls.CallPoint) == []
    qtbot.mouseClick(page.controls.pointer, LEFT)
    qtbot.mouseClick(view, LEFT, pos=middle)
    (point,) = bridge.sent_of(calls.CallPoint)
    assert point.places[0] == pytest.approx((0.5, 0.5), abs=0.01)
    qtbot.mouseClick(view, LEFT, pos=QPoint(round(shown.left()) - 20, middle.y()))
    assert len(bridge.sent_of(calls.CallPoint)) == 1, "beside the picture"
    qtbot.mousePress(view, LEFT, pos=middle)
    for step in range(1, 40):
        qtbot.mouseMove(view, middle + QPoint(step * 10, 0))
    qtbot.mouseRelease(view, LEFT, pos=middle + QPoint(390, 0))
    line = bridge.sent_of(calls.CallPoint)[-1].places
    assert len(line) > 5
    assert line[-1][0] == 1.0, "at its edge, not beyond"
    assert all(0 <= place <= 1 for pair in line for place in pair)
    qtbot.waitUntil(lambda: not view._strokes)
    qtbot.mouseClick(page.controls.pointer, LEFT)
    assert bridge.sent[-1] == calls.CallPoint(), "what was drawn goes with the pointer"


def test_the_pointer_by_keys(bridge: FakeBridge, window: MainWindow, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(talking())
    seen(bridge, support, qtbot)
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    view = support.stage.call.picture
    view.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(view, key, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert bridge.sent_of(calls.CallPoint)[-1].places[0] == pytest.approx((0.6, 0.6))
    bridge.show(talking(remote=of(REMOTE, picture=False)))
    assert not view.pointing, "without a picture there is nothing to point at"


def test_a_snapshot_stands_still_and_says_where_it_lies(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(talking())
    seen(bridge, support, qtbot)
    bridge.answers["call.snapshot"] = str(Path.home() / "pictures" / "Anne.png")
    page = support.stage.call
    qtbot.mouseClick(page.controls.snap, LEFT)
    assert bridge.sent == [calls.CallSnapshot()]
    assert page.picture.frozen
    assert page.frozen.words.text() == "Picture kept: ~/pictures/Anne.png"
    bridge.mailboxes.picture, bridge.mailboxes.number = picture(1280, 720, "#00aa00"), 99
    qtbot.wait(100)
    assert page.picture.image is not None
    assert page.picture.image.pixelColor(3, 3) == QColor("#884422")
    qtbot.mouseClick(page.frozen.go_on, LEFT)
    bridge.mailboxes.number = 100
    qtbot.waitUntil(lambda: page.picture.image.pixelColor(3, 3) == QColor("#00aa00"))  # type: ignore[union-attr]


def test_a_refused_snapshot_goes_on(bridge: FakeBridge, support: SupportWorkspace, window: MainWindow, qtbot: QtBot) -> None:
    bridge.show(talking())
    seen(bridge, support, qtbot)
    bridge.refuses["call.snapshot"] = WrongState("Anne has said no to pictures")
    support.stage.call.take_snapshot()
    assert window.notice.text() == "Anne has said no to pictures"
    assert not support.stage.call.picture.frozen
