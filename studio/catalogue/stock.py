"""How many there are, and the words feeds have for it."""

import re

from studio.catalogue.draft import Stock
from studio.errors import InvalidValue
from studio.i18n import N_

MOST = 10**9
_NUMBER = re.compile(r"(-?\d{1,12})(?:[.,]0*)?")
_GONE = {"outofstock", "soldout", "discontinued", "unavailable", "notavailable"}


def stock(told: Stock) -> int | None:
    """Pieces; None when nobody told. What is owed to customers counts as none. Raises `InvalidValue`."""
    if told is None or told == "":
        return None
    number = _NUMBER.fullmatch(str(told).strip()) if isinstance(told, str) or abs(told) <= MOST else None
    if number is None:
        raise InvalidValue(N_("This is not a number of pieces"))
    return max(0, min(int(number[1]), MOST))


def gone(availability: str) -> bool:
    """Whether this word says that there is none: `out_of_stock`, `out of stock`, `https://schema.org/OutOfStock`."""
    word = re.split("[/#:]", availability.strip())[-1]
    return re.sub("[^a-z]", "", word.casefold()) in _GONE
