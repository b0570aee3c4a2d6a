"""Controls of forms keep what they cannot show, and what one is writing."""

import pytest
from PySide6.QtWidgets import QLineEdit, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import wait_front
from ui.widgets.form import NoWheel, control, show_value

CHOICES = [("None", ""), ("Rose", "rose"), ("Cream", "cream")]


def not_there(value: str) -> str:
    """In the language that is spoken now."""
    return NoWheel.unknown_words.format(value=value)


@pytest.fixture
def box(qtbot: QtBot) -> NoWheel:
    made = NoWheel("Product", CHOICES)
    qtbot.addWidget(made)
    return made


def test_a_value_that_no_entry_has_gets_one(box: NoWheel) -> None:
    box.choose("serum")
    assert (box.currentText(), box.currentData()) == (not_there("serum"), "serum")
    box.choose("rose")
    assert box.currentData() == "rose"
    box.choose("")
    assert box.currentText() == "None"


def test_other_entries_keep_what_is_chosen(box: NoWheel) -> None:
    told: list[int] = []
    box.currentIndexChanged.connect(told.append)
    box.fill(CHOICES, "serum")
    assert box.count() == 4
    box.fill([*CHOICES, ("Serum", "serum")], "serum")
    assert (box.currentText(), box.count()) == ("Serum", 4)
    box.fill([("None", "")], "serum")
    assert box.currentText() == not_there("serum")
    assert told == []


def test_no_value_at_all_is_no_entry_and_not_the_first(qtbot: QtBot) -> None:
    made = NoWheel("Scene", CHOICES[1:])
    qtbot.addWidget(made)
    made.choose("")
    assert (made.currentIndex(), made.count(), made.currentData()) == (-1, 2, None)


def test_what_a_value_is_called_is_learnt_later(box: NoWheel) -> None:
    box.choose("serum")
    box.name_entry("Serum", "serum")
    box.name_entry("Mist", "mist")
    assert (box.currentText(), box.count(), box.currentData()) == ("Serum", 5, "serum")


def test_what_comes_is_shown_and_told_to_nobody(qtbot: QtBot) -> None:
    told: list[object] = []
    kinds = {
        "bool": True,
        "int": 7,
        "float": 2.5,
        "choice": "rose",
        "colour": "#112233",
        "path": "/a/b.png",
        "lines": "a",
        "text": "a",
    }
    for kind, value in kinds.items():
        made = control(kind, kind, value, told.append, choices=CHOICES)
        qtbot.addWidget(made)
        other = {"bool": False, "int": 9, "float": 4.5, "choice": "serum", "colour": "#332211", "path": "/c", "lines": "b"}
        show_value(made, other.get(kind, "b"))
    assert told == []


def test_what_one_writes_stays_until_it_is_told(qtbot: QtBot) -> None:
    told: list[object] = []
    line = control("text", "Name", "Red", told.append)
    number = control("int", "Delay", 3, told.append, low=0, high=9)
    assert isinstance(line, QLineEdit)
    assert isinstance(number, QSpinBox)
    window = QWidget()
    qtbot.addWidget(window)
    rows = QVBoxLayout(window)
    rows.addWidget(line)
    rows.addWidget(number)
    window.show()
    wait_front(window, qtbot)
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    qtbot.keyClicks(line, "dish")
    show_value(line, "Blue")
    assert line.text() == "Reddish"
    line.editingFinished.emit()
    show_value(line, "Blue")
    assert (line.text(), told) == ("Blue", ["Reddish"])
