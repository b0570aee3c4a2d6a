"""In a call: the customer is seen, every state is said in words, buttons and keys do as they say, and ending is asked about."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from studio.commands import call as calls
from studio.show.call import Agreement
from studio.state import State
from studio.state.stream import Stream
from tests.ui.calling import ANNE, CARD, NOW_MS, REMOTE, FakeBridge, of, talking
from tests.ui.conftest import front
from tests.ui.support.looking import LEFT, press, seen, words
from ui.main_window import MainWindow
from ui.workspaces.support import SupportWorkspace


def test_the_customer_is_seen(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(talking())
    seen(bridge, support, qtbot)
    page = support.stage.call
    assert page.line.text() == "Anne · 6:41 · good connection"
    assert page.picture.grab().toImage().pixelColor(page.picture.rect().center()) == QColor("#884422")
    assert not page.message.isVisible()
    assert page.self_view.isVisible()
    assert (page.card.title.text(), page.card.words.text()) == ("Hydra Natcreme 50 ml", "DKK 379 · 31 left")
    qtbot.mouseClick(page.card.hide_button, LEFT)
    assert bridge.sent == [calls.CallShow()]


def test_it_is_said_that_the_picture_is_of_their_screen(bridge: FakeBridge, support: SupportWorkspace) -> None:
    bridge.show(talking(remote=of(REMOTE, screen=True)))
    assert support.stage.call.line.text() == "Anne · 6:41 · Their screen · good connection"


SAID: list[tuple[str, State, list[str]]] = [
    ("connecting", talking(remote=None), ["Connecting …"]),
    ("connecting", talking(remote=of(REMOTE, status="connecting", picture=False)), ["Connecting …"]),
    ("live", talking(remote=of(REMOTE, status="reconnecting")), ["The connection is interrupted"]),
    ("away", talking(state="away", until_ms=NOW_MS + 151_000), ["Anne has gone", "within 2:31"]),
    ("held", talking(held=True), ["On hold", "Neither of you sees or hears the other"]),
    ("failed", talking(media={"problem": "The relay said no"}), ["No picture and no sound", "The relay said no"]),
    ("failed", talking(remote=of(REMOTE, status="failed")), ["No picture and no sound", "lets no picture"]),
    ("live", talking(of(ANNE, kind="text"), remote=None), ["Anne chose to write"]),
    ("live", talking(of(ANNE, kind="sound"), of(REMOTE, picture=False)), ["Anne chose to be heard"]),
    ("live", talking(of(ANNE, kind="watch"), of(REMOTE, picture=False)), ["Anne sees you"]),
    (
        "live",
        talking(of(ANNE, card=of(CARD, camera="missing")), of(REMOTE, picture=False)),
        ["Anne has no camera", "Camera: there"],
    ),
    ("live", talking(ANNE, of(REMOTE, picture=False)), ["Anne's camera is off"]),
]


@pytest.mark.parametrize(("now", "shown", "said"), SAID)
def test_every_state_of_a_call_is_said(
    bridge: FakeBridge, support: SupportWorkspace, now: str, shown: State, said: list[str]
) -> None:
    bridge.show(shown)
    assert support.stage._phase == now
    assert support.stage.call.message.isVisible()
    text = words(support.stage.call.message)
    assert [one for one in said if one not in text] == []


def test_one_click_helps_with_camera_and_microphone(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    denied = of(ANNE, card=of(CARD, camera="denied", microphone="prompt"))
    bridge.show(talking(denied, of(REMOTE, picture=False)))
    message = support.stage.call.message
    for button in message.buttons:
        qtbot.mouseClick(button, LEFT)
    assert bridge.sent == [calls.CallAsk(ask="camera"), calls.CallAsk(ask="microphone")]
    assert ("Camera", "refused in the browser", "warn") in support.card.facts.facts
    bridge.show(talking(denied))
    qtbot.mouseClick(support.card.microphone, LEFT)
    assert bridge.sent[2:] == [calls.CallAsk(ask="microphone")]
    bridge.show(talking(denied, asked=(Agreement(ask="microphone"), Agreement(ask="recording", yes=False))))
    assert ("Help with the microphone", "asked, no answer yet", "value") in support.card.facts.facts
    assert ("Recording", "said no", "warn") in support.card.facts.facts


def test_the_round_buttons(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(talking())
    controls = support.stage.call.controls
    for button in (controls.microphone, controls.camera, controls.hold):
        assert button.look == "plain"
        qtbot.mouseClick(button, LEFT)
    assert bridge.sent == [calls.CallSend(sound=False), calls.CallSend(picture=False), calls.CallHold(on=True)]
    assert controls.microphone.accessibleName() == "Mute your microphone"
    assert "Ctrl+Shift+M" in controls.microphone.toolTip()
    bridge.show(talking(held=True, media={"sends_sound": False, "sends_picture": False}))
    assert [button.look for button in (controls.microphone, controls.camera, controls.hold)] == ["off"] * 3
    assert controls.microphone.accessibleName() == "Unmute your microphone"
    qtbot.mouseClick(controls.hold, LEFT)
    assert bridge.sent[-1] == calls.CallHold(on=False)
    bridge.show(talking(media={"sends_sound": False}))
    assert support.stage.call.self_view.word == "Muted"
    for number, action in enumerate(controls.menu().actions()):
        if not action.isSeparator() and number < 4:
            action.trigger()
    assert bridge.sent[-3:] == [calls.CallKindAsk(kind="sound"), calls.CallKindAsk(kind="text"), calls.CallAsk(ask="screen")]


KEYS = [
    (Qt.Key.Key_M, calls.CallSend(sound=False)),
    (Qt.Key.Key_C, calls.CallSend(picture=False)),
    (Qt.Key.Key_H, calls.CallHold(on=True)),
]


@pytest.mark.parametrize(("key", "command"), KEYS)
@pytest.mark.parametrize("workspace", ["support", "host"])
def test_keys_of_a_call_work_everywhere(
    bridge: FakeBridge, window: MainWindow, qtbot: QtBot, workspace: str, key: Qt.Key, command: object
) -> None:
    window.show_workspace(workspace)
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, key, modifiers)
    assert bridge.sent == [], "there is no call"
    bridge.show(talking())
    qtbot.keyClick(window, key, modifiers)
    assert bridge.sent == [command]


def test_ending_is_asked_about(bridge: FakeBridge, window: MainWindow, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(talking())
    qtbot.mouseClick(support.stage.call.controls.end_call, LEFT)
    question = front(QMessageBox)
    assert question.text() == "End the call with Anne?"
    assert question.defaultButton().text() == "Stay in the call"
    press("Stay in the call")
    assert bridge.sent == []
    window.show_workspace("host")
    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    press("End call")
    support.stage.call.controls.block.emit()
    press("End and block")
    assert bridge.sent == [calls.CallHangUp(), calls.CallBlock()]


def test_leaving_a_call_is_asked_about(bridge: FakeBridge, window: MainWindow) -> None:
    bridge.show(talking())
    window.close()
    question = front(QMessageBox)
    assert question.text() == "You are in a call."
    press("Stay")
    assert window.isVisible()


def test_the_shows_bar_stays_while_this_desktop_is_on_air(bridge: FakeBridge, window: MainWindow) -> None:
    bridge.show(talking())
    assert not window.top.isVisible()
    bridge.show(of(talking(), stream=Stream(status="live")))
    assert window.top.isVisible()
    window.show_workspace("host")
    assert window.top.isVisible()
