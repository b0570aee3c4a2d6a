"""What desktops send beside their words: the programme, and bytes to measure their uplink with."""

import asyncio
import contextlib
import logging

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from studio import wire
from studio.errors import NotFound
from studio.i18n import N_
from studio.server.admission import Admission
from studio.server.desktops.link import StudioLink
from studio.server.desktops.session import StudioSession
from studio.server.live.show import LiveShow
from studio.server.open_sockets import OpenSockets

log = logging.getLogger(__name__)

MEDIA_HEARTBEAT_S = 20.0
"""The media socket only goes one way: without this a proxy would think it idle and close it."""
UPLINK_S, UPLINK_MAX = 15.0, 256 * 1024 * 1024


class DesktopMedia:
    """`link` knows who is connected."""

    def __init__(self, link: StudioLink, admission: Admission, sockets: OpenSockets) -> None:
        self._link = link
        self._admission = admission
        self._open = sockets

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this file."""
        router.add_get("/studio/media", self.handle)
        router.add_post("/studio/uplink", self.handle_uplink)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """`GET /studio/media`. Raises `NotFound`."""
        bearer = await self._admission.studio(request)
        session = self._link.session(request.headers.get(wire.SESSION_HEADER, ""))
        if session is None or session.bearer != bearer or session.live is None or not session.engine:
            raise NotFound(N_("There is no such session"))
        socket = web.WebSocketResponse(compress=False, max_msg_size=wire.MAX_PACKET, heartbeat=MEDIA_HEARTBEAT_S)
        await socket.prepare(request)
        session.media = socket
        async with self._open.hold(socket, request):
            await self._take_media(socket, session, session.live)
        return socket

    async def handle_uplink(self, request: web.Request) -> web.StreamResponse:
        """`POST /studio/uplink`: take what comes for a moment, and say how much it was. `vitrine check` asks."""
        await self._admission.studio(request)
        loop = asyncio.get_running_loop()
        begun: float | None = None
        taken, at = 0, 0.0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(UPLINK_S):
                while taken < UPLINK_MAX and (piece := await request.content.readany()):
                    begun = begun or loop.time()
                    taken, at = taken + len(piece), loop.time()
        body = {"bytes": taken, "ms": round((at - (begun or at)) * 1000, 1)}
        return web.Response(body=msgspec.json.encode(body), content_type="application/json")

    async def _take_media(self, socket: web.WebSocketResponse, session: StudioSession, live: LiveShow) -> None:
        async for message in socket:
            if message.type is not WSMsgType.BINARY:
                continue
            try:
                packet = wire.unpack(message.data)
            except ValueError as error:
                log.warning("bad media message: %s", error)
                await socket.close(code=WSCloseCode.UNSUPPORTED_DATA)
                return
            if self._link.session(session.id) is None:  # it has left, or was made to
                await socket.close(code=WSCloseCode.POLICY_VIOLATION)
                return
            await live.stream.media(packet, session)
