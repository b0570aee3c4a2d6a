"""What came when nobody answered, and the rules of the call desk, over a bridge that remembers what it is asked to do."""

import asyncio
import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import shiboken6
from aiohttp import web
from aiohttp.test_utils import TestServer
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from studio import i18n
from studio.commands import call as calls
from studio.errors import Forbidden, InvalidValue, NotFound, StudioError, Unreachable
from studio.link.server_process import Endpoint
from studio.link.shop_client import ShopClient
from studio.settings import Settings
from studio.show.booking import Booking
from studio.show.call import CannedReply, Topic
from studio.show.call_message import CallMessage
from studio.show.call_rules import CallRules
from studio.show.opening_hours import OpeningHours, Span
from studio.state import State
from studio.state.stream import Link
from tests.ui.audit import problems
from tests.ui.calling import GUEST, MAJA, REPLIES, FakeBridge, calm, of, queue, ringing, state
from tests.ui.conftest import Open, front, wait_front
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.call_rules import CallRulesDialog, field_of
from ui.dialogs.messages import MessagesDialog
from ui.main_window import MainWindow
from ui.models.server_clock import ServerClock
from ui.recordings import Recordings
from ui.workspaces.support import SupportWorkspace

NOON_MS = int(datetime(2026, 11, 22, 12, 0).timestamp() * 1000)
MINUTE_MS = 60_000
LEFT = Qt.MouseButton.LeftButton
HOSTILE = "<img src='file:///etc/passwd'><b>Eve</b>"

SPOKEN = CallMessage(
    id="m1", at_ms=NOON_MS - 5 * MINUTE_MS, kind="video", name="Anne", contact="anne@example.com", topic="skin", size=4_100_000
)
WRITTEN = CallMessage(
    id="m2", at_ms=NOON_MS - 95 * MINUTE_MS, kind="text", name="Bo", contact="+45 12 34 56 78", text="Kan jeg bytte\nmin creme?"
)
SEEN = CallMessage(id="m3", at_ms=NOON_MS - 60_000, kind="sound", contact="bank på", size=400_000, state="done", by="Mette")
HIS = Booking(id="b1", begins_ms=NOON_MS + 45 * MINUTE_MS, ends_ms=NOON_MS + 65 * MINUTE_MS, name="Birgit", topic="makeup")
HERS = Booking(
    id="b2",
    begins_ms=NOON_MS + 75 * MINUTE_MS,
    ends_ms=NOON_MS + 95 * MINUTE_MS,
    name="Charlotte Amalie von Sternberg",
    contact="c@example.com",
    kind="sound",
)
RULES = CallRules(
    hours=OpeningHours(
        country="DK",
        week=((Span(540, 720), Span(780, 1020)),) * 5 + ((), (Span(600, 1440),)),
        closed=("2026-12-27",),
        opened={"2026-12-24": (Span(540, 720),)},
    ),
    bookings=True,
    ring_s=25,
    topics=(Topic(id="skin", name="Hudpleje"), Topic(id="makeup", name="Makeup")),
    replies=REPLIES,
)


def full(base: State | None = None, **changes: Any) -> State:
    """With messages, appointments and rules; it is noon at the server."""
    shown = base if base is not None else calm()
    more = {"rules": RULES, "messages": (SEEN, WRITTEN, SPOKEN), "unread": 2, "bookings": (HIS, HERS), "at_ms": NOON_MS}
    return of(shown, calls=of(shown.calls, **(more | changes)))  # type: ignore[no-any-return]


class RecordingBridge(FakeBridge):
    """Its recordings are what `found` says; nothing comes until `deliver`."""

    def __init__(self) -> None:
        super().__init__(full())
        self.refusal: StudioError | None = None
        self.waiting: list[Callable[[], None]] = []
        self.fetched: list[str] = []

    def recording(self, message: str, folder: Path, done: Callable[[Path | StudioError], None]) -> None:
        self.fetched.append(message)

        def come() -> None:
            if self.refusal is not None:
                done(self.refusal)
                return
            file = folder / f"{message}.webm"
            file.write_bytes(b"webm")
            done(file)

        self.waiting.append(come)

    def deliver(self) -> None:
        while self.waiting:
            self.waiting.pop()()


@pytest.fixture
def bridge() -> RecordingBridge:
    return RecordingBridge()


@pytest.fixture
def window(qtbot: QtBot, qapp: Any, home: Path, bridge: RecordingBridge) -> Iterator[MainWindow]:
    i18n.use("en")
    theme.apply(qapp)
    settings = Settings()
    settings.set("window.sounds", False)
    made = MainWindow(bridge, settings)
    made.desk.clock = ServerClock(lambda: 0.0)
    made.desk.follow(bridge.state)
    made.resize(1440, 900)
    made.show_workspace("support")
    made.show()
    wait_front(made, qtbot)
    yield made
    made._leave()
    shiboken6.delete(made)


@pytest.fixture
def support(window: MainWindow) -> SupportWorkspace:
    return window.workspaces.support


@pytest.fixture
def urls(monkeypatch: pytest.MonkeyPatch) -> list[QUrl]:
    """What was given to the system to open."""
    given: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: given.append(url) or True)
    return given


def words(widget: QWidget) -> str:
    return "\n".join(one.text() for one in widget.findChildren(QLabel) if one.isVisible())


def press(words_: str) -> None:
    """Answer the question that is asked."""
    box = front(QMessageBox)
    next(one for one in box.buttons() if one.text() == words_).click()


def settled() -> None:
    for _turn in range(6):
        QApplication.processEvents()


# ── below the queue ──────────────────────────────────────────────────────────────────────────────────────────


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
    assert support.inbox.mapTo(area.widget(), support.inbox.rect().topLeft()).y() >= area.viewport().height()
    assert area.verticalScrollBar().maximum() > 0
    first = next(iter(support.queue.rows.values()))
    assert first.visibleRegion().boundingRect().height() == first.height()


# ── messages ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def messages(support: SupportWorkspace, qtbot: QtBot) -> MessagesDialog:
    qtbot.mouseClick(support.inbox.open, LEFT)
    return front(MessagesDialog)


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


def test_a_recording_is_fetched_once_and_played(
    bridge: RecordingBridge, messages: MessagesDialog, urls: list[QUrl], qtbot: QtBot
) -> None:
    view = messages.view
    qtbot.mouseClick(view.play, LEFT)
    assert (view.play.text(), view.play.isEnabled()) == ("Fetching …", False)
    bridge.deliver()
    assert (view.play.text(), view.play.isEnabled()) == ("Play", True)
    qtbot.mouseClick(view.play, LEFT)
    assert bridge.fetched == ["m1"]
    files = [Path(url.toLocalFile()) for url in urls]
    assert len(files) == 2
    assert files[0] == files[1]
    if os.name == "posix":
        assert stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700
    messages.view.ask_delete()
    press("Delete")
    assert not files[0].exists(), "it goes with its message"


def test_a_recording_goes_when_anybody_deletes_the_message(
    bridge: RecordingBridge, messages: MessagesDialog, urls: list[QUrl], qtbot: QtBot
) -> None:
    qtbot.mouseClick(messages.view.play, LEFT)
    bridge.deliver()
    file = Path(urls[0].toLocalFile())
    bridge.show(of(full(messages=()), link=Link(status="reconnecting")))
    assert file.exists(), "nobody knows what is there"
    bridge.show(full(messages=(WRITTEN,)))
    assert not file.exists()


def test_why_a_recording_cannot_be_played_is_said(
    bridge: RecordingBridge, messages: MessagesDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = messages.view
    bridge.refusal = NotFound("This message has no recording")
    qtbot.mouseClick(view.play, LEFT)
    bridge.deliver()
    assert (view.problem.text(), view.problem.isVisible()) == ("This message has no recording", True)
    messages.list.setCurrentRow(1)
    assert not view.problem.isVisible(), "it is the other one's"
    messages.list.setCurrentRow(0)
    bridge.refusal = None
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    qtbot.mouseClick(view.play, LEFT)
    bridge.deliver()
    assert view.problem.text().startswith("No program of this computer plays ")


def test_closing_while_it_is_fetched(bridge: RecordingBridge, messages: MessagesDialog, urls: list[QUrl], qtbot: QtBot) -> None:
    qtbot.mouseClick(messages.view.play, LEFT)
    messages.close()
    shiboken6.delete(messages)
    bridge.deliver()
    assert urls == []


def test_other_files_are_never_opened(bridge: RecordingBridge, tmp_path: Path, urls: list[QUrl]) -> None:
    told: list[str] = []
    Recordings(bridge)._came("m", told.append, tmp_path / "x.html")
    assert urls == []
    assert told[0].startswith("No program")


@pytest.mark.parametrize(
    ("disposition", "ending"), [('attachment; filename="a.WebM"', "webm"), ('attachment; filename="../a.m4a"', "m4a")]
)
async def test_a_recording_comes_over_http(disposition: str, ending: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer t"
        return web.Response(body=b"sound", headers={"Content-Disposition": disposition})

    app = web.Application()
    app.router.add_get("/studio/messages/{message}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        client = ShopClient(http, Endpoint(str(server.make_url("")).rstrip("/"), "t"))
        assert await client.recording("m1") == (ending, b"sound")


@pytest.mark.parametrize("disposition", ['attachment; filename="a.exe"', "attachment", ""])
async def test_another_file_is_refused(disposition: str) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(body=b"MZ", headers={"Content-Disposition": disposition} if disposition else None)

    app = web.Application()
    app.router.add_get("/studio/messages/{message}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        client = ShopClient(http, Endpoint(str(server.make_url("")).rstrip("/"), "t"))
        with pytest.raises(InvalidValue, match="is not opened"):
            await client.recording("m1")


async def test_a_recording_that_is_gone_and_a_strange_id() -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.match_info["message"])
        return web.Response(status=404)

    app = web.Application()
    app.router.add_get("/studio/messages/{message}", answer)
    async with TestServer(app) as server, aiohttp.ClientSession() as http:
        client = ShopClient(http, Endpoint(str(server.make_url("")).rstrip("/"), "t"))
        with pytest.raises(InvalidValue, match="404"):
            await client.recording("../catalogue?x")
    assert asked == ["../catalogue?x"], "it is never another path"


class FakeShop:
    """Answers with a recording, or refuses."""

    def __init__(self, answer: tuple[str, bytes] | StudioError) -> None:
        self.link = self.shop = self
        self.answer = answer

    async def recording(self, _message: str) -> tuple[str, bytes]:
        if isinstance(self.answer, StudioError):
            raise self.answer
        return self.answer


def fetched(bridge: Bridge, folder: Path, answer: tuple[str, bytes] | StudioError, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the real bridge makes of it."""
    came: list[Any] = []
    monkeypatch.setattr(bridge, "call", lambda ask, done: done(asyncio.run(ask(FakeShop(answer)))))
    Bridge.recording(bridge, "m1", folder, came.append)
    return came[0]


def test_the_bridge_keeps_a_recording_for_this_person_alone(
    bridge: RecordingBridge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = fetched(bridge, tmp_path, ("webm", b"sound"), monkeypatch)
    assert (path.parent, path.suffix, path.read_bytes()) == (tmp_path, ".webm", b"sound")
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    error = Unreachable("The show server does not answer")
    assert fetched(bridge, tmp_path, error, monkeypatch) is error
    assert isinstance(fetched(bridge, tmp_path / "gone", ("webm", b""), monkeypatch), InvalidValue)


# ── the rules ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def rules(window: MainWindow) -> CallRulesDialog:
    window.dialogs.open("call_rules")
    return front(CallRulesDialog)


def closed() -> bool:
    return not [one for one in QApplication.topLevelWidgets() if isinstance(one, CallRulesDialog) and one.isVisible()]


def test_what_is_loaded_is_what_is_saved(bridge: RecordingBridge, rules: CallRulesDialog, qtbot: QtBot) -> None:
    assert rules.hours.week[0].text() == "9:00-12:00, 13:00-17:00"
    assert rules.hours.week[6].text() == "10:00-24:00"
    assert rules.hours.country.currentText() == "Denmark"
    qtbot.mouseClick(rules.save, LEFT)
    qtbot.waitUntil(closed)
    assert bridge.sent == [calls.CallRulesSet(rules=RULES)]


def test_everything_can_be_changed(bridge: RecordingBridge, rules: CallRulesDialog, qtbot: QtBot) -> None:
    hours = rules.hours
    hours.zone.setText(" Europe/Oslo ")
    hours.week[5].setText("10-14")
    hours.country.setCurrentIndex(hours.country.findData("NO"))
    hours.closed.setPlainText("2027-01-02, 2027-01-01")
    hours.opened.setPlainText("2026-12-31 9-12\n2026-12-23")
    answering = rules.answering
    for name, value in {
        "ring_s": 30,
        "return_s": 60,
        "patience_s": 600,
        "minutes": 30,
        "advisors": 2,
        "notice_minutes": 0,
    }.items():
        answering.numbers[name].setValue(value)
    answering.messages.setChecked(False)
    topics = rules.topics
    topics.rows[0].name.setText("Hud og hår")
    qtbot.mouseClick(topics.rows[1].up, LEFT)
    qtbot.mouseClick(topics.add, LEFT)
    topics.rows[2].name.setText("Skin")
    qtbot.mouseClick(topics.add, LEFT)
    qtbot.mouseClick(rules.replies.rows[0].remove, LEFT)
    qtbot.mouseClick(rules.save, LEFT)
    [command] = bridge.sent_of(calls.CallRulesSet)
    assert (
        command.rules
        == CallRules(
            ring_s=30,
            return_s=60,
            patience_s=600,
            minutes=30,
            advisors=2,
            notice_minutes=0,
            messages=False,
            bookings=True,
            hours=OpeningHours(
                zone="Europe/Oslo",
                country="NO",
                week=(*RULES.hours.week[:5], (Span(600, 840),), (Span(600, 1440),)),  # type: ignore[union-attr]
                closed=("2027-01-01", "2027-01-02"),
                opened={"2026-12-23": (), "2026-12-31": (Span(540, 720),)},
            ),
            topics=(Topic(id="makeup", name="Makeup"), Topic(id="skin", name="Hud og hår"), Topic(id="skin-2", name="Skin")),
            replies=REPLIES[1:],
        )
    )


def test_no_opening_hours(bridge: RecordingBridge, rules: CallRulesDialog, qtbot: QtBot) -> None:
    rules.hours.week[0].setText("nonsense")
    rules.hours.on.setChecked(False)
    assert not rules.hours.form.isVisible()
    rules.tabs.setCurrentIndex(1)
    assert rules.answering.no_hours.isVisible(), "nothing can be booked without hours"
    qtbot.mouseClick(rules.save, LEFT)
    assert bridge.sent_of(calls.CallRulesSet)[0].rules == of(RULES, hours=None)


def test_what_cannot_be_read_is_told_beside_it(bridge: RecordingBridge, rules: CallRulesDialog, qtbot: QtBot) -> None:
    rules.tabs.setCurrentIndex(2)
    rules.hours.week[1].setText("9-25")
    rules.hours.opened.setPlainText("Christmas")
    rules.replies.rows[1].text.clear()  # type: ignore[union-attr]
    rules.topics.rows[1].name.setText("hudpleje")
    qtbot.mouseClick(rules.save, LEFT)
    assert bridge.sent == []
    assert rules.tabs.currentIndex() == 0, "the first of them is shown"
    assert rules.hours.fields["week[1]"].problem.text() == "9-25 is no time of a day: it goes from 0:00 to 24:00"
    assert "Christmas begins with no date" in rules.hours.opened.accessibleDescription()
    assert rules.topics.rows[1].problem.text() == "Two of them have the same name"
    assert rules.replies.rows[1].problem.text() == "Write both a title and the words"
    assert rules.problem.isVisible()
    rules.hours.week[1].setText("9-15")
    rules.hours.opened.clear()
    qtbot.mouseClick(rules.save, LEFT)
    assert rules.tabs.currentIndex() == 2
    assert rules.topics.rows[1].name.hasFocus()
    rules.hours.week[1].setText("9-15")
    rules.hours.opened.clear()
    rules.replies.rows[1].name.clear()
    rules.topics.rows[1].name.setText("Makeup")
    qtbot.mouseClick(rules.save, LEFT)
    assert len(bridge.sent) == 1, "what is empty is left out"
    assert bridge.sent_of(calls.CallRulesSet)[0].rules.replies == REPLIES[:1]


REFUSED = [
    (InvalidValue("There is no time zone {zone}: write one like Europe/Copenhagen", field="zone", zone="X"), "zone", 0),
    (InvalidValue("no", field="rules.hours.zone"), "zone", 0),
    (InvalidValue("no", field="week[3][0]"), "week[3]", 0),
    (InvalidValue("no", field="rules.hours.opened[2026-12-24]"), "opened", 0),
    (InvalidValue("no", field="rules.ring_s"), "ring_s", 1),
    (InvalidValue("no", field="rules.topics"), "topics", 2),
    (InvalidValue("no", field="rules.replies[3].text"), "replies", 3),
]


@pytest.mark.parametrize(("error", "name", "page"), REFUSED)
def test_the_servers_refusal_is_told_beside_its_field(
    bridge: RecordingBridge, rules: CallRulesDialog, qtbot: QtBot, error: StudioError, name: str, page: int
) -> None:
    bridge.refuses["call.rules"] = error
    qtbot.mouseClick(rules.save, LEFT)
    field = rules._fields[name][1]
    qtbot.waitUntil(lambda: rules.tabs.currentIndex() == page and field.problem.isVisible())
    assert field.problem.text() == error.problem(i18n._)
    assert not closed()
    bridge.refuses.clear()
    qtbot.mouseClick(rules.save, LEFT)
    qtbot.waitUntil(closed)


def test_who_may_not_is_told(bridge: RecordingBridge, rules: CallRulesDialog, qtbot: QtBot) -> None:
    bridge.refuses["call.rules"] = Forbidden("{role} may not use {name}", role="support", name="call.rules")
    qtbot.mouseClick(rules.save, LEFT)
    qtbot.waitUntil(rules.problem.isVisible)
    assert rules.problem.text() == "support may not use call.rules"


def test_a_real_server_refuses_and_keeps(opened: Open, qtbot: QtBot) -> None:
    window = opened()
    window.dialogs.open("call_rules")
    dialog = front(CallRulesDialog)
    dialog.hours.on.setChecked(True)
    dialog.hours.zone.setText("Mars/Base")
    dialog.hours.week[5].setText("10-14")
    qtbot.mouseClick(dialog.save, LEFT)
    zone = dialog.hours.fields["zone"]
    qtbot.waitUntil(zone.problem.isVisible)
    assert zone.problem.text() == "There is no time zone Mars/Base: write one like Europe/Copenhagen"
    dialog.hours.zone.setText("Europe/Oslo")
    qtbot.mouseClick(dialog.save, LEFT)
    qtbot.waitUntil(lambda: window._bridge.state.calls.rules.hours is not None)
    hours = window._bridge.state.calls.rules.hours
    assert hours is not None
    assert (hours.zone, hours.week[5]) == ("Europe/Oslo", (Span(600, 840),))
    qtbot.waitUntil(closed)


def test_no_rules_but_an_order_asks_nothing(bridge: RecordingBridge, window: MainWindow) -> None:
    backwards = of(RULES, hours=of(RULES.hours, closed=("2027-01-02", "2027-01-01")))
    bridge.show(full(rules=backwards))
    window.dialogs.open("call_rules")
    front(CallRulesDialog).reject()
    assert closed()


def test_fields_of_errors() -> None:
    names = [None, "", "rules", "rules.hours", "rules.hours.week[6][1].ends", "hours.closed[2]", "minutes"]
    assert [field_of(name) for name in names] == ["", "", "rules", "hours", "week[6]", "closed", "minutes"]


def test_what_was_written_is_not_thrown_away_by_escape(rules: CallRulesDialog, qtbot: QtBot) -> None:
    rules.answering.numbers["ring_s"].setValue(40)
    rules.reject()
    press("Go on writing")
    assert not closed()
    rules.reject()
    press("Throw away")
    assert closed()


def test_nothing_written_closes_at_once(rules: CallRulesDialog) -> None:
    rules.reject()
    assert closed()


def test_another_ones_change_is_told(bridge: RecordingBridge, rules: CallRulesDialog) -> None:
    bridge.show(full(unread=0))
    assert not rules.elsewhere.isVisible()
    bridge.show(full(rules=of(RULES, ring_s=99)))
    assert rules.elsewhere.isVisible()


def test_lists_have_an_end(bridge: RecordingBridge, window: MainWindow) -> None:
    many = tuple(Topic(id=f"t{n}", name=f"T{n}") for n in range(50))
    bridge.show(full(rules=of(RULES, topics=many, replies=(CannedReply(title="a", text="b"),))))
    window.dialogs.open("call_rules")
    dialog = front(CallRulesDialog)
    assert not dialog.topics.add.isEnabled()
    assert dialog.replies.add.isEnabled()
    dialog.topics.rows[0].remove.click()
    assert dialog.topics.add.isEnabled()


# ── hostile, and everywhere ──────────────────────────────────────────────────────────────────────────────────


def test_what_strangers_write_is_never_markup(bridge: RecordingBridge, window: MainWindow) -> None:
    eve = of(SPOKEN, name=HOSTILE, contact=HOSTILE, text=HOSTILE, by=HOSTILE, state="done")
    booking = of(HERS, name=HOSTILE, contact=HOSTILE)
    bridge.show(full(messages=(eve,), bookings=(booking,)))
    window.dialogs.open("messages")
    dialog = front(MessagesDialog)
    for whole in (window, dialog):
        shown = [one for one in whole.findChildren(QLabel) if "<b>" in one.text()]
        assert shown
        assert all(one.textFormat() == Qt.TextFormat.PlainText for one in shown)
        tips = [one.toolTip() for one in whole.findChildren(QWidget) if "Eve" in one.toolTip()]
        assert [tip for tip in tips if "<b>" in tip or "<img" in tip] == []
    assert HOSTILE in dialog.view.text.toPlainText()
    for ask in (dialog.view.ask_delete, window.workspaces.support.inbox.rows["b2"].call_off.click):
        ask()
        box = front(QMessageBox)
        assert box.textFormat() == Qt.TextFormat.PlainText
        assert "Eve" not in box.informativeText()
        press("Keep it")


SIZES = [(1280, 720, 100), (1440, 900, 100), (1280, 720, 200)]


@pytest.mark.parametrize("language", ["en", "da"])
@pytest.mark.parametrize(("width", "height", "percent"), SIZES)
def test_at_every_size(bridge: RecordingBridge, window: MainWindow, language: str, width: int, height: int, percent: int) -> None:
    window._settings.set("language", language)
    window._settings.set("window.theme", "light" if language == "en" else "dark")
    window._settings.set("window.text_percent", percent)
    window._dress()
    window.resize(width, height)
    found: dict[str, list[str]] = {}

    def look(name: str, widget: QWidget) -> None:
        settled()
        if wrong := problems(widget):
            found[name] = wrong

    for name, shown in {
        "full": full(),
        "ringing": full(ringing()),
        "queue": full(state(calm().advising, queue(GUEST, MAJA))),
        "empty": full(messages=(), unread=0, bookings=()),
    }.items():
        bridge.show(shown)
        look(name, window)
    bridge.show(full())
    window.dialogs.open("messages")
    messages = front(MessagesDialog)
    for row in range(3):
        messages.list.setCurrentRow(row)
        look(f"message {row}", messages)
    bridge.show(full(unread=130))
    look("more messages", messages)
    bridge.show(full(messages=(), unread=0))
    look("no messages", messages)
    messages.close()
    bridge.show(full())
    window.dialogs.open("call_rules")
    rules = front(CallRulesDialog)
    rules.hours.week[1].setText("9-25")
    rules.replies.rows[1].text.clear()  # type: ignore[union-attr]
    rules._save()
    bridge.show(full(rules=of(RULES, ring_s=99)))
    for page in range(4):
        rules.tabs.setCurrentIndex(page)
        look(f"rules {page}", rules)
    with contextlib.suppress(RuntimeError):
        rules.done(0)
    assert found == {}
