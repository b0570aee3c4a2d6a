"""What was bought because of a show: told by the page, or by the shop's own server with its signature."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

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
from studio.show.product import Minor

LINES_MAX = 100
SKEW_MS = 300_000
"""How old a signed message may be: an old one that somebody kept is refused."""
PARTS = ("live", "replay", "clip")


class OrderLine(Struct, frozen=True, kw_only=True):
    """One product of an order; `value_minor` is for all of them together. With `media_ms` and `part` it says itself where it
    began, else it began where the order did."""

    product: Annotated[str, Meta(max_length=64)]
    variant: Annotated[str, Meta(max_length=64)] = ""
    media_ms: Annotated[int, Meta(ge=0)] | None = None
    part: Literal["", "live", "replay", "clip"] = ""
    quantity: Annotated[int, Meta(ge=1, le=10_000)] = 1
    value_minor: Minor = 0


class Order(Struct, frozen=True, kw_only=True):
    """An order. `media_ms` is the second of the show that led to it, `part` whether that was live, a replay or a clip."""

    number: Annotated[str, Meta(min_length=1, max_length=80)]
    value_minor: Minor
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    lines: Annotated[tuple[OrderLine, ...], Meta(max_length=LINES_MAX)] = ()
    media_ms: Annotated[int, Meta(ge=0)] | None = None
    part: str = "live"


async def place(
    room: Room, order: Order, *, verified: bool, visitor: str = "", consent: str = "---", rooms: Sequence[Room] = ()
) -> bool:
    """Keep an order once: whether it is new. What the shop itself says takes the place of what a page said, be it of another
    of the `rooms` that are open."""
    if not known(order.currency):
        raise InvalidValue("{currency} is no currency", field="currency", currency=order.currency)
    if order.part not in PARTS:
        raise InvalidValue(N_("It must be live, replay or clip"), field="part")
    media_ms = max(0, min(room.media_ms if order.media_ms is None else order.media_ms, room.media_ms))
    row: dict[str, Any] = {
        "number": order.number,
        "show": room.show.id,
        "at_ms": room.wall_ms,
        "media_ms": media_ms,
        "part": order.part,
        "value_minor": order.value_minor,
        "currency": order.currency,
        "lines": msgspec.json.encode(order.lines).decode(),
        "verified": verified,
        "visitor": visitor,
        "consent": consent,
    }
    before: dict[str, Any] | None = None

    async def change(connection: AsyncConnection) -> None:
        nonlocal before
        before = await rows.order(connection, order.number)
        if before is None:
            await rows.put_order(connection, row)
        elif verified and not before["verified"]:  # anybody may have told of it, of another show even
            kept = {} if visitor else {"visitor": before["visitor"], "consent": before["consent"]}
            await rows.verify_order(connection, order.number, row | {"at_ms": before["at_ms"]} | kept)

    # One transaction looks whether it is there, the next tells of it: of two that come at once one finds the other's row.
    await room.append("", [], change)
    now = Bought(value_minor=order.value_minor, currency=order.currency, verified=verified)
    if before is not None:
        if verified and not before["verified"]:
            told = next((other for other in rooms if other.show.id == before["show"]), None)
            if told is not None:
                told.tally.bought(Bought(value_minor=before["value_minor"], currency=before["currency"], verified=False), -1)
            room.tally.bought(now)
        return False
    room.tally.bought(now)
    products = tuple(line.product for line in order.lines)
    event = events.Ordered(
        number=order.number,
        value_minor=order.value_minor,
        currency=order.currency,
        products=products,
        media_ms=media_ms,
        part=order.part,
    )
    await room.append(visitor, [event])
    return True


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
