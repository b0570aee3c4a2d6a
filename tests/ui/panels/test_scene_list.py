"""The list of scenes: a row previews, the buttons below edit the scene in preview, and a row says how its scene stands."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from studio.commands.scene import (
    SceneAdd,
    SceneDuplicate,
    ScenePreview,
    SceneRemove,
    SceneRename,
    SceneReorder,
    SceneTake,
)
from studio.errors import WrongState
from studio.settings import Settings
from studio.state import Scene, Show, Stream
from tests.ui.calling import of
from tests.ui.conftest import front
from tests.ui.panels.shows import LONG, SCENES, SHOW, StudioBridge, scenes, sourced
from ui import theme
from ui.panels.scene_list import SceneList

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings()


@pytest.fixture
def panel(bridge: StudioBridge, settings: Settings, shown: Callable[..., SceneList]) -> SceneList:
    return shown(SceneList(bridge, settings), 320, 400)


def at(panel: SceneList, row: int) -> QPoint:
    return panel.list.visualItemRect(panel.list.item(row)).center()


def said(panel: SceneList) -> list[str]:
    return [str(panel.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(panel.list.count())]


def test_a_row_says_in_words_how_its_scene_stands(panel: SceneList) -> None:
    assert said(panel) == ["Værten, PROGRAMME, F1", "Filmen, PREVIEW, F2", f"{LONG}, F3"]
    live = of(SHOW, show=Show(id="s", state="live"), stream=Stream(status="live"))
    panel.refresh(live)
    assert said(panel)[0] == "Værten, ON AIR, F1"
    panel.refresh(sourced("film", status="stale"))
    assert said(panel)[1] == "Filmen, NO SIGNAL, PREVIEW, F2"


def test_a_click_previews_and_what_the_state_says_is_not_said_again(bridge: StudioBridge, panel: SceneList, qtbot: QtBot) -> None:
    assert panel.list.currentRow() == 1
    qtbot.mouseClick(panel.list.viewport(), LEFT, pos=at(panel, 2))
    assert bridge.sent == [ScenePreview(scene="c")]
    panel.refresh(scenes(preview="a"))
    assert panel.list.currentRow() == 0
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    assert bridge.sent == [ScenePreview(scene="c"), ScenePreview(scene="b")]


@pytest.mark.parametrize("takes", [False, True])
def test_a_double_click_takes_only_where_the_settings_say_so(
    bridge: StudioBridge, panel: SceneList, settings: Settings, qtbot: QtBot, takes: bool
) -> None:
    settings.set("window.double_click", takes)
    qtbot.mouseClick(panel.list.viewport(), LEFT, pos=at(panel, 1))
    qtbot.mouseDClick(panel.list.viewport(), LEFT, pos=at(panel, 1))
    assert bridge.sent == ([SceneTake(scene="b")] if takes else [])


def test_the_buttons_are_about_the_scene_in_preview(bridge: StudioBridge, panel: SceneList, qtbot: QtBot) -> None:
    for button in (panel.duplicate, panel.up, panel.down, panel.remove):
        qtbot.mouseClick(button, LEFT)
    assert bridge.sent == [
        SceneDuplicate(scene="b"),
        SceneReorder(scene="b", index=0),
        SceneReorder(scene="b", index=2),
        SceneRemove(scene="b"),
    ]


def test_at_the_ends_nothing_moves_and_what_is_on_air_stays(bridge: StudioBridge, panel: SceneList, qtbot: QtBot) -> None:
    bridge.show(scenes(preview="a"))
    panel.refresh(bridge.state)
    qtbot.mouseClick(panel.up, LEFT)
    assert not panel.remove.isEnabled(), "it is the programme"
    bridge.show(scenes(preview="c"))
    panel.refresh(bridge.state)
    qtbot.mouseClick(panel.down, LEFT)
    assert bridge.sent == []
    panel.refresh(scenes(scenes=SCENES[2:], preview="c"))
    assert not panel.remove.isEnabled(), "it is the only one"


def test_a_scene_that_is_added_is_previewed(bridge: StudioBridge, panel: SceneList, qtbot: QtBot) -> None:
    bridge.show(scenes(scenes=(*SCENES, Scene(id="d", name="Scene 5"))))
    qtbot.mouseClick(panel.add, LEFT)
    assert front(QInputDialog).textValue() == "Scene 6", "five is taken"
    front(QInputDialog).setTextValue("  Udpakning ")
    front(QInputDialog).accept()
    assert bridge.sent == [SceneAdd(name="Udpakning"), ScenePreview(scene="Udpakning")]


def test_a_refused_scene_is_not_previewed_and_no_name_is_no_scene(bridge: StudioBridge, panel: SceneList, qtbot: QtBot) -> None:
    bridge.refuses["scene.add"] = WrongState("There are enough scenes")
    qtbot.mouseClick(panel.add, LEFT)
    front(QInputDialog).accept()
    assert bridge.sent == [SceneAdd(name="Scene 4")]
    qtbot.mouseClick(panel.add, LEFT)
    front(QInputDialog).setTextValue(" \t ")
    front(QInputDialog).accept()
    assert len(bridge.sent) == 1


def test_a_rename_is_of_the_scene_it_was_asked_for(bridge: StudioBridge, panel: SceneList, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.rename, LEFT)
    asked = front(QInputDialog)
    assert asked.textValue() == "Filmen"
    bridge.show(scenes(preview="c"))
    panel.refresh(bridge.state)
    asked.setTextValue("Forfilm")
    asked.accept()
    assert bridge.sent == [SceneRename(scene="b", name="Forfilm")]


def test_without_a_scene_in_preview_the_buttons_do_nothing(bridge: StudioBridge, panel: SceneList, qtbot: QtBot) -> None:
    bridge.show(scenes(scenes=(), preview="", program=""))
    panel.refresh(bridge.state)
    assert panel.list.count() == 0
    for button in (panel.rename, panel.duplicate, panel.up, panel.down, panel.remove):
        qtbot.mouseClick(button, LEFT)
    assert bridge.sent == []


def test_eight_scenes_have_keys_however_many_there_are(panel: SceneList) -> None:
    many = tuple(Scene(id=f"s{n}", name=f"Scene nr. {n}") for n in range(40))
    panel.refresh(scenes(scenes=many, preview="s39", program="s0"))
    assert panel.list.count() == 40
    assert [words.endswith(f", F{n + 1}") for n, words in enumerate(said(panel)[:9])] == [True] * 8 + [False]
    assert panel.list.currentRow() == 39
    panel.refresh(SHOW)
    assert (panel.list.count(), panel.list.currentRow()) == (3, 1)


def test_a_key_of_ones_own_stands_on_the_row(panel: SceneList) -> None:
    panel.refresh(of(SHOW, hotkeys={"scene.1": "X", "scene.3": ""}))
    assert [words.rpartition(", ")[2] for words in said(panel)] == ["X", "F2", LONG]


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_in_the_list_takes_nothing(panel: SceneList, key: Qt.Key) -> None:
    """It is the key of *Take*: unless the list claims it, a scene that was only looked for goes on air."""
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
    asked.ignore()
    QApplication.sendEvent(panel.list, asked)
    assert asked.isAccepted()


@pytest.mark.parametrize("mode", ["dark", "light"])
@pytest.mark.parametrize("width", [150, 320])
def test_the_word_stays_on_the_row_beside_a_long_name(
    bridge: StudioBridge, settings: Settings, shown: Callable[..., SceneList], qapp: QApplication, mode: str, width: int
) -> None:
    theme.apply(qapp, mode)
    bridge.show(scenes(preview="c"))
    panel = shown(SceneList(bridge, settings), width, 400)
    row = panel.list.visualItemRect(panel.list.item(2))
    image = panel.list.viewport().grab(row).toImage()
    badge = QColor(theme.token("preview"))
    columns = [x for x in range(image.width()) if image.pixelColor(x, image.height() // 2 - 8) == badge]
    assert columns, "PREVIEW is there"
    assert columns[-1] < image.width() - 2
    assert columns[0] > image.width() * 0.2, "the name has room as well"
