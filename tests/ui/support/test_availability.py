"""Before a call: whether one is available and why not, the hours, the line in its order, and what rings here."""

from pytestqt.qtbot import QtBot

from studio.commands import call as calls
from studio.state.stream import Link
from tests.ui.calling import GUEST, MAJA, NOW_MS, FakeBridge, calm, of, queue, ringing, state, talking, wrapping
from tests.ui.conftest import front
from tests.ui.support.looking import LEFT, words
from ui.dialogs.call_takes import TakesDialog
from ui.main_window import MainWindow
from ui.models.call_words import guest_number, hours_words
from ui.workspaces.support import SupportWorkspace


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
