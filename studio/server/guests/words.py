"""What a guest's page may say on `GET /guests/ws`. Everything is bounded; whatever is not on this list ends the socket.

To the page go:

- `welcome {guest, name, title, brand, ice, desktop}`: `desktop` says whether the studio is there; or `refused {why}` and the
  socket's end: `unknown` (no such link, or not any more).
- `desktop {here}` when it comes or goes; `signal {data}` (docs/calls.md); `pong {at}`.
- It is closed with 4001 when another page has taken the guest's place, with 4003 when the host has sent them away.
"""

from typing import Annotated, Any

from msgspec import Meta, Struct

from studio.server.reading import Decoder
from studio.show.call import Name

MESSAGE_MAX = 128 * 1024


class FromGuest(Struct, frozen=True, tag_field="t"):
    """The base of what pages say."""


class Hello(FromGuest, tag="hello", frozen=True):
    """The first word: the link's token."""

    token: Annotated[str, Meta(max_length=64)]
    name: Name = ""
    """What they call themselves; empty: as they were invited."""


class Signal(FromGuest, tag="signal", frozen=True):
    """For the desktop."""

    data: dict[str, Any]


class Ping(FromGuest, tag="ping", frozen=True):
    """Are you there?"""

    at: float


AnyWord = Hello | Signal | Ping
_decoder: Decoder[AnyWord] = Decoder(AnyWord)
decode = _decoder.decode
"""What was said; raises `msgspec.MsgspecError` for anything else."""
