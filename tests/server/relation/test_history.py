"""History from a file, by the command line, into a running server: it counts, and triggers nothing."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from studio.cli import history
from studio.cli.relation import main
from studio.commands.relation import SegmentSave
from studio.errors import Forbidden, StudioError, Unreachable
from studio.queries.relation import ProfileLook
from studio.relation.condition import Did
from studio.relation.days import Zone
from studio.relation.history_file import Done, read
from studio.relation.match import Match
from studio.relation.names import ORDER_COMPLETED, PRODUCT_VIEWED
from studio.server.app import ShowServer
from studio.server.db import tables
from tests.server.conftest import BOTH_DATABASES
from tests.server.fakes import PushedClock
from tests.server.relation.shop import SHOP, NewPage, Page, order, rows, segment

DAY_MS = 86_400_000


@pytest.fixture
def new_page(server: ShowServer, http: aiohttp.ClientSession, hands: PushedClock) -> NewPage:
    server.tokens.add(SHOP, "shop")
    return lambda device="desktop": Page(http, server, hands, device)


def table(hands: PushedClock, *days_ago: int) -> str:
    rows = [f"4711,{PRODUCT_VIEWED},{hands.wall_ms() - days * DAY_MS},serum,," for days in days_ago]
    rows += [f"4711,,{hands.wall_ms() - DAY_MS},serum,old-1,449", f"4799,{PRODUCT_VIEWED},{hands.wall_ms() - DAY_MS},oil,,"]
    return "customer_id,event,timestamp,sku,order_id,total\n" + "\n".join(rows) + "\n"


async def brought(server: ShowServer, file: Path) -> tuple[int, Any]:
    """What the command line says, in a process of its own."""
    words = ["relation", "import", str(file), "--server", server.url, "--currency", "DKK", "--json"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "studio", *words),
        env=os.environ | {"VITRINE_TOKEN": SHOP},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, json.loads(out)


@BOTH_DATABASES
async def test_what_was_before_counts_once_and_triggers_nothing(
    server: ShowServer, new_page: NewPage, hands: PushedClock, tmp_path: Path
) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "water")
    told = {"behaviours": [], "visitor": page.token, "customer": "4711"}
    status, said = await page.post("behaviours", told, {"Authorization": f"Bearer {SHOP}"})
    assert status == 202
    page.token = said.get("visitor", page.token)
    file = tmp_path / "history.csv"
    file.write_text(table(hands, 2, 3, 40), encoding="utf-8")
    assert await brought(server, file) == (0, {"accepted": 4, "duplicate": 0, "ignored": 1, "refused": []})
    assert await brought(server, file) == (0, {"accepted": 0, "duplicate": 4, "ignored": 1, "refused": []})
    assert len(await rows(server, tables.profiles)) == 1, "history makes nobody"
    viewed = Match(names=(PRODUCT_VIEWED,), products=("serum",))
    for name, condition in (
        ("week", Did(match=viewed, times=2, days=7)),
        ("ever", Did(match=viewed, compare="exactly", times=3)),
        ("buyers", Did(match=Match(names=(ORDER_COMPLETED,)))),
    ):
        await order(server, SegmentSave(segment=segment(name, condition)))
    person = await order(server, ProfileLook(find="4711", by="customer"))
    assert {one.segment for one in person.segments if one.inside} == {"week", "ever", "buyers"}
    assert await page.forget() == 200
    assert await rows(server, tables.behaviours) == [], "with everything else of theirs"


class Shops:
    """A server that answers what it is told to, and then takes what it is told, at most so many at once."""

    def __init__(self, *statuses: int, most: int = 50) -> None:
        self.statuses = list(statuses)
        self.most = most
        self.taken: list[str] = []

    async def behaviours(self, request: web.Request) -> web.Response:
        batch = await request.json()
        if self.statuses:
            return web.json_response({"detail": "no"}, status=self.statuses.pop(0))
        if len(batch["behaviours"]) > self.most:
            return web.Response(status=413)
        self.taken += [one["id"] for one in batch["behaviours"]]
        return web.json_response(
            dict.fromkeys(history.COUNTS, 0) | {"accepted": len(batch["behaviours"]), "refused": []}, status=202
        )


@contextlib.asynccontextmanager
async def standing(shops: Shops) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/relation/v1/behaviours", shops.behaviours)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


def some(count: int) -> list[Done]:
    rows_ = "".join(f"1,Page Viewed,2026-06-01 10:00:{number:02}\n" for number in range(count))
    return read(f"customer_id,event,timestamp\n{rows_}", Zone("UTC"))[0]


async def test_a_server_that_is_busy_is_told_again_and_one_that_takes_less_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "WAIT_S", 0.0)
    shops, told = Shops(503, 429, 500, most=3), list[dict[str, Any]]()
    async with standing(shops) as url:
        await history._tell(url, "x", some(10), told)
    assert len(set(shops.taken)) == 10
    assert sum(one["accepted"] for one in told) == 10


@pytest.mark.parametrize(
    ("status", "said"), [(404, "no show server"), (301, "no show server"), (401, "refuses"), (503, "does not answer")]
)
async def test_why_nothing_more_is_told_is_said(monkeypatch: pytest.MonkeyPatch, status: int, said: str) -> None:
    monkeypatch.setattr(history, "WAIT_S", 0.0)
    async with standing(Shops(*[status] * history.TRIES)) as url:
        with pytest.raises(StudioError, match=said):
            await history._tell(url, "x", some(1), [])


async def test_one_that_is_not_understood_is_named_and_the_others_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    shops, told = Shops(400), list[dict[str, Any]]()
    done = [*some(1), *(msgspec.structs.replace(one, customer="2") for one in some(1))]
    async with standing(shops) as url:
        await history._tell(url, "x", done, told)
    assert [one["refused"] for one in told] == [[{"id": "1", "why": "no"}], []]


async def test_a_server_that_is_away_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "WAIT_S", 0.0)
    with pytest.raises(Unreachable):
        await history._tell("http://127.0.0.1:1", "x", some(1), [])


async def test_who_is_no_shop_is_told_so(server: ShowServer) -> None:
    server.tokens.add("a-marketer's", "marketer")
    (done,), _ = read("customer_id,event,timestamp\n1,Page Viewed,2026-06-01\n", Zone("UTC"))
    with pytest.raises(Forbidden, match="marketer"):
        await history._tell(server.url, "a-marketer's", [done], [])


def test_a_file_that_is_none_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VITRINE_TOKEN", "x")
    file = tmp_path / "history.csv"
    for content, said in ((None, "cannot be read"), (b"\xff\xfe\x00", "UTF-8"), (b"a,b\n", "customer_id")):
        if content is not None:
            file.write_bytes(content)
        with pytest.raises(Exception, match=said):
            main(["import", str(file), "--server", "http://127.0.0.1:1"])
