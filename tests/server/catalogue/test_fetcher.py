"""What is fetched from strangers: bounded, checked at every step, and made small."""

import asyncio
import contextlib
import io
import socket
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from PIL import Image

from studio.errors import InvalidValue
from studio.server.catalogue.fetcher import Fetcher, FetchFailed, allowed
from studio.server.catalogue.pictures import LONGEST, made_small
from tests.server.catalogue.conftest import Shop


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
     "::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "fe80::1%eth0", "nonsense", ""],
)  # fmt: skip
def test_private_addresses_are_not_allowed(address: str) -> None:
    assert not allowed(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_the_internet_is(address: str) -> None:
    assert allowed(address)


@pytest.fixture
async def fetcher() -> Any:
    made = Fetcher(private=True)
    yield made
    await made.close()


async def test_a_redirect_to_a_private_address_is_refused(
    feed_shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("http://10.0.0.1/secret")

    feed_shop.answers["/feed"] = away
    strict = Fetcher(private=False)
    strict._private = True
    session = strict._session()  # the first address is allowed, as if it were on the internet
    strict._private = False
    monkeypatch.setattr("studio.server.catalogue.fetcher.allowed", lambda address: address == "127.0.0.1")
    with pytest.raises(FetchFailed, match=r"10\.0\.0\.1 is on a private network"):
        await strict.fetch(f"{feed_shop.url}/feed", tmp_path / "a", most=1000, time_s=5)
    await session.close()


@pytest.mark.parametrize(
    "host", ["①27.0.0.1", "127。0。0。1", "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost"]
)
async def test_no_spelling_of_our_own_address_is_fetched(host: str, feed_shop: Shop, tmp_path: Path) -> None:
    port = feed_shop.url.rpartition(":")[2]
    strict = Fetcher(private=False)
    with pytest.raises(FetchFailed):
        await strict.fetch(f"http://{host}:{port}/feed", tmp_path / "a", most=1000, time_s=5)
    assert not (tmp_path / "a").exists()
    await strict.close()


async def test_a_name_is_resolved_once_and_every_address_of_it_is_checked(
    feed_shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    async def rebinding(host: str, port: int, **more: Any) -> list[Any]:
        asked.append(host)
        addresses = ["93.184.216.34", "127.0.0.1"] if host == "mixed.example" else ["127.0.0.1"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", rebinding)
    strict = Fetcher(private=False)
    for host in ("mixed.example", "rebound.example"):
        with pytest.raises(FetchFailed, match="private network"):
            await strict.fetch(f"http://{host}:{feed_shop.url.rpartition(':')[2]}/feed", tmp_path / "a", most=1000, time_s=5)
    assert (asked, feed_shop.asked) == (["mixed.example", "rebound.example"], [])
    await strict.close()


async def test_too_much_too_slow_and_too_often(fetcher: Fetcher, feed_shop: Shop, tmp_path: Path) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            while True:
                await response.write(b"x" * 1000)
        return response

    async def silent(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.4)
        return web.Response()

    async def around(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/around")

    feed_shop.answers |= {"/endless": endless, "/silent": silent, "/around": around, "/small": b"ok"}
    path = tmp_path / "a"
    with pytest.raises(FetchFailed, match="larger than"):
        await fetcher.fetch(f"{feed_shop.url}/endless", path, most=2 << 20, time_s=10)
    assert path.stat().st_size <= 3 << 20
    with pytest.raises(FetchFailed, match="too long"):
        await fetcher.fetch(f"{feed_shop.url}/silent", path, most=1000, time_s=0.2)
    with pytest.raises(FetchFailed, match="redirects"):
        await fetcher.fetch(f"{feed_shop.url}/around", path, most=1000, time_s=5)
    with pytest.raises(FetchFailed, match="404"):
        await fetcher.fetch(f"{feed_shop.url}/nothing", path, most=1000, time_s=5)
    assert (await fetcher.fetch(f"{feed_shop.url}/small", path, most=1000, time_s=5)).size == 2


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.example/x", "gopher://a", "http://", "http://[", "javascript:1", "//a/b"]
)
async def test_what_is_no_web_address(fetcher: Fetcher, tmp_path: Path, url: str) -> None:
    with pytest.raises(FetchFailed):
        await fetcher.fetch(url, tmp_path / "a", most=1000, time_s=5)


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────────────────


def png(width: int, height: int, colour: Any = (200, 30, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is that large; its pixels would be."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(4000, 1000), (1000, 4000), (300, 200), (1, 1)])
def test_a_picture_is_made_small_and_stays_in_shape(size: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(made_small(png(*size)))) as made:
        assert made.format == "WEBP"
        assert max(made.size) <= LONGEST
        assert abs(made.width / made.height - size[0] / size[1]) < 0.05 * size[0] / size[1]


def test_what_a_camera_wrote_into_it_is_gone() -> None:
    picture = Image.new("RGB", (40, 20), (10, 200, 10))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    exif[0x8825] = {1: "N"}  # where it was taken
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    with Image.open(io.BytesIO(made_small(out.getvalue()))) as made:
        assert made.size == (20, 40), "it stands upright"
        assert not made.getexif()


def test_glass_stays_clear() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (10, 200, 10, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(made_small(out.getvalue()))) as made:
        assert made.mode == "RGBA"


TRAPS = {
    "too large": bomb(40_000, 40_000),
    "too wide": bomb(60_000, 2000),
    "nothing": b"",
    "cut": b"GIF89a",
    "a program": b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    "half": png(50, 50)[:60],
    "a document": b"%PDF-1.4",
    "a broken photo": b"\xff\xd8\xff\xe0" + b"\0" * 50,
    "a broken scan": b"II*\0" + b"\0" * 50,
}


@pytest.mark.parametrize("name", TRAPS)
def test_what_is_no_picture_or_a_trap_is_refused(name: str) -> None:
    with pytest.raises(InvalidValue):
        made_small(TRAPS[name])
