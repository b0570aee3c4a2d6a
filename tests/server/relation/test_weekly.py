"""A list of one's own on Mondays: from what one did, without what one bought or refused; popular things for everybody else."""

from typing import Any

import pytest

from studio.relation.names import ITEM_REFUSED, ORDER_COMPLETED, PRODUCT_VIEWED
from studio.server.app import ShowServer
from studio.server.db import catalogue, tables
from studio.server.db.engine import writing
from studio.show.product import CatalogueProduct, Offer
from tests.server.conftest import BOTH_DATABASES
from tests.server.fakes import PushedClock
from tests.server.relation.shop import NewPage, Page, rows

pytestmark = BOTH_DATABASES
PRODUCTS = [f"p{number}" for number in range(30)]


async def fill(server: ShowServer, *gone: str) -> None:
    products = [
        CatalogueProduct(
            id=name, title=f"Product {name}", currency="DKK", offer=Offer(price_minor=1000, stock=0 if name in gone else 5)
        )
        for name in PRODUCTS
    ]
    async with writing(server.log._engine).begin() as connection:
        await catalogue.put(connection, products, 1)


async def crowd(make: NewPage) -> None:
    """Ten people who looked at p0, p1 and p2, and a few who looked at others."""
    for _ in range(10):
        page = make()
        await page.send(*(page.one(PRODUCT_VIEWED, name) for name in ("p0", "p1", "p2", "p3")))
    for name in PRODUCTS[10:14]:
        await make().did(PRODUCT_VIEWED, name)


async def for_you(page: Page, **wanted: Any) -> dict[str, Any]:
    status, said = await page.post("for-you", {"language": "en"} | wanted)
    assert status == 200
    return said


def next_week(server: ShowServer, hands: PushedClock) -> None:
    zone = server.relation.book.zone
    hands.push((zone.next_weekly_ms(hands.wall_ms(), 0, 5) - hands.wall_ms()) / 1000 + 60)


async def made(server: ShowServer) -> None:
    while await server.relation.weekly.step():
        pass


async def test_on_monday_everybody_has_their_own(server: ShowServer, new_page: NewPage, hands: PushedClock) -> None:
    await fill(server, "p3")
    await crowd(new_page)
    page = new_page()
    await page.send(*(page.one(PRODUCT_VIEWED, name) for name in ("p0", "p20", "p21")))
    before = await for_you(page)
    assert before["personal"] is False
    assert {item["reason"] for item in before["items"]} == {"Popular this month"}
    next_week(server, hands)
    await made(server)
    mine = await for_you(page)
    assert mine["personal"]
    ids = [item["id"] for item in mine["items"]]
    assert "p1" in ids
    assert "p3" not in ids, "nobody is shown what is sold out"
    assert not {"p0", "p20", "p21"} & set(ids), "what they know they need no list for"
    (first,) = [item for item in mine["items"] if item["id"] == "p1"]
    assert first["reason"] == "You looked at Product p0"
    assert len(ids) == len(set(ids)) <= 12
    await made(server)
    lists = await rows(server, tables.weekly_lists)
    assert len({(row["profile"], row["week"]) for row in lists}) == len(lists)
    assert (await for_you(page))["items"] == mine["items"], "it is the same all week"


async def test_bought_refused_and_in_the_cart_are_not_in_it(server: ShowServer, new_page: NewPage, hands: PushedClock) -> None:
    await fill(server)
    await crowd(new_page)
    page = new_page()
    await page.send(*(page.one(PRODUCT_VIEWED, name) for name in ("p0", "p20", "p21")))
    next_week(server, hands)
    await made(server)
    assert {"p1", "p2", "p3"} <= {item["id"] for item in (await for_you(page))["items"]}
    await page.did(ITEM_REFUSED, "p1")
    await page.did(ORDER_COMPLETED, "p2", order_id="1", value_minor=100, currency="DKK")
    ids = {item["id"] for item in (await for_you(page, cart=["p3"]))["items"]}
    assert not {"p1", "p2", "p3"} & ids


async def test_who_takes_it_back_sees_what_everybody_sees(server: ShowServer, new_page: NewPage, hands: PushedClock) -> None:
    await fill(server)
    await crowd(new_page)
    page = new_page()
    await page.send(*(page.one(PRODUCT_VIEWED, name) for name in ("p0", "p20", "p21")))
    next_week(server, hands)
    await made(server)
    assert (await for_you(page))["personal"]
    await page.choose(analytics=True)
    assert (await for_you(page))["personal"] is False
    assert len(await rows(server, tables.weekly_lists)) == 14, "theirs is gone"
    stranger = new_page()
    stranger.choices = None
    assert (await for_you(stranger))["personal"] is False


@pytest.mark.parametrize("language", ["da", "da-DK"])
async def test_it_speaks_danish(server: ShowServer, new_page: NewPage, hands: PushedClock, language: str) -> None:
    await fill(server)
    await crowd(new_page)
    assert {item["reason"] for item in (await for_you(new_page(), language=language))["items"]} == {"Populært denne måned"}
