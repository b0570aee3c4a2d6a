"""The show's products as Qt's lists want them."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from studio.i18n import _
from studio.state import Product
from ui.models.money import price

PRODUCT = Qt.ItemDataRole.UserRole + 1
NUMBER = Qt.ItemDataRole.UserRole + 2
Index = QModelIndex | QPersistentModelIndex


def stock_words(product: Product) -> str:
    """How many are left."""
    if product.stock is None:
        return ""
    return _("SOLD OUT") if product.stock <= 0 else _("{count} left").format(count=product.stock)


class ProductsModel(QAbstractListModel):
    """In show order; the number is what the viewers are told. `search` leaves those with all the words."""

    def __init__(self) -> None:
        super().__init__()
        self._products: tuple[Product, ...] = ()
        self._words: tuple[str, ...] = ()
        self._searched: list[str] = []
        self._shown: list[int] = []

    def show(self, products: tuple[Product, ...]) -> None:
        """Other products."""
        if products is not self._products and products != self._products:
            self._products = products
            self._searched = [f"{number} {product.title} {product.id}".casefold() for number, product in enumerate(products, 1)]
            self._find()

    def search(self, text: str) -> None:
        """Only those with these words in number, title or id."""
        words = tuple(text.casefold().split())
        if words != self._words:
            self._words = words
            self._find()

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
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{number} {product.title}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = (f"{number}", product.title, price(product.price_minor, product.currency), stock_words(product))
            return ", ".join(filter(None, words))
        return product.title if role == Qt.ItemDataRole.ToolTipRole else None
