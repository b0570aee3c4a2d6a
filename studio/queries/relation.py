"""Questions about the brand's relation to its visitors. The server answers them."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from studio.commands.base import Owner, Role
from studio.commands.relation import MARKETING
from studio.queries.base import Query
from studio.relation.condition import AnyCondition
from studio.relation.decide import Gate
from studio.relation.reason import Reason
from studio.relation.robots import VisitorClass
from studio.relation.segment import Use


class Example(Struct, frozen=True, kw_only=True):
    """Somebody who would be in, and why."""

    profile: str
    reason: Reason


class Preview(Struct, frozen=True, kw_only=True):
    """What a condition would do. `of` profiles were looked at; `unknown` of them cannot be known (no consent)."""

    members: int
    enters: int
    leaves: int
    unknown: int
    of: int
    examples: tuple[Example, ...]


class SegmentPreview(Query, tag="segment.preview", frozen=True, kw_only=True):
    """Who would be in a segment with this condition, before it is saved; `segment` is the one it would change."""

    may: ClassVar[frozenset[Role]] = MARKETING
    owner: ClassVar[Owner] = "server"
    answers: ClassVar[type] = Preview

    condition: AnyCondition
    segment: Annotated[str, Meta(max_length=40)] = ""


class Members(Struct, frozen=True, kw_only=True):
    """Some of those who are in, each with why; and everything that asks about the segment."""

    examples: tuple[Example, ...]
    uses: tuple[Use, ...]


class SegmentMembers(Query, tag="segment.members", frozen=True, kw_only=True):
    """Who is in a segment, and what uses it."""

    may: ClassVar[frozenset[Role]] = MARKETING
    owner: ClassVar[Owner] = "server"
    answers: ClassVar[type] = Members

    segment: Annotated[str, Meta(min_length=1, max_length=40)]


class Export(Struct, frozen=True, kw_only=True):
    """A table (CSV) of `count` people; `of` are in the segment. `next`: ask again with it as `after`, until it is empty."""

    table: str
    count: int
    of: int
    next: str = ""


class SegmentExport(Query, tag="segment.export", frozen=True, kw_only=True):
    """Take the people of a segment along, page by page, each with why they are in it.

    For `marketing` only who may be written to, with the address; for `analysis` without any address. It is written down who took
    whom.
    """

    may: ClassVar[frozenset[Role]] = MARKETING
    owner: ClassVar[Owner] = "server"
    answers: ClassVar[type] = Export

    segment: Annotated[str, Meta(min_length=1, max_length=40)]
    purpose: Literal["marketing", "analysis"]
    after: Annotated[str, Meta(max_length=32)] = ""


class Arm(Struct, frozen=True, kw_only=True):
    """One side of a measurement: `held` is those who were held back. `value_minor` is what they bought in all, `currency` empty
    where it was in several."""

    id: str
    people: int
    reached: int
    value_minor: int = 0
    currency: str = ""


class Measured(Struct, frozen=True, kw_only=True):
    """What a rule brings. `effect` are its variants together beside those held back, `variants` beside each other: empty where
    there is nothing to compare. The differences (with their 95 % interval) are in percentage points."""

    since_ms: int | None
    planned: int
    effect: tuple[Arm, ...] = ()
    effect_reason: Reason | None = None
    effect_points: tuple[float, float, float] | None = None
    variants: tuple[Arm, ...] = ()
    variants_reason: Reason | None = None
    variants_points: tuple[float, float, float] | None = None
    left_out: int = 0
    """Who saw two of them."""


class RuleMeasured(Query, tag="rule.measured", frozen=True, kw_only=True):
    """What a rule brings, since it was last changed: who saw it, beside who was held back, and its variants beside each other."""

    may: ClassVar[frozenset[Role]] = MARKETING
    owner: ClassVar[Owner] = "server"
    answers: ClassVar[type] = Measured

    rule: Annotated[str, Meta(min_length=1, max_length=40)]


class Deed(Struct, frozen=True, kw_only=True):
    """Something that somebody did."""

    name: str
    at_ms: int
    page: str = ""
    products: tuple[str, ...] = ()
    show: str = ""
    value_minor: int | None = None
    currency: str = ""


class InOut(Struct, frozen=True, kw_only=True):
    """A segment, and whether somebody is in it; `inside` None: it cannot be known. `due_ms`: when that changes by itself."""

    segment: str
    name: str
    inside: bool | None
    reason: Reason
    due_ms: int | None = None


class Standing(Struct, frozen=True, kw_only=True):
    """Where somebody stands in a group of personas; `active` is empty for nobody."""

    group: str
    active: str
    points: dict[str, int]
    threshold: int
    lead: int
    reason: Reason


class SlotView(Struct, frozen=True, kw_only=True):
    """What somebody is shown in a slot, by the rule of that name, and at which gate each other rule stops."""

    slot: str
    rule: str
    variant: str
    reason: Reason
    stopped: tuple[tuple[str, Gate, Reason], ...] = ()


class Joined(Struct, frozen=True, kw_only=True):
    """A merge that stands."""

    id: str
    source: str
    why: str
    by: str
    at_ms: int


class Person(Struct, frozen=True, kw_only=True):
    """The cockpit: all that is known of one person now, and what they are shown."""

    profile: str
    kind: VisitorClass
    why: str
    made_ms: int
    consents: dict[str, bool]
    consent_reasons: dict[str, Reason]
    ask_again: bool
    identifiers: tuple[tuple[str, str, str], ...]
    devices: dict[str, str]
    merges: tuple[Joined, ...]
    sessions: int
    orders: int
    campaign: str
    referrer: str
    likes: dict[str, tuple[tuple[str, float], ...]]
    deeds: tuple[Deed, ...]
    segments: tuple[InOut, ...]
    personas: tuple[Standing, ...]
    slots: tuple[SlotView, ...]


class ProfileLook(Query, tag="profile.look", frozen=True, kw_only=True):
    """Look at one person: by their profile, a visitor, a customer number or an address. It is written down who looked."""

    may: ClassVar[frozenset[Role]] = MARKETING
    owner: ClassVar[Owner] = "server"
    answers: ClassVar[type] = Person

    profile: Annotated[str, Meta(max_length=32)] = ""
    find: Annotated[str, Meta(max_length=254)] = ""
    by: Literal["profile", "visitor", "customer", "email", "phone"] = "profile"
