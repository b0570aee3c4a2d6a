"""Commands about the products of the show; the server runs them."""

from typing import Annotated

from msgspec import Meta

from studio.commands.show import ShowCommand
from studio.show.product import AnyProduct, Minor, ProductId
from studio.show.shelf import PRODUCTS_MAX, ClaimRule, Code

Products = Annotated[tuple[ProductId, ...], Meta(max_length=PRODUCTS_MAX)]


class ProductPin(ShowCommand, tag="product.pin", frozen=True, kw_only=True):
    """Show a product to the audience, by its id or by the barcode (`code`) of it or one of its variants."""

    product: AnyProduct = ""
    code: Annotated[str, Meta(max_length=100)] = ""


class ProductUnpin(ShowCommand, tag="product.unpin", frozen=True, kw_only=True):
    """Take a product's card away; without `product` all cards."""

    product: AnyProduct = ""


class ProductNext(ShowCommand, tag="product.next", frozen=True, kw_only=True):
    """Pin the product after the newest pin in the show's order, instead of all that is pinned."""


class PinsSet(ShowCommand, tag="product.pins", frozen=True, kw_only=True):
    """Pin exactly these (at most three, the newest last), unless something else is pinned than `expected`."""

    products: Annotated[tuple[ProductId, ...], Meta(max_length=3)]
    expected: Annotated[tuple[ProductId, ...], Meta(max_length=3)] | None = None


class ProductAdd(ShowCommand, tag="product.add", frozen=True, kw_only=True):
    """Add products of the catalogue to the show, after the others."""

    products: Products


class ProductRemove(ShowCommand, tag="product.remove", frozen=True, kw_only=True):
    """Take a product out of the show; it stays in the catalogue."""

    product: ProductId


class ProductOrder(ShowCommand, tag="product.order", frozen=True, kw_only=True):
    """Put the show's products into this order; those that are not named follow as they were."""

    products: Products


class ProductChange(ShowCommand, tag="product.set", frozen=True, kw_only=True):
    """Hide a product, or say that it is sold out. What is not named stays."""

    product: ProductId
    hidden: bool | None = None
    sold_out: bool | None = None


class ProductPrice(ShowCommand, tag="product.price", frozen=True, kw_only=True):
    """Give a product a price for this show only; without `price_minor` that ends.

    From and until a time (Unix milliseconds), with the code that the cart confirms.
    """

    product: ProductId
    price_minor: Minor | None = None
    from_ms: int | None = None
    until_ms: int | None = None
    code: Code = ""


class ProductSetSave(ShowCommand, tag="products.save", frozen=True, kw_only=True):
    """Keep the show's products, in their order, as a set under this name."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]


class ProductSetAdd(ShowCommand, tag="products.add", frozen=True, kw_only=True):
    """Add a kept set to the show."""

    set: Annotated[str, Meta(max_length=16)]


class ProductSetRemove(ShowCommand, tag="products.forget", frozen=True, kw_only=True):
    """Forget a kept set; shows keep their products."""

    set: Annotated[str, Meta(max_length=16)]


class ShopSet(ShowCommand, tag="shop.set", frozen=True, kw_only=True):
    """How the show sells: the rule for before prices, and whether the brand's cart confirms the codes of show prices."""

    claims: ClaimRule | None = None
    cart_confirms: bool | None = None
