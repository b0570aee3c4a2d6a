"""`GET /healthz`: whether the server can do its work, which needs its database. Only who shows a token is told more."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from studio import __version__
from studio.server import faults

log = logging.getLogger(__name__)

ANSWER_S = 2.0
"""The database has this long."""


class Health:
    """`facts()` is told to anybody, `more()` to who shows a token of this server; `authenticate` raises for a wrong one."""

    def __init__(
        self,
        engine: AsyncEngine,
        facts: Callable[[], dict[str, Any]],
        more: Callable[[], dict[str, Any]],
        authenticate: Callable[[web.Request], Awaitable[object]],
    ) -> None:
        self._engine = engine
        self._facts, self._more = facts, more
        self._authenticate = authenticate
        self._well = True

    async def handle(self, request: web.Request) -> web.Response:
        """200, or 503 while the database is away."""
        well = await self._ask()
        told: dict[str, Any] = {"ok": well} | self._facts()
        if well and "Authorization" in request.headers:
            await self._authenticate(request)
            told |= {"version": __version__} | self._more()
        headers = {"Cache-Control": "no-cache"} | ({} if well else {"Retry-After": str(faults.AWAY_S)})
        body = msgspec.json.encode(told)
        return web.Response(status=200 if well else 503, body=body, content_type="application/json", headers=headers)

    async def _ask(self) -> bool:
        try:
            async with asyncio.timeout(ANSWER_S), self._engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
            well = True
        except Exception as error:  # whatever a database, its driver or the network says
            well = False
            if self._well:
                log.warning("the database does not answer: %s", faults.place_of(error))
        self._well = well
        return well
