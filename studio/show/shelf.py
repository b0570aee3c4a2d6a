"""The products of one show as pure data: planned, resolved for a moment in time, pinned."""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from studio.errors import NotFound, WrongState
from studio.i18n import N_
from studio.show.price_claim import Claim, PastOffer, ShownPrice, Verdict, judge
from studio.show.product import CatalogueProduct, Minor, Offer, PricePoint, ProductId, Variant, shown_variant, stock_of

PINS_MAX = 3
PRODUCTS_MAX = 2000
Code = Annotated[str, Meta(max_length=40, pattern=r"^[\w.-]*$(?!\n)")]
ClaimRule = Literal["eu30", "off"]
"""`eu30`: a before price must be the lowest of 30 days; `off`: the law is another here, the brand answers for it."""


class ShowPrice(Struct, frozen=True, kw_only=True):
    """A price for this show only, from `from_ms` until `until_ms` (Unix), with the code that the cart confirms."""

    price_minor: Minor
    from_ms: int | None = None
    until_ms: int | None = None
    code: Code = ""

    def holds(self, at_ms: int) -> bool:
        """Whether it is in force at `at_ms`."""
        return (self.from_ms is None or self.from_ms <= at_ms) and (self.until_ms is None or at_ms < self.until_ms)


class Product(Struct, frozen=True, kw_only=True):
    """A product in a show, as it is now. `price_minor` is what it costs at this moment; `before_minor` the before price that
    may be claimed beside it, if any. Amounts are in the currency's minor unit (øre, cents), times Unix milliseconds."""

    id: ProductId
    title: Annotated[str, Meta(min_length=1, max_length=300)]
    price_minor: Minor
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)")] = "DKK"
    before_minor: Minor | None = None
    image: Annotated[str, Meta(max_length=500)] = ""
    url: Annotated[str, Meta(max_length=2000)] = ""
    stock: int | None = None
    gtin: Annotated[str, Meta(max_length=14)] = ""
    history: tuple[PricePoint, ...] = ()
    """Earlier prices, where the shop documents them itself; only in show files."""
    sold_out: bool = False
    """Nothing is left, or somebody said so."""
    hidden: bool = False
    gone: bool = False
    """The shop's feed has it no more."""
    variants: int = 0
    stock_at_ms: int | None = None
    """How old the stock number is."""
    claimed_minor: Minor | None = None
    """The before price the shop asks for."""
    claim: Verdict = ""
    lowest_minor: Minor | None = None
    """The lowest price of the 30 days before the reduction, as far as it is known."""
    show_price: ShowPrice | None = None
    pinned_ms: int | None = None
    """Where on the show clock it was pinned, while it is."""


class Planned(Struct, frozen=True, kw_only=True):
    """What the show says about a product of the catalogue."""

    product: str
    hidden: bool = False
    sold_out: bool = False
    show_price: ShowPrice | None = None
    pinned_ms: int | None = None


class Stocked(Struct, frozen=True, kw_only=True):
    """What the catalogue says about it."""

    product: CatalogueProduct
    image: str = ""
    """Where our own copy of the first picture is, or the shop's."""
    history: tuple[PastOffer, ...] = ()
    """Of its offer, in the order of time."""
    shown: tuple[ShownPrice, ...] = ()
    """What it cost in shows."""
    stock_at_ms: int | None = None
    gone: bool = False

    @property
    def sells(self) -> bool:
        """Whether it can be bought."""
        return not self.gone and self.product.offer.stock != 0


def resolve(planned: Planned, stocked: Stocked, rule: ClaimRule, now_ms: int, *, cart_confirms: bool) -> Product:
    """The product as the show has it at `now_ms`. A show price counts only where a cart confirms it: otherwise it may be
    spoken, but nothing of ours advertises it."""
    product = stocked.product
    offer = product.offer
    show_price = planned.show_price
    price, claimed = _priced(offer, show_price if cart_confirms else None, now_ms)
    claim = _judged(claimed, price, stocked, rule, now_ms)
    stock = stock_of([variant.offer for variant in product.variants] or [offer])
    return Product(
        id=product.id,
        title=product.title,
        price_minor=price,
        currency=product.currency,
        before_minor=claimed if claim.verdict == "proved" else None,
        image=stocked.image,
        url=product.url,
        stock=stock,
        gtin=offer.gtin,
        sold_out=planned.sold_out or stock == 0,
        hidden=planned.hidden,
        gone=stocked.gone,
        variants=len(product.variants),
        stock_at_ms=stocked.stock_at_ms if stock is not None else None,
        claimed_minor=claimed,
        claim=claim.verdict,
        lowest_minor=claim.lowest_minor,
        show_price=show_price,
        pinned_ms=planned.pinned_ms,
    )


class Option(Struct, frozen=True, kw_only=True):
    """A variant as it may be bought now."""

    price_minor: int
    before_minor: int | None = None


def resolve_variant(
    variant: Variant, planned: Planned, stocked: Stocked, rule: ClaimRule, now_ms: int, *, cart_confirms: bool
) -> Option:
    """What a variant costs at `now_ms`. A show price is said of the product, so it holds for the variants that cost what the
    product is said to cost. Of a before price we can only prove that of the variant that stands for the product."""
    same = variant.offer.price_at(now_ms) == stocked.product.offer.price_at(now_ms)
    price, claimed = _priced(variant.offer, planned.show_price if cart_confirms and same else None, now_ms)
    if rule == "eu30" and variant.id != shown_variant(stocked.product):
        return Option(price_minor=price)
    claim = _judged(claimed, price, stocked, rule, now_ms)
    return Option(price_minor=price, before_minor=claimed if claim.verdict == "proved" else None)


def _priced(offer: Offer, show_price: ShowPrice | None, now_ms: int) -> tuple[int, int | None]:
    """The price, and the before price that goes with it."""
    price = offer.price_at(now_ms)
    claimed = offer.price_minor if price < offer.price_minor else None
    if show_price is not None and show_price.holds(now_ms) and show_price.price_minor < price:
        return show_price.price_minor, claimed or price
    return price, claimed


def _judged(claimed: int | None, price: int, stocked: Stocked, rule: ClaimRule, now_ms: int) -> Claim:
    if claimed is None:
        return Claim()
    if rule == "off":
        return Claim(verdict="proved")
    return judge(claimed, price, stocked.history, now_ms, stocked.shown)


def next_change_ms(planned: Planned, stocked: Stocked, now_ms: int) -> int | None:
    """When, after `now_ms`, the passing of time alone changes what `resolve` says; None when it does not."""
    offers = [stocked.product.offer, *(variant.offer for variant in stocked.product.variants)]
    edges = [edge for offer in offers for edge in (offer.sale_from_ms, offer.sale_until_ms)]
    if planned.show_price is not None:
        edges += [planned.show_price.from_ms, planned.show_price.until_ms]
    return min((edge for edge in edges if edge is not None and edge > now_ms), default=None)


def pin(plan: Sequence[Planned], product: str, media_ms: int) -> tuple[Planned, ...]:
    """`product` pinned; the oldest of `PINS_MAX` others makes room. Raises `NotFound`, or `WrongState` when it is hidden."""
    wanted = by_id(plan, product)
    if wanted.hidden:
        raise WrongState(N_("This product is hidden: show it first"))
    others = [item for item in plan if item.pinned_ms is not None and item.product != product]
    others.sort(key=lambda item: item.pinned_ms or 0)
    leaving = {item.product for item in others[: max(0, len(others) - PINS_MAX + 1)]}
    if others:  # before the show the clock stands still, and the order of pins must not
        media_ms = max(media_ms, (others[-1].pinned_ms or 0) + 1)
    return tuple(
        msgspec.structs.replace(item, pinned_ms=media_ms)
        if item.product == product
        else msgspec.structs.replace(item, pinned_ms=None)
        if item.product in leaving
        else item
        for item in plan
    )


def pinned(plan: Sequence[Planned]) -> tuple[str, ...]:
    """The pinned products, the newest last."""
    held = [item for item in plan if item.pinned_ms is not None]
    return tuple(item.product for item in sorted(held, key=lambda item: item.pinned_ms or 0))


def by_id(plan: Sequence[Planned], product: str) -> Planned:
    """The plan's item; raises `NotFound`."""
    for item in plan:
        if item.product == product:
            return item
    raise NotFound("There is no product {product} in this show", product=product)


def first_offer(price_minor: int, before_minor: int | None, stock: int | None, gtin: str = "") -> Offer:
    """The offer of a product that was written down as a price and a before price."""
    if before_minor is not None and before_minor > price_minor:
        return Offer(price_minor=before_minor, sale_minor=price_minor, stock=stock, gtin=gtin)
    return Offer(price_minor=price_minor, stock=stock, gtin=gtin)
