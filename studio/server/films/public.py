"""What pages ask for films: the files themselves, a show's replay, the clips of a product."""

import asyncio
import gzip
from typing import Any

import msgspec
from aiohttp import web

from studio.errors import InvalidValue, NotFound
from studio.i18n import N_
from studio.server.films.films import Film, Films
from studio.server.films.timeline import Timelines
from studio.server.live.asked import AskedShows
from studio.server.live.shows import LiveShows
from studio.show.film import FILM_ID, vtt

CLIPS, CLIPS_MAX = 12, 50
ASK_AGAIN = {"Cache-Control": "no-cache"}
"""A film can be withdrawn at any moment: who kept it asks whether it still is the one."""


class PublicFilms:
    """Handlers that anybody may ask. Films of unlisted shows are served to whoever knows their name, but never listed."""

    def __init__(self, films: Films, shows: AskedShows, live_shows: LiveShows) -> None:
        self._films = films
        self._shows = shows
        self._live_shows = live_shows
        self._timelines = Timelines()

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this file."""
        router.add_get("/api/shows/{show}/replay", self.replay)
        router.add_get("/api/clips", self.clips)
        film = f"/films/{{film:{FILM_ID}}}"
        router.add_get(f"{film}.mp4", self.film)
        router.add_get(f"{film}.jpg", self.poster)
        router.add_get(f"{film}.vtt", self.chapters)

    async def film(self, request: web.Request) -> web.StreamResponse:
        """`GET /films/{film}.mp4`, or a part of it (`Range`); 302 to the store it lies in."""
        film = self._films.get(request.match_info["film"])
        if film.src:
            return web.Response(status=302, headers={"Location": film.src} | ASK_AGAIN)
        path = self._films.path(film.id)
        return web.FileResponse(path, headers={"Content-Type": "video/mp4"} | ASK_AGAIN)

    async def poster(self, request: web.Request) -> web.StreamResponse:
        """`GET /films/{film}.jpg`."""
        path = self._films.poster(request.match_info["film"])
        return web.FileResponse(path, headers={"Content-Type": "image/jpeg"} | ASK_AGAIN)

    async def chapters(self, request: web.Request) -> web.StreamResponse:
        """`GET /films/{film}.vtt`."""
        film = self._films.get(request.match_info["film"])
        text = vtt(film.chapters, film.length_ms)
        return web.Response(text=text, content_type="text/vtt", charset="utf-8", headers=ASK_AGAIN)

    async def replay(self, request: web.Request) -> web.StreamResponse:
        """`GET /api/shows/{show}/replay`: its film, and what happened, in its order. Raises `NotFound`."""
        live, _ = await self._shows.find(request)
        if live.show.state != "ended" or not live.replay:
            raise NotFound(N_("This show has no replay"))
        film = self._films.get(live.replay)
        told = self._places(film) | {
            "spans": film.spans,
            "chapters": film.chapters,
            "vtt": f"/films/{film.id}.vtt",
        }
        body = await self._timelines.packed(live, told)
        headers = ASK_AGAIN | {"Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
        else:
            body = await asyncio.to_thread(gzip.decompress, body)
        return web.Response(body=body, content_type="application/json", headers=headers)

    async def clips(self, request: web.Request) -> web.StreamResponse:
        """`GET /api/clips?product=&show=&clip=&limit=`: the newest first. Those of an unlisted show only with the show."""
        query = request.query
        live = (await self._shows.find(request, query["show"]))[0] if query.get("show") else None
        limit = _limit(query.get("limit", ""))
        found = [film for film in reversed(self._films.public.values()) if film.kind == "clip"]
        if clip := query.get("clip", ""):
            found = [film for film in found if film.id == clip]
        elif live is None:
            found = [film for film in found if not film.unlisted]
        if live is not None:
            found = [film for film in found if film.show == live.show.id]
        if product := query.get("product", ""):
            found = [film for film in found if product in film.products]
        body = msgspec.json.encode({"clips": [await self._clip(film) for film in found[:limit]]})
        return web.Response(body=body, content_type="application/json", headers=ASK_AGAIN)

    async def _clip(self, film: Film) -> dict[str, Any]:
        products: list[dict[str, Any]] = []
        if film.products:
            sold = {product["id"]: product for product in (await self._live_shows.get(film.show)).shelf.public()}
            products = [sold[product] for product in film.products if product in sold]
        return self._places(film) | {"show": film.show, "title": film.title, "products": products}

    def _places(self, film: Film) -> dict[str, Any]:
        """What the page needs to play it."""
        return {
            "id": film.id,
            "src": film.src or f"/films/{film.id}.mp4",
            "poster": f"/films/{film.id}.jpg" if self._films.has_poster(film.id) else "",
            "length_ms": film.length_ms,
            "width": film.width,
            "height": film.height,
        }


def _limit(text: str) -> int:
    if not text:
        return CLIPS
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidValue(N_("It must be a number"), field="limit")
    return min(int(text), CLIPS_MAX)
