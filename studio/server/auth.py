"""Who a token belongs to. Tokens are known by their hash only and never logged.

A few live in memory (the one an embedded server is given); the others, made by `vitrine token`, in the database.
"""

import hmac
import time

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.commands import Role
from studio.errors import Forbidden
from studio.i18n import N_
from studio.server.db import tokens as rows
from studio.server.limiter import Limiter


class Unauthorised(Forbidden):
    """No token, or one we do not know."""

    code = "unauthorised"


class Tokens:
    """Tokens and their roles. `engine` is set when the database is open."""

    def __init__(self) -> None:
        self._roles: dict[str, Role] = {}
        self.engine: AsyncEngine | None = None
        self.wrong = Limiter(0)
        """Wrong ones, by address."""

    def add(self, token: str, role: Role) -> None:
        """Accept `token` for `role` as long as we live."""
        self._roles[rows.digest_of(token)] = role

    async def role_of(self, token: str) -> Role | None:
        """The token's role, or None for a stranger's."""
        return await self.role_of_digest(rows.digest_of(token))

    async def role_of_digest(self, digest: str) -> Role | None:
        """The same by its hash: whether who showed it is still welcome."""
        found: Role | None = None
        for known, role in self._roles.items():
            if hmac.compare_digest(known, digest):
                found = role
        if found is None and self.engine is not None:
            found = await rows.role_of(self.engine, digest, round(time.time() * 1000))
        return found

    async def authenticate(self, request: web.Request, address: str) -> tuple[Role, str]:
        """The role and the hash of a request's bearer token; raises `Unauthorised`, or `TooMany` after many wrong ones."""
        now_s = time.monotonic()
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if self.wrong.wait_s(address, now_s):
            self.wrong.spend(address, now_s)
        role = await self.role_of(token.strip()) if scheme.lower() == "bearer" and token else None
        if role is None:
            self.wrong.spend(address, now_s)
            raise Unauthorised(N_("The token is missing or wrong"))
        return role, rows.digest_of(token.strip())
