"""What somebody is shown now: asked over HTTP by any page of the shop, and by shows for whoever watches them."""

from collections.abc import Callable, Sequence
from secrets import token_urlsafe
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio import i18n
from studio.clock import Clock
from studio.i18n import N_
from studio.relation.condition import parts
from studio.relation.decide import HELD, Decider, Decision, Person, Sellable
from studio.relation.evaluate import View, Watching
from studio.relation.plain import plain
from studio.relation.reason import Reason
from studio.relation.robots import VisitorClass
from studio.relation.rule import MESSAGE, PIN, Rule
from studio.relation.segment import matches_in
from studio.server.db import catalogue
from studio.server.db.decision_rows import NEVER_DAY
from studio.server.live.show import LiveShow
from studio.server.relation.book import Book
from studio.server.relation.people import AtHand, Known, People
from studio.show.shelf import Stocked

CAP_DAYS_MAX = 365
STOCKED_MS = 2000
ANY = "*"
"""Whatever is pinned."""


class Asking(Struct, frozen=True, kw_only=True):
    """Who asks, for which slots. `kind`: what the browser says it is; `live` the show they watch, `language` theirs. `mail`: it
    is for a letter, in which nobody is offered what they have bought. `explain`: at which gate each other rule stopped."""

    visitor: str
    slots: tuple[str, ...]
    kind: VisitorClass = "person"
    live: LiveShow | None = None
    watching: Watching | None = None
    language: str = "en"
    mail: bool = False
    explain: bool = False


class Decided(Struct, frozen=True, kw_only=True):
    """What came of it. `known` is None for somebody of whom nothing may be known."""

    decisions: dict[str, Decision]
    products: dict[str, Stocked]
    known: Known | None
    view: View
    alias_of: Callable[[str], str]


class Decisions:
    """On the server's loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock, book: Book, people: People) -> None:
        self._engine = engine
        self._clock = clock
        self._book = book
        self._people = people
        self._stocked: dict[str, Stocked | None] = {}
        self._looked_ms = 0

    async def decide(self, asking: Asking, sample: Known | None = None) -> Decided:
        """One decision for each slot; for somebody made up (`sample`), of whom nothing is looked up."""
        asked = set(asking.slots)
        look = await self._look(asking, [rule for rule in self._book.in_order if rule.slot in asked], sample)
        return look.decide(asking.slots, look.rules)

    async def for_show(self, asking: Asking) -> tuple[dict[str, Decided], Decided]:
        """What somebody who watches a show is shown: in the place of a pinned product, by that product (`*`: of any that is not
        named), and as a line to them."""
        look = await self._look(asking, [rule for rule in self._book.in_order if rule.slot in (PIN, MESSAGE)])
        pins = [rule for rule in look.rules if rule.slot == PIN]
        replaced = {rule.replaces for rule in pins}
        found = {
            product or ANY: look.decide([PIN], [rule for rule in pins if rule.replaces in ("", product)]) for product in replaced
        }
        return found, look.decide([MESSAGE], look.rules)

    async def _look(self, asking: Asking, candidates: list[Rule], sample: Known | None = None) -> "_Look":
        """All that the decisions of one question need."""
        book = self._book
        wanted = {variant.action.product for rule in candidates for variant in rule.variants} - {""}
        wanted |= self._named(candidates)
        hand = None
        async with self._engine.connect() as connection:
            if sample is None and candidates and asking.kind != "robot":
                capped = any(rule.cap is not None for rule in candidates)
                hand = await self._people.at_hand(connection, asking.visitor, self._since(capped=capped))
            products = await self._products(connection, wanted)
        known = sample if hand is None else hand.known
        person = _person(asking, known, hand)
        facts, agreed = (known.facts, known.agreed) if known is not None else (None, frozenset[str]())
        view = book.view(facts, agreed, asking.watching)
        return _Look(asking, candidates, book, view=view, person=person, known=known, products=products)

    def _named(self, candidates: list[Rule]) -> set[str]:
        """The products that segments of these rules ask about: whoever is told why is told their titles."""
        segments = [self._book.segments[rule.segment] for rule in candidates if rule.segment in self._book.segments]
        matches = [match for one in segments for part in parts(one.condition) for match in matches_in(part)]
        return {product for match in matches for product in match.products}

    async def _products(self, connection: AsyncConnection, wanted: set[str]) -> dict[str, Stocked]:
        """What rules may show, as the catalogue had it a moment ago."""
        now_ms = self._clock.wall_ms()
        if not 0 <= now_ms - self._looked_ms < STOCKED_MS:
            self._stocked, self._looked_ms = {}, now_ms
        if missing := wanted - self._stocked.keys():
            found = await catalogue.load_stocked(connection, missing)
            self._stocked |= {name: found.get(name) for name in missing}
        return {name: stocked for name in wanted if (stocked := self._stocked[name]) is not None}

    def _since(self, *, capped: bool) -> int:
        """From which day on it matters what somebody was shown."""
        return self._book.zone.day(self._clock.wall_ms()) - CAP_DAYS_MAX if capped else NEVER_DAY


def _person(asking: Asking, known: Known | None, hand: AtHand | None) -> Person:
    if known is None:
        return Person(profile=asking.visitor, kind=asking.kind)
    return Person(
        profile=known.profile,
        kind=known.kind if known.kind != "person" else asking.kind,
        exposures=hand.exposures if hand is not None else (),
        dismissed=hand.dismissed if hand is not None else {},
        refused=hand.refused if hand is not None else frozenset(),
    )


class _Look:
    """Somebody as they are now, and the rules that may be theirs."""

    def __init__(
        self,
        asking: Asking,
        rules_: list[Rule],
        book: Book,
        *,
        view: View,
        person: Person,
        known: Known | None,
        products: dict[str, Stocked],
    ) -> None:
        self.rules = rules_
        self._asking, self._book = asking, book
        self._view, self._person, self._known, self._products = view, person, known, products

    def decide(self, slots: Sequence[str], rules_: Sequence[Rule]) -> Decided:
        """One decision for each slot."""
        live = self._asking.live
        decider = Decider(rules_, self._book.measures, self._sellable)
        show = live.show.id if live is not None else ""
        decisions = decider.decide(slots, self._view, self._person, show, explain=self._asking.explain)
        alias = self._book.alias_of
        return Decided(decisions=decisions, products=self._products, known=self._known, view=self._view, alias_of=alias)

    def _sellable(self, product: str) -> Sellable:
        """Whether it may be shown: by the catalogue, and in a show by what the show says of it."""
        stocked, live = self._products.get(product), self._asking.live
        if stocked is None or stocked.gone:
            return Sellable(ok=False, reason=Reason(N_("no longer sold")))
        if self._asking.mail and self._known is not None and product in self._known.facts.bought:
            return Sellable(ok=False, reason=Reason(N_("already bought")))
        if live is not None:
            if not live.shelf.has(product):
                return Sellable(ok=False, reason=Reason(N_("not in this show")))
            if any(item["id"] == product and item.get("sold_out") for item in live.shelf.public()):
                return Sellable(ok=False, reason=Reason(N_("sold out")))
        if stocked.product.offer.stock == 0:
            return Sellable(ok=False, reason=Reason(N_("sold out")))
        return Sellable(ok=True)


def answer(decided: Decided, language: str) -> dict[str, Any]:
    """As a page is told, in its language: what is shown, why, and until when; not what was considered."""
    return {slot: told(decision, decided, language) for slot, decision in decided.decisions.items()}


def told(decision: Decision, decided: Decided, language: str) -> dict[str, Any]:
    """One of them."""
    until: dict[str, Any] = {"valid_until": decision.until_ms}
    if decision.held:
        until["held"] = [
            {"decision": token_urlsafe(12), "rule": decided.alias_of(one.rule), "version": one.version, "variant": HELD}
            for one in decision.held
        ]
    if decision.action is None:
        return until | {"action": None}
    titles = {name: stocked.product.title for name, stocked in decided.products.items()}
    action = msgspec.to_builtins(decision.action)
    if decision.action.product and (stocked := decided.products.get(decision.action.product)) is not None:
        action["product"] = card(stocked, decided.view.now_ms)
    return until | {
        "decision": token_urlsafe(12),
        "rule": decided.alias_of(decision.rule),
        "version": decision.version,
        "variant": decision.variant,
        "action": action,
        "reason": plain(decision.reason, titles).sentence(lambda text: i18n.translate(text, language)),
        "personal": decision.personal,
    }


def card(stocked: Stocked, now_ms: int) -> dict[str, Any]:
    """A product as a slot shows it."""
    product = stocked.product
    offer = product.offer
    return {
        "id": product.id,
        "title": product.title,
        "brand": product.brand,
        "category": product.category,
        "url": product.url,
        "currency": product.currency,
        "price_minor": offer.price_at(now_ms),
        "before_minor": None,
        "sku": offer.sku,
        "cart_id": offer.cart_id,
        "image": stocked.image,
    }
