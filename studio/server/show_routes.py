"""Everything that strangers ask about a show by its address: pages, sockets, pictures, products, orders."""

import hmac
from collections.abc import Callable

from aiohttp import web

from studio.errors import NotFound
from studio.i18n import N_
from studio.server import pages, shop_api
from studio.server.answers import at_once, json_answer
from studio.server.audience import Audience
from studio.server.auth import Unauthorised
from studio.server.films.public import PublicFilms
from studio.server.live.show import LiveShow
from studio.server.live.shows import LiveShows
from studio.server.public_show import public_show
from studio.server.shop_api import VisitorApi
from studio.server.whep import Whep
from studio.webrtc.signalling import MEDIA


class ShowRoutes:
    """`url()` is where people reach the server."""

    def __init__(
        self,
        live_shows: LiveShows,
        audience: Audience,
        whep: Whep,
        shop: tuple[VisitorApi, PublicFilms],
        url: Callable[[], str],
    ) -> None:
        self._live_shows = live_shows
        self._audience = audience
        self._whep = whep
        self._visitors, self._films = shop
        self._url = url

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
        router.add_get("/api/shows/{show}/products", self._products)
        router.add_get("/api/shows/{show}/products/{product}", self._product)
        router.add_get("/api/shows/{show}/pins", self._pins)
        router.add_get("/api/shows/{show}/replay", self._replay)
        router.add_post("/api/shows/{show}/orders", self._order)
        router.add_get("/api/clips", self._clips)

    async def find(self, request: web.Request, show: str = "") -> tuple[LiveShow, bool]:
        """The request's show (`show`, when that is not in the path), and whether it came with the show's key, in the address
        or as a bearer token (a player that shows a wrong one is told so). An unlisted show does not exist without it. Every
        address that names a show goes through here."""
        show = show or request.match_info["show"]
        live = await self._live_shows.get(show)
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        key = token.strip() if scheme.lower() == "bearer" else request.query.get("key", "")
        keyed = hmac.compare_digest(key.encode(errors="surrogatepass"), live.key.encode())
        if live.unlisted and not keyed:
            raise NotFound("There is no show {show}", show=show)
        if scheme.lower() not in ("", "visitor") and not keyed:
            raise Unauthorised(N_("The token is missing or wrong"))
        return live, keyed

    async def _index(self, request: web.Request) -> web.StreamResponse:
        return await pages.index_page(request, self._live_shows)

    async def _page(self, request: web.Request) -> web.StreamResponse:
        live, keyed = await self.find(request)
        return pages.show_page(request, live, keyed=keyed)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        live, keyed = await self.find(request)
        return await self._audience.handle(request, live, keyed=keyed)

    async def _calendar(self, request: web.Request) -> web.StreamResponse:
        live, _ = await self.find(request)
        return shop_api.calendar(request, live, self._url())

    async def _join(self, request: web.Request) -> web.StreamResponse:
        live, keyed = await self.find(request)
        return await self._whep.post(request, live, keyed=keyed)

    async def _shows(self, request: web.Request) -> web.StreamResponse:
        rows = await self._live_shows.listed()
        return json_answer({"shows": [{"id": row["id"], "title": row["title"]} for row in rows]})

    async def _show(self, request: web.Request) -> web.StreamResponse:
        live, keyed = await self.find(request)
        return json_answer(public_show(live, keyed=keyed))

    async def _products(self, request: web.Request) -> web.StreamResponse:
        live, keyed = await self.find(request)
        return shop_api.all_products(live, keyed=keyed)

    async def _product(self, request: web.Request) -> web.StreamResponse:
        live, _ = await self.find(request)
        return shop_api.one_product(live, request.match_info["product"])

    async def _pins(self, request: web.Request) -> web.StreamResponse:
        live, _ = await self.find(request)
        return await shop_api.shown_products(live)

    async def _replay(self, request: web.Request) -> web.StreamResponse:
        live, _ = await self.find(request)
        return await self._films.replay(request, live)

    async def _order(self, request: web.Request) -> web.StreamResponse:
        live, _ = await self.find(request)
        return await self._visitors.order(request, live)

    async def _clips(self, request: web.Request) -> web.StreamResponse:
        show = request.query.get("show", "")
        return await self._films.clips(request, (await self.find(request, show))[0] if show else None)
