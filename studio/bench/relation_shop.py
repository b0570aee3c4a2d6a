"""The brand of `vitrine bench relation`: what its visitors did, its personas, forty segments of all kinds and fifty rules."""

import random
from collections.abc import Iterator, Sequence

import msgspec

from studio.relation import condition as kinds
from studio.relation import names
from studio.relation.action import AnyAction, ShowInformation, ShowMessage, ShowProduct
from studio.relation.behaviour import Behaviour, Item, Touch
from studio.relation.days import MINUTE_MS
from studio.relation.match import Match
from studio.relation.persona import Persona, PersonaGroup, Scoring
from studio.relation.rule import PIN, Cap, Rule, Variant
from studio.relation.segment import Segment
from studio.show.shelf import Product

BEHAVIOURS, CAMPAIGNS = 50, 12
"""Of each person; and each came by one of so many campaigns: the twelve segments of the pin."""
SLOTS = ("hero", "banner", "aside", "basket", "footer")
RULES_A_SLOT, FOR_SEGMENTS = 10, 8
PINNED, SOLD = 50, 12
KINDS = 240
"""Lives that people lead; each person's is a little later than another's of the same kind."""
SPAN_DAYS = 45
CATEGORIES = tuple(f"{above} > {below}" for above in ("Skin", "Hair", "Body") for below in ("Face", "Care", "Sun", "Night"))
BRANDS = ("Matilde", "Fjord", "Lund", "Sø", "Eng", "Nord")
DEEDS = (
    (names.PAGE_VIEWED, 20),
    (names.PRODUCT_VIEWED, 18),
    (names.PRODUCT_ADDED, 4),
    (names.PIN_SEEN, 3),
    (names.PIN_CLICKED, 2),
    (names.WISHED, 1),
    ("Checkout Started", 1),
    (names.ORDER_COMPLETED, 1),
)
VIEWED, ADDED = Match(names=(names.PRODUCT_VIEWED,)), Match(names=(names.PRODUCT_ADDED,))
BOUGHT = Match(names=(names.ORDER_COMPLETED,))
NEW = Segment(
    id="new",
    name="New",
    condition=kinds.Did(match=Match(names=(names.PRODUCT_VIEWED,), products=("p7", "p8")), times=2, days=14),
)
"""Nothing that it asks has been counted before."""


def products() -> tuple[Product, ...]:
    """Those of the show: `p…` are pinned, `o…` shown in their place."""
    ids = [*(f"p{number}" for number in range(PINNED)), *(f"o{number}" for number in range(SOLD))]
    return tuple(Product(id=name, title=f"Product {name}", price_minor=24_900 + place) for place, name in enumerate(ids))


# ── what people did ──────────────────────────────────────────────────────────────────────────────────────────


def life(kind: int, now_ms: int) -> list[Behaviour]:
    """Fifty behaviours in some visits of the last weeks, in order; of nobody yet."""
    dice = random.Random(kind)
    done = [name for name, times in DEEDS for _ in range(times)]
    dice.shuffle(done)
    visits = sorted(dice.sample(range(1, SPAN_DAYS * 24), 8))
    began_ms = sorted(now_ms - dice.choice(visits) * 60 * MINUTE_MS + dice.randrange(20 * MINUTE_MS) for _ in done)
    touch = Touch(source="newsletter", medium="email", campaign=f"c{kind % CAMPAIGNS}")
    return [_deed(dice, name, at_ms, touch) for name, at_ms in zip(done, began_ms, strict=True)]


def _deed(dice: random.Random, name: str, at_ms: int, touch: Touch) -> Behaviour:
    number = dice.randrange(PINNED)
    item = Item(product=f"p{number}", category=CATEGORIES[number % len(CATEGORIES)], brand=BRANDS[number % len(BRANDS)])
    bare = name in (names.PAGE_VIEWED, "Checkout Started")
    return Behaviour(
        id="",
        name=name,
        visitor="",
        at_ms=at_ms,
        received_ms=at_ms,
        consent="apm",
        page=f"/pages/{dice.randrange(30)}" if bare else f"/products/p{number}",
        items=() if bare else (item,),
        value_minor=49_900 if name == names.ORDER_COMPLETED else None,
        currency="DKK" if name == names.ORDER_COMPLETED else "",
        touch=touch,
        props={"device": dice.choice(("phone", "desktop")), "language": "en-GB"},
    )


def lived(base: list[Behaviour], number: int, visitor: str) -> Iterator[Behaviour]:
    """The same of person `number`."""
    later_ms = number * 7919 % (60 * MINUTE_MS)
    for place, one in enumerate(base):
        at_ms = one.at_ms - later_ms
        order = f"{number}-{place}" if one.name == names.ORDER_COMPLETED else ""
        id_ = f"{number:024x}-{place:011x}"  # as long as a UUID
        yield msgspec.structs.replace(one, id=id_, visitor=visitor, at_ms=at_ms, received_ms=at_ms, order=order)


# ── what the brand asks ──────────────────────────────────────────────────────────────────────────────────────


def personas() -> PersonaGroup:
    """Three of them, by what is looked at and by pages."""
    wanted = ("Skin", "Hair", "Body")
    looks = tuple(
        Scoring(persona=name.lower(), match=Match(names=(names.PRODUCT_VIEWED, names.PIN_CLICKED), categories=(name,)), points=10)
        for name in wanted
    )
    pages = tuple(
        Scoring(persona=name.lower(), match=Match(names=(names.PAGE_VIEWED,), page=f"/pages/{place}"), points=5)
        for place, name in enumerate(wanted)
    )
    people = tuple(Persona(id=name.lower(), name=name) for name in wanted)
    return PersonaGroup(id="kinds", name="Kinds", personas=people, scorings=looks + pages, threshold=20, lead=5)


def segments() -> tuple[Segment, ...]:
    """Forty; the first twelve divide everybody among them."""
    conditions = [*_campaigns(), *_counted(), *_remembered(), *_whole()]
    return tuple(
        Segment(id=f"s{number}", name=f"Segment {number}", condition=condition) for number, condition in enumerate(conditions)
    )


def _campaigns() -> Iterator[kinds.AnyCondition]:
    """12: who came by a campaign and looked at something; for what they did long ago as well."""
    for number in range(CAMPAIGNS):
        came = kinds.Property(name="campaign", value=f"c{number}")
        looked = kinds.Did(match=VIEWED, days=30 if number % 2 else 7)
        yield kinds.All(of=(came, kinds.Any(of=(looked, kinds.Did(match=VIEWED)))))


def _counted() -> Iterator[kinds.AnyCondition]:
    """12: how often, within 7 and 30 days, and how long ago."""
    for number, category in enumerate(CATEGORIES[:8]):
        match = Match(names=(names.PRODUCT_VIEWED, names.PIN_SEEN), categories=(category,))
        yield kinds.Did(match=match, times=1 + number % 3, days=30 if number % 2 else 7)
    for days, brand in ((7, BRANDS[0]), (30, BRANDS[1])):
        match = Match(names=(names.PRODUCT_VIEWED,), brands=(brand,))
        yield kinds.Recency(match=match, days=days)
    yield kinds.Recency(match=BOUGHT, compare="more", days=30, or_never=True)
    yield kinds.Did(match=BOUGHT, compare="exactly", times=0, days=7)


def _remembered() -> Iterator[kinds.AnyCondition]:
    """9: one thing after the other; a persona; what they like."""
    for minutes in (30, 60, 24 * 60):
        yield kinds.Sequence(first=VIEWED, then=ADDED, within_minutes=minutes, same_product=minutes > 60)
    for minutes in (60, 7 * 24 * 60, 30 * 24 * 60):
        yield kinds.Sequence(first=ADDED, then=VIEWED, without=BOUGHT, within_minutes=minutes)
    for persona in personas().personas:
        yield kinds.InPersona(group="kinds", persona=persona.id)


def _whole() -> Iterator[kinds.AnyCondition]:
    """7: what they like, the hour, their answers, a show, other segments."""
    yield kinds.Affinity(of="category", value="Skin", percent=30)
    yield kinds.Affinity(of="brand", value=BRANDS[2], percent=15)
    yield kinds.Property(name="orders", compare="at least", value="1")
    yield kinds.All(of=(kinds.TimeOfDay(weekdays=(5, 6)), kinds.Did(match=ADDED, days=30)))
    yield kinds.Not(of=kinds.Consented(purpose="marketing"))
    yield kinds.Live(seconds=60)
    yield kinds.All(of=(kinds.InSegment(segment="s12"), kinds.Not(of=kinds.InSegment(segment="s23"))))


def rules() -> tuple[Rule, ...]:
    """Fifty in five slots: in each eight for segments, and two for everybody."""
    return tuple(_rule(slot, place) for slot in range(len(SLOTS)) for place in range(RULES_A_SLOT))


def _rule(slot: int, place: int) -> Rule:
    number = slot * RULES_A_SLOT + place
    segment = f"s{39 - (slot * FOR_SEGMENTS + place)}" if place < FOR_SEGMENTS else ""  # the rarer ones first
    contents: tuple[AnyAction, ...] = (
        ShowProduct(id=f"o{number % SOLD}", title="For you"),
        ShowInformation(title="An evening of ours", text="On Thursday at eight", link="/evening"),
        ShowMessage(title="A line", text="From the host"),
    )
    variants = tuple(Variant(id=name, action=contents[(number + n) % 3]) for n, name in enumerate(("a", "b")[: 1 + number % 2]))
    return Rule(
        id=f"r{number}",
        name=f"Rule {number}",
        slot=SLOTS[slot],
        segment=segment,
        variants=variants,
        ends="2099-12-31T23:59" if place == 1 else "",
        cap=Cap(times=3, days=7) if place % 2 else None,
        holdback=5 if place == 2 else 0,
    )


def pin_rules(*, on: bool) -> tuple[Rule, ...]:
    """Another card in the place of whatever is pinned, for each campaign its own."""
    return tuple(
        Rule(
            id=f"pin{number}",
            name=f"Pin {number}",
            slot=PIN,
            segment=f"s{number}",
            variants=(Variant(id="a", action=ShowProduct(id=f"o{number}")),),
            on=on,
        )
        for number in range(CAMPAIGNS)
    )


def definitions(now_ms: int) -> Iterator[dict[str, object]]:
    """All of it as the book keeps it: whoever saves forty segments one by one has everybody counted forty times."""
    every: dict[str, Sequence[PersonaGroup | Segment | Rule]]
    every = {"group": (personas(),), "segment": segments(), "rule": rules()}
    for kind, made in every.items():
        for place, one in enumerate(made):
            row = {"kind": kind, "id": one.id, "version": 1, "place": place, "state": "on", "at_ms": now_ms, "by": "bench"}
            yield row | {"data": msgspec.json.encode(one).decode()}
