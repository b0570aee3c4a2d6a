"""What a segment asks of a profile. Every kind of condition is a frozen struct; `evaluate.py` says whether it holds."""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta, Struct

from studio.relation.match import Match
from studio.relation.persona import Id

Days = Annotated[int, Meta(ge=1, le=3650)]
Times = Annotated[int, Meta(ge=0, le=100_000)]
DEPTH_MAX, PARTS_MAX = 5, 50


class Condition(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """The base."""


class Did(Condition, tag="did", frozen=True, kw_only=True):
    """At least, at most or exactly `times` in the last `days` calendar days of the brand's zone, today included; or in the last
    `minutes`; with neither, ever. At most five holds for none, and exactly 0 is *did not*."""

    match: Match
    compare: Literal["at least", "at most", "exactly"] = "at least"
    times: Times = 1
    days: Days | None = None
    minutes: Annotated[int, Meta(ge=1, le=10_080)] | None = None


class Recency(Condition, tag="recency", frozen=True, kw_only=True):
    """The first or the last time was less, or more, than `days` days ago. Never is neither, but more with `or_never`."""

    match: Match
    which: Literal["first", "last"] = "last"
    compare: Literal["less", "more"] = "less"
    days: Days
    or_never: bool = False


class Sequence(Condition, tag="sequence", frozen=True, kw_only=True):
    """First one, then the other within `within_minutes`, strictly later, and nothing of `without` between."""

    first: Match
    then: Match
    without: Match | None = None
    within_minutes: Annotated[int, Meta(ge=1, le=525_600)]
    same_product: bool = False

    @property
    def key(self) -> str:
        """Of what is remembered for it, within however long."""
        same = "=" if self.same_product else ""
        return f"{self.first.key}>{self.then.key}{same}" + (f"!{self.without.key}" if self.without else "")


class Property(Condition, tag="property", frozen=True, kw_only=True):
    """Something about the profile. Where it has none every comparison fails, also *is not*; only *is empty* holds.
    A comparison with nothing holds for nobody."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    compare: Literal["is", "is not", "contains", "begins with", "at least", "at most", "is empty"] = "is"
    value: Annotated[str, Meta(max_length=300)] = ""


class TimeOfDay(Condition, tag="time", frozen=True, kw_only=True):
    """On the brand's wall: from `begins` (inclusive) to `ends` (exclusive; `24:00` is midnight), on these weekdays (0 is Monday;
    none: all). Over midnight is allowed: 22:00 to 02:00, of the day on which it begins."""

    begins: Annotated[str, Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d$(?!\n)")] = "00:00"
    ends: Annotated[str, Meta(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$(?!\n)")] = "24:00"
    weekdays: Annotated[tuple[Annotated[int, Meta(ge=0, le=6)], ...], Meta(max_length=7)] = ()


class Consented(Condition, tag="consent", frozen=True, kw_only=True):
    """Whether they agree to a purpose now."""

    purpose: Literal["analytics", "personalisation", "marketing"]
    given: bool = True


class Affinity(Condition, tag="affinity", frozen=True, kw_only=True):
    """At least this share (per cent) of all that they like is this category, brand, host or tag."""

    of: Literal["category", "brand", "host", "tag"]
    value: Annotated[str, Meta(min_length=1, max_length=255)]
    percent: Annotated[int, Meta(ge=1, le=100)] = 20


class InPersona(Condition, tag="persona", frozen=True, kw_only=True):
    """A persona is active, or a step of a journey."""

    group: Id
    persona: Id


class Rfm(Condition, tag="rfm", frozen=True, kw_only=True):
    """Classes 1 (worst) to 5 (best) of recency, frequency and money among those who bought within a year; None: any."""

    recency: Annotated[int, Meta(ge=1, le=5)] | None = None
    frequency: Annotated[int, Meta(ge=1, le=5)] | None = None
    money: Annotated[int, Meta(ge=1, le=5)] | None = None


class InSegment(Condition, tag="segment", frozen=True, kw_only=True):
    """In another segment, or not in it."""

    segment: Id
    inside: bool = True


class Live(Condition, tag="live", frozen=True, kw_only=True):
    """Watches a show now: for so many seconds, of so much of it, having seen this pin; live, or its replay."""

    seconds: Annotated[int, Meta(ge=0, le=86_400)] = 0
    seen_pin: Annotated[str, Meta(max_length=255)] = ""
    part: Literal["", "live", "replay"] = ""


class All(Condition, tag="all", frozen=True, kw_only=True):
    """All of them hold. None at all holds for nobody."""

    of: Annotated[tuple["AnyCondition", ...], Meta(max_length=PARTS_MAX)] = ()


class Any(Condition, tag="any", frozen=True, kw_only=True):
    """One of them holds."""

    of: Annotated[tuple["AnyCondition", ...], Meta(max_length=PARTS_MAX)] = ()


class Not(Condition, tag="not", frozen=True, kw_only=True):
    """It does not hold. Of what cannot be known, the contrary cannot either."""

    of: "AnyCondition"


AnyCondition = (
    Did | Recency | Sequence | Property | TimeOfDay | Consented | Affinity | InPersona | Rfm | InSegment | Live | All | Any | Not
)


def parts(condition: Condition) -> Iterator[Condition]:
    """The condition, and all in it."""
    return (part for part, _ in _levels(condition))


def depth(condition: Condition) -> int:
    """How deep it is nested."""
    return max(level + isinstance(part, All | Any | Not) for part, level in _levels(condition))


def _levels(condition: Condition) -> Iterator[tuple[Condition, int]]:
    waiting = [(condition, 0)]  # no call in itself: what strangers nest may be deeper than Python's stack
    while waiting:
        part, level = waiting.pop()
        yield part, level
        if isinstance(part, All | Any):
            waiting += [(below, level + 1) for below in reversed(part.of)]
        elif isinstance(part, Not):
            waiting.append((part.of, level + 1))
