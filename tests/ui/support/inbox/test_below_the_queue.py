"""Below the queue: today's appointments and what was left, in words, and never in the way of who waits."""

from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from studio.commands import call as calls
from studio.show.call_rules import CallRules
from tests.ui.calling import GUEST, calm, of, queue, state
from tests.ui.conftest import front
from tests.ui.support.inbox.fakes import HERS, HIS, MINUTE_MS, NOON_MS, RecordingBridge, full
from tests.ui.support.looking import LEFT, press, settled, words
from ui.main_window import MainWindow
from ui.workspaces.support import SupportWorkspace


def test_appointments_of_today_and_messages(bridge: RecordingBridge, support: SupportWorkspace) -> None:
    tomorrow = of(HIS, id="b3", begins_ms=NOON_MS + 24 * 60 * MINUTE_MS, ends_ms=NOON_MS + 25 * 60 * MINUTE_MS)
    bridge.show(full(bookings=(HIS, HERS, tomorrow, of(HIS, id="b4", state="cancelled"))))
    inbox = support.inbox
    assert [(row.time.text(), row.words.text()) for row in inbox.rows.values()] == [
        ("12:45", "Birgit · Makeup"),
        ("13:15", "Charlotte Amalie von Sternberg · voice only"),
    ]
    assert (inbox.unread.text(), inbox.unread.isVisible()) == ("2 new", True)
    assert not inbox.no_bookings.isVisible()
    bridge.show(full(unread=0))
    assert "All have been seen to." in words(inbox)
    assert not inbox.unread.isVisible()


def test_nothing_there_is_said_in_words(bridge: RecordingBridge, support: SupportWorkspace) -> None:
    bridge.show(full(messages=(), unread=0, bookings=()))
    assert "No call is booked for the rest of today." in words(support.inbox)
    assert "Nobody has left a message." in words(support.inbox)
    assert not support.inbox.open.isVisible()
    bridge.show(full(messages=(), unread=0, bookings=(), rules=CallRules(messages=False)))
    assert "Calls cannot be booked now." in words(support.inbox)
    assert "Customers cannot leave messages now." in words(support.inbox)


def test_calling_off_is_asked_about(bridge: RecordingBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    row = support.inbox.rows["b2"]
    assert row.call_off.accessibleName() == "Call off the appointment with Charlotte Amalie von Sternberg at 13:15 …"
    qtbot.mouseClick(row.call_off, LEFT)
    question = front(QMessageBox)
    assert question.text() == (
        "Call off the appointment with Charlotte Amalie von Sternberg at 13:15?\nWrite to them: c@example.com"
    )
    press("Keep it")
    assert bridge.sent == []
    qtbot.mouseClick(row.call_off, LEFT)
    press("Call off")
    assert bridge.sent == [calls.BookingCancel(booking="b2")]


def test_what_is_over_goes_by_itself(support: SupportWorkspace) -> None:
    support.show_time(NOON_MS + 64 * MINUTE_MS)
    assert list(support.inbox.rows) == ["b1", "b2"]
    support._desk.clock.said(NOON_MS + 65 * MINUTE_MS)
    support.show_time(NOON_MS + 65 * MINUTE_MS)
    assert list(support.inbox.rows) == ["b2"]


def test_the_queue_comes_first(bridge: RecordingBridge, window: MainWindow, support: SupportWorkspace) -> None:
    """It stands below, and scrolls away: the queue is as high with it as without."""
    many = tuple(of(GUEST, id=f"q{n}") for n in range(20))
    bridge.show(full(state(calm().advising, queue(*many))))
    settled()
    area = support.queue.area
    inside = area.widget()
    assert inside is not None
    assert support.inbox.mapTo(inside, support.inbox.rect().topLeft()).y() >= area.viewport().height()
    assert area.verticalScrollBar().maximum() > 0
    first = next(iter(support.queue.rows.values()))
    assert first.visibleRegion().boundingRect().height() == first.height()
