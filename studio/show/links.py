"""Whether a line leads away from the brand's page: addresses as people write them, with and without https, in any alphabet.

Read after NFKC, with the dots that browsers take for dots (IDNA: RFC 3490, 3.1), as they stand and with look-alikes (Unicode TR
39) replaced. An ending is one when the registry has it (the Public Suffix List's ICANN part); one that is also a word of
Danish or English (`fint.de er`, `ja.no`) only where something shows that an address is meant.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

_SCHEME = re.compile(r"(?:https?://|ftp://|www\.)\S+", re.IGNORECASE)
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0980-\u109f\u1780-\u17d3"
"""Signs that belong to letters, and the alphabets that are full of them: not all are `\\w`."""
_TOKEN = re.compile(rf"[\w{_MARKS}.-]+")
_PORT = re.compile(r":\d{2,5}\b")
_ENDED = re.compile(r"\W*")
_NUMBERS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?:/\S|:\d{2,5}\b)")
SHORT = frozenset((
    "bit.ly", "t.ly", "cutt.ly", "ow.ly", "buff.ly", "adf.ly", "t.me", "m.me", "wa.me", "fb.me", "t.co", "g.co", "goo.gl",
    "is.gd", "rb.gy", "lnkd.in", "youtu.be", "tiny.cc", "shorturl.at", "linktr.ee",
))  # fmt: skip
"""Addresses that are nothing but a way to others."""
_APART = re.compile(r"\b[^\W_][\w-]*\s?\.\s?(?:com|net|org|dk)\b(?!\.?\w)", re.IGNORECASE)
"""Written apart so that nobody sees it."""
_DOTS = str.maketrans(dict.fromkeys("。．｡․·∙", "."))
_HIDDEN_DOT = re.compile(r"\s?[\[({]\s?\.\s?[\])}]\s?")
"""`evil[.]com`, which everybody reads as it is meant."""
WORDS = frozenset((
    "med", "mit", "ad", "ca", "kr", "nr", "mm", "af", "at", "au", "bo", "by", "de", "do", "er", "et", "is", "jo", "la",
    "ly", "mg", "ni", "no", "nu", "om", "pa", "pr", "ro", "se", "si", "so", "st", "su", "tv", "us", "vi", "kim", "man",
    "am", "as", "be", "in", "it", "me", "my", "to", "you", "now", "here", "today", "live", "life", "love", "new", "one",
    "how", "best", "buy", "call", "cool", "fast", "free", "gift", "gifts", "help", "host", "hot", "men", "win", "work",
    "works", "world", "wow", "zero", "day", "dad", "dog", "eat", "fan", "fit", "fly", "gold", "open", "page", "pay", "pet",
    "phone", "photo", "play", "plus", "rest", "room", "run", "sale", "save", "show", "skin", "sport", "style", "talk",
    "team", "tips", "top", "town", "video", "watch", "next", "baby", "beauty", "black", "blue", "red", "pink", "green",
    "family", "fashion", "guide", "kids", "makeup", "party", "pics", "shoes", "wine", "coffee", "diet", "food", "gay",
    "hair", "health", "ink", "land", "like", "mom", "mobile", "read", "safe", "secure", "smile", "song", "star", "taxi",
    "tube", "weather", "wedding", "yoga",
))  # fmt: skip
"""Endings with which a sentence may begin whose writer left out the space."""


def leads_away(text: str, look_alike: Callable[[str], str] = lambda text: text) -> bool:
    """Whether `text` has an address in it; `look_alike` gives the letters that others imitate."""
    plain = _HIDDEN_DOT.sub(".", unicodedata.normalize("NFKC", text.translate(_DOTS)).translate(_DOTS))
    imitated = look_alike(plain)
    return _has(plain) or (imitated != plain and _has(imitated))


def _has(text: str) -> bool:
    if _SCHEME.search(text) or _APART.search(text) or _NUMBERS.search(text):
        return True
    return any(_is_address(*found) for found in _names(text))


def _names(text: str) -> Iterator[tuple[str, str, str]]:
    """What may be an address: its name, its ending, and what follows. One pass, whatever is written: a regular expression for all
    of it would try every way to divide a long name."""
    for found in _TOKEN.finditer(text):
        token = found[0].rstrip(".-_")
        labels = [label.strip("-_") for label in token.rpartition("..")[2].split(".")]
        if len(labels) > 1 and all(labels):
            yield ".".join(labels[:-1]), labels[-1], text[found.start() + len(token) :]


def _is_ending(label: str) -> bool:
    """Letters of any alphabet, or the ASCII form of such (RFC 5890)."""
    small = label.casefold()
    if small.startswith("xn--"):
        return small.isascii()
    return 2 <= len(label) <= 24 and all(unicodedata.category(one)[0] in "LM" for one in label)


def _is_address(name: str, ending: str, behind: str) -> bool:
    if not _is_ending(ending):
        return False
    small = ending.casefold()
    if small.startswith("xn--") or f"{name}.{small}".casefold() in SHORT:
        return True
    leads_on = (behind[:1] == "/" and not behind[1:2].isspace()) or _PORT.match(behind)
    if not leads_on:  # it may be the first word of a sentence
        begins = ending[:1].isupper() and not ending.isupper()
        if small in WORDS and (begins or not _ENDED.fullmatch(behind)):
            return False
        if begins and not name[:1].isupper():
            return False
    return registered(small)


@lru_cache(4096)
def registered(ending: str) -> bool:
    """Whether the registry has an ending, in any alphabet."""
    return bool(_suffixes().publicsuffix(f"name.{ending}", accept_unknown=False))


@lru_cache(1)
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList  # a third of a megabyte: for those who write something with a point in it

    return PublicSuffixList(only_icann=True)
