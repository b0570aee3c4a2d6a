"""What happened in a show: a closed list of frozen types, each with the audience that may know it.

Events are stored with their show's `seq` and come back in catch-up, replay and export; `audience` is declared by
every type, without a default, and `may_see` is the one function that filters them.
"""

from typing import ClassVar, Literal

import msgspec
from msgspec import Struct

Audience = Literal["public", "studio"]


class Event(Struct, frozen=True, kw_only=True, tag_field="type"):
    """The base of all events; subclasses set `audience`."""

    audience: ClassVar[Audience]


class ShowStarted(Event, tag="show.started", frozen=True, kw_only=True):
    """The show went live, for the first time or after a rehearsal."""

    audience: ClassVar[Audience] = "public"


class ShowPaused(Event, tag="show.paused", frozen=True, kw_only=True):
    """A person paused the show."""

    audience: ClassVar[Audience] = "public"


class ShowResumed(Event, tag="show.resumed", frozen=True, kw_only=True):
    """A person resumed the show."""

    audience: ClassVar[Audience] = "public"


class ShowEnded(Event, tag="show.ended", frozen=True, kw_only=True):
    """A person ended the show."""

    audience: ClassVar[Audience] = "public"


class ShowRenamed(Event, tag="show.renamed", frozen=True, kw_only=True):
    """The show has a new title."""

    audience: ClassVar[Audience] = "public"
    title: str


class RehearsalStarted(Event, tag="rehearsal.started", frozen=True, kw_only=True):
    """A rehearsal began; the audience must not know."""

    audience: ClassVar[Audience] = "studio"


class RehearsalEnded(Event, tag="rehearsal.ended", frozen=True, kw_only=True):
    """The rehearsal is over and the show is a draft again."""

    audience: ClassVar[Audience] = "studio"


class StreamStarted(Event, tag="stream.started", frozen=True, kw_only=True):
    """The first packet of an epoch arrived."""

    audience: ClassVar[Audience] = "public"
    epoch: int


class StreamLost(Event, tag="stream.lost", frozen=True, kw_only=True):
    """No packets any more, though nobody stopped the stream."""

    audience: ClassVar[Audience] = "public"
    epoch: int


class StreamStopped(Event, tag="stream.stopped", frozen=True, kw_only=True):
    """The desktop stopped the stream on purpose."""

    audience: ClassVar[Audience] = "public"
    epoch: int


class LeaseTaken(Event, tag="lease.taken", frozen=True, kw_only=True):
    """A desktop took the show's lease, from `previous` when that is not empty."""

    audience: ClassVar[Audience] = "studio"
    holder: str
    previous: str
    epoch: int


AnyEvent = (
    ShowStarted
    | ShowPaused
    | ShowResumed
    | ShowEnded
    | ShowRenamed
    | RehearsalStarted
    | RehearsalEnded
    | StreamStarted
    | StreamLost
    | StreamStopped
    | LeaseTaken
)


class Logged(Struct, frozen=True, kw_only=True):
    """An event as it stands in the log and travels over sockets.

    `at_ms` is Unix milliseconds, `media_ms` the show clock, `actor` the client or person behind it.
    """

    seq: int
    at_ms: int
    media_ms: int
    actor: str
    data: AnyEvent

    @property
    def audience(self) -> Audience:
        """Who may see it."""
        return self.data.audience


def type_of(event: Event) -> str:
    """The event's wire name (`show.started`)."""
    return str(type(event).__struct_config__.tag)


def may_see(event: Event, *, studio: bool) -> bool:
    """Whether a studio client (`studio=True`) or a member of the audience may see `event`."""
    return studio or event.audience == "public"


_decoder = msgspec.json.Decoder(AnyEvent)
encode = msgspec.json.Encoder().encode
"""An event as JSON, its type included."""


def decode(data: bytes | str) -> AnyEvent:
    """The event in `data`; raises `msgspec.ValidationError` for anything that is not one."""
    event: AnyEvent = _decoder.decode(data)
    return event
