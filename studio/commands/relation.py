"""Commands about the brand's relation to its visitors: segments, personas, rules. The server runs them."""

from typing import Annotated, ClassVar

from msgspec import Meta

from studio.commands.base import Command, Owner, Role
from studio.relation.persona import Id, PersonaGroup
from studio.relation.robots import VisitorClass
from studio.relation.rule import Rule
from studio.relation.segment import Segment

MARKETING: frozenset[Role] = frozenset({"host", "marketer", "admin"})
"""Roles that decide what people are shown."""
Profile = Annotated[str, Meta(min_length=1, max_length=32)]
Why = Annotated[str, Meta(min_length=3, max_length=300)]
Since = Annotated[int, Meta(ge=0)] | None
"""The version that something was changed from (0: it is new). Refused when it says something else now; None: whatever it is."""


class RelationCommand(Command, frozen=True, kw_only=True):
    """The base."""

    may: ClassVar[frozenset[Role]] = MARKETING
    owner: ClassVar[Owner] = "server"


class SegmentSave(RelationCommand, tag="segment.save", frozen=True, kw_only=True):
    """Make a segment, or give it another condition."""

    segment: Segment
    since: Since = None


class SegmentDelete(RelationCommand, tag="segment.delete", frozen=True, kw_only=True):
    """Delete a segment that nothing uses."""

    segment: Id
    since: Since = None


class PersonasSave(RelationCommand, tag="personas.save", frozen=True, kw_only=True):
    """Make a group of personas or a journey, or change it."""

    group: PersonaGroup


class PersonasDelete(RelationCommand, tag="personas.delete", frozen=True, kw_only=True):
    """Delete a group of personas that no segment asks about."""

    group: Id


class RuleSave(RelationCommand, tag="rule.save", frozen=True, kw_only=True):
    """Make a rule, or change it: from now on its new version shows."""

    rule: Rule
    since: Since = None


class RuleDelete(RelationCommand, tag="rule.delete", frozen=True, kw_only=True):
    """Delete a rule; what it has shown stays counted."""

    rule: Id
    since: Since = None


class RuleOrder(RelationCommand, tag="rule.order", frozen=True, kw_only=True):
    """Put the rules into this order; those that are not named follow as they were."""

    rules: Annotated[tuple[Id, ...], Meta(max_length=500)]


class RelationMeasure(RelationCommand, tag="relation.measure", frozen=True, kw_only=True):
    """Never personalise so many per cent of people, so that it can be measured what personalising does."""

    holdback: Annotated[float, Meta(ge=0, le=90)]


class ProfileKind(RelationCommand, tag="profile.kind", frozen=True, kw_only=True):
    """Say what a visitor is: a person, likely a robot, a robot, or staff. It holds for the past as well."""

    profile: Profile
    kind: VisitorClass


class ProfileMerge(RelationCommand, tag="profile.merge", frozen=True, kw_only=True):
    """Say that two known profiles are one person, and why."""

    source: Profile
    into: Profile
    why: Why


class ProfileSplit(RelationCommand, tag="profile.split", frozen=True, kw_only=True):
    """Take a merge back, and say why."""

    profile: Profile
    merge: Annotated[str, Meta(min_length=1, max_length=24)]
    why: Why
