"""WHEP (draft-ietf-wish-whep, on RFC 9725's rules): `POST /shows/{id}/whep`, PATCH and DELETE on the resource."""

import secrets

from aiohttp import web

from studio.clock import Clock, seconds
from studio.errors import InvalidValue, NotFound, WrongState
from studio.i18n import N_
from studio.server import reading
from studio.server.config import ServerConfig
from studio.server.ice_servers import IceServers, links
from studio.server.limiter import Limiter, address_of
from studio.server.live.show import LiveShow
from studio.server.places import Place, Places
from studio.server.quality import Quality
from studio.server.reader import Reader
from studio.server.socket_peer import SocketPeer
from studio.server.turns import Turns
from studio.webrtc.signalling import FRAGMENT, MEDIA, SDP_MAX
from studio.webrtc.whep_peer import WhepPeer
from studio.wire import RENDITION_NAMES

RETRY_S = 2
CHANGES = 10
"""PATCH and DELETE requests for each join."""


class UnsupportedMedia(InvalidValue):
    """The body has another type than the protocol asks for."""

    code = "media_type"


ANSWERED_AT_ONCE = 1
"""Offers of one address: each costs the loop some milliseconds."""


class Whep:
    """Answers viewers' offers and keeps their sessions."""

    def __init__(self, config: ServerConfig, ice: IceServers, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._ice = ice
        joins = 0 if config.embedded else config.limits.joins_a_minute
        self._joins, self._changes = Limiter(joins), Limiter(joins * CHANGES)
        self._turns = Turns(0 if config.embedded else ANSWERED_AT_ONCE)
        self._sessions: dict[str, tuple[LiveShow, Reader]] = {}
        self.places = Places(config.limits.readers, shared=not config.embedded)
        """Viewers, those still connecting and those who get pictures over their page's socket among them."""

    @property
    def count(self) -> int:
        """How many there are."""
        return self.places.count

    async def post(self, request: web.Request, live: LiveShow, *, keyed: bool) -> web.Response:
        """A new viewer. `?sound=wait`: no sound until the page's socket asks for it; `?rendition=360`: that one and no other;
        `?early=1`: who does not know yet whether there is a programme, which is no error then.
        Raises `UnsupportedMedia` or `WrongState`."""
        if request.content_type != MEDIA:
            raise UnsupportedMedia("The offer must be sent as {kind}", field="Content-Type", kind=MEDIA)
        if not live.may_watch(keyed=keyed) or not live.show.on_air:
            if "early" in request.query:
                return web.Response(status=204)
            raise WrongState(N_("The show is not on air"))
        address = self._spend(self._joins, request)
        body = await reading.cut_body(request, SDP_MAX)
        place = self.places.take(address)
        try:
            async with self._turns.turn(address):
                reader, answer = await self._admit(request, live, body, place, keyed=keyed)
        except BaseException:
            place.release()
            raise
        response = web.Response(status=201, body=answer.encode(), content_type=MEDIA)
        response.headers.update(
            {"Location": f"{request.path}/{reader.id}", "Accept-Patch": FRAGMENT, "Cache-Control": "no-store"}
        )
        self.add_links(response)
        return response

    async def _admit(self, request: web.Request, live: LiveShow, body: bytes, place: Place, *, keyed: bool) -> tuple[Reader, str]:
        """A viewer's session, once their offer has been understood and answered; it ends with its connection."""
        peer = WhepPeer(self._config.ice.stun, self._config.ice.public_ip)
        try:
            reader = new_reader(peer, live, request.query.get("rendition"), keyed=keyed)
            reader.audio_on = request.query.get("sound") != "wait"
            peer.on_connected = lambda: live.add_reader(reader)
            peer.on_closed = lambda: self._gone(live, reader, place)
            answer = await peer.answer(body)
        except BaseException:
            await peer.close()
            raise
        if not peer.closed:
            self._sessions[reader.id] = (live, reader)
        return reader, answer

    def add_links(self, response: web.StreamResponse) -> None:
        """Name the ICE servers a player should use."""
        for link in links(self._ice.at(self._clock.wall_ms() / 1000)):
            response.headers.add("Link", link)

    def _spend(self, limiter: Limiter, request: web.Request) -> str:
        """RFC 9725 4.9: nobody may make us work without end. Who asks."""
        address = address_of(request, self._config.proxies)
        limiter.spend(address, seconds(self._clock))
        return address

    async def get(self, request: web.Request) -> web.Response:
        """Nothing to see (RFC 9725 4.2)."""
        self._find(request)
        return web.Response(status=200)

    async def patch(self, request: web.Request) -> web.Response:
        """Trickled candidates. Raises `UnsupportedMedia`."""
        self._spend(self._changes, request)
        _, reader = self._find(request)
        if request.content_type != FRAGMENT:
            raise UnsupportedMedia("Candidates must be sent as {kind}", field="Content-Type", kind=FRAGMENT)
        assert isinstance(reader.peer, WhepPeer)
        await reader.peer.trickle(await reading.cut_body(request, SDP_MAX))
        return web.Response(status=204)

    async def delete(self, request: web.Request) -> web.Response:
        """The viewer leaves."""
        self._spend(self._changes, request)
        _, reader = self._find(request)
        await reader.peer.close()
        return web.Response(status=200)

    def _find(self, request: web.Request) -> tuple[LiveShow, Reader]:
        found = self._sessions.get(request.match_info["session"])
        if found is None:
            raise NotFound(N_("There is no such session"))
        return found

    def _gone(self, live: LiveShow, reader: Reader, place: Place) -> None:
        place.release()
        self._sessions.pop(reader.id, None)
        live.fanout.remove(reader)

    async def close(self) -> None:
        """Close every session."""
        for _, reader in tuple(self._sessions.values()):
            await reader.peer.close()


def new_reader(peer: WhepPeer | SocketPeer, live: LiveShow, wanted: str | None, *, keyed: bool) -> Reader:
    """A viewer of the best rendition, or of the one they asked for when it is offered. Raises `InvalidValue`."""
    offered = {str(RENDITION_NAMES[step.rendition]): step.rendition for step in live.fanout.ladder}
    if wanted is not None and wanted not in offered:
        raise InvalidValue("must be one of {choices}", field="rendition", choices=", ".join(offered))
    quality = Quality(live.fanout.ladder, live.now_s) if wanted is None else None
    rendition = quality.rendition if quality is not None else offered[str(wanted)]
    return Reader(secrets.token_urlsafe(24), peer, rendition, keyed=keyed, quality=quality, fixed=None if quality else rendition)
