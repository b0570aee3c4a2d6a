"""The brand's segments, rules and personas, and how they are doing."""

from msgspec import Struct

from studio.relation.persona import PersonaGroup
from studio.relation.rfm import ABSOLUTE, Bounds
from studio.relation.rule import Rule
from studio.relation.segment import Segment


class SegmentNow(Struct, frozen=True, kw_only=True):
    """A segment with how many people are in it."""

    segment: Segment
    size: int = 0
    uses: int = 0


class RuleNow(Struct, frozen=True, kw_only=True):
    """A rule with how often each variant was on somebody's screen, and followed; how often it would have been on that of somebody
    who is held back; `problem`: why it rests."""

    rule: Rule
    shown: dict[str, int] = {}
    clicked: dict[str, int] = {}
    held: int = 0
    problem: str = ""


class Relation(Struct, frozen=True, kw_only=True):
    """Rules stand in their order. `waiting` profiles are being counted; `counted_ms` (Unix) when the last of them was."""

    segments: tuple[SegmentNow, ...] = ()
    rules: tuple[RuleNow, ...] = ()
    personas: tuple[PersonaGroup, ...] = ()
    profiles: int = 0
    waiting: int = 0
    counted_ms: int = 0
    holdback: float = 0.0
    bounds: Bounds = ABSOLUTE
    """Of recency, frequency and money, this week."""
