"""What a test of variants says, however many there are of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.relation.experiment import Arm, read


def arm(name: str, exposed: int, reached: int = 0, weight: int = 1) -> Arm:
    return Arm(id=name, weight=weight, exposed=exposed, reached=reached)


arms = st.lists(
    st.tuples(st.integers(0, 3000), st.floats(0, 1), st.integers(0, 3)).map(
        lambda drawn: arm("", drawn[0], round(drawn[0] * drawn[1]), drawn[2])
    ),
    max_size=5,
)


@settings(max_examples=200)
@given(arms, st.integers(0, 2000))
def test_a_winner_is_named_only_of_a_right_split_that_is_large_enough(some: list[Arm], planned: int) -> None:
    found = read([Arm(id=f"v{place}", **_fields(one)) for place, one in enumerate(some)], planned)
    drawn = [one for one in some if one.weight]
    assert 0 <= found.p <= 1
    if found.winner:
        assert not found.flagged
        assert len(drawn) > 1
        assert min(one.exposed for one in drawn) >= planned
        assert some[int(found.winner[1:])].weight, "what rests does not win"
    assert str(found.reason)


def _fields(one: Arm) -> dict[str, int]:
    return {"weight": one.weight, "exposed": one.exposed, "reached": one.reached}


def test_alone_nobody_wins() -> None:
    assert read([arm("a", 5000, 100)], 100).winner == ""
    assert read([], 100).winner == ""
    assert read([arm("a", 0), arm("b", 0)], 0).winner == ""


def test_a_variant_that_rests_says_nothing_of_the_split() -> None:
    found = read([arm("a", 5000, 100), arm("old", 700, 600, weight=0), arm("b", 5000, 300)], 4000)
    assert (found.flagged, found.winner) == (False, "b")
    assert found.chi2 == pytest.approx(0)
