"""What conditions say at their edges."""

from typing import Any

import pytest

from studio.errors import InvalidValue
from studio.relation.condition import All, AnyCondition, Did, InPersona, InSegment, Not, Property, Recency
from studio.relation.condition import Any as OneOf
from studio.relation.days import MINUTE_MS
from studio.relation.match import Match, named
from studio.relation.names import ORDER_COMPLETED, PRODUCT_VIEWED
from studio.relation.segment import Segment, check
from tests.studio.relation.anything import group
from tests.studio.relation.people import answer, viewed, wall

NOW = wall("2026-11-05T12:00")


def test_a_name_that_is_said_twice_is_counted_once() -> None:
    asked = Did(match=Match(names=(PRODUCT_VIEWED, PRODUCT_VIEWED)), times=2)
    assert answer(asked, [viewed(NOW)], NOW).actual == 1


def test_never_is_longer_ago_than_any_day_and_never_less() -> None:
    match = named(ORDER_COMPLETED)
    assert answer(Recency(match=match, compare="more", days=5, or_never=True), [], NOW).holds
    assert answer(Recency(match=match, compare="less", days=5, or_never=True), [], NOW).holds is False


def test_what_was_done_once_was_done_ever_after() -> None:
    assert answer(Did(match=named(PRODUCT_VIEWED)), [viewed(NOW)], NOW).due_ms is None
    assert answer(Did(match=named(PRODUCT_VIEWED), compare="exactly", times=0), [viewed(NOW)], NOW).due_ms is None


def test_what_was_done_in_the_same_moment_leaves_at_once() -> None:
    asked = Did(match=named(PRODUCT_VIEWED), compare="exactly", times=1, minutes=5)
    both = [viewed(NOW, number=number) for number in (1, 2)]
    found = answer(asked, both, NOW)
    assert (found.holds, found.due_ms) == (False, None), "two, then none; never one"


@pytest.mark.parametrize(("compare", "most"), [("at least", 20), ("at most", 19), ("exactly", 19)])
def test_within_minutes_no_more_is_asked_than_is_remembered(compare: Any, most: int) -> None:
    def asked(times: int, **fields: Any) -> Did:
        return Did(match=named(PRODUCT_VIEWED), compare=compare, times=times, minutes=60, **fields)

    def save(condition: Did) -> None:
        check(Segment(id="s", name="S", condition=condition), {}, {})

    save(asked(most))
    for wrong in (asked(most + 1), asked(1, days=1)):
        with pytest.raises(InvalidValue):
            save(wrong)
    for count in range(18, 24):
        done = [viewed(NOW - number * MINUTE_MS, number=number) for number in range(count)]
        wanted = {"at least": count >= most, "at most": count <= most, "exactly": count == most}
        assert answer(asked(most), done, NOW).holds is wanted[compare]


# ── what is broken ───────────────────────────────────────────────────────────────────────────────────────────

LOOKED, NEVER = Did(match=named(PRODUCT_VIEWED)), Did(match=named(ORDER_COMPLETED))
BROKEN: list[AnyCondition] = [
    All(),
    OneOf(),
    InSegment(segment="gone"),
    InPersona(group="gone", persona="calm"),
    InPersona(group="who", persona="gone"),
    *(Property(name="country", compare=compare) for compare in ("is", "is not", "contains", "begins with", "at least")),
]


@pytest.mark.parametrize("broken", BROKEN)
def test_what_is_broken_holds_for_nobody_wherever_it_stands(broken: AnyCondition) -> None:
    wholes: list[AnyCondition] = [
        broken,
        Not(of=broken),
        All(of=(LOOKED, broken)),
        Not(of=All(of=(NEVER, broken))),
        OneOf(of=(LOOKED, broken)),
        Not(of=OneOf(of=(NEVER, broken))),
    ]
    for whole in wholes:
        found = answer(whole, [viewed(NOW, props={"country": "DK"})], NOW, groups={"who": group()})
        assert (found.holds, found.broken) == (None, True), whole
