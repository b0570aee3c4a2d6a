"""Staff see what would go to a mail tool before it does, and what was said to it."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.commands import Command
from studio.commands.newsletter import MailToolSwitch
from studio.queries.newsletter import LookedUp, MailToolDiff, ToolDiff
from studio.relation.condition import Did
from studio.relation.match import named
from studio.relation.newsletter import Topic
from studio.relation.segment import Segment
from studio.state import State
from studio.state.newsletters import Newsletters, ToolNow, TopicNow
from studio.state.relation import Relation, SegmentNow
from tests.ui.calling import FakeBridge
from tests.ui.test_newsletters import click, shot
from ui.dialogs.mail_tools import MailToolsDialog
from ui.models.newsletter_words import tool_words

OFF = ToolNow(name="klaviyo", kind="klaviyo", topic="news", waits=412)
DIFF = ToolDiff(
    count=412,
    looked_up=(
        LookedUp(address="a…@example.com", segments=("Looked at serums twice this week",)),
        LookedUp(address="b…@example.com", there=True),
        LookedUp(address="c…@example.com", there=True, stays_out=True),
    ),
)


class Desk(FakeBridge):
    """It answers what would go."""

    def __init__(self) -> None:
        condition = Did(match=named("Product Viewed"))
        segments = [Segment(id=name, name=name.capitalize(), condition=condition) for name in ("looked", "bought")]
        newsletters = Newsletters(topics=(TopicNow(topic=Topic(id="news", name="Nyheder")),), tools=(OFF,))
        relation = Relation(segments=tuple(SegmentNow(segment=one) for one in segments))
        super().__init__(State(newsletters=newsletters, relation=relation))
        self.looked: list[MailToolDiff] = []

    def run(self, command: Command, done: Callable[[Any], None] | None = None) -> None:
        if isinstance(command, MailToolDiff):
            self.looked.append(command)
            assert done is not None
            done(DIFF)
        else:
            super().run(command, done)

    def tell(self, **fields: Any) -> None:
        tools = tuple(msgspec.structs.replace(one, **fields) for one in self.state.newsletters.tools)
        newsletters = msgspec.structs.replace(self.state.newsletters, tools=tools)
        self.show(msgspec.structs.replace(self.state, newsletters=newsletters))


@pytest.fixture
def desk(qapp: object) -> Desk:
    return Desk()


@pytest.fixture
def dialog(desk: Desk, qtbot: QtBot) -> Iterator[MailToolsDialog]:
    parent = QWidget()
    made = MailToolsDialog(desk, parent)
    made.show()
    yield made
    made.close()


def test_it_begins_when_somebody_has_looked(dialog: MailToolsDialog, desk: Desk, qtbot: QtBot) -> None:
    card = dialog.cards["klaviyo"]
    assert card.heading.text() == "Klaviyo · Nyheder"
    assert "412" in card.standing.text()
    assert not card.switch.isEnabled()
    click(qtbot, card.look)
    assert desk.looked == [MailToolDiff(tool="klaviyo")]
    assert "1 new there, 1 there already, 1 said no to it and stay out" in card.found.text()
    assert "a…@example.com · new there · Looked at serums twice this week" in card.found.text()
    shot(dialog, "mail-tools")
    click(qtbot, card.switch)
    assert desk.sent[-1] == MailToolSwitch(tool="klaviyo", on=True)
    desk.tell(on=True, there=408, waits=0, taken=4, refused=1, leaving=1)
    assert card.found.isHidden()
    assert card.look.isHidden()
    for words in ("408 on its list", "4 said no to it", "1 it does not take", "1 to be deleted there"):
        assert words in card.standing.text()
    click(qtbot, card.switch)
    assert desk.sent[-1] == MailToolSwitch(tool="klaviyo", on=False)


def test_what_it_may_know_is_chosen_one_by_one(dialog: MailToolsDialog, desk: Desk, qtbot: QtBot) -> None:
    card = dialog.cards["klaviyo"]
    qtbot.keyClick(card._boxes["looked"], Qt.Key.Key_Space)
    assert desk.sent == [MailToolSwitch(tool="klaviyo", segments=("looked",))]
    desk.tell(segments=("looked",))
    assert len(desk.sent) == 1, "what the server says is not said back to it"
    assert card._boxes["looked"].isChecked()
    assert not card._boxes["bought"].isChecked()
    qtbot.keyClick(card._boxes["looked"], Qt.Key.Key_Space)
    assert desk.sent[-1] == MailToolSwitch(tool="klaviyo", segments=())
    click(qtbot, card.look)
    assert card.switch.isEnabled()
    qtbot.keyClick(card._boxes["bought"], Qt.Key.Key_Space)
    assert not card.switch.isEnabled(), "what was looked at is not what would go now"
    assert card.found.isHidden()


def test_without_any_the_dialog_says_where_they_are_named(dialog: MailToolsDialog, desk: Desk) -> None:
    desk.show(State())
    assert not dialog.cards
    assert "[[mail_tool]]" in dialog.empty.text()
    assert dialog.empty.isVisible()


@pytest.mark.parametrize(
    ("problem", "words"), [("key", "key_file"), ("unreachable", "tried again"), ("failed", "cannot be told now (failed)")]
)
def test_each_problem_has_its_sentence(problem: str, words: str) -> None:
    assert words in tool_words(msgspec.structs.replace(OFF, on=True, problem=problem))
