"""Reading a test of two or more variants: its size is fixed beforehand, and a wrong split ends the reading."""

import math
from collections.abc import Mapping, Sequence

from msgspec import Struct

from studio.i18n import N_
from studio.relation.decide import Exposure
from studio.relation.reason import Reason

SRM_P = 0.001


class Arm(Struct, frozen=True, kw_only=True):
    """A variant: how many people saw it, and how many of them then reached the goal."""

    id: str
    weight: int
    exposed: int
    reached: int = 0

    @property
    def rate(self) -> float:
        """Share of people."""
        return self.reached / self.exposed if self.exposed else 0.0


class Reading(Struct, frozen=True, kw_only=True):
    """`flagged`: the split is not what it should be, and nothing can be said. `winner` is empty until the size is reached."""

    flagged: bool
    chi2: float
    p: float
    winner: str
    difference: tuple[float, float, float] | None
    reason: Reason


def size_of(rate: float, difference: float) -> int:
    """How many people each arm needs (80 % power, 5 % error): n ≈ 16·p(1−p)/d²."""
    return math.ceil(16 * rate * (1 - rate) / difference**2)


def read(arms: Sequence[Arm], planned: int, *, early: bool = False) -> Reading:
    """What a test says when each arm was planned to have so many people. `early`: it has not run for two whole weeks. The
    difference is of the best to the first, with its 95 % interval."""
    drawn = [arm for arm in arms if arm.weight]
    total, weights = sum(arm.exposed for arm in drawn), sum(arm.weight for arm in drawn)
    differences = [(arm.exposed - want, want) for arm in drawn if (want := total * arm.weight / weights) > 0]
    chi2 = sum(more**2 / want for more, want in differences)
    p = _chi2_survival(chi2, len(drawn) - 1)
    if p < SRM_P:
        more = max(more for more, _ in differences)
        reason = Reason(N_("the split is wrong: {more} too many (χ² {chi2})"), {"more": round(more), "chi2": round(chi2, 1)})
        return Reading(flagged=True, chi2=chi2, p=p, winner="", difference=None, reason=reason)
    least = min((arm.exposed for arm in drawn), default=0) if len(drawn) > 1 else 0
    if least < max(planned, 1):
        reason = Reason(N_("{actual} of {needed} people: no winner is named yet"), {"actual": least, "needed": planned})
        return Reading(flagged=False, chi2=chi2, p=p, winner="", difference=None, reason=reason)
    if early:
        reason = Reason(N_("enough people, but two whole weeks are not over yet"))
        return Reading(flagged=False, chi2=chi2, p=p, winner="", difference=None, reason=reason)
    base, best = drawn[0], max(drawn[1:], key=lambda arm: arm.rate)
    error = math.sqrt(sum(arm.rate * (1 - arm.rate) / arm.exposed for arm in (base, best)))
    apart = best.rate - base.rate
    low, high = apart - 1.96 * error, apart + 1.96 * error
    winner = best.id if low > 0 else base.id if high < 0 else ""
    words = N_("{winner} is ahead") if winner else N_("no difference can be told")
    return Reading(
        flagged=False, chi2=chi2, p=p, winner=winner, difference=(apart, low, high), reason=Reason(words, {"winner": winner})
    )


def arms_of(exposures: Mapping[str, Sequence[Exposure]], rule: str, weights: Mapping[str, int]) -> tuple[list[Arm], list[str]]:
    """The arms of a rule's test from what each profile saw, and who is left out, having seen two of them."""
    counts = dict.fromkeys(weights, 0)
    out = []
    for profile, seen in exposures.items():
        variants = {one.variant for one in seen if one.rule == rule}
        if len(variants) > 1:
            out.append(profile)
        elif variants and (only := next(iter(variants))) in counts:
            counts[only] += 1
    return [Arm(id=name, weight=weights[name], exposed=count) for name, count in counts.items()], out


def _chi2_survival(value: float, freedom: int) -> float:
    """P(χ² ≥ value): the regularised upper incomplete gamma function Q(k/2, x/2), by its recurrence (NIST DLMF 8.8.6)."""
    if freedom < 1:
        return 1.0
    half = value / 2
    if freedom % 2:
        q, order = math.erfc(math.sqrt(half)), 0.5
    else:
        q, order = math.exp(-half), 1.0
    while order < freedom / 2:
        q += half**order * math.exp(-half) / math.gamma(order + 1)
        order += 1
    return q
