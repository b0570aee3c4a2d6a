"""Who a token belongs to. Tokens are compared by hash, in constant time, and never logged."""

import hashlib
import hmac

from aiohttp import web

from studio.commands import Role
from studio.errors import Forbidden
from studio.i18n import N_


class Unauthorised(Forbidden):
    """No token, or one we do not know."""

    code = "unauthorised"


class Tokens:
    """Tokens and their roles."""

    def __init__(self) -> None:
        self._roles: dict[bytes, Role] = {}

    def add(self, token: str, role: Role) -> None:
        """Accept `token` for `role`."""
        self._roles[_digest(token)] = role

    def role_of(self, token: str) -> Role | None:
        """The token's role, or None for a stranger's."""
        digest = _digest(token)
        found: Role | None = None
        for known, role in self._roles.items():
            if hmac.compare_digest(known, digest):
                found = role
        return found

    def authenticate(self, request: web.Request) -> Role:
        """The role of a request's bearer token; raises `Unauthorised`."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        role = self.role_of(token.strip()) if scheme.lower() == "bearer" and token else None
        if role is None:
            raise Unauthorised(N_("The token is missing or wrong"))
        return role


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()
