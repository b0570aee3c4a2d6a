"""When this, then show that: one list over everything, in which per slot the first rule that passes every gate wins."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from studio.errors import InvalidValue
from studio.i18n import N_
from studio.relation.action import AnyAction
from studio.relation.days import Zone
from studio.relation.persona import Id

Wall = Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})?$(?!\n)")]
"""What the clock on the brand's wall says; empty: not bounded."""
Slot = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,39}$(?!\n)")]
Goal = Literal["order", "cart"]
PIN, MESSAGE = "pin", "message"
"""The slots that every show has: a pinned card, and a line below the picture. A page names its own besides."""


class Cap(Struct, frozen=True, kw_only=True):
    """At most `times` in so many calendar days of the brand's zone, today included."""

    times: Annotated[int, Meta(ge=1, le=1000)]
    days: Annotated[int, Meta(ge=1, le=365)]


class Variant(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of several contents of a rule. With `weight` 0 it rests."""

    id: Id
    action: AnyAction
    weight: Annotated[int, Meta(ge=0, le=1000)] = 1


class Rule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`segment` empty: everybody. Rules with an end come before those without, then in their order. `holdback` is in per cent;
    `dismissed_days`: for how long it stays away from who closed it."""

    id: Id
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    slot: Slot
    segment: Annotated[str, Meta(max_length=40)] = ""
    variants: Annotated[tuple[Variant, ...], Meta(min_length=1, max_length=6)]
    begins: Wall = ""
    ends: Wall = ""
    cap: Cap | None = None
    holdback: Annotated[int, Meta(ge=0, le=90)] = 0
    dismissed_days: Annotated[int, Meta(ge=1, le=365)] = 30
    show: Annotated[str, Meta(max_length=64)] = ""
    """Only in this show."""
    replaces: Annotated[str, Meta(max_length=255)] = ""
    """In the slot `pin`: instead of this product only; empty: of whatever is pinned."""
    on: bool = True
    goal: Goal = "order"
    """What it is for: what is measured of who saw it, and who was held back."""
    goal_days: Annotated[int, Meta(ge=1, le=90)] = 7
    """So long after somebody first saw it."""
    usual: Annotated[float, Meta(gt=0, lt=100)] = 3.0
    """How many per cent of people do that anyway, as far as the brand knows; and by how many percentage points (`least`) the rule
    must change that to be worth it. So many people are waited for before a winner is named."""
    least: Annotated[float, Meta(gt=0, lt=100)] = 1.0
    version: int = 1

    @property
    def temporary(self) -> bool:
        """Whether it ends by itself."""
        return bool(self.ends)

    def span_ms(self, zone: Zone) -> tuple[int | None, int | None]:
        """From when (inclusive) until when (exclusive); Unix ms."""
        return _moment_ms(self.begins, zone), _moment_ms(self.ends, zone)


def _moment_ms(wall: str, zone: Zone) -> int | None:
    return zone.moment_ms(datetime.fromisoformat(wall)) if wall else None


def check(rule: Rule, zone: Zone) -> None:
    """Whether it can be saved. Raises `InvalidValue`."""
    for field, wall in (("begins", rule.begins), ("ends", rule.ends)):
        try:
            _moment_ms(wall, zone)
        except (ValueError, OverflowError):
            raise InvalidValue(N_("There is no such day"), field=field) from None
    begins_ms, ends_ms = rule.span_ms(zone)
    if begins_ms is not None and ends_ms is not None and ends_ms <= begins_ms:
        raise InvalidValue(N_("It ends before it begins"), field="ends")
    if rule.slot == PIN and not all(variant.action.product for variant in rule.variants):
        raise InvalidValue(N_("A pinned card shows a product"), field="variants")
    if not any(variant.weight for variant in rule.variants):
        raise InvalidValue(N_("One variant at least must be shown"), field="variants")
    if len({variant.id for variant in rule.variants}) != len(rule.variants):
        raise InvalidValue(N_("Two variants have the same id"), field="variants")


def in_order(rules: list[Rule]) -> list[Rule]:
    """Those with an end first, then as they stand."""
    return sorted(rules, key=lambda rule: not rule.temporary)
