"""A window over the real engine on test sources, with a server of its own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from studio import i18n
from studio.desktop.studio import StudioOptions
from studio.settings import Settings
from studio.show_file import FileSource, ShowFile, ShowInfo
from studio.state import Channel, Product, Scene, SceneItem, State, Transform
from studio.state.rundown import Step
from ui import placing, theme
from ui.bridge import Bridge
from ui.main_window import MainWindow
from ui.widgets import hold_button

GTIN = "5701234567899"
PRODUCTS = tuple(
    Product(
        id=f"p{n}",
        title=f"Fugtighedsbevarende natcreme nummer {n}",
        price_minor=n * 4950,
        stock=n % 3,
        gtin=GTIN if n == 5 else "",
    )
    for n in range(6)
)
FILE = ShowFile(
    show=ShowInfo(id="window-test", title="Prøveshow med et meget langt navn på dansk", brand="Butik", products=PRODUCTS),
    sources=(
        FileSource(id="red", kind="colour", name="Red", settings={"colour": "#c01818"}),
        FileSource(id="tone", kind="test_pattern", name="Pattern"),
        FileSource(id="name", kind="lower_third", name="Name", settings={"title": "Mette Holm", "subtitle": "Skin advisor"}),
        FileSource(id="blue", kind="colour", name="Blue", settings={"colour": "#1830c0"}),
    ),
    scenes=(
        Scene(
            id="a",
            name="Red",
            items=(SceneItem(id="1", source="red"), SceneItem(id="2", source="name", transform=Transform(x=100, y=700))),
        ),
        Scene(id="b", name="Pattern", items=(SceneItem(id="1", source="tone"),)),
        Scene(id="c", name="Meget langt scenenavn på dansk", items=()),
    ),
    program="a",
    preview="b",
    transition="cut",
    channels=(Channel(source="tone", fader_db=-6),),
    rundown=(
        Step(id="1", title="Welcome", minutes=2, notes="Say who you are"),
        Step(id="2", title="The products", minutes=7.5, scene="b"),
        Step(id="3", title="Goodbye"),
    ),
    script="# Hello\nGood evening and welcome to all of you\n# Oil\nTwo drops, press, never rub",
)

WAIT_MS = 60_000
"""What has to come may take this long on a busy machine; what comes at once is not waited for."""
D = TypeVar("D")
Open = Callable[..., MainWindow]


class PatientBot(QtBot):
    """pytest-qt's, with our patience instead of its five seconds."""

    def waitUntil(self, callback: Callable[[], Any], *, timeout: int = WAIT_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = WAIT_MS, **how: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **how)

    def keyClick(self, widget: QWidget, *key: Any, **how: Any) -> None:  # type: ignore[override] # the other is static
        self._front(widget)
        QtBot.keyClick(widget, *key, **how)

    def keyClicks(self, widget: QWidget, *keys: Any, **how: Any) -> None:  # type: ignore[override] # the other is static
        self._front(widget)
        QtBot.keyClicks(widget, *keys, **how)

    def _front(self, widget: QWidget) -> None:
        """A dialog that has just opened is not active yet: its keys would be the shortcuts of the window behind it."""
        if isinstance(window := widget.window(), QDialog):
            wait_front(window, self)


SCREEN = QRect(0, 0, 2560, 1440)


@pytest.fixture(autouse=True)
def screen(monkeypatch: pytest.MonkeyPatch) -> Callable[[QRect], None]:
    """What the screen has room for: the one of the offscreen platform is smaller than anybody's. Call it with another."""

    def be(room: QRect) -> None:
        def of(_point: QPoint | None) -> QRect:
            return room

        monkeypatch.setattr(placing, "room", of)

    be(SCREEN)
    return be


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    """Mouse, keyboard and waiting."""
    return PatientBot(request)


def wait_front(window: QWidget, qtbot: QtBot) -> None:
    """Until it is active: before that a shortcut's key is nobody's."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication, home: Path, fresh_database: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens a window on a show; everything ends after the test."""
    shutil.copy(fresh_database, home / "shows.sqlite")
    monkeypatch.setattr(hold_button, "HOLD_MS", 60)
    bridges: list[Bridge] = []
    windows: list[MainWindow] = []

    def make(file: ShowFile = FILE, path: Path | None = None, **changes: Any) -> MainWindow:
        settings = Settings()
        settings.set("window.sounds", False)
        for name, value in changes.items():
            settings.set(name.replace("__", "."), value)
        i18n.use(settings["language"] or "en")
        theme.apply(qapp, settings["window.theme"], settings["window.text_percent"])
        bridge = Bridge(StudioOptions(file, path, database=home / "shows.sqlite", resume=False), settings)
        bridges.append(bridge)
        with qtbot.waitSignal(bridge.started):
            bridge.start()
        qtbot.waitUntil(lambda: bridge.state.link.status == "connected" and bool(bridge.state.show.state))
        window = MainWindow(bridge, settings)
        windows.append(window)
        qtbot.addWidget(window)
        window.resize(1440, 900)
        window.show()
        wait_front(window, qtbot)
        return window

    yield make
    for window in windows:
        window._leave()
    for bridge in bridges:
        bridge.close()


@pytest.fixture
def window(opened: Open) -> MainWindow:
    """The window on the test show, in English, the host's workspace."""
    return opened()


def front(kind: type[D]) -> D:
    """The dialog of that kind that is shown."""
    found = [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, kind) and widget.isVisible()]
    assert len(found) == 1, f"{kind.__name__}: {len(found)} shown"
    return found[0]


def state(window: MainWindow) -> State:
    """The state as the window was told last: all that it shows follows that, and not what the studio has by now."""
    return window._told
