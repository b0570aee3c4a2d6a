"""Films on their way to the server: cut off, resumed, refused, withdrawn."""

import asyncio
import contextlib
import io
import os
import shutil
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from studio.commands.show import ShowCreate
from studio.server import faults, reading
from studio.server.app import ShowServer
from studio.server.config import FilmRules
from studio.server.db import films as rows
from studio.server.films import films as module
from studio.server.live.show import LiveShow
from studio.show.opening_hours import DAY_MS
from tests.fakes import TIMEOUT_S, until
from tests.server.calls.conftest import MovedClock
from tests.server.conftest import BOTH_DATABASES, StartServer
from tests.server.fakes import TOKEN, Desktop
from tests.server.films.conftest import BEARER, BYTES, FILM, JPEG, Sender, files, made_film, made_offer

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
BODY = made_film()
OTHER = made_film(seed=8)


@contextlib.asynccontextmanager
async def half_open(server: ShowServer, offset: int, length: int, body: bytes) -> AsyncIterator[Connection]:
    """A PATCH of `length` bytes of which only `body` comes; leaving cuts the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    head = (
        f"PATCH /studio/films/{FILM} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: {BYTES['Content-Type']}\r\nUpload-Offset: {offset}\r\nContent-Length: {length}\r\n\r\n"
    )
    try:
        writer.write(head.encode() + body)
        await writer.drain()
        yield reader, writer
    finally:
        writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def stands_at(sender: Sender, offset: int) -> None:
    async with asyncio.timeout(TIMEOUT_S):
        while (await sender.head())[1] != offset:  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def cut_off(server: ShowServer, sender: Sender, share: float) -> int:
    """A connection that ends when so much has come; how far the upload is."""
    reached = int(len(BODY) * share)
    async with half_open(server, 0, len(BODY), BODY[:reached]):
        await stands_at(sender, reached)
    await until(lambda: not server.films.films._busy)
    return reached


@BOTH_DATABASES
async def test_a_film_is_sent_published_and_watched(sender: Sender, server: ShowServer, room: LiveShow, desktop: Desktop) -> None:
    status, told = await sender.offer(BODY)
    assert (status, told) == (201, {"id": FILM, "offset": 0})
    assert await sender.head() == (200, 0, len(BODY))
    assert [(film["state"], film["offset"]) for film in await sender.list()] == [("uploading", 0)]
    assert (await sender.watch())[0] == 404
    assert await sender.patch(BODY[:1000], 0) == (204, 1000)
    assert await sender.patch(BODY[1000:], 1000) == (204, len(BODY))
    assert await sender.watch() == (200, BODY)
    assert (await desktop.event("film.published"))["data"] == {"type": "film.published", "film": FILM, "kind": "replay"}
    (film,) = await sender.list(show="demo")
    assert (film["state"], film["title"], film["offset"], film["poster"]) == ("public", "Aften", len(BODY), False)
    assert film["chapters"][0] == {"begins_ms": 0, "title": "Velkommen"}
    assert await sender.list(show="nothing") == []
    assert [path.suffix for path in files(server)] == [".mp4"]
    assert room.replay == FILM
    status, told = await sender.offer(BODY)
    assert (status, told["offset"]) == (200, len(BODY)), "there is nothing left to send"
    assert await sender.patch(b"", len(BODY)) == (204, len(BODY))


async def test_a_cut_connection_loses_nothing_of_what_came(sender: Sender, server: ShowServer) -> None:
    await sender.offer(BODY)
    reached = await cut_off(server, sender, 0.3)
    assert reached == 90_000
    status, told = await sender.offer(BODY)
    assert (status, told["offset"]) == (200, reached)
    assert await sender.patch(BODY[reached:], reached) == (204, len(BODY))
    assert await sender.watch() == (200, BODY)


@BOTH_DATABASES
async def test_an_upload_goes_on_after_a_restart_of_the_server(
    sender: Sender, server: ShowServer, start_server: StartServer, http: aiohttp.ClientSession
) -> None:
    await sender.offer(BODY)
    reached = await cut_off(server, sender, 0.3)
    await server.close()
    sender.url = (await start_server()).url
    assert await sender.head() == (200, reached, len(BODY))
    status, told = await sender.offer(BODY)
    assert (status, told["offset"]) == (200, reached)
    assert await sender.patch(BODY[reached:], reached) == (204, len(BODY))
    assert await sender.watch() == (200, BODY)


async def test_what_is_public_is_public_after_a_restart(
    sender: Sender, server: ShowServer, start_server: StartServer, http: aiohttp.ClientSession
) -> None:
    await sender.publish(BODY)
    await sender.ask("PUT", f"/studio/films/{FILM}/poster", data=JPEG, headers={"Content-Type": "image/jpeg"})
    await server.close()
    again = await start_server()
    sender.url = again.url
    assert await sender.watch() == (200, BODY)
    assert (await again.live_shows.get("demo")).replay == FILM
    async with http.get(f"{again.url}/films/{FILM}.jpg") as response:
        assert await response.read() == JPEG


@pytest.mark.parametrize("committed", [False, True])
async def test_the_power_goes_while_a_film_is_published(
    sender: Sender, server: ShowServer, start_server: StartServer, *, committed: bool
) -> None:
    await sender.publish(BODY) if committed else await sender.offer(BODY)
    (folder,) = {server.config.data_dir / "films"}
    await server.close()
    if not committed:  # it has its name already, and the database knows nothing of it
        (folder / f"{FILM}.{made_offer(BODY)['sha256'][:16]}.mp4").write_bytes(BODY)
    sender.url = (await start_server()).url
    status, told = await sender.offer(BODY)
    assert (status, told["offset"]) == (200, len(BODY))
    assert await sender.watch() == (200, BODY)


async def test_a_film_that_is_not_what_was_promised_is_dropped(sender: Sender, server: ShowServer) -> None:
    await sender.offer(BODY)
    status, problem = await sender.patch(OTHER, 0)
    assert (status, problem["title"]) == (460, "checksum")
    assert files(server) == []
    assert (await sender.watch())[0] == 404
    assert await sender.patch(BODY, 0) == (204, len(BODY)), "it may be sent again"


async def test_what_is_no_film_is_forgotten(sender: Sender, server: ShowServer) -> None:
    page = b"<script>alert(1)</script>" * 100
    await sender.offer(page)
    status, problem = await sender.patch(page, 0)
    assert (status, problem["title"]) == (460, "checksum")
    assert files(server) == []
    assert await sender.list() == []


@pytest.mark.parametrize("offset", [1, 1001, 10**15])
async def test_another_offset_is_refused(sender: Sender, server: ShowServer, offset: int) -> None:
    await sender.offer(BODY)
    await sender.patch(BODY[:1000], 0)
    status, problem = await sender.patch(BODY[1000:], offset)
    assert status == 409
    assert "1000" in problem["detail"]
    assert (await sender.head())[1] == 1000


@pytest.mark.parametrize("offset", ["", "-1", "x", "1.5", "٣", "1" * 40])
async def test_an_offset_is_a_number(sender: Sender, offset: str) -> None:
    await sender.offer(BODY)
    headers = BEARER | BYTES | ({"Upload-Offset": offset} if offset else {})
    async with sender.http.patch(f"{sender.url}/studio/films/{FILM}", data=BODY, headers=headers) as response:
        assert response.status == 400


async def test_more_than_the_film_is_refused(sender: Sender, server: ShowServer) -> None:
    await sender.offer(BODY)
    assert (await sender.patch(BODY + b"x", 0))[0] == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield BODY

    async with sender.http.patch(
        f"{sender.url}/studio/films/{FILM}", data=endless(), headers=BEARER | BYTES | {"Upload-Offset": "0"}
    ) as response:
        assert response.status == 413
    assert (await sender.head())[1] <= len(BODY)
    assert (await sender.watch())[0] == 404


async def test_one_upload_of_a_film_at_a_time(sender: Sender, server: ShowServer) -> None:
    await sender.offer(BODY)
    async with half_open(server, 0, len(BODY), BODY[:1000]) as (_, writer):
        await stands_at(sender, 1000)
        assert (await sender.patch(BODY[1000:], 1000))[0] == 423
        assert (await sender.offer(BODY))[1]["offset"] == 1000, "it may be asked how far it is"
        assert (await sender.offer(OTHER))[0] == 423
        another = "clip-0123456789abcdef"
        await sender.publish(OTHER, id=another, kind="clip")
        assert (await sender.watch(another))[0] == 200, "other films need not wait"
        writer.write(BODY[1000:])
        await stands_at(sender, len(BODY))
        await until(lambda: FILM in server.films.films.public)
    assert await sender.watch() == (200, BODY)


async def test_a_film_that_is_looked_at_is_not_public_yet(
    sender: Sender, server: ShowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking, seen = threading.Event(), threading.Event()

    def slowly(path: Path, sha256: str) -> str:
        looking.set()
        assert seen.wait(60)
        return fault(path, sha256)

    fault = module._fault
    monkeypatch.setattr(module, "_fault", slowly)
    await sender.offer(BODY)
    sending = asyncio.create_task(sender.patch(BODY, 0))
    await until(looking.is_set)
    assert (await sender.offer(BODY))[0] == 423
    assert (await sender.watch())[0] == 404
    seen.set()
    assert await sending == (204, len(BODY))
    assert (await sender.offer(BODY))[1]["offset"] == len(BODY)
    assert await sender.watch() == (200, BODY)


async def test_a_silent_upload_makes_way(sender: Sender, server: ShowServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SILENT_S", 0.05)
    await sender.offer(BODY)
    async with half_open(server, 0, len(BODY), BODY[:1000]) as (reader, _):
        await stands_at(sender, 1000)
        await until(lambda: not server.films.films._busy)
        assert await sender.patch(BODY[1000:], 1000) == (204, len(BODY))
        with contextlib.suppress(ConnectionError):
            assert await reader.read() == b"", "it is hung up on"


async def test_a_new_film_takes_the_old_ones_place_when_it_is_whole(sender: Sender, server: ShowServer) -> None:
    await sender.publish(BODY)
    status, told = await sender.offer(OTHER, title="Nyklippet")
    assert (status, told["offset"]) == (201, 0)
    assert await sender.patch(OTHER[:1000], 0) == (204, 1000)
    assert await sender.watch() == (200, BODY)
    assert sorted(film["state"] for film in await sender.list()) == ["public", "uploading"]
    assert await sender.patch(OTHER[1000:], 1000) == (204, len(OTHER))
    assert await sender.watch() == (200, OTHER)
    assert [(film["state"], film["title"]) for film in await sender.list()] == [("public", "Nyklippet")]
    assert len(files(server)) == 1


async def test_another_film_of_the_same_name_drops_the_old_upload(sender: Sender, server: ShowServer) -> None:
    await sender.offer(BODY)
    await sender.patch(BODY[:1000], 0)
    assert await sender.offer(OTHER) == (201, {"id": FILM, "offset": 0})
    assert files(server) == []
    assert await sender.patch(OTHER, 0) == (204, len(OTHER))


async def test_bytes_of_a_film_that_another_replaces_meanwhile_are_lost(
    sender: Sender, server: ShowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    replacing, sent = asyncio.Event(), asyncio.Event()

    async def slowly(*args: Any) -> None:
        replacing.set()
        await sent.wait()
        await put(*args)

    await sender.offer(BODY)
    put = rows.put
    monkeypatch.setattr(rows, "put", slowly)
    offering = asyncio.create_task(sender.offer(OTHER))
    await replacing.wait()
    async with half_open(server, 0, len(BODY), BODY[:1000]) as (reader, writer):
        await stands_at(sender, 1000)
        sent.set()
        assert await offering == (201, {"id": FILM, "offset": 0})
        writer.write(BODY[1000:])
        assert (await reader.readline()).startswith(b"HTTP/1.1 404")
        await until(lambda: not server.films.films._busy)
    assert files(server) == []
    assert await sender.patch(OTHER, 0) == (204, len(OTHER))
    assert await sender.watch() == (200, OTHER)


async def test_the_public_film_offered_again_ends_what_was_to_replace_it(sender: Sender, server: ShowServer) -> None:
    await sender.publish(BODY)
    await sender.offer(OTHER)
    await sender.patch(OTHER[:1000], 0)
    status, told = await sender.offer(BODY, title="Som den var")
    assert (status, told["offset"]) == (200, len(BODY))
    (film,) = await sender.list()
    assert (film["state"], film["title"]) == ("public", "Som den var"), "its words may be others"
    assert len(files(server)) == 1


async def test_a_film_stays_with_its_show(sender: Sender, desktop: Desktop) -> None:
    await desktop.do(ShowCreate(id="other", title="Other"))
    await sender.publish(BODY)
    assert (await sender.offer(BODY, "other"))[0] == 409
    assert (await sender.offer(OTHER, kind="clip"))[0] == 409
    assert (await sender.offer(BODY, "nothing"))[0] == 404


@BOTH_DATABASES
async def test_a_withdrawn_film_is_gone(sender: Sender, server: ShowServer, room: LiveShow, desktop: Desktop) -> None:
    await sender.publish(BODY)
    await sender.ask("PUT", f"/studio/films/{FILM}/poster", data=JPEG, headers={"Content-Type": "image/jpeg"})
    assert len(files(server)) == 2
    assert (await sender.ask("DELETE", f"/studio/films/{FILM}"))[0] == 204
    assert (await desktop.event("film.withdrawn"))["data"]["film"] == FILM
    assert ((await sender.watch())[0], files(server), room.replay, await sender.list()) == (404, [], "", [])
    assert (await sender.ask("DELETE", f"/studio/films/{FILM}"))[0] == 404
    assert (await sender.head())[0] == 404
    await sender.publish(BODY)
    assert await sender.watch() == (200, BODY)


async def test_an_upload_can_be_called_off_while_it_comes(sender: Sender, server: ShowServer) -> None:
    await sender.offer(BODY)
    async with half_open(server, 0, len(BODY), BODY[:1000]) as (_, writer):
        await stands_at(sender, 1000)
        assert (await sender.ask("DELETE", f"/studio/films/{FILM}"))[0] == 204
        assert (await sender.offer(BODY))[0] == 423, "until the other has noticed"
        writer.write(BODY[1000:])
        await until(lambda: not server.films.films._busy)
    assert (files(server), await sender.list()) == ([], [])
    await sender.publish(BODY)


async def test_films_take_no_more_room_than_they_may(
    start_server: StartServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await start_server(films=FilmRules(gigabytes=1))
    desktop = await Desktop(http, server.url).connect()
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    sender = Sender(http, server.url)
    assert (await sender.offer(BODY, size=600_000_000))[0] == 201
    status, problem = await sender.offer(OTHER, id="clip-0123456789abcdef", kind="clip", size=500_000_000)
    assert (status, problem["title"]) == (413, "too_large")
    assert "1 GB" in problem["detail"]
    assert (await sender.offer(OTHER, size=900_000_000))[0] == 201, "it takes the other's place"
    await sender.ask("DELETE", f"/studio/films/{FILM}")
    assert (await sender.offer(OTHER, id="clip-0123456789abcdef", kind="clip", size=500_000_000))[0] == 201
    await desktop.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """The films lie on a disk of 1 MB."""
    disk = tmp_path / "films"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("only root can make a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


async def test_a_full_disk_is_told_and_costs_nothing_that_came(
    small_disk: Path, sender: Sender, server: ShowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = made_film(600_000)
    assert (await sender.offer(film))[0] == 507, "it would leave too little for the database"
    monkeypatch.setattr(faults, "LEAST_FREE", 0)
    assert (await sender.offer(film))[0] == 201
    theirs = small_disk / f"{FILM}.theirs"
    with theirs.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(small_disk).free - 200_000)
    status, problem = await sender.patch(film, 0)
    assert (status, problem["title"]) == (507, "disk_full")
    reached = (await sender.head())[1]
    assert 0 < reached <= 200_000
    assert (await sender.offer(film))[0] == 507, "it is told before it sends any more"
    poster = {"data": JPEG, "headers": {"Content-Type": "image/jpeg"}}
    assert (await sender.ask("PUT", f"/studio/films/{FILM}/poster", **poster))[0] == 507
    theirs.unlink()
    assert await sender.patch(film[reached:], reached) == (204, len(film))
    assert await sender.watch() == (200, film)


async def test_a_database_that_fails_costs_no_upload(
    sender: Sender, server: ShowServer, room: LiveShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*args: Any) -> Any:
        raise ConnectionError("the database is away")

    await sender.offer(BODY)
    with monkeypatch.context() as patched:
        patched.setattr(room, "append", fail)
        assert (await sender.patch(BODY, 0))[0] == 500
    assert [path.suffix for path in files(server)] == [".part"]
    status, told = await sender.offer(BODY)
    assert (status, told["offset"]) == (200, len(BODY))
    assert await sender.watch() == (200, BODY)


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "../../etc/passwd"}, {"id": "short"}, {"id": "UPPER-0123456789"}, {"id": "a" * 64}, {"id": 7}, {"kind": "advert"},
        {"title": "x" * 201}, {"length_ms": 0}, {"length_ms": -1}, {"width": 0}, {"height": 10**9}, {"size": 0}, {"size": 2**60},
        {"sha256": "A" * 64}, {"sha256": "0" * 63}, {"spans": [{"film_ms": 0}]}, {"spans": [[0, 0, 0]] * 3000},
        {"spans": [{"film_ms": 0, "media_ms": 0, "length_ms": -1}]},
        {"spans": [{"film_ms": 0, "media_ms": 2**62, "length_ms": 1}]},
        {"spans": [{"film_ms": 0, "media_ms": 0, "length_ms": 9}, {"film_ms": 8, "media_ms": 8, "length_ms": 9}][::-1]},
        {"spans": [{"film_ms": 0, "media_ms": 0, "length_ms": 0}] * 2001},
        {"chapters": [{"begins_ms": 5, "title": "b"}, {"begins_ms": 4, "title": "a"}]},
        {"chapters": [{"begins_ms": 0, "title": "x" * 301}]}, {"chapters": [{"begins_ms": -1, "title": "x"}]},
        {"products": ["x" * 256]}, {"products": ["x"] * 51}, {"products": "oil"},
    ],
)  # fmt: skip
async def test_an_offer_that_makes_no_sense_is_refused(sender: Sender, server: ShowServer, fields: dict[str, Any]) -> None:
    status, problem = await sender.offer(BODY, **fields)
    assert (status, problem["title"]) == (400, "invalid")
    assert (files(server), await sender.list()) == ([], [])


@pytest.mark.parametrize("body", [b"", b"{}", b"[", b"\xff\xfe", b"null", b'{"id": "' + b"x" * 2_000_000])
async def test_garbage_is_no_offer(sender: Sender, body: bytes) -> None:
    status, _ = await sender.ask("POST", "/studio/shows/demo/films", data=io.BytesIO(body))
    assert status == (413 if len(body) > 1 << 20 else 400)


async def test_a_film_is_sent_as_bytes(sender: Sender) -> None:
    await sender.offer(BODY)
    assert (await sender.patch(BODY, 0, **{"Content-Type": "video/mp4"}))[0] == 415
    assert (await sender.patch(BODY, 0, "clip-0123456789abcdef"))[0] == 404
    assert (await sender.patch(BODY, 0, "..%2f..%2fshows.sqlite"))[0] == 404


@pytest.mark.parametrize(
    ("picture", "kind", "status"),
    [
        (JPEG, "image/jpeg", 204),
        (JPEG, "image/png", 415),
        (b"\x89PNG" + JPEG, "image/jpeg", 400),
        (b"", "image/jpeg", 400),
        (JPEG + b"x" * (1 << 20), "image/jpeg", 413),
    ],
)
async def test_a_poster_is_a_jpeg(sender: Sender, picture: bytes, kind: str, status: int) -> None:
    path, headers = f"/studio/films/{FILM}/poster", {"Content-Type": kind}
    await sender.offer(BODY)
    assert (await sender.ask("PUT", path, data=io.BytesIO(picture), headers=headers))[0] == status
    assert (await sender.ask("PUT", path.replace("replay", "clip"), data=JPEG, headers={"Content-Type": "image/jpeg"}))[0] == 404


ROUTES = [
    ("GET", "/studio/films"),
    ("POST", "/studio/shows/demo/films"),
    ("HEAD", f"/studio/films/{FILM}"),
    ("PATCH", f"/studio/films/{FILM}"),
    ("DELETE", f"/studio/films/{FILM}"),
    ("PUT", f"/studio/films/{FILM}/poster"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_only_who_controls_a_show_may_and_no_browser(sender: Sender, method: str, path: str) -> None:
    await sender.publish(BODY)
    for headers, expected in (
        ({}, 401),
        ({"Authorization": "Bearer nobody"}, 401),
        ({"Authorization": "Bearer the-supporter's-token"}, 403),
        (BEARER | {"Origin": sender.url}, 403),
    ):
        async with sender.http.request(method, sender.url + path, headers=headers) as response:
            assert response.status == expected
    assert await sender.watch() == (200, BODY)


async def test_what_nobody_went_on_with_and_files_of_no_film_are_swept(
    start_server: StartServer, http: aiohttp.ClientSession
) -> None:
    clock = MovedClock()
    server = await start_server(clock)
    desktop = await Desktop(http, server.url).connect()
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    sender = Sender(http, server.url)
    await sender.publish(BODY)
    await sender.offer(OTHER)
    await sender.patch(OTHER[:1000], 0)
    await sender.offer(BODY, id="clip-0123456789abcdef", kind="clip")
    stray = server.config.data_dir / "films" / "clip-fedcba9876543210.0000000000000000.mp4"
    stray.write_bytes(BODY)
    await desktop.close()
    await server.close()
    clock.later_ms += 6 * DAY_MS
    server = await start_server(clock)
    sender.url = server.url
    assert sorted(film["state"] for film in await sender.list()) == ["public", "uploading", "uploading"]
    assert not stray.exists()
    clock.later_ms += 2 * DAY_MS
    await server.films.films.sweep()
    assert [film["state"] for film in await sender.list()] == ["public"]
    assert [path.suffix for path in files(server)] == [".mp4"]
    assert await sender.watch() == (200, BODY)


async def test_a_film_whose_file_is_lost_is_not_offered_and_can_be_sent_again(
    sender: Sender, server: ShowServer, start_server: StartServer, caplog: pytest.LogCaptureFixture
) -> None:
    await sender.publish(BODY)
    await server.close()
    for path in files(server):
        path.unlink()
    again = await start_server()
    sender.url = again.url
    assert "is not where it was" in caplog.text
    assert (await again.live_shows.get("demo")).replay == ""
    await sender.publish(BODY)
    assert await sender.watch() == (200, BODY)


async def test_a_lost_film_that_was_withdrawn_does_not_come_back_with_its_disk(
    sender: Sender, server: ShowServer, start_server: StartServer
) -> None:
    await sender.publish(BODY)
    await server.close()
    (path,) = files(server)
    path.rename(path.parent.parent / "elsewhere")
    again = await start_server()
    sender.url = again.url
    assert (await sender.ask("DELETE", f"/studio/films/{FILM}"))[0] == 404
    await again.close()
    (path.parent.parent / "elsewhere").rename(path)
    again = await start_server()
    sender.url = again.url
    assert ((await sender.watch())[0], files(again)) == (404, [])
