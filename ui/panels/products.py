"""The show's products, in the order they come. A key pins; the row says what the viewers see, and what they do not."""

import time
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage, QKeyEvent, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from studio.commands.product import (
    ProductChange,
    ProductNext,
    ProductOrder,
    ProductPin,
    ProductPrice,
    ProductRemove,
    ProductSetAdd,
    ProductSetRemove,
    ProductSetSave,
    ProductUnpin,
)
from studio.i18n import _
from studio.show.money import price
from studio.state import Product, State
from ui import theme
from ui.actions import key_of
from ui.bridge import Bridge
from ui.dialogs.ask import ask_name
from ui.models.products_model import NUMBER, PINNED, PRODUCT, ProductsModel, claim_words, stock_words
from ui.widgets.button import ENTER, Button
from ui.widgets.label import label
from ui.widgets.panel import Panel

ROW, ROW_WARNED = 62, 80
THUMB = 44
Index = QModelIndex | QPersistentModelIndex


class ProductRow(QStyledItemDelegate):
    """Draws a product: number, picture, name, price, what is left, and whether it is pinned."""

    def __init__(self, view: QListView, bridge: Bridge) -> None:
        super().__init__(view)
        self._bridge = bridge
        self._thumbs: dict[tuple[str, int], QPixmap] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        product: Product = index.data(PRODUCT)
        return QSize(theme.px(160), theme.px(ROW_WARNED if claim_words(product) or product.gone else ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        product: Product = index.data(PRODUCT)
        pinned = bool(index.data(PINNED))
        box, px = QRectF(option.rect), theme.px
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if pinned or option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, theme.colour("hover"))
        if pinned:
            painter.fillRect(QRectF(box.left(), box.top(), px(4), box.height()), theme.colour("accent"))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.setFont(theme.font(13, bold=True))
        painter.setPen(theme.colour("accent" if pinned else "muted"))
        number = QRectF(box.left() + px(4), box.top(), px(28), box.height())
        painter.drawText(number, Qt.AlignmentFlag.AlignCenter, str(index.data(NUMBER)))
        if product.hidden:
            painter.setOpacity(0.55)
        thumb = QRectF(number.right() + px(2), box.center().y() - px(THUMB) / 2, px(THUMB), px(THUMB))
        self._paint_thumb(painter, thumb, product.image)
        words = box.adjusted(thumb.right() - box.left() + px(8), 0, -px(8), 0)
        title_right = self._paint_badge(painter, words) if pinned else words.right()
        self._paint_words(painter, words, product, title_right)
        painter.restore()

    def _paint_thumb(self, painter: QPainter, box: QRectF, path: str) -> None:
        frame = QPainterPath()
        frame.addRoundedRect(box, theme.px(6), theme.px(6))
        painter.fillPath(frame, theme.colour("raised"))
        pixmap = self._thumb(path, round(box.width() * painter.device().devicePixelRatioF()))
        if pixmap is not None:
            painter.save()
            painter.setClipPath(frame)
            painter.drawPixmap(box, pixmap, QRectF(pixmap.rect()))
            painter.restore()

    def _thumb(self, path: str, side: int) -> QPixmap | None:
        key = (path, side)
        if key not in self._thumbs:
            image: QImage | None = self._bridge.mailboxes.product_picture(path)
            if image is None:
                return None
            if len(self._thumbs) > 500:
                self._thumbs.clear()
            fill, smooth = Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
            scaled = image.scaled(side, side, fill, smooth)
            cut = scaled.copy((scaled.width() - side) // 2, (scaled.height() - side) // 2, side, side)
            self._thumbs[key] = QPixmap.fromImage(cut)
        return self._thumbs[key]

    @staticmethod
    def _paint_badge(painter: QPainter, room: QRectF) -> float:
        """The word that says it is shown to everybody; returns where the room for other words ends."""
        words, face = _("Pinned"), theme.font(11, bold=True)
        width = QFontMetricsF(face).horizontalAdvance(words) + theme.px(16)
        badge = QRectF(room.right() - width, room.top() + theme.px(9), width, theme.px(20))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(badge, badge.height() / 2, badge.height() / 2)
        painter.setFont(face)
        painter.setPen(theme.colour("accent-ink"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, words)
        return badge.left() - theme.px(6)

    @staticmethod
    def _paint_words(painter: QPainter, room: QRectF, product: Product, title_right: float) -> None:
        px = theme.px
        warned = claim_words(product) or (_("Gone from the feed") if product.gone else "")
        line = px(19)
        top = room.center().y() - (line * (3 if warned else 2)) / 2

        def write(
            words: str, token: str, pixels: int, left: float, *, bold: bool = False, struck: bool = False, right: float = 0
        ) -> float:
            right = right or room.right()
            face = theme.font(pixels, bold=bold)
            face.setStrikeOut(struck)
            painter.setFont(face)
            painter.setPen(theme.colour(token))
            shown = QFontMetricsF(face).elidedText(words, Qt.TextElideMode.ElideRight, right - left)
            painter.drawText(QRectF(left, top, right - left, line), Qt.AlignmentFlag.AlignVCenter, shown)
            return left + QFontMetricsF(face).horizontalAdvance(shown) + px(7)

        faint = product.sold_out or product.hidden
        write(product.title, "muted" if faint else "text", 13, room.left(), bold=True, right=title_right)
        top += line
        left = write(price(product.price_minor, product.currency), "text", 12, room.left(), bold=True)
        if product.before_minor:
            left = write(price(product.before_minor, product.currency), "muted", 12, left, struck=True)
        if product.show_price is not None:
            said = price(product.show_price.price_minor, product.currency)
            left = write(_("show price {price}").format(price=said), "ok", 12, left)
        if product.hidden:
            left = write(_("hidden"), "warn", 12, left, bold=True)
        stock = stock_words(product, int(time.time() * 1000))
        if stock and left < room.right():
            write(stock, "warn" if product.sold_out else "muted", 12, left, bold=product.sold_out)
        if warned:
            top += line
            write(f"⚠ {warned}", "warn", 12, room.left())


class _List(QListView):
    """Enter pins, S says sold out; a row can be dragged to another place."""

    pressed_enter = Signal()
    pressed_sold_out = Signal()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    @staticmethod
    def _is_ours(event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return plain and event.key() in (*ENTER, Qt.Key.Key_S)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in ENTER and not event.isAutoRepeat():
            self.pressed_enter.emit()
        elif event.key() == Qt.Key.Key_S and not event.modifiers():
            self.pressed_sold_out.emit()
        else:
            super().keyPressEvent(event)


class ProductsPanel(Panel):
    """A list that is searched as one types. `priced(product)` when a price is to be given, `catalogue` when products are to
    be fetched."""

    priced = Signal(str)
    catalogue = Signal()

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("Products"))
        self._bridge = bridge
        self.more = Button(_("Sets"), kind="small", tip=_("Kept sets of products, and the catalogue"))
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.more.setMenu(self.menu)
        self.tools.addWidget(self.more)
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Search or scan a barcode …"))
        self.search.setAccessibleName(_("Search products"))
        self.search.setClearButtonEnabled(True)
        self._model = ProductsModel()
        self._model.moved.connect(self._move)
        self.search.textChanged.connect(self._model.search)
        self.search.returnPressed.connect(self._on_scanned)
        self._make_list()
        self.empty = label("muted", _("This show has no products yet. Fetch some from the shop's feed."), wrap=True)
        self.fetch = Button(_("Catalogue …"), self.catalogue.emit, kind="primary", tip=_("Read feeds and choose products"))
        self.next = Button(_("Next product"), lambda: bridge.run(ProductNext()), tip=_("Pin the product after the newest pin"))
        self.unpin = Button(_("Unpin"), lambda: bridge.run(ProductUnpin()), tip=_("Take all cards away"))
        below = QHBoxLayout()
        below.setSpacing(theme.px(6))
        below.addWidget(self.next, 1)
        below.addWidget(self.unpin)
        self.body.addWidget(self.search)
        self.body.addWidget(self.empty)
        self.body.addWidget(self.fetch)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(below)
        self.body.addStretch(0)
        bridge.pictured.connect(self.list.viewport().update)
        self.refresh(bridge.state)

    def _make_list(self) -> None:
        self.list = _List()
        self.list.setAccessibleName(_("Products"))
        self.list.setModel(self._model)
        self.list.setItemDelegate(ProductRow(self.list, self._bridge))
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._open_menu)
        self.list.doubleClicked.connect(lambda _index: self._pin())
        self.list.pressed_enter.connect(lambda: self._pin())
        self.list.pressed_sold_out.connect(lambda: self._sold_out())

    def refresh(self, state: State) -> None:
        """Show `state`."""
        products, pins = state.shop.products, state.shop.pins
        self._model.show(products, pins)
        self.words.setText(str(len(products)) if products else "")
        self.empty.setVisible(not products)
        self.fetch.setVisible(not products)
        for widget in (self.list, self.search, self.next, self.unpin):
            widget.setVisible(bool(products))
        self.next.set_key(key_of(state, "product.next"))
        self.unpin.set_key(key_of(state, "product.unpin"))
        self.unpin.setEnabled(bool(pins))
        self.next.setEnabled(state.link.status == "connected")

    # ── a product ────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _chosen(self) -> Product | None:
        index = self.list.currentIndex()
        if not index.isValid():
            return None
        product: Product = index.data(PRODUCT)
        return product

    def _pin(self, product: Product | None = None) -> None:
        """The one that is chosen, unless another is meant."""
        if (product := product or self._chosen) is not None:
            pinned = product.id in self._bridge.state.shop.pins
            self._bridge.run(ProductUnpin(product=product.id) if pinned else ProductPin(product=product.id))

    def _sold_out(self, product: Product | None = None) -> None:
        if (product := product or self._chosen) is not None:
            self._bridge.run(ProductChange(product=product.id, sold_out=not product.sold_out))

    def _on_scanned(self) -> None:
        """A scanner types the code and presses Enter; a person types words and means the first that is found."""
        text = self.search.text().strip()
        if not text:
            return
        exact = self._model.by_code(text)
        if exact is None and self._model.rowCount():
            exact = self._model.index(0).data(PRODUCT)
        if exact is not None:
            self._bridge.run(ProductPin(product=exact.id), self._scanned)
        else:  # the code of a variant, which only the server knows
            self._bridge.run(ProductPin(code=text), self._scanned)
        self.search.selectAll()

    def _scanned(self, product: str) -> None:
        self.search.clear()
        if (row := self._model.row_of(product)) >= 0:
            self.list.setCurrentIndex(self._model.index(row))

    def _move(self, product: str, place: int) -> None:
        order = [one.id for one in self._bridge.state.shop.products if one.id != product]
        order.insert(max(0, min(place, len(order))), product)
        self._bridge.run(ProductOrder(products=tuple(order)))

    def _step(self, product: str, by: int) -> None:
        """So many places further on in the show, whatever is searched for."""
        order = [one.id for one in self._bridge.state.shop.products]
        if product in order:
            self._move(product, order.index(product) + by)

    def _open_menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if index.isValid():
            self.list.setCurrentIndex(index)
            self.menu_of(index.data(PRODUCT)).popup(self.list.viewport().mapToGlobal(at))

    def menu_of(self, product: Product) -> QMenu:
        """What can be done with a product."""
        run, menu = self._bridge.run, QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pinned = product.id in self._bridge.state.shop.pins
        menu.addAction(_("Unpin") if pinned else _("Pin")).triggered.connect(lambda: self._pin(product))
        sold_out = _("There is more of it") if product.sold_out else _("Sold out")
        menu.addAction(sold_out).triggered.connect(lambda: self._sold_out(product))
        hide = _("Show to the audience") if product.hidden else _("Hide from the audience")
        menu.addAction(hide).triggered.connect(lambda: run(ProductChange(product=product.id, hidden=not product.hidden)))
        menu.addSeparator()
        menu.addAction(_("Price for this show …")).triggered.connect(partial(self.priced.emit, product.id))
        if product.show_price is not None:
            menu.addAction(_("End the price for this show")).triggered.connect(lambda: run(ProductPrice(product=product.id)))
        menu.addSeparator()
        menu.addAction(_("Earlier")).triggered.connect(lambda: self._step(product.id, -1))
        menu.addAction(_("Later")).triggered.connect(lambda: self._step(product.id, 1))
        menu.addAction(_("Take out of the show")).triggered.connect(lambda: run(ProductRemove(product=product.id)))
        return menu

    def _fill_menu(self) -> None:
        self.menu.clear()
        self.menu.addAction(_("Catalogue …")).triggered.connect(self.catalogue.emit)
        self.menu.addAction(_("Keep these as a set …")).triggered.connect(self._save_set)
        sets = self._bridge.state.shop.sets
        if sets:
            self.menu.addSeparator()
            forget = QMenu(_("Forget a set"), self.menu)
            for kept in sets:
                words = _("Add {name} ({count})").format(name=kept.name, count=len(kept.products))
                self.menu.addAction(words).triggered.connect(partial(self._add_set, kept.id))
                forget.addAction(kept.name).triggered.connect(partial(self._forget_set, kept.id))
            self.menu.addMenu(forget)

    def _save_set(self) -> None:
        ask_name(
            self,
            _("Keep as a set"),
            _("What is the set called?"),
            value="",
            done=lambda name: self._bridge.run(ProductSetSave(name=name)),
        )

    def _add_set(self, kept: str, *_checked: bool) -> None:
        self._bridge.run(ProductSetAdd(set=kept))

    def _forget_set(self, kept: str, *_checked: bool) -> None:
        self._bridge.run(ProductSetRemove(set=kept))
