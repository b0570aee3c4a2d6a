"""Nothing on this machine or a private network is fetched, however it is written, and whatever the library of the day thinks of
it."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp.connector
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from studio.server.catalogue import fetcher as fetcher_module
from studio.server.catalogue.fetcher import Fetcher, FetchFailed, allowed
from tests.server.catalogue.conftest import Shop

OURS = (
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
)  # fmt: skip
OURS_6 = (
    "::", "::1", "::2", "::127.0.0.1", "::10.0.0.1", "::ffff:127.0.0.1", "::ffff:192.168.1.1", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::7f00:1", "64:ff9b:1::5db8:d822", "100::1", "100:0:0:1::1", "200::1",
    "400::1", "1000::1", "2001::1", "2001:0:7f00:1::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
    "2001:db8:ffff::1", "2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1",
    "8000::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "feff::1", "ff02::1", "ff0e::1",
    "ffff::1",
)  # fmt: skip
OUT = ("93.184.216.34", "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.128.0.1", "172.32.0.1", "192.169.0.1", "223.255.255.255")
OUT_6 = ("2606:2800:220:1::1", "2a00:1450::1", "2001:200::1", "64:ff9b::5db8:d822", "2002:5db8:d822::1", "::ffff:93.184.216.34")


@pytest.mark.parametrize("address", [*OURS, *OURS_6])
def test_these_are_ours(address: str) -> None:
    assert not allowed(address)


@pytest.mark.parametrize("address", [*OUT, *OUT_6])
def test_these_are_out(address: str) -> None:
    assert allowed(address)


@given(st.integers(0, 2**128 - 1))
def test_no_address_is_out_that_is_not_given_out(number: int) -> None:
    address = ipaddress.IPv6Address(number)
    if allowed(str(address)):
        inside = address.ipv4_mapped or address.sixtofour
        assert address in fetcher_module.OUT or inside is not None or address in fetcher_module.NAT64
        assert inside is None or allowed(str(inside))


@given(st.sampled_from(OURS).map(ipaddress.IPv4Address))
def test_whatever_wraps_an_address_of_ours_is_ours(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)
    for wrapped in (
        number,
        (0xFFFF << 32) | number,
        (0xFFFF << 48) | number,
        (0x64FF9B << 96) | number,
        int(ipaddress.IPv6Address("64:ff9b:1::")) | number,
        (0x2002 << 112) | (number << 80),
        (0x20010000 << 96) | (number ^ 0xFFFFFFFF),
    ):
        assert not allowed(str(ipaddress.IPv6Address(wrapped))), str(ipaddress.IPv6Address(wrapped))


# ── however it is written ────────────────────────────────────────────────────────────────────────────────────


def spellings(address: str) -> Iterator[str]:
    """An IPv4 address as the C library reads it: one to four parts, each decimal, octal or hexadecimal."""
    octets = [int(part) for part in address.split(".")]
    number = int(ipaddress.IPv4Address(address))
    parts = ([number], [octets[0], number & 0xFFFFFF], [octets[0], octets[1], number & 0xFFFF], octets)
    written = (str, lambda n: f"0{n:o}", hex, lambda n: f"0X{n:X}", lambda n: f"{n:#012x}", lambda n: f"000{n:o}")
    for some in parts:
        for write in written:
            yield ".".join(map(write, some))
        if len(some) > 1:  # of each kind some
            yield ".".join(written[at % len(written)](part) for at, part in enumerate(some))


@pytest.fixture
async def strict(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Fetcher, list[str]]]:
    """A fetcher whose library connects nowhere, and where it would have."""
    tried: list[str] = []

    async def connect(self: object, *args: object, addr_infos: Any, **more: object) -> Any:
        tried.append(str(addr_infos[0][4][0]))
        raise OSError("not connected, by this test")

    async def no_such_name(host: str, port: int, **more: object) -> Any:
        raise OSError("no name is looked up here")

    monkeypatch.setattr(aiohttp.connector.TCPConnector, "_wrap_create_connection", connect)
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", no_such_name)
    fetcher = Fetcher(private=False)
    yield fetcher, tried
    await fetcher.close()


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "0.0.0.0"])
async def test_no_spelling_that_the_c_library_reads_is_connected_to(
    strict: tuple[Fetcher, list[str]], tmp_path: Path, address: str
) -> None:
    fetcher, tried = strict
    for spelling in spellings(address):
        assert socket.inet_aton(spelling) == socket.inet_aton(address), spelling
        for host in (spelling, f"{spelling}.", f"{spelling}..", spelling.replace("1", "%31"), spelling.replace("1", "１")):
            with pytest.raises(FetchFailed):
                await fetcher.fetch(f"http://{host}/", tmp_path / "never", most=10, time_s=5)
            assert tried == [], f"{host} would be connected to"


@given(st.text(st.sampled_from("0123456789abcdefxX.o"), min_size=1, max_size=20))
def test_what_the_c_library_reads_as_an_address_is_one_to_us(host: str) -> None:
    try:
        number = socket.inet_aton(host)
    except OSError:
        return
    address = socket.inet_ntoa(number)
    if not allowed(address):
        with pytest.raises(FetchFailed):
            Fetcher(private=False)._checked(f"http://{host}/")


@pytest.mark.parametrize(
    "host",
    [f"[{address}]" for address in OURS_6]
    + ["[::1%25lo]", "[0:0:0:0:0:0:0:1]", "[::FFFF:7F00:1]", "[v1.127.0.0.1]", "[127.0.0.1]"],
)
async def test_no_ipv6_of_ours_is_connected_to(strict: tuple[Fetcher, list[str]], tmp_path: Path, host: str) -> None:
    fetcher, tried = strict
    with pytest.raises(FetchFailed):
        await fetcher.fetch(f"http://{host}/", tmp_path / "never", most=10, time_s=5)
    assert tried == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1@127.0.0.1/",
        "http://shop.example@127.0.0.1/",
        "http://shop.example:80@127.0.0.1/",
        "http://127.0.0.1#@shop.example/",
        "http://127.0.0.1\\@shop.example/",
        "http://127.0.0.1?@shop.example/",
        "http:127.0.0.1/",
        "http:///127.0.0.1/",
        "//127.0.0.1/",
        "HTTP://127.0.0.1/",
        "http://127.0.0.1:80:80/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:65536/",
        "http://127.0.0.1\r\nHost: x/",
        "http://\ud800/",
        "http://-/",
        "http://" + "a" * 300 + "/",
        "http://xn--a/",
    ],
)
async def test_tricks_with_the_rest_of_an_address_lead_nowhere(
    strict: tuple[Fetcher, list[str]], tmp_path: Path, url: str
) -> None:
    fetcher, tried = strict
    with pytest.raises(FetchFailed):
        await fetcher.fetch(url, tmp_path / "never", most=10, time_s=5)
    assert tried == []


# ── one layer is enough ──────────────────────────────────────────────────────────────────────────────────────


async def test_if_the_library_resolved_by_itself_no_socket_would_be_made(
    feed_shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetcher = Fetcher(private=False)
    monkeypatch.setattr(fetcher, "_checked", URL)
    monkeypatch.setattr(fetcher, "_look_at_peer", lambda response, host: None, raising=False)
    with pytest.raises(FetchFailed, match="private network"):
        await fetcher.fetch(f"{feed_shop.url}/feed", tmp_path / "a", most=10, time_s=5)
    assert feed_shop.asked == []
    await fetcher.close()


async def test_if_it_connected_all_the_same_the_answer_would_not_be_read(
    feed_shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed_shop.answers["/feed"] = b"secret" * 500_000
    fetcher = Fetcher(private=False)
    monkeypatch.setattr(fetcher, "_checked", URL)
    monkeypatch.setattr(fetcher, "_socket", lambda place: socket.socket(*place[:3]))
    with pytest.raises(FetchFailed, match="private network"):
        await fetcher.fetch(f"{feed_shop.url}/feed", tmp_path / "a", most=10 << 20, time_s=5)
    assert not (tmp_path / "a").exists()
    await fetcher.close()


# ── where a redirect leads ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "location",
    [
        "http://[",
        "http://[::1",
        "http://]",
        "http://a:b/",
        "http://a:99999/",
        "http://\xff\xfe/",
        "\xed\xa0\x80",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "data:text/plain,x",
        "javascript:1",
        "http://",
        "//",
        "http:",
        "?" * 5000,
        "http://%00/",
        "http://" + "a." * 200 + "example/",
        "",
    ],
)
async def test_a_redirect_to_what_is_no_address_is_a_sentence(feed_shop: Shop, tmp_path: Path, location: str) -> None:
    async def away(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        request.transport.write(head.encode("latin-1"))
        request.transport.close()
        return web.Response()

    feed_shop.answers["/feed"] = away
    fetcher = Fetcher(private=True)
    with pytest.raises(FetchFailed) as caught:
        await fetcher.fetch(f"{feed_shop.url}/feed", tmp_path / "a", most=10, time_s=5)
    assert str(caught.value)
    await fetcher.close()
