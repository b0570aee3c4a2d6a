"""Facts in any row, words of truth, escapes and blocks: what a reading of the whole change found."""

import json
from typing import Any

import pytest

from studio.catalogue.html import description
from studio.catalogue.link import link
from studio.catalogue.moment import interval, moment_ms
from studio.catalogue.survey import Survey, survey_xml
from studio.catalogue.truth import no, yes
from studio.errors import InvalidValue
from tests.studio.catalogue.conftest import result

WOO = "ID,Type,SKU,Name,Published,In stock?,Regular price,Parent,Attribute 1 name,Attribute 1 value(s)\n"
RSS = '<rss xmlns:g="http://base.google.com/ns/1.0"><channel>{}</channel></rss>'


def rss(*items: str) -> bytes:
    return RSS.format("".join(f"<item>{item}</item>" for item in items)).encode()


@pytest.mark.parametrize("word", ["1", "1.0", "1,0", "JA", "sı́".replace("ı", "i"), "kyllä"])
def test_yes(word: str) -> None:
    assert yes(word)


@pytest.mark.parametrize("word", ["0", "0.0", "-1", "-1.0", "na\u0303o", "Nej"])
def test_no(word: str) -> None:
    assert no(word)


@pytest.mark.parametrize("published", ["0", "-1", "2", "2.0", "0.0", "nej"])
def test_what_waits_for_approval_is_not_for_sale(published: str) -> None:
    rows = (
        f"1,simple,A,Kop,{published},1,100,,,\n"
        f"2,variable,B,Fad,{published},1,,,Farve,\n3,variation,B1,Fad,{published},1,100,id:2,Farve,Rød\n"
    )
    read = result((WOO + rows).encode())
    assert (read.products, read.reasons()) == ([], [])


def test_a_word_that_is_neither_is_told_of_every_kind_of_row() -> None:
    rows = "1,simple,A,Kop,hamis,1,100,,,\n2,variable,B,Fad,hamis,1,,,Farve,\n3,variation,B1,Fad,hamis,1,100,id:2,Farve,Rød\n"
    read = result((WOO + rows).encode())
    assert read.products == []
    assert len(read.reasons()) == 3


def test_whether_there_is_any() -> None:
    stocks = {"0": 0, "0.0": 0, "nej": 0, "outofstock": 0, "1": None, "ja": None, "": None, "udsolgt måske": None}
    rows = "".join(f'{n},simple,S{n},Ting,1,"{said}",100,,,\n' for n, said in enumerate(stocks, 1))
    read = result((WOO + rows).encode())
    assert [product.offer.stock for product in read.products] == list(stocks.values())
    assert len(read.reasons()) == 1, "the word that is neither is told"


def test_an_export_of_the_shops_own_has_drafts() -> None:
    variant = {"price": "10.00", "inventory_management": "shopify", "inventory_policy": "deny", "inventory_quantity": 0}
    ours: list[dict[str, Any]] = [
        {"handle": "draft", "title": "A", "status": "draft", "variants": [variant]},
        {"handle": "hidden", "title": "A", "published_at": None, "variants": [variant]},
        {"handle": "open", "title": "A", "status": "active", "published_at": "2026-11-01T00:00:00Z", "variants": [variant]},
        {"handle": "more", "title": "A", "variants": [variant | {"inventory_policy": "continue"}]},
    ]
    read = result(json.dumps({"products": ours}).encode())
    assert [(product.id, product.offer.stock) for product in read.products] == [("open", 0), ("more", None)]


def test_a_groups_facts_stand_in_any_of_its_items() -> None:
    bare = "<g:id>{}</g:id><g:item_group_id>G</g:item_group_id><g:price>10 DKK</g:price>"
    full = "<title>Bluse</title><description>Blød</description><link>https://s.dk/g</link><g:brand>Lys</g:brand>"
    read = result(rss(bare.format(1), bare.format(2) + full))
    assert (read.only.title, read.only.brand, read.only.url, len(read.only.variants)) == ("Bluse", "Lys", "https://s.dk/g", 2)


@pytest.mark.parametrize(("said", "currency"), [("kr.", "SEK"), ("€", "EUR"), ("eur", "EUR"), ("", "SEK")])
def test_a_currency_may_be_a_sign(said: str, currency: str) -> None:
    offer = {"@type": "Offer", "price": 249, "priceCurrency": said}
    page = {"@type": "Product", "sku": "A", "name": "A", "offers": offer}
    assert result(json.dumps(page).encode(), currency="SEK").only.currency == currency


def test_a_table_has_a_column_for_its_currency() -> None:
    read = result(b"id,title,link,price,currency\n1,Kop,https://s.dk/1,249.00,EUR\n", currency="DKK")
    assert (read.only.offer.price_minor, read.only.currency) == (24900, "EUR")


def test_the_dates_of_a_table_are_heard_together() -> None:
    head = "id\ttitle\tlink\tprice\tsale_price\tsale_price_effective_date\n"
    row = "{}\tKop\thttps://s.dk/{}\t100 DKK\t80 DKK\t03-04-2026/{}-04-2026\n"
    read = result((head + row.format(1, 1, "28") + row.format(2, 2, "05")).encode())
    assert [product.offer.sale_minor for product in read.products] == [8000, 8000]
    assert read.read_as.dates == "day"
    item = "<g:id>{}</g:id><title>K</title><g:price>100 DKK</g:price><g:sale_price>80 DKK</g:sale_price>"
    item += "<g:sale_price_effective_date>03-04-2026/{}-04-2026</g:sale_price_effective_date>"
    assert result(rss(item.format(1, "28"), item.format(2, "05"))).read_as.dates == "day"


def test_dates_with_the_year_first_and_days_with_slashes() -> None:
    assert moment_ms("2026/11/27") == moment_ms("2026-11-27") == moment_ms("2026.11.27")
    assert moment_ms("27.11.26") == moment_ms("2026-11-27")
    with pytest.raises(InvalidValue):
        moment_ms("26/11/27", order="day")
    assert interval("27/11/2026/28/11/2026") == ("27/11/2026", "28/11/2026")


@pytest.mark.parametrize("at", range(12, 120))
def test_a_price_in_two_pieces_is_heard_whole(at: int) -> None:
    text = "<item><g:price>1,299.00 DKK</g:price><g:sale_price><![CDATA[63.992,50 DKK]]></g:sale_price><a>b</a></item>"
    survey = Survey()
    survey_xml([text[:at], text[at:]], survey)
    whole = Survey()
    survey_xml([text], whole)
    assert survey._prices == whole._prices == {"1,299.00 DKK", "63.992,50 DKK"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Blød & varm\nVaskes koldt", "Blød &amp; varm<br>Vaskes koldt"),
        ("Blød &amp; varm\nVaskes koldt", "Blød &amp; varm<br>Vaskes koldt"),
        ("3 < 4\nog mere", "3 &lt; 4<br>og mere"),
        ("&lt;p&gt;A&lt;/p&gt;&lt;p&gt;B&lt;/p&gt;", "<p>A</p><p>B</p>"),
        ("Blød uld<div>Vaskes koldt", "Blød uld<br>Vaskes koldt"),
        ("<hgroup>A</hgroup>B", "A<br>B"),
        ("<menu>A</menu>B<dialog>C</dialog>", "A<br>B<br>C"),
        ("a > b", "a &gt; b"),
        ("&lt;script&gt;x&lt;/script&gt;", "&lt;script&gt;x&lt;/script&gt;"),
    ],
)
def test_descriptions(text: str, shown: str) -> None:
    assert description(text, 5000) == shown


def test_a_line_end_inside_a_tag_is_none() -> None:
    head = "ID,Type,SKU,Name,Published,Regular price,Description\n"
    text = '<p>See <a href=""https://a.dk/x""\\n target=""_blank"">the guide</a> here</p>\\nMore'
    read = result(f'{head}1,simple,A,Kop,1,100,"{text}"\n'.encode())
    assert read.only.description == '<p>See <a href="https://a.dk/x" rel="noopener nofollow">the guide</a> here</p>\nMore'


def test_of_nothing_but_tags_the_words_stay_apart() -> None:
    assert description("".join(f"<p>Ord{n}</p>" for n in range(1500)), 50_000).startswith("Ord0 Ord1 Ord2")


@pytest.mark.parametrize("written", ["https://c.dk/x.jpg?w=1&amp;h=2", "https://c.dk/x.jpg?w=1&#038;h=2"])
def test_an_ampersand_that_was_written_twice(written: str) -> None:
    assert link(written) == "https://c.dk/x.jpg?w=1&h=2"


def test_a_price_of_nothing_is_no_sale_whichever_way_it_is_said() -> None:
    head = "Handle,Title,Variant Price,Variant Compare At Price\n"
    read = result(f"{head}kop,Kop,0.00,199.00\n".encode(), currency="DKK")
    assert (read.only.offer.price_minor, read.only.offer.sale_minor) == (19900, None)
    assert read.reasons() == [(2, "sale_price", "A sale price of 0 is none")]
