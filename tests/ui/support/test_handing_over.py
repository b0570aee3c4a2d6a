"""A call that is over is wrapped up; one that goes on is shared with a colleague or passed on."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.commands import call as calls
from studio.errors import Unreachable, WrongState
from tests.ui.calling import FakeBridge, calm, talking, wrapping
from tests.ui.conftest import front
from tests.ui.support.looking import LEFT, words
from ui.dialogs.call_colleague import InviteDialog, TransferDialog
from ui.workspaces.support import SupportWorkspace

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
