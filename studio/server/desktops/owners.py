"""Whose each desktop is: its id belongs to the token that it came with first, and to no other."""

import logging

from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.errors import Forbidden
from studio.i18n import N_
from studio.server import faults
from studio.server.auth import Bearer, Tokens
from studio.server.db import clients
from studio.server.db.engine import writing

log = logging.getLogger(__name__)


class Owners:
    """On the server's loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock, tokens: Tokens) -> None:
        self._engine = engine
        self._clock = clock
        self._tokens = tokens
        self._owners: dict[str, Bearer] = {}
        """Of the desktops that have come since we began."""

    def token_of(self, client: str) -> str:
        """The id of the token that a desktop came with; empty when `client` is none of ours."""
        bearer = self._owners.get(client)
        return bearer.id if bearer is not None else ""

    async def own(self, client: str, bearer: Bearer) -> None:
        """`client` is this token's from now on; raises `Forbidden` when it is another's, which still holds."""
        try:
            owner = await self._owner(client, bearer)
        except Exception as error:  # a full disk must keep nobody from their show
            if faults.known(error) is None:
                raise
            log.warning("whose a desktop is could not be stored: %s", faults.place_of(error))
            known = self._owners.get(client, bearer)
            owner = known.digest
        if owner != bearer.digest:
            raise Forbidden(N_("This desktop belongs to another token: give each desktop one of its own, or end the other one"))
        self._owners[client] = bearer

    async def _owner(self, client: str, bearer: Bearer) -> str:
        now_ms = self._clock.wall_ms()
        async with writing(self._engine).begin() as connection:
            owner = await clients.owner(connection, client, bearer.digest, now_ms)
        if owner != bearer.digest and await self._tokens.bearer_of_digest(owner) is None:  # that one is no token any more
            async with writing(self._engine).begin() as connection:
                await clients.give(connection, client, bearer.digest, now_ms)
            owner = bearer.digest
        return owner
