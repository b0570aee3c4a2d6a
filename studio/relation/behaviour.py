"""One thing a person did."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

Source = Literal["page", "server", "import"]
Part = Literal["", "live", "replay", "clip"]


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A product in a behaviour; `price_minor` of one, in the behaviour's currency."""

    product: str
    variant: str = ""
    category: str = ""
    brand: str = ""
    price_minor: int | None = None
    quantity: int = 1
    coupon: str = ""
    position: int | None = None


class Touch(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What led somebody here: the campaign (utm_*), or the host they came from."""

    source: str = ""
    medium: str = ""
    campaign: str = ""
    term: str = ""
    content: str = ""
    referrer: str = ""


class Behaviour(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """As it is kept. It keeps its visitor for ever; which profile that is, the map over visitors says.

    `at_ms` and `received_ms` are Unix times of our clock, `media_ms` the show clock's, `value_minor` in `currency`. `consent` are
    the letters that held then. `triggers`: it may make something happen, not only count.
    """

    id: str
    name: str
    visitor: str
    at_ms: int
    received_ms: int
    session: str = ""
    source: Source = "page"
    consent: str = "---"
    doubted: bool = False
    triggers: bool = True
    page: str = ""
    items: tuple[Item, ...] = ()
    value_minor: int | None = None
    currency: str = ""
    order: str = ""
    show: str = ""
    media_ms: int | None = None
    part: Part = ""
    touch: Touch | None = None
    props: dict[str, str | int | float | bool] = {}

    @property
    def order_key(self) -> tuple[int, int, str, str]:
        """What comes first: by when it was, then by when we heard of it. Ids are their visitor's own."""
        return self.at_ms, self.received_ms, self.id, self.visitor

    @property
    def products(self) -> tuple[str, ...]:
        """The products it is about."""
        return tuple(item.product for item in self.items)


def in_order(behaviours: Iterable[Behaviour]) -> list[Behaviour]:
    """Behaviours as they happened."""
    return sorted(behaviours, key=lambda one: one.order_key)
