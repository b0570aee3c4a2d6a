"""What visitors do is told to the brand's own address: signed, in order, none left out, and deleted there as well."""

import contextlib
import dataclasses
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from studio.relation.names import ORDER_COMPLETED, PRODUCT_VIEWED
from studio.server.app import ShowServer
from studio.server.config import Forward
from studio.server.relation.forward import SIGNATURE
from tests.fakes import until
from tests.server.conftest import BOTH_DATABASES, StartServer
from tests.server.fakes import PushedClock
from tests.server.relation.shop import SHOP, NewPage, Page

SECRET = "between us"


@dataclasses.dataclass
class Warehouse:
    """Takes what it is told, or answers `status`."""

    url: str = ""
    status: int = 200
    tried: int = 0
    most: int = 1000
    largest: int = 1 << 20
    events: list[dict[str, Any]] = dataclasses.field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        said = dict(part.split("=") for part in request.headers[SIGNATURE].split(","))
        signed = hmac.new(SECRET.encode(), f"{said['t']}.".encode() + body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(signed, said["v1"])
        self.tried += 1
        events = json.loads(body)["events"]
        if len(events) > self.most or len(body) > self.largest:
            return web.Response(status=413)
        if self.status == 200:
            self.events += events
        return web.Response(status=self.status)


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[Warehouse]:
    warehouse = Warehouse()
    app = web.Application()
    app.router.add_post("/vitrine", warehouse.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    warehouse.url = f"http://127.0.0.1:{runner.addresses[0][1]}/vitrine"
    yield warehouse
    await runner.cleanup()


@pytest.fixture
async def warehouse() -> AsyncIterator[Warehouse]:
    async with listening() as warehouse:
        yield warehouse


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.server.relation.forward.LOOK_S", 0.02)
    monkeypatch.setattr("studio.server.relation.forward.WAITS_S", (0.02,))


@pytest.fixture
async def server(start_server: StartServer, warehouse: Warehouse, tmp_path: Path) -> ShowServer:
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    return await start_server(forward=Forward(url=warehouse.url, secret_file=str(secret)))


@pytest.fixture
async def new_page(server: ShowServer, http: aiohttp.ClientSession, hands: PushedClock) -> NewPage:
    server.tokens.add(SHOP, "shop")
    return lambda device="desktop": Page(http, server, hands, device)


@BOTH_DATABASES
async def test_everything_is_told_once_it_is_taken_and_in_order(
    server: ShowServer, warehouse: Warehouse, new_page: NewPage, http: aiohttp.ClientSession
) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await until(lambda: len(warehouse.events) == 1)
    (first,) = warehouse.events
    assert (first["event"], first["anonymousId"], first["context"]["consent"]) == (PRODUCT_VIEWED, page.visitor, "apm")
    assert first["properties"]["products"][0]["product"] == "serum"
    assert "userId" not in first
    told = {"behaviours": [], "visitor": page.token, "customer": "4711"}
    assert (await page.post("behaviours", told, {"Authorization": f"Bearer {SHOP}"}))[0] == 202
    warehouse.status = 503
    for number in range(3):
        await page.did(PRODUCT_VIEWED, f"p{number}")
    await page.did(ORDER_COMPLETED, "serum", order_id="1", value=249.0, currency="DKK")
    await until(lambda: warehouse.tried > 3)
    await until(lambda: server.relation.forwarder.problem == "unreachable")
    async with http.get(f"{server.url}/healthz", headers={"Authorization": f"Bearer {SHOP}"}) as answer:
        assert (await answer.json())["forwarding"] == "unreachable"
    assert len(warehouse.events) == 1
    warehouse.status = 200
    await until(lambda: len(warehouse.events) >= 5)
    later = list({one["messageId"]: one for one in warehouse.events}.values())[1:]
    assert [one["properties"]["products"][0]["product"] for one in later] == ["p0", "p1", "p2", "serum"]
    assert {one["userId"] for one in later} == {"4711"}
    assert later[-1]["properties"] | {"products": []} == {
        "products": [], "value_minor": 24_900, "currency": "DKK", "order_id": "1", "device": "desktop",
    }  # fmt: skip
    await until(lambda: server.relation.forwarder.problem == "")


async def test_what_was_done_before_is_not_told(
    start_server: StartServer, warehouse: Warehouse, http: aiohttp.ClientSession, hands: PushedClock, tmp_path: Path
) -> None:
    before = await start_server()
    await Page(http, before, hands).did(PRODUCT_VIEWED, "old")
    await before.close()
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    server = await start_server(forward=Forward(url=warehouse.url, secret_file=str(secret)))
    page = Page(http, server, hands)
    await page.did(PRODUCT_VIEWED, "new")
    await until(lambda: bool(warehouse.events))
    assert [one["properties"]["products"][0]["product"] for one in warehouse.events] == ["new"]


@BOTH_DATABASES
async def test_what_was_taken_back_before_it_was_told_is_not(server: ShowServer, warehouse: Warehouse, new_page: NewPage) -> None:
    laptop, phone = new_page(), new_page("phone")
    for page in (laptop, phone):
        await page.did(PRODUCT_VIEWED, "serum")
        told = {"behaviours": [], "visitor": page.token, "customer": "4711"}
        assert (await page.post("behaviours", told, {"Authorization": f"Bearer {SHOP}"}))[0] == 202
    await until(lambda: len(warehouse.events) == 2)
    warehouse.status = 503
    await laptop.did(PRODUCT_VIEWED, "secret")
    await until(lambda: server.relation.forwarder.problem != "")
    await phone.choose()
    await until(lambda: server.relation.forwarder.problem == "")  # nothing is left to be told
    warehouse.status = 200
    await new_page().did(PRODUCT_VIEWED, "last")
    await until(lambda: "last" in json.dumps(warehouse.events))
    assert "secret" not in json.dumps(warehouse.events)


async def test_all_devices_of_somebody_are_forgotten_there_once_it_listens(
    server: ShowServer, warehouse: Warehouse, new_page: NewPage
) -> None:
    laptop, phone = new_page(), new_page("phone")
    for page in (laptop, phone):
        await page.did(PRODUCT_VIEWED, "serum")
        told = {"behaviours": [], "visitor": page.token, "customer": "4711"}
        assert (await page.post("behaviours", told, {"Authorization": f"Bearer {SHOP}"}))[0] == 202
    await until(lambda: len(warehouse.events) == 2)
    warehouse.status = 500
    await laptop.did(PRODUCT_VIEWED, "late")
    assert await phone.forget() == 200, "here it is done, whoever listens there"
    tried = warehouse.tried
    await until(lambda: warehouse.tried > tried)
    warehouse.status = 200
    await until(lambda: len(warehouse.events) >= 4)
    assert {one["anonymousId"] for one in warehouse.events if one["type"] == "delete"} == {laptop.visitor, phone.visitor}
    assert "late" not in json.dumps(warehouse.events)


async def test_what_is_too_much_at_once_is_told_in_smaller_parts(
    server: ShowServer, warehouse: Warehouse, new_page: NewPage
) -> None:
    page = new_page()
    warehouse.status = 503
    for number in range(5):
        await page.did(PRODUCT_VIEWED, f"p{number}")
    warehouse.most, warehouse.status = 2, 200
    await until(lambda: len(warehouse.events) >= 5)
    assert {one["properties"]["products"][0]["product"] for one in warehouse.events} == {f"p{n}" for n in range(5)}


async def test_one_that_is_never_taken_holds_up_no_others(server: ShowServer, warehouse: Warehouse, new_page: NewPage) -> None:
    page = new_page()
    warehouse.largest = 900
    await page.did(PRODUCT_VIEWED, "first")
    await page.did(PRODUCT_VIEWED, "x" * 255, props={"long": "y" * 400})
    await page.did(PRODUCT_VIEWED, "last")
    await until(lambda: len(warehouse.events) == 2)
    assert [one["properties"]["products"][0]["product"] for one in warehouse.events] == ["first", "last"]
    await until(lambda: server.relation.forwarder.problem == "")


async def test_what_was_done_while_nothing_was_forwarded_is_not_told(
    start_server: StartServer, warehouse: Warehouse, http: aiohttp.ClientSession, hands: PushedClock, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    first = await start_server(forward=Forward(url=warehouse.url, secret_file=str(secret)))
    await first.close()
    between = await start_server()
    await Page(http, between, hands).did(PRODUCT_VIEWED, "between")
    await between.close()
    again = await start_server(forward=Forward(url=warehouse.url, secret_file=str(secret)))
    await Page(http, again, hands).did(PRODUCT_VIEWED, "after")
    await until(lambda: bool(warehouse.events))
    assert [one["properties"]["products"][0]["product"] for one in warehouse.events] == ["after"]
