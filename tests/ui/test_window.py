"""The window over a real studio and a real server, driven as a host would."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio import i18n
from studio.settings import Settings
from studio.show_file import FileSource, ShowFile, ShowInfo
from studio.state import Scene, SceneItem
from studio.studio import StudioOptions
from ui import theme
from ui.bridge import Bridge
from ui.main_window import MainWindow
from ui.widgets import hold_button

FILE = ShowFile(
    show=ShowInfo(id="window-test", title="Prøveshow med et meget langt navn på dansk"),
    sources=(
        FileSource(id="red", kind="colour", name="Red", settings={"colour": "#c01818"}),
        FileSource(id="tone", kind="test_pattern", name="Pattern"),
    ),
    scenes=(
        Scene(id="a", name="Red", items=(SceneItem(id="1", source="red"),)),
        Scene(id="b", name="Pattern", items=(SceneItem(id="1", source="tone"),)),
    ),
    program="a",
    preview="b",
)


@pytest.fixture
def window(qtbot: QtBot, qapp: object, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(hold_button, "HOLD_MS", 60)
    theme.apply(qapp)  # type: ignore[arg-type]
    bridge = Bridge(StudioOptions(FILE, database=home / "shows.sqlite"), Settings())
    with qtbot.waitSignal(bridge.started, timeout=30_000):
        bridge.start()
    made = MainWindow(bridge)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made._leave()
    bridge.close()


def test_a_show_from_the_window(window: MainWindow, qtbot: QtBot) -> None:
    assert window.top.pill.text() == "OFF AIR"
    assert [button.tally for button in window.scenes.buttons] == ["PROGRAMME", ""]
    qtbot.waitUntil(lambda: window.program.grab().toImage().pixelColor(window.program.rect().center()).red() > 150, timeout=5000)

    qtbot.mouseClick(window.scenes.buttons[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.scenes.buttons[1].tally == "PROGRAMME", timeout=5000)

    qtbot.mousePress(window.top.air, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.top.pill.text() == "● ON AIR", timeout=10_000)
    qtbot.mouseRelease(window.top.air, Qt.MouseButton.LeftButton)
    assert window.scenes.buttons[1].tally == "ON AIR"
    assert window.top.air.text == "Hold to end show"
    qtbot.waitUntil(lambda: "Sending" in window.top.health.text(), timeout=5000)

    qtbot.wait(hold_button.SWALLOW_MS + 50)
    qtbot.mousePress(window.top.air, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.top.pill.text() == "ENDED", timeout=10_000)
    assert not window.top.air.isEnabled()


def test_a_refused_command_is_said_in_the_eye_line(window: MainWindow, qtbot: QtBot) -> None:
    from studio.commands.scene import SceneTake

    window._bridge.run(SceneTake(scene="Rad"))
    qtbot.waitUntil(lambda: window.notice.isVisible(), timeout=5000)
    assert "did you mean Red?" in window.notice.text()


def test_the_window_fits_a_small_screen_in_danish(window: MainWindow, qtbot: QtBot) -> None:
    i18n.use("da")
    small = MainWindow(window._bridge)
    qtbot.addWidget(small)
    small.resize(1280, 720)
    small.show()
    qtbot.waitExposed(small)
    assert small.minimumSizeHint().width() <= 1280
    assert small.minimumSizeHint().height() <= 720
    assert small.top.air.text == "Hold for at gå live"
    small._leave()


def test_every_control_has_a_name(window: MainWindow) -> None:
    from PySide6.QtWidgets import QAbstractButton

    for button in window.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text()
    assert window.program.accessibleName()
    assert window.microphone.meter.accessibleName()
