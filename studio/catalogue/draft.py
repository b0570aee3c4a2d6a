"""A product as the feed says it: the file's own words, not checked yet. Empty text: not told."""

from decimal import Decimal

from msgspec import Struct

from studio.catalogue.item import Rejected

Price = str | Decimal
Stock = str | int | None


class OfferDraft(Struct, kw_only=True):
    """`price` is the regular price, unless there is a higher one to `compare` it with: then it is the sale's. `net`: the feed
    says that these are prices without VAT, or with it; None: it does not say. `cart_id`: what the shop's cart calls it."""

    price: Price = ""
    sale: Price = ""
    compare: Price = ""
    net: bool | None = None
    sale_from: str = ""
    sale_until: str = ""
    stock: Stock = None
    sku: str = ""
    gtin: str = ""
    cart_id: str = ""


class VariantDraft(Struct, kw_only=True):
    """One of several kinds. Without an `id` its article number or its options become one. `named`: its title is what the shop
    calls it; else that is put together from its options."""

    line: int
    id: str = ""
    title: str = ""
    options: dict[str, str] = {}
    offer: OfferDraft
    image: str = ""
    named: bool = False


class PriceDraft(Struct, kw_only=True):
    """An earlier price."""

    at: str
    price: Price


class Draft(Struct, kw_only=True):
    """With `variants`, `offer` counts for nothing."""

    line: int
    id: str = ""
    title: str = ""
    description: str = ""
    brand: str = ""
    category: str = ""
    url: str = ""
    currency: str = ""
    images: list[str] = []
    offer: OfferDraft | None = None
    variants: list[VariantDraft] = []
    history: list[PriceDraft] = []


class Skipped(Struct, frozen=True):
    """Something that is not for sale: not published, or a group of products."""


Found = Draft | Rejected | Skipped
"""What a format reader yields."""
