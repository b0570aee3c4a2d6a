"""What a studio asks its show server over HTTP: to read a feed, to look into the catalogue, for what a show leaves behind."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp
import msgspec
from msgspec import Struct

from studio.errors import InvalidValue, StudioError, Unreachable, from_wire
from studio.i18n import N_
from studio.link.server_process import Endpoint
from studio.show.product import CatalogueProduct
from studio.show.read_as import ReadAs
from studio.wire import WireError

TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=120)
CHUNK = 256 * 1024
ANSWER_MAX = 256 << 20
RECORDINGS = frozenset({"webm", "mp4", "m4a", "ogg"})
"""How the files of customers' messages may end."""


class Reading(Struct, frozen=True, kw_only=True, tag_field="t", tag="progress"):
    """How far a feed is read."""

    done_bytes: int
    total_bytes: int
    products: int
    rejected: int
    skipped: int


class Refusal(Struct, frozen=True, kw_only=True, tag_field="t", tag="rejected"):
    """A product, or with `kept` a field of one, that could not be used; `reason` is a msgid with the fields of `params`."""

    line: int
    id: str = ""
    field: str = ""
    reason: str
    params: dict[str, str] = {}
    kept: bool = False


class ReadDone(Struct, frozen=True, kw_only=True, tag_field="t", tag="done"):
    """What became of it."""

    products: int
    new: int
    changed: int
    gone: int
    skipped: int
    refused: int
    read_as: ReadAs = ReadAs()


class _ReadFailed(Struct, frozen=True, kw_only=True, tag_field="t", tag="error"):
    error: WireError


_lines = msgspec.json.Decoder(Reading | Refusal | ReadDone | _ReadFailed)
_found = msgspec.json.Decoder(dict[str, tuple[CatalogueProduct, ...]])


class ShopClient:
    """Speaks to one server; `http` is the caller's to close."""

    def __init__(self, http: aiohttp.ClientSession, endpoint: Endpoint) -> None:
        self._http = http
        self._endpoint = endpoint

    async def import_feed(self, feed: str | Path, options: dict[str, str], told: Callable[[Reading | Refusal], None]) -> ReadDone:
        """Read a file of this machine, or an address. `options`: `kind`, `currency`, `url`,
        `name`, `decimal`, `dates`, `vat`. Cancelling it changes
        nothing at the server. Raises a `StudioError` that says why it could not be read."""
        query = {name: value for name, value in options.items() if value}
        if isinstance(feed, Path):
            query.setdefault("name", feed.name)
            body: Any = _pieces(feed)
        else:
            query["address"] = feed
            body = None
        async with self.ask("POST", "/studio/import", params=query, data=body) as response:
            async for line in response.content:
                said = _lines.decode(line)
                if isinstance(said, ReadDone):
                    return said
                if isinstance(said, _ReadFailed):
                    error = said.error
                    raise from_wire(error.code, error.message, error.field, error.params)
                told(said)
        raise Unreachable(N_("The show server ended before the feed was read; nothing was changed"))

    async def catalogue(self, query: str, limit: int = 50, offset: int = 0) -> tuple[CatalogueProduct, ...]:
        """Products with all the words of `query`."""
        params = {"q": query, "limit": str(limit), "offset": str(offset)}
        async with self.ask("GET", "/studio/catalogue", params=params) as response:
            return _found.decode(await response.read())["products"]

    async def download(self, path: str) -> bytes:
        """What stands under a path of the server's, such as a report."""
        async with self.ask("GET", path) as response:
            return await response.read()

    async def recording(self, message: str) -> tuple[str, bytes]:
        """What a customer said into a message: how its file ends (one of `RECORDINGS`), and the file. Raises `InvalidValue`."""
        async with self.ask("GET", f"/studio/messages/{quote(message, safe='')}") as response:
            named = response.content_disposition
            ending = (named.filename or "").rpartition(".")[2].lower() if named is not None else ""
            if ending not in RECORDINGS:
                raise InvalidValue("A recording that ends in {ending} is not opened", ending=ending or "?")
            return ending, await response.read()

    async def keep_call(self, call: str, path: Path) -> None:
        """Give the server the film of a call. Raises `NotFound` or `WrongState` when it is not wanted (any more)."""
        async with self.ask("POST", f"/studio/calls/{quote(call, safe='')}/recording", data=_pieces(path)):
            pass

    @asynccontextmanager
    async def ask(
        self, method: str, path: str, again: frozenset[int] = frozenset(), **options: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """A request of ours, with our token. Raises a `StudioError` for every answer but a good one: `Unreachable` for those
        statuses after which it may work `again`."""
        headers = options.pop("headers", {}) | {"Authorization": f"Bearer {self._endpoint.token}"}
        try:
            request = self._http.request(
                method, f"{self._endpoint.url}{path}", headers=headers, timeout=TIMEOUT, read_bufsize=1 << 20, **options
            )
            async with request as response:
                if response.status in again:
                    raise Unreachable("The show server answered {status}", status=response.status)
                if response.status >= 400:
                    raise await _problem(response)
                yield response
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Unreachable(N_("The show server does not answer")) from error
        except msgspec.DecodeError as error:
            raise Unreachable("The show server answered something else: {problem}", problem=error) from None


async def _problem(response: aiohttp.ClientResponse) -> StudioError:
    """The problem document (RFC 9457) as the error it stands for."""
    try:
        said = msgspec.json.decode(await response.read())
        return from_wire(str(said["title"]), "{problem}", None, {"problem": str(said["detail"])})
    except (msgspec.DecodeError, KeyError, TypeError):
        kind = Unreachable if response.status >= 500 or response.status in (408, 429) else InvalidValue
        return kind("The show server answered {status}", status=response.status)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise InvalidValue("{path} cannot be read: {problem}", path=str(path), problem=error.strerror or error) from None
    with file:
        while piece := file.read(CHUNK):
            yield piece
