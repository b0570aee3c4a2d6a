"""The dialogs of the shop, on a real server: catalogue, poll, rules of the chat, audience and report."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.errors import Unreachable
from studio.link.link import Link
from tests.ui.conftest import FILE, front, state
from ui.dialogs import audience
from ui.dialogs.audience import AudienceDialog
from ui.dialogs.catalogue import CatalogueDialog
from ui.dialogs.chat_rules import ChatRulesDialog
from ui.dialogs.feed_convention import FeedConventionDialog
from ui.dialogs.poll import PollDialog
from ui.main_window import MainWindow
from ui.panels.status_bar import sales_words

FEED = """Handle,Title,Variant SKU,Variant Price,Image Src
lamp,Lampe af kobber,L1,"1.299,00",
,,L2,,
vase,Vase,V1,gratis,
"""


@pytest.fixture
def shop(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The window, once the show's products are there."""
    qtbot.waitUntil(lambda: len(state(window).shop.products) == len(FILE.show.products))
    return window


def test_a_feed_is_read_and_a_product_taken_into_the_show(shop: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text(FEED)
    shop.dialogs.open("catalogue")
    dialog = front(CatalogueDialog)
    dialog.feeds.currency.setText("XQZ")
    assert not dialog.feeds.file.isEnabled(), "no such currency"
    dialog.feeds.currency.setText("DKK")
    dialog.tabs.setCurrentIndex(1)
    dialog.feeds.read(path)
    qtbot.waitUntil(lambda: "1 new" in dialog.feeds.words.text())
    told = dialog.feeds.refusals.toPlainText()
    assert "vase" in told
    assert "gratis is not a price" in told
    qtbot.waitUntil(lambda: bool(state(shop).feeds))
    assert (state(shop).feeds[0].name, state(shop).feeds[0].products) == ("feed.csv", 1)
    dialog.tabs.setCurrentIndex(0)
    dialog.choose.search.setText("kobber")
    qtbot.waitUntil(lambda: dialog.choose.list.count() == 1)
    dialog.choose.list.item(0).setSelected(True)
    qtbot.mouseClick(dialog.choose.add, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(shop).shop.products[-1].id == "lamp")
    assert state(shop).shop.products[-1].price_minor == 129_900
    qtbot.waitUntil(lambda: dialog.choose.list.item(0).text().startswith("✓"))
    dialog.choose.list.item(0).setSelected(True)
    assert not dialog.choose.add.isEnabled(), "it is there already"
    dialog.close()


def test_a_doubtful_feed_asks_and_is_read_again(shop: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "wc.csv"
    path.write_text('ID,Type,SKU,Name,Published,Regular price\n11,simple,A,Kop,1,"63,992"\n')
    shop.dialogs.open("catalogue")
    dialog = front(CatalogueDialog)
    dialog.tabs.setCurrentIndex(1)
    feeds = dialog.feeds
    feeds.currency.setText("")
    feeds.read(path)
    qtbot.waitUntil(lambda: "names no currency" in feeds.words.text())
    feeds.currency.setText("DKK")
    qtbot.keyClick(feeds.currency, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: state(shop).brand.currency == "DKK")
    qtbot.mouseClick(feeds.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "63,992 can be read in two ways" in feeds.words.text())
    feeds.convention.decimal.setCurrentIndex(1)
    qtbot.mouseClick(feeds.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "comma before the decimals" in feeds.words.text())
    qtbot.waitUntil(lambda: bool(state(shop).feeds) and state(shop).feeds[0].products == 1)
    assert state(shop).feeds[0].read_as.finer == 1
    feeds.correct(state(shop).feeds[0])
    correct = front(FeedConventionDialog)
    assert correct.fields.decimal.currentData() == ","
    correct.fields.vat.setCurrentIndex(correct.fields.vat.findData("25"))
    qtbot.mouseClick(correct.keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(shop).feeds[0].convention.vat == "25")
    dialog.close()


def test_a_feed_that_cannot_be_sent_says_so(
    shop: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "feed.csv"
    path.write_text(FEED)
    shop.dialogs.open("catalogue")
    dialog = front(CatalogueDialog)

    def gone(link: Link) -> None:
        raise Unreachable("The show server is not connected")

    monkeypatch.setattr(Link, "shop", property(gone))
    dialog.feeds.read(path)
    qtbot.waitUntil(lambda: "not connected" in dialog.feeds.words.text())
    assert dialog.feeds.file.isEnabled()
    dialog.close()


def test_a_file_that_is_no_feed_says_what_it_could_be(shop: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Kære Mette,\n\ntak for i aften.\n")
    shop.dialogs.open("catalogue")
    dialog = front(CatalogueDialog)
    dialog.feeds.read(path)
    qtbot.waitUntil(lambda: "no feed that Vitrine reads" in dialog.feeds.words.text())
    assert dialog.feeds.file.isEnabled()
    dialog.close()


def test_an_address_of_this_machine_is_refused_in_words(shop: MainWindow, qtbot: QtBot) -> None:
    shop.dialogs.open("catalogue")
    dialog = front(CatalogueDialog)
    dialog.tabs.setCurrentIndex(1)
    assert not dialog.feeds.keep.isEnabled()
    dialog.feeds.address.setText("http://127.0.0.1:9/feed.xml")
    qtbot.mouseClick(dialog.feeds.keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any("private network" in feed.problem for feed in state(shop).feeds))
    dialog.close()


def test_a_poll_is_asked_closed_and_put_away(shop: MainWindow, qtbot: QtBot) -> None:
    shop.dialogs.open("poll")
    dialog = front(PollDialog)
    assert not dialog.ask.isEnabled()
    dialog.question.setText("Hvilken duft?")
    dialog.answers[0].setText("Rose")
    assert not dialog.ask.isEnabled(), "one answer is none"
    dialog.answers[2].setText("Lavendel")
    qtbot.mouseClick(dialog.ask, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(shop).shop.poll is not None)
    poll = state(shop).shop.poll
    assert poll is not None
    assert poll.answers == ("Rose", "Lavendel")
    qtbot.waitUntil(lambda: "The poll is open" in dialog.standing.text())
    qtbot.mouseClick(dialog.close_poll, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "The poll is closed" in dialog.standing.text())
    qtbot.mouseClick(dialog.clear, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(shop).shop.poll is None)
    dialog.close()


def test_the_rules_of_the_chat_are_kept(shop: MainWindow, qtbot: QtBot) -> None:
    shop.dialogs.open("chat_rules")
    dialog = front(ChatRulesDialog)
    dialog.hold.setChecked(True)
    dialog.slow.setValue(20)
    dialog.words.setPlainText("agurk*\n\n  tomat \nagurk*")
    dialog.links.setCurrentIndex(dialog.links.findData("hold"))
    dialog.claims.setCurrentIndex(dialog.claims.findData("off"))
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: state(shop).shop.rules.hold_all and state(shop).shop.claims == "off")
    rules = state(shop).shop.rules
    assert (rules.slow_s, rules.words, rules.links) == (20, ("agurk*", "tomat"), "hold")


def test_the_report_is_opened(shop: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(audience, "open_file", opened.append)
    shop.dialogs.open("audience")
    dialog = front(AudienceDialog)
    assert dialog.figures[0].accessibleName() == "Watching now"
    qtbot.mouseClick(dialog.report, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(opened))
    assert "<h1>Prøveshow" in opened[0].read_text()
    dialog.close()


def test_sales_stand_in_the_status_line() -> None:
    from studio.state import Numbers
    from studio.state.shop import Sale

    numbers = Numbers(carted=96, sales=(Sale(currency="DKK", value_minor=941_200, orders=31),))
    assert sales_words(numbers) == "Added to cart 96      Orders 31 · DKK 9,412"
    assert sales_words(Numbers()) == ""


def test_a_product_that_left_the_feed_says_so(shop: MainWindow) -> None:
    from studio.state import Product
    from ui.models.products_model import claim_words, stock_words

    gone = Product(id="a", title="A", price_minor=100, stock=4, stock_at_ms=0, claim="higher", lowest_minor=80, claimed_minor=200)
    assert stock_words(gone, 3 * 24 * 3_600_000) == "4 left"
    aged = Product(id="a", title="A", price_minor=100, stock=4, stock_at_ms=3_600_000)
    assert stock_words(aged, 10 * 3_600_000) == "4 left, 9 h ago"
    assert claim_words(gone) == "before price left out: it was DKK 0.80 within 30 days"
