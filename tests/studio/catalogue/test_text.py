"""Bytes become characters; words become clean."""

import pytest

from studio.catalogue import html
from studio.catalogue.link import link
from studio.catalogue.moment import moment_ms
from studio.catalogue.text import characters, lines
from studio.errors import InvalidValue

TEXT = "id,title\n1,Blåbærgrød æøå\n"


def read(data: bytes, size: int = 7) -> str:
    return "".join(characters(data[at : at + size] for at in range(0, len(data), size)))


@pytest.mark.parametrize("size", [5, 7, 1000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_whatever_wrote_it(encoding: str, size: int) -> None:
    assert read(TEXT.replace("\n", "\r\n").encode(encoding), size) == TEXT


def test_a_declared_encoding_counts_and_a_nonsense_one_does_not() -> None:
    assert "Ł" in read('<?xml version="1.0" encoding="ISO-8859-2"?><a>Ł</a>'.encode("iso-8859-2"), 1000)
    assert "ø" in read('<?xml version="1.0" encoding="rot13"?><a>ø</a>'.encode(), 1000)


def test_a_stray_byte_does_not_spoil_the_rest() -> None:
    assert read("blå ".encode() + b"\x96 gr\xf8d " + "æ".encode()) == "blå – grød æ"


def test_control_characters_go() -> None:
    assert read(b"a\x00b\x0b\x1fc\td\x7f") == "abc\td"


def test_lines() -> None:
    assert list(lines(["a\nb", "c", "\n\nd"])) == ["a\n", "bc\n", "\n", "d"]


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("<p>Hej <script>alert(1)</script><b onclick='x()'>du</b></p>", "<p>Hej <b>du</b></p>"),
        ("<img src=x onerror=alert(1)>ok", "ok"),
        ("<a href='javascript:alert(1)'>x</a>", '<a rel="noopener nofollow">x</a>'),
        ("<a href='/relative'>x</a>", '<a rel="noopener nofollow">x</a>'),
        ("<a href='https://x.example/'>x</a>", '<a href="https://x.example/" rel="noopener nofollow">x</a>'),
        ("<ul><li>en<li>to</ul>", "<ul><li>en</li><li>to</li></ul>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("en\nto > tre", "en<br>to &gt; tre"),
        ("<style>p{}</style><h3>T</h3><svg><p>x</p></svg>", "<h3>T</h3><p>x</p>"),
        ("\u202eevil\u200b", "evil"),
    ],
)
def test_a_description_keeps_what_is_harmless(given: str, clean: str) -> None:
    assert html.description(given, 1000) == clean


@pytest.mark.parametrize("given", ["<p>" + "ord &amp; " * 9000, "<b>" * 50_000, "x" * 200_000, "<ul>" + "<li>x" * 20_000])
def test_a_long_description_is_cut_and_stays_html(given: str) -> None:
    clean = html.description(given, 20_000)
    assert len(clean) <= 20_000
    assert clean.count("<p>") == clean.count("</p>")
    assert clean.count("<li>") == clean.count("</li>")


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("  To \n ord ", "To ord"),
        ("&quot;Fin&quot; &amp; god", '"Fin" & god'),
        ("&lt;b&gt;Fed&lt;/b&gt; hat", "Fed hat"),
        ("<i>Hat</i><script>x</script>", "Hat"),
        ("Skruer < 5 mm", "Skruer < 5 mm"),
        ("\u202eabc\u2066\u200b\ufeff\ud800", "abc"),
    ],
)
def test_a_line_is_plain(given: str, clean: str) -> None:
    assert html.line(given, 300) == clean


@pytest.mark.parametrize(
    ("given", "whole"),
    [
        ("https://x.example/a b.jpg", "https://x.example/a%20b.jpg"),
        ("//cdn.example/a.jpg", "https://cdn.example/a.jpg"),
        ("/a.jpg", "https://shop.example/a.jpg"),
        ("javascript:alert(1)", ""),
        ("JaVaScript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://user:pass@x.example/", ""),
        ("https://", ""),
        ("http://[bad", "http://[bad"),
        ("https://x.example/" + "a" * 3000, ""),
        ('https://x.example/"onload=', ""),
    ],
)
def test_links(given: str, whole: str) -> None:
    assert link(given, "https://shop.example/b/") == whole


def test_a_relative_link_needs_the_shops_address() -> None:
    assert link("/a.jpg") == ""


@pytest.mark.parametrize("text", ["2026-11-21T13:00+0100", "2026-11-21T13:00+01:00", "2026-11-21T12:00Z", "2026-11-21 12:00:00"])
def test_moments(text: str) -> None:
    assert moment_ms(text) == 1795262400000


@pytest.mark.parametrize(
    "text", ["", "soon", "9999-12-31", "0001-01-01T00:00+14:00", "2026-02-30", "03/04/2026", "31/11/2026", "1" * 99]
)
def test_no_moments(text: str) -> None:
    try:
        moment_ms(text, end=True)
    except InvalidValue:
        return
    assert text.startswith("0001")
