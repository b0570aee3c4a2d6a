"""Hostile and dirty files of any kind."""

import gzip
import io
import json
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.catalogue import reader, unpacked
from studio.catalogue.detect import detect
from studio.catalogue.item import FeedKind, Options, Progress, Rejected
from studio.catalogue.reader import read
from studio.errors import InvalidValue
from tests.studio.catalogue.conftest import result

HEADER = "Handle,Title,Body (HTML),Variant Price,Variant Barcode,Image Src\n"
ROW = 'hat,Blåbær,"<p onclick=""x"">Hej</p>","1.299,00 kr",5701234567899,https://x.example/1.jpg\n'
FEED = HEADER + ROW


@pytest.mark.parametrize("inside", ["xl/workbook.xml", "Index/Document.iwa", "content.xml"])
def test_a_workbook_is_told_how_to_become_a_feed(inside: str) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in ("[Content_Types].xml", inside):
            archive.writestr(name, b"<x/>")
    with pytest.raises(InvalidValue, match="save its table as CSV"):
        result(held.getvalue())


def zipped(**files: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_", "."), data)
    return held.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        FEED.encode(),
        FEED.encode("utf-8-sig"),
        FEED.encode("windows-1252"),
        FEED.replace("\n", "\r\n").encode(),
        FEED.replace("\n", "\r").encode(),
        FEED.encode("utf-16"),
        FEED.encode("utf-16-le"),
        gzip.compress(FEED.encode()),
        zipped(feed_csv=FEED.encode(), readme_md=b"hello"),
        FEED.replace("Bl", "\x00B\x00l").encode(),
        FEED.replace("Bl", "\u202eBl\u200b").encode(),
    ],
)
def test_one_hat_however_it_is_wrapped(data: bytes) -> None:
    hat = result(data).only
    assert (hat.id, hat.title, hat.description, hat.offer.price_minor) == ("hat", "Blåbær", "<p>Hej</p>", 129900)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("Handle,Title,Variant Price\n", "shopify"),
        ("Title;URL handle;Price;Option1 name\n", "shopify"),
        ("id\ttitle\tdescription\tlink\tprice\n", "google"),
        ('<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0">', "google"),
        ('<feed xmlns="http://www.w3.org/2005/Atom">', "google"),
        ("ID,Type,SKU,Name,Regular price\n", "woocommerce"),
        ("ID;Type;Varenummer;Navn;Normalpris\n", "woocommerce"),
        ("<!doctype html><html><head>", "json_ld"),
        ('{"@context": "https://schema.org"}', "json_ld"),
        ('{"vitrine": 1, "products": []}', "vitrine"),
        ('{"products": [{"id": 1, "handle": "x"}]}', "shopify"),
    ],
)
def test_the_kind_is_found(head: str, kind: FeedKind) -> None:
    assert detect(head) == kind


@pytest.mark.parametrize(
    "head", ["", "hello", "a,b,c\n1,2,3", "<svg></svg>", '{"a": 1}', "[]", "%PDF-1.7", "PK", "title,price\n"]
)
def test_what_is_no_feed_is_told_what_is(head: str) -> None:
    with pytest.raises(InvalidValue, match="Shopify CSV"):
        detect(head)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InvalidValue, match="The column price is missing"):
        result(b"Handle,Title\na,A\n", kind="shopify")


def test_another_kind_than_it_is() -> None:
    with pytest.raises(InvalidValue, match="no feed"):
        result(b'{"products": []}', kind="google")


def test_an_unknown_currency() -> None:
    with pytest.raises(InvalidValue, match="KRONER is not a currency"):
        result(FEED.encode(), currency="KRONER")


def test_optional_fields_that_are_bad_are_left_out_and_told() -> None:
    read = result((HEADER + "a,A,,10,5701234567890,javascript:alert(1)\n").encode())
    assert (read.only.offer.gtin, read.only.images) == ("", ())
    assert {(line, field) for line, field, _ in read.reasons()} == {(2, "gtin"), (2, "images")}


def test_a_title_of_a_megabyte_is_cut() -> None:
    read = result((HEADER + f"a,{'x' * (1 << 20)},,10,,\n").encode())
    assert len(read.only.title) == 300
    assert read.reasons() == [(2, "title", "It is cut after 300 characters")]


def test_a_quote_that_never_ends() -> None:
    read = result((HEADER + 'a,"A,,10,,\n' + "".join(f"b{n},B,,10,,\n" for n in range(50))).encode())
    assert len(read.products) == 50
    assert read.reasons() == [(2, "", "A quote on this line is never closed")]


def test_a_bomb_is_not_opened() -> None:
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(1 << 20)
    bomb = b"".join(packer.compress(zeros) for _ in range(64)) + packer.flush()
    for data in (bomb, zipped(feed_csv=bytes(64 << 20))):
        with pytest.raises(InvalidValue, match="packed suspiciously"):
            result(data)


def test_a_large_feed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO(FEED.encode() * 1000)
    with pytest.raises(InvalidValue, match="at most 0 MB"):
        list(unpacked.unpacked(unpacked.Counted(file), most=1000))


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(FEED.encode() * 500)[:-20],
        b"\x1f\x8b garbage",
        b"PK\x03\x04 garbage",
        zipped(),
        zipped(a_csv=b"1", b_csv=b"2"),
        zipped(feed_csv=FEED.encode() * 50)[:-40],
    ],
)
def test_broken_archives(data: bytes) -> None:
    with pytest.raises(InvalidValue):
        result(data)


def test_progress_comes_now_and_then() -> None:
    feed = (HEADER + "".join(f"h{n},H,,10,,\n" for n in range(1200))).encode()
    progress = [one for one in read(io.BytesIO(feed), Options(currency="DKK")) if isinstance(one, Progress)]
    assert [one.products for one in progress] == [500, 1000, 1200]
    assert all(0 < one.done_bytes <= one.total_bytes == len(feed) for one in progress)


def test_only_so_many_refusals_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "REJECTED_MAX", 10)
    found = list(read(io.BytesIO((HEADER + "".join(f"h{n},H,,,,\n" for n in range(25))).encode()), Options(currency="DKK")))
    refused = [one for one in found if isinstance(one, Rejected)]
    assert (len(refused), refused[-1].params) == (11, {"count": "15"})
    last = found[-1]
    assert isinstance(last, Progress)
    assert (last.products, last.rejected) == (0, 25)


def test_there_may_not_be_too_many_products(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "PRODUCTS_MAX", 10)
    with pytest.raises(InvalidValue, match="at most 10"):
        result((HEADER + "".join(f"h{n},H,,1,,\n" for n in range(25))).encode())


KINDS: list[FeedKind | None] = [None, "shopify", "google", "woocommerce", "json_ld", "vitrine"]
BEGINNINGS = [
    b"",
    HEADER.encode(),
    b"id\ttitle\tlink\tprice\n",
    b"ID,Type,SKU,Name,Regular price,Parent\n",
    b'<?xml version="1.0"?><rss><channel><item><g:id>1</g:id>',
    b'<html><script type="application/ld+json">',
    b'<html><![CDATA[<script type="application/ld+json">{}</script>',
    b'{"vitrine":1,"products":[',
    b"\x1f\x8b\x08",
    b"PK\x03\x04",
    b"\xff\xfe",
]


@given(st.sampled_from(KINDS), st.sampled_from(BEGINNINGS), st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_products_or_one_sentence(kind: FeedKind | None, beginning: bytes, rest: bytes) -> None:
    try:
        list(read(io.BytesIO(beginning + rest), Options(kind=kind, currency="DKK", url="https://shop.example.com")))
    except InvalidValue as error:
        str(error)


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from(["Product", "249.00", "DKK"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["@id", "@type", "price", "offers", "url", "name", "sku", "src"]), inner, max_size=4)
    ),
    max_leaves=8,
)
FIELDS = [
    "id handle title sku name offers image brand price price_minor variants hasVariant history images options stock",
    "@id url priceSpecification priceCurrency sale_price currency gtin",
]


@given(st.dictionaries(st.sampled_from(" ".join(FIELDS).split()), ANY, max_size=8))
def test_any_json_is_products_or_refusals(product: dict[str, object]) -> None:
    for envelope in (
        {"vitrine": 1, "products": [product]},
        product | {"@type": "Product"},
        {"products": [product | {"handle": "x"}]},
    ):
        try:
            result(json.dumps(envelope).encode())
        except InvalidValue as error:
            str(error)


@given(st.lists(st.text(max_size=30), min_size=6, max_size=6))
def test_any_row_is_a_product_or_a_refusal(cells: list[str]) -> None:
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    read = result((HEADER + row + "\n").encode("utf-8", "ignore"))
    assert len(read.products) + len(read.rejected) <= 1
