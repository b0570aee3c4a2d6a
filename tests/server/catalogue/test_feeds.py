"""Feeds: read whole or not at all, again without a change, on a schedule, and cancelled with nothing half done."""

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from studio.commands.feed import FeedAdd, FeedRemove, FeedStop, FeedSync
from studio.commands.product import ProductAdd
from studio.errors import InvalidValue, NotFound, StudioError
from studio.link.server_process import Endpoint
from studio.link.shop_client import ReadDone, Reading, Refusal, ShopClient
from studio.queries.catalogue import Found
from studio.server.app import ShowServer
from studio.server.catalogue import feeds as feeds_module
from studio.server.catalogue import part as catalogue_part
from tests.fakes import until
from tests.server.catalogue.conftest import Shop
from tests.server.conftest import BOTH_DATABASES
from tests.server.fakes import TOKEN, Desktop

HEAD = (
    "Handle,Title,Variant SKU,Variant Price,Variant Compare At Price,Variant Inventory Qty,Variant Inventory Tracker,Image Src\n"
)


def feed(*lines: str) -> bytes:
    return (HEAD + "\n".join(lines) + "\n").encode()


OIL, CREAM = "oil,Ansigtsolie,S1,249,329,4,shopify,", "cream,Natcreme,S2,379,,9,shopify,"


async def read(client: ShopClient, tmp_path: Path, content: bytes, name: str = "feed.csv") -> tuple[ReadDone, list[Refusal]]:
    path = tmp_path / name
    path.write_bytes(content)
    refused: list[Refusal] = []
    done = await client.import_feed(
        path, {"currency": "DKK"}, lambda said: refused.append(said) if isinstance(said, Refusal) else None
    )
    return done, refused


@BOTH_DATABASES
async def test_a_feed_is_read_and_read_again_without_a_change(client: ShopClient, tmp_path: Path) -> None:
    done, refused = await read(client, tmp_path, feed(OIL, CREAM, "bad,,S3,12,,,,", "worse,Dyr,S4,gratis,,,,"))
    assert (done.products, done.new, done.refused) == (2, 2, 2)
    assert [(one.line, one.id) for one in refused if not one.kept][-1] == (5, "worse")
    done, _ = await read(client, tmp_path, feed(OIL, CREAM))
    assert (done.new, done.changed, done.gone) == (0, 0, 0)
    found = await client.catalogue("olie s1")
    assert [(product.id, product.offer.sale_minor, product.offer.price_minor) for product in found] == [("oil", 24_900, 32_900)]
    assert await client.catalogue("nothing %_ like this") == ()


@BOTH_DATABASES
async def test_the_catalogue_is_searched_over_the_link(client: ShopClient, tmp_path: Path, desk: Desktop) -> None:
    await read(client, tmp_path, feed(OIL, CREAM))

    async def search(**args: Any) -> Found:
        return msgspec.convert(await desk.connection.request("catalogue.search", args), Found)

    found = await search(words="olie s1")
    assert [(product.id, product.offer.price_minor) for product in found.products] == [("oil", 32_900)]
    assert not found.more
    first = await search(limit=1)
    assert ([product.id for product in first.products], first.more) == (["oil"], True)
    second = await search(limit=1, offset=1)
    assert ([product.id for product in second.products], second.more) == (["cream"], False)
    assert (await search(words="nothing %_ like this")).products == ()


async def test_an_answer_is_as_long_as_the_link_carries(
    client: ShopClient, tmp_path: Path, desk: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    await read(client, tmp_path, feed(OIL, CREAM))

    async def search() -> Found:
        return msgspec.convert(await desk.connection.request("catalogue.search", {}), Found)

    whole = await search()
    monkeypatch.setattr(catalogue_part, "ANSWER_MAX", len(msgspec.json.encode(whole.products)) - 10)
    found = await search()
    assert (len(found.products), found.more) == (1, True)
    monkeypatch.setattr(catalogue_part, "ANSWER_MAX", 1)
    found = await search()
    assert (len(found.products), found.more) == (1, True), "however large one is, who goes through them gets on"


async def test_a_list_is_told_what_it_shows(client: ShopClient, tmp_path: Path, desk: Desktop) -> None:
    described = feed("oil,Ansigtsolie,S1,249,329,4,shopify,https://shop.example/oil.jpg").replace(
        b"Handle,Title,", b"Handle,Title,Body (HTML),"
    )
    await read(client, tmp_path, described.replace(b"oil,Ansigtsolie,", b"oil,Ansigtsolie,<p>" + b"Lang " * 500 + b"</p>,"))
    (product,) = await client.catalogue("oil")
    assert len(product.description) > 2000
    (listed,) = msgspec.convert(await desk.connection.request("catalogue.search", {"words": "oil"}), Found).products
    assert (listed.description, listed.images, listed.offer) == ("", product.images[:1], product.offer)


@BOTH_DATABASES
async def test_a_show_follows_the_feed(client: ShopClient, tmp_path: Path, desk: Desktop, open_server: ShowServer) -> None:
    await read(client, tmp_path, feed(OIL, CREAM))
    await desk.do(ProductAdd(products=("oil", "cream")))
    await read(client, tmp_path, feed(OIL.replace("249", "199").replace(",4,", ",0,")))
    room = await open_server.live_shows.get("shop")
    oil, cream = room.shelf.products
    assert (oil.price_minor, oil.stock, oil.sold_out, oil.gone) == (19_900, 0, True, False)
    assert (cream.gone, cream.title) == (True, "Natcreme"), "it stays in the show, marked"
    assert [product.id for product in await client.catalogue("")] == ["oil"]
    await read(client, tmp_path, feed(OIL, CREAM))
    assert not room.shelf.products[1].gone


async def test_the_price_history_grows_only_with_the_price(
    client: ShopClient, tmp_path: Path, desk: Desktop, open_server: ShowServer
) -> None:
    for content in (
        feed(OIL),
        feed(OIL.replace("Ansigtsolie", "Olie")),
        feed(OIL.replace(",4,", ",3,")),
        feed(OIL.replace("249", "239")),
    ):
        await read(client, tmp_path, content)
    await desk.do(ProductAdd(products=("oil",)))
    room = await open_server.live_shows.get("shop")
    stocked = room.shelf.stocked("oil")
    assert stocked is not None
    assert [past.offer.sale_minor for past in stocked.history] == [24_900, 23_900]
    assert room.shelf.products[0].claim == "higher", "it was 249 a moment ago, which is less than 329"


@pytest.mark.parametrize("content", [b"", b"no feed at all", b"<html></html>", HEAD.encode(), b"\x00" * 1000])
async def test_what_is_no_feed_changes_nothing(client: ShopClient, tmp_path: Path, content: bytes) -> None:
    await read(client, tmp_path, feed(OIL))
    with pytest.raises(InvalidValue):
        await read(client, tmp_path, content)
    assert [product.id for product in await client.catalogue("")] == ["oil"]


async def test_a_cancelled_import_leaves_nothing(client: ShopClient, tmp_path: Path, open_server: ShowServer) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(feed(*(f"p{n},Product {n},S{n},{n}.00,,,," for n in range(1, 20_001))))
    half = asyncio.Event()

    def told(said: Reading | Refusal) -> None:
        if isinstance(said, Reading) and said.products > 5000:
            half.set()

    task = asyncio.create_task(client.import_feed(path, {"currency": "DKK"}, told))
    await until(half.is_set)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await read(client, tmp_path, feed(OIL))  # one at a time: it has been put away
    assert [product.id for product in await client.catalogue("")] == ["oil"]


async def test_only_studios_import_and_search(open_server: ShowServer, http: aiohttp.ClientSession) -> None:
    for headers in ({}, {"Authorization": "Bearer nobody"}, {"Authorization": f"Bearer {TOKEN}", "Origin": open_server.url}):
        async with http.get(f"{open_server.url}/studio/catalogue", headers=headers) as response:
            assert response.status in (401, 403)
        async with http.post(f"{open_server.url}/studio/import", headers=headers, data=b"x") as response:
            assert response.status in (401, 403)


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────


@BOTH_DATABASES
async def test_an_address_is_read_when_asked_and_forgotten(desk: Desktop, client: ShopClient, feed_shop: Shop) -> None:
    feed_shop.answers["/feed.csv"] = feed(OIL, CREAM)
    address = f"{feed_shop.url}/feed.csv?token=secret"
    identity = await desk.do(FeedAdd(url=address, currency="DKK", name="Butikken"))
    (told,) = await desk.branch("feeds", lambda feeds: feeds and feeds[0]["products"] == 2 and not feeds[0]["running"])
    assert "secret" not in json.dumps(told), "tokens in addresses are nobody's to see"
    feed_shop.answers["/feed.csv"] = feed(OIL)
    await desk.do(FeedSync(feed=identity))
    await desk.branch("feeds", lambda feeds: feeds and feeds[0]["products"] == 1)
    await desk.do(FeedRemove(feed=identity))
    assert await client.catalogue("") == ()
    with pytest.raises(NotFound):
        await desk.do(FeedSync(feed=identity))


async def test_a_feed_that_fails_says_why_and_keeps_what_there_was(desk: Desktop, client: ShopClient, feed_shop: Shop) -> None:
    feed_shop.answers["/feed.csv"] = feed(OIL)
    identity = await desk.do(FeedAdd(url=f"{feed_shop.url}/feed.csv", currency="DKK"))
    await desk.branch("feeds", lambda feeds: feeds and feeds[0]["products"] == 1)
    del feed_shop.answers["/feed.csv"]
    await desk.do(FeedSync(feed=identity))
    (told,) = await desk.branch("feeds", lambda feeds: feeds and feeds[0]["problem"])
    assert told["problem"] == "127.0.0.1 answered 404"
    assert len(await client.catalogue("")) == 1


async def test_a_feed_on_a_schedule_is_read_by_itself(
    desk: Desktop, feed_shop: Shop, monkeypatch: pytest.MonkeyPatch, open_server: ShowServer
) -> None:
    feed_shop.answers["/feed.csv"] = feed(OIL)
    await desk.do(FeedAdd(url=f"{feed_shop.url}/feed.csv", currency="DKK", every_minutes=15))
    await until(lambda: len(feed_shop.asked) == 1 and not open_server.catalogue.feeds._reading)
    feeds = open_server.catalogue.feeds
    feeds._rows = {id: row | {"read_ms": row["read_ms"] - 16 * feeds_module.MINUTE_MS} for id, row in feeds._rows.items()}
    monkeypatch.setattr(feeds_module, "POLL_S", 0.01)
    assert feeds._schedule is not None
    feeds._schedule.cancel()
    feeds._schedule = asyncio.create_task(feeds._keep_schedule())
    await until(lambda: len(feed_shop.asked) == 2)


async def test_a_feed_that_never_ends_can_be_stopped(desk: Desktop, feed_shop: Shop, open_server: ShowServer) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(HEAD.encode())
        with contextlib.suppress(ConnectionError):
            while True:
                await response.write(b"p,Product,S,1.00,,,,\n" * 1000)
                await asyncio.sleep(0.01)
        return response

    feed_shop.answers["/feed.csv"] = endless
    identity = await desk.do(FeedAdd(url=f"{feed_shop.url}/feed.csv", currency="DKK"))
    await until(lambda: feed_shop.asked)
    await desk.do(FeedStop(feed=identity))
    await desk.branch("feeds", lambda feeds: feeds and not feeds[0]["running"])
    await until(lambda: not list(open_server.catalogue.feeds._folder.glob("in-*")))


async def test_the_servers_own_network_is_refused(server: ShowServer, http: aiohttp.ClientSession, feed_shop: Shop) -> None:
    feed_shop.answers["/feed.csv"] = feed(OIL)
    client = ShopClient(http, Endpoint(server.url, TOKEN))
    port = feed_shop.url.rpartition(":")[2]
    for host in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1", "2130706433", "[::ffff:127.0.0.1]"):
        with pytest.raises(StudioError):
            await client.import_feed(f"http://{host}:{port}/feed.csv", {}, lambda said: None)
    assert feed_shop.asked == []
