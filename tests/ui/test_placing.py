"""Every window and dialog lies on the screen, however small it is; the main window comes back where it stood."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.ui import recorded
from tests.ui.conftest import Open, state
from tests.ui.test_audit import DIALOGS, IN_CALLS, settled
from ui import main_window, placing
from ui.dialogs.base import Dialog
from ui.main_window import MainWindow
from ui.windows.base import ExtraWindow

Screen = Callable[[QRect], None]
SMALL = QRect(0, 30, 1280, 690)
"""1280×720, with a panel on top."""
EXTRA = ("multiview", "presenter", "projector")


def outside(window: QWidget, room: QRect) -> str:
    """What of it lies outside, with its frame; empty when nothing does."""
    box = window.geometry().marginsAdded(placing.frame_of(window))
    return "" if room.contains(box) else f"{type(window).__name__}: {box} in {room}"


def kinds(base: type[object]) -> set[str]:
    """The names of the window's own that are derived from it, and from which nothing is."""
    found = {name for one in base.__subclasses__() for name in kinds(one)}
    return found or ({base.__name__} if base.__module__.startswith("ui.") else set())


def shown_dialog() -> QDialog:
    """The one that is open."""
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("percent", "language"), [(100, "en"), (200, "da")])
def test_every_window_lies_on_a_small_screen(opened: Open, qtbot: QtBot, screen: Screen, percent: int, language: str) -> None:
    screen(SMALL)
    recorded.put(recorded.FULL)
    window = opened(language=language, window__text_percent=percent)
    qtbot.waitUntil(lambda: bool(state(window).shop.products) and len(state(window).library.recordings) == 1)
    assert window.isMaximized(), "the screen is smaller than its usual size"
    window.showNormal()
    window.setGeometry(0, 0, 1440, 900)
    window._dress()
    settled(window)
    found = [outside(window, SMALL)]
    seen: set[type] = set()
    for show in DIALOGS.values():
        show(window)
        dialog = shown_dialog()
        settled(dialog)
        seen.add(type(dialog))
        found.append(outside(dialog, SMALL))
        dialog.close()
        settled(window)
    for name in EXTRA:
        window.act(f"window:{name}")
        extra = window.extra.made[name]
        settled(extra)
        seen.add(type(extra))
        found.append(outside(extra, SMALL))
        window.act(f"window:{name}")
    assert [one for one in found if one] == []
    unseen = (kinds(Dialog) | kinds(ExtraWindow)) - {kind.__name__ for kind in seen} - IN_CALLS
    assert unseen == set(), "put it into DIALOGS"


def test_a_window_that_grows_with_its_text_stays_on_the_screen(opened: Open, qtbot: QtBot, screen: Screen) -> None:
    screen(SMALL)
    window = opened()
    window.showNormal()
    window.act("window:multiview")
    window._settings.set("window.text_percent", 200)
    qtbot.waitUntil(lambda: window.workspaces.host.width() > 0 and window._settings["window.text_percent"] == 200)
    window._dress()
    settled(window)
    assert [outside(one, SMALL) for one in (window, window.extra.made["multiview"])] == ["", ""]


def fresh(window: MainWindow) -> MainWindow:
    """The window of the next start."""
    return main_window.MainWindow(window._bridge, window._settings)


def test_the_window_comes_back_where_it_stood(opened: Open, qtbot: QtBot) -> None:
    window = opened()
    window.setGeometry(140, 90, 1111, 777)
    window.close()
    assert window._settings["window.place"] == "140,90,1111,777"
    again = fresh(window)
    qtbot.addWidget(again)
    assert again.geometry() == QRect(140, 90, 1111, 777)


@pytest.mark.parametrize(
    "place",
    ["5000,4000,1360,860", "-900,-700,1360,860", "0,0,9000,9000", "10,10,1,1", "nonsense", "1,2,3", "99999999,0,1,1", ""],
)
def test_a_screen_that_is_gone_takes_no_window_with_it(opened: Open, qtbot: QtBot, screen: Screen, place: str) -> None:
    screen(SMALL)
    window = opened(window__place=place)
    again = fresh(window)
    qtbot.addWidget(again)
    assert bool(again.windowState() & Qt.WindowState.WindowMaximized) == (not placing.PLACE.fullmatch(place))
    again.showNormal()
    assert outside(again, SMALL) == ""
    assert again.width() >= again.minimumSizeHint().width()


def test_a_window_that_filled_the_screen_does_again(opened: Open, qtbot: QtBot) -> None:
    window = opened(window__place="140,90,1111,777 maximized")
    again = fresh(window)
    qtbot.addWidget(again)
    assert again.windowState() & Qt.WindowState.WindowMaximized


def test_escape_closes_what_stands_beside_the_window(window: MainWindow, qtbot: QtBot) -> None:
    for name in EXTRA:
        window.act(f"window:{name}")
        extra: Any = window.extra.made[name]
        qtbot.keyClick(extra, Qt.Key.Key_F11)
        qtbot.keyClick(extra, Qt.Key.Key_Escape)
        assert (extra.isVisible(), extra.isFullScreen()) == (True, False), name
        qtbot.keyClick(extra, Qt.Key.Key_Escape)
        assert not extra.isVisible(), name


def test_boxes_are_moved_before_they_are_made_smaller() -> None:
    none, least = QMargins(), QSize(100, 100)
    space = QRect(0, 0, 1000, 800)
    assert placing.inside(QRect(900, 700, 300, 300), least, space, none) == QRect(700, 500, 300, 300)
    assert placing.inside(QRect(-50, -50, 1200, 300), least, space, none) == QRect(0, 0, 1000, 300)
    assert placing.inside(QRect(QPoint(5, 5), QSize(10, 10)), least, space, none) == QRect(5, 5, 100, 100)
