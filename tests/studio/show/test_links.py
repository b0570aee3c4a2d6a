"""What leads away from the page, and what is only a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.show.links import WORDS, registered
from studio.show.moderation import has_link


@pytest.mark.parametrize(
    "text",
    [
        "https://a.dk/x", "www.evil.example", "evil.com", "Evil.Com", "EVIL.DK", "se evil . com", "shop .dk",
        "t.me/rabat", "t.co/abc", "x.com/tilbud", "x.com", "købnu.dk", "smykkerpå.dk", "gå.link/x", "evil．com",
        "evil。com", "ｅｖｉｌ．ｄｋ", "evil․io", "tilbud.io", "tilbud.ai", "сайт.рф", "еvil.com", "evil.соm",
        "xn--80ak6aa92e.com", "a.xn--p1ai", "bit.ly/abc", "wa.me/4512345678", "mail@shop.dk", "mit.shop.dk",
        "det.er/her", "køb.nu/x", "host.de:8080", "(evil.net)", "evil.org.", "»evil.dk«", "1.1.com", "a-b.dk",
        "evil.museum", "bit.ly", "youtu.be", "Se Evil.Shop", "@t.me/abc", "evil[.]com", "evil (.) com", "evil·com",
        "se...evil.com", "1.2.3.4/login", "10.0.0.1:8080", "उदाहरण.भारत", "இணையம்.இந்தியா",
    ],
)  # fmt: skip
def test_it_leads_away(text: str) -> None:
    assert has_link(text)
    assert has_link(f"Hej, {text} og mere")


@pytest.mark.parametrize("text", ["evil.de", "køb på evil.se", "shop.nu!", "se evil.top :-)", "evil.live", "(evil.no)"])
def test_an_ending_that_is_a_word_ends_no_line(text: str) -> None:
    assert has_link(text)


@pytest.mark.parametrize(
    "text",
    [
        "det er fint.de er glade", "ja.no problem", "Tak.Hvor kan jeg købe", "kr. 249,50", "kl.20.30", "f.eks. denne",
        "3.5 cm", "hej.så sjovt", "nice.It is", "Nej.Men", "12.dec", "a.b.c", "Hr.Hansen", "1.299 kr", "…", "...",
        "ok.", "Flot!Hvor", "e.g. this", "i.e. that", "v2.0", "50%.", "str.M", "and/or", "1/2", "2026-11-28",
        "@ann.hansen hej", "1.2.3.4", "version 1.2.3.4 er ude", "Tak.Men", "a · b", "a·b",
    ],
)  # fmt: skip
def test_it_is_a_sentence(text: str) -> None:
    assert not has_link(text)


def test_every_ending_that_is_a_word_is_one_of_the_registrys() -> None:
    assert {word for word in WORDS if not registered(word)} == set()


@pytest.mark.parametrize(
    "text",
    ["ก." * 150, "x." + "ก" * 298, ("x." + "ก" * 22 + "_ ") * 12, "a-" * 150, "a." * 150, "अ" * 300, "." * 300, "-" * 300],
)
def test_whatever_is_written_is_judged_in_one_pass(text: str) -> None:
    for tail in ("", "1", "_", "/x"):
        has_link(text[: 300 - len(tail)] + tail)


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    has_link(text)


@given(
    st.sampled_from(["com", "dk", "se", "io", "shop", "みんな", "рф", "link"]), st.text("abcæøåñüжщ1", min_size=1, max_size=20)
)
def test_every_name_in_every_alphabet_with_a_path(ending: str, name: str) -> None:
    assert has_link(f"{name}.{ending}/x")
