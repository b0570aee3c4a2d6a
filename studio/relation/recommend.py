"""What somebody may like: from what others did who did the same as they, what is in demand this week, and something new.

Item to item by co-occurrence, as in Microsoft's SAR: sim = c_ij / √(c_i·c_j) × c_ij / (c_ij + 10), c_ij being people who did
something with both. On an honest split by time recent popularity beats every purely personal model, so a list blends the two.
"""

import heapq
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import Struct

from studio.i18n import N_
from studio.relation.days import DAY_MS
from studio.relation.draw import share
from studio.relation.reason import Reason

WINDOW_MS, DEMAND_MS = 90 * DAY_MS, 14 * DAY_MS
"""What somebody did says something for as long; what is in demand is so now."""
HALF_LIFE_MS, HALF_PLACES = 30 * DAY_MS, 2
"""What somebody did weighs half as much after so long, and after so many other things: what they did last says most."""
LEAST_PEOPLE = 3
"""So many must have done something with both of a pair: fewer say too much of one of them."""
SHRINK = 10
NEWEST = 200
"""Of each person's deeds: who does a thousand things has no thousand votes."""
NEIGHBOURS = 50
LIST, SPARE = 12, 8
BLEND = 0.65
"""Of what is in demand, beside what is personal."""
DIVERSE = 0.7
CATEGORY_MOST, BRAND_MOST = 3, 2
NEW_PLACES = 2
CANDIDATES = 5
"""So many times the length of a list are looked at for it."""


class Deed(NamedTuple):
    """Somebody did something with a product, of that weight (`names.WEIGHTS`)."""

    person: str
    product: str
    at_ms: int
    weight: float = 1.0


class Product(NamedTuple):
    """What a list may hold."""

    category: str = ""
    brand: str = ""
    made_ms: int = 0


class Pick(Struct, frozen=True, kw_only=True):
    """One of a list, and why; `seed` is the product of the person's own that led to it."""

    product: str
    score: float
    reason: Reason
    seed: str = ""


class Model:
    """Made of deeds until a moment; the same deeds make the same model."""

    def __init__(self, deeds: Iterable[Deed], now_ms: int) -> None:
        self.now_ms = now_ms
        by_person: dict[str, dict[str, int]] = {}
        demand: dict[str, float] = {}
        for deed in deeds:
            if not now_ms - WINDOW_MS < deed.at_ms <= now_ms:
                continue
            last = by_person.setdefault(deed.person, {})
            last[deed.product] = max(deed.at_ms, last.get(deed.product, 0))
            if deed.at_ms > now_ms - DEMAND_MS:
                demand[deed.product] = demand.get(deed.product, 0.0) + deed.weight
        most = max(demand.values(), default=1.0)
        self.demand = {product: weight / most for product, weight in demand.items()}
        """What is in demand, 0…1."""
        self.similar = _similar(by_person.values())
        """By product its nearest, the nearest first."""

    def scores(self, own: Mapping[str, tuple[float, int]]) -> dict[str, tuple[float, str]]:
        """By product how near it is to what somebody did (product: weight, newest moment), 0…1, and what led there."""
        found: dict[str, float] = {}
        led: dict[str, tuple[float, str]] = {}
        newest = sorted(own.items(), key=lambda item: -item[1][1])
        for place, (seed, (weight, at_ms)) in enumerate(newest):
            now = weight * 0.5 ** ((self.now_ms - at_ms) / HALF_LIFE_MS + place / HALF_PLACES)
            for other, near in self.similar.get(seed, ()):
                gives = now * near
                found[other] = found.get(other, 0.0) + gives
                if gives > led.get(other, (0.0, ""))[0]:
                    led[other] = gives, seed
        most = max(found.values(), default=1.0) or 1.0
        return {product: (score / most, led[product][1]) for product, score in found.items()}


def _similar(baskets: Iterable[Mapping[str, int]]) -> dict[str, list[tuple[str, float]]]:
    counts: dict[str, int] = {}
    pairs: dict[tuple[str, str], int] = {}
    for basket in baskets:
        newest = sorted(basket, key=lambda product: (-basket[product], product))[:NEWEST]
        for product in newest:
            counts[product] = counts.get(product, 0) + 1
        ordered = sorted(newest)
        for place, one in enumerate(ordered):
            for other in ordered[place + 1 :]:
                pairs[one, other] = pairs.get((one, other), 0) + 1
    near: dict[str, list[tuple[str, float]]] = {}
    for (one, other), both in pairs.items():
        if both < LEAST_PEOPLE:
            continue
        score = both / math.sqrt(counts[one] * counts[other]) * both / (both + SHRINK)
        near.setdefault(one, []).append((other, score))
        near.setdefault(other, []).append((one, score))
    return {product: sorted(found, key=lambda item: (-item[1], item[0]))[:NEIGHBOURS] for product, found in near.items()}


def pick(
    model: Model,
    own: Mapping[str, tuple[float, int]],
    products: Mapping[str, Product],
    *,
    struck: Collection[str] = (),
    salt: str = "",
    titles: Callable[[str], str] = str,
    length: int = LIST + SPARE,
) -> list[Pick]:
    """A list for somebody: the best of what is near and what is in demand, not too alike, with two places for something new.
    `struck` is left out: bought, refused, in the cart, shown lately. With fewer than three deeds of their own nothing is called
    personal. `salt` (the person and the week) draws what is new to them."""
    personal = model.scores(own) if len(own) >= LEAST_PEOPLE else {}
    scored: dict[str, float] = {}
    for product in products:
        if product in struck or product in own:
            continue
        near, demand = personal.get(product, (0.0, ""))[0], model.demand.get(product, 0.0)
        score = BLEND * demand + (1 - BLEND) * near if personal else demand
        if score > 0:
            scored[product] = score
    best = _diverse(model, scored, products, length - NEW_PLACES)
    fresh = _new(
        salt, [one for one in products if one not in personal and one not in struck and one not in own and one not in best]
    )
    chosen = [*best[: LIST - NEW_PLACES], *fresh, *best[LIST - NEW_PLACES :]]
    new = set(fresh)
    return [
        _reasoned(one, 0.0 if one in new else scored[one], None if one in new else personal.get(one), titles) for one in chosen
    ]


def _diverse(model: Model, scored: Mapping[str, float], products: Mapping[str, Product], length: int) -> list[str]:
    """By λ·score − (1−λ)·likeness to those that are chosen; few of one category or brand."""
    left = heapq.nsmallest(CANDIDATES * length, scored, key=lambda product: (-scored[product], product))
    value = {product: DIVERSE * scored[product] for product in left}
    likest = dict.fromkeys(left, 0.0)
    categories: dict[str, int] = {}
    brands: dict[str, int] = {}
    chosen: list[str] = []
    while value and len(chosen) < length:
        best = max(value, key=value.__getitem__)
        del value[best]
        about = products[best]
        if about.category and categories.get(about.category, 0) >= CATEGORY_MOST:
            continue
        if about.brand and brands.get(about.brand, 0) >= BRAND_MOST:
            continue
        categories[about.category] = categories.get(about.category, 0) + 1
        brands[about.brand] = brands.get(about.brand, 0) + 1
        chosen.append(best)
        for other, near in model.similar.get(best, ()):
            if other in value and near > likest[other]:
                value[other] -= (1 - DIVERSE) * (near - likest[other])
                likest[other] = near
    return chosen


def _new(salt: str, unseen: Sequence[str]) -> list[str]:
    """What nobody near has seen, drawn for this person: whatever is never shown can never be liked."""
    if len(unseen) <= NEW_PLACES:
        return list(unseen)
    at = int(share("new", salt) * len(unseen))
    step = 1 + int(share("step", salt) * (len(unseen) - 1))
    return list(dict.fromkeys(unseen[(at + number * step) % len(unseen)] for number in range(NEW_PLACES)))


def _reasoned(product: str, score: float, near: tuple[float, str] | None, titles: Callable[[str], str]) -> Pick:
    if near is not None and near[1]:
        reason = Reason(N_("You looked at {seed}"), {"seed": titles(near[1])})
        return Pick(product=product, score=score, reason=reason, seed=near[1])
    return Pick(product=product, score=score, reason=Reason(N_("Popular this month") if score > 0 else N_("Something new")))


def recall(lists: Mapping[str, Sequence[str]], wanted: Mapping[str, Collection[str]], most: int) -> float:
    """Of what people went on to do, how much stood in their lists."""
    shares = [
        len(set(lists.get(person, ())[:most]) & set(then)) / min(len(then), most) for person, then in wanted.items() if then
    ]
    return sum(shares) / len(shares) if shares else 0.0


def gain(lists: Mapping[str, Sequence[str]], wanted: Mapping[str, Collection[str]], most: int) -> float:
    """The same, and the higher it stood the better (nDCG)."""
    found = []
    for person, then in wanted.items():
        if not then:
            continue
        got = sum(1 / math.log2(place + 2) for place, one in enumerate(lists.get(person, ())[:most]) if one in then)
        found.append(got / sum(1 / math.log2(place + 2) for place in range(min(len(then), most))))
    return sum(found) / len(found) if found else 0.0


def coverage(lists: Mapping[str, Sequence[str]], catalogue: Collection[str], most: int) -> float:
    """Of all products, how many stand in somebody's list."""
    return len({one for products in lists.values() for one in products[:most]}) / max(1, len(catalogue))
