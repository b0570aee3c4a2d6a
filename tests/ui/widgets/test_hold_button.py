"""The guard on the air button."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui.widgets import hold_button
from ui.widgets.hold_button import HoldButton


@pytest.fixture
def button(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> HoldButton:
    monkeypatch.setattr(hold_button, "HOLD_MS", 60)
    made = HoldButton("Hold to go live", "air", "air-ink")
    qtbot.addWidget(made)
    made.show()
    return made


def test_holding_the_mouse_fires_once(button: HoldButton, qtbot: QtBot) -> None:
    with qtbot.waitSignal(button.held):
        qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(button, Qt.MouseButton.LeftButton)


def test_a_click_does_nothing(button: HoldButton, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(button.held, wait=150):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_second_hold_within_a_second_is_swallowed(button: HoldButton, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hold_button, "SWALLOW_MS", 3_600_000)
    with qtbot.waitSignal(button.held):
        qtbot.mousePress(button, Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(button, Qt.MouseButton.LeftButton)
    with qtbot.assertNotEmitted(button.held, wait=150):
        qtbot.mousePress(button, Qt.MouseButton.LeftButton)


def test_space_never_presses_it_and_enter_must_be_held(button: HoldButton, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(button.held, wait=150):
        qtbot.keyPress(button, Qt.Key.Key_Space)
    with qtbot.waitSignal(button.held):
        qtbot.keyPress(button, Qt.Key.Key_Return)


def test_a_click_never_gives_it_the_focus(button: HoldButton) -> None:
    assert button.focusPolicy() == Qt.FocusPolicy.TabFocus


def test_it_is_named_for_who_cannot_see_it(button: HoldButton) -> None:
    button.setText("Hold to end show")
    assert button.accessibleName() == "Hold to end show"


def test_a_key_that_x_repeats_in_two_halves_is_still_held(button: HoldButton, qtbot: QtBot) -> None:
    with qtbot.waitSignal(button.held):
        qtbot.keyPress(button, Qt.Key.Key_Return)
        for _repeat in range(3):
            qtbot.keyRelease(button, Qt.Key.Key_Return)
            qtbot.keyPress(button, Qt.Key.Key_Return)
    qtbot.keyRelease(button, Qt.Key.Key_Return)


def test_the_tab_that_led_here_comes_up_here_and_means_nothing(button: HoldButton, qtbot: QtBot) -> None:
    with qtbot.waitSignal(button.held):
        qtbot.keyRelease(button, Qt.Key.Key_Tab)
        qtbot.keyPress(button, Qt.Key.Key_Return)
    qtbot.keyRelease(button, Qt.Key.Key_Return)


def test_a_key_that_came_up_is_not_held(button: HoldButton, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hold_button, "HOLD_MS", 400)
    qtbot.keyPress(button, Qt.Key.Key_Return)
    qtbot.keyRelease(button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: button._progress == 0 and not button._timer.isActive())
