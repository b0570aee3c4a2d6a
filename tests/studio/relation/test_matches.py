"""What is counted together."""

import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.relation.condition import Did
from studio.relation.facts import Plan, facts_of
from studio.relation.match import Match, below
from tests.studio.relation.anything import JUMPS, counts, doings, matches, zone


@pytest.mark.parametrize(
    ("category", "above", "found"),
    [
        ("Skin > Face > Serum", "Skin", True),
        ("Skin > Face > Serum", "face>serum", True),
        ("Skin > Face > Serum", "Skin > Serum", False),
        ("Skin", "Skin > Face", False),
        ("Skincare", "Skin", False),
        ("Skin > Face", "Skin > ", True),
        ("> Skin", "skin", True),
        ("Skin", " ", False),
        ("", " ", False),
        ("", ">", False),
        ("Skin", "", False),
        ("STRASSE", "straße", True),
    ],
)
def test_a_category_is_below_another_that_is_named(category: str, above: str, found: bool) -> None:
    assert below(category, above) is found


def said_otherwise(match: Match, chance: random.Random) -> Match:
    """The same in another order, with words twice, and in other letters where those do not count."""

    def mixed(words: tuple[str, ...], *, letters: bool = False) -> tuple[str, ...]:
        twice = [word for word in words for _ in range(chance.choice((1, 2)))]
        chance.shuffle(twice)
        return tuple(chance.choice((word, word.upper(), word.lower())) if letters else word for word in twice)

    return msgspec.structs.replace(
        match,
        names=mixed(match.names),
        products=mixed(match.products),
        categories=mixed(match.categories, letters=True),
        brands=mixed(match.brands, letters=True),
        shows=mixed(match.shows),
        parts=mixed(match.parts),
    )


@settings(max_examples=100)
@given(matches(), st.randoms(use_true_random=False))
def test_matches_that_say_the_same_have_one_key(match: Match, chance: random.Random) -> None:
    assert said_otherwise(match, chance).key == match.key


@settings(max_examples=120)
@given(st.data(), st.randoms(use_true_random=False))
def test_matches_with_one_key_count_the_same(data: st.DataObject, chance: random.Random) -> None:
    one = data.draw(matches())
    other = data.draw(st.just(said_otherwise(one, chance)) | matches())
    done = data.draw(doings("Europe/Copenhagen", JUMPS["Europe/Copenhagen"][0], most=10))
    if one.key == other.key:
        assert [one.of(behaviour) for behaviour in done] == [other.of(behaviour) for behaviour in done]
        plan = Plan(zone("Europe/Copenhagen"), [Did(match=one), Did(match=other)])
        counter = facts_of(done, plan).counters.get(one.key)
        assert (counter.total if counter is not None else 0) == sum(counts(one, behaviour) for behaviour in done)
