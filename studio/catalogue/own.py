"""Vitrine's own JSON: `{"vitrine": 1, "currency": "DKK", "products": [{"id", "title", "price": "249.00", …}]}`.

Prices are decimals (`price`, `sale_price`) or whole minor units (`price_minor`, `sale_minor`); times are ISO 8601 with a zone.
"""

from collections.abc import Iterator
from decimal import Decimal

import msgspec
from msgspec import Struct

from studio.catalogue import loose_json
from studio.catalogue.draft import Draft, Found, OfferDraft, Price, PriceDraft, VariantDraft
from studio.catalogue.item import Options, Rejected, rejection
from studio.errors import InvalidValue
from studio.show import money

VERSION = 1


class _File(Struct):
    products: list[msgspec.Raw]
    vitrine: int = VERSION
    currency: str = ""


class _Priced(Struct, kw_only=True):
    price: str | int | float = ""
    price_minor: int | None = None
    sale_price: str | int | float = ""
    sale_minor: int | None = None
    sale_from: str = ""
    sale_until: str = ""
    stock: int | None = None
    sku: str = ""
    gtin: str = ""
    cart_id: str = ""


class _Point(Struct, kw_only=True):
    at: str
    price: str | int | float = ""
    price_minor: int | None = None


class _Variant(_Priced, kw_only=True):
    id: str
    title: str = ""
    options: dict[str, str] = {}
    image: str = ""


class _Product(_Priced, kw_only=True):
    id: str
    title: str
    description: str = ""
    brand: str = ""
    category: str = ""
    url: str = ""
    currency: str = ""
    images: list[str] = []
    variants: list[_Variant] = []
    history: list[_Point] = []


def drafts(data: bytes, options: Options) -> Iterator[Found]:
    """The products of the file, each on its own. Raises `InvalidValue`."""
    file = loose_json.envelope(data, _File)
    if not 1 <= file.vitrine <= VERSION:
        raise InvalidValue(
            "this file is of version {version}; this Vitrine reads up to {ours}: update it", version=file.vitrine, ours=VERSION
        )
    for number, raw in enumerate(file.products, 1):
        try:
            yield _draft(number, msgspec.json.decode(raw, type=_Product), file.currency or options.currency)
        except msgspec.ValidationError as error:
            yield _refused(number, error)
        except (msgspec.DecodeError, RecursionError) as error:
            yield rejection(number, "", InvalidValue("not valid JSON: {problem}", problem=error))


def _refused(number: int, error: msgspec.ValidationError) -> Rejected:
    problem, _, place = str(error).partition(" - at `$")
    return rejection(number, "", InvalidValue("{problem}", field=place.rstrip("`").lstrip(".")[:100], problem=problem))


def _draft(number: int, given: _Product, currency: str) -> Draft:
    currency = given.currency or currency
    variants = [_variant(number, one, currency) for one in given.variants]
    return Draft(
        line=number,
        id=given.id,
        title=given.title,
        description=given.description,
        brand=given.brand,
        category=given.category,
        url=given.url,
        currency=currency,
        images=given.images,
        offer=None if variants else _offer(given, currency),
        variants=variants,
        history=[PriceDraft(at=one.at, price=_price(one.price, one.price_minor, currency)) for one in given.history],
    )


def _variant(number: int, given: _Variant, currency: str) -> VariantDraft:
    return VariantDraft(
        line=number, id=given.id, title=given.title, options=given.options, offer=_offer(given, currency), image=given.image,
        named=bool(given.title),
    )  # fmt: skip


def _offer(given: _Priced, currency: str) -> OfferDraft:
    return OfferDraft(
        price=_price(given.price, given.price_minor, currency),
        sale=_price(given.sale_price, given.sale_minor, currency),
        sale_from=given.sale_from,
        sale_until=given.sale_until,
        stock=given.stock,
        sku=given.sku,
        gtin=given.gtin,
        cart_id=given.cart_id,
    )


def _price(price: str | int | float, minor: int | None, currency: str) -> Price:
    """A number's shortest text is what the file says, as long as it has at most 15 digits."""
    if minor is not None:
        return Decimal(minor).scaleb(-money.digits_of(currency.upper())) if currency else Decimal(minor)
    return price if isinstance(price, str) else Decimal(str(price))
