"""WooCommerce's CSV in three languages."""

import pytest

from tests.studio.catalogue.conftest import result

ENGLISH = (
    'ID,Type,SKU,"GTIN, UPC, EAN, or ISBN",Name,Published,Description,Date sale price starts,Date sale price ends,In stock?,'
    "Stock,Backorders allowed?,Weight (kg),Sale price,Regular price,Categories,Images,Parent,External URL,"
    "Attribute 1 name,Attribute 1 value(s)\n"
)
DANISH = (
    "ID;Type;Varenummer;GTIN, UPC, EAN eller ISBN;Navn;Udgivet;Beskrivelse;Startdato for tilbudspris;Slutdato for tilbudspris;"
    "På lager?;Lager;Restordrer tilladt?;Vægt (kg);Tilbudspris;Normalpris;Kategorier;Billeder;Forælder;Ekstern URL;"
    "Attribut 1 navn;Attribut 1 værdi(er)\n"
)
GERMAN = (
    "ID;Typ;Artikelnummer;GTIN, UPC, EAN oder ISBN;Name;Veröffentlicht;Beschreibung;Datum, an dem Angebotspreis beginnt;"
    "Datum, an dem Angebotspreis endet;Vorrätig?;Bestand;Lieferrückstände erlaubt?;Gewicht (kg);Angebotspreis;Regulärer Preis;"
    "Kategorien;Bilder;Übergeordnetes Produkt;Externe URL;Attribut 1 Name;Attribut 1 Wert(e)\n"
)


def row(separator: str = ",", **cells: str) -> str:
    names = [
        "id",
        "type",
        "sku",
        "gtin",
        "name",
        "published",
        "description",
        "since",
        "until",
        "in_stock",
        "stock",
        "backorders",
        "weight",
        "sale",
        "price",
        "categories",
        "images",
        "parent",
        "external",
        "attribute",
        "value",
    ]
    given = {"id": "1", "type": "simple", "name": "Hue", "published": "1", "price": "100"} | cells
    return separator.join(f'"{given[name]}"' if name in given else "" for name in names) + "\n"


@pytest.mark.parametrize(("header", "separator"), [(ENGLISH, ","), (DANISH, ";"), (GERMAN, ";")])
def test_the_header_is_in_the_shops_language(header: str, separator: str) -> None:
    rows = [
        row(separator, id="9", type="variation", parent="id:8", attribute="Farve", value="Blå", price="50,00"),
        row(separator, id="10", type="variation", parent="H-8", attribute="Farve", value="Rød", price="60,00", in_stock="0"),
        row(separator, id="8", type="variable", sku="H-8", name="Hættetrøje", price="", categories="Tøj > Trøjer, Nyt"),
        row(
            separator,
            sku="HUE",
            gtin="5701234567899",
            description="<p>Varm</p>",
            since="2026-11-21",
            until="2026-11-28",
            stock="4",
            sale="80",
            images="https://x.example/1.jpg, https://x.example/2.jpg",
        ),
    ]
    hat, hoodie = result((header + "".join(rows)).encode()).products
    assert (hat.title, hat.description, hat.offer.sku, hat.offer.gtin) == ("Hue", "<p>Varm</p>", "HUE", "5701234567899")
    assert (hat.offer.price_minor, hat.offer.sale_minor, hat.offer.stock) == (10000, 8000, 4)
    assert (hat.offer.sale_from_ms, hat.offer.sale_until_ms) == (1795215600000, 1795906800000)
    assert hat.images == ("https://x.example/1.jpg", "https://x.example/2.jpg")
    assert (hoodie.id, hoodie.title, hoodie.category, hoodie.offer.price_minor) == ("8", "Hættetrøje", "Tøj > Trøjer", 5000)
    assert [(one.id, one.options, one.offer.stock) for one in hoodie.variants] == [
        ("9", {"Farve": "Blå"}, None),
        ("10", {"Farve": "Rød"}, 0),
    ]


@pytest.mark.parametrize(
    ("cells", "stock"),
    [
        ({}, None),
        ({"in_stock": "1", "stock": "3"}, 3),
        ({"in_stock": "0", "stock": "3"}, 0),
        ({"in_stock": "1", "stock": "0", "backorders": "1"}, None),
        ({"in_stock": "1", "stock": "0", "backorders": "notify"}, None),
    ],
)
def test_stock(cells: dict[str, str], stock: int | None) -> None:
    assert result((ENGLISH + row(**cells)).encode()).only.offer.stock == stock


def test_what_is_not_for_sale_is_skipped() -> None:
    rows = [
        row(published="0"),
        row(id="2", published="-1"),
        row(id="3", type="grouped"),
        row(id="4", type="external", external="https://other.example/p"),
        row(id="5", type="simple, virtual"),
    ]
    read = result((ENGLISH + "".join(rows)).encode())
    assert ([one.id for one in read.products], read.last.skipped) == (["4", "5"], 3)
    assert read.products[0].url == "https://other.example/p"


def test_a_variation_without_its_parent_and_a_parent_without_variations() -> None:
    rows = [row(type="variation", parent="id:7"), row(id="8", type="variable", price="")]
    assert result((ENGLISH + "".join(rows)).encode()).reasons() == [
        (2, "parent", "Its parent id:7 is not in the file"),
        (3, "price", "There is no price"),
    ]


def test_variations_of_a_hidden_parent_are_hidden() -> None:
    rows = [row(id="8", type="variable", published="0"), row(id="9", type="variation", parent="id:8")]
    read = result((ENGLISH + "".join(rows)).encode())
    assert (read.products, read.rejected, read.last.skipped) == ([], [], 2)
