"""What a customer's page may say on the calls' socket, `GET /calls/ws`. Everything is bounded; whatever is not on this list
ends the socket.

To the page go:

- `welcome {visitor, consent, desk, ice, call}`: `call` is null, or the call that `hello` named with its secret.
- `desk {open, change_ms, now_ms, waiting, wait_s, free, topics: [{id, name}]}` when it changes. `wait_s` null: nobody knows.
- `call {id, secret, state, kind, place, wait_s, name, people: [{peer, name}], held, shown, asked: [{ask, yes}], again,
  ending, lines}`: the whole call whenever it changes. `secret` comes with the first only, `lines` with a welcome's only;
  `shown` is a product as the show's page knows them, or null.
- `line {line: {id, at_ms, author, name, text, product}}`; `signal {peer, data}`; `cart {n, product, variant, quantity}`, to
  be answered with `carted`; `answer {n, ok | refused, wait_s}` to what carried a number; `pong`. A ring is `refused` as
  `again` (there is one already), `closed`, `full`, `slow`, `booking` (there is none, or not any more) or `early`.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct

from studio.server.reading import Decoder
from studio.show.call import LINE_MAX, Ask, CallKind, Card, Language, Name

Number = Annotated[int, Meta(ge=0, le=2**31)]
MESSAGE_MAX = 128 * 1024


class FromCustomer(Struct, frozen=True, tag_field="t"):
    """The base of what pages say."""


class Hello(FromCustomer, tag="hello", frozen=True):
    """The first word: who it was, and the call it had."""

    visitor: Annotated[str, Meta(max_length=200)] = ""
    call: Annotated[str, Meta(max_length=24)] = ""
    secret: Annotated[str, Meta(max_length=64)] = ""


class Ring(FromCustomer, tag="ring", frozen=True):
    """Get into the line."""

    n: Number
    kind: CallKind
    topic: Annotated[str, Meta(max_length=24)] = ""
    language: Language | None = None
    name: Name = ""
    card: Card = Card()
    booking: Annotated[str, Meta(max_length=64)] = ""
    """The token of a call that was booked."""


class CardNews(FromCustomer, tag="card", frozen=True):
    """The visitor looks at something else, or has another cart or permission now."""

    card: Card


class Signal(FromCustomer, tag="signal", frozen=True):
    """For one of the call's people; see `signals` in docs/calls.md."""

    peer: Annotated[str, Meta(max_length=24)]
    data: dict[str, Any]


class Say(FromCustomer, tag="say", frozen=True):
    """Write to the advisor."""

    n: Number
    text: Annotated[str, Meta(min_length=1, max_length=LINE_MAX)]


class Change(FromCustomer, tag="kind", frozen=True):
    """Go on in another way."""

    kind: CallKind


class Agree(FromCustomer, tag="agree", frozen=True):
    """Say yes or no to what was asked."""

    ask: Ask
    yes: bool


class Carted(FromCustomer, tag="carted", frozen=True):
    """What the shop said of a product that the advisor put into the cart."""

    n: Number
    status: Annotated[str, Meta(max_length=20)]
    message: Annotated[str, Meta(max_length=200)] = ""


class Choices(FromCustomer, tag="consent", frozen=True):
    """What the visitor agrees to, whenever it is not what the welcome said."""

    analytics: bool = False
    personalisation: bool = False
    marketing: bool = False


class HangUp(FromCustomer, tag="hang_up", frozen=True):
    """Leave the line, or end the call."""


class Rate(FromCustomer, tag="rate", frozen=True):
    """How it was."""

    n: Number
    stars: Annotated[int, Meta(ge=1, le=5)]
    text: Annotated[str, Meta(max_length=LINE_MAX)] = ""


class Ping(FromCustomer, tag="ping", frozen=True):
    """Are you there?"""

    at: float


AnyWord = Hello | Ring | CardNews | Signal | Say | Change | Agree | Carted | Choices | HangUp | Rate | Ping
_decoder: Decoder[AnyWord] = Decoder(AnyWord)
decode = _decoder.decode
"""What was said; raises `msgspec.MsgspecError` for anything else."""
