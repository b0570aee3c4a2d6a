"""Who writes goes on writing whatever changes elsewhere, and what vanishes gives its focus to nothing that a key could press."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.commands.mixer import ChannelEffects, ChannelSet
from studio.commands.source import SourceRename, SourceSet
from studio.state import State
from studio.state.effects import Compressor, Gate
from tests.ui import recorded
from tests.ui.conftest import Open, front, state, wait_front
from tests.ui.test_audit import DIALOGS, settled
from ui.dialogs.effects import EffectsDialog
from ui.dialogs.poll import PollDialog
from ui.main_window import MainWindow
from ui.widgets.focus import Rest, RestsFocus, turn_to

EDITED = (QLineEdit, QAbstractSpinBox, QPlainTextEdit, QComboBox)
UI = Path("ui")


class Window(RestsFocus, QWidget):
    """A field, and a button beside it that must not be pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.field, self.button, self.pressed = QLineEdit(), QPushButton("Record"), 0
        row = QHBoxLayout(self)
        row.addWidget(self.field)
        row.addWidget(self.button)
        self.button.clicked.connect(self._press)

    def _press(self) -> None:
        self.pressed += 1


@pytest.fixture
def small(qtbot: QtBot) -> Window:
    made = Window()
    qtbot.addWidget(made)
    made.show()
    wait_front(made, qtbot)
    made.field.setFocus()
    return made


def hide(field: QWidget) -> None:
    field.hide()


def disable(field: QWidget) -> None:
    field.setEnabled(False)


def remove(field: QWidget) -> None:
    field.hide()
    field.deleteLater()


@pytest.mark.parametrize("vanish", [hide, disable, remove])
def test_what_vanishes_presses_nothing(small: Window, qtbot: QtBot, vanish: Callable[[QWidget], None]) -> None:
    vanish(small.field)
    QApplication.processEvents()
    assert isinstance(QApplication.focusWidget(), Rest)
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        qtbot.keyClick(QApplication.focusWidget(), key)
    assert small.pressed == 0
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert small.button.hasFocus(), "Tab goes on from where it was"


@pytest.mark.parametrize(("vanish", "come"), [(hide, QWidget.show), (disable, lambda field: field.setEnabled(True))])
def test_who_comes_back_writes_on(
    small: Window, qtbot: QtBot, vanish: Callable[[QWidget], None], come: Callable[[QWidget], None]
) -> None:
    vanish(small.field)
    come(small.field)
    qtbot.waitUntil(small.field.hasFocus)
    small.field.hide()
    small.button.setFocus()
    small.field.show()
    QApplication.processEvents()
    assert small.button.hasFocus(), "whoever has gone elsewhere stays there"


def test_a_page_that_is_turned_takes_the_focus_to_no_control(qtbot: QtBot) -> None:
    window, stack = Window(), QStackedWidget()
    qtbot.addWidget(window)
    pages = [Window(), Window()]
    for page in pages:
        stack.addWidget(page)
    layout = window.layout()
    assert layout is not None
    layout.addWidget(stack)
    window.show()
    wait_front(window, qtbot)
    pages[0].field.setFocus()
    turn_to(stack, pages[1])
    assert isinstance(QApplication.focusWidget(), Rest)
    turn_to(stack, pages[0])
    qtbot.waitUntil(pages[0].field.hasFocus)


# ── the properties ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def producer(opened: Open, qtbot: QtBot) -> MainWindow:
    """The lower third of the scene in preview is taken."""
    window = opened(window__workspace="producer")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: state(window).scenes.preview == "a")
    qtbot.waitUntil(lambda: len(window.workspaces.producer.items.rows) == 2)
    window.workspaces.producer.stage.select("2")
    qtbot.waitUntil(lambda: window.workspaces.producer.properties.form is not None)
    return window


def source(window: MainWindow, id: str) -> Any:
    return next(one for one in state(window).sources if one.id == id)


def test_a_name_is_written_and_tab_goes_to_the_next_field(producer: MainWindow, qtbot: QtBot) -> None:
    """Once: the form was made anew, the focus went to REC, and the letters were commands."""
    properties = producer.workspaces.producer.properties
    name, form = properties.name, properties.form
    assert name is not None
    assert form is not None
    wait_front(producer, qtbot)
    name.setFocus()
    name.selectAll()  # type: ignore[attr-defined]
    qtbot.keyClicks(name, "Navneskilt")
    qtbot.keyClick(name, Qt.Key.Key_Tab)
    title: Any = form.controls["title"]
    assert title.hasFocus()
    qtbot.waitUntil(lambda: source(producer, "name").name == "Navneskilt")
    qtbot.waitUntil(lambda: properties.words.text() == "Navneskilt")
    title.selectAll()
    qtbot.keyClicks(QApplication.focusWidget(), "vm")
    assert title.text() == "vm"
    assert producer.extra.made == {}, "V would have opened the multiview"
    qtbot.keyClick(title, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: source(producer, "name").settings["title"] == "vm")
    assert title.hasFocus()


def test_what_comes_from_elsewhere_is_shown_and_what_is_being_written_stays(producer: MainWindow, qtbot: QtBot) -> None:
    properties = producer.workspaces.producer.properties
    assert properties.form is not None
    title = properties.form.controls["title"]
    assert isinstance(title, QLineEdit)
    subtitle: Any = properties.form.controls["subtitle"]
    name: Any = properties.name
    wait_front(producer, qtbot)
    title.setFocus()
    qtbot.keyClicks(title, "x")
    written = title.text()
    producer._bridge.run(SourceSet(source="name", settings={"title": "Elsewhere", "subtitle": "Chemist"}))
    producer._bridge.run(SourceRename(source="name", name="Other"))
    qtbot.waitUntil(lambda: subtitle.text() == "Chemist" and name.text() == "Other")
    assert (title.text(), title.hasFocus()) == (written, True)
    assert properties.form.controls["title"] is title
    title.undo()
    title.setModified(False)
    producer._bridge.run(SourceSet(source="name", settings={"title": "Again"}))
    qtbot.waitUntil(lambda: title.text() == "Again")
    assert title.hasFocus()


def test_what_is_refused_is_shown_as_it_is(producer: MainWindow, qtbot: QtBot) -> None:
    name: Any = producer.workspaces.producer.properties.name
    wait_front(producer, qtbot)
    name.setFocus()
    name.clear()
    qtbot.keyClicks(name, "  ")
    qtbot.keyClick(name, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: name.text() == "Name")


def test_another_way_to_fit_keeps_the_list_that_chose_it(producer: MainWindow, qtbot: QtBot) -> None:
    properties = producer.workspaces.producer.properties
    fit: Any = properties.numbers["fit"]
    wait_front(producer, qtbot)
    fit.setFocus()
    assert not properties.numbers["width"].isVisible()
    fit.setCurrentIndex(fit.findData("fill"))
    fit.activated.emit(fit.currentIndex())
    qtbot.waitUntil(lambda: properties.numbers["width"].isVisible())
    assert not properties.numbers["scale_x"].isVisible()
    assert fit.hasFocus()


def test_effects_that_stay_keep_their_controls_and_follow(opened: Open, qtbot: QtBot) -> None:
    window = opened(window__workspace="producer")
    bridge = window._bridge
    bridge.run(ChannelEffects(source="tone", effects=(Gate(), Compressor())))
    qtbot.waitUntil(lambda: len(state(window).mixer.channels[0].effects) == 2)
    dialog = EffectsDialog(bridge, window, "tone")
    dialog.open()
    wait_front(dialog, qtbot)
    threshold: Any = dialog.forms[1].controls["threshold_db"]
    threshold.setFocus()
    bridge.run(ChannelEffects(source="tone", effects=(Gate(threshold_db=-33), Gate(), Compressor())))
    qtbot.waitUntil(lambda: len(dialog.forms) == 3)
    assert dialog.forms[2].controls["threshold_db"] is threshold
    assert threshold.hasFocus()
    qtbot.waitUntil(lambda: dialog.forms[0].controls["threshold_db"].value() == -33)  # type: ignore[attr-defined]
    bridge.run(ChannelSet(source="tone", balance=0.5))
    qtbot.waitUntil(lambda: dialog.balance.value() == 0.5)  # type: ignore[attr-defined]
    dialog._asked(dialog.boxes[1], "remove", None)
    qtbot.waitUntil(lambda: len(dialog.forms) == 2)
    assert threshold.hasFocus()
    dialog.close()


# ── everything ───────────────────────────────────────────────────────────────────────────────────────────────


def otherwise(now: State) -> dict[str, Any]:
    """The same show with other names everywhere."""
    replace = msgspec.structs.replace
    scenes = tuple(replace(scene, name=scene.name + "+") for scene in now.scenes.scenes)
    sources = tuple(replace(one, name=one.name + "+") for one in now.sources)
    steps = tuple(replace(step, title=step.title + "+", notes="+") for step in now.rundown.steps)
    products = tuple(replace(one, title=one.title + "+", price_minor=one.price_minor + 100) for one in now.shop.products)
    return {
        "scenes": replace(now.scenes, scenes=scenes),
        "sources": sources,
        "rundown": replace(now.rundown, steps=steps, script=now.rundown.script + "\n+"),
        "shop": replace(now.shop, products=products),
        "recording": replace(now.recording, planned=("One", "Two")),
    }


def change(window: MainWindow, qtbot: QtBot) -> None:
    """Everything is called otherwise, by somebody else."""
    store: Any = window._bridge._studio.store  # type: ignore[union-attr]
    wanted = otherwise(state(window))

    async def put(_studio: Any) -> None:
        store.update(**wanted)

    with qtbot.waitSignal(window._bridge.changed):
        window._bridge.call(put)
    settled(window)


def fields(inside: QWidget) -> list[QWidget]:
    """What one can write or choose in."""
    found = [one for kind in EDITED for one in inside.findChildren(kind)]
    return [
        one
        for one in found
        if one.isVisible() and one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None
    ]


@pytest.mark.parametrize("workspace", ["host", "producer", "support", "relation"])
def test_no_field_of_a_workspace_dies_under_who_writes_in_it(opened: Open, qtbot: QtBot, workspace: str) -> None:
    window = opened(window__workspace=workspace)
    if workspace == "producer":
        window.workspaces.producer.items._take("1")
    qtbot.waitUntil(lambda: len(state(window).shop.products) > 0)
    lost = []
    for field in fields(window):
        wait_front(window, qtbot)
        field.setFocus()
        change(window, qtbot)
        if QApplication.focusWidget() is not field:
            lost.append(f"{field.accessibleName()}: {QApplication.focusWidget()}")
    assert lost == []


def test_no_field_of_a_dialog_dies_under_who_writes_in_it(opened: Open, qtbot: QtBot) -> None:
    recorded.put(recorded.FULL)
    window = opened()
    qtbot.waitUntil(lambda: bool(state(window).shop.products) and len(state(window).library.recordings) == 1)
    lost, tried = [], 0
    for name, show in DIALOGS.items():
        show(window)
        dialog = front(QDialog)
        settled(dialog)
        for field in fields(dialog)[:6]:
            tried, words = tried + 1, field.accessibleName()
            wait_front(dialog, qtbot)
            field.setFocus()
            change(window, qtbot)
            if QApplication.focusWidget() is not field:
                lost.append(f"{name}, {words}: {QApplication.focusWidget()}")
                break
        dialog.close()
        settled(window)
    assert lost == []
    assert tried > 30


def test_rows_that_stay_are_the_same(opened: Open, qtbot: QtBot) -> None:
    window = opened(window__workspace="producer")
    producer = window.workspaces.producer
    rows = [row.name for row in producer.items.rows]
    strips, tiles = dict(producer.mixer.strips), window.workspaces.host.scenes.buttons
    rows[0].setFocus()
    change(window, qtbot)
    window.show_workspace("host")
    window.show_workspace("producer")
    assert [row.name for row in producer.items.rows] == rows
    assert producer.mixer.strips == strips
    assert producer.mixer.strips["tone"].name.text() == "Pattern+"
    assert producer.mixer.strips["tone"].mute.toolTip() == "Mute Pattern+"
    assert window.workspaces.host.scenes.buttons == tiles
    assert tiles[0].accessibleName().startswith("Red+")
    assert rows[0].accessibleName() == "Pattern+"


def test_every_window_of_ours_rests_its_focus(window: MainWindow) -> None:
    """A window without it would give the focus away as Qt does."""
    window.dialogs.open("poll")
    assert isinstance(front(PollDialog), RestsFocus)
    front(PollDialog).close()
    without = []
    for path in sorted(UI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            bases = {ast.unparse(base) for base in node.bases} if isinstance(node, ast.ClassDef) else set()
            if bases & {"QDialog", "QMainWindow"} and "RestsFocus" not in bases:
                without.append(f"{path}: {node.name}")  # type: ignore[attr-defined]
    assert without == []


def test_pages_are_turned_by_turn_to() -> None:
    """`setCurrentWidget` of a stack gives the focus to the first control of the other page."""
    found = [
        str(path)
        for path in sorted(UI.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "setCurrentWidget"
    ]
    assert found == ["ui/widgets/focus.py"]
