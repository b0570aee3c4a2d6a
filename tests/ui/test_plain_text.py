"""What comes from outside is words, never markup: Qt takes what looks like HTML for HTML, and fetches the pictures it names."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from studio.errors import Held
from studio.state import State
from tests.ui import recorded
from tests.ui.conftest import FILE, Open, front, state
from tests.ui.test_audit import DIALOGS, settled
from ui.dialogs.ask import ask_first, ask_name
from ui.widgets.label import plain_tip, without_markup

UI = Path("ui")
RICH = ("setToolTip", "setWhatsThis", "setInformativeText", "setLabelText", "showText", "setStatusTip")
"""What Qt reads as HTML where it looks so."""
PLAIN = ("plain_tip", "without_markup")
BOXES = {
    "QMessageBox": ("ui/dialogs/ask.py", "ui/app.py"),
    "QInputDialog": ("ui/dialogs/ask.py",),
    "QLabel": ("ui/widgets/label.py",),
}
"""Where these are made, and nowhere else."""
PROBE = "<img src='file:///etc/hostname'><b>bold</b>"


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call in the window's code: where, the call, and what is called."""
    for path in sorted(UI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                yield str(path), node, name


def is_ours(node: ast.expr) -> bool:
    """Words of the program itself, or words that went through `plain_tip`."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.IfExp):
        return is_ours(node.body) and is_ours(node.orelse)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", *PLAIN)


def words_of(node: ast.Call, name: str) -> ast.expr:
    """The argument that is shown."""
    return node.args[1 if name == "showText" else 0]


def test_what_is_read_as_html_is_given_plain_words() -> None:
    found = [
        f"{path}:{node.lineno}: {ast.unparse(node)}"
        for path, node, name in calls()
        if name in RICH and node.args and not is_ours(words_of(node, name))
    ]
    assert found == [], "wrap it in plain_tip"


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        ("box.setToolTip('words')", True),
        ("box.setToolTip(_('words'))", True),
        ("box.setToolTip(plain_tip(name))", True),
        ("box.setToolTip(name)", False),
        ("box.setToolTip(f'{name}')", False),
        ("box.setToolTip(_('of {name}').format(name=name))", False),
        ("box.setToolTip(_('a') if on else name)", False),
    ],
)
def test_the_rule_finds_what_it_is_for(code: str, ours: bool) -> None:
    node: Any = ast.parse(code).body[0]
    assert is_ours(node.value.args[0]) is ours


def test_labels_and_boxes_are_made_where_they_are_made_plain() -> None:
    found = [
        f"{path}:{node.lineno}: {ast.unparse(node)}"
        for path, node, name in calls()
        if name in BOXES and isinstance(node.func, ast.Name) and path not in BOXES[name]
    ]
    assert found == [], "label(), ask_first() and ask_name() make them"


def test_kinds_of_labels_say_that_they_are_plain() -> None:
    for path in sorted(UI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and "QLabel" in {ast.unparse(base) for base in node.bases}:
                assert "setTextFormat(Qt.TextFormat.PlainText)" in ast.unparse(node), f"{path}: {node.name}"


def test_models_give_plain_tips() -> None:
    for path in sorted(UI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.If) and "ToolTipRole" in ast.unparse(node.test):
                answers = [one for one in ast.walk(node) if isinstance(one, ast.Return) and one.value is not None]
                assert all(is_ours(one.value) for one in answers if one.value is not None), f"{path}:{node.lineno}"


def test_a_tip_says_what_was_written() -> None:
    assert plain_tip("Oil & rose") == "Oil & rose"
    assert "<img" not in plain_tip(PROBE)
    assert "&lt;img" in plain_tip(PROBE)
    assert "a\nb" in plain_tip("a\nb <c>"), "lines stay lines"
    assert "<" not in without_markup(PROBE)


def test_questions_and_their_words_are_plain(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    box = ask_first(parent, PROBE, PROBE, ("No", "Yes"), lambda: None)
    assert rich(box) == []
    box.close()
    asked = ask_name(parent, PROBE, PROBE, value=PROBE, done=lambda _name: None)
    assert rich(asked) == []
    asked.close()


def rich(inside: QWidget) -> list[str]:
    """Which words in it Qt would take for markup."""
    found = []
    for widget in (inside, *inside.findChildren(QWidget)):
        if "<img" in widget.toolTip():
            found.append(f"tip of {type(widget).__name__}: {widget.toolTip()}")
        if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText and "<img" in widget.text():
            found.append(f"label: {widget.text()}")
        if isinstance(widget, QAbstractItemView) and (model := widget.model()) is not None:
            found += [f"tip in {type(widget).__name__}: {tip}" for tip in tips(model) if "<img" in tip]
    return found


def tips(model: QAbstractItemModel) -> list[str]:
    """Of all rows."""
    rows = (model.index(row, 0, QModelIndex()) for row in range(model.rowCount()))
    return [str(row.data(Qt.ItemDataRole.ToolTipRole) or "") for row in rows]


def named(now: State) -> dict[str, Any]:
    """The state with markup for every name that comes from outside."""
    replace = msgspec.structs.replace
    scenes = tuple(replace(scene, name=PROBE) for scene in now.scenes.scenes)
    sources = tuple(replace(one, name=PROBE, status="failed", reason=PROBE) for one in now.sources)
    steps = tuple(replace(step, title=PROBE, notes=PROBE) for step in now.rundown.steps)
    return {
        "show": replace(now.show, title=PROBE),
        "scenes": replace(now.scenes, scenes=scenes),
        "sources": sources,
        "rundown": replace(now.rundown, steps=steps, cue=replace(now.rundown.cue, text=PROBE)),
        "shop": replace(now.shop, products=tuple(replace(one, title=PROBE) for one in now.shop.products)),
        "recording": replace(now.recording, planned=(PROBE,)),
        "library": replace(now.library, recordings=tuple(replace(one, title=PROBE) for one in now.library.recordings)),
    }


def test_no_name_is_taken_for_markup_anywhere(opened: Open, qtbot: QtBot) -> None:
    recorded.put(recorded.FULL)
    window = opened(FILE)
    qtbot.waitUntil(lambda: bool(state(window).shop.products) and len(state(window).library.recordings) == 1)
    store: Any = window._bridge._studio.store  # type: ignore[union-attr]

    async def put(_studio: Any) -> None:
        store.update(**named(state(window)))

    with qtbot.waitSignal(window._bridge.changed):
        window._bridge.call(put)
    found = {}
    for workspace in ("host", "producer", "support", "relation"):
        window.show_workspace(workspace)
        if workspace == "producer":
            window.workspaces.producer.items._take(state(window).scenes.scenes[1].items[0].id)
        settled(window)
        found[workspace] = rich(window)
    for name, show in DIALOGS.items():
        show(window)
        dialog = front(QDialog)
        settled(dialog)
        found[name] = rich(dialog)
        dialog.close()
        settled(window)
    window._bridge.refused.emit(Held(PROBE))
    found["question"] = [one for box in window.findChildren(QMessageBox) for one in rich(box)]
    for box in window.findChildren(QMessageBox):
        box.close()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert QApplication.activeModalWidget() is None
