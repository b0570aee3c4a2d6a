"""Vitrine's own JSON."""

import json
from typing import Any

import pytest

from studio.errors import InvalidValue
from tests.studio.catalogue.conftest import Result, result

LAMP: dict[str, Any] = {"id": "L", "title": "Lampe", "price": "249.00"}


def feed(*products: Any, **envelope: Any) -> Result:
    given = {"vitrine": 1, "currency": "DKK", "products": products} | envelope
    return result(json.dumps(given).encode(), currency="")


def test_everything_it_can_say() -> None:
    given = LAMP | {
        "description": "<p>Lys</p>",
        "brand": "Lys",
        "category": "Bolig > Lamper",
        "url": "https://shop.example.com/l",
        "images": ["https://x.example/1.jpg"],
        "sale_price": 199.5,
        "sale_from": "2026-11-21T00:00:00+01:00",
        "sale_until": "2026-11-28T00:00:00+01:00",
        "stock": 4,
        "sku": "L-1",
        "gtin": "5701234567899",
        "history": [{"at": "2026-11-01T00:00:00Z", "price_minor": 22900}, {"at": "2026-10-01T00:00:00Z", "price": 249}],
    }
    lamp = feed(given).only
    assert (lamp.description, lamp.brand, lamp.category, lamp.url) == (
        "<p>Lys</p>",
        "Lys",
        "Bolig > Lamper",
        "https://shop.example.com/l",
    )
    offer = lamp.offer
    assert (offer.price_minor, offer.sale_minor, offer.stock, offer.sku) == (24900, 19950, 4, "L-1")
    assert (offer.sale_from_ms, offer.sale_until_ms) == (1795215600000, 1795820400000)
    assert [point.price_minor for point in lamp.history] == [24900, 22900]


@pytest.mark.parametrize(
    ("price", "minor"),
    [({"price": "249.00"}, 24900), ({"price": 249.1}, 24910), ({"price": 249}, 24900), ({"price_minor": 24999}, 24999)],
)
def test_prices(price: dict[str, Any], minor: int) -> None:
    assert feed({"id": "L", "title": "Lampe"} | price).only.offer.price_minor == minor


def test_minor_units_are_the_currencys() -> None:
    assert feed({"id": "L", "title": "L", "price_minor": 500, "currency": "JPY"}).only.offer.price_minor == 500


def test_variants() -> None:
    variants = [{"id": "r", "title": "Rød", "options": {"Farve": "Rød"}, "price": 20}, {"id": "b", "price": 10, "stock": 0}]
    lamp = feed({"id": "L", "title": "Lampe", "variants": variants}).only
    assert [(one.id, one.title, one.offer.price_minor, one.offer.stock) for one in lamp.variants] == [
        ("r", "Rød", 2000, None),
        ("b", "", 1000, 0),
    ]
    assert lamp.offer.price_minor == 1000


def test_a_bad_product_is_refused_alone() -> None:
    read = feed(
        LAMP | {"stock": "many"},
        LAMP,
        5,
        LAMP | {"id": "M", "price": "free"},
        LAMP | {"id": "N", "sale_price": 1, "sale_until": "soon"},
    )
    assert [one.id for one in read.products] == ["L", "N"]
    assert [(line, field) for line, field, _ in read.reasons()] == [(1, "stock"), (3, ""), (4, "price"), (5, "sale_dates")]
    kept = LAMP | {"sale_price": "10", "sale_until": "soon", "gtin": "123", "url": "javascript:alert(1)", "images": ["x.jpg"]}
    read = feed(kept)
    assert read.only.offer.sale_minor is None
    assert {field for _, field, _ in read.reasons()} == {"sale_dates", "gtin", "url", "images"}


def test_a_later_version_says_so() -> None:
    with pytest.raises(InvalidValue, match="this file is of version 2"):
        feed(LAMP, vitrine=2)
