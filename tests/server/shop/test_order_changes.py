"""What becomes of orders: changed, partly given back, cancelled; told without a show; told with odd lines."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from studio.server.db import numbers
from studio.server.shop.order_lines import LINES_MAX, OrderLine, lines_of
from tests.server.conftest import BOTH_DATABASES
from tests.server.shop.test_orders import ORDER, shop_url, signed

__all__ = ["shop_url"]
SHOP = {"show": "shop"}


async def tell(http: aiohttp.ClientSession, url: str, **said: Any) -> tuple[int, dict[str, Any]]:
    body = json.dumps({"type": "order"} | said).encode()
    async with http.post(f"{url}/api/orders", data=body, headers=signed(body)) as response:
        return response.status, await response.json(content_type=None)


async def sold(http: aiohttp.ClientSession, url: str) -> list[tuple[int, int]]:
    """What the show has sold by the shop's own word: value and number of orders, by currency."""
    headers = {"Authorization": "Bearer the-host's-token"}
    async with http.get(f"{url}/studio/shows/shop/report.json", headers=headers) as response:
        orders = (await response.json())["orders"]
    return [(one["value_minor"], int(one["verified"])) for one in orders]


@BOTH_DATABASES
async def test_an_order_is_changed_refunded_and_cancelled(shop_url: str, http: aiohttp.ClientSession) -> None:
    url = shop_url
    assert (await tell(http, url, **ORDER, **SHOP))[0] == 201
    status, answer = await tell(http, url, **ORDER | {"value_minor": 24_900}, **SHOP)
    assert (status, answer) == (200, {"ok": True, "new": False, "changed": True})
    assert (await tell(http, url, **ORDER | {"value_minor": 24_900}, **SHOP))[1] == {"ok": True, "new": False}
    refund = {"type": "refund", "number": "A-1", "value_minor": 4_900, "id": "R-1"}
    assert (await tell(http, url, **refund))[1] == {"ok": True, "new": True}
    assert (await tell(http, url, **refund))[1] == {"ok": True, "new": False}, "the same refund counts once"
    assert await sold(http, url) == [(20_000, 1)]
    await tell(http, url, **refund | {"id": "R-2", "value_minor": 10**9})
    assert await sold(http, url) == [(0, 1)], "never more than it was worth"
    cancellation = {"type": "cancellation", "number": "A-1"}
    assert (await tell(http, url, **cancellation))[1] == {"ok": True, "new": True}
    assert (await tell(http, url, **cancellation))[1] == {"ok": True, "new": False}
    assert await sold(http, url) == []


@BOTH_DATABASES
async def test_refunds_that_come_at_once_all_count(shop_url: str, http: aiohttp.ClientSession) -> None:
    await tell(http, shop_url, **ORDER, **SHOP)
    refunds = [{"type": "refund", "number": "A-1", "value_minor": 1000, "id": f"R-{number}"} for number in range(4)]
    answers = await asyncio.gather(*(tell(http, shop_url, **refund) for refund in refunds))
    assert [answer.get("new", answer) for _, answer in answers] == [True] * 4
    assert await sold(http, shop_url) == [(45_800, 1)]


async def test_what_is_not_known_is_not_found(shop_url: str, http: aiohttp.ClientSession) -> None:
    assert (await tell(http, shop_url, type="refund", number="B-9", value_minor=1, id="R"))[0] == 404
    assert (await tell(http, shop_url, type="cancellation", number="B-9"))[0] == 404
    assert (await tell(http, shop_url, type="refund", number="A-1", value_minor=-5, id="R"))[0] == 400


async def test_the_show_is_known_by_what_the_page_told_or_a_line_says(shop_url: str, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{shop_url}/api/shows/shop/orders", json=ORDER) as response:
        assert response.status == 201
    assert (await tell(http, shop_url, **ORDER))[0] == 200
    assert await sold(http, shop_url) == [(49_800, 1)]
    line = {"product": "oil", "attribution": {"show": "shop", "media_ms": 5, "part": "replay"}}
    assert (await tell(http, shop_url, **ORDER | {"number": "A-2", "lines": [line]}))[0] == 201
    status, answer = await tell(http, shop_url, **ORDER | {"number": "A-3"})
    assert status == 400
    assert answer["detail"].startswith("show: ")


async def test_an_order_with_odd_lines_is_kept(shop_url: str, http: aiohttp.ClientSession) -> None:
    lines = [
        {"product": "cloth", "quantity": 1.5, "value_minor": 100},
        {"product": 733, "variant": 44, "quantity": "many", "value_minor": -4, "part": "call"},
        {"product": "x" * 400},
        {"product": ""},
        "a line",
        *({"product": f"p{number}"} for number in range(200)),
    ]
    assert (await tell(http, shop_url, **ORDER | {"lines": lines}, **SHOP))[0] == 201
    headers = {"Authorization": "Bearer the-host's-token"}
    async with http.get(f"{shop_url}/studio/shows/shop/report.json", headers=headers) as response:
        (order,) = (await response.json())["orders"]
    assert len(order["lines"]) == LINES_MAX
    assert [(line["product"], line["quantity"]) for line in order["lines"][:2]] == [("cloth", 2), ("733", 1)]
    assert len(order["lines"][2]["product"]) == 255


@pytest.mark.parametrize(
    "given",
    [None, 5, [], {}, {"product": None}, {"product": True}, {"product": 1.5}, {"product": []}, {"product": 10**50}],
)
def test_what_is_no_line_is_left_out(given: Any) -> None:
    assert lines_of([given]) == ()


def test_a_line_that_was_taken_out_is_none_and_numbers_may_be_texts() -> None:
    assert lines_of([{"product": "a", "quantity": 0}, {"product": "a", "quantity": -2}]) == ()
    told = {"product": "a", "quantity": "2", "value_minor": "24900", "media_ms": None, "attribution": {"media_ms": 7}}
    assert lines_of([told]) == (OrderLine(product="a", quantity=2, value_minor=24900, media_ms=7),)


def test_what_is_out_of_range_is_brought_into_it() -> None:
    odd = {"product": "a", "quantity": float("inf"), "value_minor": 10**30, "media_ms": [5], "attribution": "x"}
    assert lines_of([odd]) == (OrderLine(product="a", quantity=1, value_minor=10**12),)


def test_what_is_left_of_an_order() -> None:
    assert numbers.kept_minor({"cancelled": False, "value_minor": 10, "returned_minor": 4}) == 6
    assert numbers.kept_minor({"cancelled": True, "value_minor": 10, "returned_minor": 0}) == 0
