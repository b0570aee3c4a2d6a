"""What somebody agrees to, purpose by purpose, and what is left of it when two profiles turn out to be one person."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from studio.i18n import N_
from studio.relation.reason import Reason

Purpose = Literal["analytics", "personalisation", "marketing"]
PURPOSES: tuple[Purpose, ...] = ("analytics", "personalisation", "marketing")


class Choice(Struct, frozen=True, kw_only=True):
    """One answer. `by`: who gave it: a visitor, or for marketing the owner of an address."""

    purpose: Purpose
    given: bool
    at_ms: int
    version: int = 1
    where: str = ""
    by: str = ""


class Agreed(Struct, frozen=True, kw_only=True):
    """What holds for a purpose, and why."""

    given: bool
    at_ms: int | None
    reason: Reason
    ask_again: bool = False


def holds(purpose: Purpose, choices: Iterable[Choice], asked_again_ms: int = 0) -> Agreed:
    """What holds of several answers of one person, perhaps given while they were two profiles.

    Marketing is an address's: the latest answer by its owner holds. Of analytics and personalisation a no of any of them holds
    until the person, known by then, is asked once more: with an answer from `asked_again_ms` on, those of before count no more.
    Of a yes and a no in the same moment the no holds.
    """
    mine = sorted(
        (choice for choice in choices if choice.purpose == purpose), key=lambda choice: (choice.at_ms, not choice.given)
    )
    if not mine:
        return Agreed(given=False, at_ms=None, reason=Reason(N_("not asked yet")))
    latest = mine[-1]
    if purpose == "marketing":
        return Agreed(given=latest.given, at_ms=latest.at_ms, reason=Reason(N_("latest by the owner")))
    each = {choice.by: choice for choice in [one for one in mine if one.at_ms >= asked_again_ms] or mine}
    refused = [choice for choice in each.values() if not choice.given]
    if refused and any(choice.given for choice in each.values()):
        return Agreed(
            given=False, at_ms=max(choice.at_ms for choice in refused), reason=Reason(N_("no wins until asked")), ask_again=True
        )
    return Agreed(given=latest.given, at_ms=latest.at_ms, reason=Reason(N_("latest answer")))


def letters(agreed: Iterable[str]) -> str:
    """The short form that travels with every behaviour: `apm`, a `-` for each no."""
    given = set(agreed)
    return "".join(letter if purpose in given else "-" for letter, purpose in zip("apm", PURPOSES, strict=True))
