"""What the item that is taken can be told: fields follow the state, and what was refused is shown as it is again."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit
from pytestqt.qtbot import QtBot

from studio.commands.scene import ItemSet
from studio.commands.source import SourceDelay, SourceRename, SourceSet
from studio.errors import StudioError, WrongState
from studio.queries.source import Choice
from studio.state import Scene, SceneItem, State, Transform
from tests.ui.calling import of
from tests.ui.panels.shows import SCENES, SHOW, StudioBridge, scenes, sourced
from ui.panels.properties import ALIGN, PropertiesPanel
from ui.widgets.button import Button

LEFT = Qt.MouseButton.LeftButton
JABRA, BUILT_IN = Choice("Jabra", {"device": "j1"}), Choice("Indbygget", {"device": "b1"})


class Slow(StudioBridge):
    """What is attempted is answered when the test says so; and what is asked, once `holds` is set."""

    def __init__(self, state: State = SHOW) -> None:
        super().__init__(state)
        self.waiting: list[Callable[[StudioError | None], None]] = []
        self.asking: list[Callable[[], None]] = []
        self.holds = False

    def run(self, command: Any, done: Callable[[Any], None] | None = None) -> None:
        if self.holds:
            self.asking.append(partial(super().run, command, done))
        else:
            super().run(command, done)

    def attempt(self, command: Any, done: Callable[[StudioError | None], None], *, alone: bool = False) -> None:
        self.sent.append(command)
        self.waiting.append(done)


@pytest.fixture
def bridge(bridge: StudioBridge) -> Slow:
    """The host's scene in preview."""
    return Slow(scenes(preview="a"))


@pytest.fixture
def panel(bridge: Slow, shown: Callable[..., PropertiesPanel]) -> PropertiesPanel:
    return shown(PropertiesPanel(bridge), 380, 900)


def put(bridge: Slow, panel: PropertiesPanel, state: State) -> None:
    bridge.show(of(state, scenes=of(state.scenes, preview="a")))
    panel.refresh(bridge.state)


def placed(transform: Transform, **changes: Any) -> State:
    """The name lies elsewhere."""
    item = SceneItem(id="2", source="name", transform=transform, **changes)
    return scenes(scenes=(Scene(id="a", name="Værten", items=(SCENES[0].items[0], item)), *SCENES[1:]))


def number(panel: PropertiesPanel, name: str) -> Any:
    return panel.numbers[name]


def write(field: object, text: str, qtbot: QtBot) -> None:
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_where_nothing_is_taken_nothing_can_be_set(panel: PropertiesPanel) -> None:
    assert (panel.numbers, panel.name, panel.form, panel.words.text()) == ({}, None, None, "")
    panel.take("gone")
    assert panel.numbers == {}


def test_numbers_follow_the_item(bridge: Slow, panel: PropertiesPanel) -> None:
    panel.take("2")
    assert panel.words.text() == "Mette Holm"
    assert [number(panel, name).value() for name in ("x", "y", "rotation", "opacity")] == [100, 700, 0, 1]
    across = panel.numbers["x"]
    put(bridge, panel, placed(Transform(x=12.5, y=-40, rotation=90, opacity=0.25)))
    assert [number(panel, name).value() for name in ("x", "y", "rotation", "opacity")] == [12.5, -40, 90, 0.25]
    assert panel.numbers["x"] is across
    assert bridge.sent == [], "what came is not sent back"


def test_a_number_is_told_with_all_the_others_as_they_are(bridge: Slow, panel: PropertiesPanel) -> None:
    panel.take("2")
    put(bridge, panel, placed(Transform(x=100, y=700, rotation=30)))
    number(panel, "opacity").setValue(0.5)
    assert bridge.sent == [ItemSet(scene="a", item="2", transform=Transform(x=100, y=700, rotation=30, opacity=0.5))]


@pytest.mark.parametrize(("name", "value", "kept"), [("rotation", 999, 360), ("opacity", -3, 0), ("crop_left", 99_999, 20_000)])
def test_numbers_keep_to_what_the_studio_takes(
    bridge: Slow, panel: PropertiesPanel, name: str, value: float, kept: float
) -> None:
    panel.take("2")
    number(panel, name).setValue(value)
    (told,) = bridge.sent_of(ItemSet)
    assert getattr(told.transform, name) == kept


def test_an_item_that_is_laid_into_a_box_gets_the_one_it_had(bridge: Slow, panel: PropertiesPanel, qtbot: QtBot) -> None:
    panel.take("2")
    put(bridge, panel, placed(Transform(x=100, y=700, scale_x=2, scale_y=2)))
    fit = number(panel, "fit")
    fit.setFocus()
    qtbot.keyClick(fit, Qt.Key.Key_Down)
    (told,) = bridge.sent_of(ItemSet)
    assert (told.transform.fit, told.transform.width, told.transform.height) == ("fit", 1200, 240), "nothing jumps"


def test_a_box_has_a_size_and_a_picture_of_its_own_size_a_scale(bridge: Slow, panel: PropertiesPanel) -> None:
    panel.take("2")
    sizes = ("width", "height", "scale_x", "scale_y")
    assert [panel.numbers[name].isHidden() for name in sizes] == [True, True, False, False]
    put(bridge, panel, placed(Transform(fit="fill", width=640, height=360)))
    assert [panel.numbers[name].isHidden() for name in sizes] == [False, False, True, True]


def test_a_locked_item_is_read_and_not_set(bridge: Slow, panel: PropertiesPanel) -> None:
    panel.take("2")
    put(bridge, panel, placed(Transform(x=5), locked=True))
    assert not any(made.isEnabled() for made in panel.numbers.values())
    put(bridge, panel, placed(Transform(x=5)))
    assert all(made.isEnabled() for made in panel.numbers.values())


def test_sound_has_no_place(panel: PropertiesPanel) -> None:
    panel.take("3")
    assert panel.words.text() == "Mikrofon"
    assert not panel.numbers["x"].isVisible()
    assert panel.delay is not None


def test_a_name_is_kept_trimmed_and_never_empty(bridge: Slow, panel: PropertiesPanel, qtbot: QtBot) -> None:
    panel.take("2")
    write(panel.name, "  Sofie Kjærgaard  ", qtbot)
    assert bridge.sent == [SourceRename(source="name", name="Sofie Kjærgaard")]
    write(panel.name, "   ", qtbot)
    assert len(bridge.sent) == 1
    assert panel.name.text() == "Mette Holm"  # type: ignore[union-attr]


def test_who_writes_a_name_goes_on_while_others_change_things(bridge: Slow, panel: PropertiesPanel, qtbot: QtBot) -> None:
    panel.take("2")
    field = panel.name
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "Jon")
    put(bridge, panel, sourced("name", name="Anne", delay_ms=40))
    qtbot.keyClicks(field, "as")
    assert field.text() == "Jonas"
    assert panel.name is field


def test_a_delay_is_told_to_its_source(bridge: Slow, panel: PropertiesPanel) -> None:
    panel.take("1")
    assert isinstance(panel.delay, QAbstractSpinBox)
    panel.delay.setValue(5000)  # type: ignore[attr-defined]
    assert bridge.sent == [SourceDelay(source="cam", delay_ms=1000)]


def test_what_is_on_its_way_is_shown_and_what_is_refused_goes_back(bridge: Slow, panel: PropertiesPanel, qtbot: QtBot) -> None:
    panel.take("2")
    assert panel.form is not None
    title = panel.form.controls["title"]
    before = title.text()  # type: ignore[attr-defined]
    write(title, "Sofie", qtbot)
    panel.delay.setFocus()  # type: ignore[union-attr]
    assert bridge.sent == [SourceSet(source="name", settings={"title": "Sofie"})]
    put(bridge, panel, sourced("name", width=640))
    assert title.text() == "Sofie", "the state does not have it yet"  # type: ignore[attr-defined]
    bridge.waiting.pop()(WrongState("The name is locked"))
    assert title.text() == before  # type: ignore[attr-defined]


def test_a_device_is_chosen_from_those_that_are_there(bridge: Slow, panel: PropertiesPanel, qtbot: QtBot) -> None:
    bridge.answers["source.choices"] = (JABRA, BUILT_IN)
    put(bridge, panel, sourced("mic", settings={"device": "b1"}))
    panel.take("3")
    box = panel.devices
    assert box is not None
    assert [box.itemText(at) for at in range(box.count())] == ["Jabra", "Indbygget"]
    assert box.currentText() == "Indbygget"
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert bridge.sent == [SourceSet(source="mic", settings={"device": "j1"})]
    assert box.currentText() == "Jabra"


def test_a_device_that_is_unplugged_stays_as_it_is(bridge: Slow, panel: PropertiesPanel) -> None:
    bridge.answers["source.choices"] = (JABRA,)
    put(bridge, panel, sourced("mic", settings={"device": "gone"}))
    panel.take("3")
    assert panel.devices is not None
    assert panel.devices.currentText() == "As it is"
    panel.devices.activated.emit(panel.devices.currentIndex())
    assert bridge.sent == []


def test_a_camera_offers_its_own_format_before_the_others(bridge: Slow, panel: PropertiesPanel) -> None:
    hd = Choice("1280 × 720, 60/s", {"format": "mjpeg", "width": 1280, "height": 720, "fps": 60.0})
    bridge.answers["source.modes"] = (hd,)
    panel.take("1")
    assert panel.formats is not None
    assert [panel.formats.itemText(at) for at in range(panel.formats.count())] == ["The camera's own", hd.name]
    assert panel.formats.currentText() == "The camera's own"
    put(bridge, panel, sourced("cam", settings=hd.settings))
    assert panel.formats.currentText() == hd.name


def test_an_answer_about_another_source_changes_nothing(bridge: Slow, panel: PropertiesPanel) -> None:
    bridge.answers["source.choices"] = (JABRA, BUILT_IN)
    bridge.holds = True
    panel.take("3")
    panel.take("1")
    assert panel.devices is not None
    bridge.asking[0]()  # the microphones come when the camera is taken
    assert panel.devices.currentText() == "As it is"
    assert panel.devices.count() == 1
    bridge.asking[1]()
    assert panel.devices.count() == 3


@pytest.mark.parametrize(("side", "x"), [(0, 0), (1, 660), (2, 1320)])
def test_a_sign_lays_the_item_at_an_edge(bridge: Slow, panel: PropertiesPanel, qtbot: QtBot, side: int, x: float) -> None:
    panel.take("2")
    sign = ALIGN[side][1]
    button = next(one for one in panel.findChildren(Button) if one.text() == sign)
    qtbot.mouseClick(button, LEFT)
    (told,) = bridge.sent_of(ItemSet)
    assert (told.transform.x, told.transform.y) == (x, 700)
