"""Recency, frequency and money."""

import math
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from studio.relation.days import DAY_MS, Zone
from studio.relation.rfm import ABSOLUTE, FEWEST, Buyer, bounds_of, buyer, changes_day, classes

ZONE = Zone("Europe/Copenhagen")
NOON_MS = 1_796_036_400_000  # Mon 30 Nov 2026, 12:00 in Copenhagen
buyers = st.builds(Buyer, days=st.integers(0, 364), orders=st.integers(1, 30), minor=st.integers(0, 10**7))


def plainly(values: Sequence[int], value: int) -> int:
    """The class of one of them, counted."""
    return math.ceil(5 * sum(other <= value for other in values) / len(values))


@given(st.lists(buyers, min_size=FEWEST, max_size=120))
def test_classes_are_fifths_and_equals_share_the_upper_one(some: list[Buyer]) -> None:
    bounds = bounds_of(some, 1)
    for one in some:
        expected = (
            plainly([-other.days for other in some], -one.days),
            plainly([other.orders for other in some], one.orders),
            plainly([other.minor for other in some], one.minor),
        )
        assert classes(one, bounds) == expected


@given(st.lists(buyers, max_size=FEWEST - 1), buyers)
def test_of_few_the_bounds_are_fixed(some: list[Buyer], one: Buyer) -> None:
    bounds = bounds_of(some, 1)
    assert (bounds.recency, bounds.frequency, bounds.money) == (ABSOLUTE.recency, ABSOLUTE.frequency, ABSOLUTE.money)
    assert all(1 <= number <= 5 for number in classes(one, bounds))


def test_only_the_last_year_counts_in_days_of_the_brand() -> None:
    orders = {"1": (NOON_MS - 365 * DAY_MS, 100), "2": (NOON_MS - 364 * DAY_MS, 200), "3": (NOON_MS - 13 * 3_600_000, 300)}
    assert buyer(orders, NOON_MS, ZONE) == Buyer(days=1, orders=2, minor=500)
    assert buyer({"1": orders["1"]}, NOON_MS, ZONE) is None
    assert buyer({}, NOON_MS, ZONE) is None


def test_a_week_later_nobody_has_changed_because_others_bought() -> None:
    some = [Buyer(days=number, orders=1 + number % 7, minor=number * 1000) for number in range(100)]
    bounds = bounds_of(some, 1)
    assert classes(Buyer(days=0, orders=100, minor=10**9), bounds) == (5, 5, 5)
    assert classes(Buyer(days=364, orders=1, minor=0), bounds)[0] == 1


@given(st.lists(st.integers(0, 364), min_size=1, max_size=8), st.lists(buyers, max_size=FEWEST + 20))
def test_until_the_day_of_a_change_there_is_none(ages: list[int], some: list[Buyer]) -> None:
    bounds = bounds_of(some, 1)
    orders = {str(number): (NOON_MS - days * DAY_MS, 100) for number, days in enumerate(ages)}
    today, changes = ZONE.day(NOON_MS), changes_day(orders, bounds, NOON_MS, ZONE)
    assert changes > today
    now = buyer(orders, NOON_MS, ZONE)
    assert now is not None
    for day in range(today, changes):
        later = buyer(orders, ZONE.midnight_ms(day) + 1, ZONE)
        assert later is not None
        assert classes(later, bounds) == classes(now, bounds), day - today
