"""The log behind the chat: numbered, bounded, and it knows what has changed."""

import pytest

from studio.show.chat import ChatLine
from ui.models import chat_log
from ui.models.chat_log import ChatLog


def line(number: int, text: str = "hej", **fields: object) -> ChatLine:
    return ChatLine(id=f"l{number}", at_ms=number, name="Sofie", text=text, **fields)  # type: ignore[arg-type]


def test_lines_are_numbered_once() -> None:
    log = ChatLog()
    log.add([line(1), line(2, "hvad?"), line(1)])
    assert [serial for serial, _ in log.all()] == [1, 2]
    assert (log.count, log.asked, log.held) == (2, 1, 0)
    assert [found.id for _, found in log.since(1, 10)] == ["l2"]


def test_a_line_that_changes_stays_in_its_place() -> None:
    log = ChatLog()
    log.add([line(1, state="held"), line(2)])
    before = log.revision
    log.add([line(1)])
    assert (log.changed_since(before), log.held, log.count) == ([1], 0, 2)
    log.remove("l2")
    assert log.changed_since(before) == [1, 2]
    assert log.find("l2") is None
    log.remove("unknown")


def test_what_changed_too_long_ago_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    log = ChatLog()
    log.add([line(n) for n in range(chat_log.CHANGES + 10)])
    for number in range(chat_log.CHANGES + 10):
        log.remove(f"l{number}")
    with pytest.raises(LookupError):
        log.changed_since(0)


def test_the_oldest_go_and_are_counted_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_log, "KEPT", 3)
    log = ChatLog()
    log.add([line(n, "hvad?") for n in range(5)])
    assert ([found.id for found in log.lines], log.asked, log.count) == (["l2", "l3", "l4"], 3, 5)
    assert [serial for serial, _ in log.since(0, 10)] == [3, 4, 5]


def test_the_end_of_a_rehearsal_takes_what_nobody_said() -> None:
    log = ChatLog()
    log.add([line(1, simulated=True), line(2, "hvad?")])
    began = log.began
    log.end_rehearsal()
    assert ([found.id for found in log.lines], log.asked, log.began) == (["l2"], 1, began + 1)
    log.clear()
    assert len(log) == 0


def test_lines_that_were_taken_away_leave_no_gap_for_others_to_fall_into() -> None:
    log = ChatLog()
    log.add([line(1), line(2), line(3)])
    log.remove("l3")
    assert [found.id for _, found in log.since(0, 10)] == ["l1", "l2"]
    log.remove("l1")
    log.add([line(4)])
    assert [found.id for _, found in log.since(0, 10)] == ["l2", "l4"]
