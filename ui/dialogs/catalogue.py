"""The brand's catalogue: feeds read into it, and products taken from it into the show."""

import time
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from studio.commands.feed import BrandSet, FeedAdd, FeedRemove, FeedStop, FeedSync
from studio.commands.product import ProductAdd
from studio.errors import StudioError
from studio.i18n import _
from studio.queries.catalogue import FOUND_MAX, CatalogueSearch, Found
from studio.show.money import known, price
from studio.show.product import CatalogueProduct
from studio.show.read_as import Convention, read_as_words
from studio.state import Feed, State
from ui import theme
from ui.bridge import Bridge, ReadDone, Reading, Refusal
from ui.dialogs.base import Dialog
from ui.dialogs.feed_convention import ConventionFields, FeedConventionDialog, fits
from ui.models.clock import clock_time
from ui.widgets.button import Button
from ui.widgets.form import Form, NoWheel
from ui.widgets.label import label, plain_tip
from ui.widgets.rows import match_rows
from ui.widgets.tabs import Tabs

SEARCH_AFTER_MS = 200
REFUSALS_SHOWN = 500
WHICH = Qt.ItemDataRole.UserRole
FILES = "*.csv *.tsv *.xml *.json *.txt *.html *.gz *.zip"


class CatalogueDialog(Dialog):
    """Two pages: choose products, and where they come from."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        super().__init__(parent, _("Catalogue"), size=(760, 720))
        self._bridge = bridge
        self.choose = _Choose(bridge)
        self.feeds = _Feeds(bridge, self.choose.search_again)
        self.tabs = Tabs(_("Catalogue"))
        self.tabs.addTab(self.choose, _("Products"))
        self.tabs.addTab(self.feeds, _("Feeds"))
        self.body.addWidget(self.tabs, 1)
        self.add_button(Button(_("Close"), self.accept), default=False)
        bridge.changed.connect(self._on_changed)
        self._on_changed()

    def _on_changed(self) -> None:
        self.feeds.refresh(self._bridge.state)
        self.choose.refresh(self._bridge.state)


class _Choose(QWidget):
    """Search the catalogue, and take products into the show."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._found: tuple[CatalogueProduct, ...] = ()
        self._here: frozenset[str] = frozenset()
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Name, brand, SKU or barcode …"))
        self.search.setAccessibleName(_("Search the catalogue"))
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Products of the catalogue"))
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.itemDoubleClicked.connect(lambda _item: self._add())
        self.list.itemSelectionChanged.connect(self._check)
        self.empty = label("muted", _("No products found. Import a feed on the Feeds page."), wrap=True)
        self.more = label("muted", _("There are more: search for the one you mean."), wrap=True)
        self.more.hide()
        self.add = Button(_("Add to the show"), self._add, kind="primary")
        rows = QVBoxLayout(self)
        rows.addWidget(self.search)
        rows.addWidget(self.empty)
        rows.addWidget(self.list, 1)
        rows.addWidget(self.add)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.search_again)
        self.search.textChanged.connect(lambda _text: self._timer.start(SEARCH_AFTER_MS))
        self.search_again()

    def search_again(self) -> None:
        """Ask the server."""
        self._bridge.run(CatalogueSearch(words=self.search.text()[:200], limit=FOUND_MAX), self._came)

    def _came(self, found: Found) -> None:
        self._found = found.products
        self.more.setVisible(found.more)
        self._fill()

    def refresh(self, state: State) -> None:
        """Show `state`."""
        here = frozenset(product.id for product in state.shop.products)
        if here != self._here:
            self._here = here
            self._fill()

    def _fill(self) -> None:
        chosen = {str(item.data(WHICH)) for item in self.list.selectedItems()}
        self.list.blockSignals(True)
        self.list.clear()
        for product in self._found:
            cost = price(product.offer.price_at(int(time.time() * 1000)), product.currency)
            words = f"{product.title}   ·   {cost}"
            item = QListWidgetItem(f"✓ {words}" if product.id in self._here else words)
            item.setData(WHICH, product.id)
            item.setToolTip(plain_tip(_("Already in the show") if product.id in self._here else product.title))
            self.list.addItem(item)
            item.setSelected(product.id in chosen)
        self.list.blockSignals(False)
        self.empty.setVisible(not self._found)
        self._check()

    def _chosen(self) -> tuple[str, ...]:
        ids = (str(item.data(WHICH)) for item in self.list.selectedItems())
        return tuple(product for product in ids if product not in self._here)

    def _check(self) -> None:
        count = len(self._chosen())
        self.add.setEnabled(count > 0)
        self.add.setText(_("Add {count} to the show").format(count=count) if count > 1 else _("Add to the show"))

    def _add(self) -> None:
        if chosen := self._chosen():
            self._bridge.run(ProductAdd(products=chosen))


class _Feeds(QWidget):
    """Read a file or an address; feeds on a schedule."""

    def __init__(self, bridge: Bridge, changed: object) -> None:
        super().__init__()
        self._bridge = bridge
        self._changed = changed
        self._cancel: object = None
        self._refused = 0
        self._feeds: dict[Feed, QWidget] = {}
        self.currency = QLineEdit(bridge.state.brand.currency)
        self.currency.setAccessibleName(_("Currency"))
        self.currency.setMaxLength(3)
        self.currency.setPlaceholderText(_("Such as DKK: of prices that name none"))
        self.currency.editingFinished.connect(self._keep_currency)
        form = self._make_fields()
        self.convention = ConventionFields(form, Convention())
        self.convention.changed.connect(self._offer_again)
        self.again = Button(_("Read it again"), self._read_again, kind="primary")
        self.again.hide()
        self.file = Button(_("Read a file …"), self._choose_file, tip=_("Shopify, Google, WooCommerce, JSON-LD or Vitrine's own"))
        self.keep = Button(_("Read this address"), self._keep_address, kind="primary")
        self.stop = Button(_("Cancel"), self._stop, tip=_("Nothing is changed"))
        self._lay_out(form)
        self.address.textChanged.connect(lambda _text: self._check())
        for field in (self.currency, self.shop):
            field.textChanged.connect(lambda _text: self._check())
        self._busy(False)
        self.refusals.hide()

    def _make_fields(self) -> Form:
        """What is asked for, in a form."""
        self._last: Path | None = None
        self.shop = QLineEdit()
        self.shop.setAccessibleName(_("The shop's address"))
        self.shop.setPlaceholderText("https://")
        self.address = QLineEdit()
        self.address.setAccessibleName(_("Address of a feed"))
        self.address.setPlaceholderText("https://shop.example.com/feed.xml")
        every = [(_("Only when asked"), 0), (_("Every 15 minutes"), 15), (_("Every hour"), 60), (_("Every night"), 1440)]
        self.every = NoWheel(_("How often"), every)
        form = Form()
        form.add(_("Currency"), self.currency)
        form.add(_("The shop's address"), self.shop)
        form.add(_("Address of a feed"), self.address)
        form.add(_("How often"), self.every)
        return form

    def _lay_out(self, form: Form) -> None:
        buttons = QHBoxLayout()
        for button in (self.file, self.keep, self.again, self.stop):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(_("How far the feed is read"))
        self.bar.setTextVisible(False)
        self.words = label("muted", wrap=True)
        self.refusals = QPlainTextEdit()
        self.refusals.setReadOnly(True)
        self.refusals.setAccessibleName(_("What could not be used"))
        self.refusals.setMaximumBlockCount(REFUSALS_SHOWN)
        self.refusals.setTabChangesFocus(True)
        self.refusals.setFixedHeight(theme.px(110))
        self._rows = QVBoxLayout()
        rows = QVBoxLayout(self)
        rows.addLayout(form)
        rows.addLayout(buttons)
        rows.addWidget(self.bar)
        rows.addWidget(self.words)
        rows.addWidget(self.refusals)
        rows.addLayout(self._rows)
        rows.addStretch(1)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        match_rows(self._rows, self._feeds, state.feeds, self._row)

    def _row(self, feed: Feed) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(label("heading", feed.name, wrap=True))
        words.addWidget(label("warn" if feed.problem else "muted", feed_words(feed), wrap=True))
        if read_as := read_as_words(feed.read_as):
            words.addWidget(label("muted", read_as, wrap=True))
        line.addLayout(words, 1)
        run = self._bridge.run
        if feed.running:
            line.addWidget(Button(_("Cancel"), partial(run, FeedStop(feed=feed.id)), kind="small"))
        elif feed.url:
            tip = _("Read {name} now").format(name=feed.name)
            line.addWidget(Button(_("Sync now"), partial(run, FeedSync(feed=feed.id)), kind="small", tip=tip))
        how = _("How {name} is read").format(name=feed.name)
        line.addWidget(Button(_("Correct …"), partial(self.correct, feed), kind="small", tip=how))
        forget = _("Forget {name}; its products stay, marked as gone").format(name=feed.name)
        line.addWidget(Button(_("Forget"), partial(run, FeedRemove(feed=feed.id)), kind="small", tip=forget))
        return row

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────

    def _check(self) -> None:
        currency = self.currency.text().strip().upper()
        right = (not currency or known(currency)) and fits(self.shop.text())
        self.keep.setEnabled(right and self.address.text().strip().startswith(("http://", "https://")) and self._cancel is None)
        self.file.setEnabled(right and self._cancel is None)
        self.again.setEnabled(right and self._cancel is None)

    def _busy(self, busy: bool) -> None:
        self.bar.setVisible(busy)
        self.stop.setVisible(busy)
        self._check()

    def _choose_file(self) -> None:
        kinds = _("Product feeds ({kinds})").format(kinds=FILES)
        dialog = QFileDialog(self, _("Read a file"), str(Path.home()), f"{kinds};;{_('All files')} (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.read(Path(path)))
        dialog.open()

    def read(self, path: Path) -> None:
        """Read a file of this machine."""
        self._last = path
        self.again.hide()
        options = {"currency": self.currency.text().strip().upper(), "url": self.shop.text().strip(), "name": path.name}
        options |= self.convention.options()
        self.refusals.clear()
        self.refusals.hide()
        self._refused = 0
        self.bar.setValue(0)
        self.words.setText(_("Reading {name} …").format(name=path.name))
        self._cancel = self._bridge.import_feed(path, options, self._told, self._done)
        self._busy(True)

    def _keep_address(self) -> None:
        currency = self.currency.text().strip().upper()
        add = FeedAdd(
            url=self.address.text().strip(),
            currency=currency,
            every_minutes=self.every.currentData(),
            convention=self.convention.said(self.shop.text()),
        )
        self._bridge.run(add, lambda _feed: self.address.clear())

    def _keep_currency(self) -> None:
        """The brand's own, from now on."""
        currency = self.currency.text().strip().upper()
        if known(currency) and currency != self._bridge.state.brand.currency:
            self._bridge.run(BrandSet(currency=currency))

    def _offer_again(self) -> None:
        """Something about how it is read was chosen: the same file may be read once more."""
        self.again.setVisible(self._last is not None)

    def _read_again(self) -> None:
        if self._last is not None:
            self.read(self._last)

    def correct(self, feed: Feed) -> None:
        """Say how a feed is to be read."""
        FeedConventionDialog(self._bridge, self, feed).open()

    def _stop(self) -> None:
        cancel, self._cancel = self._cancel, None
        if callable(cancel):
            cancel()
        self.words.setText(_("Cancelled; nothing was changed"))
        self._busy(False)

    def _told(self, said: Reading | Refusal) -> None:
        if isinstance(said, Reading):
            self.bar.setValue(round(1000 * said.done_bytes / max(1, said.total_bytes)))
            self.words.setText(_("{count} products read").format(count=said.products))
            return
        self._refused += 1
        line = _("line {line}").format(line=said.line) if said.line else ""
        where = ", ".join(filter(None, (line, said.id, said.field)))
        self.refusals.appendPlainText(f"{where}: {_(said.reason).format_map(said.params)}")
        self.refusals.show()

    def _done(self, done: ReadDone | StudioError) -> None:
        if self._cancel is None:
            return
        self._cancel = None
        self._busy(False)
        if isinstance(done, StudioError):
            self.words.setText(done.sentence(_))
            field = {"currency": self.currency, "decimal": self.convention.decimal}.get(done.field or "")
            if field is not None:
                field.setFocus()
                self._offer_again()
            return
        words = _("{products} products: {new} new, {changed} changed, {gone} gone from the feed; {refused} could not be used")
        said = words.format(products=done.products, new=done.new, changed=done.changed, gone=done.gone, refused=done.refused)
        self.words.setText(" ".join(filter(None, [said + ".", read_as_words(done.read_as)])))
        if callable(self._changed):
            self._changed()


def feed_words(feed: Feed) -> str:
    """How a feed is doing."""
    if feed.running:
        return _("Being read …")
    if feed.problem:
        return _(feed.problem)
    if feed.read_ms is None:
        return _("Not read yet")
    refused = _(", {count} could not be used").format(count=feed.rejected) if feed.rejected else ""
    return _("{count} products at {time}").format(count=feed.products, time=clock_time(feed.read_ms)) + refused
