"""What happened in a show: a closed list of frozen types, each with the audience that may know it.

Events are stored with their show's `seq` and come back in catch-up, replay and export; `audience` is declared by
every type, without a default, and `may_see` is the one function that filters them.
"""

from typing import ClassVar, Literal

import msgspec
from msgspec import Struct

Audience = Literal["public", "studio", "visitor"]
"""`visitor`: the studios, and the one visitor that the event names in `to`."""


class Event(Struct, frozen=True, kw_only=True, tag_field="type"):
    """The base of all events; subclasses set `audience`."""

    audience: ClassVar[Audience]
    personal: ClassVar[tuple[str, ...]] = ()
    """Fields that name a visitor, who may be forgotten."""
    by_visitor: ClassVar[bool] = False
    """Whether a visitor is behind it, when no desktop is."""


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


class CurtainLowered(Event, tag="curtain.lowered", frozen=True, kw_only=True):
    """The studio hides its picture behind the brand's curtain, and is silent."""

    audience: ClassVar[Audience] = "public"


class CurtainRaised(Event, tag="curtain.raised", frozen=True, kw_only=True):
    """The picture is seen again."""

    audience: ClassVar[Audience] = "public"


class LeaseTaken(Event, tag="lease.taken", frozen=True, kw_only=True):
    """A desktop took the show's lease, from `previous` when that is not empty."""

    audience: ClassVar[Audience] = "studio"
    holder: str
    previous: str
    epoch: int


class ProductPinned(Event, tag="product.pinned", frozen=True, kw_only=True):
    """A product's card is shown, at this price."""

    audience: ClassVar[Audience] = "public"
    product: str
    price_minor: int
    currency: str


class ProductUnpinned(Event, tag="product.unpinned", frozen=True, kw_only=True):
    """A product's card is gone."""

    audience: ClassVar[Audience] = "public"
    product: str


class ProductSoldOut(Event, tag="product.sold_out", frozen=True, kw_only=True):
    """A product is sold out, or there is more of it."""

    audience: ClassVar[Audience] = "public"
    product: str
    sold_out: bool


class ProductPriced(Event, tag="product.priced", frozen=True, kw_only=True):
    """A product got a price for this show, or (None) lost it."""

    audience: ClassVar[Audience] = "studio"
    product: str
    price_minor: int | None


class ProductsPlanned(Event, tag="products.planned", frozen=True, kw_only=True):
    """The show's products, or their order, changed."""

    audience: ClassVar[Audience] = "studio"
    products: tuple[str, ...]


class ChatSaid(Event, tag="chat.said", frozen=True, kw_only=True):
    """A line for everybody. The words are in a table of their own; `consent` is its writer's."""

    audience: ClassVar[Audience] = "public"
    by_visitor: ClassVar[bool] = True
    line: str
    consent: str = "---"


class ChatWhispered(Event, tag="chat.whispered", frozen=True, kw_only=True):
    """A line that only `to` and the studios see: a private answer, or one that is held or in the shadow."""

    audience: ClassVar[Audience] = "visitor"
    personal: ClassVar[tuple[str, ...]] = ("to",)
    by_visitor: ClassVar[bool] = True
    line: str
    to: str
    consent: str = "---"


class ChatRemoved(Event, tag="chat.removed", frozen=True, kw_only=True):
    """A line was taken away."""

    audience: ClassVar[Audience] = "public"
    line: str


class ChatPinned(Event, tag="chat.pinned", frozen=True, kw_only=True):
    """A line is kept above the chat; empty: none."""

    audience: ClassVar[Audience] = "public"
    line: str


class ChatPictured(Event, tag="chat.pictured", frozen=True, kw_only=True):
    """A line is on the picture; empty: none."""

    audience: ClassVar[Audience] = "studio"
    line: str


class VisitorBlocked(Event, tag="visitor.blocked", frozen=True, kw_only=True):
    """Somebody may not write any more; an empty `kind`: they may again."""

    audience: ClassVar[Audience] = "studio"
    personal: ClassVar[tuple[str, ...]] = ("visitor",)
    visitor: str
    kind: str
    until_ms: int | None = None


class PollOpened(Event, tag="poll.opened", frozen=True, kw_only=True):
    """The audience is asked."""

    audience: ClassVar[Audience] = "public"
    poll: str
    question: str
    answers: tuple[str, ...]


class PollClosed(Event, tag="poll.closed", frozen=True, kw_only=True):
    """No more votes; these were given."""

    audience: ClassVar[Audience] = "public"
    poll: str
    votes: tuple[int, ...]


class PollCleared(Event, tag="poll.cleared", frozen=True, kw_only=True):
    """The poll was put away."""

    audience: ClassVar[Audience] = "public"
    poll: str


class Ordered(Event, tag="order.placed", frozen=True, kw_only=True):
    """Somebody bought something. `media_ms` is the second of the show that led to it."""

    audience: ClassVar[Audience] = "studio"
    by_visitor: ClassVar[bool] = True
    number: str
    value_minor: int
    currency: str
    products: tuple[str, ...]
    media_ms: int
    part: str


class OrderChanged(Event, tag="order.changed", frozen=True, kw_only=True):
    """The shop has changed an order, given something back of it, or cancelled it: what it is worth now."""

    audience: ClassVar[Audience] = "studio"
    by_visitor: ClassVar[bool] = True
    number: str
    value_minor: int
    currency: str
    cancelled: bool = False


class FilmPublished(Event, tag="film.published", frozen=True, kw_only=True):
    """A film of the show, a `replay` or a `clip`, can be watched."""

    audience: ClassVar[Audience] = "public"
    film: str
    kind: str


class FilmWithdrawn(Event, tag="film.withdrawn", frozen=True, kw_only=True):
    """A film of the show cannot be watched any more."""

    audience: ClassVar[Audience] = "public"
    film: str
    kind: str


class CallEntered(Event, tag="call.entered", frozen=True, kw_only=True):
    """A customer is in line for a one-to-one call, whose words are in a table of their own. `consent` is theirs."""

    audience: ClassVar[Audience] = "studio"
    call: str
    kind: str
    topic: str
    consent: str


class CallMissed(Event, tag="call.missed", frozen=True, kw_only=True):
    """It rang at an advisor, who did not answer; `passed`: who passed it on."""

    audience: ClassVar[Audience] = "studio"
    call: str
    advisor: str
    passed: bool = False


class CallAnswered(Event, tag="call.answered", frozen=True, kw_only=True):
    """An advisor has it."""

    audience: ClassVar[Audience] = "studio"
    call: str
    advisor: str
    wait_ms: int


class CallJoined(Event, tag="call.joined", frozen=True, kw_only=True):
    """A colleague is in it as well."""

    audience: ClassVar[Audience] = "studio"
    call: str
    advisor: str


class CallLeft(Event, tag="call.left", frozen=True, kw_only=True):
    """A colleague has left it again."""

    audience: ClassVar[Audience] = "studio"
    call: str
    advisor: str


class CallBack(Event, tag="call.back", frozen=True, kw_only=True):
    """It is in line again: its advisor `transferred` it, or is `lost`."""

    audience: ClassVar[Audience] = "studio"
    call: str
    advisor: str
    why: str


class CallAway(Event, tag="call.away", frozen=True, kw_only=True):
    """The customer's page is gone; it may come back for a while."""

    audience: ClassVar[Audience] = "studio"
    call: str


class CallReturned(Event, tag="call.returned", frozen=True, kw_only=True):
    """The customer came back."""

    audience: ClassVar[Audience] = "studio"
    call: str


class CallShowed(Event, tag="call.showed", frozen=True, kw_only=True):
    """The advisor showed a product."""

    audience: ClassVar[Audience] = "studio"
    call: str
    product: str


class CallCarted(Event, tag="call.carted", frozen=True, kw_only=True):
    """The advisor put a product into the customer's cart, and what the shop said."""

    audience: ClassVar[Audience] = "studio"
    call: str
    product: str
    quantity: int
    status: str


class CallAgreed(Event, tag="call.agreed", frozen=True, kw_only=True):
    """The customer said yes or no to something."""

    audience: ClassVar[Audience] = "studio"
    call: str
    ask: str
    yes: bool


class CallEnded(Event, tag="call.ended", frozen=True, kw_only=True):
    """It is over."""

    audience: ClassVar[Audience] = "studio"
    call: str
    ending: str


class CallWrappedUp(Event, tag="call.wrapped_up", frozen=True, kw_only=True):
    """What came of it."""

    audience: ClassVar[Audience] = "studio"
    call: str
    advisor: str
    outcome: str


class CallRated(Event, tag="call.rated", frozen=True, kw_only=True):
    """How the customer found it."""

    audience: ClassVar[Audience] = "studio"
    call: str
    stars: int


class CallRulesChanged(Event, tag="call.rules_changed", frozen=True, kw_only=True):
    """The brand answers in another way."""

    audience: ClassVar[Audience] = "studio"


class MessageLeft(Event, tag="message.left", frozen=True, kw_only=True):
    """A customer left a message. `consent` is theirs."""

    audience: ClassVar[Audience] = "studio"
    message: str
    kind: str
    consent: str


class CallRecorded(Event, tag="call.recorded", frozen=True, kw_only=True):
    """The film of a call is kept."""

    audience: ClassVar[Audience] = "studio"
    call: str
    bytes: int


class CallBooked(Event, tag="call.booked", frozen=True, kw_only=True):
    """A call was booked, or (`cancelled`) called off."""

    audience: ClassVar[Audience] = "studio"
    booking: str
    begins_ms: int
    cancelled: bool = False


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
    | Ordered
    | OrderChanged
    | FilmPublished
    | FilmWithdrawn
    | CallEntered
    | CallMissed
    | CallAnswered
    | CallJoined
    | CallLeft
    | CallBack
    | CallAway
    | CallReturned
    | CallShowed
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
