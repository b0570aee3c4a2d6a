"""The support staff's workspace, over a bridge that remembers what it is asked to do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from studio import i18n
from studio.commands import call as calls
from studio.errors import Unreachable, WrongState
from studio.settings import Settings
from studio.show.call import Agreement, CallLine
from studio.state import State
from studio.state.stream import Link, Stream
from tests.ui.audit import problems
from tests.ui.calling import (
    ANNE,
    BALM,
    CARD,
    GUEST,
    MAJA,
    MIST,
    NOW_MS,
    REMOTE,
    FakeBridge,
    calm,
    of,
    queue,
    ringing,
    state,
    talking,
    wrapping,
)
from tests.ui.conftest import front, wait_front
from ui import theme
from ui.dialogs.call_colleague import InviteDialog, TransferDialog
from ui.dialogs.call_takes import TakesDialog
from ui.main_window import MainWindow
from ui.models.call_words import consent_words, duration, guest_number, hours_words, left, name_of
from ui.models.server_clock import ServerClock
from ui.ringing import Ringing
from ui.sounds import Sounds
from ui.workspaces.support import SupportWorkspace

LEFT = Qt.MouseButton.LeftButton
HOSTILE = "<img src='file:///etc/passwd'><b>Eve</b>"


class Ticks:
    """This machine's clock, which only goes when it is told to."""

    def __init__(self) -> None:
        self.ms = 0.0

    def __call__(self) -> float:
        return self.ms


class Silent(Sounds):
    """Counts instead of playing."""

    def ring(self) -> None:
        self.rung += 1


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def bridge() -> FakeBridge:
    return FakeBridge()


@pytest.fixture
def window(qtbot: QtBot, qapp: Any, home: Path, bridge: FakeBridge, ticks: Ticks) -> Iterator[MainWindow]:
    i18n.use("en")
    theme.apply(qapp)
    settings = Settings()
    settings.set("window.sounds", False)
    made = MainWindow(bridge, settings)
    made.desk.clock = ServerClock(ticks)
    made.sounds = made.ringing._sounds = Silent(on=False)
    made.ringing._again.timeout.disconnect()
    made.ringing._again.timeout.connect(made.sounds.ring)
    made.resize(1440, 900)
    made.show_workspace("support")
    made.show()
    wait_front(made, qtbot)
    yield made
    made._leave()
    shiboken6.delete(made)  # at once: each look is put on every widget there is


@pytest.fixture
def support(window: MainWindow) -> SupportWorkspace:
    return window.workspaces.support


def words(widget: QWidget) -> str:
    """Everything that is written on a widget now."""
    labels = [one for one in widget.findChildren(QLabel) if one.isVisible()]
    return "\n".join(label.text() for label in labels)


def box() -> QMessageBox:
    """The question that is asked."""
    found = front(QMessageBox)
    assert isinstance(found, QMessageBox)
    return found


def press(question: QMessageBox, words_: str) -> None:
    button = next(one for one in question.buttons() if one.text() == words_)
    button.click()


# ── nobody ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_says_that_one_is_available_and_takes_a_break(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(calm("off"))
    assert support.bar.pill.text() == "Not available"
    assert "You are not available" in words(support.stage)
    qtbot.mouseClick(support.bar.switch, LEFT)
    qtbot.mouseClick(support.stage.idle.start, LEFT)
    bridge.show(calm("free"))
    assert support.bar.pill.text() == "● Available"
    assert "Nobody rings" in words(support.stage)
    assert not support.stage.idle.start.isVisible()
    qtbot.mouseClick(support.bar.switch, LEFT)
    assert [command.on for command in bridge.sent_of(calls.CallAvailable)] == [True, True, False]


def test_a_break_comes_after_the_call(bridge: FakeBridge, support: SupportWorkspace) -> None:
    for shown in (talking(), wrapping()):
        bridge.show(shown)
        assert not support.bar.switch.isEnabled(), "the server takes no break in the middle"
    bridge.show(ringing())
    assert support.bar.switch.isEnabled()


def test_a_missed_call_says_why_it_went_off(bridge: FakeBridge, support: SupportWorkspace) -> None:
    bridge.show(calm("off", why="missed"))
    assert support.bar.pill.text() == "Away: a call was missed"
    assert "You missed a call" in words(support.stage)
    assert support.stage.idle.start.isVisible()


def test_hours_and_figures(bridge: FakeBridge, support: SupportWorkspace) -> None:
    bridge.show(calm())
    assert support.bar.hours.text().startswith("Open until ")
    assert support.bar.today.text() == "Today: 14 answered · 2 missed · wait 38 s · call 6 min"
    bridge.show(of(calm(), calls=queue(open=False, change_ms=NOW_MS + 86_400_000)))
    assert support.bar.hours.text().startswith("Closed, opens ")
    assert "day" in support.bar.hours.text(), "another day is named"
    assert "The shop does not answer now" in words(support.stage)
    assert hours_words(queue(open=False, change_ms=None), NOW_MS) == "Closed"


def test_what_is_not_ready_is_said(bridge: FakeBridge, support: SupportWorkspace) -> None:
    bridge.show(of(calm(), sources=()))
    assert "No camera" in support.bar.not_ready.text()
    bridge.show(of(calm(), link=Link(status="connecting")))
    assert "No connection" in support.bar.not_ready.text()
    assert not support.bar.switch.isEnabled()
    bridge.show(calm())
    assert not support.bar.not_ready.isVisible()


def test_the_queue_in_order(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(state(calm().advising, queue(GUEST, MAJA, waiting=14)))
    rows = list(support.queue.rows.values())
    assert [row.name.text() for row in rows] == [f"Guest {guest_number('c2')}", "Maja T."]
    assert [row.time.text() for row in rows] == ["1:05", "0:22"]
    assert rows[0].kind.text() == "voice only"
    assert "Looks at /hudtest · English" in rows[0].details.text()
    assert rows[1].back.text() == "Came back into the line"
    assert rows[1].note.text() == "Note: Vil bytte sin natcreme til en uden parfume"
    assert "refused in the browser" in rows[1].details.text()
    assert support.queue.words.text() == "14 waiting"
    assert support.queue.more.text() == "… and 12 more"
    qtbot.mouseClick(rows[1].answer, LEFT)
    assert bridge.sent_of(calls.CallAnswer) == [calls.CallAnswer(call="c3")]
    bridge.show(calm())
    assert "Nobody waits" in words(support.queue)


def test_what_rings_here_is_chosen_and_holds_after_a_break(
    bridge: FakeBridge, window: MainWindow, support: SupportWorkspace, qtbot: QtBot
) -> None:
    bridge.show(calm("free"))
    qtbot.mouseClick(support.bar.takes, LEFT)
    dialog = front(TakesDialog)
    dialog.name.setText("Mette")
    dialog.topics["skin"].setChecked(True)
    dialog.languages["da"].setChecked(True)
    qtbot.mouseClick(dialog.keep, LEFT)
    wanted = calls.CallAvailable(on=True, topics=("skin",), languages=("da",), name="Mette")
    assert bridge.sent == [wanted]
    assert support.bar.takes.text() == "Takes: 2 chosen"
    window.rebuild()
    bridge.show(calm("off"))
    qtbot.mouseClick(window.workspaces.support.bar.switch, LEFT)
    assert bridge.sent == [wanted, wanted]


# ── it rings ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_rings_is_seen_before_the_picture(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(ringing())
    page = support.stage.ringing
    assert page.isVisible()
    facts = {name: value for name, value, _look in page.facts.facts}
    assert page.name.text() == "Anne"
    assert (facts["Looks at"], facts["Language"], facts["Has waited"]) == ("Hydra Natcreme", "Danish", "0:31")
    assert "DKK 628" in facts["Cart"]
    assert support.queue.rows["c1"].time.text() == "Answer in 0:12"
    qtbot.mouseClick(page.answer, LEFT)
    qtbot.mouseClick(support.queue.rows["c1"].answer, LEFT)
    qtbot.mouseClick(support.queue.rows["c1"].pass_on, LEFT)
    qtbot.mouseClick(page.pass_on, LEFT)
    assert bridge.sent == [calls.CallAnswer(call="c1")] * 2 + [calls.CallPass()] * 2


def test_enter_answers_unless_one_writes(bridge: FakeBridge, window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    bridge.show(ringing())
    window.workspaces.support.products.search.setFocus()
    qtbot.keyClick(window.workspaces.support.products.search, Qt.Key.Key_Return)
    assert bridge.sent == []
    window.frame.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert bridge.sent == [calls.CallAnswer(call="c1")]
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_N, modifiers)
    assert bridge.sent[1:] == [calls.CallPass()]
    assert "↵" in window.workspaces.support.stage.ringing.answer.toolTip()


def test_the_countdown_goes_by_the_servers_clock(
    bridge: FakeBridge, support: SupportWorkspace, ticks: Ticks, qtbot: QtBot
) -> None:
    bridge.show(ringing())
    shown = support.stage.ringing.countdown
    assert shown.text() == "Answer in 0:12"
    ticks.ms = 9100
    qtbot.waitUntil(lambda: shown.text() == "Answer in 0:03")
    assert support.queue.rows["c1"].time.text() == "Answer in 0:03"
    assert support.queue.rows["c2"].time.text() == "1:14"
    ticks.ms = 60_000
    qtbot.waitUntil(lambda: shown.text() == "Answer in 0:00")


def test_the_server_is_believed_each_time_it_says_what_time_it_is() -> None:
    ticks = Ticks()
    clock = ServerClock(ticks)
    clock.said(5_000_000)
    ticks.ms = 1000
    assert clock.now_ms() == 5_001_000
    clock.said(5_000_000)
    assert clock.now_ms() == 5_001_000, "the same word again is no news"
    clock.said(5_003_000)
    assert clock.now_ms() == 5_003_000


def test_it_rings_until_the_state_says_so(bridge: FakeBridge, window: MainWindow, qtbot: QtBot) -> None:
    window.show_workspace("host")
    window.ringing._again.setInterval(20)
    bridge.show(ringing())
    assert window.sounds.rung == 1
    qtbot.waitUntil(lambda: window.sounds.rung >= 3)
    assert window.windowTitle() == "Anne rings — Vitrine"
    bridge.show(talking())
    rung = window.sounds.rung
    qtbot.wait(80)
    assert (window.sounds.rung, window.ringing.on) == (rung, False)
    assert "rings" not in window.windowTitle()
    bridge.show(ringing(MAJA))
    assert window.sounds.rung == rung + 1, "the next rings anew"
    bridge.show(calm("off", why="missed"))
    assert not window.ringing.on


@pytest.mark.parametrize("workspace", ["host", "producer"])
def test_a_presenting_host_sees_who_rings(bridge: FakeBridge, window: MainWindow, qtbot: QtBot, workspace: str) -> None:
    window.show_workspace(workspace)
    bridge.show(ringing())
    assert window.banner.isVisible()
    assert "Anne rings · video · Answer in 0:12" in window.banner.words.text()
    qtbot.mouseClick(window.banner.pass_on, LEFT)
    qtbot.mouseClick(window.banner.answer, LEFT)
    assert bridge.sent == [calls.CallPass(), calls.CallAnswer(call="c1")]
    qtbot.waitUntil(lambda: window.workspaces.name == "support")
    assert not window.banner.isVisible(), "the queue says it there"


def test_a_refused_answer_stays_where_one_is(bridge: FakeBridge, window: MainWindow, qtbot: QtBot) -> None:
    window.show_workspace("host")
    bridge.refuses["call.answer"] = WrongState("Jonas was first")
    bridge.show(ringing())
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_A, modifiers)
    qtbot.waitUntil(lambda: window.notice.text() == "Jonas was first")
    assert window.workspaces.name == "host"


def test_the_taskbar_and_the_tray_are_told(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    alerted: list[QWidget] = []
    ring = Ringing(window, Silent(on=False), alert=alerted.append, tray=True)
    ring.refresh(ringing())
    ring.refresh(ringing())
    assert alerted == [window], "once a call"
    assert ring._tray is not None
    assert (ring._tray.toolTip(), ring._tray.isVisible()) == ("Anne rings", True)
    ring.refresh(calm())
    assert not ring._tray.isVisible()


# ── in a call ────────────────────────────────────────────────────────────────────────────────────────────────


def picture(width: int, height: int, colour: str = "#884422") -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    return image


def seen(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot, width: int = 1280, height: int = 720) -> None:
    """The customer's picture is there."""
    bridge.mailboxes.picture, bridge.mailboxes.number = picture(width, height), bridge.mailboxes.number + 1
    qtbot.waitUntil(lambda: support.stage.call.picture.image is not None)


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
    question = box()
    assert question.text() == "End the call with Anne?"
    assert question.defaultButton().text() == "Stay in the call"
    press(question, "Stay in the call")
    assert bridge.sent == []
    window.show_workspace("host")
    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    press(box(), "End call")
    support.stage.call.controls.block.emit()
    press(box(), "End and block")
    assert bridge.sent == [calls.CallHangUp(), calls.CallBlock()]


# ── pointing ─────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── writing, products, notes ─────────────────────────────────────────────────────────────────────────────────


def test_one_writes_and_takes_ready_replies(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(talking())
    lines = support.lines
    text = lines.view.toPlainText()
    assert "Hej, er natcremen uden parfume?" in text
    assert "showed Hydra Natcreme 50 ml" in text
    lines.menu.actions()[0].trigger()
    assert lines.input.text() == "Der er fri fragt over 499 kr.", "it can be changed before it is sent"
    qtbot.keyClick(lines.input, Qt.Key.Key_Return)
    assert bridge.sent == [calls.CallSay(text="Der er fri fragt over 499 kr.")]
    assert lines.input.text() == ""
    more = talking(
        lines=(*bridge.state.advising.lines, CallLine(id="9", at_ms=NOW_MS, author="customer", name="Anne", text="Tak"))
    )
    bridge.show(more)
    assert lines.view.toPlainText().count("Hej, er") == 1
    assert lines.view.toPlainText().endswith("Tak")


def test_words_that_are_refused_are_given_back(
    bridge: FakeBridge, window: MainWindow, support: SupportWorkspace, qtbot: QtBot
) -> None:
    bridge.show(talking())
    bridge.refuses["call.say"] = Unreachable("The show server does not answer")
    support.lines.input.setText("Et øjeblik")
    qtbot.mouseClick(support.lines.send, LEFT)
    qtbot.waitUntil(lambda: support.lines.input.text() == "Et øjeblik")
    assert window.notice.text() == "The show server does not answer"


def test_products_are_found_shown_and_put_into_the_cart(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(talking())
    panel = support.products
    assert [row.offered.id for row in panel.rows][:3] == ["p2", "p3", "p1"], "what the customer saw last comes first"
    assert panel.rows[0].show_button.text() == "Shown"
    qtbot.mouseClick(panel.rows[0].show_button, LEFT)
    qtbot.mouseClick(panel.rows[1].show_button, LEFT)
    assert bridge.sent == [calls.CallShow(), calls.CallShow(product="p3")]
    bridge.found = (MIST, BALM)
    qtbot.keyClicks(panel.search, "læbe")
    qtbot.waitUntil(lambda: bridge.asked == ["læbe"])
    assert [row.title.text() for row in panel.rows] == ["Lavendel Sleep Mist", "Læbepomade"]
    qtbot.mouseClick(panel.rows[0].cart_button, LEFT)
    qtbot.waitUntil(lambda: "is in the cart" in panel.result.text())
    panel.rows[1].cart_button.menu().actions()[1].trigger()
    wanted = [calls.CallCart(product="p4"), calls.CallCart(product="p7", variant="p7-h")]
    assert bridge.sent_of(calls.CallCart) == wanted
    panel.search.clear()
    qtbot.waitUntil(lambda: len(panel.rows) == 4)
    bridge.show(talking(shown="p7"))
    assert support.stage.call.card.title.text() == "Læbepomade", "what the search found is known of the card"


def test_what_the_shop_refuses_is_said_in_words(
    bridge: FakeBridge, window: MainWindow, support: SupportWorkspace, qtbot: QtBot
) -> None:
    bridge.show(talking())
    bridge.refuses["call.cart"] = WrongState("The shop has no more of it")
    qtbot.mouseClick(support.products.rows[1].cart_button, LEFT)
    qtbot.waitUntil(lambda: support.products.result.text() == "The shop has no more of it")
    assert window.notice.text() == "The shop has no more of it"


def test_without_a_call_nothing_can_be_shown(bridge: FakeBridge, support: SupportWorkspace) -> None:
    bridge.show(calm())
    assert [row.show_button.isEnabled() for row in support.products.rows] == [False] * 4
    assert not support.cart.isVisible()
    assert not support.notes.isVisible()
    assert "Who rings stands here" in words(support.card)


def test_the_customers_card_and_cart(bridge: FakeBridge, support: SupportWorkspace) -> None:
    bridge.show(talking())
    facts = {name: value for name, value, _look in support.card.facts.facts}
    assert facts["In this visit"] == "Natcreme, Lermaske, Ansigtsolie"
    assert facts["Hudtest"] == "tør · sensitiv"
    assert facts["Asks about"] == "Hudpleje"
    assert facts["Consent"] == "statistics, personal advice"
    assert facts["Camera and microphone"] == "allowed"
    assert support.cart.words.text() == "DKK 628"
    assert support.cart.rows[1].words.text() == "1 × DKK 379 · 50 ml"
    bridge.show(talking(of(ANNE, card=of(CARD, cart=(), cart_minor=None))))
    assert "The cart is empty." in words(support.cart)


def test_notes_are_kept_while_one_writes(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(talking())
    qtbot.keyClicks(support.notes.field.edit, "Tør hud")
    assert bridge.sent == []
    qtbot.waitUntil(lambda: bridge.sent == [calls.CallNotes(text="Tør hud")])
    qtbot.waitUntil(lambda: support.notes.field.status.text() == "Kept")
    bridge.show(talking(notes="Tør hud"))
    assert support.notes.field.edit.toPlainText() == "Tør hud"


def test_notes_survive_a_new_look_and_a_lost_server(bridge: FakeBridge, window: MainWindow, qtbot: QtBot) -> None:
    bridge.refuses["call.notes"] = Unreachable("The show server does not answer")
    bridge.show(talking())
    window.workspaces.support.notes.field.edit.setPlainText("Parfumefri")
    window.rebuild()
    edit = window.workspaces.support.notes.field.edit
    assert edit.toPlainText() == "Parfumefri"
    qtbot.waitUntil(lambda: "Not kept yet" in window.workspaces.support.notes.field.status.text())
    bridge.show(of(talking(), link=Link(status="connecting")))
    bridge.refuses.clear()
    bridge.show(talking())
    qtbot.waitUntil(lambda: window.desk.notes.kept)
    assert bridge.sent[-1] == calls.CallNotes(text="Parfumefri")


# ── after a call ─────────────────────────────────────────────────────────────────────────────────────────────


def test_wrapping_up_keeps_the_notes_first(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(wrapping())
    page = support.stage.wrap_up
    assert "How did it go with Anne?" in words(page)
    assert "The customer has left. You spoke for 6:41." in words(page)
    assert not page.free.isEnabled(), "an outcome is wanted"
    qtbot.mouseClick(page.outcomes["helped"], LEFT)
    qtbot.mouseClick(page.outcomes["sold"], LEFT)
    assert [name for name, button in page.outcomes.items() if button.isChecked()] == ["sold"]
    page.notes.edit.setPlainText("Købte natcreme")
    qtbot.mouseClick(page.free, LEFT)
    qtbot.waitUntil(lambda: len(bridge.sent) == 2)
    assert bridge.sent == [calls.CallNotes(text="Købte natcreme"), calls.CallWrapUp(outcome="sold", stay=True)]
    bridge.show(calm())
    bridge.show(wrapping())
    assert page.outcome is None, "the next call has its own"
    qtbot.mouseClick(page.outcomes["nothing"], LEFT)
    qtbot.mouseClick(page.rest, LEFT)
    assert bridge.sent[-1] == calls.CallWrapUp(outcome="nothing", stay=False)


@pytest.mark.parametrize("refused", ["call.notes", "call.wrapup"])
def test_a_refused_wrap_up_can_be_tried_again(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot, refused: str) -> None:
    bridge.show(wrapping())
    page = support.stage.wrap_up
    bridge.refuses[refused] = Unreachable("The show server does not answer")
    page.notes.edit.setPlainText("Ring igen")
    qtbot.mouseClick(page.outcomes["follow_up"], LEFT)
    qtbot.mouseClick(page.free, LEFT)
    qtbot.waitUntil(page.free.isEnabled)
    bridge.refuses.clear()
    qtbot.mouseClick(page.free, LEFT)
    qtbot.waitUntil(lambda: bridge.sent[-1] == calls.CallWrapUp(outcome="follow_up"))
    assert calls.CallNotes(text="Ring igen") in bridge.sent


# ── colleagues ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_colleague_is_invited(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(talking())
    qtbot.mouseClick(support.lines.invite, LEFT)
    dialog = front(InviteDialog)
    assert dialog.list.count() == 1
    assert "Sofie Kjærgaard   ·   Makeup, Danish, English" in dialog.list.item(0).text()
    qtbot.mouseClick(dialog.invite, LEFT)
    qtbot.waitUntil(lambda: not [one for one in QApplication.topLevelWidgets() if isinstance(one, InviteDialog)])
    assert bridge.sent == [calls.CallInvite(advisor="d3")]


def test_the_customer_is_passed_on_with_a_note(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(talking())
    qtbot.mouseClick(support.lines.transfer, LEFT)
    dialog = front(TransferDialog)
    assert not dialog.transfer.isEnabled()
    bridge.refuses["call.transfer"] = WrongState("Nobody knows about that now")
    dialog.list.setCurrentRow(2)
    dialog.note.setPlainText("Vil have rød")
    qtbot.mouseClick(dialog.transfer, LEFT)
    qtbot.waitUntil(dialog.problem.isVisible)
    assert dialog.problem.text() == "Nobody knows about that now"
    dialog.list.setCurrentRow(0)
    bridge.refuses.clear()
    qtbot.mouseClick(dialog.transfer, LEFT)
    wanted = [calls.CallTransfer(topic="makeup", note="Vil have rød"), calls.CallTransfer(advisor="d3", note="Vil have rød")]
    assert bridge.sent == wanted
    qtbot.waitUntil(lambda: not [one for one in QApplication.topLevelWidgets() if isinstance(one, TransferDialog)])


def test_a_dialog_closes_with_its_call(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(talking())
    support.open_invite()
    bridge.show(wrapping())
    qtbot.waitUntil(lambda: not [one for one in QApplication.topLevelWidgets() if isinstance(one, InviteDialog)])


# ── hostile, and everywhere ──────────────────────────────────────────────────────────────────────────────────


def test_what_customers_call_themselves_is_never_markup(
    bridge: FakeBridge, window: MainWindow, support: SupportWorkspace
) -> None:
    eve = of(ANNE, name=HOSTILE, note=HOSTILE, card=of(CARD, title=HOSTILE, extra={HOSTILE[:40]: HOSTILE}))
    for shown in (
        ringing(eve),
        talking(eve),
        talking(eve, state="away", until_ms=NOW_MS),
        of(wrapping(), advising=wrapping().advising),
    ):
        bridge.show(shown)
        labels = [label for label in window.findChildren(QLabel) if label.isVisible() and "<b>" in label.text()]
        assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
        tips = [widget.toolTip() for widget in window.findChildren(QWidget) if "Eve" in widget.toolTip()]
        assert [tip for tip in tips if "<b>" in tip or "<img" in tip] == [], "nor in a tooltip"
    bridge.show(ringing(eve))
    assert HOSTILE in support.stage.ringing.name.text()
    bridge.show(talking(eve))
    support.stage.ask_end()
    assert box().textFormat() == Qt.TextFormat.PlainText
    box().close()


def test_leaving_a_call_is_asked_about(bridge: FakeBridge, window: MainWindow) -> None:
    bridge.show(talking())
    window.close()
    question = box()
    assert question.text() == "You are in a call."
    press(question, "Stay")
    assert window.isVisible()


def test_words() -> None:
    assert name_of(of(ANNE, name="  Anne\n\u2028 Marie ")) == "Anne Marie"
    assert name_of(of(ANNE, name="")) == f"Guest {guest_number('c1')}"
    assert 1000 <= guest_number("anything") <= 9999
    assert (duration(401_999), duration(4_001_000), duration(-5)) == ("6:41", "1:06:41", "0:00")
    assert (left(NOW_MS + 1, NOW_MS), left(NOW_MS - 5000, NOW_MS), left(None, NOW_MS)) == ("0:01", "0:00", "")
    assert (consent_words("---"), consent_words("a-m")) == ("only what is needed", "statistics, marketing")


def test_the_shows_bar_stays_while_this_desktop_is_on_air(bridge: FakeBridge, window: MainWindow) -> None:
    bridge.show(talking())
    assert not window.top.isVisible()
    bridge.show(of(talking(), stream=Stream(status="live")))
    assert window.top.isVisible()
    window.show_workspace("host")
    assert window.top.isVisible()


STATES: dict[str, State] = {
    "off": calm("off", why="missed"),
    "idle": state(calm().advising, queue(GUEST, MAJA)),
    "ringing": ringing(),
    "ringing, came back": ringing(MAJA, GUEST),
    "connecting": talking(remote=None),
    "live": talking(),
    "muted": talking(media={"sends_sound": False, "sends_picture": False}),
    "no picture": talking(of(ANNE, card=of(CARD, camera="denied", microphone="prompt")), of(REMOTE, picture=False)),
    "text": talking(of(ANNE, kind="text"), remote=None),
    "away": talking(state="away", until_ms=NOW_MS + 151_000),
    "held": talking(held=True),
    "failed": talking(media={"problem": "The relay refused the connection, and there is no other way from here"}),
    "wrap-up": wrapping(),
}


def test_no_part_is_ever_a_window_of_its_own(bridge: FakeBridge, window: MainWindow, support: SupportWorkspace) -> None:
    """A widget that is shown before it has a place takes the focus from who writes."""
    shown: list[QWidget] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                shown.append(watched)
            return False

    watch = Watch()
    app = QApplication.instance()
    assert app is not None
    app.installEventFilter(watch)
    try:
        for now in STATES.values():
            bridge.show(now)
            QApplication.processEvents()
        window.rebuild()
        QApplication.processEvents()
    finally:
        app.removeEventFilter(watch)
    assert shown == []


SIZES = [(1280, 720, 100), (1440, 900, 100), (1920, 1080, 100), (1280, 720, 200), (1920, 1080, 150)]


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize(("width", "height", "percent"), SIZES)
def test_every_state_at_every_size(
    bridge: FakeBridge, window: MainWindow, qtbot: QtBot, language: str, width: int, height: int, percent: int
) -> None:
    window._settings.set("language", language)
    window._settings.set("window.theme", "light" if language == "en" else "dark")
    window._settings.set("window.text_percent", percent)
    window._dress()
    window.resize(width, height)
    found: dict[str, list[str]] = {}
    for name, shown in STATES.items():
        bridge.show(shown)
        for _turn in range(6):
            QApplication.processEvents()
        if wrong := problems(window):
            found[name] = wrong
    assert (window.width(), window.height()) == (width, height), "it fits the screen"
    window.show_workspace("host")
    bridge.show(ringing())
    for _turn in range(4):
        QApplication.processEvents()
    assert window.banner.isVisible()
    if wrong := problems(window.banner):
        found["banner"] = wrong
    assert found == {}


@pytest.mark.parametrize(("language", "percent"), [("en", 100), ("da", 200)])
def test_every_dialog(bridge: FakeBridge, window: MainWindow, language: str, percent: int) -> None:
    window._settings.set("language", language)
    window._settings.set("window.text_percent", percent)
    QApplication.processEvents()  # the window is dressed anew
    bridge.show(talking())
    support = window.workspaces.support
    found: dict[str, list[str]] = {}
    for kind, show in (
        (InviteDialog, support.open_invite),
        (TransferDialog, support.open_transfer),
        (TakesDialog, support.open_takes),
    ):
        show()
        for _turn in range(6):
            QApplication.processEvents()
        dialog = front(kind)
        if wrong := problems(dialog):
            found[kind.__name__] = wrong
        dialog.close()
    assert found == {}
