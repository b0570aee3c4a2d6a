"""What was bought because of a show: told by the page, or by the shop's own server with its signature."""

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from studio import events
from studio.errors import Forbidden, InvalidValue, NotFound, WrongState
from studio.i18n import N_
from studio.server.db import numbers as rows
from studio.server.live.show import LiveShow
from studio.server.live.shows import LiveShows
from studio.server.shop.order_lines import OrderLine, lines_of
from studio.server.shop.show_counters import Bought
from studio.show.money import known
from studio.show.product import Minor

Number = Annotated[str, Meta(min_length=1, max_length=80)]
RETURNS_MAX = 100
TRIES = 5
SKEW_MS = 300_000
"""How old a signed message may be: an old one that somebody kept is refused."""
PARTS = ("live", "replay", "clip")


class Order(Struct, frozen=True, kw_only=True):
    """An order. `media_ms` is the second of the show that led to it, `part` whether that was live, a replay or a clip."""

    number: Number
    value_minor: Minor
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)")]
    lines: list[Any] = []
    """Read leniently: `order_lines`."""
    media_ms: Annotated[int, Meta(ge=0)] | None = None
    part: str = "live"


class Refund(Struct, frozen=True, kw_only=True):
    """Money was given back of an order. `id` is the shop's own name for the refund: the same one counts once."""

    number: Number
    value_minor: Minor
    id: Annotated[str, Meta(min_length=1, max_length=80)]


class Cancellation(Struct, frozen=True, kw_only=True):
    """An order does not stand any more."""

    number: Number


class _Told(Exception):
    """The order stands as it was; `before` is what there is of it."""

    def __init__(self, before: list[rows.Row]) -> None:
        super().__init__()
        self.before = before


def _kept(live: LiveShow, order: Order) -> tuple[rows.Row, dict[str, Any]]:
    """What the database and what the event say of an order, besides who told of it."""
    lines = lines_of(order.lines)
    facts: dict[str, Any] = {
        "number": order.number,
        "value_minor": order.value_minor,
        "currency": order.currency,
        "media_ms": max(0, min(live.media_ms if order.media_ms is None else order.media_ms, live.media_ms)),
        "part": order.part,
    }
    row: rows.Row = facts | {
        "show": live.show.id,
        "at_ms": live.wall_ms,
        "lines": msgspec.json.encode(lines).decode(),
    }
    return row, facts | {"products": tuple(line.product for line in lines)}


async def place(
    live: LiveShow, order: Order, *, claim: str = "", visitor: str = "", consent: str = "---", live_shows: Sequence[LiveShow] = ()
) -> bool:
    """Keep an order once: whether it is new. Without a `claim` the shop itself says it, which takes the place of what pages said,
    be it of another of the `live_shows`; else a page does, and `claim` says where that is: what one page said does not make
    another's no news, since numbers can be guessed. Raises `InvalidValue`."""
    if not known(order.currency):
        raise InvalidValue("{currency} is no currency", field="currency", currency=order.currency)
    if order.part not in PARTS:
        raise InvalidValue(N_("It must be live, replay or clip"), field="part")
    row, facts = _kept(live, order)
    row |= {"claim": claim, "verified": not claim, "visitor": visitor, "consent": consent}

    async def put(connection: AsyncConnection) -> None:
        before = await rows.orders_numbered(connection, order.number)
        if any(told["verified"] or not claim or told["claim"] == claim for told in before):
            raise _Told(before)
        await rows.put_order(connection, row)

    now = Bought(value_minor=order.value_minor, currency=order.currency, verified=not claim)
    try:
        await live.append(visitor, [events.OrderPlaced(**facts)], put)
    except _Told as told:
        if not claim and not any(one["verified"] for one in told.before):
            await _verify(live, row, live_shows, now, events.OrderVerified(**facts))
        return False
    live.counters.bought(now)
    return True


async def _verify(
    live: LiveShow, row: rows.Row, live_shows: Sequence[LiveShow], now: Bought, event: events.OrderVerified
) -> None:
    """The shop tells of what pages have told of. Whose it was stays known when only one of them says so."""
    before: list[rows.Row] = []

    async def change(connection: AsyncConnection) -> None:
        before[:] = await rows.orders_numbered(connection, row["number"])
        if any(told["verified"] for told in before):  # the shop has told of it twice at once
            raise _Told(before)
        people = {(told["visitor"], told["consent"]) for told in before if told["visitor"]}
        whose = dict(zip(("visitor", "consent"), people.pop(), strict=True)) if len(people) == 1 else {}
        await rows.drop_orders(connection, row["number"])
        earliest = min([row["at_ms"], *(told["at_ms"] for told in before)])
        await rows.put_order(connection, row | whose | {"at_ms": earliest})

    try:
        await live.append("", [event], change)
    except _Told:
        return
    live.counters.bought(now)
    for told in before:
        known_by = next((other for other in live_shows if other.show.id == told["show"]), None)
        if known_by is not None:
            known_by.counters.bought(Bought(value_minor=told["value_minor"], currency=told["currency"], verified=False), -1)


class _Moved(Exception):
    """Somebody else has changed the order in between."""


async def refund(live_shows: LiveShows, said: Refund) -> bool:
    """Something was given back; whether that was new. Raises `NotFound` for an order that the shop has not told of."""

    def given_back(stood: rows.Row) -> rows.Row | None:
        returns = msgspec.json.decode(stood["returns"], type=list[str])
        if said.id in returns:
            return None
        returned = min(stood["value_minor"], stood["returned_minor"] + said.value_minor)
        return {"returned_minor": returned, "returns": msgspec.json.encode([*returns, said.id][-RETURNS_MAX:]).decode()}

    return await _change(live_shows, said.number, given_back)


async def cancel(live_shows: LiveShows, said: Cancellation) -> bool:
    """It does not stand any more; whether that was new. Raises `NotFound`."""
    return await _change(live_shows, said.number, lambda stood: None if stood["cancelled"] else {"cancelled": True})


async def restate(live_shows: LiveShows, said: Order) -> bool:
    """The shop tells of an order again: what it says last holds, and refunds stay as they were. Whether anything is different."""
    lines = msgspec.json.encode(lines_of(said.lines)).decode()
    told = {"value_minor": said.value_minor, "currency": said.currency, "lines": lines, "cancelled": False}
    return await _change(
        live_shows, said.number, lambda stood: told if any(stood[name] != value for name, value in told.items()) else None
    )


async def show_of(live_shows: LiveShows, number: str, lines: Sequence[OrderLine] = ()) -> str:
    """Which show led to an order: what is known of its number, else what its lines say; empty when nobody knows."""
    async with live_shows.reading() as connection:
        known_of = await rows.orders_numbered(connection, number)
    return next((row["show"] for row in known_of), next((line.show for line in lines if line.show), ""))


async def _change(live_shows: LiveShows, number: str, change: Callable[[rows.Row], rows.Row | None]) -> bool:
    """What becomes of the shop's own word about an order, as one row and its event; then the numbers of its show."""
    async with live_shows.changing_orders:
        for _ in range(TRIES):
            async with live_shows.reading() as connection:
                before = await rows.orders_numbered(connection, number)
            stood = next((row for row in before if row["verified"]), None)
            if stood is None:
                raise NotFound("There is no order {number} that the shop has told of", number=number)
            if (values := change(stood)) is None:
                return False
            try:
                await _changed(await live_shows.get(stood["show"]), stood, values)
            except _Moved:  # another server of the same database was faster
                continue
            return True
    raise WrongState(N_("The order is being changed by somebody else: tell it again"))


async def _changed(live: LiveShow, stood: rows.Row, values: rows.Row) -> None:
    now = stood | values
    worth = rows.kept_minor(now)
    event = events.OrderChanged(
        number=now["number"], value_minor=worth, currency=now["currency"], cancelled=bool(now["cancelled"])
    )

    async def write(connection: AsyncConnection) -> None:
        if not await rows.change_order(connection, stood, values):
            raise _Moved

    await live.append("", [event], write)
    for row, times in ((stood, -1), (now, 1)):
        if not row["cancelled"]:
            live.counters.bought(Bought(value_minor=rows.kept_minor(row), currency=row["currency"]), times)


def check_signature(secret: str, header: str, body: bytes, now_ms: int) -> None:
    """`Vitrine-Signature: t=<Unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. Raises `Forbidden`."""
    found = re.fullmatch(r"t=(\d{1,12}),v1=([0-9a-f]{64})", header.replace(" ", ""))
    if not secret or found is None:
        raise Forbidden(N_("The signature is missing or wrong"))
    expected = hmac.digest(secret.encode(), found[1].encode() + b"." + body, hashlib.sha256).hex()
    if not hmac.compare_digest(expected, found[2]):
        raise Forbidden(N_("The signature is missing or wrong"))
    if abs(now_ms - int(found[1]) * 1000) > SKEW_MS:
        raise Forbidden(N_("The signature is too old, or the clock is wrong"))
