"""Products in the panels of a call: what is known of one, wherever that comes from. Pure but for the age of a stock number."""

import time
from typing import NamedTuple

from studio.i18n import _
from studio.show.call import Call, CardProduct
from studio.show.money import price
from studio.show.product import CatalogueProduct, stock_of
from studio.state import Product, State
from ui.models.products_model import stock_words


class Offered(NamedTuple):
    """A product as a row shows it. `variants` are ids and names, where there is something to choose."""

    id: str
    title: str
    words: str = ""
    image: str = ""
    sold_out: bool = False
    variants: tuple[tuple[str, str], ...] = ()


def of_show(product: Product) -> Offered:
    """From the show's products."""
    words = (price(product.price_minor, product.currency), stock_words(product, int(time.time() * 1000)))
    return Offered(product.id, product.title, " · ".join(filter(None, words)), product.image, product.sold_out)


def of_catalogue(product: CatalogueProduct, image: str = "") -> Offered:
    """From the brand's catalogue."""
    now_ms = int(time.time() * 1000)
    stock = stock_of([variant.offer for variant in product.variants] or [product.offer])
    left = "" if stock is None else _("SOLD OUT") if stock == 0 else _("{count} left").format(count=stock)
    words = " · ".join(filter(None, (price(product.offer.price_at(now_ms), product.currency), left)))
    variants = tuple((variant.id, variant.title or variant.id) for variant in product.variants)
    return Offered(product.id, product.title, words, image, stock == 0, variants if len(variants) > 1 else ())


def of_card(product: CardProduct, currency: str) -> Offered:
    """From what the page told."""
    cost = price(product.price_minor, currency) if product.price_minor is not None and currency else ""
    return Offered(product.id, product.title or product.id, " · ".join(filter(None, (product.variant, cost))))


def known(state: State, product: str, searched: tuple[CatalogueProduct, ...] = ()) -> Offered:
    """What can be said of a product by its id alone."""
    in_show = next((one for one in state.shop.products if one.id == product), None)
    if in_show is not None:
        return of_show(in_show)
    in_catalogue = next((one for one in searched if one.id == product), None)
    if in_catalogue is not None:
        return of_catalogue(in_catalogue)
    call: Call | None = state.advising.call
    cards = (*call.card.cart, *call.card.seen) if call is not None else ()
    found = next((of_card(one, call.card.currency) for one in cards if one.id == product), None) if call is not None else None
    return found or Offered(product, product)


def image_of(state: State, product: str) -> str:
    """The path of a product's picture, where the show has it."""
    return next((one.image for one in state.shop.products if one.id == product), "")
