"""The products: pinned by click, key and scanner, moved by hand, and every row says what the viewers see."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QInputDialog, QMenu
from pytestqt.qtbot import QtBot

from studio.commands.product import (
    ProductChange,
    ProductNext,
    ProductOrder,
    ProductPin,
    ProductPrice,
    ProductRemove,
    ProductUnpin,
)
from studio.errors import NotFound
from studio.show.shelf import ShowPrice
from studio.state import Product, State
from studio.state.shop import ProductSet, Shop
from studio.state.stream import Link
from tests.ui.calling import of
from tests.ui.conftest import front
from tests.ui.panels.shows import LONG, SHOW, StudioBridge
from ui import theme
from ui.panels.products import ProductsPanel

LEFT = Qt.MouseButton.LeftButton
GTIN = "5701234567899"
PRODUCTS = (
    Product(id="oil", title="Ansigtsolie 30 ml", price_minor=24900, stock=12),
    Product(id="night", title=LONG, price_minor=37900, before_minor=49900, gtin=GTIN),
    Product(id="clay", title="Grøn lermaske", price_minor=19900, sold_out=True, image="clay.jpg"),
    Product(id="mist", title="Lavendelmist", price_minor=14900, hidden=True, gone=True),
)


def stocked(*pins: str, **changes: object) -> State:
    return of(SHOW, shop=Shop(products=PRODUCTS, pins=pins, **changes))  # type: ignore[arg-type]


@pytest.fixture
def panel(bridge: StudioBridge, shown: Callable[..., ProductsPanel]) -> ProductsPanel:
    """Four products; the second is pinned."""
    bridge.show(stocked("night"))
    return shown(ProductsPanel(bridge), 360, 560)


def at(panel: ProductsPanel, row: int) -> QPoint:
    return panel.list.visualRect(panel.list.model().index(row, 0)).center()


def choose(panel: ProductsPanel, row: int) -> None:
    panel.list.setFocus()
    panel.list.selectionModel().setCurrentIndex(
        panel.list.model().index(row, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect
    )


def entries(menu: QMenu) -> dict[str, Callable[[], None]]:
    return {entry.text(): entry.trigger for entry in menu.actions() if entry.text()}


class Paints(QObject):
    """Tells when what it watches is painted."""

    seen = Signal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen.emit()
        return False


@contextmanager
def painted(panel: ProductsPanel, qtbot: QtBot) -> Iterator[None]:
    QApplication.processEvents()
    paints = Paints()
    panel.list.viewport().installEventFilter(paints)
    with qtbot.waitSignal(paints.seen):
        yield
    panel.list.viewport().removeEventFilter(paints)


def test_a_show_without_products_leads_to_the_catalogue(bridge: StudioBridge, panel: ProductsPanel, qtbot: QtBot) -> None:
    panel.refresh(SHOW)
    assert panel.empty.isVisible()
    assert not any(part.isVisible() for part in (panel.list, panel.search, panel.next, panel.unpin))
    with qtbot.waitSignal(panel.catalogue):
        qtbot.mouseClick(panel.fetch, LEFT)
    panel.refresh(stocked())
    assert panel.list.isVisible()
    assert not panel.fetch.isVisible()
    assert panel.words.text() == "4"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_pins_and_takes_the_pin_back(bridge: StudioBridge, panel: ProductsPanel, qtbot: QtBot, key: Qt.Key) -> None:
    for row in (0, 1):
        choose(panel, row)
        qtbot.keyClick(panel.list, key)
    assert bridge.sent == [ProductPin(product="oil"), ProductUnpin(product="night")]


def test_a_double_click_pins(bridge: StudioBridge, panel: ProductsPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.list.viewport(), LEFT, pos=at(panel, 2))
    assert bridge.sent == [], "one click only chooses"
    qtbot.mouseDClick(panel.list.viewport(), LEFT, pos=at(panel, 2))
    assert bridge.sent == [ProductPin(product="clay")]


def test_s_says_sold_out_and_there_is_more(bridge: StudioBridge, panel: ProductsPanel, qtbot: QtBot) -> None:
    for row in (0, 2):
        choose(panel, row)
        qtbot.keyClick(panel.list, Qt.Key.Key_S)
    assert bridge.sent == [ProductChange(product="oil", sold_out=True), ProductChange(product="clay", sold_out=False)]


def test_without_a_choice_the_keys_do_nothing(bridge: StudioBridge, panel: ProductsPanel, qtbot: QtBot) -> None:
    panel.list.setFocus()
    panel.list.setCurrentIndex(QModelIndex())
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    qtbot.keyClick(panel.list, Qt.Key.Key_S)
    assert bridge.sent == []


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        (GTIN, ProductPin(product="night")),
        ("clay", ProductPin(product="clay")),
        ("30 olie", ProductPin(product="oil")),
        ("LERMASKE", ProductPin(product="clay")),
        ("4006381333931", ProductPin(code="4006381333931")),
    ],
    ids=["barcode", "id", "words in any order", "words in any case", "a variant's code"],
)
def test_enter_in_the_search_pins_what_was_meant(
    bridge: StudioBridge, panel: ProductsPanel, qtbot: QtBot, typed: str, sent: ProductPin
) -> None:
    panel.search.setFocus()
    qtbot.keyClicks(panel.search, typed)
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert bridge.sent == [sent]


def test_a_code_means_its_product_and_not_the_first_with_such_a_number(
    bridge: StudioBridge, panel: ProductsPanel, qtbot: QtBot
) -> None:
    panel.refresh(of(SHOW, shop=Shop(products=(PRODUCTS[0], of(PRODUCTS[2], id="30")))))
    qtbot.keyClicks(panel.search, "30")
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert bridge.sent == [ProductPin(product="30")]


def test_what_was_scanned_is_chosen_and_the_field_is_free_for_the_next(
    bridge: StudioBridge, panel: ProductsPanel, qtbot: QtBot
) -> None:
    bridge.answers["product.pin"] = "clay"
    panel.search.setFocus()
    qtbot.keyClicks(panel.search, "clay")
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert panel.search.text() == ""
    assert panel.list.currentIndex().row() == 2
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert len(bridge.sent) == 1, "an empty field means nothing"


def test_an_unknown_code_stays_to_be_written_over(bridge: StudioBridge, panel: ProductsPanel, qtbot: QtBot) -> None:
    bridge.refuses["product.pin"] = NotFound("No product has the code {code}", code="4006381333931")
    panel.search.setFocus()
    qtbot.keyClicks(panel.search, "4006381333931")
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    qtbot.keyClicks(panel.search, "oil")
    assert panel.search.text() == "oil"


@pytest.mark.parametrize(
    ("row", "place", "order"),
    [
        (0, 4, ["night", "clay", "mist", "oil"]),
        (3, 0, ["mist", "oil", "night", "clay"]),
        (0, 2, ["night", "oil", "clay", "mist"]),
        (2, 1, ["oil", "clay", "night", "mist"]),
        (1, -1, ["oil", "clay", "mist", "night"]),
    ],
    ids=["to the end", "to the beginning", "down", "up", "below all"],
)
def test_a_row_is_dragged_to_another_place(
    bridge: StudioBridge, panel: ProductsPanel, row: int, place: int, order: list[str]
) -> None:
    model = panel.list.model()
    carried = model.mimeData([model.index(row, 0)])
    taken_away = model.dropMimeData(carried, Qt.DropAction.MoveAction, place, 0, QModelIndex())
    assert not taken_away, "the show says where it is now"
    assert bridge.sent == [ProductOrder(products=tuple(order))]


def test_while_something_is_searched_nothing_is_dragged(bridge: StudioBridge, panel: ProductsPanel) -> None:
    model = panel.list.model()
    carried = model.mimeData([model.index(2, 0)])
    panel.search.setText("lermaske")
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsDragEnabled
    model.dropMimeData(carried, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    assert bridge.sent == []


def test_the_menu_of_a_product(bridge: StudioBridge, panel: ProductsPanel, qtbot: QtBot) -> None:
    panel.list.customContextMenuRequested.emit(at(panel, 2))
    menu = next(menu for menu in panel.findChildren(QMenu) if menu.isVisible())
    deeds = entries(menu)
    assert "There is more of it" in deeds
    assert "End the price for this show" not in deeds
    with qtbot.waitSignal(panel.priced) as asked:
        deeds["Price for this show …"]()
    assert asked.args == ["clay"]
    for words in ("Pin", "Hide from the audience", "Earlier", "Later", "Take out of the show"):
        deeds[words]()
    menu.close()
    assert bridge.sent == [
        ProductPin(product="clay"),
        ProductChange(product="clay", hidden=True),
        ProductOrder(products=("oil", "clay", "night", "mist")),
        ProductOrder(products=("oil", "night", "mist", "clay")),
        ProductRemove(product="clay"),
    ]


def test_the_menu_is_about_its_own_product(bridge: StudioBridge, panel: ProductsPanel) -> None:
    """Not about the row that is chosen by the time one clicks, nor about places among those that were searched for."""
    panel.search.setText("30 ml")
    deeds = entries(panel.menu_of(PRODUCTS[0]))
    panel.search.setText("")
    panel.list.setCurrentIndex(panel.list.model().index(2, 0))
    for words in ("Pin", "Sold out", "Later"):
        deeds[words]()
    assert bridge.sent == [
        ProductPin(product="oil"),
        ProductChange(product="oil", sold_out=True),
        ProductOrder(products=("night", "oil", "clay", "mist")),
    ]


def test_a_price_for_this_show_can_be_ended(bridge: StudioBridge, panel: ProductsPanel) -> None:
    priced = of(PRODUCTS[0], show_price=ShowPrice(price_minor=19900))
    entries(panel.menu_of(priced))["End the price for this show"]()
    assert bridge.sent == [ProductPrice(product="oil")]


def test_beside_the_rows_there_is_no_menu(panel: ProductsPanel) -> None:
    panel.list.customContextMenuRequested.emit(QPoint(5, panel.list.viewport().height() - 3))
    assert not any(menu.isVisible() for menu in panel.findChildren(QMenu))


def test_sets_are_kept_added_and_forgotten(bridge: StudioBridge, panel: ProductsPanel) -> None:
    bridge.show(stocked(sets=(ProductSet(id="k1", name="Jul", products=("oil", "clay")),)))
    panel.menu.aboutToShow.emit()
    deeds = entries(panel.menu)
    deeds["Add Jul (2)"]()
    forget = next(menu for menu in panel.menu.findChildren(QMenu) if menu.title() == "Forget a set")
    entries(forget)["Jul"]()
    deeds["Keep these as a set …"]()
    front(QInputDialog).setTextValue(" Forår ")
    front(QInputDialog).accept()
    assert [msgspec.to_builtins(command) for command in bridge.sent] == [
        {"command": "products.add", "set": "k1"},
        {"command": "products.forget", "set": "k1"},
        {"command": "products.save", "name": "Forår"},
    ]


def test_the_buttons_below_go_by_what_is_possible(bridge: StudioBridge, panel: ProductsPanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(panel.next, LEFT)
    qtbot.mouseClick(panel.unpin, LEFT)
    assert bridge.sent == [ProductNext(), ProductUnpin()]
    panel.refresh(of(stocked(), link=Link(status="reconnecting")))
    assert not panel.next.isEnabled()
    assert not panel.unpin.isEnabled(), "nothing is pinned"


@pytest.mark.parametrize("mode", ["dark", "light"])
def test_a_pinned_row_is_marked_and_a_picture_comes_when_it_is_there(
    bridge: StudioBridge, shown: Callable[..., ProductsPanel], qapp: QApplication, qtbot: QtBot, mode: str
) -> None:
    theme.apply(qapp, mode)
    bridge.show(stocked("night"))
    panel = shown(ProductsPanel(bridge), 360, 560)

    def shot(row: int) -> QImage:
        return panel.list.viewport().grab(panel.list.visualRect(panel.list.model().index(row, 0))).toImage()

    accent = QColor(theme.token("accent"))
    assert [shot(row).pixelColor(1, 20) == accent for row in range(4)] == [False, True, False, False]
    hover = QColor(theme.token("hover"))
    assert [shot(row).pixelColor(20, 4) == hover for row in range(4)] == [False, True, False, False]
    thumb = QPoint(56, shot(2).height() // 2)
    assert shot(2).pixelColor(thumb) == QColor(theme.token("raised"))
    picture = QImage(90, 60, QImage.Format.Format_RGB32)
    picture.fill(QColor("#884422"))
    bridge.mailboxes.products["clay.jpg"] = picture
    with painted(panel, qtbot):
        bridge.pictured.emit()
    assert shot(2).pixelColor(thumb) == QColor("#884422")


def test_a_row_with_a_warning_has_room_for_it(panel: ProductsPanel) -> None:
    heights = [panel.list.visualRect(panel.list.model().index(row, 0)).height() for row in range(4)]
    assert heights[0] == heights[1] == heights[2] < heights[3], "it is gone from the feed"
