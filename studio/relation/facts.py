"""What is known of a profile: a fold over the behaviours of its visitors, in order. The same behaviours give the same facts,
whether they came one by one or are read anew."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property

import msgspec
from msgspec import Struct, field

from studio.relation.affinity import Likings
from studio.relation.behaviour import Behaviour, Touch, in_order
from studio.relation.chain import Steps
from studio.relation.condition import Condition, Did, Recency, Sequence, parts
from studio.relation.counter import Counter
from studio.relation.days import Zone
from studio.relation.match import Match
from studio.relation.names import ORDER_CANCELLED, ORDER_COMPLETED, PRODUCT_VIEWED
from studio.relation.persona import PersonaGroup, Scores
from studio.relation.session import Sessions

VIEW_DAYS = 60
KEPT = 500
"""Orders, and products that were bought: the newest."""
FACTS_VERSION = "3"
"""Of what a fold makes; another one has everybody's facts made anew."""


class Plan:
    """What has to be counted: by all conditions that ask, each match once."""

    def __init__(self, zone: Zone, conditions: Iterable[Condition] = (), groups: Iterable[PersonaGroup] = ()) -> None:
        self.zone = zone
        self.groups = {group.id: group for group in groups}
        matches: dict[str, Match] = {}
        sequences: dict[str, Sequence] = {}
        for condition in conditions:
            for part in parts(condition):
                if isinstance(part, Did | Recency):
                    matches[part.match.key] = part.match
                elif isinstance(part, Sequence):
                    sequences[part.key] = part
        self._ask(matches, sequences)

    def _ask(self, matches: dict[str, Match], sequences: dict[str, Sequence]) -> None:
        self.matches, self.sequences = matches, sequences
        self._by_name: dict[str, list[tuple[str, Match]]] = {}
        for key, match in self.matches.items():
            for name in set(match.names):
                self._by_name.setdefault(name, []).append((key, match))
        self._steps: dict[str, list[tuple[str, str, Match]]] = {}
        for key, sequence in self.sequences.items():
            for step, wanted in (("first", sequence.first), ("then", sequence.then), ("between", sequence.without)):
                for name in set(wanted.names) if wanted is not None else ():
                    assert wanted is not None
                    self._steps.setdefault(name, []).append((key, step, wanted))

    @cached_property
    def digest(self) -> str:
        """What is counted by it: facts that were made by another plan are made anew."""
        groups = [msgspec.json.encode(group) for _, group in sorted(self.groups.items())]
        words = [*sorted(self.matches), *sorted(self.sequences), self.zone.name, FACTS_VERSION]
        return hashlib.blake2b(b"\n".join([*groups, *(word.encode() for word in words)]), digest_size=12).hexdigest()

    @property
    def names(self) -> frozenset[str]:
        """Of what is counted, personas and likings apart."""
        return frozenset(self._by_name.keys() | self._steps.keys())

    def beyond(self, before: "Plan") -> "Plan | None":
        """What this one counts and `before` did not; None where all has to be counted anew: days, or personas, are others."""
        if (self.zone.name, self.groups) != (before.zone.name, before.groups):
            return None
        more = Plan(self.zone)
        more._ask(
            {key: match for key, match in self.matches.items() if key not in before.matches},
            {key: sequence for key, sequence in self.sequences.items() if key not in before.sequences},
        )
        return more

    def counters(self, behaviour: Behaviour) -> Iterable[str]:
        """The counters that a behaviour goes to."""
        return (key for key, match in self._by_name.get(behaviour.name, ()) if match.of(behaviour))

    def steps(self, behaviour: Behaviour) -> Iterable[tuple[str, str]]:
        """The sequences that it is a step of, and which."""
        return ((key, step) for key, step, match in self._steps.get(behaviour.name, ()) if match.of(behaviour))


class Facts(Struct, omit_defaults=True):
    """Of a profile. `newest` orders what comes: a behaviour from before it means to read all anew."""

    seq: int = 0
    """Up to where what is stored has been read."""
    newest: tuple[int, int, str, str] = (0, 0, "", "")
    first_ms: int | None = None
    counters: dict[str, Counter] = field(default_factory=dict)
    sequences: dict[str, Steps] = field(default_factory=dict)
    scores: dict[str, Scores] = field(default_factory=dict)
    likings: Likings = field(default_factory=Likings)
    sessions: Sessions = field(default_factory=Sessions)
    touch_first: Touch | None = None
    touch_last: Touch | None = None
    views: dict[int, int] = field(default_factory=dict)
    """Product views by day: who has too many is likely a robot."""
    minute: tuple[int, int] = (0, 0)
    views_a_minute: int = 0
    bought: dict[str, int] = field(default_factory=dict)
    """When each product was bought last (Unix ms)."""
    orders: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Those that stand, by number: when, and for how much (minor units)."""
    props: dict[str, str] = field(default_factory=dict)

    def add(self, behaviour: Behaviour, plan: Plan) -> None:
        """One more behaviour, no earlier than the newest."""
        at_ms, day = behaviour.at_ms, plan.zone.day(behaviour.at_ms)
        self.newest = behaviour.order_key
        self.first_ms = at_ms if self.first_ms is None else self.first_ms
        session = self.sessions.at(at_ms) if behaviour.source == "page" else self.sessions.beside(at_ms)
        self._count(behaviour, day, plan)
        for name, group in plan.groups.items():
            self.scores.setdefault(name, Scores()).add(group, behaviour, session, plan.zone)
        self.likings.add(behaviour)
        self._touched(behaviour)
        self._looked(behaviour, day)
        if behaviour.name == ORDER_COMPLETED:
            self.orders[behaviour.order or behaviour.id] = (at_ms, behaviour.value_minor or 0)
            self.bought |= {item.product: at_ms for item in behaviour.items}
            for kept in (self.orders, self.bought):
                while len(kept) > KEPT:
                    del kept[next(iter(kept))]
        elif behaviour.name == ORDER_CANCELLED:
            self.orders.pop(behaviour.order, None)

    def grow(self, behaviours: Iterable[Behaviour], more: Plan, plan: Plan) -> None:
        """From what `more` leaves out to all that `plan` counts, by the same behaviours as until now: nothing else of what is
        known asks what is counted."""
        for behaviour in in_order(one for one in behaviours if one.name in more.names):
            self._count(behaviour, plan.zone.day(behaviour.at_ms), more)
        for there, wanted in ((self.counters, plan.matches), (self.sequences, plan.sequences)):
            for key in [key for key in there if key not in wanted]:
                del there[key]

    def _count(self, behaviour: Behaviour, day: int, plan: Plan) -> None:
        for key in plan.counters(behaviour):
            self.counters.setdefault(key, Counter()).add(day, behaviour.at_ms)
        for key, step in plan.steps(behaviour):
            self.sequences.setdefault(key, Steps()).add(step, behaviour, same_product=plan.sequences[key].same_product)

    def _touched(self, behaviour: Behaviour) -> None:
        if behaviour.touch is not None:
            self.touch_last = behaviour.touch
            self.touch_first = self.touch_first or behaviour.touch
        for name in ("country", "language", "device"):
            if isinstance(value := behaviour.props.get(name), str) and value:
                self.props[name] = value

    def _looked(self, behaviour: Behaviour, day: int) -> None:
        if behaviour.name != PRODUCT_VIEWED:
            return
        self.views[day] = self.views.get(day, 0) + 1
        while len(self.views) > VIEW_DAYS:
            del self.views[min(self.views)]
        minute = behaviour.at_ms // 60_000
        self.minute = (minute, self.minute[1] + 1) if self.minute[0] == minute else (minute, 1)
        self.views_a_minute = max(self.views_a_minute, self.minute[1])


def facts_of(behaviours: Iterable[Behaviour], plan: Plan, props: Mapping[str, str] | None = None) -> Facts:
    """All of it, from the beginning."""
    facts = Facts(props=dict(props or {}))
    for behaviour in in_order(behaviours):
        facts.add(behaviour, plan)
    return facts
