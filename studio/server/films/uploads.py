"""How desktops send films: tus 1.0.0, its core protocol, over `/studio/films`.

`POST /studio/shows/{show}/films` says what is to come, and is answered with what is here already; `PATCH` sends more of it.
After a cut connection or a restart the desktop asks again and goes on. The SHA-256 that was promised is checked at the end.
"""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from studio.errors import InvalidValue
from studio.i18n import N_
from studio.server import reading
from studio.server.admission import Admission
from studio.server.films.films import POSTER_MAX, Film, Films
from studio.server.whep import UnsupportedMedia
from studio.show.film import FILM_ID, FilmOffer

OFFER_MAX = 1 << 20
WORDS_S = 60.0
"""What is said of a film, and its poster, may take so long on a slow uplink."""
BYTES = "application/offset+octet-stream"
_offer: reading.Decoder[FilmOffer] = reading.Decoder(FilmOffer)
TUS = {"Tus-Resumable": "1.0.0", "Cache-Control": "no-store"}


class FilmUploads:
    """Handlers under `/studio/…`."""

    def __init__(self, films: Films, admission: Admission) -> None:
        self._films = films
        self._admission = admission

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this file."""
        film = f"/studio/films/{{film:{FILM_ID}}}"
        router.add_get("/studio/films", self.films)
        router.add_post("/studio/shows/{show}/films", self.offer)
        router.add_head(film, self.reached)
        router.add_patch(film, self.receive)
        router.add_delete(film, self.withdraw)
        router.add_put(f"{film}/poster", self.poster)

    async def films(self, request: web.Request) -> web.Response:
        """`GET /studio/films?show=`: all films, or those of a show, the newest first."""
        await self._admission.role(request)
        show = request.query.get("show", "")
        known = [*self._films.public.values(), *self._films.uploading.values()]
        wanted = [film for film in known if not show or film.show == show]
        wanted.sort(key=lambda film: film.at_ms, reverse=True)
        return _json({"films": [await self._told(film) for film in wanted]})

    async def _told(self, film: Film) -> dict[str, Any]:
        on_its_way = film is self._films.uploading.get(film.id)
        offset = (await self._films.reached(film.id))[0] if on_its_way else film.size
        told: dict[str, Any] = msgspec.to_builtins(film)
        del told["unlisted"]
        state = "uploading" if on_its_way else "public"
        return told | {"state": state, "offset": offset, "poster": self._films.has_poster(film.id)}

    async def offer(self, request: web.Request) -> web.Response:
        """`POST /studio/shows/{show}/films`: a FilmOffer. 201, or 200 when it is known."""
        await self._admission.role(request)
        offer = _offer.take(await reading.body(request, OFFER_MAX, WORDS_S))
        offset, new = await self._films.offer(request.match_info["show"], offer)
        place = {"Location": f"/studio/films/{offer.id}", "Upload-Offset": str(offset)}
        return _json({"id": offer.id, "offset": offset}, 201 if new else 200, place)

    async def reached(self, request: web.Request) -> web.Response:
        """`HEAD /studio/films/{film}`."""
        await self._admission.role(request)
        offset, size = await self._films.reached(request.match_info["film"])
        return web.Response(headers=TUS | {"Upload-Offset": str(offset), "Upload-Length": str(size)})

    async def receive(self, request: web.Request) -> web.Response:
        """`PATCH /studio/films/{film}`: more of it, from `Upload-Offset` on. Raises `UnsupportedMedia` or `InvalidValue`."""
        await self._admission.role(request)
        if request.content_type != BYTES:
            raise UnsupportedMedia("A film must be sent as {kind}", field="Content-Type", kind=BYTES)
        offset = request.headers.get("Upload-Offset", "")
        if not (offset.isascii() and offset.isdecimal() and len(offset) < 17):
            raise InvalidValue(N_("It must be a number"), field="Upload-Offset")
        film, length = request.match_info["film"], request.content_length
        reached = await self._films.receive(film, int(offset), length, _pieces(request))
        return web.Response(status=204, headers=TUS | {"Upload-Offset": str(reached)})

    async def poster(self, request: web.Request) -> web.Response:
        """`PUT /studio/films/{film}/poster`: a JPEG. Raises `UnsupportedMedia`."""
        await self._admission.role(request)
        if request.content_type != "image/jpeg":
            raise UnsupportedMedia("A poster must be sent as {kind}", field="Content-Type", kind="image/jpeg")
        await self._films.keep_poster(request.match_info["film"], await reading.body(request, POSTER_MAX, WORDS_S))
        return web.Response(status=204)

    async def withdraw(self, request: web.Request) -> web.Response:
        """`DELETE /studio/films/{film}`."""
        await self._admission.role(request)
        await self._films.withdraw(request.match_info["film"])
        return web.Response(status=204)


async def _pieces(request: web.Request) -> AsyncIterator[bytes]:
    """The body as it comes. A cut connection, or one that says nothing any more, is its end: what came is kept."""
    try:
        async for piece in reading.pieces(request.content.readany):
            yield piece
    except reading.TooSlow:
        if request.transport is not None:
            request.transport.abort()
    except (ConnectionError, HttpProcessingError, web.RequestPayloadError):
        pass


def _json(value: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    body = msgspec.json.encode(value)
    return web.Response(status=status, body=body, content_type="application/json", headers=TUS | (headers or {}))
