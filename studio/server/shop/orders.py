"""What was bought because of a show: told by the page, or by the shop's own server with its signature."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from studio import events
from studio.errors import Forbidden, InvalidValue
from studio.i18n import N_
from studio.server.db import numbers as rows
from studio.server.room import Room
from studio.server.shop.tally import Bought
from studio.show.money import known
from studio.show.product import AnyProduct, Minor

LINES_MAX = 100
SKEW_MS = 300_000
"""How old a signed message may be: an old one that somebody kept is refused."""
PARTS = ("live", "replay", "clip")


class OrderLine(Struct, frozen=True, kw_only=True):
    """One product of an order; `value_minor` is for all of them together. With `media_ms` and `part` it says itself where it
    began, else it began where the order did."""

    product: AnyProduct
    variant: AnyProduct = ""
    media_ms: Annotated[int, Meta(ge=0)] | None = None
    part: Literal["", "live", "replay", "clip"] = ""
    quantity: Annotated[int, Meta(ge=1, le=10_000)] = 1
    value_minor: Minor = 0


class Order(Struct, frozen=True, kw_only=True):
    """An order. `media_ms` is the second of the show that led to it, `part` whether that was live, a replay or a clip."""

    number: Annotated[str, Meta(min_length=1, max_length=80)]
    value_minor: Minor
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$(?!\n)")]
    lines: Annotated[tuple[OrderLine, ...], Meta(max_length=LINES_MAX)] = ()
    media_ms: Annotated[int, Meta(ge=0)] | None = None
    part: str = "live"


class _Told(Exception):
    """The order stands as it was; `before` is what there is of it."""

    def __init__(self, before: list[rows.Row]) -> None:
        super().__init__()
        self.before = before


async def place(
    room: Room, order: Order, *, claim: str = "", visitor: str = "", consent: str = "---", rooms: Sequence[Room] = ()
) -> bool:
    """Keep an order once: whether it is new. Without a `claim` the shop itself says it, which takes the place of what pages said,
    be it of another of the `rooms` that are open; else a page does, and `claim` says where that is: what one page said does not
    make another's no news, since numbers can be guessed."""
    if not known(order.currency):
        raise InvalidValue("{currency} is no currency", field="currency", currency=order.currency)
    if order.part not in PARTS:
        raise InvalidValue(N_("It must be live, replay or clip"), field="part")
    media_ms = max(0, min(room.media_ms if order.media_ms is None else order.media_ms, room.media_ms))
    row: rows.Row = {
        "number": order.number,
        "claim": claim,
        "show": room.show.id,
        "at_ms": room.wall_ms,
        "media_ms": media_ms,
        "part": order.part,
        "value_minor": order.value_minor,
        "currency": order.currency,
        "lines": msgspec.json.encode(order.lines).decode(),
        "verified": not claim,
        "visitor": visitor,
        "consent": consent,
    }
    event = events.Ordered(
        number=order.number,
        value_minor=order.value_minor,
        currency=order.currency,
        products=tuple(line.product for line in order.lines),
        media_ms=media_ms,
        part=order.part,
    )

    async def put(connection: AsyncConnection) -> None:
        before = await rows.orders_numbered(connection, order.number)
        if any(told["verified"] or not claim or told["claim"] == claim for told in before):
            raise _Told(before)
        await rows.put_order(connection, row)

    now = Bought(value_minor=order.value_minor, currency=order.currency, verified=not claim)
    try:
        await room.append(visitor, [event], put)
    except _Told as told:
        if not claim and not any(one["verified"] for one in told.before):
            await _verify(room, row, rooms, now)
        return False
    room.tally.bought(now)
    return True


async def _verify(room: Room, row: rows.Row, rooms: Sequence[Room], now: Bought) -> None:
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
        await room.append("", [], change)
    except _Told:
        return
    room.tally.bought(now)
    for told in before:
        known_by = next((other for other in rooms if other.show.id == told["show"]), None)
        if known_by is not None:
            known_by.tally.bought(Bought(value_minor=told["value_minor"], currency=told["currency"], verified=False), -1)


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
