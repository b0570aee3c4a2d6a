"""Shopify's CSV, both dialects, and products.json."""

import json

import pytest

from tests.studio.catalogue.conftest import result

OLD = (
    "Handle,Title,Body (HTML),Vendor,Product Category,Type,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
    "Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,"
    "Variant Compare At Price,Variant Barcode,Image Src,Image Position,Variant Image,Price / Denmark,Status\n"
)
NEW = (
    "Title,URL handle,Description,Vendor,Type,Published on online store,Status,SKU,Barcode,Option1 name,Option1 value,Price,"
    "Compare-at price,Inventory tracker,Inventory quantity,Continue selling when out of stock,Product image URL,"
    "Image position,Variant image URL\n"
)
SHIRT = (
    "shirt,Skjorte,<p>Blød</p>,Vitrine,Apparel > Shirts,Shirts,true,Size,S,Color,Blue,S-1,shopify,3,deny,249.00,349.00,"
    "5701234567899,https://cdn.example.com/2.jpg,2,https://cdn.example.com/s.jpg,999,active\n"
    "shirt,,,,,,,,M,,Blue,S-2,shopify,0,deny,259,,,https://cdn.example.com/1.jpg,1,,,\n"
    "shirt,,,,,,,,,,,,,,,,,,https://cdn.example.com/3.jpg,3,,,\n"
)


def test_the_rows_of_a_handle_are_one_product() -> None:
    shirt = result((OLD + SHIRT).encode(), url="https://shop.example.com/").only
    assert (shirt.id, shirt.title, shirt.brand, shirt.category) == ("shirt", "Skjorte", "Vitrine", "Apparel > Shirts")
    assert shirt.url == "https://shop.example.com/products/shirt"
    assert shirt.images == tuple(f"https://cdn.example.com/{n}.jpg" for n in (1, 2, 3))
    assert [(one.id, one.title, one.options) for one in shirt.variants] == [
        ("S-1", "S / Blue", {"Size": "S", "Color": "Blue"}),
        ("S-2", "M / Blue", {"Size": "M", "Color": "Blue"}),
    ]
    small = shirt.variants[0].offer
    assert (small.price_minor, small.sale_minor, small.stock, small.sku) == (34900, 24900, 3, "S-1")
    assert shirt.variants[0].image == "https://cdn.example.com/s.jpg"
    assert shirt.offer == small  # the cheapest now


@pytest.mark.parametrize(
    ("tracker", "quantity", "policy", "stock"),
    [("shopify", "5", "FALSE", 5), ("shopify", "-2", "FALSE", 0), ("shopify", "5", "TRUE", None), ("", "5", "FALSE", None)],
)
def test_the_new_dialect_and_its_stock(tracker: str, quantity: str, policy: str, stock: int | None) -> None:
    row = f"Hat,hat,Warm,V,Hats,TRUE,Active,H1,,Title,Default Title,149.50,,{tracker},{quantity},{policy},,,\n"
    hat = result((NEW + row).encode()).only
    assert (hat.id, hat.title, hat.offer.price_minor, hat.offer.sale_minor, hat.variants) == ("hat", "Hat", 14950, None, ())
    assert hat.offer.stock == stock


def test_what_is_not_published_is_skipped() -> None:
    rows = "".join(
        f"{n},H{n},,,,,{published},,,,,,,,,10,,,,,,,{status}\n"
        for n, (published, status) in enumerate([("true", "draft"), ("true", "archived"), ("false", ""), ("true", "active")])
    )
    read = result((OLD + rows).encode())
    assert (read.only.id, read.last.skipped, read.last.rejected) == ("3", 3, 0)


def test_a_new_product_has_no_handle_yet() -> None:
    assert result(b"Title,Price,URL handle,Option1 name\nBl\xc3\xa5 hat,10,,\n").only.id == "blå-hat"


def test_a_variant_without_a_price_is_left_out_and_the_product_stays() -> None:
    rows = "a,A,,,,,true,Size,S,,,,,,,,,,,,,,\na,,,,,,,,M,,,,,,,10,,,,,,,\n"
    read = result((OLD + rows).encode())
    assert [one.id for one in read.only.variants] == ["M"]
    assert read.reasons() == [(2, "price", "There is no price")]


def test_a_product_without_any_usable_variant_is_refused_once() -> None:
    rows = "a,A,,,,,true,Size,S,,,,,,,,,123,,,,,\na,,,,,,,,M,,,,,,,free,,,,,,,\n"
    read = result((OLD + rows).encode())
    assert (read.products, read.reasons()) == ([], [(2, "price", "There is no price")])


def test_an_article_number_used_twice_is_not_the_variants_name() -> None:
    rows = "a,A,,,,,true,Size,S,,,X,,,,10,,,,,,,\na,,,,,,,,M,,,X,,,,10,,,,,,,\n"
    assert [one.id for one in result((OLD + rows).encode()).only.variants] == ["X", "M"]


def test_rows_of_one_handle_are_one_product_wherever_they_stand() -> None:
    rows = "a,A,,,,,,,S,,,,,,,10,,,,,,,\nb,B,,,,,,,,,,,,,,10,,,,,,,\na,A2,,,,,,,M,,,,,,,20,,,,,,,\n"
    read = result((OLD + rows).encode())
    assert [one.title for one in read.products] == ["B", "A"]
    assert [one.offer.price_minor for one in read.products[1].variants] == [1000, 2000]


def test_products_json_of_a_shop() -> None:
    def variant(size: str, price: str, available: bool) -> dict[str, object]:
        return {"id": 1, "option1": size, "option2": None, "price": price, "compare_at_price": "300.00", "available": available}

    product = {
        "id": 7,
        "handle": "shirt",
        "title": "Skjorte \ud83d",
        "body_html": "<p onclick=x>Blød</p>",
        "vendor": "V",
        "images": [{"src": "https://cdn.example.com/1.jpg"}],
        "options": [{"name": "Size"}],
        "variants": [variant("S", "249.00", True), variant("M", "310.00", False)],
    }
    read = result(json.dumps({"products": [product, 5, {"handle": "x", "title": "X", "variants": []}]}).encode())
    shirt = read.only
    assert (shirt.title, shirt.description, shirt.images) == ("Skjorte \ufffd", "<p>Blød</p>", ("https://cdn.example.com/1.jpg",))
    assert [(one.offer.price_minor, one.offer.sale_minor, one.offer.stock) for one in shirt.variants] == [
        (30000, 24900, None),
        (31000, None, 0),
    ]
    assert read.reasons() == [(2, "id", "There is no id"), (3, "price", "There is no price")]
