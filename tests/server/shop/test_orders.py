"""Orders: told by the page or signed by the shop, counted once, attributed to product and second, and what the report says."""

import csv
import hashlib
import hmac
import io
import json
import time
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from studio.commands.chat import ChatSay, PollOpen
from studio.commands.product import ProductPin
from studio.commands.show import ShowCreate
from studio.errors import Forbidden
from studio.server.app import ShowServer
from studio.server.config import ShopRules
from studio.server.live.show import LiveShow
from studio.server.shop import orders
from studio.server.shop.order_lines import OrderLine
from studio.server.shop.report import gather, table
from tests.fakes import until
from tests.server.conftest import BOTH_DATABASES, MakeDesktop, StartServer
from tests.server.fakes import TOKEN, Desktop, Page
from tests.server.shop.conftest import CREAM, OIL

SECRET = "the shop's secret"
ORDER: dict[str, Any] = {
    "number": "A-1",
    "value_minor": 49_800,
    "currency": "DKK",
    "lines": [{"product": "oil", "quantity": 2, "value_minor": 49_800, "media_ms": 0, "part": "live"}],
}


@pytest.fixture
async def shop_url(start_server: StartServer, tmp_path: Path, http: aiohttp.ClientSession) -> AsyncIterator[str]:
    """A server that knows the shop's secret, and has a show."""
    (tmp_path / "secret").write_text(SECRET)
    server = await start_server(shop=ShopRules(orders_secret_file=str(tmp_path / "secret")))
    desktop = await Desktop(http, server.url, show="shop").connect()
    await desktop.do(ShowCreate(id="shop", title="Aften", products=(OIL, CREAM)))
    yield server.url
    await desktop.close()


def signed(body: bytes, at_s: float | None = None, secret: str = SECRET) -> dict[str, str]:
    stamp = str(round(time.time() if at_s is None else at_s))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"Vitrine-Signature": f"t={stamp},v1={digest}"}


async def webhook(http: aiohttp.ClientSession, url: str, order: dict[str, Any], headers: dict[str, str] | None = None) -> int:
    body = json.dumps(order).encode()
    async with http.post(f"{url}/api/orders", data=body, headers=signed(body) if headers is None else headers) as response:
        return response.status


@BOTH_DATABASES
async def test_a_signed_order_is_counted_once(shop_url: str, http: aiohttp.ClientSession) -> None:
    order = ORDER | {"type": "order", "show": "shop"}
    assert await webhook(http, shop_url, order) == 201
    assert await webhook(http, shop_url, order) == 200, "the same again is no news"
    async with http.get(f"{shop_url}/studio/shows/shop/report.json", headers={"Authorization": f"Bearer {TOKEN}"}) as response:
        told = await response.json(content_type=None)
    assert (told["figures"]["orders"], told["figures"]["verified"], told["figures"]["value"]) == (1, 1, {"DKK": 49_800})


async def test_a_replayed_forged_or_old_webhook_is_refused(shop_url: str, http: aiohttp.ClientSession) -> None:
    order = ORDER | {"type": "order", "show": "shop"}
    body = json.dumps(order).encode()
    old = signed(body, time.time() - 3600)
    forged = signed(body, secret="guess")
    other = signed(b"another body")
    for headers in (old, forged, other, {}, {"Vitrine-Signature": "t=1,v1=zz"}):
        assert await webhook(http, shop_url, order, headers) == 403


@pytest.mark.parametrize(
    "change",
    [{"currency": "dkk"}, {"currency": "ABC"}, {"value_minor": -1}, {"number": ""}, {"number": "x" * 81}, {"part": "telly"}],
)
async def test_an_order_that_makes_no_sense_is_refused(
    shop_url: str, http: aiohttp.ClientSession, change: dict[str, Any]
) -> None:
    assert await webhook(http, shop_url, ORDER | {"type": "order", "show": "shop"} | change) == 400


async def test_a_huge_order_is_refused(shop_url: str, http: aiohttp.ClientSession) -> None:
    assert await webhook(http, shop_url, ORDER | {"type": "order", "show": "shop", "extra": "x" * 100_000}) == 413


def test_without_a_secret_nobody_signs() -> None:
    with pytest.raises(Forbidden):
        orders.check_signature("", "t=1,v1=" + "0" * 64, b"", 1000)


@BOTH_DATABASES
async def test_a_page_tells_of_an_order_and_the_shop_corrects_it(
    shop: Desktop, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    async def tell() -> int:
        async with http.post(f"{server.url}/api/shows/shop/orders", json=ORDER) as response:
            return response.status

    assert (await tell(), await tell()) == (201, 200)
    numbers = await shop.branch("numbers", lambda numbers: numbers["sales"])
    unconfirmed = {"unconfirmed_minor": 49_800, "unconfirmed": 1}
    assert numbers["sales"] == [{"currency": "DKK", "value_minor": 0, "orders": 0} | unconfirmed]
    assert (await shop.event("order.placed"))["data"]["products"] == ["oil"]
    real = orders.Order(number="A-1", value_minor=44_800, currency="DKK")
    assert await orders.place(room, real, live_shows=[room]) is False
    assert room.counters.numbers(0).sales[0].value_minor == 44_800
    assert (await shop.event("order.verified"))["data"]["value_minor"] == 44_800
    assert await orders.place(room, real, claim="a page") is False, "a page cannot change it back"
    assert room.counters.numbers(0).sales[0].value_minor == 44_800
    assert [len(await room.journal.history(kind)) for kind in ("order.placed", "order.verified")] == [1, 1]


async def test_pages_cannot_tell_of_orders_without_end(server: ShowServer, shop: Desktop, http: aiohttp.ClientSession) -> None:
    statuses = []
    for number in range(30):
        async with http.post(f"{server.url}/api/shows/shop/orders", json=ORDER | {"number": f"B-{number}"}) as response:
            statuses.append(response.status)
    assert statuses[:20] == [201] * 20
    assert set(statuses[20:]) == {429}


async def test_an_order_is_never_later_than_the_show(room: LiveShow, shop: Desktop) -> None:
    order = orders.Order(number="C-1", value_minor=1, currency="DKK", media_ms=10**12)
    await orders.place(room, order)
    assert (await shop.event("order.placed"))["data"]["media_ms"] <= room.media_ms


async def test_the_report_in_all_its_forms(
    shop: Desktop, visitor: Page, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await shop.do(ProductPin(product="oil"))
    await visitor.send(t="did", what="view", product="oil")
    await visitor.send(t="did", what="cart", product="oil")
    await visitor.send(t="react", times=3)
    await shop.do(PollOpen(question="Rose?", answers=("Ja", "Nej")))
    await visitor.ask(t="vote", answer=0)
    await visitor.say("=cmd|' /C calc'!A0", name="=1+1")
    await visitor.say("<script>alert(1)</script>")
    await shop.do(ChatSay(text="Tak"))
    async with http.post(f"{server.url}/api/shows/shop/orders", json=ORDER) as response:
        assert response.status == 201
    await until(lambda: room.counters.numbers(0).reactions == 3)
    headers = {"Authorization": f"Bearer {TOKEN}"}

    async def get(name: str) -> bytes:
        async with http.get(f"{server.url}/studio/shows/shop/{name}", headers=headers) as response:
            assert response.status == 200
            return await response.read()

    told = json.loads(await get("report.json"))
    oil = told["figures"]["products"][0]
    assert (oil["product"], oil["views"], oil["carted"], oil["sold"], oil["live"]) == ("oil", 1, 1, 2, 2)
    assert told["polls"][0]["votes"] == [1, 0]
    assert all("visitor" not in line for line in told["chat"])
    page = (await get("report.html?lang=da")).decode()
    assert "<script" not in page
    assert "Solgt for" in page
    with zipfile.ZipFile(io.BytesIO(await get("report.zip"))) as archive:
        assert set(archive.namelist()) == {
            "products.csv", "orders.csv", "course.csv", "counts.csv", "polls.csv", "chat.csv",
        }  # fmt: skip
        rows = list(csv.reader(io.StringIO(archive.read("chat.csv").decode("utf-8-sig"))))
    assert rows[1][-1].startswith("'=cmd"), "no spreadsheet takes it for a formula"
    assert rows[1][2] == "'=1+1"
    assert (await get("chat.csv")).startswith(b"\xef\xbb\xbftime,")


async def test_the_report_is_the_studios(server: ShowServer, shop: Desktop, http: aiohttp.ClientSession) -> None:
    for headers in ({}, {"Authorization": "Bearer nobody"}, {"Authorization": "Bearer the-supporter's-token"}):
        async with http.get(f"{server.url}/studio/shows/shop/report.html", headers=headers) as response:
            assert response.status in (401, 403)


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    ((shown,),) = list(csv.reader(io.StringIO(table(("a",), [(cell,)]).decode("utf-8-sig").split("\r\n", 1)[1])))
    assert shown.startswith("'")


@BOTH_DATABASES
async def test_whoever_told_of_an_order_first_does_not_keep_it(
    shop: Desktop, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession, make_desktop: MakeDesktop
) -> None:
    other = await make_desktop(client="desk-2", show="other").connect()
    await other.do(ShowCreate(id="other", title="Other"))
    claimed = ORDER | {"value_minor": 10**11, "part": "clip"}
    async with http.post(f"{server.url}/api/shows/other/orders", json=claimed) as response:
        assert response.status == 201
    elsewhere = await server.live_shows.get("other")
    assert [sale.unconfirmed_minor for sale in elsewhere.counters.numbers(0).sales] == [10**11]
    real = orders.Order(number="A-1", value_minor=49_800, currency="EUR")
    for _ in range(2):  # the shop may well say it twice
        assert await orders.place(room, real, live_shows=server.live_shows.open()) is False
    assert elsewhere.counters.numbers(0).sales == ()
    (sale,) = room.counters.numbers(0).sales
    assert (sale.currency, sale.value_minor, sale.orders, sale.unconfirmed) == ("EUR", 49_800, 1, 0)
    assert server.tokens.engine is not None
    gathered = await gather(room, server.tokens.engine)
    assert [(order.number, order.part, order.verified) for order in gathered.orders] == [("A-1", "live", True)]
    assert (gathered.figures.value, gathered.figures.unconfirmed) == ({"EUR": 49_800}, {})


async def test_a_report_of_products_that_pages_made_up_can_still_be_made(room: LiveShow, server: ShowServer) -> None:
    for number in range(330):
        lines = [OrderLine(product=f"made-up-{number}-{line}") for line in range(100)]
        order = orders.Order(number=f"N-{number}", value_minor=1, currency="DKK", lines=lines)
        assert await orders.place(room, order, claim="a page")
    assert server.tokens.engine is not None
    gathered = await gather(room, server.tokens.engine)
    assert gathered.figures.unconfirmed == {"DKK": 330}
