"""One-to-one calls, messages and bookings. Their words and names are in tables of their own."""

from studio.events.base import StudioEvent


class CallEntered(StudioEvent, tag="call.entered", frozen=True, kw_only=True):
    """A customer is in line for a one-to-one call, whose words are in a table of their own. `consent` is theirs."""

    call: str
    kind: str
    topic: str
    consent: str


class CallMissed(StudioEvent, tag="call.missed", frozen=True, kw_only=True):
    """It rang at an advisor, who did not answer; `passed`: who passed it on."""

    call: str
    advisor: str
    passed: bool = False


class CallAnswered(StudioEvent, tag="call.answered", frozen=True, kw_only=True):
    """An advisor has it."""

    call: str
    advisor: str
    wait_ms: int


class CallJoined(StudioEvent, tag="call.joined", frozen=True, kw_only=True):
    """A colleague is in it as well."""

    call: str
    advisor: str


class CallLeft(StudioEvent, tag="call.left", frozen=True, kw_only=True):
    """A colleague has left it again."""

    call: str
    advisor: str


class CallRequeued(StudioEvent, tag="call.back", frozen=True, kw_only=True):
    """It is in line again: its advisor `transferred` it, or is `lost`."""

    call: str
    advisor: str
    why: str


class CallerLeft(StudioEvent, tag="call.away", frozen=True, kw_only=True):
    """The customer's page is gone; it may come back for a while."""

    call: str


class CallReturned(StudioEvent, tag="call.returned", frozen=True, kw_only=True):
    """The customer came back."""

    call: str


class CallProductShown(StudioEvent, tag="call.showed", frozen=True, kw_only=True):
    """The advisor showed a product."""

    call: str
    product: str


class CallCarted(StudioEvent, tag="call.carted", frozen=True, kw_only=True):
    """The advisor put a product into the customer's cart, and what the shop said."""

    call: str
    product: str
    quantity: int
    status: str


class CallAgreed(StudioEvent, tag="call.agreed", frozen=True, kw_only=True):
    """The customer said yes or no to something."""

    call: str
    ask: str
    yes: bool


class CallEnded(StudioEvent, tag="call.ended", frozen=True, kw_only=True):
    """It is over."""

    call: str
    ending: str


class CallWrappedUp(StudioEvent, tag="call.wrapped_up", frozen=True, kw_only=True):
    """What came of it."""

    call: str
    advisor: str
    outcome: str


class CallRated(StudioEvent, tag="call.rated", frozen=True, kw_only=True):
    """How the customer found it."""

    call: str
    stars: int


class CallRulesChanged(StudioEvent, tag="call.rules_changed", frozen=True, kw_only=True):
    """The brand answers in another way."""


class MessageLeft(StudioEvent, tag="message.left", frozen=True, kw_only=True):
    """A customer left a message. `consent` is theirs."""

    message: str
    kind: str
    consent: str


class CallRecorded(StudioEvent, tag="call.recorded", frozen=True, kw_only=True):
    """The film of a call is kept."""

    call: str
    bytes: int


class CallBooked(StudioEvent, tag="call.booked", frozen=True, kw_only=True):
    """A call was booked, or (`cancelled`) called off."""

    booking: str
    begins_ms: int
    cancelled: bool = False
