"""Questions to a mail tool over HTTPS, and what its answers mean."""

from http import HTTPStatus
from typing import Any

import aiohttp
import msgspec

from studio.errors import Unreachable
from studio.i18n import N_
from studio.server.mail_tools.tool import KeyRefused, Later, Refused

TIMEOUT_S = 20.0
ANSWER_MAX = 16 << 20
WAIT_S, WAIT_LEAST_S, WAIT_MAX_S = 60.0, 5.0, 3600.0
WHY_MAX = 60


class Wire:
    """`base` begins every address, `headers` carry the key: they are in no log, and nothing is followed elsewhere."""

    def __init__(self, http: aiohttp.ClientSession, base: str, headers: dict[str, str]) -> None:
        self._http = http
        self._base = base.rstrip("/")
        self._headers = headers

    async def ask(
        self, method: str, path: str, body: Any = None, params: dict[str, str] | None = None, *, unless: tuple[int, ...] = ()
    ) -> Any:
        """What it answers; None where the status is one of `unless`, or it says nothing. Raises as `MailTool` says."""
        try:
            async with self._http.request(
                method,
                self._base + path,
                data=None if body is None else msgspec.json.encode(body),
                params=params,
                headers=self._headers | ({} if body is None else {"Content-Type": "application/json"}),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
                allow_redirects=False,
            ) as answer:
                status, waits, content = answer.status, answer.headers.get("Retry-After", ""), await _read(answer)
        except (aiohttp.ClientError, OSError, TimeoutError):
            raise _away() from None
        if status in unless:
            return None
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise KeyRefused
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Later(min(max(float(waits), WAIT_LEAST_S), WAIT_MAX_S) if waits.isascii() and waits.isdigit() else WAIT_S)
        if 400 <= status < 500:
            raise Refused(_why(content, status))
        if not 200 <= status < 300:
            raise _away()
        if not content:
            return None
        try:
            return msgspec.json.decode(content)
        except msgspec.DecodeError:
            raise _away() from None


async def _read(answer: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_any():
        content += chunk
        if len(content) > ANSWER_MAX:
            raise _away()
    return bytes(content)


def _why(content: bytes, status: int) -> str:
    """The tool's own word, without the sentence behind it, in which somebody's address may stand."""
    try:
        said = msgspec.json.decode(content)
    except msgspec.DecodeError:
        said = None
    if isinstance(said, dict):
        errors = said.get("errors")
        first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else said
        why = first.get("code") or first.get("title")  # Klaviyo and Brevo have the first, Mailchimp the second
        if isinstance(why, str) and "@" not in why:
            return why[:WHY_MAX]
    return str(status)


def _away() -> Unreachable:
    return Unreachable(N_("The mail tool does not answer as it should"))
