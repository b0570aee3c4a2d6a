"""The items of the scene in preview: taken by name, hidden, locked, moved and removed with a click."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.commands.scene import ItemRemove, ItemReorder, ItemSet
from studio.state import Scene, SceneItem
from tests.ui.conftest import front
from tests.ui.panels.shows import SCENES, SHOW, StudioBridge, scenes, sourced
from ui.dialogs.add_source import AddSource
from ui.panels.item_list import ItemList

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(bridge: StudioBridge, shown: Callable[..., ItemList]) -> ItemList:
    """The host's scene in preview: camera, name and microphone."""
    bridge.show(scenes(preview="a"))
    return shown(ItemList(bridge))


def names(panel: ItemList) -> list[str]:
    return [row.name.accessibleName() for row in panel.rows]


def test_the_topmost_stands_first(panel: ItemList) -> None:
    assert names(panel) == ["Mikrofon", "Mette Holm", "Kamera"]
    assert panel.words.text() == "Værten"
    assert not panel.empty.isVisible()


def test_an_empty_scene_says_what_to_do_and_none_at_all_offers_nothing(panel: ItemList) -> None:
    panel.refresh(scenes(preview="c"))
    assert (panel.rows, panel.empty.isVisible(), panel.add.isEnabled()) == ([], True, True)
    panel.refresh(scenes(preview=""))
    assert (panel.rows, panel.add.isEnabled(), panel.words.text()) == ([], False, "")


def test_a_name_takes_its_item_and_is_marked(panel: ItemList, qtbot: QtBot) -> None:
    assert not panel.up.isEnabled()
    with qtbot.waitSignal(panel.taken) as told:
        qtbot.mouseClick(panel.rows[1].name, LEFT)
    assert told.args == ["2"]
    assert [row.property("place") for row in panel.rows] == ["", "current", ""]
    assert panel.up.isEnabled()
    assert panel.remove.isEnabled()


def test_shown_and_locked_go_by_how_it_stands_now(bridge: StudioBridge, panel: ItemList, qtbot: QtBot) -> None:
    row = panel.rows[2]
    qtbot.mouseClick(row.shown, LEFT)
    qtbot.mouseClick(row.locked, LEFT)
    hidden = (SceneItem(id="1", source="cam", visible=False, locked=True), *SCENES[0].items[1:])
    bridge.show(scenes(preview="a", scenes=(Scene(id="a", name="Værten", items=hidden),)))
    panel.refresh(bridge.state)
    assert (row.shown.text(), row.locked.text()) == ("Hidden", "Locked")
    assert row.shown.accessibleName() == "Kamera: Hidden"
    qtbot.mouseClick(row.shown, LEFT)
    qtbot.mouseClick(row.locked, LEFT)
    assert bridge.sent == [
        ItemSet(scene="a", item="1", visible=False),
        ItemSet(scene="a", item="1", locked=True),
        ItemSet(scene="a", item="1", visible=True),
        ItemSet(scene="a", item="1", locked=False),
    ]


def test_up_down_and_remove_are_about_what_is_taken(bridge: StudioBridge, panel: ItemList, qtbot: QtBot) -> None:
    panel.take("2")
    for button in (panel.up, panel.down, panel.remove):
        qtbot.mouseClick(button, LEFT)
    assert bridge.sent == [
        ItemReorder(scene="a", item="2", index=2),
        ItemReorder(scene="a", item="2", index=0),
        ItemRemove(scene="a", item="2"),
    ]
    panel.take("1")
    qtbot.mouseClick(panel.down, LEFT)
    assert bridge.sent[-1] == ItemReorder(scene="a", item="1", index=0), "below the lowest is the lowest"


def test_what_was_taken_and_is_gone_cannot_be_moved(bridge: StudioBridge, panel: ItemList, qtbot: QtBot) -> None:
    panel.take("2")
    bridge.show(scenes(preview="a", scenes=(Scene(id="a", name="Værten", items=SCENES[0].items[:1]),)))
    qtbot.mouseClick(panel.remove, LEFT)
    assert bridge.sent == [], "removed elsewhere, a moment ago"
    panel.refresh(bridge.state)
    assert not panel.remove.isEnabled()
    assert names(panel) == ["Kamera"]


def test_rows_stay_while_their_scene_does(panel: ItemList) -> None:
    camera = panel.rows[2]
    panel.refresh(scenes(preview="a", scenes=(Scene(id="a", name="Værten", items=SCENES[0].items[::-1]),)))
    assert names(panel) == ["Kamera", "Mette Holm", "Mikrofon"]
    assert panel.rows[0] is camera, "with the focus it may have"
    panel.refresh(scenes(preview="b"))
    assert names(panel) == ["Intro"], "the other scene's item has the same id"
    assert panel.rows[0] is not camera


def test_an_item_without_its_source_is_left_out(panel: ItemList) -> None:
    lost = (SceneItem(id="1", source="gone"), SceneItem(id="2", source="cam"))
    panel.refresh(scenes(preview="a", scenes=(Scene(id="a", name="Værten", items=lost),)))
    assert names(panel) == ["Kamera"]


def test_a_source_that_delivers_nothing_says_why_and_never_as_markup(panel: ItemList) -> None:
    panel.refresh(SHOW)
    lost = sourced("film", status="failed", reason="<b>Filmen</b> er væk")
    panel.refresh(lost)
    (row,) = panel.rows
    assert not row.kind.isHidden()
    assert row.kind.text() == "no signal"
    assert "&lt;b&gt;Filmen" in row.name.toolTip()
    panel.refresh(SHOW)
    assert row.kind.isHidden()
    assert row.name.toolTip() == "Intro"


def test_a_source_is_asked_for(panel: ItemList, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.add, LEFT)
    dialog = front(AddSource)
    assert set(dialog.kinds) >= {"camera", "text", "image"}
    dialog.close()
