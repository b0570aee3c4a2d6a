"""What a show came to, worked out from what was counted and sold: pure, for the report, the exports and the tests."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

BUCKETS = 120
"""Points of a chart, at most."""


class Pinned(Struct, frozen=True, kw_only=True):
    """A product was pinned at `media_ms` of the show clock."""

    product: str
    media_ms: int


class Counted(Struct, frozen=True, kw_only=True):
    """So often in one second of the show clock."""

    second: int
    name: str
    product: str
    part: str
    count: int


class SoldLine(Struct, frozen=True, kw_only=True):
    """One product of an order, and the second of the show it began in."""

    product: str
    quantity: int
    value_minor: int
    media_ms: int
    part: str


class SoldOrder(Struct, frozen=True, kw_only=True):
    """An order that came from the show."""

    number: str
    at_ms: int
    media_ms: int
    part: str
    value_minor: int
    currency: str
    verified: bool
    lines: tuple[SoldLine, ...]


class ProductFigures(Struct, frozen=True, kw_only=True):
    """One product. `value` by currency, in minor units; `live` and `later` are how many were sold in the show and after."""

    product: str
    title: str
    pinned_ms: tuple[int, ...]
    views: int
    carted: int
    wished: int
    sold: int
    live: int
    later: int
    value: dict[str, int]


class Point(Struct, frozen=True, kw_only=True):
    """A stretch of the show: from `second` on, `viewers` at most, so many put into carts and sold."""

    second: int
    viewers: int
    reactions: int
    carted: int
    sold: int


class Figures(Struct, frozen=True, kw_only=True):
    """The whole show. `watched_s` is the time of all viewers together."""

    seconds: int
    peak: int
    unique: int
    watched_s: int
    lines: int
    reactions: int
    views: int
    carted: int
    checkouts: int
    shares: int
    wishes: int
    orders: int
    verified: int
    value: dict[str, int]
    """What the shop itself said it sold, by currency; `unconfirmed` is what only pages said."""
    unconfirmed: dict[str, int]
    products: tuple[ProductFigures, ...]
    course: tuple[Point, ...]
    step_s: int

    @property
    def average_s(self) -> float:
        """How long one of them watched, as far as we can know who is one."""
        return self.watched_s / self.unique if self.unique else 0.0


def _totals(counted: Sequence[Counted]) -> Counter[str]:
    totals: Counter[str] = Counter()
    for item in counted:
        if item.name != "viewers":
            totals[item.name] += item.count
    return totals


def figures(
    titles: dict[str, str],
    counted: Sequence[Counted],
    orders: Sequence[SoldOrder],
    pins: Sequence[Pinned],
    *,
    unique: int,
    lines: int,
    seconds: int,
) -> Figures:
    """Work it out. `titles` names the show's products in its order; others that were sold come after them."""
    totals = _totals(counted)
    peak = max((item.count for item in counted if item.name == "viewers"), default=0)
    value: Counter[str] = Counter()
    unconfirmed: Counter[str] = Counter()
    for order in orders:
        (value if order.verified else unconfirmed)[order.currency] += order.value_minor
    last = max([seconds, *(item.second for item in counted if item.part == "live")], default=0)
    step = max(1, -(-(last + 1) // BUCKETS))
    return Figures(
        seconds=last,
        peak=peak,
        unique=unique,
        watched_s=totals["watched"],
        lines=lines,
        reactions=totals["reaction"],
        views=totals["view"],
        carted=totals["cart"],
        checkouts=totals["checkout"],
        shares=totals["share"],
        wishes=totals["wish"],
        orders=len(orders),
        verified=sum(order.verified for order in orders),
        value=dict(value),
        unconfirmed=dict(unconfirmed),
        products=_products(titles, counted, orders, pins),
        course=_course(counted, orders, last, step),
        step_s=step,
    )


def _products(
    titles: dict[str, str], counted: Iterable[Counted], orders: Sequence[SoldOrder], pins: Iterable[Pinned]
) -> tuple[ProductFigures, ...]:
    by_name: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for item in counted:
        if item.product:
            by_name[item.product][item.name] += item.count
    pinned: defaultdict[str, list[int]] = defaultdict(list)
    for pin in pins:
        pinned[pin.product].append(pin.media_ms)
    sold: Counter[str] = Counter()
    live: Counter[str] = Counter()
    value: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for order in orders:
        for line in order.lines:
            sold[line.product] += line.quantity
            live[line.product] += line.quantity * (line.part == "live")
            value[line.product][order.currency] += line.value_minor
    ids = list(dict.fromkeys([*titles, *pinned, *sold, *by_name]))
    return tuple(
        ProductFigures(
            product=id,
            title=titles.get(id, id),
            pinned_ms=tuple(pinned[id]),
            views=by_name[id]["view"],
            carted=by_name[id]["cart"],
            wished=by_name[id]["wish"],
            sold=sold[id],
            live=live[id],
            later=sold[id] - live[id],
            value=dict(value[id]),
        )
        for id in ids
    )


def _course(counted: Iterable[Counted], orders: Iterable[SoldOrder], last: int, step: int) -> tuple[Point, ...]:
    viewers: Counter[int] = Counter()
    others: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for item in counted:
        if item.part != "live":
            continue
        at = item.second // step
        if item.name == "viewers":
            viewers[at] = max(viewers[at], item.count)
        else:
            others[item.name][at] += item.count
    for order in orders:
        for line in order.lines:
            if line.part == "live":
                others["sold"][line.media_ms // 1000 // step] += line.quantity
    return tuple(
        Point(
            second=at * step,
            viewers=viewers[at],
            reactions=others["reaction"][at],
            carted=others["cart"][at],
            sold=others["sold"][at],
        )
        for at in range(last // step + 1)
    )
