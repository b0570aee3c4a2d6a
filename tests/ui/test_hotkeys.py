"""Keys: on the way down and up, whatever has the focus, and whoever else wants the same one."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QPlainTextEdit, QSpinBox, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.commands.base import Command
from studio.commands.mixer import ChannelSet
from studio.commands.panic import PanicOn
from studio.commands.product import ProductPin
from studio.commands.rundown import RundownGo
from studio.state import Channel, Mixer, Product, Shop, Source, State
from studio.state.rundown import Rundown, Step
from tests.ui.calling import of
from tests.ui.conftest import wait_front
from ui.actions import ACTIONS, BY_ID, conflicts, key_of, words_of
from ui.hotkeys import Hotkeys

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
BASE = State(
    sources=(Source(id="mic", kind="microphone", name="Mic"),),
    mixer=Mixer(channels=(Channel(source="mic", muted=True),)),
    shop=Shop(products=(Product(id="oil", title="Olie", price_minor=1),)),
    rundown=Rundown(steps=(Step(id="1", title="Velkommen"), Step(id="2", title="Farvel"))),
)


class Desk(QWidget):
    """A window with a field, and keys that are noted."""

    def __init__(self) -> None:
        super().__init__()
        self.state, self.sent, self.acts = BASE, list[Command](), list[str]()
        self.field, self.number, self.page, self.rest = QLineEdit(), QSpinBox(), QPlainTextEdit(), QWidget()
        rows = QVBoxLayout(self)
        for part in (self.field, self.number, self.page, self.rest):
            rows.addWidget(part)
        self.rest.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.keys = Hotkeys(self, lambda: self.state, self.sent.append, self.acts.append)
        self.keys.refresh()

    def rebind(self, **keys: str) -> None:
        self.state = of(self.state, hotkeys={name.replace("_", "."): key for name, key in keys.items()})
        self.keys.refresh()


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    made = Desk()
    qtbot.addWidget(made)
    made.show()
    wait_front(made, qtbot)
    made.rest.setFocus()
    qtbot.waitUntil(made.rest.hasFocus)
    return made


def test_a_key_sends_what_makes_sense_now(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(desk.rest, Qt.Key.Key_N)
    qtbot.keyClick(desk.rest, Qt.Key.Key_1)
    qtbot.keyClick(desk.rest, Qt.Key.Key_Escape, SHIFT)
    assert desk.sent == [RundownGo(take=True), ProductPin(product="oil"), PanicOn()]
    qtbot.keyClick(desk.rest, Qt.Key.Key_2)
    desk.state = of(desk.state, panic=True, rundown=of(desk.state.rundown, current="2"))
    qtbot.keyClick(desk.rest, Qt.Key.Key_Escape, SHIFT)
    qtbot.keyClick(desk.rest, Qt.Key.Key_N)
    assert len(desk.sent) == 3, "no second product, no second curtain, no step after the last"


def test_what_the_window_does_it_is_told(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(desk.rest, Qt.Key.Key_F8)
    qtbot.keyClick(desk.rest, Qt.Key.Key_O, CTRL)
    qtbot.keyClick(desk.rest, Qt.Key.Key_Return)
    assert (desk.acts, desk.sent) == (["scene:7", "dialog:shows", "take"], [])


def test_push_to_talk_is_as_long_as_the_key_is_held(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyPress(desk.rest, Qt.Key.Key_T, CTRL)
    assert desk.sent == [ChannelSet(source="mic", muted=False)]
    qtbot.keyRelease(desk.rest, Qt.Key.Key_X)
    assert len(desk.sent) == 1, "that was another key"
    qtbot.keyRelease(desk.rest, Qt.Key.Key_T)
    qtbot.keyRelease(desk.rest, Qt.Key.Key_T)
    assert desk.sent[1:] == [ChannelSet(source="mic", muted=True)], "once"


def test_who_turns_to_another_window_while_talking_is_muted_again(desk: Desk, qtbot: QtBot) -> None:
    """The key comes up where nobody of ours sees it: the microphone would stay open."""
    other = QWidget()
    qtbot.addWidget(other)
    qtbot.keyPress(desk.rest, Qt.Key.Key_T, CTRL)
    other.show()
    wait_front(other, qtbot)
    qtbot.waitUntil(lambda: desk.sent[1:] == [ChannelSet(source="mic", muted=True)])
    qtbot.keyRelease(other, Qt.Key.Key_T)
    assert len(desk.sent) == 2


def test_without_a_microphone_nothing_is_held(desk: Desk, qtbot: QtBot) -> None:
    desk.state = of(desk.state, sources=(), mixer=Mixer())
    qtbot.keyPress(desk.rest, Qt.Key.Key_T, CTRL)
    qtbot.keyRelease(desk.rest, Qt.Key.Key_T)
    assert desk.sent == []


def test_letters_and_enter_belong_to_who_writes(desk: Desk, qtbot: QtBot) -> None:
    for field in (desk.field, desk.page):
        field.setFocus()
        qtbot.keyClicks(field, "Nm1")
        qtbot.keyClick(field, Qt.Key.Key_Return)
    desk.number.setFocus()
    qtbot.keyClick(desk.number, Qt.Key.Key_Return)
    assert (desk.sent, desk.acts) == ([], [])
    assert (desk.field.text(), desk.page.toPlainText()) == ("Nm1", "Nm1\n")
    qtbot.keyClick(desk.field, Qt.Key.Key_Escape, SHIFT)
    assert desk.sent == [PanicOn()], "panic is everybody's"


def test_enter_presses_a_dialogs_button_and_takes_nothing(desk: Desk, qtbot: QtBot) -> None:
    dialog = QDialog(desk)
    qtbot.addWidget(dialog)
    dialog.show()
    wait_front(dialog, qtbot)
    dialog.setFocus()
    qtbot.waitUntil(dialog.hasFocus)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.keyClick(dialog, Qt.Key.Key_F1)
    assert desk.acts == ["scene:0"]


def test_a_key_that_is_moved_is_moved_and_the_old_one_is_nobodys(desk: Desk, qtbot: QtBot) -> None:
    desk.rebind(step="F9")
    qtbot.keyClick(desk.rest, Qt.Key.Key_N)
    assert desk.sent == []
    qtbot.keyClick(desk.rest, Qt.Key.Key_F9)
    assert desk.sent == [RundownGo(take=True)]
    desk.rebind(step="")
    qtbot.keyClick(desk.rest, Qt.Key.Key_F9)
    assert len(desk.sent) == 1
    desk.rebind()
    qtbot.keyClick(desk.rest, Qt.Key.Key_N)
    assert len(desk.sent) == 2


def test_where_two_want_one_key_the_first_of_the_table_has_it(desk: Desk, qtbot: QtBot) -> None:
    desk.rebind(multiview="n")
    qtbot.keyClick(desk.rest, Qt.Key.Key_N)
    assert (len(desk.sent), desk.acts) == (1, [])
    assert conflicts(desk.state) == {"n": ["step", "multiview"]}


@pytest.mark.parametrize("key", ["", "F9", "Ctrl+T"])
def test_the_key_that_is_said_is_the_key_that_works(key: str) -> None:
    state = of(BASE, hotkeys={"talk": key})
    assert key_of(state, "talk") == key
    assert key_of(state, "step") == "N"


def test_every_action_can_be_asked_of_an_empty_show_and_has_words() -> None:
    for action in ACTIONS:
        assert action.press is not None or action.window, action.id
        makes: list[Callable[[State], Command | None]] = [make for make in (action.press, action.release) if make is not None]
        assert all(make(State()) is None or isinstance(make(State()), Command) for make in makes)
        assert "{" not in words_of(action.id)
    assert len(BY_ID) == len(ACTIONS)
