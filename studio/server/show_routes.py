"""What strangers ask about a show by its address: its page, its socket, its picture, what it is."""

from aiohttp import web

from studio.server import pages
from studio.server.answers import at_once, json_answer
from studio.server.audience import Audience
from studio.server.ground import Ground
from studio.server.public_show import public_show
from studio.server.show_calendar import calendar
from studio.server.whep import Whep
from studio.webrtc.signalling import MEDIA


class ShowRoutes:
    """Anybody may ask."""

    def __init__(self, ground: Ground, audience: Audience, whep: Whep) -> None:
        self._live_shows, self._asked, self._url = ground.live_shows, ground.asked, ground.url
        self._audience = audience
        self._whep = whep

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this file."""
        router.add_get("/", self._index)
        router.add_get("/shows/{show}", self._page)
        router.add_get("/shows/{show}/ws", self._socket)
        router.add_get("/shows/{show}/calendar.ics", self._calendar)
        router.add_post("/shows/{show}/whep", self._join)
        router.add_get("/shows/{show}/whep", at_once(lambda request: web.Response(content_type=MEDIA)))
        router.add_get("/shows/{show}/whep/{session}", self._whep.get)
        router.add_patch("/shows/{show}/whep/{session}", self._whep.patch)
        router.add_delete("/shows/{show}/whep/{session}", self._whep.delete)
        router.add_get("/api/shows", self._shows)
        router.add_get("/api/shows/{show}", self._show)

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return await pages.index_page(request, self._live_shows)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        live, keyed = await self._asked.find(request)
        return pages.show_page(request, live, keyed=keyed)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        live, keyed = await self._asked.find(request)
        return await self._audience.handle(request, live, keyed=keyed)

    async def _calendar(self, request: web.Request) -> web.StreamResponse:
        live, _ = await self._asked.find(request)
        return calendar(live, self._url())

    async def _join(self, request: web.Request) -> web.StreamResponse:
        live, keyed = await self._asked.find(request)
        return await self._whep.post(request, live, keyed=keyed)

    async def _shows(self, request: web.Request) -> web.StreamResponse:
        rows = await self._live_shows.listed()
        return json_answer({"shows": [{"id": row["id"], "title": row["title"]} for row in rows]})

    async def _show(self, request: web.Request) -> web.StreamResponse:
        live, keyed = await self._asked.find(request)
        return json_answer(public_show(live, keyed=keyed))
