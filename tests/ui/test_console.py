"""The dialog that makes a link into the console, on a real server."""

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from pytestqt.qtbot import QtBot

from tests.ui.conftest import front
from ui.dialogs.console import ConsoleDialog
from ui.main_window import MainWindow


@pytest.fixture
def dialog(window: MainWindow) -> ConsoleDialog:
    window.act("dialog:console")
    return front(ConsoleDialog)


def test_a_colleague_is_sent_a_link(dialog: ConsoleDialog, qtbot: QtBot) -> None:
    assert not dialog.link.isVisible()
    qtbot.mouseClick(dialog.invite, Qt.MouseButton.LeftButton)
    assert dialog.name.hasFocus(), "it needs a name"
    dialog.name.setText("Maja")
    qtbot.mouseClick(dialog.invite, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.link.isVisible)
    assert "/console#invite=" in dialog.link.link
    assert "this computer only" in dialog.link.local.text()
    qtbot.mouseClick(dialog.link.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == dialog.link.link
    assert dialog.link.copy.text() == "Copied"


def test_a_link_that_was_opened_here_is_used_up(dialog: ConsoleDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[QUrl] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    dialog.name.setText("Me")
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.link.isVisible)
    link = dialog.link.link
    qtbot.mouseClick(dialog.open_, Qt.MouseButton.LeftButton)
    assert [url.toString() for url in opened] == [link]
    assert not dialog.link.isVisible()
