"""A product as the feed says it: the file's own words, not checked yet. Empty text: not told."""

from decimal import Decimal

from msgspec import Struct

from studio.catalogue.item import Rejected

Price = str | Decimal
Stock = str | int | None


class OfferDraft(Struct, kw_only=True):
    """`price` is the regular price; times are ISO 8601."""

    price: Price = ""
    sale: Price = ""
    sale_from: str = ""
    sale_until: str = ""
    stock: Stock = None
    sku: str = ""
    gtin: str = ""


class VariantDraft(Struct, kw_only=True):
    """One of several kinds. Without an `id` its article number or its options become one."""

    line: int
    id: str = ""
    title: str = ""
    options: dict[str, str] = {}
    offer: OfferDraft
    image: str = ""


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
