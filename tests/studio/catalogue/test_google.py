"""Google's feed in RSS, Atom and tables."""

import pytest

from studio.errors import InvalidValue
from tests.studio.catalogue.conftest import result

RSS = '<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>{}</channel></rss>'


def item(id: str, more: str = "", price: str = "199.00 DKK") -> str:
    return (
        f"<item><g:id>{id}</g:id><title>Ur {id}</title><link>https://shop.example.com/{id}</link>"
        f"<g:price>{price}</g:price>{more}</item>\n"
    )


def rss(*items: str) -> bytes:
    return RSS.format("\n" + "".join(items)).encode()


def test_an_item() -> None:
    more = (
        "<description>&lt;p&gt;God &amp;amp; sort&lt;/p&gt;</description><g:brand>Ur</g:brand><g:gtin>698615070527</g:gtin>"
        "<g:image_link>https://x.example/1.png</g:image_link><g:availability>in stock</g:availability>"
        "<g:additional_image_link>https://x.example/2.png</g:additional_image_link><g:quantity>7</g:quantity>"
        "<g:additional_image_link>https://x.example/w_5,h_5/3.png,https://x.example/4.png</g:additional_image_link>"
        "<g:shipping><g:price>39 DKK</g:price><g:id>no</g:id></g:shipping><g:product_type>A &gt; B</g:product_type>"
        "<g:sale_price>99.00 DKK</g:sale_price>"
        "<g:sale_price_effective_date>2026-11-21T13:00+0100/2026-11-28T15:30Z</g:sale_price_effective_date>"
    )
    watch = result(rss(item("1", more)), currency="").only
    assert (watch.id, watch.title, watch.brand, watch.category, watch.currency) == ("1", "Ur 1", "Ur", "A > B", "DKK")
    assert watch.description == "<p>God &amp; sort</p>"
    assert watch.images == tuple(f"https://x.example/{name}.png" for name in ("1", "2", "w_5,h_5/3", "4"))
    offer = watch.offer
    assert (offer.price_minor, offer.sale_minor, offer.stock, offer.gtin) == (19900, 9900, 7, "698615070527")
    assert (offer.sale_from_ms, offer.sale_until_ms) == (1795262400000, 1795879800000)


@pytest.mark.parametrize(
    ("word", "stock"),
    [("in_stock", None), ("in stock", None), ("out_of_stock", 0), ("Out of Stock", 0), ("preorder", None), ("backorder", None)],
)
def test_availability(word: str, stock: int | None) -> None:
    assert result(rss(item("1", f"<g:availability>{word}</g:availability>"))).only.offer.stock == stock


def test_a_group_is_one_product_wherever_its_items_stand() -> None:
    def member(id: str, group: str, colour: str, price: str) -> str:
        return item(id, f"<g:item_group_id>{group}</g:item_group_id><g:color>{colour}</g:color>", price)

    feed = rss(
        member("a1", "a", "Black", "20 DKK"),
        item("single"),
        member("b1", "b", "Red", "5 DKK"),
        member("a2", "a", "White", "10 DKK"),
        member("a2", "a", "White", "10 DKK"),
        member("a3", "a", "Grey", "10 EUR"),
    )
    read = result(feed)
    assert [one.id for one in read.products] == ["single", "a", "b"]
    group = read.products[1]
    assert [(one.id, one.title) for one in group.variants] == [("a1", "Black"), ("a2", "White")]
    assert (group.title, group.offer.price_minor) == ("Ur a1", 1000)
    assert [(line, why) for line, _, why in read.reasons()] == [
        (6, "The variant a2 is there twice"),
        (7, "The price is in EUR, the product's in DKK"),
    ]


def test_atom() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><title>Shop</title>'
        '<entry><id>tag:1</id><g:id>1</g:id><title>Ur</title><summary>Fint</summary><link rel="self" href="https://x.example/s"/>'
        '<link href="https://x.example/p"/><g:price>10.00 EUR</g:price></entry></feed>'
    )
    watch = result(atom.encode()).only
    assert (watch.id, watch.title, watch.description, watch.url) == ("1", "Ur", "Fint", "https://x.example/p")


@pytest.mark.parametrize("header", ["id\ttitle\tlink\tprice\timage_link", "ID\tTitle \tLink\tPrice\tImage Link"])
def test_tsv(header: str) -> None:
    watch = result(f"{header}\n1\tUr\thttps://x.example/1\t1 299,00 DKK\thttps://x.example/1.png\n".encode()).only
    assert (watch.offer.price_minor, watch.images) == (129900, ("https://x.example/1.png",))


def test_what_is_missing_is_told_with_its_line() -> None:
    feed = rss(item("", price="1 DKK"), item("2", price=""), item("3", price="-1 DKK"), item("4"), item("x" * 256))
    read = result(feed)
    assert read.only.id == "4"
    assert read.reasons() == [
        (2, "id", "There is no id"),
        (3, "price", "There is no price"),
        (4, "price", "A price cannot be negative"),
        (6, "id", "The id is too long: at most 255 characters"),
    ]


def test_without_a_currency_nothing_has_a_price() -> None:
    with pytest.raises(InvalidValue, match="names no currency"):
        result(rss(item("1", price="10"), item("2", price="20")), currency="")
    assert "currency is missing" in result(rss(item("1", price="10"), item("2", price="20 DKK")), currency="").reasons()[0][2]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE r [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r SYSTEM "http://example.com/evil.dtd">',
    ],
)
def test_entities_are_refused(doctype: str) -> None:
    feed = f'<?xml version="1.0"?>{doctype}<rss><channel><item><id>1</id><title>&a;&secret;</title></item></channel></rss>'
    with pytest.raises(InvalidValue, match="declares entities"):
        result(feed.encode())


def test_broken_xml_says_where() -> None:
    with pytest.raises(InvalidValue, match="broken at line 3"):
        result(rss(item("1"), "<item><g:id>2</g:id>"))
