"""Which lines are shown, held or refused: pure, and the same at the server and in a rehearsal."""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from msgspec import Struct

from studio.show.chat import ChatRules
from studio.show.links import leads_away

Fate = Literal["show", "hold", "refuse"]
_LETTERS = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "€": "e", "ĸ": "k", "к": "k"}
)
NORDIC = "åæøäö"
_STROKES = str.maketrans({"l": "i", "|": "i"})
"""One stroke each."""
_SIGNS = re.compile("[™®©℠]")
_DESCRIBED = re.compile(r"(?:(?:NEGATIVE )?(?:SQUARED|CIRCLED) LATIN CAPITAL LETTER|LATIN LETTER SMALL CAPITAL) ([A-Z])")
_REPEATED = re.compile(r"(.)\1{2,}")
_WORD = re.compile(r"\w+", re.UNICODE)

DEFAULT_WORDS = {
    "da": (
        "luder*", "kælling*", "fisse*", "pik", "pikhoved*", "bøsserøv*", "svans", "perker*", "neger*", "negere*", "mongol",
        "spasser*", "røvhul*", "kneppe*", "knep", "horeunge*", "hore", "idiot", "klamme svin", "dø nu", "slå dig ihjel",
    ),
    "en": (
        "fuck*", "motherfuck*", "cunt*", "bitch*", "whore*", "slut*", "nigger*", "nigga*", "faggot*", "retard*", "asshole*",
        "dickhead*", "rape*", "kys", "kill yourself", "porn*", "onlyfans",
    ),
}  # fmt: skip
"""Insults and slurs that no brand wants under its picture. They hold a line, they do not delete it: a person decides."""


class Verdict(Struct, frozen=True):
    """What to do with a line, and why: `word`, `link` or `all`."""

    fate: Fate
    why: str = ""


SHOW = Verdict("show")


def judge(text: str, rules: ChatRules) -> Verdict:
    """The verdict on a line that has been cleaned."""
    if rules.links != "allow" and has_link(text):
        return Verdict("refuse" if rules.links == "block" else "hold", "link")
    words = rules.words + (tuple(word for each in DEFAULT_WORDS.values() for word in each) if rules.defaults else ())
    if words and _matcher(words).search(fold(text)):
        return Verdict("hold", "word")
    return Verdict("hold", "all") if rules.hold_all else SHOW


def fold(text: str) -> str:
    """`text` as the lists see it: small letters, digits and letters of other alphabets read as those they imitate, no accents but
    the Nordic ones, long rows of one letter shortened, one space between words and one around all."""
    small = _unmasked(text).casefold().translate(_LETTERS)
    plain = "".join(
        character if character in NORDIC else unicodedata.normalize("NFD", character)[0] for character in small
    )  # fmt: skip
    spelled = re.sub(r"\b(?:\w[\s.*_-]){2,}\w\b", lambda found: re.sub(r"[\s.*_-]", "", found[0]), plain)
    words = _WORD.findall(_REPEATED.sub(r"\1", spelled))
    return f" {' '.join(words)} "


def _unmasked(text: str) -> str:
    """`text` with what only looks like a Latin letter as that letter (Unicode TR 39): Cyrillic о, Ｒ, 𝐑."""
    plain = unicodedata.normalize("NFKC", text)
    return plain if plain.isascii() else "".join(map(_looks_like, plain))


@lru_cache(maxsize=4096)
def _looks_like(character: str) -> str:
    if character.isascii() or character.casefold() in NORDIC:
        return character
    from confusable_homoglyphs import confusables  # a megabyte: for those who write so

    others = confusables.confusables_data.get(character, ())
    return next((one["c"] for one in others if len(one["c"]) == 1 and one["c"].isascii() and one["c"].isalnum()), character)


def same_name(one: str, other: str) -> bool:
    """Whether two names are read as the same: whatever stands between their letters, and however those are drawn. A letter may
    look like ours as it is written, or as a small one."""
    return bool(_read_as(one) & _read_as(other))


def _read_as(name: str) -> set[str]:
    plain = _SIGNS.sub("", "".join(map(_drawn, name)))
    return {bare for text in (plain, plain.casefold(), plain.upper()) if (bare := _bare(text))}


def _bare(name: str) -> str:
    letters = _unmasked(name).casefold().translate(_LETTERS).translate(_STROKES)
    return "".join(character for character in fold(re.sub(r"[\W_]+", "", letters)) if character.isalnum())


def _drawn(character: str) -> str:
    """A letter that Unicode only describes: `LATIN LETTER SMALL CAPITAL R`, `NEGATIVE SQUARED LATIN CAPITAL LETTER R`."""
    if character.isascii():
        return character
    found = _DESCRIBED.fullmatch(unicodedata.name(character, ""))
    return found[1].lower() if found is not None else character


@lru_cache(maxsize=64)
def _matcher(words: tuple[str, ...]) -> re.Pattern[str]:
    patterns = []
    for word in words:
        bare = fold(word.rstrip("*")).strip()
        if bare:
            patterns.append(re.escape(bare) + (r"\w*" if word.endswith("*") else ""))
    return re.compile(rf"(?<= )(?:{'|'.join(patterns)})(?= )") if patterns else re.compile(r"(?!)")


def has_link(text: str) -> bool:
    """Whether it leads away."""
    return leads_away(text, _unmasked)
