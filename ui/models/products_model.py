"""The show's products as Qt's lists want them."""

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt

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
    """In show order; the number is what the viewers are told."""

    def __init__(self) -> None:
        super().__init__()
        self._products: tuple[Product, ...] = ()

    def show(self, products: tuple[Product, ...]) -> None:
        """Other products."""
        if products is not self._products and products != self._products:
            self.beginResetModel()
            self._products = products
            self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 Qt's signature
        return 0 if parent.isValid() else len(self._products)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        product = self._products[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{index.row() + 1} {product.title}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            words = (f"{index.row() + 1}", product.title, price(product.price_minor, product.currency), stock_words(product))
            return ", ".join(filter(None, words))
        if role == Qt.ItemDataRole.ToolTipRole:
            return product.title
        return {PRODUCT: product, NUMBER: index.row() + 1}.get(role)


def searchable(model: ProductsModel) -> QSortFilterProxyModel:
    """The model through a search."""
    proxy = QSortFilterProxyModel()
    proxy.setSourceModel(model)
    proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    return proxy
