"""Prices as people and feeds write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import InvalidValue
from studio.show.money import MOST, digits_of, known, minor_units, parse_price

CURRENCIES = ("DKK", "EUR", "USD", "SEK", "GBP", "CHF", "JPY", "KWD", "ISK")


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("1299", 129900, "DKK"),
        ("1299.00", 129900, "DKK"),
        ("1.299,00 kr", 129900, "DKK"),
        ("1.299 kr.", 129900, "DKK"),
        ("kr.1299", 129900, "DKK"),
        ("kr. 1.299,50", 129950, "DKK"),
        ("1,299.00 USD", 129900, "USD"),
        ("DKK 1 299,-", 129900, "DKK"),
        ("1\u202f299,95\u00a0€", 129995, "EUR"),
        ("1 299,–", 129900, "DKK"),
        ("CHF 1'299.50", 129950, "CHF"),
        ("$10.00 USD", 1000, "USD"),
        (".50", 50, "DKK"),
        ("0,5", 50, "DKK"),
        ("1,00,000", 10000000, "DKK"),
        ("1299.000", 129900, "DKK"),
        ("1.299", 129900, "DKK"),
        ("1.299 KWD", 1299, "KWD"),
        ("1,299 JPY", 1299, "JPY"),
        ("１２", 1200, "DKK"),
        ("0", 0, "DKK"),
    ],
)
def test_what_is_a_price(text: str, minor: int, currency: str) -> None:
    assert parse_price(text, "DKK") == (minor, currency)


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", "kr", "free", "1e5", "1.2.3", "12 13", "12.5.2024", "10-20", "10 EUR 20 USD", "EUR 10 USD", "0.999"),
        *("9" * 14, "5 apples", "." * 90 + "5", "1" * 5000, "½", "nan", "inf", "1.299.00", "€.'0", "1. 50", "1.2 3"),
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_price(text, "DKK")


@pytest.mark.parametrize("text", ["-5", "−5", "kr -5", "DKK-5", "kr.-5"])
def test_nobody_pays_the_buyer(text: str) -> None:
    with pytest.raises(InvalidValue, match="negative"):
        parse_price(text, "DKK")


def test_somebody_must_say_the_currency() -> None:
    with pytest.raises(InvalidValue, match="currency is missing"):
        parse_price("249.00")


def written(minor: int, currency: str, thousands: str, point: str) -> str:
    digits = digits_of(currency)
    whole, fraction = divmod(minor, 10**digits)
    text = f"{whole:,}".replace(",", thousands)
    return f"{text}{point}{fraction:0{digits}d}" if digits else text


@given(
    st.integers(0, MOST),
    st.sampled_from(CURRENCIES),
    st.sampled_from([(",", "."), (".", ","), (" ", ","), (" ", "."), ("\u00a0", ","), ("'", "."), ("’", ".")]),
    st.sampled_from(["{0} {1}", "{1} {0}", "{1}{0}", "{0}{1}", "{0}"]),
)
def test_every_way_of_writing_is_the_same_amount(minor: int, currency: str, marks: tuple[str, str], form: str) -> None:
    assert parse_price(form.format(written(minor, currency, *marks), currency), currency) == (minor, currency)


@given(st.text(max_size=40) | st.text("0123456789.,'- krDK€$", max_size=20), st.sampled_from(["", *CURRENCIES]))
def test_any_text_is_a_price_or_one_sentence(text: str, currency: str) -> None:
    try:
        minor, named = parse_price(text, currency)
    except InvalidValue as error:
        str(error)
    else:
        assert 0 <= minor <= MOST
        assert known(named)


@given(st.decimals() | st.sampled_from([Decimal("1E+999999"), Decimal("1E-999999"), Decimal("-0"), Decimal("sNaN")]))
def test_any_number_is_an_amount_or_one_sentence(amount: Decimal) -> None:
    try:
        assert 0 <= minor_units(amount, "DKK") <= MOST
    except InvalidValue as error:
        str(error)
