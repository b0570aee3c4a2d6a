"""What a rule brings, beside those who are held back from it."""

from typing import Any

import pytest

from studio.commands import relation as ask
from studio.errors import NotFound
from studio.queries import relation as queries
from studio.relation.action import ShowInformation, ShowMessage
from studio.relation.condition import Did
from studio.relation.decide import HELD
from studio.relation.match import Match
from studio.relation.names import ORDER_COMPLETED, PRODUCT_VIEWED, RULE_SHOWN
from studio.relation.rule import Cap, Rule, Variant
from studio.server.app import ShowServer
from studio.server.db import tables
from tests.server.conftest import BOTH_DATABASES
from tests.server.fakes import PushedClock
from tests.server.relation.shop import NewPage, Page, order, rows, rule, segment

LOOKED = Did(match=Match(names=(PRODUCT_VIEWED,)), times=1, days=30)


async def looks(server: ShowServer, page: Page, slot: str = "banner") -> str:
    """Somebody looks at something, and then at the place: which variant they saw, or would have."""
    if not page.token:
        await page.did(PRODUCT_VIEWED, "serum")
    decided = (await page.decide(slot))[slot]
    found: list[dict[str, Any]] = [decided] if decided["action"] is not None else []
    for seen in [*found, *decided.get("held", ())]:
        props = {name: seen[name] for name in ("decision", "rule", "version", "variant")} | {"slot": slot}
        await page.did(RULE_SHOWN, props=props)
        found.append(seen)
    return str(found[0]["variant"]) if found else ""


async def measured(server: ShowServer, name: str = "line") -> queries.Measured:
    found = await order(server, queries.RuleMeasured(rule=name))
    assert isinstance(found, queries.Measured)
    return found


@BOTH_DATABASES
async def test_who_is_held_back_is_measured_beside_who_is_not(server: ShowServer, new_page: NewPage, hands: PushedClock) -> None:
    await order(server, ask.SegmentSave(segment=segment("looked", LOOKED)))
    made = rule("line", ShowMessage(text="Hello"), of="looked", holdback=50, usual=50.0, least=65.0, cap=Cap(times=1, days=30))
    await order(server, ask.RuleSave(rule=made))
    pages = [new_page() for _ in range(40)]
    seen = {page: await looks(server, page) for page in pages}
    held = [page for page, variant in seen.items() if variant == HELD]
    shown = [page for page, variant in seen.items() if variant == "a"]
    assert len(held) + len(shown) == 40
    assert min(len(held), len(shown)) >= 10
    hands.push(3600)
    for page in [*shown[: len(shown) // 2], held[0]]:
        await page.did(ORDER_COMPLETED, "serum", order_id=page.visitor, value=100.0, currency="DKK")
    hands.push(8 * 86_400)
    await shown[-1].did(ORDER_COMPLETED, "serum", order_id="late", value=100.0, currency="DKK")
    found = await measured(server)
    assert [(arm.id, arm.people, arm.reached, arm.value_minor, arm.currency) for arm in found.effect] == [
        ("held", len(held), 1, 10_000, "DKK"),
        ("shown", len(shown), len(shown) // 2, len(shown) // 2 * 10_000, "DKK"),
    ]
    assert found.variants == ()
    assert str(found.effect_reason) == "enough people, but two whole weeks are not over yet"
    hands.push(7 * 86_400)
    found = await measured(server)
    assert found.effect_points is not None
    assert found.effect_points[0] == pytest.approx(100 * (len(shown) // 2 / len(shown) - 1 / len(held)), abs=0.01)
    assert str(found.effect_reason) == "shown is ahead"
    now = (await server.relation.controller._read()).rules[0]
    assert (now.shown, now.held) == ({"a": len(shown)}, len(held))


async def test_variants_are_read_beside_each_other(server: ShowServer, new_page: NewPage) -> None:
    await order(server, ask.SegmentSave(segment=segment("looked", LOOKED)))
    variants = tuple(Variant(id=name, action=ShowInformation(title=name)) for name in ("a", "b"))
    await order(server, ask.RuleSave(rule=Rule(id="line", name="Line", slot="banner", segment="looked", variants=variants)))
    seen = [await looks(server, new_page()) for _ in range(16)]
    found = await measured(server)
    assert {arm.id: arm.people for arm in found.variants} == {"a": seen.count("a"), "b": seen.count("b")}
    assert found.effect == ()
    assert found.planned == 4656  # 16 · 0.03 · 0.97 / 0.01²
    assert str(found.variants_reason).endswith("of 4656 people: no winner is named yet")


async def test_only_who_would_have_seen_it_is_held_back(server: ShowServer, new_page: NewPage) -> None:
    """Whom another gate stops is no part of the measurement; nor is who does not see the place."""
    await order(server, ask.SegmentSave(segment=segment("looked", LOOKED)))
    await order(server, ask.RelationMeasure(holdback=90))
    await order(server, ask.RuleSave(rule=rule("over", ShowMessage(text="x"), of="looked", ends="2020-01-01T00:00")))
    bought = Did(match=Match(names=(ORDER_COMPLETED,)), times=1, days=30)
    await order(server, ask.SegmentSave(segment=segment("bought", bought)))
    await order(server, ask.RuleSave(rule=rule("other", ShowMessage(text="x"), of="bought")))
    for _ in range(10):
        page = new_page()
        await page.did(PRODUCT_VIEWED, "serum")
        decided = (await page.decide("banner"))["banner"]
        assert "held" not in decided
    await order(server, ask.RuleSave(rule=rule("line", ShowMessage(text="x"), of="looked")))
    held = [(await page.decide("banner"))["banner"].get("held") for page in [new_page()]]
    assert held == [None]  # nothing is known of them
    assert await rows(server, tables.exposures) == []


async def test_a_change_begins_anew_and_what_is_not_there_is_said(server: ShowServer, new_page: NewPage) -> None:
    await order(server, ask.SegmentSave(segment=segment("looked", LOOKED)))
    await order(server, ask.RuleSave(rule=rule("line", ShowMessage(text="x"), of="looked", holdback=20)))
    for _ in range(3):
        await looks(server, new_page())
    assert sum(arm.people for arm in (await measured(server)).effect) == 3
    await order(server, ask.RuleSave(rule=rule("line", ShowMessage(text="y"), of="looked", holdback=20)))
    found = await measured(server)
    assert (found.since_ms, sum(arm.people for arm in found.effect)) == (None, 0)
    with pytest.raises(NotFound):
        await measured(server, "gone")


async def test_who_is_held_back_later_is_shown_it_although_it_was_counted(server: ShowServer, new_page: NewPage) -> None:
    """A cap counts what was on a screen, not what was held back from it."""
    await order(server, ask.SegmentSave(segment=segment("looked", LOOKED)))
    cap = Cap(times=1, days=30)
    await order(server, ask.RuleSave(rule=rule("line", ShowMessage(text="x"), of="looked", holdback=90, cap=cap)))
    pages = [new_page() for _ in range(12)]
    held = [page for page in pages if await looks(server, page) == HELD]
    assert held
    await order(server, ask.RuleSave(rule=rule("line", ShowMessage(text="x"), of="looked", cap=cap)))
    for page in held:
        assert (await page.decide("banner"))["banner"]["action"] is not None
