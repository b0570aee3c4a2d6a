"""What a person is shown in each slot, which gate stopped each other rule, and until when that holds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from studio.i18n import N_
from studio.relation import draw
from studio.relation.action import AnyAction
from studio.relation.days import DAY_MS
from studio.relation.evaluate import Verdict, View, in_segment
from studio.relation.reason import Reason, Values
from studio.relation.robots import VisitorClass
from studio.relation.rule import Rule, Variant

Gate = Literal["slot", "consent", "class", "holdback", "schedule", "segment", "product", "cap", "dismissed", "elsewhere"]
GATES: tuple[Gate, ...] = (
    "slot",
    "consent",
    "class",
    "holdback",
    "schedule",
    "segment",
    "product",
    "cap",
    "dismissed",
    "elsewhere",
)
"""In the order in which they are asked."""


class Sellable(Struct, frozen=True, kw_only=True):
    """Whether a product may be shown now; `reason` why not."""

    ok: bool
    reason: Reason | None = None


class Exposure(Struct, frozen=True, kw_only=True):
    """A rule was on somebody's screen for a second."""

    rule: str
    day: int
    device: str = ""
    variant: str = ""
    at_ms: int = 0


class Person(Struct, frozen=True, kw_only=True):
    """Whom it is decided for."""

    profile: str
    kind: VisitorClass = "person"
    exposures: Sequence[Exposure] = ()
    dismissed: Mapping[str, int] = {}
    """By rule, when they closed it (Unix ms)."""
    refused: frozenset[str] = frozenset()
    """Products that are *not for me*."""


class Stopped(Struct, frozen=True, kw_only=True):
    """A rule that does not show, and the first gate that stops it."""

    rule: str
    name: str
    gate: Gate
    reason: Reason


class Withheld(Struct, frozen=True, kw_only=True):
    """A version of a rule that somebody is held back from."""

    rule: str
    version: int


class Decision(Struct, frozen=True, kw_only=True):
    """Of one slot. `rule` empty: the brand's default stands. `personal`: others are shown something else. `until_ms`: no later
    than then it is to be decided again. `held`: the rules that would have been shown here, were they not held back."""

    slot: str
    rule: str = ""
    version: int = 0
    variant: str = ""
    action: AnyAction | None = None
    personal: bool = False
    reason: Reason
    until_ms: int
    stopped: tuple[Stopped, ...] = ()
    held: tuple[Withheld, ...] = ()


class Measures(Struct, frozen=True, kw_only=True):
    """How the brand measures: `salt` is its own, `holdback` the share (per cent) of people who are never personalised."""

    salt: str = ""
    holdback: float = 0.0


HELD = "-held"
"""The variant of those who would have been shown a rule, and were held back from it: no variant of the brand's is called so."""
HOLDS_MS = 5 * 60_000
DEFAULT = Reason(N_("the default of this place"))


class Decider:
    """Decides over one list of rules. `sellable` looks a product up, at the moment it is shown."""

    def __init__(self, rules: Iterable[Rule], measures: Measures, sellable: Callable[[str], Sellable]) -> None:
        self._rules = list(rules)
        self._measures = measures
        self._sellable = sellable

    def decide(
        self, slots: Sequence[str], view: View, person: Person, show: str = "", *, explain: bool = True
    ) -> dict[str, Decision]:
        """One decision for each slot that was asked for, in their order. Without `explain` no more is asked once it is clear what
        shows: of the rules behind that one nothing is told."""
        found: dict[str, Decision] = {}
        verdicts: dict[str, Verdict] = {}
        taken: set[str] = set()
        for slot in dict.fromkeys(slots):
            found[slot] = decision = self._slot(slot, view, person, show, verdicts, taken, explain=explain)
            if decision.action is not None and decision.action.product:
                taken.add(decision.action.product)
        return found

    def _slot(
        self,
        slot: str,
        view: View,
        person: Person,
        show: str,
        verdicts: dict[str, Verdict],
        taken: set[str],
        *,
        explain: bool,
    ) -> Decision:
        stopped: list[Stopped] = []
        until_ms = view.now_ms + HOLDS_MS
        winner: _Asked | None = None
        held: list[Withheld] = []
        from_all = draw.held_back(f"{self._measures.salt} all", person.profile, self._measures.holdback)
        for rule in self._rules:
            if rule.slot != slot or (rule.show and rule.show != show):
                continue
            asked = _Asked(rule, view, person, self._measures, self._sellable, verdicts, taken)
            gate = asked.first_that_stops()
            until_ms = min(until_ms, asked.until_ms)
            if gate is not None:
                stopped.append(Stopped(rule=rule.id, name=rule.name, gate=gate[0], reason=gate[1]))
                # whoever is held back from all misses one rule; from this one alone, whichever others there are besides
                counts = gate[0] == "holdback" and winner is None and not (from_all and held)
                if counts and asked.passes_after(gate[0]):
                    held.append(Withheld(rule=rule.id, version=rule.version))
            elif winner is None:
                winner = asked
                if not explain:
                    break
        if winner is None or winner.variant is None:
            reason = stopped[0].reason if stopped else DEFAULT
            return Decision(slot=slot, reason=reason, until_ms=until_ms, stopped=tuple(stopped), held=tuple(held))
        return Decision(
            slot=slot,
            rule=winner.rule.id,
            version=winner.rule.version,
            variant=winner.variant.id,
            action=winner.variant.action,
            personal=bool(winner.rule.segment),
            reason=winner.reason,
            until_ms=until_ms,
            stopped=tuple(stopped),
            held=tuple(held),
        )


class _Asked:
    """One rule and one person, gate by gate."""

    def __init__(
        self,
        rule: Rule,
        view: View,
        person: Person,
        measures: Measures,
        sellable: Callable[[str], Sellable],
        verdicts: dict[str, Verdict],
        taken: set[str],
    ) -> None:
        self.rule, self.view, self.person, self.measures = rule, view, person, measures
        self.sellable, self.verdicts, self.taken = sellable, verdicts, taken
        self.variant: Variant | None = None
        self.held = False
        self.reason = Reason(N_("for everybody"))
        self.until_ms = 2**62

    def first_that_stops(self) -> tuple[Gate, Reason] | None:
        """The gate, and why; None when all are passed."""
        for gate in GATES:
            reason: Reason | None = getattr(self, f"_{gate}")()
            if reason is not None:
                return gate, reason
        return None

    def passes_after(self, gate: Gate) -> bool:
        """Whether all gates behind this one let it pass."""
        return all(getattr(self, f"_{one}")() is None for one in GATES[GATES.index(gate) + 1 :])

    def _slot(self) -> Reason | None:
        return None if self.rule.on else Reason(N_("rule is off"))

    def _consent(self) -> Reason | None:
        if not self.rule.segment or {"analytics", "personalisation"} <= self.view.agreed:
            return None
        return Reason(N_("not known (no consent)"))

    def _class(self) -> Reason | None:
        return (
            None
            if self.person.kind == "person" or not self.rule.segment
            else Reason(N_("not a person: {kind}"), {"kind": self.person.kind})
        )

    def _holdback(self) -> Reason | None:
        if not self.rule.segment:
            return None
        measures, profile = self.measures, self.person.profile
        if draw.held_back(f"{measures.salt} all", profile, measures.holdback):
            self.held = True
            return Reason(N_("held back"))
        if draw.held_back(f"{measures.salt} rule {self.rule.id}", profile, self.rule.holdback):
            self.held = True
            return Reason(N_("held back from this rule"))
        return None

    def _schedule(self) -> Reason | None:
        begins_ms, ends_ms = self.rule.span_ms(self.view.zone)
        now_ms = self.view.now_ms
        if begins_ms is not None and now_ms < begins_ms:
            self.until_ms = min(self.until_ms, begins_ms)
            return Reason(N_("begins {when}"), {"when": self.rule.begins.replace("T", " ")})
        if ends_ms is not None and now_ms >= ends_ms:
            return Reason(N_("ended {when}"), {"when": self.rule.ends.replace("T", " ")})
        if ends_ms is not None:
            self.until_ms = min(self.until_ms, ends_ms)
        return None

    def _segment(self) -> Reason | None:
        if not self.rule.segment:
            return None
        segment = self.view.segments.get(self.rule.segment)
        if segment is None:
            return Reason(N_("there is no segment {name}"), {"name": self.rule.segment})
        verdict = self.verdicts.get(segment.id)
        if verdict is None:
            verdict = self.verdicts[segment.id] = in_segment(segment, self.view)
        if verdict.due_ms is not None:
            self.until_ms = min(self.until_ms, verdict.due_ms)
        if not verdict.holds:
            return verdict.reason
        self.reason = Reason(N_("{name}: {why}"), {"name": segment.name, "why": verdict.reason})
        return None

    def _product(self) -> Reason | None:
        weights = [variant.weight for variant in self.rule.variants]
        chosen = self.rule.variants[draw.variant(f"{self.measures.salt} {self.rule.id}", self.person.profile, weights)]
        self.variant = chosen
        if not (product := chosen.action.product):
            return None
        if product in self.person.refused:
            return Reason(N_("not for me"))
        found = self.sellable(product)
        return None if found.ok else found.reason or Reason(N_("cannot be sold now"))

    def _cap(self) -> Reason | None:
        cap = self.rule.cap
        if cap is None:
            return None
        zone = self.view.zone
        today = zone.day(self.view.now_ms)
        seen = [one for one in self.person.exposures if self.held or one.variant != HELD]  # the others see it no more either
        inside = [one for one in seen if one.rule == self.rule.id and one.day > today - cap.days]
        if len(inside) < cap.times:
            return None
        leaves = sorted(one.day for one in inside)[len(inside) - cap.times]
        self.until_ms = min(self.until_ms, zone.midnight_ms(leaves + cap.days))
        devices: dict[str, int] = {}
        for one in inside:
            devices[one.device or "?"] = devices.get(one.device or "?", 0) + 1
        shown = " + ".join(f"{count} {device}" for device, count in devices.items())
        values: Values = {"shown": shown, "times": cap.times, "days": cap.days}
        return Reason(N_("shown {shown}, at most {times} in {days} days"), values)

    def _dismissed(self) -> Reason | None:
        at_ms = self.person.dismissed.get(self.rule.id)
        if at_ms is None or self.view.now_ms >= (until_ms := at_ms + self.rule.dismissed_days * DAY_MS):
            return None
        self.until_ms = min(self.until_ms, until_ms)
        return Reason(N_("dismissed {day}"), {"day": self.view.zone.wall(at_ms).date().isoformat()})

    def _elsewhere(self) -> Reason | None:
        assert self.variant is not None
        product = self.variant.action.product
        return Reason(N_("already in another place")) if product and product in self.taken else None
