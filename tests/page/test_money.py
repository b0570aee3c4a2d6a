"""Every currency, on the server and on the page: the same amount."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from babel.numbers import list_currencies

from studio.bench.browser import chromium
from studio.show import money
from studio.show.minor_units import digits_of
from tests.page.fake_show import FakeShow

MINOR = 123_456_789


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    with chromium(sound=False, light=True) as browser:
        page = browser.new_context().new_page()
        FakeShow(page.context).open(page)
        yield page


def read(written: str, point: str) -> Decimal:
    """The number in what a person reads."""
    found = re.search(r"\d[\d.,\s]*", written)
    assert found is not None, written
    whole, _, fraction = found[0].strip(" .,").partition(point)
    return Decimal(re.sub(r"\D", "", whole) + "." + (fraction or "0"))


def test_every_currency_reads_the_same_on_page_and_server(page: Any) -> None:
    currencies = sorted(filter(money.known, list_currencies()))
    shown = page.evaluate(
        "async ([codes, minor]) => { const { money } = await import('/assets/viewer/money.js');"
        " return codes.map((code) => [money(minor, code, 'en'), money(minor, code, 'da')]); }",
        [currencies, MINOR],
    )
    assert len(shown) > 150
    for code, (english, danish) in zip(currencies, shown, strict=True):
        expected = Decimal(MINOR).scaleb(-digits_of(code))
        assert (code, read(english, "."), read(danish, ",")) == (code, expected, expected)
        assert read(money.price(MINOR, code), ".") == expected
        assert money.parse_price(f"{code} {expected}") == (MINOR, code)


def test_whole_amounts_have_no_fraction_and_others_have_all_of_it(page: Any) -> None:
    shown = page.evaluate(
        "async () => { const { money } = await import('/assets/viewer/money.js');"
        " return [[24900, 'DKK'], [24950, 'DKK'], [1299000, 'HUF'], [249900, 'RSD'], [2499, 'JPY']]"
        ".map(([minor, code]) => money(minor, code, 'en').replace(/[^0-9.,]/g, '')); }"
    )
    assert shown == ["249", "249.50", "12,990", "2,499", "2,499"]
