"""Visitors: a random signed token each, kept by the page in memory or, with consent, in the brand's first-party storage.

What signs them is a secret of this server's that outlives it: whoever was banned is so after a restart too. Who said no to
being recognised is counted by a hash with a salt that is thrown away every day.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.server.db import numbers as rows
from studio.server.db.engine import writing
from studio.server.limiter import address_of
from studio.server.members import Origin
from studio.show.price_claim import DAY_MS

TOKEN_BYTES = 16
BROWSER_MAX = 300
BANNED_LENGTH = 32
"""As the column."""
SALT = "salt-"


def token_of(request: web.BaseRequest) -> str:
    """The visitor token that a request shows (`Authorization: Visitor …`); empty: none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "visitor" else ""


class Visitors:
    """Signs and recognises visitor tokens; `open` once the database is."""

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = secret or secrets.token_bytes(32)
        self._salt = (-1, b"")
        self._engine: AsyncEngine | None = None

    async def open(self, engine: AsyncEngine, now_ms: int) -> None:
        """Take the secret from the database, or leave a new one there."""
        self._engine = engine
        self._secret = bytes.fromhex(await self._key("visitors"))
        await self.new_day(now_ms)

    async def new_day(self, now_ms: int) -> None:
        """Take today's salt, and throw away those of other days; nothing to do most of the time."""
        day = now_ms // DAY_MS
        if self._salt[0] == day or self._engine is None:
            return
        name = f"{SALT}{day}"
        salt = await self._key(name)
        async with writing(self._engine).begin() as connection:
            await rows.drop_keys(connection, SALT, name)
        self._salt = day, bytes.fromhex(salt)

    async def _key(self, name: str) -> str:
        assert self._engine is not None
        async with writing(self._engine).begin() as connection:
            await rows.put_key(connection, name, secrets.token_hex(32))
            value = await rows.key(connection, name)
        assert value is not None
        return value

    def recognise(self, token: str) -> str:
        """`token` when it is ours, a new one otherwise."""
        name, _, signature = token.partition(".")
        if name and hmac.compare_digest(signature.encode(errors="surrogatepass"), self._sign(name).encode()):
            return token
        name = secrets.token_urlsafe(TOKEN_BYTES)
        return f"{name}.{self._sign(name)}"

    def fresh(self, words: str) -> str:
        """A new token; the same words make the same, so that who asks again because the answer was lost is the same stranger."""
        name = self._hash(self._secret, "fresh", words)[:22]
        return f"{name}.{self._sign(name)}"

    def who(self, token: str) -> str:
        """Who a token of ours belongs to; empty for any other."""
        return token.partition(".")[0] if token and self.recognise(token) == token else ""

    def origin(self, request: web.BaseRequest, proxies: Collection[str]) -> Origin:
        """Where a request comes from."""
        address = address_of(request, proxies)
        browser = request.headers.get("User-Agent", "")[:BROWSER_MAX]
        return Origin(self.network(address, browser), self.house(address), address)

    def network(self, address: str, browser: str) -> str:
        """A keyed hash of where somebody comes from, for bans until the show ends."""
        return self._hash(self._secret, "network", address, browser)

    def house(self, address: str) -> str:
        """The same of the address alone, for limits: whoever is limited writes the browser's name themselves."""
        return self._hash(self._secret, "house", address)

    def banned(self, visitor: str) -> str:
        """What is left of somebody banned who was forgotten: enough to know them again, not to say who they were."""
        return self._hash(self._secret, "banned", visitor)[:BANNED_LENGTH]

    def forgotten(self, what: str) -> str:
        """What is left of a visitor or an address that was forgotten: enough that they stay so."""
        return self._hash(self._secret, "forgotten", what)

    def mailbox(self, address: str) -> str:
        """What is kept of an address to which nothing goes any more."""
        return self.forgotten(f"mail {address.casefold()}")

    @property
    def salt(self) -> str:
        """By which people are drawn: the same on all devices and after every restart."""
        return self._hash(self._secret, "draw")[:16]

    def today(self, origin: Origin) -> str:
        """The same for counting people who said no: tomorrow nobody can make it again."""
        return self._hash(self._salt[1], "today", origin.network)

    def _hash(self, key: bytes, *words: str) -> str:
        digest = hmac.digest(key, "\n".join(words).encode(errors="surrogatepass"), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def _sign(self, name: str) -> str:
        digest = hmac.digest(self._secret, name.encode(errors="surrogatepass"), hashlib.sha256)[:16]
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
