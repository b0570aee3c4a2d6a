"""The rules of the call desk: what is loaded is saved, what cannot be read or is refused is told beside its field."""

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio import i18n
from studio.commands import call as calls
from studio.errors import Forbidden, InvalidValue, StudioError
from studio.show.call import CannedReply, Topic
from studio.show.call_rules import CallRules
from studio.show.opening_hours import OpeningHours, Span
from tests.ui.calling import REPLIES, of
from tests.ui.conftest import Open, front
from tests.ui.support.inbox.fakes import RULES, RecordingBridge, full
from tests.ui.support.looking import LEFT, press
from ui.dialogs.call_rules import CallRulesDialog, field_of
from ui.main_window import MainWindow


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
