"""How handlers answer, whatever they are asked."""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def json_answer(value: object, status: int = 200) -> web.Response:
    """`value` as JSON that is asked for again each time."""
    body, headers = msgspec.json.encode(value), {"Cache-Control": "no-cache"}
    return web.Response(status=status, body=body, content_type="application/json", headers=headers)


def at_once(handler: Callable[[web.Request], web.StreamResponse]) -> Handler:
    """A handler that waits for nothing."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return handler(request)

    return handle
