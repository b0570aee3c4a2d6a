"""A one-to-one call as its queue knows it: who rings, what they look at, where they stand in line."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from studio.show.product import AnyProduct

CallKind = Literal["video", "watch", "sound", "text"]
"""What the customer chose: both are seen; only the advisor is; voices; written words. They may change their mind."""
CallState = Literal["waiting", "ringing", "live", "away", "ended"]
"""`away`: the customer's page is gone and may come back to the same advisor for a while."""
Permission = Literal["granted", "denied", "prompt", "missing", "unknown"]
"""What the customer's browser lets the page have; `missing`: there is no such device."""
Outcome = Literal["sold", "helped", "follow_up", "nothing", "abuse"]
"""What came of a call, as its advisor says."""
Ending = Literal["hung_up", "left", "no_answer", "closed", "blocked"]
"""Why a call is over: somebody hung up; the customer went away; nobody answered in time; the shop closed; unwelcome."""
Ask = Literal["camera", "microphone", "screen", "recording", "air"]
"""What an advisor can ask of the customer; for `recording` and `air` their yes is needed."""
Author = Literal["customer", "advisor"]
AdvisorStatus = Literal["off", "free", "ringing", "busy", "wrap_up"]

LINE_MAX, NOTES_MAX, NAME_MAX = 1000, 4000, 40
SEEN_MAX, CART_MAX, EXTRA_MAX = 20, 50, 10
MINOR_MAX = 10**12

Name = Annotated[str, Meta(max_length=NAME_MAX)]
Minor = Annotated[int, Meta(ge=0, le=MINOR_MAX)]
ProductName = AnyProduct
TopicId = Annotated[str, Meta(pattern=r"^[a-z0-9_-]{1,24}$(?!\n)")]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2}$(?!\n)")]


class CardProduct(Struct, frozen=True, kw_only=True):
    """A product that the customer looked at in this visit, or has in the cart."""

    id: ProductName
    title: Annotated[str, Meta(max_length=300)] = ""
    variant: Annotated[str, Meta(max_length=200)] = ""
    quantity: Annotated[int, Meta(ge=1, le=999)] = 1
    price_minor: Minor | None = None


class Card(Struct, frozen=True, kw_only=True):
    """What the page tells about its visitor before anybody answers. Only `camera` and `microphone` come without consent to
    personalisation. `extra` is what the brand's page adds: `{"Skin test": "dry"}`."""

    page: Annotated[str, Meta(max_length=500)] = ""
    title: Annotated[str, Meta(max_length=200)] = ""
    seen: Annotated[tuple[CardProduct, ...], Meta(max_length=SEEN_MAX)] = ()
    """The newest last."""
    cart: Annotated[tuple[CardProduct, ...], Meta(max_length=CART_MAX)] = ()
    cart_minor: Minor | None = None
    currency: Annotated[str, Meta(pattern=r"^([A-Z]{3})?$(?!\n)")] = ""
    camera: Permission = "unknown"
    microphone: Permission = "unknown"
    extra: Annotated[
        dict[Annotated[str, Meta(min_length=1, max_length=40)], Annotated[str, Meta(max_length=200)]], Meta(max_length=EXTRA_MAX)
    ] = {}


class Person(Struct, frozen=True, kw_only=True):
    """An advisor in a call. `peer` is what signals are addressed with, `client` the desktop."""

    peer: str
    client: str
    name: str


class CallLine(Struct, frozen=True, kw_only=True):
    """Something that was written in a call, or a product that was shown."""

    id: str
    at_ms: int
    author: Author
    name: str
    text: str = ""
    product: str = ""


class Agreement(Struct, frozen=True, kw_only=True):
    """What the customer was asked, and what they said; None: nothing yet."""

    ask: Ask
    yes: bool | None = None


class Call(Struct, frozen=True, kw_only=True):
    """One call. Times are Unix milliseconds of the server. `entered_ms` is its place in line, and is kept through every
    return to it; `since_ms` is when the present state began, `until_ms` when a ring or a wait for the customer ends."""

    id: str
    state: CallState
    kind: CallKind
    entered_ms: int
    since_ms: int
    until_ms: int | None = None
    answered_ms: int | None = None
    topic: str = ""
    language: str = ""
    name: str = ""
    """As the customer writes it; empty: they did not say."""
    advisor: str = ""
    """The desktop that it rings at, or that has it."""
    advisor_name: str = ""
    people: tuple[Person, ...] = ()
    held: bool = False
    card: Card = Card()
    consent: str = "---"
    note: str = ""
    """What a colleague wrote who passed it on."""
    again: bool = False
    """It was answered before, and came back into the line."""
    ending: Ending | None = None
    booked_ms: int | None = None
    """They have an appointment for then."""


class Topic(Struct, frozen=True, kw_only=True):
    """What customers may ask about."""

    id: TopicId
    name: Annotated[str, Meta(min_length=1, max_length=60)]


class CannedReply(Struct, frozen=True, kw_only=True):
    """An answer that advisors need again and again."""

    title: Annotated[str, Meta(min_length=1, max_length=60)]
    text: Annotated[str, Meta(min_length=1, max_length=LINE_MAX)]
