"""Made-up readers, to see a newsletter as different people get it. They do what people do, with products of the catalogue, and
are counted as people are; nobody is one of them."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from studio.i18n import N_
from studio.relation.behaviour import Behaviour, Item
from studio.relation.days import DAY_MS
from studio.relation.facts import Plan, facts_of
from studio.relation.names import ORDER_COMPLETED, PIN_CLICKED, PRODUCT_ADDED, PRODUCT_VIEWED, SHOW_WATCHED
from studio.relation.reason import Reason
from studio.server.relation.people import Known
from studio.show.product import CatalogueProduct

NOBODY = "sample"


class Sample(Struct, frozen=True, kw_only=True):
    """`known` None: agreed to nothing."""

    reader: Reason
    known: Known | None


def samples(products: Sequence[CatalogueProduct], plan: Plan, now_ms: int) -> list[Sample]:
    """Five who did something with these products, and one of whom nothing is known."""
    shelves = [name for name, _ in Counter(one.category for one in products if one.category).most_common(2)]
    first = [one for one in products if not shelves or one.category == shelves[0]] or list(products)
    second = [one for one in products if len(shelves) > 1 and one.category == shelves[1]] or first
    made: list[Sample] = []

    def add(reader: Reason, *deeds: tuple[str, CatalogueProduct, float]) -> None:
        behaviours = [
            _deed(number, name, product, now_ms - round(days * DAY_MS)) for number, (name, product, days) in enumerate(deeds)
        ]
        made.append(Sample(reader=reader, known=_known(behaviours, plan, now_ms, f"{NOBODY}-{len(made)}")))

    if first:
        one, other = first[0], second[-1]
        looked = [(PRODUCT_VIEWED, product, 0.5 + number) for number, product in enumerate((first * 3)[:3])]
        add(Reason(N_("looked at {what} three times this week"), {"what": one.category or one.title}), *looked)
        add(Reason(N_("put {what} into the cart yesterday, and left"), {"what": one.title}), (PRODUCT_ADDED, one, 1.0))
        add(Reason(N_("bought {what} the day before yesterday"), {"what": one.title}), (ORDER_COMPLETED, one, 2.0))
        bought = [(ORDER_COMPLETED, other, 200.0), (ORDER_COMPLETED, one, 190.0)]
        add(Reason(N_("bought twice, half a year ago, and was not here since")), *bought)
        watched = [(SHOW_WATCHED, other, 1.0 + number / 1000) for number in range(20)] + [(PIN_CLICKED, other, 1.0)]
        add(Reason(N_("watched a show yesterday, and chose {what} there"), {"what": other.title}), *watched)
    return [*made, Sample(reader=Reason(N_("agreed to nothing")), known=None)]


def _deed(number: int, name: str, product: CatalogueProduct, at_ms: int) -> Behaviour:
    item = Item(product=product.id, category=product.category, brand=product.brand, price_minor=product.offer.price_minor)
    return Behaviour(
        id=f"{NOBODY}-{number}",
        name=name,
        visitor=NOBODY,
        at_ms=at_ms,
        received_ms=at_ms,
        consent="apm",
        items=() if name == SHOW_WATCHED else (item,),
        order=f"{NOBODY}-{number}" if name == ORDER_COMPLETED else "",
        currency=product.currency,
        value_minor=product.offer.price_minor,
    )


def _known(behaviours: Sequence[Behaviour], plan: Plan, now_ms: int, profile: str) -> Known:
    return Known(
        profile=profile,
        kind="person",
        why="",
        facts=facts_of(behaviours, plan),
        agreed=frozenset({"analytics", "personalisation", "marketing"}),
        reasons={},
        devices={},
        mixed=False,
        made_ms=now_ms,
        counted=plan.digest,
    )
