"""What conditions say at their edges."""

from studio.relation.condition import Did
from studio.relation.match import Match
from studio.relation.names import PRODUCT_VIEWED
from tests.studio.relation.people import answer, viewed, wall

NOW = wall("2026-11-05T12:00")


def test_a_name_that_is_said_twice_is_counted_once() -> None:
    asked = Did(match=Match(names=(PRODUCT_VIEWED, PRODUCT_VIEWED)), times=2)
    assert answer(asked, [viewed(NOW)], NOW).actual == 1
