"""The customer's cart, as their page tells it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from studio.i18n import _
from studio.show.call import CardProduct
from studio.show.money import price
from studio.state import State
from ui import theme
from ui.bridge import Bridge
from ui.models.call_words import cart_sum
from ui.models.offered import image_of
from ui.widgets.label import ElidedLabel, label
from ui.widgets.panel import Panel, show_if
from ui.widgets.thumb import Thumb


class CartRow(QFrame):
    """What it is, how many, what one costs."""

    def __init__(self, product: CardProduct, currency: str, image: str) -> None:
        super().__init__()
        self.setObjectName("call-row")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.image, self.product = image, product
        self.thumb = Thumb(36)
        cost = price(product.price_minor, currency) if product.price_minor is not None and currency else ""
        count = _("{count} × {price}").format(count=product.quantity, price=cost) if cost else f"{product.quantity} ×"
        self.title = ElidedLabel("heading", product.title or product.id)
        self.words = ElidedLabel("small", " · ".join(filter(None, (count, product.variant))))
        lines = QVBoxLayout()
        lines.setSpacing(theme.px(1))
        lines.addWidget(self.title)
        lines.addWidget(self.words)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12), theme.px(7), theme.px(12), theme.px(7))
        row.setSpacing(theme.px(10))
        row.addWidget(self.thumb)
        row.addLayout(lines, 1)
        self.setAccessibleName(f"{self.title.text()}, {self.words.text()}")


class CartPanel(Panel):
    """Hidden while there is no customer."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("Cart"))
        self._bridge = bridge
        self._shown: object = None
        self.rows: list[CartRow] = []
        self.body.setContentsMargins(theme.px(1), theme.px(10), theme.px(1), theme.px(1))
        self.tools.setContentsMargins(theme.px(11), 0, theme.px(11), 0)
        self.empty = label("muted", _("The cart is empty."))
        self.empty.setContentsMargins(theme.px(11), 0, theme.px(11), theme.px(10))
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.body.addWidget(self.empty)
        self.body.addLayout(self._list)
        bridge.pictured.connect(self._show_pictures)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        call = state.advising.call
        show_if(self, call is not None)
        if call is None:
            return
        card = call.card
        self.words.setText(cart_sum(call))
        self.empty.setVisible(not card.cart)
        shown = (card.cart, card.currency, tuple(image_of(state, product.id) for product in card.cart))
        if shown != self._shown:
            self._shown = shown
            self._make(state, card.cart, card.currency)
        self._show_pictures()

    def _make(self, state: State, products: tuple[CardProduct, ...], currency: str) -> None:
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [CartRow(product, currency, image_of(state, product.id)) for product in products]
        for row in self.rows:
            self._list.addWidget(row)

    def _show_pictures(self) -> None:
        for row in self.rows:
            row.thumb.show_product(self._bridge.mailboxes.product_picture(row.image) if row.image else None, row.title.text())
