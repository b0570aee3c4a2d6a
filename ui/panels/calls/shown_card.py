"""The product card that the customer sees now."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from studio.commands.call import CallShow
from studio.i18n import _
from studio.show.product import CatalogueProduct
from studio.state import State
from ui import theme
from ui.bridge import Bridge
from ui.models.offered import Offered, known
from ui.widgets.button import Button
from ui.widgets.label import ElidedLabel
from ui.widgets.panel import show_if
from ui.widgets.thumb import Thumb

WIDTH, SEARCHED_MAX = 320, 300


class ShownCard(QFrame):
    """Hidden while nothing is shown. Its button takes the card away."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setObjectName("shown")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bridge = bridge
        self._searched: dict[str, CatalogueProduct] = {}
        self._shown = ""
        self._known: Offered | None = None
        self.thumb = Thumb(48, on_white=True)
        self.title = ElidedLabel("heading")
        self.words = ElidedLabel("small")
        tip = _("The customer sees this card. Take it away")
        self.hide_button = Button(_("Shown"), lambda: bridge.run(CallShow()), kind="shown", tip=tip)
        lines = QVBoxLayout()
        lines.setSpacing(theme.px(2))
        lines.addStretch(1)
        lines.addWidget(self.title)
        lines.addWidget(self.words)
        lines.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(*([theme.px(8)] * 4))
        row.setSpacing(theme.px(10))
        row.addWidget(self.thumb)
        row.addLayout(lines, 1)
        row.addWidget(self.hide_button)
        self.setMaximumWidth(theme.px(WIDTH))
        bridge.pictured.connect(self._show_picture)
        self.refresh(bridge.state)

    def searched(self, products: tuple[CatalogueProduct, ...]) -> None:
        """What the search has found: among it may be what will be shown."""
        self._searched |= {product.id: product for product in products}
        for oldest in list(self._searched)[:-SEARCHED_MAX]:
            del self._searched[oldest]
        self.refresh(self._bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        shown = state.advising.shown
        show_if(self, bool(shown))
        if not shown:
            self._shown, self._known = "", None
            return
        found = known(state, shown, tuple(self._searched.values()))
        if found.title == shown and self._known is not None and self._shown == shown:
            found = self._known  # what was known of it is not forgotten with the search that found it
        self._shown, self._known = shown, found
        self.title.setText(found.title)
        self.words.setText(found.words)
        self.setAccessibleName(_("The customer sees {product}").format(product=found.title))
        self.hide_button.setAccessibleName(_("Take the card of {product} away").format(product=found.title))
        self._show_picture()

    def _show_picture(self) -> None:
        if (found := self._known) is not None:
            self.thumb.show_product(self._bridge.mailboxes.product_picture(found.image) if found.image else None, found.title)
