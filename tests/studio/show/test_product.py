"""Offers in time, stock together, and article numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.show.product import Offer, gtin_of, same_gtin, stock_of


@pytest.mark.parametrize(("at_ms", "price"), [(0, 100), (10, 80), (19, 80), (20, 100)])
def test_a_sale_holds_from_its_start_until_before_its_end(at_ms: int, price: int) -> None:
    offer = Offer(price_minor=100, sale_minor=80, sale_from_ms=10, sale_until_ms=20)
    assert (offer.price_at(at_ms), offer.on_sale(at_ms)) == (price, price == 80)


def test_a_sale_without_bounds_holds_and_one_that_is_dearer_does_not() -> None:
    assert Offer(price_minor=100, sale_minor=0).price_at(0) == 0
    assert Offer(price_minor=100, sale_minor=100).on_sale(0) is False
    assert Offer(price_minor=100).price_at(0) == 100


@pytest.mark.parametrize(
    ("counts", "together"), [((), None), ((None,), None), ((2, 3), 5), ((0, 0), 0), ((-2, 3), 3), ((0, None), None)]
)
def test_stock_together(counts: tuple[int | None, ...], together: int | None) -> None:
    assert stock_of(Offer(price_minor=1, stock=count) for count in counts) == together


@pytest.mark.parametrize("text", ["5701234567899", "570 1234 567-899", "698615070527", "96385074", "10614141000415"])
def test_gtins(text: str) -> None:
    assert gtin_of(text) == text.replace(" ", "").replace("-", "")


@pytest.mark.parametrize("text", ["", "5701234567890", "123", "abc", "5.70E+12", "٥٧٠١٢٣٤٥٦٧٨٩٩", "0" * 13, "5701234567899x"])
def test_no_gtins(text: str) -> None:
    assert gtin_of(text) == ""


@given(st.text(max_size=20) | st.text("0123456789 -", max_size=20))
def test_any_text_is_a_gtin_or_nothing(text: str) -> None:
    gtin = gtin_of(text)
    assert gtin == "" or (gtin.isdigit() and len(gtin) in (8, 12, 13, 14))
    assert gtin_of(gtin) == gtin


@given(st.integers(1, 10**11 - 1))
def test_one_wrong_digit_is_noticed(number: int) -> None:
    body = f"{number:012d}"
    valid = [body + str(digit) for digit in range(10) if gtin_of(body + str(digit))]
    assert len(valid) == 1


def test_a_upc_is_an_ean_with_a_zero_in_front() -> None:
    assert same_gtin("698615070527", "0698615070527")
    assert not same_gtin("", "")
    assert not same_gtin("698615070527", "5701234567899")
