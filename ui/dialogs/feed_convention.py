"""How a feed is to be understood: found by itself, corrected here."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from studio.commands.feed import FeedChange
from studio.i18n import _
from studio.show.read_as import Convention, read_as_words
from studio.state import Feed
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.widgets.button import Button
from ui.widgets.form import Form, NoWheel
from ui.widgets.label import label

RATES = ("25", "24", "23", "22", "21", "20", "19", "17")
"""The usual rates of VAT in Europe; others by `vitrine import --vat`."""


class ConventionFields(QObject):
    """What stands before decimals, which comes first in a date, whether VAT is to be added."""

    changed = Signal()

    def __init__(self, form: Form, convention: Convention) -> None:
        """`form` gets their rows."""
        super().__init__(form)
        rates = sorted({*RATES, *filter(None, [convention.vat])}, key=float, reverse=True)
        looks = (_("As it looks"), "")
        self.decimal = NoWheel(_("Before the decimals"), [looks, (_("Comma: 1.299,00"), ","), (_("Point: 1,299.00"), ".")])
        orders = [(_("Day first: 27/11/2026"), "day"), (_("Month first: 11/27/2026"), "month")]
        self.dates = NoWheel(_("Dates"), [looks, *orders])
        added = [(_("Without VAT: add {percent} %").format(percent=rate), rate) for rate in rates]
        self.vat = NoWheel(_("Prices"), [(_("As they are"), ""), *added])
        for name, field, value in (
            (_("Before the decimals"), self.decimal, convention.decimal),
            (_("Dates"), self.dates, convention.dates),
            (_("Prices"), self.vat, convention.vat),
        ):
            field.choose(value)
            field.currentIndexChanged.connect(lambda _index: self.changed.emit())
            form.add(name, field)

    def options(self) -> dict[str, str]:
        """What somebody has chosen, for an import."""
        return {name: str(getattr(self, name).currentData()) for name in ("decimal", "dates", "vat")}

    def said(self, shop: str) -> Convention:
        """The same for a feed that is kept."""
        return Convention(
            decimal=self.decimal.currentData(), dates=self.dates.currentData(), vat=self.vat.currentData(), shop=shop.strip()
        )


class FeedConventionDialog(Dialog):
    """Correct how one feed is read."""

    def __init__(self, bridge: Bridge, parent: QWidget, feed: Feed) -> None:
        super().__init__(parent, _("How {name} is read").format(name=feed.name), read_as_words(feed.read_as), size=(520, 420))
        self._bridge, self._feed = bridge, feed
        form = Form()
        self.fields = ConventionFields(form, feed.convention)
        self.shop = QLineEdit(feed.convention.shop)
        self.shop.setAccessibleName(_("The shop's address"))
        self.shop.setPlaceholderText("https://")
        form.add(_("The shop's address"), self.shop)
        self.body.addLayout(form)
        words = _("It is read again at once.") if feed.url else _("Then read the file again.")
        self.body.addWidget(label("muted", words, wrap=True))
        self.body.addStretch(1)
        self.add_button(Button(_("Cancel"), self.reject))
        self.keep = self.add_button(Button(_("Save"), self._save, kind="primary"), default=True)
        self.shop.textChanged.connect(lambda _text: self.keep.setEnabled(fits(self.shop.text())))

    def _save(self) -> None:
        self._bridge.run(FeedChange(feed=self._feed.id, convention=self.fields.said(self.shop.text())))
        self.accept()


def fits(address: str) -> bool:
    """Whether it is the address of a shop, or none."""
    return not address.strip() or address.strip().startswith(("http://", "https://"))
