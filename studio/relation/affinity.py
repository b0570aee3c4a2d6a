"""What somebody likes: what they did with a category, a brand, a host or a tag, each deed weighing half as much after a half-life
(30 days, as in Microsoft's SAR), and as a share of all they did, so that who does much is not in everything."""

from msgspec import Struct, field

from studio.relation.behaviour import Behaviour
from studio.relation.days import DAY_MS
from studio.relation.names import ITEM_REFUSED, WEIGHTS

HALF_LIFE_MS = 30 * DAY_MS
KEPT = 200
"""So many of each kind are remembered: those that weigh most."""


class Liking(Struct, omit_defaults=True):
    """`weights` are those at `at_ms`; later they are all less by the same."""

    at_ms: int = 0
    weights: dict[str, float] = field(default_factory=dict)

    def add(self, what: str, weight: float, at_ms: int) -> None:
        """Somebody did something with it."""
        if at_ms > self.at_ms:
            less = 0.5 ** ((at_ms - self.at_ms) / HALF_LIFE_MS) if self.weights else 1.0
            self.weights = {name: value * less for name, value in self.weights.items()}
            self.at_ms = at_ms
        else:
            weight *= 0.5 ** ((self.at_ms - at_ms) / HALF_LIFE_MS)
        self.weights[what] = self.weights.get(what, 0.0) + weight
        if len(self.weights) > KEPT:
            best = sorted(self.weights.items(), key=lambda item: -item[1])[:KEPT]
            self.weights = dict(best)

    def share(self, what: str) -> float:
        """How much of it all, 0…1."""
        total = sum(self.weights.values())
        return self.weights.get(what, 0.0) / total if total > 0 else 0.0

    def best(self, most: int) -> list[tuple[str, float]]:
        """What weighs most, as shares."""
        total = sum(self.weights.values()) or 1.0
        found = sorted(self.weights.items(), key=lambda item: -item[1])[:most]
        return [(name, value / total) for name, value in found]


class Likings(Struct, omit_defaults=True):
    """By kind."""

    category: Liking = field(default_factory=Liking)
    brand: Liking = field(default_factory=Liking)
    host: Liking = field(default_factory=Liking)
    tag: Liking = field(default_factory=Liking)
    product: Liking = field(default_factory=Liking)

    def add(self, behaviour: Behaviour) -> None:
        """Somebody did something that says what they like."""
        weight = WEIGHTS.get(behaviour.name)
        if behaviour.name == ITEM_REFUSED:
            for item in behaviour.items:
                self.product.weights.pop(item.product, None)
        if weight is None:
            return
        for item in behaviour.items:
            for kind, what in (("category", item.category), ("brand", item.brand), ("product", item.product)):
                if what:
                    self.of(kind).add(what.casefold() if kind != "product" else what, weight, behaviour.at_ms)
        for kind in ("host", "tag"):
            if isinstance(said := behaviour.props.get(kind), str) and said:
                self.of(kind).add(said.casefold(), weight, behaviour.at_ms)

    def of(self, kind: str) -> Liking:
        """Those of a kind."""
        found: Liking = getattr(self, kind)
        return found
