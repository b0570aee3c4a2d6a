"""Lists: near what somebody did, and in demand; without what they know, not too alike, and with something new."""

import pytest

from studio.relation.days import DAY_MS
from studio.relation.recommend import LIST, NEW_PLACES, Deed, Model, Product, coverage, gain, pick, recall
from tests.studio.relation.people import utc

NOW = utc("2026-11-05T12:00")


def crowd(people: int, *products: str, days: int = 3, begins: int = 0) -> list[Deed]:
    return [Deed(f"q{begins + number}", product, NOW - days * DAY_MS) for number in range(people) for product in products]


def own(*products: str, days: int = 1) -> dict[str, tuple[float, int]]:
    return dict.fromkeys(products, (1.0, NOW - days * DAY_MS))


def everything(*deeds: Deed) -> dict[str, Product]:
    return {deed.product: Product() for deed in deeds}


def test_a_pair_needs_three_people() -> None:
    assert Model(crowd(2, "a", "b"), NOW).similar == {}
    assert [name for name, _ in Model(crowd(3, "a", "b"), NOW).similar["a"]] == ["b"]


def test_what_is_older_than_ninety_days_says_nothing() -> None:
    assert Model(crowd(5, "a", "b", days=91), NOW).similar == {}


def test_a_list_says_what_led_to_it_and_leaves_out_what_one_knows() -> None:
    deeds = [*crowd(10, "a", "b"), *crowd(4, "c", begins=20)]
    found = pick(Model(deeds, NOW), own("a", "x", "y"), everything(*deeds), titles=lambda product: f"The {product}")
    assert [one.product for one in found] == ["b", "c"]
    assert (str(found[0].reason), found[0].seed) == ("You looked at The a", "a")
    assert str(found[1].reason) == "Popular this month"
    assert "a" not in [one.product for one in found]


def test_with_two_deeds_nothing_is_called_personal() -> None:
    deeds = crowd(10, "a", "b")
    found = pick(Model(deeds, NOW), own("a", "x"), everything(*deeds))
    assert {one.seed for one in found} == {""}


def test_what_is_struck_out_is_not_in_it() -> None:
    deeds = crowd(10, "a", "b", "c")
    found = pick(Model(deeds, NOW), own("a", "x", "y"), everything(*deeds), struck={"b"})
    assert [one.product for one in found] == ["c"]


def test_at_most_three_of_a_category_and_two_of_a_brand() -> None:
    names = [f"p{number}" for number in range(20)]
    deeds = crowd(10, *names)
    products = {
        name: Product("serum" if number < 10 else "", "nordlys" if number >= 10 else "") for number, name in enumerate(names)
    }
    best = [one for one in pick(Model(deeds, NOW), own("a", "x", "y"), products) if str(one.reason) != "Something new"]
    assert sum(products[one.product].category == "serum" for one in best) <= 3
    assert sum(products[one.product].brand == "nordlys" for one in best) <= 2


def test_two_places_are_for_something_new_another_for_each_person() -> None:
    deeds = crowd(10, *(f"p{number}" for number in range(20)))
    products = everything(*deeds) | {f"n{number}": Product() for number in range(40)}
    lists = [pick(Model(deeds, NOW), own("a", "x", "y"), products, salt=f"person {number}")[:LIST] for number in range(20)]
    new = [[one.product for one in found if str(one.reason) == "Something new"] for found in lists]
    assert {len(found) for found in new} == {NEW_PLACES}
    assert len({tuple(found) for found in new}) > 10
    assert pick(Model(deeds, NOW), own("a"), products, salt="x") == pick(Model(deeds, NOW), own("a"), products, salt="x")


def test_no_list_has_anything_twice() -> None:
    deeds = crowd(5, *(f"p{number}" for number in range(30)))
    found = [one.product for one in pick(Model(deeds, NOW), own("p1", "p2", "p3"), everything(*deeds), salt="x")]
    assert len(found) == len(set(found))


def test_measures() -> None:
    lists = {"a": ["x", "y"], "b": ["z"]}
    assert recall(lists, {"a": {"x"}, "b": {"q"}}, 12) == 0.5
    assert recall(lists, {}, 12) == 0.0
    assert gain(lists, {"a": {"x"}}, 12) == 1.0
    assert gain(lists, {"a": {"y"}}, 12) == pytest.approx(0.63, abs=0.01)
    assert coverage(lists, ["x", "y", "z", "q"], 12) == 0.75
