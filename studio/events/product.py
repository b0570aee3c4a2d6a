"""Products: pinned, priced, sold out."""

from studio.events.base import PublicEvent, StudioEvent


class ProductPinned(PublicEvent, tag="product.pinned", frozen=True, kw_only=True):
    """A product's card is shown, at this price."""

    hidden_in_rehearsal = True
    replayed = True
    product: str
    price_minor: int
    currency: str


class ProductUnpinned(PublicEvent, tag="product.unpinned", frozen=True, kw_only=True):
    """A product's card is gone."""

    hidden_in_rehearsal = True
    replayed = True
    product: str


class ProductSoldOut(PublicEvent, tag="product.sold_out", frozen=True, kw_only=True):
    """A product is sold out, or there is more of it."""

    replayed = True
    product: str
    sold_out: bool


class ProductPriced(StudioEvent, tag="product.priced", frozen=True, kw_only=True):
    """A product got a price for this show, or (None) lost it."""

    hidden_in_rehearsal = True
    product: str
    price_minor: int | None


class ProductsPlanned(StudioEvent, tag="products.planned", frozen=True, kw_only=True):
    """The show's products, or their order, changed."""

    products: tuple[str, ...]
