"""A shop's `/products.json` comes in pages: as many as there are, read into one file.

Shopify gives 30 products unless `limit` asks for more (250 at most), and the next ones under `page`, until a page is empty.
"""

import asyncio
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
from msgspec import Raw, Struct

from studio.i18n import N_
from studio.server.catalogue.fetcher import FEED_MAX, FEED_S, Fetcher, FetchFailed

PAGE_MAX = 64 << 20
PAGES_MAX = 2000
LIMIT = "250"
_PATH = "/products.json"


class _Page(Struct):
    products: list[Raw]


def site_of(url: str) -> str:
    """The shop that an address belongs to, for the links of a feed: never the feed's own path."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""


async def fetch_feed(fetcher: Fetcher, url: str, into: Path) -> None:
    """Write what a feed's address has into a file, all pages of it. Raises `FetchFailed`."""
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    if not parts.path.endswith(_PATH) or "page" in dict(asked):
        await fetcher.fetch(url, into, most=FEED_MAX, time_s=FEED_S)
        return
    loop = asyncio.get_running_loop()
    end_s = loop.time() + FEED_S
    page = into.with_suffix(".page")
    asked = [*(pair for pair in asked if pair[0] != "limit"), ("limit", dict(asked).get("limit", LIMIT))]
    size, before = 0, b""
    try:
        with into.open("wb") as file:
            file.write(b'{"products":[')
            for number in range(1, PAGES_MAX + 1):
                here = urlunsplit(parts._replace(query=urlencode([*asked, ("page", str(number))])))
                await fetcher.fetch(here, page, most=PAGE_MAX, time_s=max(1.0, end_s - loop.time()))
                data = await asyncio.to_thread(page.read_bytes)
                products = await asyncio.to_thread(_products, data)
                if products is None and number > 1:  # what was read would be taken for the whole shop
                    raise FetchFailed(N_("Page {number} is no list of products"), number=number)
                if not products or data == before:  # the end, no list at all, or a server that knows no pages
                    break
                size += len(data)
                if size > FEED_MAX:
                    raise FetchFailed("It is larger than {most} MB", most=FEED_MAX >> 20)
                file.write((b"," if number > 1 else b"") + b",".join(map(bytes, products)))
                before = data
            file.write(b"]}")
        if not before:  # whoever reads it says what it is
            await asyncio.to_thread(into.write_bytes, data)
    finally:
        page.unlink(missing_ok=True)


def _products(data: bytes) -> list[Raw] | None:
    """The products of a page as they stand; None when it is no page of products."""
    try:
        return msgspec.json.decode(data, type=_Page).products
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
