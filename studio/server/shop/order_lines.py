"""The lines of an order as shops tell of them: odd ones are made to fit or left out, and the order is kept whatever they are.

An order is money that was earned; that one of its lines is a length of cloth, a gift card or the hundred-and-first is no reason
to lose it.
"""

import math
import re
from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from studio.show.product import ID_MAX

LINES_MAX = 100
QUANTITY_MAX = 10_000
MOST = 10**12
Part = Literal["", "live", "replay", "clip"]
PARTS: tuple[Part, ...] = ("", "live", "replay", "clip")


class OrderLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One product of an order; `value_minor` is for all of them together. With `media_ms` and `part` it says itself where it
    began, else it began where the order did. `show`: which show that was, where the line says it."""

    product: str
    variant: str = ""
    media_ms: int | None = None
    part: Part = ""
    quantity: int = 1
    value_minor: int = 0
    show: str = ""


def lines_of(given: Sequence[Any]) -> tuple[OrderLine, ...]:
    """The lines that can be used, at most a hundred."""
    made = (_line(one) for one in given[: 10 * LINES_MAX] if isinstance(one, dict))
    return tuple(line for line in made if line is not None)[:LINES_MAX]


def _line(given: dict[str, Any]) -> OrderLine | None:
    product = _text(given.get("product"), ID_MAX)
    if not product:
        return None
    told = given.get("attribution")
    began = told if isinstance(told, dict) else {}
    part = given.get("part") or began.get("part")
    media_ms = _whole(given.get("media_ms"), MOST)
    quantity = _whole(given.get("quantity", 1), QUANTITY_MAX)
    if quantity == 0:  # taken out of the order
        return None
    return OrderLine(
        product=product,
        variant=_text(given.get("variant"), ID_MAX),
        media_ms=_whole(began.get("media_ms"), MOST) if media_ms is None else media_ms,
        part=part if part in PARTS else "",
        quantity=quantity or 1,
        value_minor=_whole(given.get("value_minor"), MOST) or 0,
        show=_text(began.get("show"), 64),
    )


def _text(value: Any, most: int) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if abs(value) < 10**40 else ""
    return value[:most] if isinstance(value, str) else ""


def _whole(value: Any, most: int) -> int | None:
    """A whole number from 0 to `most`, also as text; of 1.5 metres two are sold."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", value, re.ASCII):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return max(0, min(math.ceil(value), most))
