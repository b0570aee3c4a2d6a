"""Panels over a bridge that remembers what it is asked: no studio, no window."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio import i18n
from tests.ui.conftest import wait_front
from tests.ui.panels.shows import StudioBridge
from ui import theme

W = TypeVar("W", bound=QWidget)
Shown = Callable[..., W]


@pytest.fixture
def bridge(home: Path, qapp: QApplication) -> Iterator[StudioBridge]:
    """English, dark, on the show of `shows`."""
    i18n.use("en")
    theme.apply(qapp)
    yield StudioBridge()
    if theme.mode() != "dark":
        theme.apply(qapp)


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[..., QWidget]:
    """Shows a panel as a window in front; it goes after the test."""

    def show(panel: W, width: int = 420, height: int = 560) -> W:
        qtbot.addWidget(panel)
        panel.resize(width, height)
        panel.show()
        wait_front(panel, qtbot)
        return panel

    return show
