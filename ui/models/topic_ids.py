"""An id for a topic, made from its name: it is kept when the topic is renamed."""

import re
import unicodedata
from collections.abc import Container
from itertools import count

ID_MAX = 24
LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def topic_id(name: str, taken: Container[str]) -> str:
    """`natcreme-og-serum`; with a number where `taken` has it already."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", name).lower().translate(LETTERS))
    whole = re.sub(r"[^a-z0-9]+", "-", re.sub(r"[\u0300-\u036f]", "", plain)).strip("-")[:ID_MAX].strip("-") or "topic"
    if whole not in taken:
        return whole
    numbered = (f"{whole[: ID_MAX - len(f'-{n}')].rstrip('-')}-{n}" for n in count(2))
    return next(one for one in numbered if one not in taken)
