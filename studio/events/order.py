"""What was bought."""

from studio.events.base import StudioEvent


class OrderPlaced(StudioEvent, tag="order.placed", frozen=True, kw_only=True):
    """Somebody bought something. `media_ms` is the second of the show that led to it."""

    by_visitor = True
    number: str
    value_minor: int
    currency: str
    products: tuple[str, ...]
    media_ms: int
    part: str


class OrderVerified(StudioEvent, tag="order.verified", frozen=True, kw_only=True):
    """The shop itself has told of an order that pages had told of: what it says holds."""

    number: str
    value_minor: int
    currency: str
    products: tuple[str, ...]
    media_ms: int
    part: str


class OrderChanged(StudioEvent, tag="order.changed", frozen=True, kw_only=True):
    """The shop has changed an order, given something back of it, or cancelled it: what it is worth now."""

    by_visitor = True
    number: str
    value_minor: int
    currency: str
    cancelled: bool = False
