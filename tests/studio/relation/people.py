"""People who do things, in the brand's zone."""

from datetime import UTC, datetime
from typing import Any

from studio.relation.behaviour import Behaviour, Item
from studio.relation.condition import Condition
from studio.relation.days import Zone
from studio.relation.evaluate import Verdict, View, evaluate
from studio.relation.facts import Facts, Plan, facts_of
from studio.relation.names import PRODUCT_VIEWED
from studio.relation.persona import PersonaGroup

COPENHAGEN = Zone("Europe/Copenhagen")
YES = frozenset({"analytics", "personalisation", "marketing"})


def utc(text: str) -> int:
    """A moment in Unix ms, from ISO text in UTC."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def wall(text: str) -> int:
    """The same from the clock on the brand's wall."""
    return COPENHAGEN.moment_ms(datetime.fromisoformat(text))


def item(product: str, category: str = "", brand: str = "") -> Item:
    return Item(product=product, category=category, brand=brand)


def did(name: str, at_ms: int, *items: Item, number: int = 0, **fields: Any) -> Behaviour:
    """Somebody did something."""
    plain: dict[str, Any] = {"received_ms": at_ms, "visitor": "v1", "consent": "apm"} | fields
    return Behaviour(id=f"{name} {at_ms} {number}", name=name, at_ms=at_ms, items=items, **plain)


def viewed(at_ms: int, product: str = "serum", category: str = "Skincare", **fields: Any) -> Behaviour:
    return did(PRODUCT_VIEWED, at_ms, item(product, category), **fields)


def answer(condition: Condition, behaviours: list[Behaviour], now_ms: int, **view: Any) -> Verdict:
    """Whether a condition holds for who did this, at a moment."""
    groups: dict[str, PersonaGroup] = view.get("groups", {})
    plan = Plan(COPENHAGEN, [condition], groups.values())
    facts: Facts | None = facts_of(behaviours, plan)
    seen: dict[str, Any] = {"now_ms": now_ms, "zone": COPENHAGEN, "facts": facts, "agreed": YES} | view
    return evaluate(condition, View(**seen))
