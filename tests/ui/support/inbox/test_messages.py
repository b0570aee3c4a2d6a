"""Messages: new ones first, seen to or deleted by a click, answered where the customer wanted it."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from studio.commands import call as calls
from tests.ui.calling import of
from tests.ui.conftest import front
from tests.ui.support.inbox.fakes import SEEN, SPOKEN, WRITTEN, RecordingBridge, full
from tests.ui.support.looking import LEFT, press, words
from ui.dialogs.messages import MessagesDialog
from ui.main_window import MainWindow


def test_new_ones_stand_first_and_the_chosen_one_is_shown(messages: MessagesDialog, window: MainWindow) -> None:
    lines = [messages.list.item(row).text() for row in range(messages.list.count())]
    assert lines[0] == "New · Anne\n11:55 · video message"
    assert lines[1] == "New · Bo\n10:25 · Kan jeg bytte min creme?"
    assert lines[2].startswith("✓ Guest ")
    view = messages.view
    assert (view.name.text(), view.contact.text(), view.state.text()) == ("Anne", "anne@example.com", "● New")
    assert view.facts.text() == "Video message · 11:55 · Hudpleje · 4.1 MB"
    assert view.play.isVisible()
    messages.list.setCurrentRow(1)
    assert view.text.toPlainText() == "Kan jeg bytte\nmin creme?"
    assert not view.play.isVisible(), "there is nothing to hear"
    messages.list.setCurrentRow(2)
    assert view.state.text() == "✓ Seen to by Mette"
    window.dialogs.open("messages")
    assert front(MessagesDialog) is messages, "one is enough"


def test_seen_to_and_not_yet(bridge: RecordingBridge, messages: MessagesDialog, qtbot: QtBot) -> None:
    view = messages.view
    qtbot.mouseClick(view.done, LEFT)
    done = of(SPOKEN, state="done", by="Mette")
    bridge.show(full(messages=(SEEN, WRITTEN, done), unread=1))
    assert view.name.text() == "Anne", "it stays chosen where it stands now"
    assert messages.list.currentRow() == 2
    assert view.done.text() == "Not yet"
    qtbot.mouseClick(view.done, LEFT)
    assert bridge.sent == [calls.MessageDone(message="m1", on=True), calls.MessageDone(message="m1", on=False)]


def test_deleting_is_asked_about(bridge: RecordingBridge, messages: MessagesDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(messages.view.delete, LEFT)
    assert front(QMessageBox).text() == "Delete the message from Anne?"
    press("Keep it")
    assert bridge.sent == []
    messages.list.setFocus()
    qtbot.keyClick(messages.list, Qt.Key.Key_Delete)
    press("Delete")
    assert bridge.sent == [calls.MessageRemove(message="m1")]
    bridge.show(full(messages=(SEEN, WRITTEN), unread=1))
    assert messages.view.name.text() == "Bo", "the next one takes its place"
    bridge.show(full(messages=(), unread=0))
    assert "Nobody has left a message." in words(messages)
    assert not messages.view.isVisible()


def test_more_new_ones_than_are_told_of(bridge: RecordingBridge, messages: MessagesDialog) -> None:
    bridge.show(full(unread=130))
    assert messages.more.text() == "More new ones, older than these: 128"


def test_where_they_want_to_be_answered(messages: MessagesDialog, urls: list[QUrl], qtbot: QtBot) -> None:
    view = messages.view
    assert view.contact.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard
    qtbot.mouseClick(view.copy, LEFT)
    assert QGuiApplication.clipboard().text() == "anne@example.com"
    qtbot.mouseClick(view.write, LEFT)
    messages.list.setCurrentRow(1)
    assert view.write.text() == "Ring up"
    qtbot.mouseClick(view.write, LEFT)
    assert [url.toString() for url in urls] == ["mailto:anne@example.com", "tel:+4512345678"]
    messages.list.setCurrentRow(2)
    assert view.contact.text() == "bank på"
    assert not view.write.isVisible(), "it is no address"
