"""The support staff's workspace, over a bridge that remembers what it is asked to do, and a clock that a test moves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio import i18n
from studio.settings import Settings
from tests.ui.calling import FakeBridge
from tests.ui.conftest import wait_front
from tests.ui.support.looking import Silent, Ticks
from ui import theme
from ui.main_window import MainWindow
from ui.models.server_clock import ServerClock
from ui.workspaces.support import SupportWorkspace


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def bridge() -> FakeBridge:
    return FakeBridge()


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, home: Path, bridge: FakeBridge, ticks: Ticks) -> Iterator[MainWindow]:
    i18n.use("en")
    theme.apply(qapp)
    settings = Settings()
    settings.set("window.sounds", False)
    made = MainWindow(bridge, settings)
    made.desk.clock = ServerClock(ticks)
    made.desk.follow(bridge.state)
    made.sounds = made.ringing._sounds = Silent(on=False)
    made.ringing._again.timeout.disconnect()
    made.ringing._again.timeout.connect(made.sounds.ring)
    made.resize(1440, 900)
    made.show_workspace("support")
    made.show()
    wait_front(made, qtbot)
    yield made
    made._leave()
    shiboken6.delete(made)  # at once: each look is put on every widget there is


@pytest.fixture
def support(window: MainWindow) -> SupportWorkspace:
    return window.workspaces.support
