"""It rings: one sees who, for how long and where one is, answers by key, and hears it until the server says otherwise."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.commands import call as calls
from studio.errors import WrongState
from tests.ui.calling import MAJA, FakeBridge, calm, ringing, talking
from tests.ui.support.looking import LEFT, Silent, Ticks
from ui.main_window import MainWindow
from ui.models.server_clock import ServerClock
from ui.ringing import Ringing
from ui.workspaces.support import SupportWorkspace


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
