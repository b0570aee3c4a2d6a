"""From a draft to a product: every value checked the same way, whatever format it came in.

Without an id, a title and a price there is no product. Anything else that is wrong is left out and told.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from studio.catalogue import html
from studio.catalogue.draft import Draft, OfferDraft, Price, VariantDraft
from studio.catalogue.item import Options, Rejected, rejection
from studio.catalogue.link import link
from studio.catalogue.moment import moment_ms, without_zone
from studio.catalogue.stock import stock
from studio.errors import InvalidValue
from studio.i18n import N_
from studio.show import money
from studio.show.money import Mark
from studio.show.product import (
    ID_MAX,
    IMAGES_MAX,
    TEXT_MAX,
    TITLE_MAX,
    VARIANTS_MAX,
    CatalogueProduct,
    Offer,
    PricePoint,
    Variant,
    gtin_of,
)
from studio.show.read_as import Percent, ReadAs

BRAND_MAX, CATEGORY_MAX, SKU_MAX, OPTIONS_MAX, OPTION_MAX, HISTORY_MAX = 200, 750, 100, 10, 200, 1000
Report = Callable[[Rejected], None]
NO_SALE = N_("A sale price of 0 is none")


class Builder:
    """Makes the products of one feed; what is left out of them goes to `report`."""

    def __init__(self, options: Options, report: Report) -> None:
        self._options = options
        self._report = report
        self._finer = 0
        self._net = self._added = self._local = False

    @property
    def read_as(self) -> ReadAs:
        """How the feed was understood until now."""
        options = self._options
        return ReadAs(
            decimal=options.decimal,
            dates=options.dates,
            zone=options.zone if self._local else "",
            currency=options.currency,
            finer=self._finer,
            vat=options.vat if self._added else "",
            net=self._net,
        )

    def product(self, draft: Draft) -> CatalogueProduct:
        """The product. Raises `InvalidValue`, whose `field` says what makes it unusable."""
        id, title = checked_id(draft.id), html.line(draft.title, TITLE_MAX + 1)
        if not title:
            raise InvalidValue(N_("There is no title"), field="title")
        if len(title) > TITLE_MAX:
            title = title[: TITLE_MAX - 1].rstrip() + "…"
            self._left_out(draft, "title", InvalidValue("It is cut after {most} characters", most=TITLE_MAX))
        currency = self._currency(draft.currency)
        variants: tuple[Variant, ...] = ()
        if draft.variants:
            variants, currency = self._variants(draft, currency)
            offer = min((variant.offer for variant in variants), key=self._price_now)
        else:
            offer, currency = self._offer(draft, draft.offer or OfferDraft(), currency)
        return CatalogueProduct(
            id=id,
            title=title,
            description=html.description(draft.description, TEXT_MAX) if draft.description else "",
            brand=html.line(draft.brand, BRAND_MAX),
            category=html.line(draft.category, CATEGORY_MAX),
            url=self._link(draft, "url", draft.url),
            currency=currency,
            images=self._images(draft),
            offer=offer,
            variants=variants,
            history=self._history(draft, currency),
        )

    def _left_out(self, draft: Draft, field: str, error: InvalidValue, line: int = 0) -> None:
        self._report(rejection(line or draft.line, draft.id, error, field=field, kept=True))

    def _currency(self, told: str) -> str:
        sign = told.strip().strip(".")
        currency = money.SIGNS.get(sign.casefold(), sign.upper()) or self._options.currency
        if currency and not money.known(currency):
            raise InvalidValue("{currency} is not a currency", field="currency", currency=currency[:40])
        return currency

    def _price_now(self, offer: Offer) -> int:
        return offer.price_at(self._options.at_ms)

    def _variants(self, draft: Draft, currency: str) -> tuple[tuple[Variant, ...], str]:
        """The usable variants and their currency, which is that of the first. Raises the first variant's error when none is."""
        made: dict[str, Variant] = {}
        found = ""
        failed: InvalidValue | None = None
        for given in draft.variants:
            try:
                if len(made) >= VARIANTS_MAX:
                    raise InvalidValue("There are more than {most} variants", field="variants", most=VARIANTS_MAX)
                variant, its = self._variant(draft, given, currency, made)
                if found and its != found:
                    raise InvalidValue(
                        "The price is in {currency}, the product's in {other}", field="price", currency=its, other=found
                    )
                found = its
                made[variant.id] = variant
            except InvalidValue as error:
                failed = failed or error
                self._report(rejection(given.line, f"{draft.id} {given.id}".strip(), error, field="variants", kept=True))
        if not made and failed is not None:
            raise failed
        return tuple(made.values()), found

    def _variant(self, draft: Draft, given: VariantDraft, currency: str, made: dict[str, Variant]) -> tuple[Variant, str]:
        chosen = [(html.line(name, OPTION_MAX), html.line(value, OPTION_MAX)) for name, value in given.options.items()]
        options = {name: value for name, value in chosen[:OPTIONS_MAX] if name and value}
        spelled, titled = " / ".join(options.values()), html.line(given.title, TITLE_MAX)
        offer, its = self._offer(draft, given.offer, currency, given.line)
        id = given.id
        if not id:
            short = [name[:ID_MAX].rstrip() for name in (offer.sku, spelled, html.line(given.title, ID_MAX)) if name]
            id = next((name for name in short if name not in made), next(iter(short), ""))
        id = checked_id(id)
        if id in made:
            raise InvalidValue("The variant {id} is there twice", field="id", id=id)
        return Variant(
            id=id,
            title=(titled if given.named and titled else spelled or titled)[:TITLE_MAX],
            options=options,
            offer=offer,
            image=self._link(draft, "image", given.image, given.line),
        ), its

    def _offer(self, draft: Draft, given: OfferDraft, currency: str, line: int = 0) -> tuple[Offer, str]:
        price, currency = self._amount(given.price, currency, given.net)
        sale = since = until = count = None
        try:
            sale = self._sale(given, price, currency)
        except InvalidValue as error:
            self._left_out(draft, "sale_price", error, line)
        try:
            if given.compare != "" and (regular := self._compared(given, currency)) > price:
                price, sale = regular, price or None
                if sale is None:
                    self._left_out(draft, "sale_price", InvalidValue(NO_SALE), line)
        except InvalidValue:
            pass  # what is only there to compare with says nothing when it cannot be read
        try:
            since = self._moment(given.sale_from) if given.sale_from else None
            until = self._moment(given.sale_until, end=True) if given.sale_until else None
        except InvalidValue as error:
            # a sale whose time cannot be read might be over: the regular price is the safe one
            sale = None
            self._left_out(draft, "sale_dates", error, line)
        try:
            count = stock(given.stock)
        except InvalidValue as error:
            self._left_out(draft, "stock", error, line)
        gtin = gtin_of(given.gtin[:40])
        if given.gtin and not gtin:
            self._left_out(draft, "gtin", InvalidValue(N_("This is not a GTIN: its check digit is wrong")), line)
        if sale is None:
            since = until = None
        sku = html.line(given.sku, SKU_MAX)
        cart_id = html.line(given.cart_id, ID_MAX)
        return Offer(
            price_minor=price, sale_minor=sale, sale_from_ms=since, sale_until_ms=until, stock=count, sku=sku, gtin=gtin,
            cart_id=cart_id,
        ), currency  # fmt: skip

    def _sale(self, given: OfferDraft, price: int, currency: str) -> int | None:
        """What it costs in a sale; None when there is none. Raises `InvalidValue`."""
        if given.sale == "":
            return None
        sale, its = self._amount(given.sale, currency, given.net)
        if not sale and price:
            raise InvalidValue(NO_SALE)
        return sale if sale < price and its == currency else None

    def _compared(self, given: OfferDraft, currency: str) -> int:
        regular, its = self._amount(given.compare, currency, given.net)
        return regular if its == currency else 0

    def _moment(self, text: str, *, end: bool = False) -> int:
        self._local = self._local or without_zone(text)
        return moment_ms(text, end=end, zone=self._options.zone, order=self._options.dates)

    def _amount(self, price: Price, currency: str, net: bool | None) -> tuple[int, str]:
        """The price in minor units, and its currency. Raises `InvalidValue` with `price` as the field."""
        self._net = self._net or net is True
        added = self._options.vat if net is not False else ""
        self._added = self._added or bool(added)
        minor, currency, finer = amount(price, currency, self._options.decimal, added)
        self._finer += finer
        return minor, currency

    def _link(self, draft: Draft, field: str, given: str, line: int = 0) -> str:
        whole = link(given, self._options.url) if given else ""
        if given and not whole:
            self._left_out(draft, field, InvalidValue(N_("It must be a link that begins with http:// or https://")), line)
        return whole

    def _images(self, draft: Draft) -> tuple[str, ...]:
        given = dict.fromkeys(draft.images[: 3 * IMAGES_MAX])
        return tuple(dict.fromkeys(filter(None, (self._link(draft, "images", image) for image in given))))[:IMAGES_MAX]

    def _history(self, draft: Draft, currency: str) -> tuple[PricePoint, ...]:
        points = []
        for given in draft.history:
            try:
                points.append(PricePoint(at_ms=self._moment(given.at), price_minor=self._amount(given.price, currency, None)[0]))
            except InvalidValue as error:
                self._left_out(draft, "history", error)
        return tuple(sorted(points, key=lambda point: point.at_ms)[-HISTORY_MAX:])


def checked_id(id: str) -> str:
    """The id as one plain line. Raises `InvalidValue` when it is missing or too long."""
    id = " ".join(html.visible(id[:1000]).split())
    if not id:
        raise InvalidValue(N_("There is no id"), field="id")
    if len(id) > ID_MAX:
        raise InvalidValue("The id is too long: at most {most} characters", field="id", most=ID_MAX)
    return id


@lru_cache(4096)
def amount(price: Price, currency: str, mark: Mark = "", vat: Percent = "") -> tuple[int, str, bool]:
    """The price with `vat` per cent added, in minor units, its currency, and whether it was finer than these. Raises
    `InvalidValue` with `price` as the field."""
    try:
        exact, currency = _exact(price, currency, mark)
        if vat:
            exact *= 1 + Decimal(vat) / 100
        minor = money.minor_units(exact, currency, rounded=True)
        return minor, currency, not vat and exact.scaleb(money.digits_of(currency)) != minor
    except InvalidValue as error:
        raise InvalidValue(error.message, field="price", **error.params) from None


def _exact(price: Price, currency: str, mark: Mark) -> tuple[Decimal, str]:
    if isinstance(price, str):
        if not price.strip():
            raise InvalidValue(N_("There is no price"))
        return money.read_price(price, currency, mark)
    if not currency:
        raise InvalidValue(money.NO_CURRENCY)
    if not price.is_finite() or abs(price.adjusted()) > 30:
        raise InvalidValue(N_("The price is out of range"))
    return price, currency
