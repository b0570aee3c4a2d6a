"""First one thing, then another within some time, and a third not between: what is remembered of it."""

from msgspec import Struct, field

from studio.relation.behaviour import Behaviour
from studio.relation.counter import TIMES

PRODUCTS = 200
"""Of so many products it is known when the first step was last taken."""


class Steps(Struct, omit_defaults=True):
    """Of a sequence. `first` are the two newest moments (Unix ms) of its first step, by product where it must be the same one;
    `between` those of what must not come between. Of two equal moments neither is first, therefore two."""

    first: dict[str, list[int]] = field(default_factory=dict)
    between: list[int] = field(default_factory=list)
    pairs: list[tuple[int, int]] = field(default_factory=list)
    """Both steps, one after the other: the newest `TIMES`, oldest first."""
    closest: tuple[int, int] | None = None
    """Of all pairs there ever were."""

    def add(self, step: str, behaviour: Behaviour, *, same_product: bool) -> None:
        """Somebody took a step, no earlier than the newest."""
        at_ms = behaviour.at_ms
        about = behaviour.products if same_product else ("",)
        if step == "first":
            for product in about:
                _newest(self.first.setdefault(product, []), at_ms)
            while len(self.first) > PRODUCTS:
                del self.first[min(self.first, key=lambda product: self.first[product][-1])]
        elif step == "between":
            _newest(self.between, at_ms)
        else:
            began = [_before(self.first.get(product, ()), at_ms) for product in about]
            first_ms = max((one for one in began if one is not None), default=None)
            between_ms = _before(self.between, at_ms)
            if first_ms is not None and (between_ms is None or between_ms <= first_ms):
                self._pair(first_ms, at_ms)

    def _pair(self, first_ms: int, then_ms: int) -> None:
        self.pairs.append((first_ms, then_ms))
        del self.pairs[:-TIMES]
        if self.closest is None or then_ms - first_ms < self.closest[1] - self.closest[0]:
            self.closest = first_ms, then_ms

    def found(self, within_ms: int) -> tuple[int, int] | None:
        """The newest pair within some time, or the closest. None while there is none."""
        known = [*([self.closest] if self.closest is not None else []), *self.pairs]
        return next((pair for pair in reversed(known) if pair[1] - pair[0] <= within_ms), None)


def _newest(moments: list[int], at_ms: int) -> None:
    if not moments or at_ms > moments[-1]:
        moments.append(at_ms)
        del moments[:-2]


def _before(moments: list[int] | tuple[int, ...], at_ms: int) -> int | None:
    return next((one for one in reversed(moments) if one < at_ms), None)
