"""What a page may say on the audience socket. Everything is bounded; whatever is not on this list ends the socket.

What carries a number `n` is answered with the same number.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from studio.server.reading import Decoder
from studio.server.shop.orders import PARTS
from studio.show.product import AnyProduct

Number = Annotated[int, Meta(ge=0, le=2**31)]
ProductName = AnyProduct
Part = Literal["live", "replay", "clip"]
assert set(PARTS) == {"live", "replay", "clip"}
MS_MAX = 2**53
Ms = Annotated[int, Meta(ge=0, le=MS_MAX)]


class FromPage(Struct, frozen=True, tag_field="t"):
    """The base of what pages say."""


class Hello(FromPage, tag="hello", frozen=True):
    """The first word: which event it has seen, and who it was."""

    seq: Annotated[int, Meta(ge=0, le=2**53)] = 0
    visitor: Annotated[str, Meta(max_length=200)] = ""
    language: Annotated[str, Meta(max_length=16)] = "en"


class Ping(FromPage, tag="ping", frozen=True):
    """To compare clocks."""

    at: float


class Sound(FromPage, tag="sound", frozen=True):
    """Its sound output runs."""

    session: Annotated[str, Meta(max_length=64)]
    on: bool = True


class Media(FromPage, tag="media", frozen=True):
    """Pictures over this socket."""

    on: bool = True


class Say(FromPage, tag="say", frozen=True):
    """A line of chat."""

    n: Number
    text: Annotated[str, Meta(max_length=2000)]
    name: Annotated[str, Meta(max_length=200)] = ""
    asked: bool = False


class Vote(FromPage, tag="vote", frozen=True):
    """An answer to the poll."""

    n: Number
    answer: Annotated[int, Meta(ge=0, le=10)]


class React(FromPage, tag="react", frozen=True):
    """Hearts, gathered for a moment."""

    times: Annotated[int, Meta(ge=1, le=10)] = 1


class Did(FromPage, tag="did", frozen=True):
    """A product was looked at, wished for or put into the cart; or the checkout begun, the show shared."""

    what: Literal["view", "wish", "cart", "checkout", "share"]
    product: ProductName = ""
    media_ms: Ms | None = None
    part: Part = "live"


class Agree(FromPage, tag="consent", frozen=True):
    """What the visitor agrees to, from now on."""

    n: Number = 0
    analytics: bool = False
    personalisation: bool = False
    marketing: bool = False


_decoder: Decoder[FromPage] = Decoder(Hello | Ping | Sound | Media | Say | Vote | React | Did | Agree)
decode = _decoder.decode
"""What was said; raises `msgspec.MsgspecError` for anything else."""
