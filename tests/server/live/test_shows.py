"""Shows are made once and opened when somebody asks."""

import asyncio

import aiohttp
import pytest

from studio.commands.show import ShowCreate, ShowRename, ShowStart
from studio.errors import InvalidValue, NotFound
from studio.server.app import ShowServer
from studio.server.live.show import LiveShow
from studio.state import Product
from tests.fakes import until
from tests.server.conftest import BOTH_DATABASES, MakeDesktop, StartServer
from tests.server.fakes import Desktop, Programme

pytestmark = BOTH_DATABASES

CUP = Product(id="cup", title="Kop", price_minor=12_900)


async def test_a_show_that_is_there_is_left_as_it_is(desktop: Desktop, room: LiveShow) -> None:
    key = room.key
    await desktop.do(ShowRename(title="Kept"))
    assert await desktop.do(ShowCreate(id="demo", title="Another", unlisted=True, products=(CUP,))) == "demo"
    assert (room.show.title, room.shelf.products, room.unlisted, room.key) == ("Kept", (), False, key)


async def test_made_by_many_at_once_it_is_one(server: ShowServer, make_desktop: MakeDesktop) -> None:
    desktops = [await make_desktop(client=f"desk-{number}", show="").connect() for number in range(5)]
    await asyncio.gather(*(desktop.do(ShowCreate(id="new", title=desktop.client)) for desktop in desktops))
    room = await server.live_shows.get("new")
    assert len(room.studios.sessions) == 5
    assert [row["id"] for row in await server.live_shows.listed()] == ["new"]


async def test_it_has_the_products_in_their_order(desktop: Desktop, server: ShowServer) -> None:
    vase = Product(id="vase", title="Vase", price_minor=1)
    await desktop.do(ShowCreate(id="shop", title="Shop", products=(vase, CUP)))
    products = (await server.live_shows.get("shop")).shelf.products
    assert [(product.id, product.title, product.price_minor) for product in products] == [
        ("vase", "Vase", 1),
        ("cup", "Kop", 12_900),
    ]


async def test_two_products_of_one_id_are_refused_in_words(desktop: Desktop, server: ShowServer) -> None:
    with pytest.raises(InvalidValue, match="Two products have the same id") as caught:
        await desktop.do(ShowCreate(id="shop", title="Shop", products=(CUP, CUP)))
    assert caught.value.field == "products"
    with pytest.raises(NotFound):
        await server.live_shows.get("shop")


@pytest.mark.parametrize("show", ["", "x", "UPPER", "a_b", "-ab", "ab-", "a" * 65, "a b", "æøå"])
async def test_an_id_that_is_no_good_in_an_address_is_refused(desktop: Desktop, show: str) -> None:
    with pytest.raises(InvalidValue):
        await desktop.connection.request("show.create", {"id": show, "title": "x"})


async def test_every_show_has_a_key_of_its_own(desktop: Desktop, server: ShowServer) -> None:
    for name in ("one", "two"):
        await desktop.do(ShowCreate(id=name, title=name))
    keys = {(await server.live_shows.get(name)).key for name in ("one", "two", "demo")}
    assert len(keys) == 3
    assert all(len(key) >= 22 for key in keys)


async def test_a_room_is_opened_once(desktop: Desktop, server: ShowServer) -> None:
    rooms = await asyncio.gather(*(server.live_shows.get("demo") for _ in range(10)))
    assert len(set(map(id, rooms))) == 1
    assert server.live_shows.open() == [rooms[0]]


async def test_nobody_opens_a_room_by_asking_for_a_show_that_is_not_there(
    server: ShowServer, http: aiohttp.ClientSession
) -> None:
    with pytest.raises(NotFound, match="There is no show nothing"):
        await server.live_shows.get("nothing")
    assert server.live_shows.open() == []


async def test_a_show_goes_on_where_it_was_after_the_server_was_restarted(
    desktop: Desktop, room: LiveShow, programme: Programme, server: ShowServer, start_server: StartServer
) -> None:
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    await until(lambda: room.show.media_ms >= 200)
    await desktop.close()
    await until(lambda: not server.link.engines)
    media_ms, before = room.show.media_ms, room.show
    await server.close()
    after = (await (await start_server()).live_shows.get("demo")).show
    assert (after.title, after.state, after.live_since_ms) == (before.title, "live", before.live_since_ms)
    assert (after.seq, after.epoch, after.on_air, after.holder) == (before.seq, 1, False, "")
    assert media_ms <= after.media_ms < media_ms + 1500
