"""The show's products, in the order they come: number, name, price, what is left."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.i18n import _
from studio.state import Product, State
from ui import theme
from ui.bridge import Bridge
from ui.models.money import price
from ui.models.products_model import NUMBER, PRODUCT, ProductsModel, stock_words
from ui.widgets.label import label
from ui.widgets.panel import Panel

ROW = 58


class ProductRow(QStyledItemDelegate):
    """Draws a product."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(theme.px(160), theme.px(ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        product: Product = index.data(PRODUCT)
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("hover"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.setFont(theme.font(13, bold=True))
        painter.setPen(theme.colour("accent"))
        number = box.adjusted(theme.px(4), 0, 0, 0)
        number.setWidth(theme.px(30))
        painter.drawText(number, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter, str(index.data(NUMBER)))
        self._paint_words(
            painter,
            QRectF(number.right() + theme.px(6), box.top(), box.right() - number.right() - theme.px(12), box.height()),
            product,
        )
        painter.restore()

    @staticmethod
    def _paint_words(painter: QPainter, room: QRectF, product: Product) -> None:
        sold_out = product.stock is not None and product.stock <= 0
        half = room.height() / 2
        painter.setFont(theme.font(13, bold=True))
        painter.setPen(theme.colour("faint" if sold_out else "text"))
        title = painter.fontMetrics().elidedText(product.title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(
            QRectF(room.left(), room.top() + theme.px(6), room.width(), half - theme.px(6)), Qt.AlignmentFlag.AlignVCenter, title
        )
        below = QRectF(room.left(), room.top() + half, room.width(), half - theme.px(6))
        painter.setFont(theme.font(12, bold=True))
        shown = price(product.price_minor, product.currency)
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, shown)
        taken = QFontMetricsF(painter.font()).horizontalAdvance(shown + "  ")
        words = stock_words(product)
        painter.setFont(theme.font(12))
        painter.setPen(theme.colour("warn" if sold_out else "muted"))
        rest = below.adjusted(taken, 0, 0, 0)
        painter.drawText(
            rest,
            Qt.AlignmentFlag.AlignVCenter,
            painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(rest.width())),
        )


class ProductsPanel(Panel):
    """A list that is searched as one types."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("Products"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search …"))
        self.search.setAccessibleName(_("Search products"))
        self.search.setClearButtonEnabled(True)
        self._model = ProductsModel()
        self.search.textChanged.connect(self._model.search)
        self.list = QListView()
        self.list.setAccessibleName(_("Products"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(ProductRow(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.empty = label("muted", _("This show has no products yet."), wrap=True)
        self.body.addWidget(self.search)
        self.body.addWidget(self.empty)
        self.body.addWidget(self.list, 1)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        products = state.shop.products
        self._model.show(products)
        self.words.setText(str(len(products)) if products else "")
        self.empty.setVisible(not products)
        self.list.setVisible(bool(products))
        self.search.setVisible(bool(products))
