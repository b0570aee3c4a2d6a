"""What people do in replays and clips: counted, attributed to the second of the show, and in the report."""

from typing import Any

import aiohttp
import pytest

from studio.commands.show import ShowCreate, ShowEnd, ShowStart
from studio.server.app import ShowServer
from studio.server.live.show import LiveShow
from studio.server.shop.report import gather
from tests.fakes import until
from tests.server.conftest import BOTH_DATABASES, MakeDesktop
from tests.server.fakes import Desktop, Programme, page
from tests.server.films.conftest import Sender
from tests.server.shop.conftest import OIL


@pytest.fixture
async def shop(server: ShowServer, make_desktop: MakeDesktop, programme: Programme) -> Desktop:
    """A desktop whose show `shop` ran for a while and has ended."""
    desktop = await make_desktop(show="shop").connect()
    await desktop.do(ShowCreate(id="shop", title="Aften", products=(OIL,)))
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    room = await server.live_shows.get("shop")
    await until(lambda: room.media_ms > 1100)
    await desktop.confirmed(ShowEnd())
    await desktop.pause()
    return desktop


@pytest.fixture
async def room(server: ShowServer, shop: Desktop) -> LiveShow:
    """Its room."""
    return await server.live_shows.get("shop")


@BOTH_DATABASES
@pytest.mark.parametrize("part", ["replay", "clip"])
async def test_what_is_done_and_bought_later_is_in_the_report(
    server: ShowServer, room: LiveShow, http: aiohttp.ClientSession, part: str
) -> None:
    async with page(http, server, show="shop") as visitor:
        for what in ("view", "cart"):
            await visitor.send(t="did", what=what, product="oil", media_ms=1050, part=part)
        await until(lambda: room.counters.numbers(0).carted == 1)
    order: dict[str, Any] = {
        "number": "A-1",
        "value_minor": 49_800,
        "currency": "DKK",
        "media_ms": 1050,
        "part": part,
        "lines": [{"product": "oil", "quantity": 2, "value_minor": 49_800, "media_ms": 1050, "part": part}],
    }
    async with http.post(f"{server.url}/api/shows/shop/orders", json=order) as response:
        assert response.status == 201
    assert server.tokens.engine is not None
    gathered = await gather(room, server.tokens.engine)
    counted = [(item.second, item.name, item.count) for item in gathered.counted if item.part == part]
    assert sorted(counted) == [(1, "cart", 1), (1, "view", 1)]
    (placed,) = gathered.orders
    assert (placed.part, placed.media_ms, placed.lines[0].part) == (part, 1050, part)
    (oil,) = gathered.figures.products
    assert (oil.views, oil.carted, oil.sold, oil.live, oil.later) == (1, 1, 2, 0, 2)
    sender = Sender(http, server.url)
    status, told = await sender.ask("GET", "/studio/shows/shop/report.json")
    assert status == 200
    assert told["orders"][0]["part"] == part


@pytest.mark.parametrize("part", ["telly", "", 7, None])
async def test_there_are_no_other_parts(server: ShowServer, room: LiveShow, http: aiohttp.ClientSession, part: Any) -> None:
    order = {"number": "A-1", "value_minor": 1, "currency": "DKK", "part": part}
    async with http.post(f"{server.url}/api/shows/shop/orders", json=order) as response:
        assert response.status == 400
