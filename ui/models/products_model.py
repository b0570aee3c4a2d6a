"""The show's products as Qt's lists want them."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt, Signal

from studio.i18n import _
from studio.show.money import price
from studio.show.product import same_gtin
from studio.state import Product
from ui.widgets.label import plain_tip

PRODUCT = Qt.ItemDataRole.UserRole + 1
NUMBER = Qt.ItemDataRole.UserRole + 2
PINNED = Qt.ItemDataRole.UserRole + 3
ROWS = "application/x-vitrine-product"
FRESH_MS = 6 * 3600 * 1000
"""A stock number older than this is said with its age."""
Index = QModelIndex | QPersistentModelIndex


def stock_words(product: Product, now_ms: int = 0) -> str:
    """How many are left, and how old that number is when it is old."""
    if product.sold_out:
        return _("SOLD OUT")
    if product.stock is None:
        return ""
    words = _("{count} left").format(count=product.stock)
    age_ms = now_ms - product.stock_at_ms if now_ms and product.stock_at_ms else 0
    if age_ms > FRESH_MS:
        hours = age_ms // 3_600_000
        age = _("{count} h").format(count=hours) if hours < 48 else _("{count} days").format(count=hours // 24)
        words = _("{stock}, {age} ago").format(stock=words, age=age)
    return words


def claim_words(product: Product) -> str:
    """Why the before price the shop asks for is left out; empty when nothing is wrong."""
    if product.claim == "higher" and product.lowest_minor is not None:
        lowest = price(product.lowest_minor, product.currency)
        return _("before price left out: it was {price} within 30 days").format(price=lowest)
    return _("before price left out: not known for 30 days") if product.claim == "unproved" else ""


class ProductsModel(QAbstractListModel):
    """In show order; the number is what the viewers are told. `search` leaves those with all the words. Rows can be dragged
    while all are shown; `moved(product, place)` says where to."""

    moved = Signal(str, int)

    def __init__(self) -> None:
        super().__init__()
        self._products: tuple[Product, ...] = ()
        self._pins: tuple[str, ...] = ()
        self._words: tuple[str, ...] = ()
        self._searched: list[str] = []
        self._shown: list[int] = []

    def show(self, products: tuple[Product, ...], pins: tuple[str, ...] = ()) -> None:
        """Other products, or others pinned. Rows stay where they are when only what is in them has changed."""
        same = [product.id for product in products] == [product.id for product in self._products]
        if products is not self._products and products != self._products:
            self._products = products
            searched = [
                f"{number} {product.title} {product.id} {product.gtin}".casefold() for number, product in enumerate(products, 1)
            ]
            if not same or searched != self._searched:
                self._searched = searched
                self._find()
            elif self._shown:
                self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))
        if pins != self._pins:
            self._pins = pins
            if self._shown:
                self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1))

    def search(self, text: str) -> None:
        """Only those with these words in number, title, id or barcode."""
        words = tuple(text.casefold().split())
        if words != self._words:
            self._words = words
            self._find()

    def by_code(self, code: str) -> Product | None:
        """The product with exactly this id or barcode."""
        return next((product for product in self._products if product.id == code or same_gtin(product.gtin, code)), None)

    def row_of(self, product: str) -> int:
        """Where a product stands in the list now; -1: nowhere."""
        return next((row for row, at in enumerate(self._shown) if self._products[at].id == product), -1)

    def _find(self) -> None:
        self.beginResetModel()
        self._shown = [at for at, text in enumerate(self._searched) if all(word in text for word in self._words)]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's signature
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        number = self._shown[index.row()] + 1
        product = self._products[number - 1]
        if role == PRODUCT:
            return product
        if role == NUMBER:
            return number
        if role == PINNED:
            return product.id in self._pins
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{number} {product.title}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            pinned = _("Pinned") if product.id in self._pins else ""
            cost = price(product.price_minor, product.currency)
            words = (f"{number}", product.title, pinned, cost, stock_words(product), claim_words(product))
            return ", ".join(filter(None, words))
        if role == Qt.ItemDataRole.ToolTipRole:
            gone = _("Gone from the feed") if product.gone else ""
            return plain_tip("\n".join(filter(None, (product.title, claim_words(product), gone))))
        return None

    # ── dragging ─────────────────────────────────────────────────────────────────────────────────────────────

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if self._words:
            return flags
        return flags | (Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.ItemIsDropEnabled)

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [ROWS]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        if indexes:  # by its id: while it is dragged the list may become another
            data.setData(ROWS, str(indexes[0].data(PRODUCT).id).encode())
        return data

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        if not data.hasFormat(ROWS) or self._words:
            return False
        product = bytes(data.data(ROWS).data()).decode()
        if (come_from := self.row_of(product)) >= 0:
            place = row if row >= 0 else len(self._shown)
            self.moved.emit(product, place - (place > come_from))
        return False  # the show says where it is now; nothing is taken away here
