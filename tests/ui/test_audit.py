"""Every workspace, dialog and window, at every size, in both languages: named, not clipped, not on top of each other."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.commands.panic import PanicOn
from studio.commands.rundown import CueSend
from studio.show.read_as import Convention, ReadAs
from studio.shows.session import Left
from studio.state import Feed, Source, State
from tests.ui import recorded
from tests.ui.audit import clipped, nameless, overlapping, problems
from tests.ui.conftest import Open, state
from ui.actions import ACTIONS, conflicts
from ui.dialogs.add_source import AddSource
from ui.dialogs.assistant import Assistant
from ui.dialogs.call_takes import TakesDialog
from ui.dialogs.clip_editor import ClipEditor
from ui.dialogs.effects import EffectsDialog
from ui.dialogs.feed_convention import FeedConventionDialog
from ui.dialogs.mail_tools import MailToolsDialog
from ui.dialogs.missing import MissingFilesDialog
from ui.dialogs.newsletter import NewsletterDialog
from ui.dialogs.newsletter_sender import NewsletterSenderDialog
from ui.dialogs.recover import RecoverDialog
from ui.dialogs.rule import RuleDialog
from ui.dialogs.segment import SegmentDialog
from ui.main_window import MainWindow
from ui.widgets.button import Button

LEFT = Left(show="x", pid=1, on_air=True, at_ms=1_700_000_000_000)
SIZES = [(1280, 720, 100), (1440, 900, 100), (1920, 1080, 100), (1280, 720, 200), (1920, 1080, 150)]


def test_the_audit_finds_what_it_is_for(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(200, 100)
    nothing = QPushButton(window)
    narrow = QLabel("words that do not fit", window)
    narrow.setGeometry(0, 50, 20, 20)
    over = QPushButton("over", window)
    over.setGeometry(0, 50, 80, 30)
    window.show()
    assert "no name" in nameless([nothing])[0]
    assert "clipped" in clipped([narrow])[0]
    assert "overlap" in overlapping([narrow, over])[0]
    assert len(problems(window)) >= 3


def test_no_two_actions_have_one_key() -> None:
    assert conflicts(State()) == {}
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    assert all((action.press is None) != (not action.window) for action in ACTIONS)


def settled(window: QWidget) -> None:
    """Let layouts finish: what is laid out is laid out again where that changed a height."""
    for _turn in range(6):
        QApplication.processEvents()
        window.layout() and window.layout().activate()  # type: ignore[union-attr]
    QApplication.processEvents()


def lasting(window: QWidget, qtbot: QtBot) -> list[str]:
    """What is still wrong once all has come and is laid out: findings, devices and pictures arrive by and by."""
    with contextlib.suppress(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: not problems(window))
    return problems(window)


@pytest.mark.parametrize("language", ["en", "da"])
def test_the_workspaces_at_every_size(opened: Open, qtbot: QtBot, language: str) -> None:
    window = opened(language=language)
    bridge = window._bridge
    bridge.run(CueSend(text="Two minutes left on the oil, then on to the night cream please"))
    bridge.run(PanicOn())
    qtbot.waitUntil(lambda: state(window).panic and bool(state(window).rundown.cue.text))
    found: dict[str, list[str]] = {}
    for width, height, percent in SIZES:
        window._settings.set("window.text_percent", percent)
        for workspace in ("host", "producer", "support", "relation"):
            window._dress()
            window.show_workspace(workspace)
            window.resize(width, height)
            settled(window)
            if workspace == "producer":
                window.workspaces.producer.stage.select(state(window).scenes.scenes[1].items[0].id)
                settled(window)
            assert (window.width(), window.height()) == (width, height), "it fits the screen"
            if wrong := problems(window):
                found[f"{workspace} {width}x{height} {percent} %"] = wrong
    assert found == {}


FEED = Feed(
    id="f",
    name="forårets-varer.xlsx",
    convention=Convention(vat="25"),
    read_as=ReadAs(decimal=",", dates="both", currency="DKK", vat="25", finer=12),
)
"""Read as much as can be said."""
DIALOGS: dict[str, Callable[[MainWindow], Any]] = {
    "settings": lambda window: window.dialogs.open("settings"),
    "preflight": lambda window: window.dialogs.open("preflight"),
    "rundown": lambda window: window.dialogs.open("rundown"),
    "catalogue": lambda window: window.dialogs.open("catalogue"),
    "how a feed is read": lambda window: FeedConventionDialog(window._bridge, window, FEED).open(),
    "price": lambda window: window.dialogs.price("p1"),
    "poll": lambda window: window.dialogs.open("poll"),
    "rules of the chat": lambda window: window.dialogs.open("chat_rules"),
    "audience": lambda window: window.dialogs.open("audience"),
    "guests": lambda window: window.dialogs.open("guests"),
    "console": lambda window: window.dialogs.open("console"),
    "messages": lambda window: window.dialogs.open("messages"),
    "call desk": lambda window: window.dialogs.open("call_rules"),
    "what rings here": lambda window: TakesDialog(window._bridge, window, window.desk).open(),
    "shows": lambda window: window.dialogs.open("shows"),
    "assistant": lambda window: window.dialogs.assistant(),
    "assistant: camera": lambda window: Assistant(window._bridge, window._settings, window, lambda step: None, 1).open(),
    "assistant: show": lambda window: Assistant(window._bridge, window._settings, window, lambda step: None, 3).open(),
    "add source": lambda window: AddSource(window._bridge, window).open(),
    "effects": lambda window: EffectsDialog(window._bridge, window, "tone").open(),
    "missing": lambda window: MissingFilesDialog(
        window._bridge, window, [Source(id="x", kind="image", name="Logo", settings={"path": "/a/very/long/path/" * 8})]
    ).open(),
    "markers": lambda window: window.dialogs.open("markers"),
    "library": lambda window: window.dialogs.open("library"),
    "clips": lambda window: ClipEditor(window._bridge, window, window.films, recorded.FULL.id).open(),
    "newsletter": lambda window: NewsletterDialog(window._bridge, window, None).open(),
    "sender of newsletters": lambda window: NewsletterSenderDialog(window._bridge, window).open(),
    "mail tools": lambda window: MailToolsDialog(window._bridge, window).open(),
    "segment": lambda window: SegmentDialog(window._bridge, window, "").open(),
    "rule": lambda window: RuleDialog(window._bridge, window, "").open(),
    "recover": lambda window: RecoverDialog(window._bridge, window, LEFT).open(),
}
IN_CALLS = {"InviteDialog", "TransferDialog"}
"""Looked at where there is a call: `support/test_everywhere`."""


@pytest.mark.parametrize(("language", "percent"), [("en", 100), ("da", 100), ("da", 200)])
def test_every_dialog_and_window(opened: Open, qtbot: QtBot, language: str, percent: int) -> None:
    recorded.put(recorded.FULL, recorded.BROKEN, recorded.THROWN)
    window = opened(language=language, window__text_percent=percent)
    qtbot.waitUntil(lambda: bool(state(window).shop.products) and len(state(window).library.recordings) == 3)
    found: dict[str, list[str]] = {}
    for name, show in DIALOGS.items():
        show(window)
        shown = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QDialog) and widget.isVisible()]
        assert len(shown) == 1, name
        dialog = shown[0]
        if wrong := lasting(dialog, qtbot):
            found[name] = wrong
        dialog.close()
        settled(window)
    for name in ("multiview", "presenter", "projector"):
        window.act(f"window:{name}")
        extra = window.extra.made[name]
        if wrong := lasting(extra, qtbot):
            found[name] = wrong
        window.act(f"window:{name}")
    assert found == {}


def test_a_buttons_name_is_what_stands_on_it(qtbot: QtBot) -> None:
    button = Button("Take", tip="Put the preview on air", key="Return")
    qtbot.addWidget(button)
    assert (button.accessibleName(), button.toolTip()) == ("Take", "Put the preview on air (Return)")
