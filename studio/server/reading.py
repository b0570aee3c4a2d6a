"""How what strangers send is read: every body ends in time, and every message is bounded in depth and holds only text that both
databases can keep. Whoever reads a request goes through here."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Generic, TypeVar

import msgspec
from aiohttp import web

from studio.errors import InvalidValue, StudioError, invalid_message
from studio.i18n import N_

T = TypeVar("T")

BODY_S = 10.0
"""A short body must be here within this time."""
SILENT_S = 15.0
"""A long one may say nothing for so long."""
GRACE_S, LEAST_BYTES_S = 20.0, 4096
"""And after a moment it comes at least so fast: a byte now and then holds a connection as well as none."""
DEPTH_MAX = 64
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_NUL_BYTES = re.compile(_NUL.pattern.encode())
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


class TooLarge(InvalidValue):
    """It is more than was promised, or more than there is room for."""

    code = "too_large"


class TooSlow(StudioError):
    """A body did not come in time."""

    code = "too_slow"


def _slow() -> TooSlow:
    return TooSlow(N_("The body did not come in time"))


async def cut_body(request: web.Request, most: int, within_s: float | None = None) -> bytes:
    """The whole body, in however many pieces it comes; of one that is larger than `most`, enough to see that. Raises
    `TooSlow` when it is not here within `BODY_S`, or `within_s`."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S if within_s is None else within_s):
            while len(body) <= most and (piece := await request.content.read(most + 1 - len(body))):
                body += piece
    except TimeoutError:
        raise _slow() from None
    return bytes(body)


async def body(request: web.Request, most: int, within_s: float | None = None) -> bytes:
    """The whole body; raises `TooLarge` or `TooSlow`."""
    read = await cut_body(request, most, within_s)
    if len(read) > most:
        raise TooLarge("It is larger than {most} kB", most=most >> 10)
    return read


class Pace:
    """Ends a long body that stalls or trickles. `wait` awaits its next piece."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._begun_s = self._loop.time()
        self._read = 0

    async def wait(self, piece: Awaitable[T]) -> T:
        """The piece; raises `TooSlow`."""
        try:
            async with asyncio.timeout(SILENT_S):
                came = await piece
        except TimeoutError:
            raise _slow() from None
        self._read += len(came) if isinstance(came, bytes | bytearray) else 0
        if self._read < (self._loop.time() - self._begun_s - GRACE_S) * LEAST_BYTES_S:
            raise _slow()
        return came


async def pieces(read: Callable[[], Awaitable[bytes]]) -> AsyncIterator[bytes]:
    """What `read` gives, until it gives nothing; raises `TooSlow`."""
    pace = Pace()
    while piece := await pace.wait(read()):
        yield piece


class Decoder(Generic[T]):
    """Decodes JSON of strangers into `kind`."""

    def __init__(self, kind: Any) -> None:
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(kind)

    def decode(self, message: bytes | str) -> T:
        """What was said; raises `msgspec.DecodeError` for anything else."""
        try:
            decoded = self._decoder.decode(message)
        except (RecursionError, UnicodeError) as error:
            problem = "nested too deeply" if isinstance(error, RecursionError) else "this is not Unicode"
            raise msgspec.DecodeError(problem) from None
        if has_nul(message):
            raise msgspec.DecodeError("U+0000 is not taken")
        if too_deep(message):
            raise msgspec.DecodeError("nested too deeply")
        return decoded

    def take(self, message: bytes | str) -> T:
        """The same; raises `InvalidValue`, which names the field."""
        try:
            return self.decode(message)
        except msgspec.DecodeError as error:
            raise invalid_message(error) from None


def has_nul(message: bytes | str) -> bool:
    """Whether JSON has a U+0000 in it: PostgreSQL cannot keep one."""
    return (_NUL if isinstance(message, str) else _NUL_BYTES).search(message) is not None  # type: ignore[arg-type]


def too_deep(message: bytes | str) -> bool:
    """Whether JSON that was decoded is nested deeper than `DEPTH_MAX`: what passes once need not pass where it goes on to."""
    data = message.encode() if isinstance(message, str) else message
    if data.count(b"[") + data.count(b"{") <= DEPTH_MAX:
        return False
    depth = 0
    for found in _BRACKETS.finditer(data):
        depth += (found[0] in (b"[", b"{")) - (found[0] in (b"]", b"}"))
        if depth > DEPTH_MAX:
            return True
    return False


def readable(text: str) -> bool:
    """Whether a word of an address or a header is text that can be kept."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
