"""A price for this show: what is written is what is sent, what is held is shown, and nonsense is told beside the field."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio import i18n
from studio.commands.product import ProductPrice, ShopSet
from studio.show.shelf import ShowPrice
from studio.state import Product
from tests.ui.calling import FakeBridge, of
from tests.ui.conftest import wait_front
from ui import theme
from ui.dialogs.price import HOUR_MS, PriceDialog

LEFT = Qt.MouseButton.LeftButton
OIL = Product(id="oil", title="Ansigtsolie 30 ml", price_minor=24900)
Ask = Callable[..., PriceDialog]


@pytest.fixture
def bridge(home: Path, qapp: QApplication) -> FakeBridge:
    i18n.use("en")
    theme.apply(qapp)
    return FakeBridge()


@pytest.fixture
def ask(bridge: FakeBridge, qtbot: QtBot) -> Iterator[Ask]:
    window = QWidget()
    qtbot.addWidget(window)

    def make(product: Product = OIL) -> PriceDialog:
        made = PriceDialog(bridge, window, product)
        made.open()
        wait_front(made, qtbot)
        return made

    yield make
    window.close()


def sent(bridge: FakeBridge) -> ProductPrice:
    (command,) = bridge.sent_of(ProductPrice)
    assert isinstance(command, ProductPrice)
    return command


@pytest.mark.parametrize(
    ("written", "minor"), [("199", 19900), ("199,50", 19950), ("1.299,00 kr", 129900), ("DKK 1 299,-", 129900), ("0", 0)]
)
def test_prices_are_written_as_people_write_them(bridge: FakeBridge, ask: Ask, qtbot: QtBot, written: str, minor: int) -> None:
    dialog = ask()
    qtbot.keyClicks(dialog.price, written)
    qtbot.keyClick(dialog.price, Qt.Key.Key_Return)
    assert sent(bridge).price_minor == minor
    assert not dialog.isVisible()


@pytest.mark.parametrize("written", ["", "halv pris", "-20", "EUR 199", "12,345,67"])
def test_what_is_no_price_is_told_and_nothing_is_sent(bridge: FakeBridge, ask: Ask, qtbot: QtBot, written: str) -> None:
    dialog = ask()
    dialog.code.setFocus()
    dialog.price.setText(written)
    qtbot.mouseClick(dialog.give, LEFT)
    assert bridge.sent == []
    assert dialog.problem.isVisible()
    assert dialog.problem.text()
    assert dialog.price.hasFocus(), "where it is put right"


def test_a_price_that_begins_at_once_has_no_beginning_and_ends_by_itself(bridge: FakeBridge, ask: Ask, qtbot: QtBot) -> None:
    before_ms = time.time() * 1000
    dialog = ask()
    dialog.price.setText("199")
    qtbot.mouseClick(dialog.give, LEFT)
    command = sent(bridge)
    assert command.from_ms is None
    assert command.until_ms is not None
    assert HOUR_MS <= command.until_ms - before_ms <= 3 * HOUR_MS
    assert command.until_ms % HOUR_MS == 0


def test_a_price_of_later_begins_later(bridge: FakeBridge, ask: Ask, qtbot: QtBot) -> None:
    dialog = ask()
    dialog.price.setText("199")
    tomorrow_ms = (int(time.time()) // 60 * 60 + 86_400) * 1000
    dialog.begins.setDateTime(QDateTime.fromMSecsSinceEpoch(tomorrow_ms))
    dialog.code.setText("  AFTEN10 ")
    qtbot.mouseClick(dialog.give, LEFT)
    assert (sent(bridge).from_ms, sent(bridge).code) == (tomorrow_ms, "AFTEN10")


@given(minor=st.integers(0, 10**9), language=st.sampled_from(["en", "da"]), currency=st.sampled_from(["DKK", "EUR", "ISK"]))
def test_a_price_that_is_held_is_given_again_as_it_was(
    bridge: FakeBridge, ask: Ask, minor: int, language: str, currency: str
) -> None:
    i18n.use(language)
    bridge.sent.clear()
    held = ShowPrice(price_minor=minor, until_ms=1_900_000_000_000, code="AFTEN10")
    dialog = ask(of(OIL, currency=currency, show_price=held))
    dialog.give.click()
    command = sent(bridge)
    assert (command.price_minor, command.until_ms, command.code) == (minor, held.until_ms, "AFTEN10")


def test_what_the_cart_knows_is_told_only_when_it_changes(bridge: FakeBridge, ask: Ask, qtbot: QtBot) -> None:
    dialog = ask()
    dialog.price.setText("199")
    dialog.confirms.setChecked(True)
    qtbot.mouseClick(dialog.give, LEFT)
    assert bridge.sent_of(ShopSet) == [ShopSet(cart_confirms=True)]
    bridge.show(of(bridge.state, shop=of(bridge.state.shop, cart_confirms=True)))
    bridge.sent.clear()
    again = ask()
    assert again.confirms.isChecked()
    again.price.setText("189")
    qtbot.mouseClick(again.give, LEFT)
    assert bridge.sent_of(ShopSet) == []


def test_escape_gives_nothing(bridge: FakeBridge, ask: Ask, qtbot: QtBot) -> None:
    dialog = ask()
    dialog.price.setText("199")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert (bridge.sent, dialog.isVisible()) == ([], False)
