"""A column settles what a cell means: the mark before the fraction, the order of a date, the zone, the currency, the tax."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import i18n
from studio.catalogue.moment import moment_ms
from studio.errors import InvalidValue
from studio.show.money import MOST
from studio.show.read_as import ReadAs, read_as_words
from tests.studio.catalogue.conftest import Result, result

WOO = "ID,Type,SKU,Name,Published,In stock?,Sale price,Regular price,Date sale price starts,Date sale price ends,Weight (kg)\n"


def woo(*prices: str, sale: str = "", since: str = "", until: str = "", weight: str = "", **options: str) -> Result:
    rows = [f'{n},simple,S{n},Ting {n},1,1,"{sale}","{price}",{since},{until},"{weight}"\n' for n, price in enumerate(prices, 1)]
    return result((WOO + "".join(rows)).encode(), **options)


def costs(read: Result) -> list[int]:
    return [product.offer.price_minor for product in read.products]


@pytest.mark.parametrize(
    ("prices", "minor", "decimal"),
    [
        (["63,992", "127,2", "239,96"], [6399, 12720, 23996], ","),
        (["63.992", "127.2", "239.96"], [6399, 12720, 23996], "."),
        (["1.299", "249"], [129900, 24900], ","),
        (["1.299", "1.299,50"], [129900, 129950], ","),
        (["1.299", "1.299.000"], [129900, 129900000], ","),
        (["1.299", "249,-"], [129900, 24900], ","),
        (["63.992", "0.125"], [6399, 13], "."),
        (["63.992", "1299.5"], [6399, 129950], "."),
        (["249", "10"], [24900, 1000], ""),
    ],
)
def test_the_mark_of_a_column(prices: list[str], minor: list[int], decimal: str) -> None:
    read = woo(*prices)
    assert (costs(read), read.read_as.decimal, read.reasons()) == (minor, decimal, [])


def test_a_doubtful_column_is_asked_about() -> None:
    with pytest.raises(InvalidValue, match="63,992 can be read in two ways") as caught:
        woo("63,992", "100,125")
    assert caught.value.field == "decimal"
    assert costs(woo("63,992", "100,125", decimal=",")) == [6399, 10013]
    assert costs(woo("63,992", "100,125", decimal=".")) == [6399200, 10012500]


@pytest.mark.parametrize("prices", [("63,992", "249"), ("63,992", "800"), ("1,299", "249")])
@pytest.mark.parametrize("weight", ["", "0.5", "0,5"])
def test_the_exporter_puts_nothing_between_thousands_and_weights_say_nothing(prices: tuple[str, str], weight: str) -> None:
    with pytest.raises(InvalidValue, match="can be read in two ways"):
        woo(*prices, weight=weight)


@pytest.mark.parametrize("prices", [("12.500", "15"), ("12,500", "15"), ("12.500", "15.000")])
def test_three_decimals_are_usual_where_a_currency_has_three(prices: tuple[str, str]) -> None:
    assert costs(woo(*prices, currency="KWD")) == [12500, 15000]


@pytest.mark.parametrize(
    ("prices", "currency", "minor"),
    [
        (("118.182", "1181.82"), "JPY", [118, 1182]),
        (("118,182", "90,91"), "ISK", [118, 91]),
        (("118.182", "90"), "JPY", [118182, 90]),
    ],
)
def test_a_known_mark_holds_where_a_currency_has_no_decimals(prices: tuple[str, str], currency: str, minor: list[int]) -> None:
    assert costs(woo(*prices, currency=currency)) == minor


def test_a_danish_table_has_no_comma_between_thousands() -> None:
    header = "ID,Type,Varenummer,Navn,Udgivet,Normalpris\n"
    read = result(f'{header}1,simple,A,Kop,1,"63,992"\n2,simple,B,Fad,1,10\n'.encode())
    assert (costs(read), read.read_as.decimal) == ([6399, 1000], ",")
    read = result(f"{header}1,simple,A,Kop,1,1.299\n2,simple,B,Fad,1,249\n".encode())
    assert costs(read) == [129900, 24900]


def test_where_a_column_contradicts_itself_only_what_is_certain_is_taken() -> None:
    read = woo("1.299,50", "1,299.50", "1.299", "249")
    assert (costs(read), read.read_as.decimal) == ([129950, 129950, 24900], "both")
    assert read.reasons() == [(4, "price", "1.299 can be read in two ways")]


def test_a_currency_without_fractions_has_no_doubt() -> None:
    assert costs(woo("12.990", "1.990", currency="ISK")) == [12990, 1990]


@pytest.mark.parametrize("mark", [".", ","])
@given(st.lists(st.integers(1, MOST // 1000), min_size=1, max_size=8), st.booleans())
def test_whatever_a_table_writes_is_read_back(mark: str, thousandths: list[int], grouped: bool) -> None:
    """Prices with three decimals, beside one that shows the mark."""
    other = "," if mark == "." else "."

    def written(value: int) -> str:
        whole, fraction = divmod(value, 1000)
        return f"{whole:,}".replace(",", other if grouped else "") + f"{mark}{fraction:03d}"

    read = woo(*map(written, thousandths), f"1{mark}5")
    expected = [int((Decimal(value) / 10).to_integral_value("ROUND_HALF_UP")) for value in thousandths]
    assert costs(read) == [*expected, 150]


# ── formats that have a rule ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("price", "minor"), [("63.992 DKK", 6399), ("199.00 DKK", 19900), ("1,299.00 DKK", 129900), ("1,299 DKK", 129900)]
)
def test_googles_rule_is_a_point(price: str, minor: int) -> None:
    rows = f"id\ttitle\tlink\tprice\n1\tUr\thttps://x.example/1\t{price}\n"
    feed = f"<rss xmlns:g='http://base.google.com/ns/1.0'><channel><item><g:id>1</g:id><title>Ur</title><g:price>{price}</g:price></item></channel></rss>"
    assert costs(result(rows.encode())) == costs(result(feed.encode())) == [minor]


def test_a_feed_that_breaks_the_rule_is_seen() -> None:
    rows = "id\ttitle\tlink\tprice\n1\tUr\thttps://x.example/1\t1.299 DKK\n2\tUr\thttps://x.example/2\t249,50 DKK\n"
    items = "".join(
        f"<item><g:id>{n}</g:id><title>Ur</title><g:price>{p}</g:price></item>" for n, p in ((1, "1.299 DKK"), (2, "249,50 DKK"))
    )
    feed = f"<rss xmlns:g='http://base.google.com/ns/1.0'><channel>{items}</channel></rss>"
    assert costs(result(rows.encode())) == costs(result(feed.encode())) == [129900, 24950]


@pytest.mark.parametrize(
    ("price", "minor"),
    [("119.988", 11999), ('"249.996"', 25000), ('"1.299,00"', 129900), ("1299", 129900), ("1e2", 10000), ('"0.5"', 50)],
)
def test_a_json_number_is_a_number(price: str, minor: int) -> None:
    block = f'{{"@context":"https://schema.org","@type":"Product","sku":"1","name":"Plaid","offers":{{"price":{price},"priceCurrency":"DKK"}}}}'
    own = f'{{"vitrine":1,"products":[{{"id":"1","title":"Plaid","price":{price}}}]}}'
    variant = f'{{"id":7,"option1":"Default Title","price":{price}}}'
    shopify = f'{{"products":[{{"handle":"1","title":"Plaid","variants":[{variant}]}}]}}'
    assert [costs(result(data.encode())) for data in (block, own, shopify)] == [[minor]] * 3


@pytest.mark.parametrize(
    "data",
    [
        WOO + "1,simple,S,Ting,1,1,0,249,,,\n",
        "id\ttitle\tlink\tprice\tsale_price\n1\tUr\thttps://x.example/1\t249\t0.00 DKK\n",
        '{"vitrine":1,"products":[{"id":"1","title":"Plaid","price":"249","sale_minor":0}]}',
    ],
)
def test_a_sale_of_nothing_is_no_sale(data: str) -> None:
    read = result(data.encode())
    assert (read.only.offer.price_minor, read.only.offer.sale_minor) == (24900, None)
    assert [(field, why) for _, field, why in read.reasons()] == [("sale_price", "A sale price of 0 is none")]


# ── tax ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_prices_without_vat_are_told_and_can_be_shown_with_it() -> None:
    read = woo("63,992", "127,2")
    assert read.read_as == ReadAs(decimal=",", currency="DKK", finer=1)
    read = woo("63,992", "127,2", vat="25")
    assert (costs(read), read.read_as.vat, read.read_as.finer) == ([7999, 15900], "25", 0)


@pytest.mark.parametrize(
    ("said", "minor"), [("true", 10000), ("false", 12500), ('"False"', 12500), ('"http://schema.org/False"', 12500)]
)
def test_what_a_page_says_about_tax_counts(said: str, minor: int) -> None:
    block = (
        '{"@context":"https://schema.org","@type":"Product","sku":"1","name":"Plaid","offers":{"priceCurrency":"DKK","priceSpecification":'
        f'{{"price":100,"valueAddedTaxIncluded":{said}}}}}}}'
    )
    assert costs(result(block.encode(), vat="25")) == [minor]
    assert result(block.encode()).read_as.net == (minor != 10000)


# ── dates ───────────────────────────────────────────────────────────────────────────────────────────────────────────

NOVEMBER_27, DECEMBER_1 = 1795734000000, 1796079600000
"""Midnights in Copenhagen, 2026."""


@pytest.mark.parametrize(
    ("since", "until", "order"),
    [
        ("2026-11-27", "2026-11-30", ""),
        ("27-11-2026", "30-11-2026", "day"),
        ("27.11.2026", "30.11.2026", "day"),
        ("11/27/2026", "11/30/2026", "month"),
        ("27/11/2026 00:00", "01/12/2026 00.00", "day"),
        ("11/27/2026 12:00 AM", "12/01/2026 12:00 am", "month"),
        ("2026-11-27 00:00:00", "2026-12-01 00:00:00", ""),
        ("2026-11-26T23:00:00Z", "2026-11-30T23:00:00+00:00", ""),
    ],
)
def test_when_a_sale_holds(since: str, until: str, order: str) -> None:
    read = woo("299", sale="199", since=since, until=until)
    offer = read.only.offer
    assert (offer.sale_from_ms, offer.sale_until_ms, read.read_as.dates) == (NOVEMBER_27, DECEMBER_1, order)
    assert read.read_as.zone == ("" if "Z" in since else "Europe/Copenhagen")


def test_a_date_that_can_be_two_ends_the_sale_and_is_told() -> None:
    read = woo("299", sale="199", since="03/04/2026", until="05/04/2026")
    assert read.only.offer.sale_minor is None
    assert read.reasons() == [
        (2, "sale_dates", "03/04/2026 can be read in two ways: say whether the day or the month comes first")
    ]
    assert woo("299", sale="199", since="03/04/2026", until="05/04/2026", dates="day").only.offer.sale_minor == 19900


def test_another_row_says_it() -> None:
    rows = "1,simple,S1,Ting,1,1,199,299,03/04/2026,,\n2,simple,S2,Ting,1,1,199,299,27/11/2026,,\n"
    first, _ = result((WOO + rows).encode()).products
    assert first.offer.sale_from_ms == moment_ms("2026-04-03", zone="Europe/Copenhagen")


def test_summer_time_of_the_brands_zone() -> None:
    assert woo("299", sale="199", since="2026-07-01").only.offer.sale_from_ms == moment_ms("2026-06-30T22:00Z")
    assert woo("299", sale="199", since="2026-07-01", zone="Europe/London").only.offer.sale_from_ms == moment_ms(
        "2026-06-30T23:00Z"
    )


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "word", ["0", "-1", "false", "FALSK", "Nej", "nei", "FALSCH", "nein", "FAUX", "non", "onwaar", "nee", "usann"]
)
def test_no_in_every_language(word: str) -> None:
    header = "ID,Type,SKU,Name,Published,Regular price\n"
    read = result(f"{header}1,simple,A,Ting,{word},10\n2,simple,B,Ting,1,10\n".encode())
    assert ([one.id for one in read.products], read.last.skipped) == (["2"], 1)
    shopify = f"Handle,Title,Published,Variant Price\na,A,{word},10\nb,B,true,10\n"
    assert [one.id for one in result(shopify.encode()).products] == ["b"]


@pytest.mark.parametrize("word", ["1", "sand", "Ja", "WAHR", "VRAI", "oui", "waar", "sant", "sann"])
def test_yes_in_every_language(word: str) -> None:
    header = "ID,Type,SKU,Name,Published,In stock?,Stock,Backorders allowed?,Regular price\n"
    assert result(f"{header}1,simple,A,Ting,{word},{word},3,{word},10\n".encode()).only.offer.stock is None


def test_a_word_that_is_neither_is_told() -> None:
    read = result(b"ID,Type,SKU,Name,Published,Regular price\n1,simple,A,Ting,perhaps,10\n2,simple,B,Ting,1,10\n")
    assert (read.reasons(), [one.id for one in read.products]) == ([(2, "published", "perhaps is neither yes nor no")], ["2"])
    shopify = b"Handle,Title,Published,Variant Price\na,A,perhaps,10\nb,B,true,10\n"
    assert result(shopify).reasons() == [(2, "published", "perhaps is neither yes nor no")]


# ── currency ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_missing_currency_is_said_once_with_the_cure() -> None:
    rows = "".join(f"p{n},P{n},{n}.00\n" for n in range(1, 300))
    with pytest.raises(InvalidValue, match="names no currency") as caught:
        result(f"Handle,Title,Variant Price\n{rows}".encode(), currency="")
    assert caught.value.field == "currency"


# ── what is told ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_how_it_was_read_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ReadAs(decimal=",", dates="day", zone="Europe/Copenhagen", currency="DKK", finer=3)
    monkeypatch.setattr(i18n, "_language", "en")
    assert read_as_words(found) == (
        "Read as: DKK, comma before the decimals, dates day first, times in Europe/Copenhagen, "
        "prices without VAT, shown as they are, rounded: 3."
    )
    assert read_as_words(ReadAs()) == ""
    monkeypatch.setattr(i18n, "_language", "da")
    assert "komma før decimalerne" in read_as_words(found)
