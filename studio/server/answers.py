"""How handlers answer, whatever they are asked."""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def json_answer(value: object) -> web.Response:
    """`value` as JSON that is asked for again each time."""
    return web.Response(body=msgspec.json.encode(value), content_type="application/json", headers={"Cache-Control": "no-cache"})


def at_once(handler: Callable[[web.Request], web.StreamResponse]) -> Handler:
    """A handler that waits for nothing."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return handler(request)

    return handle
