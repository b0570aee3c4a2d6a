"""Whether a segment can be saved."""

from itertools import pairwise

import msgspec
import pytest

from studio.errors import InvalidValue
from studio.relation.condition import All, AnyCondition, InSegment, Not, Property, depth, parts
from studio.relation.segment import Segment, check, uses_in_segments

DANISH = Property(name="country", value="DK")


def one(name: str, condition: AnyCondition = DANISH) -> Segment:
    return Segment(id=name, name=name.upper(), condition=condition)


def chain(*names: str) -> dict[str, Segment]:
    """Each asks about the next."""
    found = [one(name, Not(of=InSegment(segment=below))) for name, below in pairwise(names)]
    return {segment.id: segment for segment in (*found, one(names[-1]))}


def test_five_segments_may_ask_about_each_other_and_six_may_not() -> None:
    five = chain("b", "c", "d", "e", "f")
    check(five["b"], five, {})
    with pytest.raises(InvalidValue, match="nested deeper than 5"):
        check(one("a", InSegment(segment="b")), five, {})


def test_nor_when_the_one_in_the_middle_or_at_the_end_is_saved_last() -> None:
    three, below = chain("a", "b", "c"), chain("d", "e", "f")
    with pytest.raises(InvalidValue, match="nested deeper than 5"):
        check(one("c", InSegment(segment="d")), three | below, {})
    check(one("c", InSegment(segment="e")), three | below, {})
    five = chain("a", "b", "c", "d", "e")
    with pytest.raises(InvalidValue, match="nested deeper than 5"):
        check(one("e", InSegment(segment="new")), five | {"new": one("new")}, {})


def test_none_may_be_in_itself() -> None:
    three = chain("a", "b", "c")
    for segment in (one("a", InSegment(segment="a")), one("c", All(of=(DANISH, InSegment(segment="a"))))):
        with pytest.raises(InvalidValue, match="in itself"):
            check(segment, three, {})
    with pytest.raises(InvalidValue, match="no segment gone"):
        check(one("a", InSegment(segment="gone")), three, {})


def test_whoever_asks_about_a_segment_uses_it() -> None:
    assert [use.id for use in uses_in_segments("c", chain("a", "b", "c").values())] == ["b"]


@pytest.mark.parametrize("levels", [6, 100, 2_000])
def test_what_is_nested_too_deep_is_refused(levels: int) -> None:
    condition: AnyCondition = DANISH
    for _ in range(levels):
        condition = Not(of=condition)
    assert depth(condition) == levels
    assert sum(1 for _ in parts(condition)) == levels + 1
    with pytest.raises(InvalidValue, match="nested deeper than 5"):
        check(one("a", condition), {}, {})


def test_the_parts_of_a_condition_come_as_they_are_written() -> None:
    inner = All(of=(Property(name="a"), Property(name="b")))
    whole = All(of=(inner, Property(name="c")))
    names = [part.name for part in parts(whole) if isinstance(part, Property)]
    assert names == ["a", "b", "c"]
    assert msgspec.json.decode(msgspec.json.encode(whole), type=AnyCondition) == whole
