"""Recency, frequency and money of who bought within a year: five classes of each, 5 the best. Their bounds are those of a week,
so that nobody changes class because others bought."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from studio.relation.days import Zone

YEAR_DAYS = 365
FEWEST = 50
"""With fewer buyers a fifth of them says nothing: then the bounds are those of `ABSOLUTE`."""
CLASSES = 5
Four = tuple[int, int, int, int]


class Buyer(Struct, frozen=True, kw_only=True):
    """What somebody bought within a year: how many days ago last, how often, and for how much (minor units)."""

    days: int
    orders: int
    minor: int


class Bounds(Struct, frozen=True, kw_only=True):
    """From which value on somebody is in class 2, 3, 4 and 5; of recency up to how many days. `buyers` they were made from."""

    recency: Four
    frequency: Four
    money: Four
    buyers: int = 0
    made_ms: int = 0


ABSOLUTE = Bounds(recency=(240, 120, 60, 30), frequency=(2, 3, 4, 6), money=(50_000, 100_000, 200_000, 500_000))


def buyer(orders: Mapping[str, tuple[int, int]], now_ms: int, zone: Zone) -> Buyer | None:
    """Of somebody's orders, each with when and for how much; None for who bought nothing within a year."""
    today = zone.day(now_ms)
    lately = [(zone.day(at_ms), minor) for at_ms, minor in orders.values() if zone.day(at_ms) > today - YEAR_DAYS]
    if not lately:
        return None
    newest = max(day for day, _ in lately)
    return Buyer(days=max(0, today - newest), orders=len(lately), minor=sum(minor for _, minor in lately))


def classes(one: Buyer, bounds: Bounds) -> tuple[int, int, int]:
    """Recency, frequency, money, each 1 to 5."""
    recency = 1 + sum(one.days <= most for most in bounds.recency)
    return (
        recency,
        1 + sum(one.orders >= least for least in bounds.frequency),
        1 + sum(one.minor >= least for least in bounds.money),
    )


def changes_day(orders: Mapping[str, tuple[int, int]], bounds: Bounds, now_ms: int, zone: Zone) -> int:
    """The first day on which the classes of somebody may be others though they buy nothing: a bound of recency is passed, or an
    order is a year old. Of who bought something within a year."""
    today = zone.day(now_ms)
    lately = [day for at_ms, _ in orders.values() if (day := zone.day(at_ms)) > today - YEAR_DAYS]
    newest = max(lately)
    passed = [day for most in bounds.recency if (day := newest + most + 1) > today]
    return min(*passed, min(lately) + YEAR_DAYS) if passed else min(lately) + YEAR_DAYS


def bounds_of(buyers: Sequence[Buyer], made_ms: int) -> Bounds:
    """Fifths of some buyers; equal ones share the upper class."""
    if len(buyers) < FEWEST:
        return Bounds(
            recency=ABSOLUTE.recency,
            frequency=ABSOLUTE.frequency,
            money=ABSOLUTE.money,
            buyers=len(buyers),
            made_ms=made_ms,
        )
    two, three, four, five = _fifths([-one.days for one in buyers])
    return Bounds(
        recency=(-two, -three, -four, -five),
        frequency=_fifths([one.orders for one in buyers]),
        money=_fifths([one.minor for one in buyers]),
        buyers=len(buyers),
        made_ms=made_ms,
    )


def _fifths(values: Sequence[int]) -> Four:
    """The smallest value in each class from the second on: the class of a value is ⌈5 · (how many are no larger) / n⌉."""
    ordered = sorted(values)
    count = len(ordered)
    found = []
    for number in range(2, CLASSES + 1):
        needed = (number - 1) * count // CLASSES + 1  # so many are no larger than the first of this class
        found.append(ordered[needed - 1])
    return found[0], found[1], found[2], found[3]
