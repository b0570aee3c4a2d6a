"""Product pictures: fetched once for a show, kept, and told to the pages."""

import aiohttp

from studio.commands.product import ProductAdd
from studio.commands.show import ShowCreate
from studio.link.server_process import Endpoint
from studio.link.shop_client import ShopClient
from studio.server.app import ShowServer
from tests.fakes import until
from tests.server.catalogue.conftest import Shop
from tests.server.catalogue.test_feeds import feed
from tests.server.catalogue.test_fetcher import bomb, png
from tests.server.conftest import BOTH_DATABASES
from tests.server.fakes import TOKEN, Desktop


@BOTH_DATABASES
async def test_a_picture_is_fetched_when_its_product_comes_into_a_show(
    open_server: ShowServer, http: aiohttp.ClientSession, feed_shop: Shop
) -> None:
    feed_shop.answers |= {"/oil.png": png(1600, 900), "/trap.png": bomb(40_000, 40_000)}
    lines = [f"{name},{name.title()},S-{name},10,,,,{feed_shop.url}/{name}.png" for name in ("oil", "trap", "other")]
    feed_shop.answers["/feed.csv"] = feed(*lines)
    client = ShopClient(http, Endpoint(open_server.url, TOKEN))
    await client.import_feed(f"{feed_shop.url}/feed.csv", {"currency": "DKK"}, lambda said: None)
    assert "/oil.png" not in feed_shop.asked, "fifty thousand pictures are nobody's to fetch"
    desktop = await Desktop(http, open_server.url, show="shop").connect()
    await desktop.do(ShowCreate(id="shop", title="Aften"))
    await desktop.do(ProductAdd(products=("oil", "trap")))
    room = await open_server.live_shows.get("shop")
    await until(lambda: room.shelf.products[0].image.startswith("/pictures/"))
    async with http.get(open_server.url + room.shelf.products[0].image) as response:
        assert (response.status, response.content_type) == (200, "image/webp")
        assert "immutable" in response.headers["Cache-Control"]
    await until(lambda: "/trap.png" in feed_shop.asked)
    assert room.shelf.products[1].image == f"{feed_shop.url}/trap.png", "a trap is not kept; the shop's address stays"
    await desktop.do(ShowCreate(id="next", title="Next"))
    await desktop.do(ProductAdd(products=("oil",)))
    second = await open_server.live_shows.get("next")
    assert second.shelf.products[0].image.startswith("/pictures/")
    assert feed_shop.asked.count("/oil.png") == 1
    for name in ("../shows.sqlite", "%2e%2e/shows.sqlite", "x.webp", "a" * 32 + ".png"):
        async with http.get(f"{open_server.url}/pictures/{name}") as response:
            assert response.status == 404
    await desktop.close()
