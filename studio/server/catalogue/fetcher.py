"""Fetches what somebody else's server has: bounded in size and time, and never from our own network unless allowed.

A name is resolved once, its addresses are checked, and the connection goes to exactly those (so a name that changes its mind
in between, DNS rebinding, gains nothing); each redirect is checked again.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohappyeyeballs import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult
from msgspec import Struct
from yarl import URL

from studio import __version__
from studio.errors import StudioError
from studio.i18n import N_

FEED_MAX, PICTURE_MAX = 300 * 1024 * 1024, 15 * 1024 * 1024
FEED_S, PICTURE_S = 600.0, 30.0
CONNECT_S, SILENT_S = 10.0, 20.0
REDIRECTS = 5
CHUNK = 64 * 1024


class FetchFailed(StudioError):
    """Something could not be fetched, and why."""

    code = "fetch"


class Fetched(Struct, frozen=True, kw_only=True):
    """What came: its size, its type, and its name for the next time (ETag). `changed` False: it is what we have."""

    size: int = 0
    content_type: str = ""
    etag: str = ""
    changed: bool = True


NOT_OUT = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
"""IPv4 that is this machine, a private network, a cloud's metadata, or nobody's (RFC 6890 and its registry): our own list, since
what Python's `is_global` says is another with each version."""
OUT = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is given out (RFC 4291); what embeds an IPv4 address elsewhere is looked at by that."""
NOT_OUT_6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def allowed(address: str) -> bool:
    """Whether an address is out on the internet."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in network for network in NOT_OUT)
    inner = parsed.ipv4_mapped or parsed.sixtofour
    if parsed in NAT64:
        inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
    if inner is not None:
        return allowed(str(inner))
    return parsed in OUT and not any(parsed in network for network in NOT_OUT_6)


def _is_spelling(host: str) -> bool:
    """Whether a host is an IPv4 address in one of the spellings that only the C library knows: `127.1`, `0x7f000001`."""
    try:
        socket.inet_aton(host.rstrip("."))
    except (OSError, ValueError):
        return False
    return True


class _Resolver(AbstractResolver):
    """Resolves a name, and refuses when any of its addresses is not allowed."""

    def __init__(self, private: bool) -> None:
        self._private = private

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise FetchFailed("{host} cannot be found", host=host) from None
        results = []
        for kind, _, _, _, place in found:
            address = str(place[0])
            if not self._private and not allowed(address):
                raise _private(host)
            results.append(
                ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            )
        return results

    async def close(self) -> None:
        pass


def _private(host: str) -> FetchFailed:
    return FetchFailed("{host} is on a private network: such feeds must be allowed in the server's settings", host=host)


class _Connector(aiohttp.TCPConnector):
    """Looks at who is at the other end, before anything is asked: whoever resolved and connected on the way."""

    def __init__(self, private: bool, **options: Any) -> None:
        super().__init__(**options)
        self._private = private

    async def _create_connection(self, req: Any, traces: Any, timeout: Any) -> Any:
        protocol = await super()._create_connection(req, traces, timeout)
        peer = protocol.transport.get_extra_info("peername") if protocol.transport is not None else None
        if not self._private and (peer is None or not allowed(str(peer[0]))):
            protocol.close()
            raise _private(str(req.url.host))
        return protocol


class Fetcher:
    """`private` allows addresses of our own network. One for a server; `close` at the end."""

    def __init__(self, *, private: bool) -> None:
        self._private = private
        self._http: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """End its connections."""
        if self._http is not None:
            await self._http.close()

    async def fetch(self, url: str, into: Path, *, most: int, time_s: float, etag: str = "") -> Fetched:
        """Write what `url` has into a file; raises `FetchFailed`."""
        try:
            async with asyncio.timeout(time_s), self._get(url, etag) as response:
                if response.status == 304:
                    return Fetched(changed=False, etag=etag)
                if response.status != 200:
                    raise FetchFailed("{host} answered {status}", host=urlsplit(url).hostname, status=response.status)
                size = await _write(response, into, most)
                return Fetched(size=size, content_type=response.content_type, etag=response.headers.get("ETag", "")[:200])
        except TimeoutError:
            raise FetchFailed("{host} takes too long", host=urlsplit(url).hostname) from None
        except (aiohttp.ClientError, OSError) as error:
            cause: BaseException | None = error
            while cause is not None:  # what our resolver says comes wrapped
                if isinstance(cause, FetchFailed):
                    raise cause from None
                cause = cause.__cause__ or cause.__context__
            raise FetchFailed("{host} cannot be reached", host=urlsplit(url).hostname) from None

    @asynccontextmanager
    async def _get(self, url: str, etag: str) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {"User-Agent": f"Vitrine/{__version__}"} | ({"If-None-Match": etag} if etag else {})
        for _ in range(REDIRECTS):
            address = self._checked(url)
            async with self._session().get(address, headers=headers, allow_redirects=False) as response:
                if response.status not in (301, 302, 303, 307, 308) or "Location" not in response.headers:
                    yield response
                    return
                try:
                    url = urljoin(url, response.headers["Location"])
                except ValueError:
                    raise FetchFailed(N_("This is no web address")) from None
        raise FetchFailed(N_("Too many redirects"))

    def _checked(self, url: str) -> URL:
        """The address as it will be connected to: other spellings of 127.0.0.1 are that already."""
        try:
            address = URL(url)
            host, port = address.host, address.port
        except ValueError:
            raise FetchFailed(N_("This is no web address")) from None
        if address.scheme not in ("http", "https") or not host or (port is not None and not 0 < port < 65536):
            raise FetchFailed(N_("This is no web address"))
        try:
            literal = str(ipaddress.ip_address(host.partition("%")[0]))
        except ValueError:
            if not self._private and _is_spelling(host):
                raise _private(host) from None
            try:
                return address.with_host(host.rstrip("."))  # a name: our resolver looks at its addresses
            except ValueError:  # nothing but dots, or what no name may have
                raise FetchFailed(N_("This is no web address")) from None
        if not self._private and not allowed(literal):
            raise _private(host)
        return address

    def _socket(self, place: AddrInfoType) -> socket.socket:
        """Each socket, as the last thing before it connects: whoever resolved the address."""
        family, kind, protocol, _, address = place
        if not self._private and not allowed(str(address[0])):
            raise _private(str(address[0]))
        return socket.socket(family, kind, protocol)

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            connector = _Connector(
                self._private,
                resolver=_Resolver(self._private),
                socket_factory=self._socket,
                use_dns_cache=False,
                limit=8,
                force_close=True,
                happy_eyeballs_delay=None,
            )
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=SILENT_S)
            self._http = aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())
        return self._http


async def _write(response: aiohttp.ClientResponse, into: Path, most: int) -> int:
    size = 0
    length: Any = response.content_length
    if length is not None and length > most:
        raise FetchFailed("It is larger than {most} MB", most=most >> 20)
    with into.open("wb") as file:
        async for chunk in response.content.iter_chunked(CHUNK):
            size += len(chunk)
            if size > most:
                raise FetchFailed("It is larger than {most} MB", most=most >> 20)
            file.write(chunk)
    return size
