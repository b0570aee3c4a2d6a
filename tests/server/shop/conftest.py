"""A show with products, and who looks at it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from studio.commands.show import ShowCreate
from studio.server.app import ShowServer
from studio.server.live.show import LiveShow
from studio.show.product import PricePoint
from studio.show.shelf import Product
from tests.server.conftest import MakeDesktop
from tests.server.fakes import Desktop, Page, page

LONG_AGO_MS = 1_600_000_000_000
OIL = Product(
    id="oil",
    title="Ansigtsolie",
    price_minor=24_900,
    before_minor=32_900,
    stock=41,
    gtin="5701234567899",
    history=(PricePoint(at_ms=LONG_AGO_MS, price_minor=32_900),),
)
CREAM = Product(id="cream", title="Natcreme", price_minor=37_900, before_minor=45_000, stock=3)
MASK = Product(id="mask", title="Lermaske", price_minor=19_900, stock=0)
MIST = Product(id="mist", title="Mist", price_minor=14_900)


@pytest.fixture
async def shop(make_desktop: MakeDesktop) -> Desktop:
    """A desktop whose show `shop` sells four products."""
    desktop = await make_desktop(show="shop").connect()
    await desktop.do(ShowCreate(id="shop", title="Aften", brand="Matilde", products=(OIL, CREAM, MASK, MIST)))
    return desktop


@pytest.fixture
async def room(server: ShowServer, shop: Desktop) -> LiveShow:
    """Its room."""
    return await server.live_shows.get("shop")


@pytest.fixture
async def visitor(http: aiohttp.ClientSession, server: ShowServer, shop: Desktop) -> AsyncIterator[Page]:
    """A page that is open on it."""
    async with page(http, server, show="shop") as opened:
        yield opened
