"""What the cells of a whole table say together, before one of them is used: a price or a date alone may mean two things, its
column means one. Cheap: only what could decide is looked at, and each spelling once.
"""

import re
from collections.abc import Iterable

import msgspec

from studio.catalogue.draft import Draft, OfferDraft, Price
from studio.catalogue.item import FeedKind, Options
from studio.catalogue.moment import interval, order_shown
from studio.errors import InvalidValue
from studio.i18n import N_
from studio.show import money
from studio.show.money import Mark
from studio.show.read_as import DateOrder

SPELLINGS_MAX = 100_000
"""Different prices that are looked at; the others of so long a column say nothing new."""
POINT: frozenset[FeedKind] = frozenset({"shopify", "google", "json_ld", "vitrine"})
"""Their rules demand a point before the decimals: schema.org/price, Google's product data specification, Shopify's exporter. Only
cells that cannot be meant so say otherwise."""
WHICH_MARK = N_("Prices such as {example} can be read in two ways: say whether a point or a comma stands before the decimals")


class Survey:
    """Takes what is found, and says what it means."""

    def __init__(self) -> None:
        self._prices: set[str] = set()
        self._marks: set[Mark] = set()
        self._doubtful = ""
        self._plain = False
        """A price without any mark: prices of this table may be whole."""
        self._named = False
        self._dates: set[DateOrder] = set()
        self.comma_country = False
        """The table is written in a language whose countries put a comma before decimals: there it is never between thousands."""

    def price(self, text: str) -> None:
        """A price as it is written."""
        if text in self._prices or len(self._prices) >= SPELLINGS_MAX:
            return
        self._prices.add(text)
        if not self._named:
            self._named = _names_a_currency(text)
        mark, doubtful = money.mark_shown(text)
        if mark:
            self._marks.add(mark)
        elif doubtful:
            self._doubtful = self._doubtful or text
        else:
            self._plain = True

    def named(self) -> None:
        """The table says which currency its prices are in."""
        self._named = True

    def date(self, text: str) -> None:
        """A date as it is written."""
        if order := order_shown(text):
            self._dates.add(order)

    def drafts(self, found: Iterable[object]) -> None:
        """What drafts say in texts; numbers are numbers already."""
        for draft in found:
            if isinstance(draft, Draft):
                self._named = self._named or bool(draft.currency)
                for offer in (draft.offer, *(variant.offer for variant in draft.variants)):
                    if offer is not None:
                        self._offer(offer)
                for earlier in draft.history:
                    self._either(earlier.price)

    def _offer(self, offer: OfferDraft) -> None:
        for price in (offer.price, offer.sale, offer.compare):
            self._either(price)
        for date in (offer.sale_from, offer.sale_until):
            self.date(date)

    def _either(self, price: Price) -> None:
        if isinstance(price, str):
            if price:
                self.price(price)
        else:
            self._prices.add(str(price))

    def decided(self, options: Options, kind: FeedKind) -> Options:
        """`options` with what was not said there. Raises `InvalidValue`, whose `field` says what a person has to decide."""
        if self._prices and not options.currency and not self._named:
            raise InvalidValue(N_("The feed names no currency: say which its prices are in, such as DKK"), field="currency")
        decimal = options.decimal or self._decimal(kind, money.digits_of(options.currency))
        return msgspec.structs.replace(options, decimal=decimal, dates=options.dates or self._order())

    def _decimal(self, kind: FeedKind, digits: int) -> Mark:
        if len(self._marks) > 1:
            return "both"
        if self._marks:
            return next(iter(self._marks))
        if kind in POINT:
            return "."
        if not self._doubtful or not digits:
            return ""
        if self.comma_country and "," in self._doubtful:
            return ","
        if digits == 3:  # as many as its prices have
            return "," if "," in self._doubtful else "."
        if self._plain and not (kind == "woocommerce" and "," in self._doubtful):
            return "," if "." in self._doubtful else "."  # 1.299 beside 249: nobody writes exactly three decimals or none
        raise InvalidValue(WHICH_MARK, field="decimal", example=self._doubtful[:40])

    def _order(self) -> DateOrder:
        if {"day", "month"} <= self._dates:
            return "both"
        return next((order for order in self._dates if order != "both"), "")


def _names_a_currency(text: str) -> bool:
    try:
        return bool(money.read_price(text)[1])
    except InvalidValue:
        return False


_ELEMENT = re.compile(
    r"<(?:\w{1,20}:)?((?:sale_)?price|sale_price_effective_date)\b[^<>]{0,200}>\s*(?:<!\[CDATA\[)?([^<>\]]{1,100})"
)
_OPENED = re.compile(r"<(?:\w{1,20}:)?(?:sale_)?price(?:_effective_date)?\b")
_CLOSED = re.compile(r"</(?:\w{1,20}:)?(?:sale_)?price(?:_effective_date)?\b[^<>]{0,20}>")
_TAIL = 400
"""Characters that an element may need: what the end of a piece of the file has begun."""


def survey_xml(chunks: Iterable[str], survey: Survey) -> None:
    """The prices and dates of an XML feed, without building its tree a second time."""
    rest = ""
    for chunk in chunks:
        text = rest + chunk
        cut = _begun(text)
        _hear(text[:cut], survey)
        rest = text[cut:]
    _hear(rest, survey)


def _hear(text: str, survey: Survey) -> None:
    for found in _ELEMENT.finditer(text):
        if found[1].endswith("date"):
            for date in interval(found[2]):
                survey.date(date)
        else:
            survey.price(found[2].strip())


def _begun(text: str) -> int:
    """Where the price begins that the end of `text` may have cut in two; else where its last tag does."""
    near = max(0, len(text) - _TAIL)
    price = max((found.start() for found in _OPENED.finditer(text, near)), default=-1)
    if price >= 0 and _CLOSED.search(text, price) is None:
        return price
    last = text.rfind("<", near)
    return last if last >= 0 else len(text)
