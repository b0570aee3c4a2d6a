"""Strangers at the server's door: what they send, byte by byte, to every route and socket there is, and what came back.

Routes are asked of the router, words of the structs, queries and headers of the source: what is new is asked as well.
"""

import asyncio
import contextlib
import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect
from multidict import CIMultiDict

import studio
from studio.server.app import SERVER, ShowServer
from studio.server.http_guard import SECURITY_HEADERS
from tests.fakes import TIMEOUT_S
from tests.server.fakes import TOKEN

BEARER = {"Authorization": f"Bearer {TOKEN}"}
FILM = "0123456789abcdef"
KNOWN = {"show": "demo", "product": "oil", "film": FILM, "kind": "json", "path": "viewer/page.css", "name": "a.webp"}
"""A value for what an address names; `x` for others."""
FOLLOWED = ("/mail/", "/login/")
"""Links that people follow: what is wrong stands on a page."""
SOURCES = sorted((Path(studio.__file__).parent / "server").rglob("*.py"))


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: CIMultiDict[str]
    body: bytes


class Asked(NamedTuple):
    """What was asked."""

    method: str
    target: bytes
    headers: Mapping[str, bytes | str]
    body: bytes = b""

    def __str__(self) -> str:
        return f"{self.method} {self.target[:80]!r} {str(self.headers)[:160]} {self.body[:80]!r}"


async def ask(server: ShowServer, asked: Asked) -> Answer:
    """Send the very bytes; the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    headers: dict[str, bytes | str] = {"Host": f"127.0.0.1:{server.port}", "Connection": "close"}
    if asked.body or asked.method in ("POST", "PUT", "PATCH"):
        headers["Content-Length"] = str(len(asked.body))
    lines = [f"{asked.method} ".encode() + asked.target + b" HTTP/1.1"]
    for name, value in {**headers, **asked.headers}.items():
        lines.append(f"{name}: ".encode() + (value if isinstance(value, bytes) else value.encode()))
    try:
        async with asyncio.timeout(TIMEOUT_S):
            writer.write(b"\r\n".join(lines) + b"\r\n\r\n" + asked.body)
            return await _answer(reader)
    except asyncio.IncompleteReadError:
        raise AssertionError(f"hung up without an answer on {asked}") from None
    finally:
        writer.transport.abort()


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *rest = head.rstrip().split("\r\n")
    status = int(first.split(" ")[1])
    headers = CIMultiDict(line.partition(": ")[::2] for line in rest)
    if status in (101, 204, 304) or "Content-Length" not in headers:
        return Answer(status, headers, b"" if status in (101, 204, 304) else await reader.read())
    try:
        return Answer(status, headers, await reader.readexactly(int(headers["Content-Length"])))
    except asyncio.IncompleteReadError:  # of HEAD
        return Answer(status, headers, b"")


class Route(NamedTuple):
    """An address of the server's: `/shows/{show}/ws`."""

    method: str
    canonical: str

    @property
    def names(self) -> list[str]:
        """What has to be filled in."""
        return re.findall(r"{(\w+)}", self.canonical)

    def target(self, **values: bytes) -> bytes:
        """The address with these words, as they are, and what is known for the rest."""
        filled = {name: KNOWN.get(name, "x").encode() for name in self.names} | values
        return re.sub(rb"{(\w+)}", lambda found: filled[found[1].decode()], self.canonical.encode())


def routes_of(server: ShowServer) -> list[Route]:
    """All there are. HEAD only where it is one of its own."""
    assert server.app is not None
    there = {Route(route.method, route.resource.canonical) for route in server.app.router.routes() if route.resource is not None}
    return sorted(route for route in there if route.method != "HEAD" or Route("GET", route.canonical) not in there)


def words_in_source(pattern: str) -> list[str]:
    """What the server's own source looks for, such as the names of query parameters."""
    return sorted({found for path in SOURCES for found in re.findall(pattern, path.read_text())})


QUERIES = ["currency", "url", *words_in_source(r"""(?:query(?:\.get\(|\[)|_number\(request, )"(\w+)\"""")]
HEADERS = words_in_source(r"""headers(?:\.get\(|\.getall\(|\[)"([\w-]+)\"""")


# ── what every answer is ─────────────────────────────────────────────────────────────────────────────────────


def look(asked: object, answer: Answer) -> None:
    """What holds for every answer, whatever was asked."""
    assert answer.status < 500, f"{asked}: {answer.status} {answer.body[:300]!r}"
    look_at_form(asked, answer)


def look_at_form(asked: object, answer: Answer) -> None:
    """The same for answers that may say that we cannot."""
    where = f"{asked}: {answer.status} {answer.body[:300]!r}"
    assert b"Traceback" not in answer.body, where
    assert b"site-packages" not in answer.body, where
    if answer.status == 101:
        return
    assert answer.headers.get("Server") == SERVER, where
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers.get(name) == value, f"{name} is missing. {where}"
    if answer.status >= 400:
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        followed = any(page in str(asked) for page in FOLLOWED)
        assert kind == "application/problem+json" or (followed and kind == "text/html"), where
        if answer.body and kind != "text/html":  # HEAD has none
            problem = json.loads(answer.body)
            assert problem["status"] == answer.status, where
            assert problem["title"], where
            assert problem["detail"], where
    if answer.status in (401, 429, 503):
        wanted = {401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"}[answer.status]
        assert wanted in answer.headers, f"{wanted} is missing. {where}"


def look_at_log(records: Iterable[logging.LogRecord], *, errors: bool = False) -> None:
    """Nothing failed (but with `errors`), each is one line, and nobody is named."""
    for record in records:
        text = record.getMessage()
        assert errors or record.levelno < logging.ERROR, text
        assert not record.exc_info, text
        assert "Traceback" not in text
        assert "127.0.0.1" not in text, text
        assert "\n" not in text, text


# ── what is nasty ────────────────────────────────────────────────────────────────────────────────────────────

SEGMENTS = (
    b"%00",
    b"a%00b",
    b"%ED%A0%80",
    b"\xed\xa0\x80",
    b"%FF%FE",
    b"\xff\xfe",
    b"x" * 3000,
    b"%F0%9F%98%80" * 90,
    b"9" * 4500,
    b"-1",
    b"-calls-",
    b"..%2F..%2Fpyproject.toml",
    b"%2e%2e",
    b"a%0Db",
    b"a%0D%0AX-Evil:%201",
    b"%25%30%30",
    b"'%22%3B--",
    b"%E2%80%AE%E2%80%8B",
    b"%",
    b"%zz",
    b"a%20b.x",
)
"""In place of a word of an address, or of a query."""
VALUES = (
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"9" * 4500,
    b"-1",
    b"\xc2\x85,;=\"'",
    b"bytes=5-1, x, 9-",
    b"Bearer \xff",
    b"Visitor \xed\xa0\x80.\xff",
    b"t=99999999999999999999,v1=" + b"0" * 64,
    b"multipart/form-data",
)
"""Of a header."""
TYPES = (
    "",
    "application/json",
    "application/sdp",
    "application/trickle-ice-sdpfrag",
    "multipart/form-data; boundary=b",
    "application/offset+octet-stream",
    "image/jpeg",
)
DEEP = b"[" * 7000 + b"]" * 7000
OBJECTS = (
    b'{"x":%s}' % (b"[" * 1500 + b"]" * 1500),
    b'{"x":%s}' % DEEP,
    b'{"n":1e999}',
    b'{"n":%s}' % (b"9" * 5000),
    b'{"number":"\\ud800","show":"\\ud800","contact":"\\udfff"}',
    b'{"number":"\\u0000"}',
    b'"\xff"',
    b"null",
    b"[]",
    b"{",
)


def form(message: bytes, recording: bytes = b"", mime: str = "video/webm") -> bytes:
    """What a page sends to leave a message."""
    parts = [b'--b\r\nContent-Disposition: form-data; name="message"\r\nContent-Type: application/json\r\n\r\n' + message]
    if recording:
        head = f'--b\r\nContent-Disposition: form-data; name="recording"; filename="a"\r\nContent-Type: {mime}\r\n\r\n'
        parts.append(head.encode() + recording)
    return b"\r\n".join(parts) + b"\r\n--b--\r\n"


BODIES = (
    b"",
    b"\0" * 100,
    b"\r" * 50,
    bytes(range(256)),
    *OBJECTS,
    form(OBJECTS[0]),
    form(OBJECTS[1][:16_000]),
    form(OBJECTS[4], b"\x1a\x45\xdf\xa3"),
    form(b"{}")[:-20],
    b"--b\r\n\r\n\xff\r\n--b--",
    b'--b\r\nContent-Disposition: form-data; name="\xff"\r\n\r\nx\r\n--b--\r\n',
    b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c--\r\n--b--\r\n",
    b"v=0\r\na=mid:\0\r\n",
    b"v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:" + b"x" * 1000 + b"\r\n",
    b"a=candidate:1 1 udp 1 ::1 9 typ host\ra=mid:\xff\r\n",
)


# ── words: what a struct may say, at its edges and beyond ────────────────────────────────────────────────────

EXAMPLES = (
    "demo",
    "DKK",
    "da",
    "oil",
    FILM,
    "01234567",
    "0" * 64,
    "a",
    "",
    "#ffffff",
    "10:00",
    "#0f0",
    "https://x.example/a",
    "A1",
)
LONG = 17_000


def good(kind: inspect.Type) -> Any:
    """A value that fits."""
    match kind:
        case inspect.IntType() | inspect.FloatType():
            return kind.ge if kind.ge is not None else 1
        case inspect.StrType(pattern=str(pattern)):
            return next(text for text in EXAMPLES if re.search(pattern, text))
        case inspect.StrType():
            return "oil"[: kind.max_length] + "x" * ((kind.min_length or 0) - 3)
        case inspect.BoolType():
            return True
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.UnionType():
            return good(kind.types[0])
        case inspect.StructType():
            return {field.encode_name: good(field.type) for field in kind.fields if field.required}
        case inspect.VarTupleType() | inspect.ListType():
            return [good(kind.item_type)] * (kind.min_length or 0)
        case inspect.TupleType():
            return [good(item) for item in kind.item_types]
        case inspect.DictType():
            return {}
    return None


def edges(kind: inspect.Type, tried: set[type]) -> Iterator[Any]:
    """Values at the edge of what fits, and beyond; a struct in `tried` was looked at elsewhere."""
    match kind:
        case inspect.IntType():
            yield from (0, -1, 2**53, 2**63 - 1, 2**63, 2**64, -(2**63), 10**400, 1.5, "1", None)
            yield from (one for edge in (kind.ge, kind.le) if edge is not None for one in (edge, edge - 1, edge + 1))
        case inspect.FloatType():
            yield from (1e308, -1e308, 2**70, "1", None)
        case inspect.StrType():
            yield from ("\0", "a\0b", "\ud800", "\r", "\u202e\u200b", "😀" * (kind.max_length or 40), 5, None, {}, "x" * LONG)
            if kind.max_length is not None:
                yield from ("x" * kind.max_length, "\u0301" * kind.max_length, "x" * (kind.max_length + 1))
            if kind.pattern is not None:
                yield f"{good(kind)}\n"
        case inspect.BoolType() | inspect.LiteralType():
            yield from (5, "x", None)
        case inspect.UnionType():
            for one in kind.types:
                yield from edges(one, tried)
        case inspect.StructType():
            if kind.cls in tried:
                return
            tried.add(kind.cls)
            whole = good(kind)
            for field in kind.fields:
                yield from (whole | {field.encode_name: value} for value in edges(field.type, tried))
        case inspect.VarTupleType() | inspect.ListType():
            yield from ([value] for value in edges(kind.item_type, tried))
            yield [good(kind.item_type)] * min(kind.max_length or 600, 600)
        case inspect.DictType():
            yield from ({"x": "\0"}, {"x": []}, {"x": {}})
            yield from ({key: "x"} for key in ("\0", "\ud800", "x" * 100))
            yield {"x": json.loads("[" * 60 + "]" * 60)}
        case _:
            yield from ([], {"x": [1]}, json.loads("[" * 500 + "]" * 500), "\0", "\ud800", 10**400)


def words(kinds: Iterable[type[msgspec.Struct]]) -> list[str]:
    """What may be said with these structs, one thing at its edge at a time, as JSON."""
    said: list[str] = []
    tried: set[type] = set()
    for kind in kinds:
        about = inspect.type_info(kind)
        assert isinstance(about, inspect.StructType)
        tag = {} if about.tag_field is None else {about.tag_field: about.tag}
        said += [json.dumps(tag | word) for word in (good(about), *edges(about, tried))]
    return list(dict.fromkeys(said))


RUBBISH: tuple[str | bytes, ...] = (
    "",
    "{",
    "null",
    "[]",
    "5",
    '{"t":"nothing"}',
    '{"t":5}',
    '{"t":"hello","t":"hello"}',
    "\0",
    f'{{"t":"ping","at":1,"x":{DEEP.decode()}}}',
    f'{{"t":"ping","at":1,"x":{"[" * 900 + "]" * 900}}}',
    '{"t":"ping","at":1e999}',
    '{"t":"ping","at":NaN}',
    f'{{"t":"ping","at":{"9" * 5000}}}',
    '{"t":"ping","at":1,"x":"\\u0000"}',
    b"\x81\xff",
    b"",
    "x" * 2_000_000,
)
"""Neither JSON nor anything else."""


def fits(kind: str, body: bytes) -> bool:
    """Whether it is worth to send such a body under this type."""
    if body.startswith(b"--b"):
        return kind.startswith("multipart")
    return "sdp" in kind if body.startswith((b"v=0", b"a=candidate")) else True


@contextlib.contextmanager
def everybody_may() -> Iterator[None]:
    """What is limited is not, so that every word is heard."""
    from studio.server import limiter

    before = limiter.Limiter.wait_s
    limiter.Limiter.wait_s = lambda self, key, now_s, times=1: 0.0  # type: ignore[method-assign]
    try:
        yield
    finally:
        limiter.Limiter.wait_s = before  # type: ignore[method-assign]
