"""Products to show the customer, or to put into their cart: searched as one types."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from studio.commands.call import CallCart, CallShow
from studio.errors import StudioError
from studio.i18n import _
from studio.queries.catalogue import FOUND_MAX, CatalogueSearch, Found
from studio.show.product import CatalogueProduct
from studio.state import State
from ui import theme
from ui.bridge import Bridge
from ui.models.call_words import in_call
from ui.models.offered import Offered, image_of, known, of_catalogue, of_show
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import label
from ui.widgets.panel import Panel, scrolled, show_if
from ui.widgets.rows import match_rows
from ui.widgets.thumb import Thumb

SEARCH_AFTER_MS = 200
ROWS_MAX = 30


class ProductLine(QFrame):
    """A product with *Show* and *+ Cart*. `cart(product, variant)`."""

    def __init__(self, offered: Offered, show: Callable[[str], None], cart: Callable[[Offered, str], None]) -> None:
        super().__init__()
        self.setObjectName("call-row")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.offered = offered
        self.thumb = Thumb(36)
        self.title = label("heading", offered.title, wrap=True)
        self.words = label("small", offered.words)
        if not offered.words:
            self.words.hide()
        self.show_button = Button(_("Show it"), lambda: show(offered.id), kind="tool")
        self.cart_button = Button(_("+ Cart"), kind="tool", tip=_("Put {product} into the cart").format(product=offered.title))
        self.cart_button.setAccessibleName(_("Put {product} into the cart").format(product=offered.title))
        if offered.variants:
            menu = QMenu(self)
            for variant, words in offered.variants:
                menu.addAction(words.replace("&", "&&")).triggered.connect(partial(self._pick, cart, variant))
            self.cart_button.setMenu(menu)
        else:
            self.cart_button.clicked.connect(partial(self._pick, cart, ""))
        below = FlowLayout(spacing=6)
        below.addWidget(self.words)
        below.add_spring()
        below.addWidget(self.show_button)
        below.addWidget(self.cart_button)
        lines = QVBoxLayout()
        lines.setSpacing(theme.px(3))
        lines.addWidget(self.title)
        lines.addLayout(below)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12), theme.px(7), theme.px(10), theme.px(7))
        row.setSpacing(theme.px(8))
        row.addWidget(self.thumb, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(lines, 1)

    def _pick(self, cart: Callable[[Offered, str], None], variant: str, *_checked: bool) -> None:
        cart(self.offered, variant)

    def refresh(self, *, shown: bool, talks: bool) -> None:
        """Whether the customer sees it, and whether there is a customer."""
        self.show_button.setText(_("Shown") if shown else _("Show it"))
        self.show_button.set_kind("shown" if shown else "tool")
        tip = _("Take the card of {product} away") if shown else _("Show the customer the card of {product}")
        self.show_button.set_tip(tip.format(product=self.offered.title))
        self.show_button.setAccessibleName(tip.format(product=self.offered.title))
        for button in (self.show_button, self.cart_button):
            button.setEnabled(talks)


class CallProducts(Panel):
    """Without words to search for: what the customer has seen, then the show's products. `searched` with what was found."""

    searched = Signal(object)

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("Products"))
        self._bridge = bridge
        self._query = ""
        self._found: tuple[CatalogueProduct, ...] = ()
        self._rows: dict[Offered, ProductLine] = {}
        self.body.setContentsMargins(theme.px(1), theme.px(10), theme.px(1), theme.px(1))
        self.tools.setContentsMargins(theme.px(11), 0, theme.px(11), 0)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Name, brand, SKU or barcode …"))
        self.search.setAccessibleName(_("Search products"))
        self.search.setClearButtonEnabled(True)
        self.result = label("small", wrap=True)
        self.empty = label("muted", wrap=True)
        padded = QVBoxLayout()
        padded.setContentsMargins(theme.px(11), 0, theme.px(11), 0)
        padded.setSpacing(theme.px(6))
        for widget in (self.search, self.result, self.empty):
            padded.addWidget(widget)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column.addLayout(self._list)
        column.addStretch(1)
        self.area = scrolled(inner)
        self.area.setMinimumHeight(theme.px(96))
        self.body.addLayout(padded)
        self.body.addWidget(self.area, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SEARCH_AFTER_MS)
        self._timer.timeout.connect(self._search)
        self.search.textChanged.connect(lambda _text: self._timer.start())
        bridge.pictured.connect(self._show_pictures)
        self.result.hide()
        self.refresh(bridge.state)

    @property
    def rows(self) -> list[ProductLine]:
        """As they stand below each other."""
        return list(self._rows.values())

    def refresh(self, state: State) -> None:
        """Show `state`."""
        offered = self._offer(state)
        if offered != tuple(self._rows):
            match_rows(self._list, self._rows, offered, lambda one: ProductLine(one, self._show, self._cart))
            self._show_pictures()
        talks = in_call(state.advising) is not None and state.link.status == "connected"
        for row in self.rows:
            row.refresh(shown=row.offered.id == state.advising.shown, talks=talks)
        if self._query:
            self.empty.setText(_("The catalogue has nothing with these words."))
        else:
            self.empty.setText(_("Search the catalogue for what the customer may like."))
        self.empty.setVisible(not offered)
        if state.advising.call is None:
            self._tell("")

    def _offer(self, state: State) -> tuple[Offered, ...]:
        if self._query:
            return tuple(of_catalogue(product, image_of(state, product.id)) for product in self._found[:ROWS_MAX])
        call = state.advising.call
        seen = [known(state, product.id, self._found) for product in reversed(call.card.seen)] if call is not None else []
        show = [of_show(product) for product in state.shop.products if not product.hidden]
        return tuple({one.id: one for one in (*seen, *show)}.values())[:ROWS_MAX]

    # ── searching ────────────────────────────────────────────────────────────────────────────────────────────

    def _search(self) -> None:
        query = self.search.text().strip()
        if query:
            self._bridge.run(CatalogueSearch(words=query[:200], limit=FOUND_MAX), partial(self._came, query))
        else:
            self._query = ""
            self.refresh(self._bridge.state)

    def _came(self, query: str, found: Found) -> None:
        if query != self.search.text().strip():  # more has been typed since
            return
        self._query, self._found = query, found.products
        self.refresh(self._bridge.state)
        self.searched.emit(found.products)

    def _show_pictures(self) -> None:
        for row in self.rows:
            image = row.offered.image
            row.thumb.show_product(self._bridge.mailboxes.product_picture(image) if image else None, row.offered.title)

    # ── what is done with one ────────────────────────────────────────────────────────────────────────────────

    def _show(self, product: str) -> None:
        shown = self._bridge.state.advising.shown == product
        self._bridge.attempt(CallShow(product="" if shown else product), self._tell_refusal)

    def _cart(self, offered: Offered, variant: str) -> None:
        self._tell(_("{product} is on its way into the cart …").format(product=offered.title))
        self._bridge.attempt(CallCart(product=offered.id, variant=variant), partial(self._carted, offered.title))

    def _carted(self, title: str, error: StudioError | None) -> None:
        if error is None:
            self._tell(_("✓ {product} is in the cart").format(product=title))
        else:
            self._tell_refusal(error)

    def _tell_refusal(self, error: StudioError | None) -> None:
        if error is not None:
            self._tell(error.sentence(_), warn=True)

    def _tell(self, words: str, *, warn: bool = False) -> None:
        self.result.setObjectName("warn" if warn else "ok")
        self.result.style().unpolish(self.result)
        self.result.style().polish(self.result)
        self.result.setText(words)
        show_if(self.result, bool(words))
