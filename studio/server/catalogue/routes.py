"""What studios ask of the brand's products over HTTP: to import a file, to look into the catalogue."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, get_args

import msgspec
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.catalogue.item import FeedKind, Options, Progress, Rejected
from studio.commands.chat import TALK
from studio.errors import InvalidValue, StudioError, invalid_message
from studio.i18n import N_
from studio.server import reading
from studio.server.admission import Admission
from studio.server.catalogue.feeds import Feeds
from studio.server.catalogue.fetcher import FEED_MAX
from studio.server.catalogue.importer import Imported
from studio.server.catalogue.pictures import spool
from studio.server.db import catalogue as rows
from studio.wire import wire_error

FOUND_MAX = 200
REJECTED_TOLD = 200
POLL_S = 0.2


class CatalogueRoutes:
    """`folder` is where a file lies while it is read."""

    def __init__(self, engine: AsyncEngine, admission: Admission, feeds: Feeds, folder: Path) -> None:
        self._engine = engine
        self._admission = admission
        self._feeds = feeds
        self._folder = folder

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this file."""
        router.add_post("/studio/import", self.import_file)
        router.add_get("/studio/catalogue", self.catalogue)

    async def catalogue(self, request: web.Request) -> web.StreamResponse:
        """`GET /studio/catalogue?q=&limit=&offset=`: products, by title."""
        await self._admission.role(request, TALK)
        limit = _number(request, "limit", 50, FOUND_MAX)
        async with self._engine.connect() as connection:
            query = request.query.get("q", "")[:200]
            found = await rows.search(connection, query, limit, _number(request, "offset", 0, 10**7))
        return web.Response(body=msgspec.json.encode({"products": found}), content_type="application/json")

    async def import_file(self, request: web.Request) -> web.StreamResponse:
        """`POST /studio/import?name=&kind=&currency=&url=&decimal=&dates=&vat=`: the body is the feed; or with
        `address=` we fetch it.

        The answer is a line of JSON for each step: `progress`, `rejected`, and at the end `done` or `error`. Whoever hangs up
        cancels it, and nothing has changed.
        Raises `InvalidValue`.
        """
        await self._admission.role(request)
        kind = request.query.get("kind", "")
        if kind not in ("", *get_args(FeedKind)):
            raise InvalidValue("There is no kind {kind}; there are {kinds}", kind=kind, kinds=", ".join(get_args(FeedKind)))
        named = {name: request.query.get(name, "") for name in ("currency", "url", "decimal", "dates", "vat")}
        try:
            options = msgspec.convert(named | {"kind": kind or None}, Options)
        except msgspec.ValidationError as error:
            raise invalid_message(error) from None
        name = (request.query.get("name") or "feed")[:200]
        if address := request.query.get("address", ""):
            return await self._answer(request, lambda told: self._feeds.import_address(address, name, options, told))
        path = await asyncio.to_thread(spool, self._folder)
        try:
            await _receive(request, path)
            return await self._answer(request, lambda told: self._feeds.import_file(path, name, options, told))
        finally:
            path.unlink(missing_ok=True)

    async def _answer(
        self, request: web.Request, work: Callable[[Callable[[Progress | Rejected], Awaitable[None]]], Awaitable[Imported]]
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson", "X-Accel-Buffering": "no"})
        await response.prepare(request)
        told = 0

        async def tell(said: Progress | Rejected) -> None:
            nonlocal told
            if isinstance(said, Rejected):
                told += 1
                if told > REJECTED_TOLD:
                    return
            await response.write(_line(said))

        task = asyncio.ensure_future(work(tell))
        try:
            while not task.done():
                await asyncio.wait([task], timeout=POLL_S)
                if request.transport is None or request.transport.is_closing():
                    raise ConnectionResetError("the one who asked has left")
            done = msgspec.structs.replace(task.result(), rejected=())
            await response.write(_line({"t": "done"} | msgspec.to_builtins(done)))
        except StudioError as error:
            await response.write(_line({"t": "error", "error": wire_error(error)}))
        finally:
            if not task.done():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
        return response


async def _receive(request: web.Request, path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        async for chunk in reading.pieces(request.content.readany):
            size += len(chunk)
            if size > FEED_MAX:
                raise InvalidValue("The file is larger than {most} MB", most=FEED_MAX >> 20)
            await asyncio.to_thread(file.write, chunk)


def _line(value: Any) -> bytes:
    return msgspec.json.encode(value) + b"\n"


def _number(request: web.Request, name: str, default: int, most: int) -> int:
    try:
        return max(0, min(most, int(request.query.get(name, default))))
    except ValueError:
        raise InvalidValue(N_("It must be a number"), field=name) from None
