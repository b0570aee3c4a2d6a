"""A set of profiles, defined by a condition: membership is computed, never collected."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from studio.errors import InvalidValue
from studio.i18n import N_
from studio.relation.condition import (
    DEPTH_MAX,
    AnyCondition,
    Condition,
    Did,
    InPersona,
    InSegment,
    Recency,
    Sequence,
    depth,
    parts,
)
from studio.relation.counter import TIMES
from studio.relation.match import Match
from studio.relation.persona import Id, PersonaGroup


class Segment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`on`: what is switched off holds for nobody, and rules that use it rest."""

    id: Id
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    condition: AnyCondition
    on: bool = True
    version: int = 1


class Use(Struct, frozen=True, kw_only=True):
    """What uses a segment; `live` when it does so now."""

    kind: Literal["segment", "rule", "mail", "test"]
    id: str
    name: str
    live: bool = True


def matches_in(part: Condition) -> tuple[Match, ...]:
    """What a condition, without those in it, counts."""
    if isinstance(part, Did | Recency):
        return (part.match,)
    if isinstance(part, Sequence):
        return tuple(match for match in (part.first, part.then, part.without) if match is not None)
    return ()


def named_in(condition: AnyCondition) -> frozenset[str]:
    """The segments that a condition asks about, wherever in it."""
    return frozenset(part.segment for part in parts(condition) if isinstance(part, InSegment))


def check(segment: Segment, others: Mapping[str, Segment], groups: Mapping[str, PersonaGroup]) -> None:
    """Whether it can be saved: it names what there is, never itself, and is not too deep. Raises `InvalidValue`."""
    if depth(segment.condition) > DEPTH_MAX:
        raise InvalidValue("It is nested deeper than {most}", field="condition", most=DEPTH_MAX)
    for part in parts(segment.condition):
        for match in matches_in(part):
            match.check()
        if isinstance(part, Did):
            _check_window(part)
        if isinstance(part, InPersona):
            group = groups.get(part.group)
            if group is None or part.persona not in {persona.id for persona in group.personas}:
                raise InvalidValue("There is no persona {name}", field="condition", name=f"{part.group}/{part.persona}")
    all_of_them = dict(others) | {segment.id: segment}
    _look_below(segment, all_of_them, (segment.id,))
    _look_below(segment, all_of_them, (segment.id,), _above(segment.id, all_of_them))


def _check_window(asked: Did) -> None:
    """In a window of minutes no more can be told apart than moments are kept."""
    if asked.minutes is None:
        return
    if asked.days is not None:
        raise InvalidValue(N_("Days or minutes, not both"), field="condition")
    most = TIMES if asked.compare == "at least" else TIMES - 1
    if asked.times > most:
        raise InvalidValue("Within minutes no more than {most} times can be asked about", field="condition", most=most)


def _above(segment: str, all_of_them: Mapping[str, Segment], levels: int = 0) -> int:
    """How many stand above one, each asking about the next."""
    if levels == DEPTH_MAX:
        return levels
    above = [one.id for one in all_of_them.values() if segment in named_in(one.condition)]
    return max((_above(name, all_of_them, levels + 1) for name in above), default=levels)


def _look_below(segment: Segment, all_of_them: Mapping[str, Segment], path: tuple[str, ...], above: int = 0) -> None:
    if above + len(path) > DEPTH_MAX:
        raise InvalidValue("It is nested deeper than {most}", field="condition", most=DEPTH_MAX)
    for name in sorted(named_in(segment.condition)):
        if name in path:
            raise InvalidValue(N_("It would be in itself: {path}"), field="condition", path=" → ".join((*path, name)))
        if (below := all_of_them.get(name)) is None:
            raise InvalidValue("There is no segment {name}", field="condition", name=name)
        _look_below(below, all_of_them, (*path, name), above)


def uses_in_segments(segment: str, others: Iterable[Segment]) -> list[Use]:
    """The segments that ask about one."""
    return [Use(kind="segment", id=one.id, name=one.name, live=one.on) for one in others if segment in named_in(one.condition)]
