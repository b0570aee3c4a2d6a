"""Yes and no in the languages of shops and of the spreadsheets between them."""

import re
import unicodedata
from functools import lru_cache

from studio.errors import InvalidValue

YES = frozenset((
    "1", "true", "yes", "y", "on", "x", "✓", "✔", "ja", "j", "jo", "sand", "sant", "sann", "wahr", "oui", "o", "vrai", "waar",
    "si", "sí", "sì", "s", "vero", "verdadero", "verdadeiro", "sim", "tak", "prawda", "kyllä", "tosi",
))  # fmt: skip
NO = frozenset((
    "0", "-1", "false", "no", "n", "off", "nej", "nei", "falsk", "falskt", "usand", "usann", "nein", "falsch", "non", "faux",
    "nee", "onwaar", "falso", "não", "nao", "nie", "fałsz", "ei", "epätosi",
))  # fmt: skip


_NUMBER = re.compile(r"(-?\d)[.,]0+")


@lru_cache(1024)
def _plain(word: str) -> str:
    """As it stands in the lists: accents in one piece, and 1.0, which spreadsheets make of 1, without its fraction."""
    word = unicodedata.normalize("NFKC", word.strip().casefold())
    found = _NUMBER.fullmatch(word)
    return found[1] if found else word


def yes(word: str) -> bool:
    """Whether a cell says yes."""
    return _plain(word) in YES


def no(word: str) -> bool:
    """Whether a cell says no; an empty one says nothing."""
    return _plain(word) in NO


def said(word: str, field: str) -> bool | None:
    """Yes or no; None when nothing is said. Raises `InvalidValue` for a word that is neither."""
    word = word.strip()
    if not word:
        return None
    if not (yes(word) or no(word)):
        raise InvalidValue("{word} is neither yes nor no", field=field, word=word[:40])
    return yes(word)
