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
_ESCAPED = re.compile(r"&lt;/?(?:p|br|div|span|ul|ol|li|b|strong|i|em|h[1-6]|a|table)\b", re.IGNORECASE)
"""HTML that was written as text once too often."""
_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|center|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1256]|header|hr|legend"
    r"|main|nav|pre|section|summary|details|hgroup|menu|dialog|search|table|caption|thead|tbody|tfoot|tr)\b[^<>]*>",
    re.IGNORECASE,
)
_CELL = re.compile(r"</?t[dh]\b[^<>]*>", re.IGNORECASE)
_LAID_OUT = re.compile(
    r"</(?!(?:p|ul|ol|li|b|strong|i|em|h[34]|a|span)>)"
    r"|<(?:a[drs]|bl|c[ae]|d|f[io]|h[1256egr]|le|m[ae]|na|pr|s[eu]|t[abdfhr])",
    re.IGNORECASE,
)
"""Whether there is a tag that may have to leave room: most descriptions have none."""
_ENDING = re.compile(rf"{_BLOCK.pattern}|{_CELL.pattern}|</?(?:p|li|ul|ol|h[34]|br)\b[^<>]*>", re.IGNORECASE)
_SPACES = re.compile("  +")
_BREAKS = re.compile(r" ?<br>(?:\s|<br>)*")
_AT_THE_EDGE = re.compile(r"^(?:<br>)+|(?:<br>)+$")
_BESIDE = re.compile(
    r"<br>(?=</?(?:p|ul|ol|li|h3|h4)\b)"
    r"|(?<=<p>)<br>|(?<=<[uo]l>)<br>|(?<=<li>)<br>|(?<=</[uo]l>)<br>|(?<=</li>)<br>|(?<=</h[34]>)<br>|(?<=</p>)<br>"
)
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
        text = html.unescape(_cleaned(_PLAIN, _ENDING.sub(r" \g<0>", text)))
    return " ".join(visible(text).split())[:most].rstrip()


def description(text: str, most: int) -> str:
    """Clean HTML of at most `most` characters. Plain text keeps its line ends as `<br>`; blocks whose tags are not kept leave a
    line end, and the cells of a table a space, where they were."""
    text = visible(text[:DESCRIPTION_READ]).strip()
    if "<" not in text and _ESCAPED.search(text):
        text = html.unescape(text)
    if _TAG.search(text) is None:
        return cut(html.escape(visible(html.unescape(text)), quote=False).replace("\n", "<br>"), most)
    if _LAID_OUT.search(text):
        text = _CELL.sub(" ", _BLOCK.sub("<br>", text))
    return cut(_tidy(_cleaned(_CLEANER, text)), most)


def _tidy(clean: str) -> str:
    """Without the line ends that blocks leave at the edges, twice, or beside what breaks the line anyway."""
    clean = _SPACES.sub(" ", clean)
    if "<br>" not in clean:
        return clean.strip()
    return _AT_THE_EDGE.sub("", _BESIDE.sub("", _BREAKS.sub("<br>", clean))).strip()


def _cleaned(cleaner: nh3.Cleaner, text: str) -> str:
    """`text` as `cleaner` leaves it; of nothing but tags the words alone."""
    if text.count("<") > TAGS_MAX:
        text = html.escape(_TAG.sub(lambda tag: " " if _ENDING.match(tag[0]) else "", text), quote=False)
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
