"""What is asked about calls over HTTP. Pages: who is there, products, messages, times that can be booked; studios: recordings."""

from aiohttp import web

from studio.commands.chat import TALK
from studio.server import reading
from studio.server.admission import Admission
from studio.server.answers import at_once, json_answer
from studio.server.calls.router import CallRouter
from studio.server.calls.sockets import CallSockets
from studio.server.limiter import address_of
from studio.server.visitors import Visitors

BODY_MAX = 64 * 1024


class CallRoutes:
    """`proxies` are believed when they say for whom they ask."""

    def __init__(
        self,
        desk: CallRouter,
        sockets: CallSockets,
        admission: Admission,
        visitors: Visitors,
        proxies: tuple[str, ...],
    ) -> None:
        self._desk = desk
        self._admission = admission
        self._inbox, self._bookings = desk.inbox, desk.bookings
        self._sockets = sockets
        self._visitors = visitors
        self._proxies = proxies

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this file."""
        router.add_get("/calls/ws", self._sockets.handle)
        router.add_get("/api/calls/desk", at_once(lambda request: json_answer(self._desk.public_desk())))
        router.add_get("/api/calls/products/{product}", self._product)
        router.add_post("/api/calls/messages", self._message)
        router.add_get("/api/calls/slots", self._slots)
        router.add_post("/api/calls/bookings", self._book)
        router.add_get("/api/calls/bookings/{token}", self._booking)
        router.add_get("/calls/bookings/{token}.ics", self._calendar)
        router.add_delete("/calls/bookings/{token}", self._call_off)
        router.add_get("/studio/messages/{message}", self.message)
        router.add_post("/studio/calls/{call}/recording", self.call_recording)

    async def _product(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._desk.look.find_public(request.match_info["product"]))

    async def _message(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._inbox.leave(request, self._visitors.origin(request, self._proxies)))

    async def _slots(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._bookings.look(address_of(request, self._proxies)))

    async def _book(self, request: web.Request) -> web.StreamResponse:
        body = await reading.body(request, BODY_MAX)
        return json_answer(await self._bookings.book(body, self._visitors.origin(request, self._proxies)))

    async def _booking(self, request: web.Request) -> web.StreamResponse:
        return json_answer(await self._bookings.public(request.match_info["token"]))

    async def _calendar(self, request: web.Request) -> web.StreamResponse:
        text = await self._bookings.calendar(request.match_info["token"])
        headers = {"Content-Disposition": 'attachment; filename="call.ics"'}
        return web.Response(text=text, content_type="text/calendar", charset="utf-8", headers=headers)

    async def _call_off(self, request: web.Request) -> web.StreamResponse:
        await self._bookings.call_off(request.match_info["token"])
        return json_answer({"ok": True})

    async def message(self, request: web.Request) -> web.StreamResponse:
        """`GET /studio/messages/{message}`: the recording of what a customer left."""
        await self._admission.role(request, TALK)
        path = await self._inbox.recording(request.match_info["message"])
        return web.FileResponse(path, headers={"Content-Disposition": f'attachment; filename="{path.name}"'})

    async def call_recording(self, request: web.Request) -> web.StreamResponse:
        """`POST /studio/calls/{call}/recording`: an MP4 of a call whose customer agreed to it."""
        await self._admission.role(request, TALK)
        kept = await self._inbox.keep_call(request.match_info["call"], reading.pieces(request.content.readany))
        return json_answer({"ok": True, "id": kept})
