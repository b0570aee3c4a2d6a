"""The workspace with messages, appointments and rules, and the dialogs that are opened from it."""

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from tests.ui.conftest import front
from tests.ui.support.inbox.fakes import RecordingBridge
from tests.ui.support.looking import LEFT
from ui.dialogs.call_rules import CallRulesDialog
from ui.dialogs.messages import MessagesDialog
from ui.main_window import MainWindow
from ui.workspaces.support import SupportWorkspace


@pytest.fixture
def bridge() -> RecordingBridge:
    return RecordingBridge()


@pytest.fixture
def urls(monkeypatch: pytest.MonkeyPatch) -> list[QUrl]:
    """What was given to the system to open."""
    given: list[QUrl] = []

    def open_url(url: QUrl) -> bool:
        given.append(url)
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return given


@pytest.fixture
def messages(support: SupportWorkspace, qtbot: QtBot) -> MessagesDialog:
    qtbot.mouseClick(support.inbox.open, LEFT)
    return front(MessagesDialog)


@pytest.fixture
def rules(window: MainWindow) -> CallRulesDialog:
    window.dialogs.open("call_rules")
    return front(CallRulesDialog)
