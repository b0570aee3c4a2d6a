"""What people are shown: whichever rules there are, and whoever they are."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.relation import draw
from studio.relation.action import ShowMessage, ShowProduct
from studio.relation.condition import Did
from studio.relation.days import DAY_MS, MINUTE_MS
from studio.relation.decide import HOLDS_MS, Decider, Decision, Exposure, Measures, Person, Sellable
from studio.relation.evaluate import View
from studio.relation.facts import Plan, facts_of
from studio.relation.match import named
from studio.relation.names import ORDER_COMPLETED, PRODUCT_VIEWED
from studio.relation.rule import Cap, Rule, Variant, in_order
from studio.relation.segment import Segment
from tests.studio.relation.people import COPENHAGEN, YES, viewed, wall

NOW = wall("2026-10-25T23:58")
TODAY = COPENHAGEN.day(NOW)
SLOTS = ("banner", "pin", "shelf")
SEGMENTS = {
    "looked": Segment(id="looked", name="Looked", condition=Did(match=named(PRODUCT_VIEWED), days=1)),
    "lately": Segment(id="lately", name="Lately", condition=Did(match=named(PRODUCT_VIEWED), minutes=5)),
    "bought": Segment(id="bought", name="Bought", condition=Did(match=named(ORDER_COMPLETED))),
    "off": Segment(id="off", name="Off", condition=Did(match=named(PRODUCT_VIEWED)), on=False),
}
FACTS = facts_of([viewed(NOW - MINUTE_MS)], Plan(COPENHAGEN, [segment.condition for segment in SEGMENTS.values()]))
PEOPLE = [f"p{number}" for number in range(4000)]


# ── draws ────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(max_examples=12)
@given(st.text(max_size=8), st.lists(st.integers(0, 5), min_size=1, max_size=6).filter(any))
def test_variants_come_as_often_as_their_weights_say(salt: str, weights: list[int]) -> None:
    drawn = [draw.variant(salt, person, weights) for person in PEOPLE]
    for place, weight in enumerate(weights):
        assert drawn.count(place) / len(PEOPLE) == pytest.approx(weight / sum(weights), abs=0.04)
        assert weight or place not in drawn, "what rests is never drawn"
    assert drawn[:50] == [draw.variant(salt, person, weights) for person in PEOPLE[:50]]


@settings(max_examples=12)
@given(st.text(max_size=8), st.integers(0, 90))
def test_so_many_per_cent_are_held_back_and_more_are_with_more(salt: str, percent: int) -> None:
    held = {person for person in PEOPLE if draw.held_back(salt, person, percent)}
    assert len(held) / len(PEOPLE) == pytest.approx(percent / 100, abs=0.04)
    assert held <= {person for person in PEOPLE if draw.held_back(salt, person, percent + 5)}


@pytest.mark.parametrize("weights", [[1, 0], [1, 1, 0], [3]])
def test_the_last_share_is_below_one(monkeypatch: pytest.MonkeyPatch, weights: list[int]) -> None:
    class Highest:
        @staticmethod
        def digest() -> bytes:
            return b"\xff" * 8

    monkeypatch.setattr("studio.relation.draw.hashlib.blake2b", lambda *_, **__: Highest)
    assert draw.share("", "") < 1
    assert weights[draw.variant("", "", weights)] > 0


@pytest.mark.parametrize("name", ["all", "line", "*"])
def test_who_is_held_back_from_a_rule_is_drawn_apart_from_who_is_from_all(name: str) -> None:
    rule = Rule(id=name, name="Line", slot="pin", segment="looked", variants=(VARIANT,), holdback=50)
    decider = Decider([rule], Measures(salt="s", holdback=50), lambda _: Sellable(ok=True))
    reasons = [str(decider.decide(["pin"], view(), Person(profile=person))["pin"].reason) for person in PEOPLE[:1000]]
    assert reasons.count("held back") / 1000 == pytest.approx(0.5, abs=0.06)
    assert reasons.count("held back from this rule") / 1000 == pytest.approx(0.25, abs=0.06)


# ── decisions ────────────────────────────────────────────────────────────────────────────────────────────────

VARIANT = Variant(id="a", action=ShowMessage(text="Hello"))


def view(now_ms: int = NOW, agreed: frozenset[str] = YES) -> View:
    return View(now_ms=now_ms, zone=COPENHAGEN, facts=FACTS, agreed=agreed, segments=SEGMENTS)


products = st.sampled_from(("serum", "cream", "oil")).map(lambda name: ShowProduct(id=name))
walls = st.sampled_from(("", "", "", "", "2026-10-24T00:00", "2026-10-25T23:59", "2026-10-26T00:01", "2026-11-01T02:30"))


@st.composite
def rule_lists(draw: st.DrawFn) -> list[Rule]:
    """Up to eight, in any order."""
    one = st.fixed_dictionaries(
        {
            "slot": st.sampled_from(SLOTS),
            "segment": st.sampled_from(("", "", "looked", "looked", "lately", "bought", "off", "gone")),
            "variants": st.lists(products | st.just(ShowMessage(text="Hi")), min_size=1, max_size=3).map(
                lambda actions: tuple(Variant(id=f"v{place}", action=action) for place, action in enumerate(actions))
            ),
            "begins": walls,
            "ends": walls,
            "cap": st.none() | st.builds(Cap, times=st.integers(1, 2), days=st.integers(1, 3)),
            "holdback": st.sampled_from((0, 0, 50)),
            "show": st.sampled_from(("", "", "show")),
            "on": st.sampled_from((True, True, True, False)),
            "dismissed_days": st.integers(1, 2),
        }
    )
    size = draw(st.sampled_from((1, 3, 8)))
    fields: list[dict[str, Any]] = draw(st.lists(one, min_size=size, max_size=size))
    return in_order([Rule(id=f"r{place}", name=f"R{place}", **said) for place, said in enumerate(fields)])


@st.composite
def people(draw: st.DrawFn) -> Person:
    """Who may have seen rules, closed them, and want no more of a product."""
    names = st.integers(0, 7).map(lambda place: f"r{place}")
    seen = st.builds(Exposure, rule=names, day=st.integers(TODAY - 3, TODAY), device=st.sampled_from(("phone", "desktop")))
    closed = st.integers(0, 2 * DAY_MS + HOLDS_MS).map(lambda ago: NOW - ago) | st.sampled_from(
        [NOW - days * DAY_MS + later for days in (1, 2) for later in (0, 1, MINUTE_MS)]
    )
    return Person(
        profile=draw(st.sampled_from(PEOPLE[:20])),
        kind=draw(st.sampled_from(("person", "person", "person", "likely"))),
        exposures=draw(st.lists(seen, max_size=6)),
        dismissed=draw(st.dictionaries(names, closed, max_size=3)),
        refused=draw(st.frozensets(st.sampled_from(("serum", "oil")), max_size=1)),
    )


agreements = st.sampled_from((YES, YES, YES, frozenset({"analytics"}), frozenset[str]()))
slot_lists = st.lists(st.sampled_from((*SLOTS, "elsewhere")), min_size=1, max_size=5)


def sold(product: str) -> Sellable:
    return Sellable(ok=product != "oil")


@settings(max_examples=150)
@given(rule_lists(), people(), slot_lists, agreements)
def test_in_each_slot_the_first_rule_wins_that_no_gate_stops(
    rules: list[Rule], person: Person, slots: list[str], agreed: frozenset[str]
) -> None:
    decisions = Decider(rules, Measures(salt="s", holdback=20), sold).decide(slots, view(agreed=agreed), person, "show")
    assert list(decisions) == list(dict.fromkeys(slots))
    shown = [decision.action.product for decision in decisions.values() if decision.action is not None]
    assert len([product for product in shown if product]) == len(set(shown) - {""})
    for slot, decision in decisions.items():
        asked = [rule for rule in rules if rule.slot == slot]
        stopped = {one.rule for one in decision.stopped}
        passing = [rule.id for rule in asked if rule.id not in stopped]
        assert stopped <= {rule.id for rule in asked}
        assert decision.rule == (passing[0] if passing else "")
        assert all(str(one.reason) for one in decision.stopped)
        assert NOW < decision.until_ms <= NOW + HOLDS_MS
        if passing:
            _may_be_shown(next(rule for rule in rules if rule.id == decision.rule), decision, person, agreed)


def _may_be_shown(rule: Rule, decision: Decision, person: Person, agreed: frozenset[str]) -> None:
    """Each gate, said anew."""
    now = COPENHAGEN.wall(NOW).strftime("%Y-%m-%dT%H:%M")
    assert rule.on
    assert (rule.begins or "0") <= now < (rule.ends or "9")
    assert rule.segment in ("", "looked", "lately")
    assert decision.personal is bool(rule.segment)
    if rule.segment:
        assert (person.kind, agreed) == ("person", YES)
    assert decision.action in [variant.action for variant in rule.variants]
    product = decision.action.product if decision.action is not None else ""
    assert product != "oil"
    assert product not in person.refused
    if rule.cap is not None:
        days = [one.day for one in person.exposures if one.rule == rule.id]
        assert sum(TODAY - day < rule.cap.days for day in days) < rule.cap.times
    assert NOW - person.dismissed.get(rule.id, 0) >= rule.dismissed_days * DAY_MS


@settings(max_examples=150)
@given(rule_lists(), people(), slot_lists, st.data())
def test_a_decision_holds_until_it_says(rules: list[Rule], person: Person, slots: list[str], data: st.DataObject) -> None:
    decider = Decider(rules, Measures(salt="s"), sold)
    now = decider.decide(slots, view(), person, "show")
    until_ms = min(decision.until_ms for decision in now.values())
    for at_ms in (until_ms - 1, data.draw(st.integers(NOW, until_ms - 1))):
        later = decider.decide(slots, view(at_ms), person, "show")
        assert {slot: (one.rule, one.action) for slot, one in later.items()} == {
            slot: (one.rule, one.action) for slot, one in now.items()
        }


def test_a_product_is_in_one_place() -> None:
    serum, cream = (Variant(id="a", action=ShowProduct(id=name)) for name in ("serum", "cream"))
    rules = [
        Rule(id="one", name="One", slot="pin", variants=(serum,)),
        Rule(id="two", name="Two", slot="banner", variants=(serum,)),
        Rule(id="three", name="Three", slot="banner", variants=(cream,)),
    ]
    decider = Decider(rules, Measures(), sold)
    found = decider.decide(["pin", "banner"], view(), Person(profile="p"))
    assert [one.rule for one in found.values()] == ["one", "three"]
    assert found["banner"].stopped[0].gate == "elsewhere"
    assert [one.rule for one in decider.decide(["banner", "pin"], view(), Person(profile="p")).values()] == ["two", ""]


def test_a_rule_that_was_closed_comes_back_when_its_days_are_over() -> None:
    rule = Rule(id="line", name="Line", slot="pin", variants=(VARIANT,), dismissed_days=1)
    person = Person(profile="p", dismissed={"line": NOW - DAY_MS + MINUTE_MS})
    decider = Decider([rule], Measures(), sold)
    stopped = decider.decide(["pin"], view(), person)["pin"]
    assert (stopped.stopped[0].gate, stopped.until_ms) == ("dismissed", NOW + MINUTE_MS)
    assert decider.decide(["pin"], view(stopped.until_ms), person)["pin"].rule == "line"
