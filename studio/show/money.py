"""Amounts: whole numbers of a currency's minor unit (øre, cents), never floats. ISO 4217 says how many digits that has."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal

from babel.numbers import UnknownCurrencyError, format_currency, validate_currency

from studio.errors import InvalidValue
from studio.i18n import N_, language
from studio.show.minor_units import digits_of as digits_of

MOST = 10**12
"""The largest amount, in minor units."""
LONGEST = 100
"""Characters of a price; more is none."""
NO_CURRENCY = N_("The currency is missing: write 249.00 DKK, or name the feed's currency")
_PRICE = re.compile(r"(?P<before>[^\d.,'’\s]*(?:(?<=[^\W\d_])\.)?)(?P<number>[\d.,'’ ]*\d[\d.,'’ ]*)(?P<after>\D*)")
_NEGATIVE = re.compile(r"\D*[-−]\D*\d")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’ ]\d{2,3})*[.,'’ ]\d{3}")
Mark = Literal["", ".", ",", "both"]
"""What stands before the fraction; empty where nobody knows, `both` where some write it so and some so."""
SIGNS = {"kr": "", "€": "EUR", "£": "GBP", "$": "", "us$": "USD"}
"""What shops write instead of the ISO code; empty where several countries write the same."""


@lru_cache(1024)
def known(currency: str) -> bool:
    """Whether ISO 4217 has it."""
    try:
        validate_currency(currency)
    except UnknownCurrencyError:
        return False
    return True


def parse_price(text: str, currency: str = "") -> tuple[int, str]:
    """What a person wrote as a price: minor units and the currency (`currency` unless the text names another).

    Reads `1299`, `1299.00`, `1.299,00 kr`, `1,299.00 USD`, `DKK 1 299,-`. Raises `InvalidValue` for anything else, and
    when nobody says which currency it is.
    """
    amount, currency = read_price(text, currency)
    return minor_units(amount, currency), currency


def read_price(text: str, currency: str = "", mark: Mark = "") -> tuple[Decimal, str]:
    """The same as an amount, as exact as it was written. `mark` says what the writer puts before a fraction: it decides what a
    single mark with three digits behind it means, which else is thousands, as people mean it. With `both` nobody knows, and
    that is refused. Raises `InvalidValue`."""
    if len(text) > LONGEST:
        raise InvalidValue("{text} is not a price", text=text[:40])
    return _read(text, currency, mark)


@lru_cache(4096)
def _read(text: str, currency: str, mark: Mark) -> tuple[Decimal, str]:
    given, text = text[:40], " ".join(unicodedata.normalize("NFKC", text).split())
    if _NEGATIVE.match(text):
        raise InvalidValue(N_("A price cannot be negative"))
    found = _PRICE.fullmatch(text) if len(text) <= 2 * LONGEST else None
    if found is None:
        raise InvalidValue("{text} is not a price", text=given)
    words = (found["before"], *found["after"].split())
    named = {code for word in words if (code := _currency_of(word, given))}
    if len(named) > 1:
        raise InvalidValue("{text} is not a price", text=given)
    currency = named.pop() if named else currency
    if not currency:
        raise InvalidValue(NO_CURRENCY)
    return _decimal(found["number"], digits_of(currency), given, mark), currency


def mark_shown(text: str) -> tuple[Mark, bool]:
    """What a price shows about its writer, for those who read many: the mark before its fraction where there is no doubt, and
    whether it has one mark that could be either. Text that is no price shows nothing."""
    found = _PRICE.fullmatch(" ".join(unicodedata.normalize("NFKC", text).split())) if len(text) <= LONGEST else None
    if found is None:
        return "", False
    number, after = found["number"].strip("'’ "), found["after"]
    ended = number.rstrip("'’ ")[-1:]
    if ended in (".", ",") and after.startswith(("-", "–", "—")):  # 1.299,- says it
        return (".", False) if ended == "." else (",", False)
    number = number.rstrip(".,'’ ")
    last = next((character for character in reversed(number) if character in ".,"), "")
    if not last:
        return "", False
    if number.count(last) > 1:  # 1.299.000
        return (",", False) if last == "." else (".", False)
    whole, _, fraction = number.rpartition(last)
    other = "," if last == "." else "."
    if other not in whole and _doubtful(number, whole, fraction):
        return "", True
    return (".", False) if last == "." else (",", False)


def _doubtful(number: str, whole: str, fraction: str) -> bool:
    """Whether the only mark of `number` may stand between thousands as well: 1.299 and 1,299, but not 0.299 or 1299.000."""
    return len(fraction) == 3 and _GROUPED.fullmatch(number) is not None and bool(whole.strip("0"))


def _currency_of(sign: str, text: str) -> str:
    """The ISO code that a sign or a word beside the number means; empty when it leaves that open."""
    sign = sign.strip(".,-–—")
    named = SIGNS.get(sign.casefold(), sign.upper())
    if named and not known(named):
        raise InvalidValue("{text} is not a price", text=text)
    return named


def minor_units(amount: Decimal, currency: str, *, rounded: bool = False) -> int:
    """The amount in minor units; half an øre is `rounded` up when that is wanted. Raises `InvalidValue` for what cannot be paid:
    negative, too large, half an øre."""
    if not amount.is_finite() or amount.adjusted() > 15:
        raise InvalidValue(N_("The price is out of range"))
    if amount.is_signed() and amount:
        raise InvalidValue(N_("A price cannot be negative"))
    minor = amount.scaleb(digits_of(currency)) if amount.adjusted() > -100 else Decimal(0)
    whole = minor.to_integral_value(ROUND_HALF_UP)
    if rounded:
        minor = whole
    if whole != minor and abs(whole - minor) > Decimal("0.001"):
        raise InvalidValue("{text} has more digits than {currency} has", text=str(amount)[:40], currency=currency)
    if whole > MOST:
        raise InvalidValue(N_("The price is out of range"))
    return int(whole)


def _decimal(number: str, digits: int, text: str, decimal: Mark) -> Decimal:
    """The number, whatever its country puts between thousands and before the fraction, which is `decimal` where it is known."""
    number = number.strip("'’ ").rstrip(".,'’ ")
    mark = next((character for character in reversed(number) if character in ".,"), "")
    whole, _, fraction = number.rpartition(mark) if mark else (number, "", "")
    alone = not (set(whole) & set(".,"))
    if alone and _doubtful(number, whole, fraction) and digits:
        if decimal == "both":
            raise InvalidValue("{text} can be read in two ways", text=text)
        if mark != decimal and (decimal or digits != 3):
            whole, fraction = number, ""  # 1.299 and 1,299: thousands
    elif (mark and mark in whole) or (not digits and mark != decimal and _doubtful(number, whole, fraction)):
        whole, fraction = number, ""
    marks = {character for character in whole if not character.isdecimal()}
    plain = not marks or (len(marks) == 1 and _GROUPED.fullmatch(whole))
    if not plain or (fraction and not fraction.isdecimal()):  # 12 13 and 1.2.3 are no prices
        raise InvalidValue("{text} is not a price", text=text)
    return Decimal(re.sub(r"\D", "", whole) + "." + (fraction or "0"))


def price(minor: int, currency: str, speech: str = "") -> str:
    """As people read it: `249 kr.` or `249,50 kr.` in Danish, `DKK 249` in English; in the program's language, or `speech`."""
    return _price_in(minor, currency, speech or language())


@lru_cache(4096)
def _price_in(minor: int, currency: str, speech: str) -> str:
    """Babel takes a fifth of a millisecond: too long for what is asked in every tick and for every row of a list."""
    digits = digits_of(currency)
    amount = Decimal(minor).scaleb(-digits)
    danish = speech == "da"
    shown = "#,##0" if amount == amount.to_integral_value() else f"#,##0.{'0' * digits}"
    pattern = f"{shown} ¤" if danish else f"¤¤ {shown}"
    return str(format_currency(amount, currency, pattern, locale="da_DK" if danish else "en_GB", currency_digits=False))
