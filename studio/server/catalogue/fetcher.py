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


def allowed(address: str) -> bool:
    """Whether an address is out on the internet: not this machine, not a private network, not a cloud's metadata."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if parsed in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return allowed(str(inner))
    return parsed.is_global and not parsed.is_multicast


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
                url = urljoin(url, response.headers["Location"])
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
            return address  # a name: our resolver looks at its addresses
        if not self._private and not allowed(literal):
            raise _private(host)
        return address

    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            connector = aiohttp.TCPConnector(
                resolver=_Resolver(self._private), use_dns_cache=False, limit=8, force_close=True, happy_eyeballs_delay=None
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
