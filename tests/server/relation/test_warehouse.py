"""What visitors did, in Parquet: as the database has it, every night."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pyarrow
import pytest
from pyarrow import dataset, fs, parquet

from studio.errors import InvalidValue
from studio.relation.days import DAY_MS
from studio.relation.names import ORDER_COMPLETED, PRODUCT_VIEWED
from studio.server.app import ShowServer
from studio.server.config import WarehouseRules, load_config
from studio.server.relation.parquet import PART, Folder, folder_of
from studio.server.relation.warehouse import Warehouse
from tests.fakes import until
from tests.server.conftest import BOTH_DATABASES, StartServer
from tests.server.fakes import PushedClock
from tests.server.relation.shop import SHOP, NewPage, Page
from tests.studio.recordings.stores.test_s3 import moto

__all__ = ["moto"]
RUN = Warehouse.run


@pytest.fixture(autouse=True)
def by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are written when a test says so."""

    async def idle(self: Warehouse) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Warehouse, "run", idle)


@pytest.fixture
async def server(start_server: StartServer, tmp_path: Path) -> ShowServer:
    return await start_server(warehouse=WarehouseRules(folder=str(tmp_path / "warehouse")))


@pytest.fixture
async def new_page(server: ShowServer, http: aiohttp.ClientSession, hands: PushedClock) -> NewPage:
    server.tokens.add(SHOP, "shop")
    return lambda device="desktop": Page(http, server, hands, device)


@pytest.fixture
def read(tmp_path: Path) -> Callable[[], list[dict[str, Any]]]:
    """As a warehouse reads it: all days as one table."""

    def rows() -> list[dict[str, Any]]:
        found = dataset.dataset(tmp_path / "warehouse" / "behaviours", format="parquet", partitioning="hive").to_table()
        return sorted(found.to_pylist(), key=lambda one: (one["at"], one["id"]))

    return rows


def next_day(hands: PushedClock) -> None:
    hands.push(DAY_MS / 1000)


@BOTH_DATABASES
async def test_days_that_are_over_are_there_and_as_the_database_has_them(
    server: ShowServer, new_page: NewPage, hands: PushedClock, read: Callable[[], list[dict[str, Any]]], tmp_path: Path
) -> None:
    anna, bo = new_page(), new_page()
    await anna.did(PRODUCT_VIEWED, "serum")
    await bo.did(PRODUCT_VIEWED, "oil")
    told = {"behaviours": [], "visitor": anna.token, "customer": "4711"}
    assert (await anna.post("behaviours", told, {"Authorization": f"Bearer {SHOP}"}))[0] == 202
    await server.relation.warehouse.write()
    assert not list((tmp_path / "warehouse").glob("behaviours/day=*")), "today is not over"
    next_day(hands)
    await anna.did(ORDER_COMPLETED, "serum", order_id="A-1", value=249.0, currency="DKK")
    await server.relation.warehouse.write()
    first, second = read()
    assert {first["visitor"], second["visitor"]} == {anna.visitor, bo.visitor}
    mine = first if first["visitor"] == anna.visitor else second
    assert mine["name"] == PRODUCT_VIEWED
    assert mine["consent"] == "apm"
    assert mine["at"].tzinfo is not None
    assert mine["products"][0]["product"] == "serum"
    assert mine["products"][0]["quantity"] == 1
    assert mine["properties"] == '{"device":"desktop"}'
    who = {one["visitor"]: one for one in parquet.read_table(tmp_path / "warehouse/people/people.parquet").to_pylist()}
    assert (who[anna.visitor]["customer"], who[bo.visitor]["customer"]) == ("4711", "")
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "warehouse").glob("behaviours/*/*")}
    next_day(hands)
    await server.relation.warehouse.write()
    assert {path: path.stat().st_mtime_ns for path in written} == written, "a day that is the same is left alone"
    order = read()[-1]
    assert (order["value_minor"], order["currency"], order["order_number"]) == (24_900, "DKK", "A-1")
    assert not list((tmp_path / "warehouse").rglob(f"{PART}*"))
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "warehouse").rglob("*.parquet")}
    assert modes == {0o600}


@BOTH_DATABASES
async def test_who_is_forgotten_or_takes_it_back_is_in_no_file_the_next_night(
    server: ShowServer, new_page: NewPage, hands: PushedClock, read: Callable[[], list[dict[str, Any]]], tmp_path: Path
) -> None:
    anna, bo, phone, laptop = (new_page() for _ in range(4))
    for page in (anna, bo, phone, laptop):
        await page.did(PRODUCT_VIEWED, "serum")
    for page in (phone, laptop):
        told = {"behaviours": [], "visitor": page.token, "customer": "4711"}
        assert (await page.post("behaviours", told, {"Authorization": f"Bearer {SHOP}"}))[0] == 202
    next_day(hands)
    await server.relation.warehouse.write()
    assert {one["visitor"] for one in read()} == {page.visitor for page in (anna, bo, phone, laptop)}
    assert await anna.forget() == 200
    await phone.choose(personalisation=True)
    await server.relation.warehouse.write()
    assert {one["visitor"] for one in read()} == {bo.visitor}, "the no on the phone is the person's, on the laptop too"
    everything = b"".join(path.read_bytes() for path in (tmp_path / "warehouse").rglob("*") if path.is_file())
    assert anna.visitor.encode() not in everything
    assert laptop.visitor.encode() not in everything
    assert await bo.forget() == 200
    await server.relation.warehouse.write()
    assert not list((tmp_path / "warehouse").glob("behaviours/day=*"))


async def test_it_is_written_once_a_night(server: ShowServer, hands: PushedClock) -> None:
    assert await server.relation.warehouse.look()
    assert not await server.relation.warehouse.look()
    next_day(hands)
    assert await server.relation.warehouse.look()


async def test_a_day_that_cannot_be_written_stays_as_it_was(
    server: ShowServer,
    new_page: NewPage,
    hands: PushedClock,
    read: Callable[[], list[dict[str, Any]]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    next_day(hands)
    await server.relation.warehouse.write()
    await page.send(page.one(PRODUCT_VIEWED, "late", at=hands.wall_ms() - DAY_MS))

    def full(rows: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("studio.server.relation.parquet.Writing.add", lambda self, rows: full(rows))
    with pytest.raises(OSError, match="No space"):
        await server.relation.warehouse.write()
    assert [one["products"][0]["product"] for one in read()] == ["serum"]
    assert not list((tmp_path / "warehouse").rglob(f"{PART}*"))
    monkeypatch.undo()
    (file,) = (tmp_path / "warehouse").glob("behaviours/*/*.parquet")
    file.write_bytes(file.read_bytes()[:40])
    await server.relation.warehouse.write()
    assert {one["products"][0]["product"] for one in read()} == {"serum", "late"}, "half a file is made anew"


async def test_what_is_wrong_is_said_in_healthz(
    start_server: StartServer, http: aiohttp.ClientSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Warehouse, "run", RUN)
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    server = await start_server(warehouse=WarehouseRules(folder=str(tmp_path / "file" / "below")))
    server.tokens.add(SHOP, "shop")
    await until(lambda: server.relation.warehouse.problem == "NotADirectoryError")
    async with http.get(f"{server.url}/healthz", headers={"Authorization": f"Bearer {SHOP}"}) as answer:
        assert (await answer.json())["warehouse"] == "NotADirectoryError"


def test_a_store_has_the_same_files(moto: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    rules = WarehouseRules(
        folder="s3://warehouse/vitrine", endpoint=moto, region="us-east-1", key_id="key", secret_file=str(secret)
    )
    said = {"endpoint_override": moto.removeprefix("http://"), "scheme": "http", "region": "us-east-1"}
    fs.S3FileSystem(access_key="key", secret_key="secret", allow_bucket_creation=True, **said).create_dir("warehouse")
    check(folder_of(rules))


def check(folder: Folder) -> None:
    row = {"visitor": "v", "id": "1", "name": PRODUCT_VIEWED, "at": 0, "received": 0, "properties": None}
    for number in (1, 2):
        file = folder.write_day("1970-01-01", f"{number} 7".encode())
        file.add([row] * number)
        file.done()
        assert folder.days() == {"1970-01-01": f"{number} 7".encode()}
    broken = folder.write_day("1970-01-01", b"3 7")
    with pytest.raises((pyarrow.ArrowInvalid, pyarrow.ArrowTypeError)):
        broken.add([{"visitor": 7}])
    broken.drop()
    assert folder.days() == {"1970-01-01": b"2 7"}
    folder.drop_day("1970-01-01")
    assert folder.days() == {}
    folder.drop_day("1970-01-01")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ('folder = "s3://NO/x"', "s3://bucket"),
        ('folder = "s3://bucket/x"\nendpoint = "ftp://x"', "whole address"),
        ('folder = "x"\nkey_id = "k"', "belong together"),
        ('folder = "x"\nkey_id = "k"\nsecret_file = "gone"', "cannot be read"),
    ],
)
def test_settings_say_what_is_wrong(tmp_path: Path, said: str, problem: str) -> None:
    path = tmp_path / "vitrine.toml"
    path.write_text(f"[warehouse]\n{said}\n", encoding="utf-8")
    with pytest.raises(InvalidValue, match=problem):
        load_config(path, "sqlite+aiosqlite:///x")
    path.write_text('[warehouse]\nfolder = "w"\n', encoding="utf-8")
    assert load_config(path, "sqlite+aiosqlite:///x").warehouse.folder == str(tmp_path / "w")


def test_without_pyarrow_the_settings_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    path = tmp_path / "vitrine.toml"
    path.write_text('[warehouse]\nfolder = "w"\n', encoding="utf-8")
    with pytest.raises(InvalidValue, match="extra warehouse"):
        load_config(path, "sqlite+aiosqlite:///x")
