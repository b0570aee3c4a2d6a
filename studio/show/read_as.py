"""How a feed's table was understood: told with the result of an import, so that a person can see it and correct it."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from studio.i18n import _
from studio.show.money import Mark

DateOrder = Literal["", "day", "month", "both"]
"""Which comes first in 03/04/2026; empty where no date leaves that open, `both` where some say so and some so."""
Percent = Annotated[str, Meta(pattern=r"^(\d{1,2}(\.\d{1,2})?)?$(?!\n)")]


class Convention(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a person has said about a feed: what stands before decimals, which comes first in a date, the percentage of VAT to add
    to its prices, and the shop's address, for its links. Empty: look."""

    decimal: Literal["", ".", ","] = ""
    dates: Literal["", "day", "month"] = ""
    vat: Percent = ""
    shop: Annotated[str, Meta(pattern=r"^(https?://.*)?$(?!\n)", max_length=2000)] = ""


class ReadAs(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`decimal`: what stands before the fraction of prices; empty when none has one. `dates`: which comes first; `zone`: the zone
    of times that name none, empty when there were none. `currency`: of prices that name none. `finer`: so many prices had more
    decimals than their currency has, as prices without VAT do, and were rounded. `vat`: the percentage that was added to prices
    without VAT; `net`: prices said that they are without it, and nothing was added."""

    decimal: Mark = ""
    dates: DateOrder = ""
    zone: str = ""
    currency: str = ""
    finer: int = 0
    vat: str = ""
    net: bool = False


def read_as_words(found: ReadAs) -> str:
    """`Read as: DKK, comma before the decimals, dates day first.`; empty when nothing had to be decided."""
    marks = {
        ".": _("point before the decimals"),
        ",": _("comma before the decimals"),
        "both": _("points and commas before the decimals"),
    }
    orders = {"day": _("dates day first"), "month": _("dates month first"), "both": _("dates in both orders")}
    said = [found.currency, marks.get(found.decimal, ""), orders.get(found.dates, "")]
    if found.zone:
        said.append(_("times in {zone}").format(zone=found.zone))
    if found.vat:
        said.append(_("{percent} % VAT added").format(percent=found.vat))
    elif found.net or found.finer:
        said.append(_("prices without VAT, shown as they are"))
    if found.finer:
        said.append(_("rounded: {count}").format(count=found.finer))
    said = [one for one in said if one]
    return _("Read as: {what}.").format(what=", ".join(said)) if said else ""
