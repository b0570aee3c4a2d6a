"""First one thing, then another within some time, and a third not between: what is remembered of it."""

from bisect import insort

from msgspec import Struct, field

from studio.relation.behaviour import Behaviour
from studio.relation.counter import TIMES


class Steps(Struct, omit_defaults=True):
    """Moments (Unix ms) of each step, with the products it was about; oldest first, the newest `TIMES` of each."""

    first: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    then: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    between: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)

    def add(self, step: str, behaviour: Behaviour) -> None:
        """Somebody took a step."""
        moments: list[tuple[int, tuple[str, ...]]] = getattr(self, step)
        insort(moments, (behaviour.at_ms, behaviour.products))
        del moments[:-TIMES]

    def found(self, within_ms: int, *, same_product: bool) -> tuple[int, int] | None:
        """The newest pair: strictly one after the other. None while there is none."""
        for then_ms, then in reversed(self.then):
            for first_ms, first in reversed(self.first):
                if not 0 < then_ms - first_ms <= within_ms:
                    continue
                if same_product and not set(first) & set(then):
                    continue
                if any(first_ms < at_ms < then_ms for at_ms, _ in self.between):
                    continue
                return first_ms, then_ms
        return None
