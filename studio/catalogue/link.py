"""Links of a feed: http and https only, relative ones from the shop's address on."""

import re
from urllib.parse import urljoin

from studio.show.product import URL_MAX

_LINK = re.compile(r"""https?://[^\s/?#@\\"'<>]+(?:[/?#][^\s"<>\\]*)?""", re.IGNORECASE)

_AMPERSAND = re.compile("&(?:amp|#0*38);", re.IGNORECASE)
"""What shops write into addresses twice."""


def link(text: str, base: str = "") -> str:
    """The whole address, or nothing when it is no web address."""
    text = text.strip().replace(" ", "%20")
    if "&" in text:
        text = _AMPERSAND.sub("&", text)
    if len(text) > URL_MAX:
        return ""
    if text.startswith("//"):
        text = "https:" + text
    elif base and not re.match("[a-z][a-z0-9+.-]*:", text, re.IGNORECASE):
        try:
            text = urljoin(base, text)
        except ValueError:
            return ""
    return text if len(text) <= URL_MAX and _LINK.fullmatch(text) else ""


def listed(text: str) -> list[str]:
    """The links of a comma-joined cell. A comma inside a link stays when nothing that begins a link follows it."""
    parts = re.split(r"(?<!\\),(?:\s+|(?=[a-z][a-z0-9+.-]*:|//))", text, flags=re.IGNORECASE)
    return [part.replace("\\,", ",").strip(" ,") for part in parts if part.strip(" ,")]
