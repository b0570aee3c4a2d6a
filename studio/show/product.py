"""What the brand sells: a product of its catalogue, with its variants, offers and pictures."""

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta, Struct

Minor = Annotated[int, Meta(ge=0, le=10**12)]
"""An amount in the currency's minor unit (øre, cents)."""
ID_MAX = 255
"""Characters of a product's or a variant's id: shops make them of titles."""
ProductId = Annotated[str, Meta(min_length=1, max_length=ID_MAX)]
AnyProduct = Annotated[str, Meta(max_length=ID_MAX)]
"""The id of a product or a variant, or nothing."""
TITLE_MAX, TEXT_MAX, URL_MAX, VARIANTS_MAX, IMAGES_MAX = 300, 20_000, 2000, 500, 20


class Offer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What something costs and whether there is any. `price_minor` is the regular price; `sale_minor` holds from
    `sale_from_ms` until `sale_until_ms` (Unix milliseconds; None: not bounded on that side). `stock` None: not told. `cart_id`:
    what the shop's own cart calls it, where that is not the id."""

    price_minor: Minor
    sale_minor: Minor | None = None
    sale_from_ms: int | None = None
    sale_until_ms: int | None = None
    stock: int | None = None
    sku: Annotated[str, Meta(max_length=100)] = ""
    gtin: Annotated[str, Meta(max_length=14)] = ""
    cart_id: AnyProduct = ""

    def on_sale(self, at_ms: int) -> bool:
        """Whether the sale price holds at `at_ms`."""
        if self.sale_minor is None or self.sale_minor >= self.price_minor:
            return False
        return (self.sale_from_ms is None or self.sale_from_ms <= at_ms) and (
            self.sale_until_ms is None or at_ms < self.sale_until_ms
        )

    def price_at(self, at_ms: int) -> int:
        """What it costs at `at_ms`, in minor units."""
        return self.sale_minor if self.sale_minor is not None and self.on_sale(at_ms) else self.price_minor


class Variant(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of several kinds of a product: `options` says which (`{"Size": "Large"}`), `title` the same in one line."""

    id: ProductId
    title: Annotated[str, Meta(max_length=TITLE_MAX)] = ""
    options: dict[str, str] = {}
    offer: Offer
    image: Annotated[str, Meta(max_length=URL_MAX)] = ""


class PricePoint(Struct, frozen=True, kw_only=True):
    """From `at_ms` (Unix) on it cost `price_minor`, until the next point."""

    at_ms: int
    price_minor: Minor


class CatalogueProduct(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A product as the shop describes it. `description` is clean HTML; `offer` is the only one, or the cheapest variant's.
    `history` is what the shop itself says about earlier prices."""

    id: ProductId
    title: Annotated[str, Meta(min_length=1, max_length=TITLE_MAX)]
    description: Annotated[str, Meta(max_length=TEXT_MAX)] = ""
    brand: Annotated[str, Meta(max_length=200)] = ""
    category: Annotated[str, Meta(max_length=750)] = ""
    url: Annotated[str, Meta(max_length=URL_MAX)] = ""
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)")]
    images: Annotated[tuple[Annotated[str, Meta(max_length=URL_MAX)], ...], Meta(max_length=IMAGES_MAX)] = ()
    offer: Offer
    variants: Annotated[tuple[Variant, ...], Meta(max_length=VARIANTS_MAX)] = ()
    history: Annotated[tuple[PricePoint, ...], Meta(max_length=1000)] = ()


def shown_variant(product: CatalogueProduct) -> str:
    """The id of the variant whose offer stands for the product; empty when it has none."""
    return next((variant.id for variant in product.variants if variant.offer == product.offer), "")


def stock_of(offers: Iterable[Offer]) -> int | None:
    """How many there are together; None when somebody did not tell: one variant sold out is not all of them."""
    counts = [offer.stock for offer in offers]
    return sum(max(0, count) for count in counts if count is not None) if counts and None not in counts else None


def gtin_of(text: str) -> str:
    """The GTIN in `text` (8, 12, 13 or 14 digits) when its check digit is right (GS1), else nothing."""
    digits = "".join(character for character in text if character not in " -")
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (8, 12, 13, 14):
        return ""
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return digits if weighted % 10 == 0 and digits.strip("0") else ""


def same_gtin(one: str, other: str) -> bool:
    """Whether two GTINs are the same number: a 12-digit UPC is a 13-digit EAN with a zero in front."""
    return bool(one) and one.zfill(14) == other.zfill(14)
