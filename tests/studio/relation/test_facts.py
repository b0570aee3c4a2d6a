"""What is known of somebody by what they did."""

from studio.relation.behaviour import in_order
from studio.relation.days import DAY_MS, MINUTE_MS
from studio.relation.facts import Plan, facts_of
from studio.relation.names import ORDER_COMPLETED, PAGE_VIEWED, PRODUCT_VIEWED
from tests.studio.relation.anything import group
from tests.studio.relation.people import COPENHAGEN, did, item, viewed, wall

NOW = wall("2026-11-05T12:00")


def test_what_a_server_tells_is_no_visit() -> None:
    told = [
        did(ORDER_COMPLETED, NOW - 30 * DAY_MS, item("serum"), order="1", source="import"),
        did(ORDER_COMPLETED, NOW - 20 * DAY_MS, item("serum"), order="2", source="import"),
        viewed(NOW),
        did(ORDER_COMPLETED, NOW + 5 * MINUTE_MS, item("serum"), order="3", source="server"),
        viewed(NOW + 29 * MINUTE_MS),
        did("Email Delivered", NOW + 5 * DAY_MS, source="server"),
    ]
    facts = facts_of(told, Plan(COPENHAGEN))
    assert (facts.sessions.count, len(facts.orders)) == (1, 3)
    late = [*told, did("Order Updated", NOW + 58 * MINUTE_MS, source="server"), viewed(NOW + 60 * MINUTE_MS)]
    assert facts_of(late, Plan(COPENHAGEN)).sessions.count == 2, "the parcel was sent: nobody was here for it"


def test_each_product_scores_though_they_are_seen_on_one_page() -> None:
    plan = Plan(COPENHAGEN, groups=[group()])
    seen = [viewed(NOW + number, product, "Skin", page="/live") for number, product in enumerate(("serum", "cream", "serum"))]
    assert facts_of(seen, plan).scores["who"].points == {"calm": 6}
    pages = [did(PAGE_VIEWED, NOW + number, page="/calm", number=number) for number in range(3)]
    assert facts_of(pages, plan).scores["who"].points == {"calm": 10}


def test_of_two_visitors_the_same_ids_come_in_one_order() -> None:
    both = [viewed(NOW, product, visitor=visitor) for visitor, product in (("v1", "serum"), ("v2", "cream"))]
    assert both[0].id == both[1].id
    assert in_order(both) == in_order(reversed(both)) == both
    facts = [facts_of(order, Plan(COPENHAGEN)) for order in (both, both[::-1])]
    assert facts[0] == facts[1]
    assert list(facts[0].likings.product.weights) == list(facts[1].likings.product.weights)
    assert {one.name for one in both} == {PRODUCT_VIEWED}
