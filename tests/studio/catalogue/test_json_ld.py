"""schema.org products in pages and files."""

import json
from typing import Any

import pytest

from studio.errors import InvalidValue
from tests.studio.catalogue.conftest import Result, result

OFFER = {"@type": "Offer", "price": "249.00", "priceCurrency": "DKK", "availability": "https://schema.org/InStock"}
LAMP: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "Product",
    "sku": "L-1",
    "name": "Lampe",
    "brand": {"@type": "Brand", "name": "Lys"},
    "image": ["https://x.example/1.jpg", {"@type": "ImageObject", "url": "https://x.example/2.jpg"}],
    "gtin13": "5701234567899",
    "offers": OFFER,
}


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def page(*blocks: str) -> bytes:
    scripts = "".join(f'<script TYPE="application/ld+json; charset=utf-8">\n{block}</script>\n' for block in blocks)
    return f"<!DOCTYPE html>\n<html><head><![if IE]><script>var a = '<'</script>{scripts}</head><body></html>".encode()


@pytest.mark.parametrize(
    "feed",
    [
        as_json(LAMP),
        as_json([LAMP]),
        as_json({"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, LAMP]}),
        as_json({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": LAMP}]}),
        page('{"@type": "BreadcrumbList"}', json.dumps(LAMP)),
        page(f"<!--{json.dumps(LAMP)}-->"),
        page(f"//<![CDATA[\n{json.dumps(LAMP)}\n//]]>"),
        page(json.dumps(LAMP)).partition(b"</script>\n</head>")[0],  # never closed
        as_json(LAMP | {"@type": ["http://schema.org/Product", "Thing"]}),
    ],
)
def test_wherever_it_stands(feed: bytes) -> None:
    lamp = result(feed, currency="").only
    assert (lamp.id, lamp.title, lamp.brand, lamp.currency) == ("L-1", "Lampe", "Lys", "DKK")
    assert lamp.images == ("https://x.example/1.jpg", "https://x.example/2.jpg")
    assert (lamp.offer.price_minor, lamp.offer.gtin, lamp.offer.stock) == (24900, "5701234567899", None)


@pytest.mark.parametrize(
    ("offers", "price", "sale"),
    [
        (OFFER | {"price": 249.1}, 24910, None),
        (OFFER | {"price": 249}, 24900, None),
        ([OFFER | {"priceCurrency": "EUR", "price": "33"}, OFFER], 24900, None),
        ({"@type": "AggregateOffer", "lowPrice": "99.50", "highPrice": "199", "priceCurrency": "DKK"}, 9950, None),
        ({"@type": "AggregateOffer", "lowPrice": "99.50", "offers": [OFFER]}, 24900, None),
        (
            OFFER | {"priceSpecification": {"priceType": "https://schema.org/ListPrice", "price": 349, "priceCurrency": "DKK"}},
            34900,
            24900,
        ),
        (
            {
                "@type": "Offer",
                "priceSpecification": [
                    {"priceType": "https://schema.org/ListPrice", "price": "349", "priceCurrency": "DKK"},
                    {"priceType": "https://schema.org/SalePrice", "price": "199", "priceCurrency": "DKK"},
                ],
            },
            34900,
            19900,
        ),
    ],
)
def test_prices(offers: Any, price: int, sale: int | None) -> None:
    offer = result(as_json(LAMP | {"offers": offers})).only.offer
    assert (offer.price_minor, offer.sale_minor) == (price, sale)


@pytest.mark.parametrize("word", ["https://schema.org/OutOfStock", "http://schema.org/SoldOut", "OutOfStock", "Discontinued"])
def test_there_is_none(word: str) -> None:
    assert result(as_json(LAMP | {"offers": OFFER | {"availability": word}})).only.offer.stock == 0


def test_all_blocks_of_a_page_are_one_graph() -> None:
    """JSON-LD 1.1: a node may be said in several places, and refer to others by `@id`."""
    page = "".join(
        f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org"} | block)}</script>'
        for block in (
            {"@type": "ProductGroup", "@id": "#g", "productGroupID": "L", "name": "Lampe", "brand": {"@id": "#b"}},
            {
                "@type": "Product",
                "@id": "#1",
                "sku": "L-1",
                "name": "Rød",
                "color": "Rød",
                "isVariantOf": {"@id": "#g"},
                "offers": {"@id": "#o"},
            },
            {
                "@type": "Product",
                "@id": "#2",
                "sku": "L-2",
                "name": "Blå",
                "color": "Blå",
                "isVariantOf": {"@id": "#g"},
                "offers": OFFER,
            },
            {"@type": "Offer", "@id": "#o", "price": 249, "priceCurrency": "DKK"},
            {"@type": "Brand", "@id": "#b", "name": "Lys"},
            {"@type": "Product", "@id": "#1", "image": "https://shop.example.com/1.jpg"},
            {
                "@type": "OfferCatalog",
                "itemListElement": [{"@type": "Offer", "price": 1, "itemOffered": LAMP | {"sku": "X", "offers": OFFER}}],
            },
        )
    )
    lamp, other = result(f"<html>{page}</html>".encode()).products
    assert (lamp.id, lamp.brand, [one.id for one in lamp.variants]) == ("L", "Lys", ["L-1", "L-2"])
    assert [one.offer.price_minor for one in lamp.variants] == [24900, 24900]
    assert lamp.variants[0].image == "https://shop.example.com/1.jpg"
    assert other.id == "X"


@pytest.mark.parametrize("said", ["https://schema.org/True", "http://schema.org/True", "True", True])
def test_vat_is_not_added_twice(said: object) -> None:
    read = result(as_json(LAMP | {"offers": OFFER | {"price": 100, "valueAddedTaxIncluded": said}}), vat="25")
    assert read.only.offer.price_minor == 10000


@pytest.mark.parametrize(
    "given",
    [{}, {"price": 125}, {"price": 100}, {"price": 100.0}, {"price": "100.00"}, {"price": 80, "valueAddedTaxIncluded": False}],
)
@pytest.mark.parametrize("vat", ["", "25"])
def test_what_a_customer_pays_counts(given: dict[str, int], vat: str) -> None:
    both = [{"price": 100, "valueAddedTaxIncluded": False}, {"price": 125, "valueAddedTaxIncluded": True}]
    read = result(as_json(LAMP | {"offers": {"priceCurrency": "DKK", "priceSpecification": both} | given}), vat=vat)
    assert read.only.offer.price_minor == 12500


def in_page(*blocks: dict[str, Any]) -> Result:
    scripts = (f'<script type="application/ld+json">{json.dumps(block)}</script>' for block in blocks)
    return result(f"<html>{''.join(scripts)}</html>".encode())


def test_a_page_and_its_product_may_have_one_name() -> None:
    page = {"@type": "WebPage", "@id": "https://s.dk/p", "name": "Lampe | Butik", "description": "Siden"}
    for blocks in ((page, LAMP | {"@id": "https://s.dk/p"}), (LAMP | {"@id": "https://s.dk/p"}, page)):
        assert in_page(*blocks).only.title == LAMP["name"]


def test_a_template_may_give_every_offer_one_name() -> None:
    one = {"@type": "Product", "sku": "A", "name": "A", "offers": OFFER | {"@id": "#offer", "price": 999}}
    other = {"@type": "Product", "sku": "B", "name": "B", "offers": OFFER | {"@id": "#offer", "price": 249}}
    assert [product.offer.price_minor for product in in_page(one, other).products] == [99900, 24900]


def test_a_short_name_is_the_long_one_of_the_same_page() -> None:
    lamp = {"@type": "Product", "@id": "https://s.dk/p#product", "sku": "A", "name": "A", "offers": {"@id": "#o"}}
    offer = OFFER | {"@id": "https://s.dk/p#o", "price": 7}
    assert in_page(lamp, offer).only.offer.price_minor == 700
    other = {"@type": "Product", "@id": "https://s.dk/q#product", "sku": "B", "name": "B", "offers": OFFER}
    assert {product.id for product in in_page(lamp, offer, other).products} == {"A", "B"}


def test_a_page_of_thousands_of_nodes_is_walked_once() -> None:
    offer = {"@type": "Offer", "price": 1, "x": [{"a": 1}] * 3000, "itemOffered": [{"@type": "Product", "name": "x"}] * 3000}
    assert len(in_page(offer).products) == 0


def test_an_offer_hands_itself_to_what_it_offers() -> None:
    offered = {name: value for name, value in LAMP.items() if name != "offers"}
    catalogue = {"@type": "OfferCatalog", "itemListElement": [OFFER | {"price": 9, "itemOffered": offered}]}
    assert in_page({"@type": "Store", "hasOfferCatalog": catalogue}).only.offer.price_minor == 900


def test_how_long_a_sale_holds() -> None:
    list_price = {"priceType": "ListPrice", "price": 300}
    offer = OFFER | {"priceSpecification": list_price, "priceValidUntil": "2026-11-28"}
    assert result(as_json(LAMP | {"offers": offer})).only.offer.sale_until_ms == 1795906800000


def test_a_group_with_variants_and_references() -> None:
    def variant(sku: str, colour: str) -> dict[str, Any]:
        return {"@type": "Product", "@id": f"#{sku}", "sku": sku, "name": f"Lampe {colour}", "color": colour, "offers": OFFER}

    group = {
        "@type": "ProductGroup",
        "productGroupID": "L",
        "name": "Lampe",
        "variesBy": ["https://schema.org/color"],
        "hasVariant": [variant("L-1", "Rød"), variant("L-2", "Blå")],
    }
    lamp = result(as_json(group)).only
    assert [(one.id, one.title) for one in lamp.variants] == [("L-1", "Rød"), ("L-2", "Blå")]
    graph = [variant("L-1", "Rød"), group | {"hasVariant": [{"@id": "#L-1"}]}]
    assert [one.id for one in result(as_json({"@graph": graph})).products] == ["L"]


def test_offers_with_article_numbers_are_variants() -> None:
    offers = [OFFER | {"sku": "a", "name": "S"}, OFFER | {"sku": "b", "name": "M", "price": 10}]
    assert [(one.id, one.title) for one in result(as_json(LAMP | {"offers": offers})).only.variants] == [("a", "S"), ("b", "M")]


def test_a_broken_block_is_told_and_the_next_is_read() -> None:
    read = result(page("{oops", json.dumps(LAMP)))
    assert read.only.id == "L-1"
    assert [(line, why.split(":")[0]) for line, _, why in read.reasons()] == [(2, "not valid JSON")]


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"@type": ', '{"@type": "Product", "offers": {"price": 1e9999999999999999999}}']
)
def test_broken_json_is_one_sentence(text: str) -> None:
    with pytest.raises(InvalidValue, match="not valid JSON"):
        result(text.encode(), kind="json_ld")
