"""Somebody who logs people in, as this server asks them."""

import base64
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
import msgspec
from msgspec import Struct

from studio.errors import Forbidden, Unreachable
from studio.i18n import N_

ANSWER_MAX = 256 * 1024
TIMEOUT_S = 10.0


class Who(Struct, frozen=True, kw_only=True):
    """What came of a login: `subject` is theirs for ever, `session` what a logout at the provider names, `email` one that the
    provider has verified."""

    subject: str
    claim: str
    session: str = ""
    email: str = ""


class Attempt(Struct, frozen=True, kw_only=True):
    """What is kept of a login between its two halves. `state` travels, and comes back; `nonce` stands in the token that is
    signed for it; `verifier` shows that the same asks (RFC 7636)."""

    state: str
    nonce: str
    verifier: str
    redirect: str


class Provider(Protocol):
    """One of them."""

    async def address(self, attempt: Attempt) -> str:
        """Where somebody logs in. Raises `Unreachable`."""

    async def who(self, attempt: Attempt, answer: Mapping[str, str]) -> Who:
        """Who it was, by what the provider sent back with them. Raises `Forbidden`, `Unreachable`."""

    async def logged_out(self, token: str) -> tuple[str, str]:
        """Who has logged out there (OpenID Connect Back-Channel Logout 1.0): subject and session, one of them perhaps empty.
        Raises `Forbidden`, `Unreachable`."""


class Asked:
    """Answers of a provider, bounded in size and time."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    async def get(self, url: str, bearer: str = "") -> dict[str, Any]:
        """Raises `Unreachable`, `Forbidden`."""
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return await self._ask("GET", url, headers=headers)

    async def post(self, url: str, form: Mapping[str, str], basic: tuple[str, str] | None = None) -> dict[str, Any]:
        """`basic`: a client's name and secret (RFC 6749, 2.3.1). Raises `Unreachable`, `Forbidden`."""
        headers = {}
        if basic is not None:
            words = ":".join(quote(one, safe="") for one in basic)
            headers["Authorization"] = f"Basic {base64.b64encode(words.encode()).decode()}"
        return await self._ask("POST", url, data=form, headers=headers)

    async def _ask(self, method: str, url: str, **how: Any) -> dict[str, Any]:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        try:
            async with self._http.request(method, url, timeout=timeout, allow_redirects=False, **how) as response:
                body = await response.content.read(ANSWER_MAX + 1)
                while len(body) <= ANSWER_MAX and (more := await response.content.read(ANSWER_MAX + 1 - len(body))):
                    body += more
        except (aiohttp.ClientError, OSError, TimeoutError):  # its words may have a secret in them
            raise Unreachable(N_("Whoever logs people in does not answer")) from None
        if response.status >= 500:
            raise Unreachable(N_("Whoever logs people in does not answer"))
        if response.status != 200 or len(body) > ANSWER_MAX:
            raise refused()
        try:
            found = msgspec.json.decode(body)
        except (msgspec.DecodeError, RecursionError):
            raise refused() from None
        if not isinstance(found, dict):
            raise refused()
        return found


def refused() -> Forbidden:
    """It does not hold; which of the many checks, says nobody to strangers."""
    return Forbidden(N_("This login is not valid; begin again in the shop"))


def text(claims: Mapping[str, Any], name: str, most: int = 200) -> str:
    """A claim that is a text, or a number; empty for any other."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value) if len(str(value)) <= most else ""
