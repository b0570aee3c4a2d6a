"""The customer's card: what the brand knows of them stands beside what their page tells, and goes with their consent."""

from functools import partial

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from studio.queries import Query
from studio.queries.call import Caller, CallerPick
from tests.ui import calling
from tests.ui.conftest import state
from tests.ui.gallery import _show_calls
from ui.main_window import MainWindow
from ui.panels.calls.card import CardPanel, known_of

KNOWN = Caller(
    known=True,
    segments=("Serum fans", "Bought this week"),
    visits=4,
    orders=1,
    likes=("Skin > Serum",),
    list=(CallerPick(product="oil", title="Rose oil", why="because you looked at the serum"),),
)


def words(card: CardPanel) -> str:
    return " | ".join(value for _name, value, _look in card.facts.facts)


def test_nothing_stands_there_of_who_lets_nothing_be_used() -> None:
    assert known_of(None) == known_of(Caller(known=False)) == []
    assert ("Orders", "", "value") not in known_of(Caller(known=True))
    assert ("For them", "Rose oil (because you looked at the serum)", "value") in known_of(KNOWN)


def test_it_stands_there_until_they_agree_to_something_else(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Query] = []
    monkeypatch.setattr(window._bridge, "peek", lambda query, _done: asked.append(query))
    window.show_workspace("support")
    card = window.workspaces.support.card
    store = window._bridge._studio.store  # type: ignore[union-attr]
    window._bridge.call(partial(_show_calls, store, calling.talking()))
    qtbot.waitUntil(lambda: card._asked[0] != "")
    card._told(card._asked, KNOWN)
    qtbot.waitUntil(lambda: "Serum fans, Bought this week" in words(card))
    now = calling.talking()
    assert now.advising.call is not None
    was = now.advising.call.consent
    changed = msgspec.structs.replace(now.advising.call, consent="a--")
    window._bridge.call(
        partial(_show_calls, store, msgspec.structs.replace(now, advising=msgspec.structs.replace(now.advising, call=changed)))
    )
    qtbot.waitUntil(lambda: "Serum fans" not in words(card))
    card._told(("another call", "live", "apm"), KNOWN)
    assert "Serum fans" not in words(card)
    assert state(window).advising.call is not None
    card._told(card._asked, None)
    window._bridge.call(partial(_show_calls, store, now))
    qtbot.waitUntil(lambda: card._asked[2] == was)
    card._told(card._asked, KNOWN)
    assert "Serum fans" in words(card)
    window._bridge.call(partial(_show_calls, store, calling.talking(calling.of(calling.ANNE, id="another"))))
    qtbot.waitUntil(lambda: card._asked[0] == "another")
    assert "Serum fans" not in words(card), "nothing of the customer before"
    assert len(asked) == 3, "each time that there is something to ask"
