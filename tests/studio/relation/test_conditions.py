"""What conditions say at their edges."""

from studio.relation.condition import Did, Recency
from studio.relation.match import Match, named
from studio.relation.names import ORDER_COMPLETED, PRODUCT_VIEWED
from tests.studio.relation.people import answer, viewed, wall

NOW = wall("2026-11-05T12:00")


def test_a_name_that_is_said_twice_is_counted_once() -> None:
    asked = Did(match=Match(names=(PRODUCT_VIEWED, PRODUCT_VIEWED)), times=2)
    assert answer(asked, [viewed(NOW)], NOW).actual == 1


def test_never_is_longer_ago_than_any_day_and_never_less() -> None:
    match = named(ORDER_COMPLETED)
    assert answer(Recency(match=match, compare="more", days=5, or_never=True), [], NOW).holds
    assert answer(Recency(match=match, compare="less", days=5, or_never=True), [], NOW).holds is False
