"""Names that are read as ours are ours, however their letters are drawn; others are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.show.chat import NAME_MAX
from studio.show.moderation import fold, same_name
from studio.show.text import clean

BRAND = "Rosa Skin"
LIKE_OURS = (
    "Rosa Skin", "rosaskin", "ROSA SKIN", "R0sa Sk1n", "R0S4 5K1N", "Rosa 5kin", "Rósa Skín", "Rosa Śkiń",
    # Cyrillic, Greek, Cherokee, Canadian syllabics
    "Rоsa Skin", "Rosа Skin", "Rosa Ѕkin", "Rosa Skіn", "Rοsa Skin", "Rσsa Skin", "Rosa Skιn", "Rosa Ꮪkin", "ᖇosa Skin",
    # full width, mathematical, circled, squared, in parentheses, small
    "Ｒosa Ｓkin", "Ｒ０ｓａ＿Ｓｋｉｎ", "𝐑osa Skin", "𝕽𝖔𝖘𝖆 𝕾𝖐𝖎𝖓", "𝓡𝓸𝓼𝓪 𝓢𝓴𝓲𝓷", "𝚁𝚘𝚜𝚊 𝚂𝚔𝚒𝚗",
    "Ⓡⓞⓢⓐ Ⓢⓚⓘⓝ", "🅁🄾🅂🄰 🅂🄺🄸🄽", "⒭osa Skin", "ROSA ꜱKIN", "Rosa Skℹn", "Rosa Skın",
    # whatever stands between the letters, over and around them
    "Rosa_Skin", "ROSA·SKIN", "Rosa-Skin", "Rosa.Skin", "Rosa—Skin", "(Rosa Skin)", "★ Rosa Skin ★", "Rosa🌹Skin",
    "R o s a S k i n", "Rosa\u3000Skin", "Ro\u200bsa Skin", "Ro\u00adsa Skin", "Ro\u2060sa Skin", "\u202eRosa Skin", "R̲o̲s̲a̲ Skin",
    "Rosa Skin ✓",
)  # fmt: skip
NOT_OURS = ("Rosa", "Skin", "Skin Rosa", "Rosa Skinner", "Anna", "Ærø", "Роза", "ローザ", "", "...", "★", "12345")


@pytest.mark.parametrize("name", LIKE_OURS)
def test_it_is_read_as_ours(name: str) -> None:
    assert same_name(clean(name, NAME_MAX), BRAND)
    assert same_name(BRAND, clean(name, NAME_MAX))


@pytest.mark.parametrize("name", NOT_OURS)
def test_it_is_somebody_elses(name: str) -> None:
    assert not same_name(name, BRAND)


@pytest.mark.parametrize("brand", ["", "...", "★"])
def test_a_brand_without_letters_is_nobodys_name(brand: str) -> None:
    assert not same_name("", brand)
    assert not same_name(brand, brand)
    assert not same_name("Anna", brand)


@pytest.mark.parametrize("brand", ["Ærø Sæbe", "Blomsterhuset Å", "Роза", "ローザ", "N°5"])
def test_a_brand_of_any_alphabet_is_its_own(brand: str) -> None:
    assert same_name(brand, brand)
    assert same_name(f"-{brand}-", brand)


@given(st.text(max_size=NAME_MAX), st.text(max_size=NAME_MAX))
def test_it_does_not_matter_which_is_whose(one: str, other: str) -> None:
    assert same_name(one, other) == same_name(other, one)
    assert same_name(one, one) == same_name(one, one.strip())


@given(st.text(max_size=2000))
def test_any_text_is_folded(text: str) -> None:
    assert fold(text).startswith(" ")
