"""Who a token belongs to. Tokens are known by their hash only and never logged.

A few live in memory (the one an embedded server is given); the others, made by `vitrine token`, in the database.
"""

import hmac

from aiohttp import web
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock, MonotonicClock, seconds
from studio.commands import Role
from studio.errors import Forbidden
from studio.i18n import N_
from studio.server.db import tokens as rows
from studio.server.limiter import Limiter

MISSING = N_("The token is missing or wrong")


class Unauthorised(Forbidden):
    """No token, or one we do not know."""

    code = "unauthorised"


class Bearer(Struct, frozen=True):
    """Who showed a token: its id (which may be told), its role, its hash (which may not)."""

    id: str
    role: Role
    digest: str


class Tokens:
    """Tokens and their roles. `engine` is set when the database is open."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or MonotonicClock()
        self._own: dict[str, Bearer] = {}
        self.engine: AsyncEngine | None = None
        self.wrong = Limiter(0)
        """Wrong ones, by address."""

    def add(self, token: str, role: Role) -> None:
        """Accept `token` for `role` as long as we live."""
        digest = rows.digest_of(token)
        self._own[digest] = Bearer(f"own-{digest[:6]}", role, digest)

    async def bearer(self, token: str) -> Bearer | None:
        """Whose it is, or None for a stranger's."""
        return await self.bearer_of_digest(rows.digest_of(token))

    async def bearer_of_digest(self, digest: str) -> Bearer | None:
        """The same by its hash: whether who showed it is still welcome."""
        found: Bearer | None = None
        for known, bearer in self._own.items():
            if hmac.compare_digest(known, digest):
                found = bearer
        if found is None and self.engine is not None:
            row = await rows.find(self.engine, digest, self.clock.wall_ms())
            found = Bearer(row[0], row[1], digest) if row is not None else None
        return found

    async def authenticate(self, request: web.Request, address: str) -> Bearer:
        """Whose token a request shows. Raises `Unauthorised`, and `TooMany` after many wrong ones from an address: a good one is
        looked at first, and none at all is no guess, so that strangers lock nobody out."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise Unauthorised(MISSING)
        return await self.recognise(token.strip(), address)

    async def recognise(self, token: str, address: str) -> Bearer:
        """Whose a token is that somebody at `address` shows. Raises the same."""
        bearer = await self.bearer(token)
        if bearer is None:
            self.wrong.spend(address, seconds(self.clock))
            raise Unauthorised(MISSING)
        return bearer
