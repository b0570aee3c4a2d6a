"""The characters of a feed, whatever wrote it: byte order marks, declared encodings, UTF-8 with strays of Windows-1252."""

import codecs
import io
import re
from collections.abc import Iterable, Iterator

from studio.errors import InvalidValue

LINE_MAX = 4 << 20
"""Characters of a line; what is beyond them is dropped."""
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.-]{1,40})["']""")
_KNOWN = re.compile(r"(iso-?8859-?\d{1,2}|latin-?\d|windows-?12\d\d|cp-?12\d\d|us-ascii|ascii)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_FALLBACK = "vitrine.windows-1252"


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are no UTF-8 read as Windows-1252, one place at a time: a whole file in it reads right, and so does a
    UTF-8 file into which somebody pasted."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "ignore"), error.end


codecs.register_error(_FALLBACK, _as_windows)


def characters(chunks: Iterable[bytes]) -> Iterator[str]:
    """The decoded content, line ends as `\\n`, without NUL and control characters."""
    decoder: io.IncrementalNewlineDecoder | None = None
    for chunk in chunks:
        if decoder is None:
            decoder = io.IncrementalNewlineDecoder(_decoder(chunk), translate=True)
        if text := _plain(decoder.decode(chunk)):
            yield text
    if decoder is not None and (text := _plain(decoder.decode(b"", final=True))):
        yield text


def _plain(text: str) -> str:
    return _CONTROL.sub("", text) if _CONTROL.search(text) else text


def _decoder(head: bytes) -> codecs.IncrementalDecoder:
    name, errors = encoding(head), "replace"
    if name == "utf-8-sig":
        errors = _FALLBACK
    return codecs.getincrementaldecoder(name)(errors)


def encoding(head: bytes) -> str:
    """Which codec reads a file that begins like this."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(head) >= 4 and head[1] == head[3] == 0 and head[0] and head[2]:
        return "utf-16-le"
    if len(head) >= 4 and head[0] == head[2] == 0 and head[1] and head[3]:
        return "utf-16-be"
    declared = _DECLARED.match(head)
    if declared is not None and _KNOWN.fullmatch(declared[1].decode()):
        try:
            return codecs.lookup(declared[1].decode()).name
        except LookupError:
            pass
    return "utf-8-sig"


def lines(chunks: Iterable[str]) -> Iterator[str]:
    """Line by line, each with its `\\n`; only the last may lack it."""
    rest: list[str] = []
    held = 0
    for chunk in chunks:
        first, *more = chunk.split("\n")
        if held < LINE_MAX:
            rest.append(first[: LINE_MAX - held])
            held += len(first)
        if not more:
            continue
        yield "".join(rest) + "\n"
        *whole, last = more
        for line in whole:
            yield line + "\n"
        rest, held = [last], len(last)
    if held:
        yield "".join(rest)


def whole(chunks: Iterable[str], most: int) -> bytes:
    """All of it as UTF-8, for formats that cannot be read in parts. Raises `InvalidValue` above `most` bytes."""
    held = io.BytesIO()
    for chunk in chunks:
        held.write(chunk.encode("utf-8", "replace"))
        if held.tell() > most:
            raise InvalidValue("The feed is too large: at most {most} MB", most=most >> 20)
    return held.getvalue()
