"""The pinned product in the picture: what it is called, what it costs, and whether there is any left. It follows pins, prices
and stock by itself."""

from typing import Annotated, Literal, NamedTuple

from msgspec import Meta
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from studio.i18n import _
from studio.overlays.base import colour
from studio.overlays.card_paint import BrandedSettings, Brush, wrapped
from studio.overlays.following import Content, FollowingOverlay
from studio.overlays.painter import OverlayPainter
from studio.overlays.shop_data import ShopData
from studio.show.money import price
from studio.show.product import AnyProduct
from studio.show.shelf import Product
from studio.sources.base import SourceContext

SHADOW = 12
FEW = 5
LINES = 2


class ProductCardSettings(BrandedSettings, frozen=True, kw_only=True):
    """`product` empty: the pinned one, with `place` 1 the newest, 2 the one before it. `layout`: `card` has the picture
    beside the words, `tall` above them, `price` is the price alone, `banner` runs along the lower edge."""

    product: AnyProduct = ""
    place: Annotated[int, Meta(ge=1, le=3)] = 1
    layout: Literal["card", "tall", "price", "banner"] = "card"
    number: bool = True
    stock: bool = True


class _Look(NamedTuple):
    number: int
    title: str
    price: str
    before: str
    stock: str
    sold_out: bool
    image: str
    has_image: bool


class ProductCardSource(FollowingOverlay):
    """See `ProductCardSettings`. Without a product, or while it is hidden, nothing is seen."""

    def __init__(self, painter: OverlayPainter, data: ShopData, settings: ProductCardSettings, context: SourceContext) -> None:
        super().__init__(painter, context, data)
        self._settings = settings
        self._brush = Brush(settings)

    def content(self, now_ns: int) -> Content | None:
        found = self._product()
        if found is None:
            return None
        number, product = found
        look = _Look(
            number=number,
            title=product.title,
            price=price(product.price_minor, product.currency),
            before=price(product.before_minor, product.currency) if product.before_minor else "",
            stock=self._stock(product),
            sold_out=product.sold_out,
            image=product.image,
            has_image=self._settings.layout != "price" and self.data.picture(product.image) is not None,
        )
        return Content(product.id, look)

    def _product(self) -> tuple[int, Product] | None:
        shop, settings = self.data.shop, self._settings
        wanted = settings.product
        if not wanted:
            if len(shop.pins) < settings.place:
                return None
            wanted = shop.pins[-settings.place]
        return next(
            ((number, product) for number, product in enumerate(shop.products, 1) if product.id == wanted and not product.hidden),
            None,
        )

    def _stock(self, product: Product) -> str:
        if product.sold_out:
            return _("SOLD OUT")
        if not self._settings.stock or product.stock is None:
            return ""
        return (_("Only {count} left") if product.stock <= FEW else _("{count} in stock")).format(count=product.stock)

    @property
    def _look(self) -> _Look:
        assert self.drawing is not None
        look = self.drawing.look
        assert isinstance(look, _Look)
        return look

    def measure(self) -> tuple[int, int]:
        px, pad = self._brush.px, 2 * self._brush.px(SHADOW)
        layout, canvas = self._settings.layout, self._context.canvas
        if layout == "tall":
            return px(360) + pad, px(600) + pad
        if layout == "price":
            return round(QFontMetricsF(self._price_face).horizontalAdvance(self._look.price)) + px(72) + pad, px(132) + pad
        if layout == "banner":
            return max(px(480), canvas.width), px(150)
        return px(620) + pad, px(196) + pad

    def draw(self, painter: QPainter) -> None:
        {"card": self._card, "tall": self._tall, "price": self._price, "banner": self._banner}[self._settings.layout](painter)

    @property
    def _price_face(self) -> QFont:
        return self._brush.face(64, bold=True)

    def _card(self, painter: QPainter) -> None:
        px = self._brush.px
        box = self._ground(painter)
        side = box.height() - px(32)
        picture = QRectF(box.left() + px(16), box.top() + px(16), side, side)
        self._brush.picture(painter, picture, self.data.picture(self._look.image), px(10))
        left = picture.right() + px(22)
        self._words(painter, QRectF(left, box.top() + px(18), box.right() - left - px(18), box.height() - px(36)))
        self._stamp(painter, picture)

    def _tall(self, painter: QPainter) -> None:
        px = self._brush.px
        box = self._ground(painter)
        picture = QRectF(box.left() + px(14), box.top() + px(14), box.width() - px(28), box.width() - px(28))
        self._brush.picture(painter, picture, self.data.picture(self._look.image), px(12))
        top = picture.bottom() + px(16)
        words = QRectF(box.left() + px(20), top, box.width() - px(40), box.bottom() - top - px(14))
        self._words(painter, words)
        self._stamp(painter, picture)

    def _price(self, painter: QPainter) -> None:
        brush, look, px = self._brush, self._look, self._brush.px
        box = self._ground(painter)
        face = self._price_face
        height = QFontMetricsF(face).height()
        under = look.before or look.stock
        top = box.top() + (box.height() - height - (px(30) if under else 0)) / 2
        brush.line(painter, look.price, face, ink=self._price_ink, at=(box.left() + px(36), top), room=box.width() - px(48))
        if under:
            small = brush.face(24, struck=bool(look.before))
            brush.line(
                painter, under, small, ink=brush.quiet, at=(box.left() + px(36), top + height - px(4)), room=box.width() - px(48)
            )

    def _banner(self, painter: QPainter) -> None:
        brush, look, px = self._brush, self._look, self._brush.px
        width, height = self.measure()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._settings.background))
        painter.drawRect(QRectF(0, 0, width, height))
        painter.setBrush(brush.accent)
        painter.drawRect(QRectF(0, 0, width, px(6)))
        side = height - px(46)
        picture = QRectF(px(60), px(26), side, side)
        brush.picture(painter, picture, self.data.picture(look.image), px(8))
        face = brush.face(52, bold=True)
        costs = QFontMetricsF(face).horizontalAdvance(look.price)
        middle = px(6) + (height - px(6)) / 2
        right = width - px(60) - costs
        brush.line(
            painter, look.price, face, ink=self._price_ink, at=(right, middle - QFontMetricsF(face).height() / 2), room=costs + 4
        )
        if look.before:
            struck = brush.face(30, struck=True)
            was = QFontMetricsF(struck).horizontalAdvance(look.before)
            right -= was + px(24)
            brush.line(
                painter,
                look.before,
                struck,
                ink=brush.quiet,
                at=(right, middle - QFontMetricsF(struck).height() / 2),
                room=was + 4,
            )
        room = right - picture.right() - px(60)
        title, small = brush.face(44, bold=True), brush.face(28)
        top = middle - (QFontMetricsF(title).height() + (QFontMetricsF(small).height() if look.stock else 0)) / 2
        brush.line(painter, self._title, title, ink=brush.ink, at=(picture.right() + px(28), top), room=room)
        if look.stock:
            ink = brush.accent if look.sold_out else brush.quiet
            brush.line(
                painter, look.stock, small, ink=ink, at=(picture.right() + px(28), top + QFontMetricsF(title).height()), room=room
            )

    def _ground(self, painter: QPainter) -> QRectF:
        width, height = self.measure()
        edge = self._brush.px(SHADOW)
        box = QRectF(edge, edge, width - 2 * edge, height - 2 * edge)
        self._brush.ground(painter, box, self._brush.px(18))
        return box

    @property
    def _title(self) -> str:
        look = self._look
        return f"{look.number} · {look.title}" if self._settings.number and self._settings.layout == "banner" else look.title

    @property
    def _price_ink(self) -> QColor:
        return self._brush.accent if self._look.before else self._brush.ink

    def _words(self, painter: QPainter, box: QRectF) -> None:
        """Number, title, price and stock under each other, in the middle of the box."""
        brush, look = self._brush, self._look
        small, title, costs, struck = (
            brush.face(24),
            brush.face(34, bold=True),
            brush.face(42, bold=True),
            brush.face(28, struck=True),
        )
        number = _("No. {number}").format(number=look.number) if self._settings.number else ""
        high, line = QFontMetricsF(small).height(), QFontMetricsF(title).height()
        others = QFontMetricsF(costs).height() + (high if number else 0) + (high if look.stock else 0)
        titles = wrapped(look.title, title, box.width(), max(1, min(LINES, int((box.height() - others) / line))))
        top = box.top() + max(0.0, (box.height() - others - len(titles) * line) / 2)
        if number:
            brush.line(painter, number, small, ink=brush.quiet, at=(box.left(), top), room=box.width())
            top += high
        for words in titles:
            brush.line(painter, words, title, ink=brush.ink, at=(box.left(), top), room=box.width())
            top += line
        taken = brush.line(painter, look.price, costs, ink=self._price_ink, at=(box.left(), top), room=box.width())
        room = box.width() - taken - brush.px(14)
        if look.before and room > brush.px(40):
            lower = top + QFontMetricsF(costs).ascent() - QFontMetricsF(struck).ascent()
            brush.line(painter, look.before, struck, ink=brush.quiet, at=(box.left() + taken + brush.px(14), lower), room=room)
        top += QFontMetricsF(costs).height()
        if look.stock:
            brush.line(
                painter,
                look.stock,
                small,
                ink=brush.accent if look.sold_out else brush.quiet,
                at=(box.left(), top),
                room=box.width(),
            )

    def _stamp(self, painter: QPainter, picture: QRectF) -> None:
        """SOLD OUT across the picture, so that it is read from afar."""
        if not self._look.sold_out:
            return
        brush = self._brush
        face = brush.face(24, bold=True)
        band = QRectF(picture.left(), picture.center().y() - brush.px(22), picture.width(), brush.px(44))
        painter.fillRect(band, brush.accent)
        painter.setFont(face)
        painter.setPen(colour("#ffffff"))
        painter.drawText(band, Qt.AlignmentFlag.AlignCenter, _("SOLD OUT"))
