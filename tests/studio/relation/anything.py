"""Anything that people do, and anything that can be asked about it."""

from functools import cache
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from msgspec.structs import replace

from studio.relation.behaviour import Behaviour, Item, Part
from studio.relation.condition import Condition, Did, Recency, Sequence
from studio.relation.counter import TIMES
from studio.relation.days import DAY_MS, MINUTE_MS, Zone
from studio.relation.evaluate import Verdict, View, evaluate
from studio.relation.facts import Plan, facts_of
from studio.relation.match import Match
from studio.relation.names import ORDER_COMPLETED, PAGE_VIEWED, PIN_CLICKED, PRODUCT_ADDED, PRODUCT_VIEWED, SHOW_WATCHED
from studio.relation.persona import Persona, PersonaGroup, Scoring
from tests.studio.relation.people import YES, utc

NAMES = (PRODUCT_VIEWED, PRODUCT_ADDED, ORDER_COMPLETED, PAGE_VIEWED)
PRODUCTS = ("serum", "cream", "oil")
JUMPS = {
    "Europe/Copenhagen": (utc("2026-10-25T01:00"), utc("2027-03-28T01:00")),
    "America/New_York": (utc("2026-11-01T06:00"), utc("2027-03-14T07:00")),
    "Australia/Lord_Howe": (utc("2027-04-03T15:00"), utc("2026-10-03T15:30")),
    "Africa/Cairo": (utc("2026-10-29T21:00"), utc("2027-04-29T22:00")),
}
"""When the clock is put back, and forward."""


@cache
def zone(name: str) -> Zone:
    """Made once: it takes a while."""
    return Zone(name)


def there(name: str) -> ZoneInfo:
    """The same for what is computed without our own code."""
    return ZoneInfo(name)


zone_names = st.sampled_from(sorted(JUMPS))


@cache
def edges(name: str) -> tuple[int, ...]:
    """When something happens there: the clock jumps, or a day about that begins."""
    days = [zone(name).day(jump_ms) + day for jump_ms in JUMPS[name] for day in range(-4, 5)]
    return (*JUMPS[name], *map(zone(name).midnight_ms, days))


def edge(name: str) -> st.SearchStrategy[int]:
    return st.sampled_from(edges(name))


NEAR = (0, -1, 1, MINUTE_MS, -MINUTE_MS, 30 * MINUTE_MS, 60 * MINUTE_MS, -60 * MINUTE_MS)


@cache
def moments(name: str, around_ms: int, days: int = 4) -> st.SearchStrategy[int]:
    """Moments of the days around one, often just before or after an edge, and often the same ones again."""
    today = zone(name).day(around_ms)
    starts = [around_ms, *(zone(name).midnight_ms(today + day) for day in range(-days, days + 1))]
    close = st.sampled_from([at_ms + near for at_ms in starts for near in NEAR])
    return close | st.integers(around_ms - days * DAY_MS, around_ms + days * DAY_MS)


BASKETS = (
    (),
    (Item(product="serum", category="Skin > Face"),),
    (Item(product="cream", category="Skin"),),
    (Item(product="oil", category="Hår", brand="Öl"), Item(product="serum", brand="öl")),
)
PLACES: tuple[tuple[int | None, str, str, Part], ...] = (
    (None, "/calm", "", ""),
    (500, "", "s1", "live"),
    (0, "/loud/1", "s2", "replay"),
)
DEEDS = tuple(
    Behaviour(
        id="",
        name=name,
        visitor=visitor,
        at_ms=0,
        received_ms=delay_ms,
        consent="apm",
        items=basket,
        value_minor=value,
        page=page,
        show=show,
        part=part,
    )
    for name in NAMES
    for basket in BASKETS
    for visitor, delay_ms in (("v1", 0), ("v1", 3_600_000), ("v2", 5))
    for value, page, show, part in PLACES
)


@st.composite
def doings(draw: st.DrawFn, name: str, around_ms: int, most: int = 34, days: int = 4) -> list[Behaviour]:
    """What somebody did, on one or two devices, in the order in which we heard of it."""
    size = draw(st.sampled_from((0, 1, 2, 3, 5, 8, 13, 21, 34)).filter(lambda size: size <= most))
    done = draw(st.lists(st.tuples(st.sampled_from(DEEDS), moments(name, around_ms, days)), min_size=size, max_size=size))
    return [
        replace(
            deed,
            id=f"b{number // 2}",  # an id is one's of its visitor
            visitor=deed.visitor if number % 2 else f"{deed.visitor}-",
            at_ms=at_ms,
            received_ms=at_ms + deed.received_ms,
            order=f"o{number}" if deed.name == ORDER_COMPLETED else "",
        )
        for number, (deed, at_ms) in enumerate(done)
    ]


def some(values: tuple[str, ...], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=most).map(tuple)


@st.composite
def matches(draw: st.DrawFn) -> Match:
    """What can be counted; often with words that say the same twice."""
    return Match(
        names=tuple(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3))),
        products=draw(some(PRODUCTS, 2)),
        categories=draw(some(("Skin", "skin", "SKIN > face", "Face", "hår"), 2)),
        brands=draw(some(("Öl", "öl", "ÖL"), 2)),
        shows=draw(st.sampled_from(((), (), ("s1",), ("s2", "s1", "s2")))),
        parts=draw(st.sampled_from(((), (), ("live", "live"), ("replay", "live")))),
        page=draw(st.sampled_from(("", "", "/calm", "/lou"))),
        least_minor=draw(st.sampled_from((None, None, 0, 500))),
    )


plain_matches = st.sampled_from([Match(names=names) for size in (1, 2, 2) for names in product(NAMES, repeat=size)])


@st.composite
def dids(draw: st.DrawFn, matching: st.SearchStrategy[Match] = plain_matches) -> Did:
    """Every comparison, over days, minutes, or ever."""
    compare: Any = draw(st.sampled_from(("at least", "at most", "exactly")))
    days, minutes = draw(
        st.one_of(
            st.tuples(st.integers(1, 9), st.none()),
            st.tuples(st.none(), st.sampled_from((1, 59, 60, 61, 1440, 10_080))),
            st.just((None, None)),
        )
    )
    times = draw(st.integers(0, TIMES - 1))
    return Did(match=draw(matching), compare=compare, times=times, days=days, minutes=minutes)


recencies = st.builds(
    Recency,
    match=plain_matches,
    which=st.sampled_from(("first", "last")),
    compare=st.sampled_from(("less", "more")),
    days=st.integers(1, 9),
    or_never=st.booleans(),
)
sequences = st.builds(
    Sequence,
    first=plain_matches,
    then=plain_matches,
    without=st.none() | plain_matches,
    within_minutes=st.sampled_from((1, 30, 60, 1440, 14_400)),
    same_product=st.booleans(),
)


def group(expires_days: int | None = None, **fields: Any) -> PersonaGroup:
    """Two personas, who are scored by pages and by products."""
    plain: dict[str, Any] = {"threshold": 10, "lead": 0} | fields
    return PersonaGroup(
        id="who",
        name="Who",
        personas=(Persona(id="calm", name="Calm"), Persona(id="loud", name="Loud")),
        scorings=(
            Scoring(persona="calm", match=Match(names=(PAGE_VIEWED,), page="/calm"), points=10),
            Scoring(persona="loud", match=Match(names=(PAGE_VIEWED, PIN_CLICKED, SHOW_WATCHED), page="/loud"), points=5),
            Scoring(persona="calm", match=Match(names=(PRODUCT_VIEWED,), categories=("Skin",)), points=3),
        ),
        expires_days=expires_days,
        **plain,
    )


def counts(match: Match, one: Behaviour) -> bool:
    """Without our own matching."""
    if one.name not in match.names or not one.page.startswith(match.page):
        return False
    if (match.shows and one.show not in match.shows) or (match.parts and one.part not in match.parts):
        return False
    if match.least_minor is not None and not (one.value_minor is not None and one.value_minor >= match.least_minor):
        return False
    for about in one.items:
        steps = [step.casefold() for step in about.category.split(" > ")]
        wanted = [[step.casefold() for step in category.split(" > ")] for category in match.categories]
        of_category = not wanted or any(steps[at : at + len(w)] == w for w in wanted for at in range(len(steps)))
        of_brand = not match.brands or about.brand.lower() in [brand.lower() for brand in match.brands]
        if of_category and of_brand and (not match.products or about.product in match.products):
            return True
    return not (match.products or match.categories or match.brands)


def judged(condition: Condition, behaviours: list[Behaviour], now_ms: int, name: str, **view: Any) -> Verdict:
    """Whether it holds for who did this, at a moment, on that zone's wall."""
    plan = Plan(zone(name), [condition], view.get("groups", {}).values())
    seen: dict[str, Any] = {"now_ms": now_ms, "zone": zone(name), "facts": facts_of(behaviours, plan), "agreed": YES} | view
    return evaluate(condition, View(**seen))
