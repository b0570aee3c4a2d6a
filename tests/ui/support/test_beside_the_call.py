"""Beside the picture: written lines, products and the cart, the customer's card, and notes that are never lost."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.commands import call as calls
from studio.errors import Unreachable, WrongState
from studio.show.call import CallLine
from studio.state.stream import Link
from tests.ui.calling import ANNE, BALM, CARD, MIST, NOW_MS, FakeBridge, calm, of, talking
from tests.ui.support.looking import LEFT, words
from ui.main_window import MainWindow
from ui.workspaces.support import SupportWorkspace


def test_one_writes_and_takes_ready_replies(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(talking())
    lines = support.lines
    text = lines.view.toPlainText()
    assert "Hej, er natcremen uden parfume?" in text
    assert "showed Hydra Natcreme 50 ml" in text
    lines.menu.actions()[0].trigger()
    assert lines.input.text() == "Der er fri fragt over 499 kr.", "it can be changed before it is sent"
    qtbot.keyClick(lines.input, Qt.Key.Key_Return)
    assert bridge.sent == [calls.CallSay(text="Der er fri fragt over 499 kr.")]
    assert lines.input.text() == ""
    more = talking(
        lines=(*bridge.state.advising.lines, CallLine(id="9", at_ms=NOW_MS, author="customer", name="Anne", text="Tak"))
    )
    bridge.show(more)
    assert lines.view.toPlainText().count("Hej, er") == 1
    assert lines.view.toPlainText().endswith("Tak")


def test_words_that_are_refused_are_given_back(
    bridge: FakeBridge, window: MainWindow, support: SupportWorkspace, qtbot: QtBot
) -> None:
    bridge.show(talking())
    bridge.refuses["call.say"] = Unreachable("The show server does not answer")
    support.lines.input.setText("Et øjeblik")
    qtbot.mouseClick(support.lines.send, LEFT)
    qtbot.waitUntil(lambda: support.lines.input.text() == "Et øjeblik")
    assert window.notice.text() == "The show server does not answer"


def test_products_are_found_shown_and_put_into_the_cart(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(talking())
    panel = support.products
    assert [row.offered.id for row in panel.rows][:3] == ["p2", "p3", "p1"], "what the customer saw last comes first"
    assert panel.rows[0].show_button.text() == "Shown"
    qtbot.mouseClick(panel.rows[0].show_button, LEFT)
    qtbot.mouseClick(panel.rows[1].show_button, LEFT)
    assert bridge.sent == [calls.CallShow(), calls.CallShow(product="p3")]
    bridge.found = (MIST, BALM)
    qtbot.keyClicks(panel.search, "læbe")
    qtbot.waitUntil(lambda: bridge.asked == ["læbe"])
    assert [row.title.text() for row in panel.rows] == ["Lavendel Sleep Mist", "Læbepomade"]
    qtbot.mouseClick(panel.rows[0].cart_button, LEFT)
    qtbot.waitUntil(lambda: "is in the cart" in panel.result.text())
    panel.rows[1].cart_button.menu().actions()[1].trigger()
    wanted = [calls.CallCart(product="p4"), calls.CallCart(product="p7", variant="p7-h")]
    assert bridge.sent_of(calls.CallCart) == wanted
    panel.search.clear()
    qtbot.waitUntil(lambda: len(panel.rows) == 4)
    bridge.show(talking(shown="p7"))
    assert support.stage.call.card.title.text() == "Læbepomade", "what the search found is known of the card"


def test_what_the_shop_refuses_is_said_in_words(
    bridge: FakeBridge, window: MainWindow, support: SupportWorkspace, qtbot: QtBot
) -> None:
    bridge.show(talking())
    bridge.refuses["call.cart"] = WrongState("The shop has no more of it")
    qtbot.mouseClick(support.products.rows[1].cart_button, LEFT)
    qtbot.waitUntil(lambda: support.products.result.text() == "The shop has no more of it")
    assert window.notice.text() == "The shop has no more of it"


def test_without_a_call_nothing_can_be_shown(bridge: FakeBridge, support: SupportWorkspace) -> None:
    bridge.show(calm())
    assert [row.show_button.isEnabled() for row in support.products.rows] == [False] * 4
    assert not support.cart.isVisible()
    assert not support.notes.isVisible()
    assert "Who rings stands here" in words(support.card)


def test_the_customers_card_and_cart(bridge: FakeBridge, support: SupportWorkspace) -> None:
    bridge.show(talking())
    facts = {name: value for name, value, _look in support.card.facts.facts}
    assert facts["In this visit"] == "Natcreme, Lermaske, Ansigtsolie"
    assert facts["Hudtest"] == "tør · sensitiv"
    assert facts["Asks about"] == "Hudpleje"
    assert facts["Consent"] == "statistics, personal advice"
    assert facts["Camera and microphone"] == "allowed"
    assert support.cart.words.text() == "DKK 628"
    assert support.cart.rows[1].words.text() == "1 × DKK 379 · 50 ml"
    bridge.show(talking(of(ANNE, card=of(CARD, cart=(), cart_minor=None))))
    assert "The cart is empty." in words(support.cart)


def test_notes_are_kept_while_one_writes(bridge: FakeBridge, support: SupportWorkspace, qtbot: QtBot) -> None:
    bridge.show(talking())
    qtbot.keyClicks(support.notes.field.edit, "Tør hud")
    assert bridge.sent == []
    qtbot.waitUntil(lambda: bridge.sent == [calls.CallNotes(text="Tør hud")])
    qtbot.waitUntil(lambda: support.notes.field.status.text() == "Kept")
    bridge.show(talking(notes="Tør hud"))
    assert support.notes.field.edit.toPlainText() == "Tør hud"


def test_notes_survive_a_new_look_and_a_lost_server(bridge: FakeBridge, window: MainWindow, qtbot: QtBot) -> None:
    bridge.refuses["call.notes"] = Unreachable("The show server does not answer")
    bridge.show(talking())
    window.workspaces.support.notes.field.edit.setPlainText("Parfumefri")
    window.rebuild()
    edit = window.workspaces.support.notes.field.edit
    assert edit.toPlainText() == "Parfumefri"
    qtbot.waitUntil(lambda: "Not kept yet" in window.workspaces.support.notes.field.status.text())
    bridge.show(of(talking(), link=Link(status="connecting")))
    bridge.refuses.clear()
    bridge.show(talking())
    qtbot.waitUntil(lambda: window.desk.notes.kept)
    assert bridge.sent[-1] == calls.CallNotes(text="Parfumefri")
