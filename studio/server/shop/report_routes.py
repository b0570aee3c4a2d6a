"""What studios ask over HTTP for what a show leaves behind: its report, its chat."""

import asyncio

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from studio import i18n
from studio.commands.chat import TALK
from studio.server.admission import Admission
from studio.server.db import chat as chat_rows
from studio.server.live.shows import LiveShows
from studio.server.shop import report, report_page

KINDS = {"html": "text/html", "json": "application/json", "zip": "application/zip"}


class ReportRoutes:
    """Of every show there is or was."""

    def __init__(self, engine: AsyncEngine, admission: Admission, live_shows: LiveShows) -> None:
        self._engine = engine
        self._admission = admission
        self._live_shows = live_shows

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this file."""
        router.add_get("/studio/shows/{show}/report.{kind:html|json|zip}", self.report)
        router.add_get("/studio/shows/{show}/chat.csv", self.chat)

    async def report(self, request: web.Request) -> web.StreamResponse:
        """`GET /studio/shows/{show}/report.html|json|zip?lang=`: what the show came to."""
        await self._admission.role(request)
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
        await self._admission.role(request, TALK)
        live = await self._live_shows.get(request.match_info["show"])
        async with self._engine.connect() as connection:
            lines = await chat_rows.every(connection, live.show.id)
        body = report.table(*report.chat_table(lines))
        return web.Response(body=body, content_type="text/csv", headers={"Content-Disposition": "attachment"})
