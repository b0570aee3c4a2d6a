"""A shop's list in pages, the links of its products, and what the brand has set."""

import asyncio
import json
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from studio.commands.feed import BrandSet, FeedAdd, FeedChange
from studio.errors import InvalidValue, StudioError
from studio.link.shop_client import ReadDone, ShopClient
from studio.server.app import ShowServer
from studio.server.catalogue import paged
from studio.show.brand import Brand
from studio.show.read_as import Convention
from tests.fakes import until
from tests.server.catalogue.conftest import Shop
from tests.server.conftest import BOTH_DATABASES
from tests.server.fakes import Desktop

WOO = "ID,Type,SKU,Name,Published,Regular price\n"


def product(number: int) -> dict[str, object]:
    variant = {"id": 10**13 + number, "option1": "Default Title", "sku": f"V{number}", "price": "149.00"}
    return {"id": number, "title": f"Vare {number}", "handle": f"vare-{number}", "variants": [variant]}


def in_pages(count: int, most: int = 250, deaf: bool = False) -> object:
    """Shopify's `/products.json`; `deaf` to what is asked."""

    async def answer(request: web.Request) -> web.Response:
        asked = {} if deaf else parse_qs(request.query_string)
        size, page = min(most, int(asked.get("limit", ["30"])[0])), int(asked.get("page", ["1"])[0])
        found = [product(number) for number in range(1, count + 1)][(page - 1) * size : page * size]
        return web.json_response({"products": found})

    return answer


async def read(client: ShopClient, what: str | Path, **options: str) -> ReadDone:
    return await client.import_feed(what, {"currency": "DKK", **options}, lambda said: None)


@pytest.mark.parametrize(("count", "most", "pages"), [(75, 250, 2), (75, 30, 4), (250, 250, 2), (251, 250, 3), (1, 250, 2)])
async def test_all_pages_are_read(client: ShopClient, feed_shop: Shop, count: int, most: int, pages: int) -> None:
    feed_shop.answers["/products.json"] = in_pages(count, most)
    done = await read(client, f"{feed_shop.url}/products.json")
    assert (done.products, done.refused, len(feed_shop.asked)) == (count, 0, pages)
    last = (await client.catalogue(f"vare-{count}") or await client.catalogue(f"Vare {count}"))[-1]
    assert (last.url, last.offer.cart_id) == (f"{feed_shop.url}/products/vare-{count}", str(10**13 + count))


async def test_a_server_that_knows_no_pages_is_asked_twice(client: ShopClient, feed_shop: Shop) -> None:
    feed_shop.answers["/collections/all/products.json"] = in_pages(30, deaf=True)
    assert (await read(client, f"{feed_shop.url}/collections/all/products.json")).products == 30
    assert len(feed_shop.asked) == 2


async def test_one_page_that_was_asked_for_is_one(client: ShopClient, feed_shop: Shop) -> None:
    feed_shop.answers["/products.json"] = in_pages(75)
    assert (await read(client, f"{feed_shop.url}/products.json?limit=10&page=2")).products == 10
    assert len(feed_shop.asked) == 1


@pytest.mark.parametrize("content", [b"<html>Not found</html>", b"{}", b'{"products": 5}', b"[" * 100_000])
async def test_what_is_no_list_says_so(client: ShopClient, feed_shop: Shop, content: bytes) -> None:
    feed_shop.answers["/products.json"] = content
    with pytest.raises(InvalidValue):
        await read(client, f"{feed_shop.url}/products.json")


async def test_a_shop_without_an_end_has_one(
    client: ShopClient, feed_shop: Shop, monkeypatch: pytest.MonkeyPatch, open_server: ShowServer
) -> None:
    async def more(request: web.Request) -> web.Response:
        return web.json_response({"products": [product(int(request.query["page"]))]})

    feed_shop.answers["/products.json"] = more
    monkeypatch.setattr(paged, "PAGES_MAX", 5)
    assert (await read(client, f"{feed_shop.url}/products.json")).products == 5
    assert not list(open_server.config.data_dir.rglob("*.page"))


async def test_links_go_to_the_shop_and_not_to_the_feeds_file(client: ShopClient, feed_shop: Shop) -> None:
    feed_shop.answers["/export/wc.csv"] = (WOO + "11,simple,A,Ting,1,10\n").encode()
    await read(client, f"{feed_shop.url}/export/wc.csv")
    assert (await client.catalogue("Ting"))[0].url == f"{feed_shop.url}/?post_type=product&p=11"
    await read(client, f"{feed_shop.url}/export/wc.csv", url="https://garnet.dk")
    assert (await client.catalogue("Ting"))[0].url == "https://garnet.dk/?post_type=product&p=11"


async def test_secrets_of_an_address_are_not_in_links() -> None:
    assert paged.site_of("https://user:secret@shop.example.com:8443/feed.xml?key=1") == "https://shop.example.com:8443"


# ── what the brand has set ──────────────────────────────────────────────────────────────────────────────────────────


@BOTH_DATABASES
async def test_the_first_currency_is_the_brands(
    client: ShopClient, tmp_path: Path, open_server: ShowServer, desk: Desktop
) -> None:
    path = tmp_path / "wc.csv"
    path.write_text(WOO + "11,simple,A,Ting,1,10\n")
    with pytest.raises(InvalidValue, match="names no currency") as caught:
        await read(client, path, currency="")
    assert caught.value.field == "currency"
    await read(client, path, currency="SEK")
    assert open_server.catalogue.feeds.brand == Brand(currency="SEK")
    path.write_text(WOO + "11,simple,A,Ting,1,20\n")
    assert (await read(client, path, currency="", name="other.csv")).read_as.currency == "SEK"
    await desk.do(BrandSet(currency="EUR"))
    assert await desk.branch("brand", lambda brand: brand["currency"] == "EUR")
    with pytest.raises(InvalidValue, match="not a currency"):
        await desk.do(BrandSet(currency="XQZ"))
    await read(client, path, currency="", name="third.csv")
    assert (await client.catalogue("Ting"))[0].currency == "EUR"


async def test_a_feed_is_corrected_and_read_again(
    client: ShopClient, feed_shop: Shop, open_server: ShowServer, desk: Desktop
) -> None:
    feed_shop.answers["/wc.csv"] = (WOO + '11,simple,A,Ting,1,"63,992"\n').encode()
    feeds = open_server.catalogue.feeds
    feed = str(await desk.do(FeedAdd(url=f"{feed_shop.url}/wc.csv", currency="DKK")))
    await until(lambda: "two ways" in feeds.state[0].problem)
    await desk.do(FeedChange(feed=feed, convention=Convention(decimal=",", vat="25", shop="https://garnet.dk")))
    await until(lambda: feeds.state[0].products == 1 and not feeds.state[0].problem)
    found = (await client.catalogue("Ting"))[0]
    assert (found.offer.price_minor, found.url) == (7999, "https://garnet.dk/?post_type=product&p=11")
    assert (feeds.state[0].read_as.decimal, feeds.state[0].read_as.vat) == (",", "25")


async def test_a_correction_while_it_is_read_holds(
    client: ShopClient, feed_shop: Shop, open_server: ShowServer, desk: Desktop
) -> None:
    """The usual moment: the feed is slow, and somebody sees how it was read the last time."""
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(request: web.Request) -> web.Response:
        asked.set()
        await go_on.wait()
        return web.Response(text=WOO + "11,simple,A,Ting,1,100\n")

    feed_shop.answers["/wc.csv"] = slowly
    feeds = open_server.catalogue.feeds
    feed = str(await desk.do(FeedAdd(url=f"{feed_shop.url}/wc.csv", currency="DKK")))
    await asked.wait()
    await desk.do(FeedChange(feed=feed, convention=Convention(vat="25")))
    go_on.set()
    await until(lambda: feeds.state[0].products == 1 and not feeds.state[0].running)
    assert (feeds.state[0].convention.vat, feeds.state[0].read_as.vat) == ("25", "25")
    assert (await client.catalogue("Ting"))[0].offer.price_minor == 12500


async def test_read_once_more_by_hand_a_feed_is_read_as_it_was_corrected(
    client: ShopClient, feed_shop: Shop, open_server: ShowServer, desk: Desktop
) -> None:
    feed_shop.answers["/wc.csv"] = (WOO + "11,simple,A,Ting,1,100\n").encode()
    feeds = open_server.catalogue.feeds
    url = f"{feed_shop.url}/wc.csv"
    await desk.do(FeedAdd(url=url, currency="EUR", every_minutes=60, convention=Convention(vat="25")))
    await until(lambda: feeds.state[0].products == 1 and not feeds.state[0].running)
    done = await read(client, url, currency="")
    assert (done.read_as.vat, done.read_as.currency) == ("25", "EUR")
    assert [(one.every_minutes, one.convention.vat) for one in feeds.state] == [(60, "25")]


@pytest.mark.parametrize("broken", ["<html>Too many requests</html>", '{"products": [{"id'])
async def test_a_page_that_is_broken_is_not_the_end(client: ShopClient, feed_shop: Shop, broken: str) -> None:
    whole = in_pages(300)

    async def answer(request: web.Request) -> web.Response:
        if request.query.get("page") == "2":
            return web.Response(text=broken)
        return await whole(request)  # type: ignore[operator,no-any-return]

    feed_shop.answers["/products.json"] = answer
    with pytest.raises(StudioError, match="Page 2 is no list of products"):
        await read(client, f"{feed_shop.url}/products.json")


async def test_ids_may_be_as_long_as_shops_make_them(client: ShopClient, tmp_path: Path) -> None:
    path = tmp_path / "long.json"
    names = {"handle": "h" * 255, "title": "Lang", "options": [{"name": "Farve"}]}
    variants = [{"id": 1, "option1": "r" * 100, "price": 1}, {"id": 2, "option1": "b" * 100, "price": 2}]
    path.write_text(json.dumps({"products": [names | {"variants": variants}]}))
    await read(client, path)
    assert (await client.catalogue("Lang"))[0].id == "h" * 255
