"""What studios ask over HTTP, with their token: to import a file, to look into the catalogue, for what a show leaves behind."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, get_args

import msgspec
from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from studio import commands, i18n
from studio.catalogue.item import FeedKind, Options, Progress, Rejected
from studio.commands import Role
from studio.commands.chat import TALK
from studio.errors import Forbidden, InvalidValue, StudioError, invalid_message
from studio.i18n import N_
from studio.server import reading
from studio.server.auth import Tokens
from studio.server.calls.inbox import Inbox
from studio.server.catalogue.feeds import Feeds
from studio.server.catalogue.fetcher import FEED_MAX
from studio.server.catalogue.importer import Imported
from studio.server.catalogue.pictures import spool
from studio.server.db import catalogue as rows
from studio.server.db import chat as chat_rows
from studio.server.http_guard import route_of
from studio.server.limiter import address_of
from studio.server.live.shows import LiveShows
from studio.server.shop import report, report_page
from studio.wire import wire_error

FOUND_MAX = 200
REJECTED_TOLD = 200
LOOK_S = 0.2
KINDS = {"html": "text/html", "json": "application/json", "zip": "application/zip"}


class StudioApi:
    """Handlers under `/studio/…`; browsers are refused as on the link."""

    def __init__(
        self,
        engine: AsyncEngine,
        known: tuple[Tokens, tuple[str, ...]],
        feeds: Feeds,
        live_shows: LiveShows,
        folder: Path,
        inbox: Inbox,
    ) -> None:
        self._engine = engine
        self._tokens, self._proxies = known
        self._feeds = feeds
        self._live_shows = live_shows
        self._folder = folder
        self._inbox = inbox

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this file."""
        router.add_post("/studio/import", self.import_file)
        router.add_get("/studio/catalogue", self.catalogue)
        router.add_get("/studio/shows/{show}/report.{kind:html|json|zip}", self.report)
        router.add_get("/studio/shows/{show}/chat.csv", self.chat)
        router.add_get("/studio/messages/{message}", self.message)
        router.add_post("/studio/calls/{call}/recording", self.call_recording)

    async def admit(self, request: web.Request, roles: frozenset[Role] = commands.CONTROL) -> Role:
        """Who asks; raises `Forbidden`."""
        if "Origin" in request.headers:
            raise Forbidden(N_("Browsers may not open the studio's link"))
        bearer = await self._tokens.authenticate(request, address_of(request, self._proxies))
        if bearer.role not in roles:
            raise Forbidden("{role} may not use {name}", role=bearer.role, name=route_of(request))
        return bearer.role

    async def catalogue(self, request: web.Request) -> web.StreamResponse:
        """`GET /studio/catalogue?q=&limit=&offset=`: products, by title."""
        await self.admit(request, TALK)
        limit = _number(request, "limit", 50, FOUND_MAX)
        async with self._engine.connect() as connection:
            query = request.query.get("q", "")[:200]
            found = await rows.search(connection, query, limit, _number(request, "offset", 0, 10**7))
        return web.Response(body=msgspec.json.encode({"products": found}), content_type="application/json")

    async def message(self, request: web.Request) -> web.StreamResponse:
        """`GET /studio/messages/{message}`: the recording of what a customer left."""
        await self.admit(request, TALK)
        path = await self._inbox.recording(request.match_info["message"])
        return web.FileResponse(path, headers={"Content-Disposition": f'attachment; filename="{path.name}"'})

    async def call_recording(self, request: web.Request) -> web.StreamResponse:
        """`POST /studio/calls/{call}/recording`: an MP4 of a call whose customer agreed to it."""
        await self.admit(request, TALK)
        kept = await self._inbox.keep_call(request.match_info["call"], reading.pieces(request.content.readany))
        return web.Response(body=msgspec.json.encode({"ok": True, "id": kept}), content_type="application/json")

    async def report(self, request: web.Request) -> web.StreamResponse:
        """`GET /studio/shows/{show}/report.html|json|zip?lang=`: what the show came to."""
        await self.admit(request)
        live = await self._live_shows.get(request.match_info["show"])
        gathered = await report.gather(live, self._engine)
        kind = request.match_info["kind"]
        if kind == "html":
            language = request.query.get("lang", "en")
            body = await asyncio.to_thread(report_page.as_html, gathered, language if language in i18n.LANGUAGES else "en")
        else:
            body = await asyncio.to_thread(report.as_json if kind == "json" else report.as_csv, gathered)
        return web.Response(body=body, content_type=KINDS[kind], headers={"Content-Disposition": "attachment"})

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """`GET /studio/shows/{show}/chat.csv`: what was written."""
        await self.admit(request, TALK)
        live = await self._live_shows.get(request.match_info["show"])
        async with self._engine.connect() as connection:
            lines = await chat_rows.every(connection, live.show.id)
        body = report.table(*report.chat_table(lines))
        return web.Response(body=body, content_type="text/csv", headers={"Content-Disposition": "attachment"})

    async def import_file(self, request: web.Request) -> web.StreamResponse:
        """`POST /studio/import?name=&kind=&currency=&url=&decimal=&dates=&vat=`: the body is the feed; or with
        `address=` we fetch it.

        The answer is a line of JSON for each step: `progress`, `rejected`, and at the end `done` or `error`. Whoever hangs up
        cancels it, and nothing has changed.
        """
        await self.admit(request)
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
                await asyncio.wait([task], timeout=LOOK_S)
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
