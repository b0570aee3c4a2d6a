"""What anybody may read about a show."""

from typing import Any

import aiohttp
import pytest

from studio.commands.show import ShowCreate, ShowStart
from studio.server.app import ShowServer
from studio.state import Product
from tests.fakes import until
from tests.server.fakes import Desktop, Programme

CUP = Product(id="cup", title="Kop", price_minor=12_900, stock=3)


async def ask(http: aiohttp.ClientSession, server: ShowServer, path: str, **query: str) -> tuple[int, Any]:
    async with http.get(server.url + path, params=query) as response:
        return response.status, await response.json(content_type=None)


async def test_a_draft_is_announced_and_not_on_air(desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    status, show = await ask(http, server, "/api/shows/demo")
    assert status == 200
    assert (show["id"], show["title"], show["brand"]) == ("demo", "Autumn <colours>", "Nordlys")
    assert (show["state"], show["on_air"], show["media_ms"]) == ("draft", False, 0)
    assert (show["whep"], show["socket"]) == ("/shows/demo/whep", "/shows/demo/ws")


async def test_what_is_sold_and_when_is_there(desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    await desktop.do(ShowCreate(id="shop", title="Shop", products=(CUP,), starts_at_ms=1_800_000_000_000, poster="/p.webp"))
    _, show = await ask(http, server, "/api/shows/shop")
    assert show["products"][0]["title"] == "Kop"
    assert show["products"][0]["price_minor"] == 12_900
    assert (show["starts_at_ms"], show["poster"]) == (1_800_000_000_000, "/p.webp")


async def test_a_live_show_is_on_air_and_its_clock_runs(
    desktop: Desktop, programme: Programme, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    room = await server.live_shows.get("demo")
    await until(lambda: room.show.media_ms > 0)
    _, show = await ask(http, server, "/api/shows/demo")
    assert (show["state"], show["on_air"]) == ("live", True)
    assert show["media_ms"] > 0
    assert show["live_since_ms"] > 1_700_000_000_000


async def test_neither_holder_nor_key_nor_epoch_is_anybodys_business(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    _, show = await ask(http, server, "/api/shows/demo")
    assert not {"holder", "key", "epoch", "readers", "unlisted", "origin_ms"} & show.keys()


async def test_an_unknown_show_is_not_found(server: ShowServer, http: aiohttp.ClientSession) -> None:
    assert (await ask(http, server, "/api/shows/nothing"))[0] == 404


async def test_an_unlisted_show_needs_its_key(desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    await desktop.do(ShowCreate(id="secret", title="Secret", unlisted=True))
    key = (await server.live_shows.get("secret")).key
    assert len(key) >= 20
    assert (await ask(http, server, "/api/shows/secret"))[0] == 404
    assert (await ask(http, server, "/api/shows/secret", key="wrong"))[0] == 404
    assert (await ask(http, server, "/api/shows/secret", key="ø" * 30))[0] == 404
    assert (await ask(http, server, "/api/shows/secret", key=key))[1]["title"] == "Secret"


async def test_the_list_names_public_shows_only(desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    await desktop.do(ShowCreate(id="secret", title="Secret", unlisted=True))
    _, answer = await ask(http, server, "/api/shows")
    assert answer == {"shows": [{"id": "demo", "title": "Autumn <colours>"}]}


@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
async def test_the_description_names_the_routes_that_are_there(
    server: ShowServer, http: aiohttp.ClientSession, method: str
) -> None:
    _, described = await ask(http, server, "/api/openapi.json")
    assert described["openapi"].startswith("3.1")
    for path, operations in described["paths"].items():
        if method in operations:
            url = server.url + path.replace("{show}", "x").replace("{session}", "y").replace("{film}", "a-film-of-nobody")
            async with http.request(method, url) as response:
                assert response.status not in (405, 500), f"{method} {path}"
