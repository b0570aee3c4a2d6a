"""What happened in a show: a closed list of frozen types, each with the audience that may know it.

Events are stored with their show's `seq` and come back in catch-up, replay and export; a type carries
all its facts itself (`base.Event`), and `may_see` is the one function that filters them.
"""

import msgspec
from msgspec import Struct

from studio.events.base import (
    Audience,
    Event,
    PublicEvent,
    StudioEvent,
    VisitorEvent,
)
from studio.events.call import (
    CallAgreed,
    CallAnswered,
    CallBooked,
    CallCarted,
    CallEnded,
    CallEntered,
    CallerLeft,
    CallJoined,
    CallLeft,
    CallMissed,
    CallProductShown,
    CallRated,
    CallRecorded,
    CallRequeued,
    CallReturned,
    CallRulesChanged,
    CallWrappedUp,
    MessageLeft,
)
from studio.events.chat import (
    ChatPictured,
    ChatPinned,
    ChatRemoved,
    ChatSaid,
    ChatWhispered,
    VisitorBlocked,
)
from studio.events.film import (
    FilmPublished,
    FilmWithdrawn,
)
from studio.events.order import (
    OrderChanged,
    OrderPlaced,
    OrderVerified,
)
from studio.events.poll import (
    PollCleared,
    PollClosed,
    PollOpened,
)
from studio.events.product import (
    ProductPinned,
    ProductPriced,
    ProductSoldOut,
    ProductsPlanned,
    ProductUnpinned,
)
from studio.events.show import (
    CurtainLowered,
    CurtainRaised,
    LeaseTaken,
    RehearsalEnded,
    RehearsalStarted,
    ShowEnded,
    ShowPaused,
    ShowRenamed,
    ShowResumed,
    ShowStarted,
    StreamLost,
    StreamStarted,
    StreamStopped,
)

__all__ = [
    "BY_VISITORS",
    "PERSONAL",
    "AnyEvent",
    "Audience",
    "CallAgreed",
    "CallAnswered",
    "CallBooked",
    "CallCarted",
    "CallEnded",
    "CallEntered",
    "CallJoined",
    "CallLeft",
    "CallMissed",
    "CallProductShown",
    "CallRated",
    "CallRecorded",
    "CallRequeued",
    "CallReturned",
    "CallRulesChanged",
    "CallWrappedUp",
    "CallerLeft",
    "ChatPictured",
    "ChatPinned",
    "ChatRemoved",
    "ChatSaid",
    "ChatWhispered",
    "CurtainLowered",
    "CurtainRaised",
    "Event",
    "FilmPublished",
    "FilmWithdrawn",
    "LeaseTaken",
    "Logged",
    "MessageLeft",
    "OrderChanged",
    "OrderPlaced",
    "OrderVerified",
    "PollCleared",
    "PollClosed",
    "PollOpened",
    "ProductPinned",
    "ProductPriced",
    "ProductSoldOut",
    "ProductUnpinned",
    "ProductsPlanned",
    "PublicEvent",
    "RehearsalEnded",
    "RehearsalStarted",
    "ShowEnded",
    "ShowPaused",
    "ShowRenamed",
    "ShowResumed",
    "ShowStarted",
    "StreamLost",
    "StreamStarted",
    "StreamStopped",
    "StudioEvent",
    "VisitorBlocked",
    "VisitorEvent",
    "decode",
    "encode",
    "may_see",
    "type_of",
]

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
    | CurtainLowered
    | CurtainRaised
    | LeaseTaken
    | ProductPinned
    | ProductUnpinned
    | ProductSoldOut
    | ProductPriced
    | ProductsPlanned
    | ChatSaid
    | ChatWhispered
    | ChatRemoved
    | ChatPinned
    | ChatPictured
    | VisitorBlocked
    | PollOpened
    | PollClosed
    | PollCleared
    | OrderPlaced
    | OrderVerified
    | OrderChanged
    | FilmPublished
    | FilmWithdrawn
    | CallEntered
    | CallMissed
    | CallAnswered
    | CallJoined
    | CallLeft
    | CallRequeued
    | CallerLeft
    | CallReturned
    | CallProductShown
    | CallCarted
    | CallAgreed
    | CallEnded
    | CallWrappedUp
    | CallRated
    | CallRulesChanged
    | MessageLeft
    | CallRecorded
    | CallBooked
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


def type_of(event: Event | type[Event]) -> str:
    """The event's wire name (`show.started`)."""
    cls = event if isinstance(event, type) else type(event)
    return str(cls.__struct_config__.tag)


def may_see(event: Event, *, studio: bool, visitor: str = "") -> bool:
    """Whether a studio client (`studio=True`) or a member of the audience may see `event`."""
    if studio or event.audience == "public":
        return True
    return event.audience == "visitor" and bool(visitor) and getattr(event, "to", None) == visitor


PERSONAL = {type_of(cls): cls.personal for cls in AnyEvent.__args__ if cls.personal}
BY_VISITORS = tuple(type_of(cls) for cls in AnyEvent.__args__ if cls.by_visitor)
_decoder = msgspec.json.Decoder(AnyEvent)
encode = msgspec.json.Encoder().encode
"""An event as JSON, its type included."""


def decode(data: bytes | str) -> AnyEvent:
    """The event in `data`; raises `msgspec.ValidationError` for anything that is not one."""
    event: AnyEvent = _decoder.decode(data)
    return event
