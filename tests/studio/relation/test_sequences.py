"""First one thing, then another: however much else is done."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.relation.behaviour import Behaviour
from studio.relation.condition import Sequence
from studio.relation.days import MINUTE_MS
from studio.relation.match import named
from studio.relation.names import ORDER_COMPLETED, PRODUCT_ADDED, PRODUCT_REMOVED, PRODUCT_VIEWED
from tests.studio.relation.people import answer, did, item, viewed, wall

NOW = wall("2026-11-05T12:00")
NAMES = (PRODUCT_VIEWED, PRODUCT_ADDED, PRODUCT_REMOVED)
PRODUCTS = ("serum", "cream", "oil")
SAME = Sequence(first=named(PRODUCT_VIEWED), then=named(PRODUCT_ADDED), within_minutes=1440, same_product=True)


def added(minute: int, product: str = "serum") -> Behaviour:
    return did(PRODUCT_ADDED, NOW + minute * MINUTE_MS, item(product))


def seen(minute: int, product: str = "serum") -> Behaviour:
    return viewed(NOW + minute * MINUTE_MS, product, number=minute)


def removed(minute: int) -> Behaviour:
    return did(PRODUCT_REMOVED, NOW + minute * MINUTE_MS, item("serum"))


@pytest.mark.parametrize("others", [5, 25, 150])
def test_who_looks_at_many_others_has_looked_at_this_one(others: int) -> None:
    done = [seen(0), *(seen(minute, f"p{minute}") for minute in range(1, others)), added(others)]
    found = answer(SAME, done, NOW + 300 * MINUTE_MS)
    assert found.holds
    assert found.actual == others


def test_what_came_between_is_not_forgotten() -> None:
    without = Sequence(
        first=named(PRODUCT_VIEWED), then=named(PRODUCT_ADDED), without=named(PRODUCT_REMOVED), within_minutes=1440
    )
    done = [seen(0), removed(1), added(2)]
    assert answer(without, done, NOW).holds is False
    assert answer(without, [*done, *(removed(minute) for minute in range(3, 40))], NOW).holds is False


def test_who_was_in_stays_in_whatever_they_do_then() -> None:
    plain = Sequence(first=named(PRODUCT_VIEWED), then=named(PRODUCT_ADDED), within_minutes=5)
    done = [seen(0), added(5)]
    assert answer(plain, done, NOW).holds
    assert answer(plain, [*done, *(seen(minute) for minute in range(10, 40))], NOW).holds
    assert answer(plain, [*done, *(added(minute) for minute in range(11, 40))], NOW).holds


def test_the_reason_names_the_newest() -> None:
    plain = Sequence(first=named(PRODUCT_VIEWED), then=named(PRODUCT_ADDED), within_minutes=5)
    found = answer(plain, [seen(0), added(2), seen(60), added(64), seen(80), added(90)], NOW)
    assert "13:00, then 2026-11-05 13:04" in str(found.reason)


deeds = st.tuples(st.sampled_from(NAMES), st.integers(0, 90), st.sampled_from(PRODUCTS))
asked = st.builds(
    Sequence,
    first=st.sampled_from([named(*NAMES[:1]), named(*NAMES[1:])]),
    then=st.sampled_from([named(PRODUCT_ADDED), named(PRODUCT_VIEWED), named(ORDER_COMPLETED, PRODUCT_VIEWED)]),
    without=st.sampled_from([None, named(PRODUCT_REMOVED), named(PRODUCT_VIEWED)]),
    within_minutes=st.sampled_from((1, 2, 5, 60)),
    same_product=st.booleans(),
)


def pairs(sequence: Sequence, done: list[tuple[str, int, str]]) -> list[tuple[int, int]]:
    """By looking at each first with each other step."""
    without = sequence.without.names if sequence.without is not None else ()
    between = [minute for name, minute, _ in done if name in without]
    return [
        (first, then)
        for name, first, about in done
        for other, then, about_then in done
        if name in sequence.first.names and other in sequence.then.names and 0 < then - first <= sequence.within_minutes
        if not sequence.same_product or about == about_then
        if not any(first < minute < then for minute in between)
    ]


@settings(max_examples=200)
@given(asked, st.sampled_from((2, 5, 20, 60)).flatmap(lambda size: st.lists(deeds, min_size=size, max_size=size)))
def test_it_is_found_when_any_two_steps_make_it(sequence: Sequence, done: list[tuple[str, int, str]]) -> None:
    behaviours = [
        did(name, NOW + minute * MINUTE_MS, item(product), number=number) for number, (name, minute, product) in enumerate(done)
    ]
    found, wanted = answer(sequence, behaviours, NOW + 90 * MINUTE_MS), pairs(sequence, done)
    assert found.holds is bool(wanted)
    if wanted:
        assert found.actual in [then - first for first, then in wanted]
