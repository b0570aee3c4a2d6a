"""Inbox, messages and rules at every size, in both languages; nothing that a stranger writes becomes markup."""

import contextlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

from tests.ui.audit import problems
from tests.ui.calling import GUEST, MAJA, calm, of, queue, ringing, state
from tests.ui.conftest import front
from tests.ui.support.inbox.fakes import HERS, RULES, SPOKEN, RecordingBridge, full
from tests.ui.support.looking import HOSTILE, press, settled
from ui.dialogs.call_rules import CallRulesDialog
from ui.dialogs.messages import MessagesDialog
from ui.main_window import MainWindow


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
