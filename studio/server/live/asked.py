"""Which show somebody asks about over HTTP, and whether they know its key."""

import hmac

from aiohttp import web

from studio.errors import NotFound
from studio.i18n import N_
from studio.server.auth import Unauthorised
from studio.server.live.show import LiveShow
from studio.server.live.shows import LiveShows


class AskedShows:
    """Every address that names a show goes through here."""

    def __init__(self, live_shows: LiveShows) -> None:
        self._live_shows = live_shows

    async def find(self, request: web.Request, show: str = "") -> tuple[LiveShow, bool]:
        """The request's show (`show`, when that is not in the path), and whether it came with the show's key, in the address
        or as a bearer token (a player that shows a wrong one is told so). An unlisted show does not exist without it.
        Raises `NotFound` or `Unauthorised`."""
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
