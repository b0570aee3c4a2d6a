"""Words of strangers: a description keeps a few harmless tags, everything else becomes one plain line."""

import html
import re

import nh3

DESCRIPTION_READ = 60_000
"""Characters of a description that are looked at; what is kept is less."""
LINE_READ = 10_000
_TAGS = {"p", "br", "ul", "ol", "li", "b", "strong", "i", "em", "h3", "h4", "a"}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener nofollow",
    url_relative="deny",
)
_PLAIN = nh3.Cleaner(tags=set(), attributes={}, link_rel=None)
TAGS_MAX = 2000
"""A description with more of them is no text: the cleaner's work grows with the square of how deep they lie."""
_TAG = re.compile("<[^<>]*>")
_MARKED = re.compile("[<&]")
_HALF = re.compile(r"<[^<>]*$|&[^;\s]{0,32}$")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Control characters, zero widths, marks that turn the writing direction, and halves of characters."""


def visible(text: str) -> str:
    """`text` without characters that show nothing and only mislead."""
    return _INVISIBLE.sub("", text) if not text.isprintable() else text


def line(text: str, most: int) -> str:
    """One plain line of at most `most` characters: entities decoded, tags stripped, white space collapsed."""
    text = text[:LINE_READ]
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = html.unescape(_cleaned(_PLAIN, text))
    return " ".join(visible(text).split())[:most].rstrip()


def description(text: str, most: int) -> str:
    """Clean HTML of at most `most` characters. Plain text keeps its line ends as `<br>`."""
    text = visible(text[:DESCRIPTION_READ]).strip()
    if _MARKED.search(text):
        return cut(_cleaned(_CLEANER, text).strip(), most)
    return cut(text.replace(">", "&gt;").replace("\n", "<br>"), most)


def _cleaned(cleaner: nh3.Cleaner, text: str) -> str:
    """`text` as `cleaner` leaves it; of nothing but tags the words alone."""
    if text.count("<") > TAGS_MAX:
        text = html.escape(_TAG.sub("", text), quote=False)
    return cleaner.clean(text)


def cut(clean: str, most: int) -> str:
    """Clean HTML made shorter without leaving a tag open or an entity in two."""
    if len(clean) <= most:
        return clean
    for kept in (most - 100, most * 3 // 4):
        shorter = _cleaned(_CLEANER, _HALF.sub("", clean[:kept]))
        if len(shorter) <= most:
            return shorter
    return ""  # nothing but tags inside tags
