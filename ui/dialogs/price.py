"""A price for this show only."""

import time

from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import QCheckBox, QDateTimeEdit, QLineEdit, QWidget

from studio.commands.product import ProductPrice, ShopSet
from studio.errors import InvalidValue
from studio.i18n import _
from studio.show.money import parse_price, price
from studio.state import Product
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.widgets.button import Button
from ui.widgets.form import Form
from ui.widgets.label import label

HOUR_MS = 3_600_000


class PriceDialog(Dialog):
    """Sends the price with *Give it*."""

    def __init__(self, bridge: Bridge, parent: QWidget, product: Product) -> None:
        words = _("It ends by itself. Without a cart that confirms the code it is spoken, and nothing shows it.")
        super().__init__(parent, _("Price for this show"), words, size=(480, 460))
        self._bridge = bridge
        self._product = product
        held = product.show_price
        self.price = QLineEdit(price(held.price_minor, product.currency) if held is not None else "")
        self.price.setAccessibleName(_("Price"))
        self.price.setPlaceholderText(price(product.price_minor, product.currency))
        begins_ms = held.from_ms if held is not None and held.from_ms else int(time.time() * 1000)
        self.begins = QDateTimeEdit(QDateTime.fromMSecsSinceEpoch(begins_ms))
        self.begins.setAccessibleName(_("From"))
        self.begins.setCalendarPopup(True)
        self.until = QDateTimeEdit(QDateTime.fromMSecsSinceEpoch(self._end_ms(held.until_ms if held is not None else None)))
        self.until.setAccessibleName(_("Until"))
        self.until.setCalendarPopup(True)
        self.code = QLineEdit(held.code if held is not None else "")
        self.code.setAccessibleName(_("Code"))
        self.code.setMaxLength(40)
        self.code.setPlaceholderText("AFTEN10")
        self.confirms = QCheckBox(_("Our cart knows these codes: the price may be shown"))
        self.confirms.setChecked(bridge.state.shop.cart_confirms)
        self.problem = label("warn", wrap=True)
        self.problem.hide()
        self.body.addWidget(label("heading", product.title, wrap=True))
        form = Form()
        form.add(_("Price"), self.price)
        form.add(_("From"), self.begins)
        form.add(_("Until"), self.until)
        form.add(_("Code"), self.code)
        self.body.addLayout(form)
        self.body.addWidget(self.confirms)
        self.body.addWidget(self.problem)
        self.body.addStretch(1)
        self.add_button(Button(_("Cancel"), self.reject))
        self.give = self.add_button(Button(_("Give it"), self._give, kind="primary"), default=True)

    @staticmethod
    def _end_ms(until_ms: int | None) -> int:
        return until_ms if until_ms is not None else (int(time.time() * 1000) // HOUR_MS + 2) * HOUR_MS

    def _give(self) -> None:
        try:
            minor, currency = parse_price(self.price.text(), self._product.currency)
            if currency != self._product.currency:
                raise InvalidValue("The product is sold in {currency}", currency=self._product.currency)
        except InvalidValue as error:
            self.problem.setText(error.sentence(_))
            self.problem.show()
            self.price.setFocus()
            return
        if self.confirms.isChecked() != self._bridge.state.shop.cart_confirms:
            self._bridge.run(ShopSet(cart_confirms=self.confirms.isChecked()))
        until = self.until.dateTime().toMSecsSinceEpoch()
        begins = self.begins.dateTime().toMSecsSinceEpoch()
        self._bridge.run(
            ProductPrice(
                product=self._product.id,
                price_minor=minor,
                from_ms=begins if begins > time.time() * 1000 else None,
                until_ms=until,
                code=self.code.text().strip(),
            )
        )
        self.accept()
