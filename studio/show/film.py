"""A film of a show: where in it the show clock runs, and its chapters. Pure: the desktop makes them, the server delivers them."""

import re
from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from studio.errors import InvalidValue
from studio.i18n import N_
from studio.show.product import AnyProduct

CHAPTERS_MAX, SPANS_MAX, TITLE_MAX, SRC_MAX = 500, 2000, 200, 1000
FILM_ID = r"[a-z0-9][a-z0-9-]{7,62}"
ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?:[/?][A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?",
    re.ASCII | re.IGNORECASE,
)
"""An address as RFC 3986 writes it, without user information and fragment."""
PORTS = {"https": 443, "http": 80}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
Side = Annotated[int, Meta(ge=2, le=8192)]


class Span(Struct, frozen=True, kw_only=True):
    """A stretch of a film during which the show clock runs with it: what is at `film_ms` in the film was at `media_ms` in the
    show. Between spans the show clock stood still."""

    film_ms: int
    media_ms: int
    length_ms: int


class Chapter(Struct, frozen=True):
    """A part of a film, from its own beginning (ms)."""

    begins_ms: int
    title: str


class FilmOffer(Struct, frozen=True, kw_only=True):
    """A film that a desktop wants to send to a show server. `products`: what a clip is about. `src`: where it lies already,
    in a store that the server knows; empty: it will be sent."""

    id: Annotated[str, Meta(pattern=rf"^{FILM_ID}$(?!\n)")]
    kind: Literal["replay", "clip"]
    title: Annotated[str, Meta(max_length=TITLE_MAX)]
    length_ms: Annotated[int, Meta(ge=1, le=2**53)]
    width: Side
    height: Side
    size: Annotated[int, Meta(ge=12, le=2**53)]
    sha256: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
    spans: Annotated[tuple[Span, ...], Meta(max_length=SPANS_MAX)] = ()
    chapters: Annotated[tuple[Chapter, ...], Meta(max_length=CHAPTERS_MAX)] = ()
    products: Annotated[tuple[AnyProduct, ...], Meta(max_length=50)] = ()
    src: Annotated[str, Meta(max_length=SRC_MAX)] = ""


def origin_of(address: str) -> str:
    """The origin (RFC 6454) of an address where a browser may look for films: by https, by http only on this machine.
    Raises `InvalidValue`."""
    found = ADDRESS.fullmatch(address)
    if found is None:
        raise InvalidValue(N_("Write the whole address, such as https://films.example.com"))
    scheme, host, port = found["scheme"].lower(), found["host"].lower(), int(found["port"] or 0)
    if scheme == "http" and host not in LOOPBACK:
        raise InvalidValue(N_("The address must begin with https"))
    return f"{scheme}://{host}" + (f":{port}" if port not in (0, PORTS[scheme]) else "")


def media_at(spans: Sequence[Span], film_ms: int) -> int:
    """The show clock at a moment of the film. Where it stood still: where it had come to; before it ran: where it began."""
    reached = spans[0].media_ms if spans else 0
    for span in spans:
        if film_ms < span.film_ms:
            break
        reached = span.media_ms + min(film_ms - span.film_ms, span.length_ms)
    return reached


def film_at(spans: Sequence[Span], media_ms: int) -> int | None:
    """The moment of the film at which the show clock was at `media_ms`; None when that is not in the film."""
    for span in spans:
        if span.media_ms <= media_ms <= span.media_ms + span.length_ms:
            return span.film_ms + media_ms - span.media_ms
    return None


def parts(chapters: Sequence[Chapter], length_ms: int) -> list[tuple[int, int, str]]:
    """Where each begins and ends, and its title: it ends where the next begins, the last with the film."""
    begins = [chapter.begins_ms for chapter in chapters]
    ends = [*begins[1:], max(length_ms, begins[-1] + 1)] if begins else []
    return [(begun, ended, chapter.title) for begun, ended, chapter in zip(begins, ends, chapters, strict=True)]


def vtt(chapters: Sequence[Chapter], length_ms: int) -> str:
    """The chapters as WebVTT (W3C), as a `<track kind="chapters">` takes them."""
    cues = ["WEBVTT\n"]
    for number, (begins_ms, ends_ms, title) in enumerate(parts(chapters, length_ms), start=1):
        title = title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        cues.append(f"{number}\n{_stamp(begins_ms)} --> {_stamp(ends_ms)}\n{' '.join(title.split())}\n")
    return "\n".join(cues)


def _stamp(ms: int) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{ms:03}"
