"""What can be done with a line depends on whose it is, who sees it, and what stands above the chat already."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.commands.base import Command
from studio.commands.chat import ChatPicture, ChatPin, ChatRelease, ChatRemove, VisitorBlock
from studio.show.chat import ChatLine
from studio.state.shop import Shop
from tests.ui.calling import of
from ui.panels.chat_actions import ChatActions

LEFT = Qt.MouseButton.LeftButton
LINE = ChatLine(id="l1", at_ms=0, name="Sofie", text="er den vegansk?", visitor="v7")


@pytest.fixture
def sent() -> list[Command]:
    return []


@pytest.fixture
def answered() -> list[ChatLine]:
    return []


@pytest.fixture
def actions(
    bridge: object, sent: list[Command], answered: list[ChatLine], shown: Callable[..., QWidget]
) -> Iterator[ChatActions]:
    made, holder = ChatActions(sent.append, answered.append), QWidget()
    QVBoxLayout(holder).addWidget(made)
    shown(holder, 420, 120)
    yield made
    holder.close()


def offered(actions: ChatActions) -> set[str]:
    names = ("reply", "release", "pin", "picture", "remove", "more")
    return {name for name in names if getattr(actions, name).isVisible()}


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({}, {"reply", "pin", "picture", "remove", "more"}),
        ({"visitor": ""}, {"reply", "pin", "picture", "remove"}),
        ({"state": "held"}, {"reply", "release", "remove", "more"}),
        ({"state": "shadow"}, {"reply", "release", "remove", "more"}),
        ({"private": True, "staff": True, "visitor": ""}, {"reply", "remove"}),
        ({"simulated": True, "visitor": ""}, set()),
    ],
    ids=["a viewer's", "nobody known's", "held", "shadowed", "a private answer", "simulated"],
)
def test_only_what_makes_sense_is_offered(actions: ChatActions, fields: dict[str, Any], wanted: set[str]) -> None:
    actions.show_line(of(LINE, **fields), Shop())
    assert offered(actions) == wanted
    actions.show_line(None, Shop())
    assert not actions.isVisible()


def test_each_button_is_about_the_line(actions: ChatActions, sent: list[Command], answered: list[ChatLine], qtbot: QtBot) -> None:
    actions.show_line(LINE, Shop())
    for button in (actions.reply, actions.pin, actions.picture, actions.remove):
        qtbot.mouseClick(button, LEFT)
    assert answered == [LINE]
    assert sent == [ChatPin(line="l1"), ChatPicture(line="l1"), ChatRemove(line="l1")]


def test_what_is_up_is_taken_down_by_the_same_button(actions: ChatActions, sent: list[Command], qtbot: QtBot) -> None:
    actions.show_line(LINE, Shop(pinned_line=LINE, picture_line=LINE))
    assert (actions.pin.text(), actions.picture.text()) == ("Unpin", "Off the picture")
    qtbot.mouseClick(actions.pin, LEFT)
    qtbot.mouseClick(actions.picture, LEFT)
    assert sent == [ChatPin(line=""), ChatPicture(line="")]
    actions.show_line(of(LINE, id="l2"), Shop(pinned_line=LINE, picture_line=LINE))
    assert (actions.pin.text(), actions.picture.text()) == ("Pin", "On the picture"), "another one takes its place"


def test_keys_do_no_more_than_buttons(actions: ChatActions, sent: list[Command]) -> None:
    for line in (None, of(LINE, simulated=True), of(LINE, state="held")):
        actions.show_line(line, Shop())
        actions.pin_line()
        actions.picture_line()
    actions.show_line(of(LINE, simulated=True), Shop())
    actions.remove_line()
    assert sent == []


def test_a_held_line_is_shown_to_everybody(actions: ChatActions, sent: list[Command], qtbot: QtBot) -> None:
    actions.show_line(of(LINE, state="held"), Shop())
    qtbot.mouseClick(actions.release, LEFT)
    assert sent == [ChatRelease(line="l1")]


def test_who_wrote_it_can_be_kept_from_writing(actions: ChatActions, sent: list[Command]) -> None:
    actions.show_line(LINE, Shop())
    for entry in actions.menu.actions():
        entry.trigger()
    assert sent == [
        *(VisitorBlock(visitor="v7", kind="timeout", minutes=minutes) for minutes in (1, 5, 10, 60)),
        VisitorBlock(visitor="v7", kind="ban", minutes=1),
        VisitorBlock(visitor="v7", kind="shadow", minutes=1),
    ]


def test_nobody_is_blocked_for_a_line_that_has_gone(actions: ChatActions, sent: list[Command]) -> None:
    actions.show_line(LINE, Shop())
    actions.show_line(None, Shop())
    for entry in actions.menu.actions():
        entry.trigger()
    assert sent == []
