"""What strangers write, made fit to be shown: one line, in the order it is read, of a length that fits."""

import re
import unicodedata

MARKS_MAX = 3
"""Accents upon one letter; more are a way to paint over one's neighbours."""
_SPACE = re.compile(r"\s+")
_ZERO_WIDTH = frozenset("\u200b\u2060\ufeff\u180e\u00ad\u034f\u115f\u1160\u3164\uffa0")
_JOINER = "\u200d"


def clean(text: str, most: int) -> str:
    """`text` as one line of at most `most` characters: no control characters, bidirectional overrides or invisible letters,
    few accents a letter. Joiners stay within emoji."""
    kept: list[str] = []
    marks = 0
    # Cut before as well: normalising a megabyte to show a line would be somebody else's way to use our machine.
    for character in unicodedata.normalize("NFC", text[: most * 4]):
        category = unicodedata.category(character)
        if character in _ZERO_WIDTH or (category in ("Cf", "Cs", "Co", "Cn") and character != _JOINER):
            continue
        if category == "Cc":
            character = " "
        if category in ("Mn", "Me"):
            marks += 1
            if marks > MARKS_MAX or not kept:
                continue
        else:
            marks = 0
        if character == _JOINER and not (kept and unicodedata.category(kept[-1]) in ("So", "Sk", "Mn")):
            continue
        kept.append(character)
    return _SPACE.sub(" ", "".join(kept)).strip()[:most].strip(_JOINER + " ")


def initials(name: str) -> str:
    """One or two letters that stand for a name."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()
