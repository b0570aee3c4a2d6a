"""What reading a feed yields besides products, and what the reader is told."""

from typing import Literal

from msgspec import Struct

from studio.errors import InvalidValue
from studio.show.money import Mark
from studio.show.opening_hours import ZONE
from studio.show.read_as import DateOrder, Percent

FeedKind = Literal["shopify", "google", "woocommerce", "json_ld", "vitrine"]


class Options(Struct, frozen=True, kw_only=True):
    """`currency`: of prices that name none; may be empty. `kind`: empty to look for itself. `url`: the shop's address, for
    relative links. `decimal` and `dates`: how the feed writes numbers and dates, where a person has said so. `zone`: of times
    that name none. `vat`: the percentage to add to prices that are without it. `at_ms` (Unix): when it is read, which decides
    what sale prices hold for choosing the cheapest variant."""

    currency: str = ""
    decimal: Mark = ""
    dates: DateOrder = ""
    zone: str = ZONE
    vat: Percent = ""
    kind: FeedKind | None = None
    url: str = ""
    at_ms: int = 0


class Rejected(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="t", tag="rejected"):
    """Something of the feed was not taken: the whole product, or with `kept` only this field or variant of it.

    `line` counts from 1 in the file, in JSON it is the number of the item; 0: no line in particular. `reason` is a msgid
    with the named fields of `params`.
    """

    line: int
    id: str = ""
    field: str = ""
    reason: str
    params: dict[str, str] = {}
    kept: bool = False


class Progress(Struct, frozen=True, kw_only=True, tag_field="t", tag="progress"):
    """How far it is: bytes of the file as it came, and what there was until now. `skipped`: not published, or no product."""

    done_bytes: int
    total_bytes: int
    products: int
    rejected: int
    skipped: int


def rejection(line: int, id: str, error: InvalidValue, *, field: str = "", kept: bool = False) -> Rejected:
    """The refusal that `error` says."""
    params = {name: str(value)[:200] for name, value in error.params.items()}
    return Rejected(line=line, id=id[:64], field=error.field or field, reason=error.message, params=params, kept=kept)
