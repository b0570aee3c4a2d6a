"""Which pages letters may lead to."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

PLAIN = re.compile(
    r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?(/[A-Za-z0-9/._~%-]{0,200})?(\?[A-Za-z0-9=&._~%-]{0,100})?(#.*)?"
)
"""A page as shops have them: no place for words of one's own."""
LONGEST = 600


class OwnPages:
    """The brand's: `url()` is where people reach the server, `origins` are the sites that show its pages. A page says where it
    is, and may lie."""

    def __init__(self, url: Callable[[], str], origins: tuple[str, ...]) -> None:
        self._url = url
        self._origins = origins

    def own(self, page: str) -> str:
        """The page, if it is one of the brand's; empty for any other: a letter from the brand leads nowhere else."""
        ours = {_origin(one) for one in (*self._origins, self._url())}
        return page if PLAIN.fullmatch(page) and _origin(page) in ours else ""

    def way_back(self, page: str) -> str:
        """Where somebody is led back to who left a page of ours themselves, and may have come there by an advertisement: with all
        that stands in its address; empty for any other."""
        ours = {_origin(one) for one in (*self._origins, self._url())}
        page = page if len(page) <= LONGEST else page.partition("?")[0]
        plain = len(page) <= LONGEST and page.isascii() and page.isprintable() and not set(page) & set(' \\"<>')
        return page if plain and page.startswith(("http://", "https://")) and _origin(page) in ours else ""


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
