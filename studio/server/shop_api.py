"""What pages and shops ask over HTTP about the products of a show, and how a shop tells of its orders."""

from typing import Any

import msgspec
from aiohttp import web

from studio.clock import Clock
from studio.errors import InvalidValue, NotFound
from studio.i18n import N_
from studio.server.catalogue.pictures import Pictures
from studio.server.room import Room
from studio.server.rooms import Rooms
from studio.server.shop import orders
from studio.show.price_claim import judge
from studio.show.product import Variant
from studio.show.shelf import Stocked

ORDER_MAX = 64 * 1024
FOR_EVER = "public, max-age=31536000, immutable"


class SignedOrder(orders.Order, frozen=True, kw_only=True, tag_field="type", tag="order"):
    """An order as a shop's server tells of it: with the show that led to it."""

    show: str


def all_products(room: Room) -> web.Response:
    """`GET /api/shows/{show}/products`."""
    return _json({"products": room.shelf.public(), "pins": room.shelf.pins})


def one_product(room: Room, product: str) -> web.Response:
    """`GET /api/shows/{show}/products/{product}`: what a product sheet shows."""
    stocked = room.shelf.stocked(product)
    if stocked is None:
        raise NotFound("There is no product {product} in this show", product=product)
    shown = next(item for item in room.shelf.public() if item["id"] == product)
    described = stocked.product
    return _json(
        shown
        | {
            "description": described.description,
            "images": [stocked.image, *described.images[1:]] if described.images else [],
            "options": [_variant(variant, stocked, room) for variant in described.variants],
        }
    )


def _variant(variant: Variant, stocked: Stocked, room: Room) -> dict[str, Any]:
    offer, now_ms = variant.offer, room.wall_ms
    price = offer.price_at(now_ms)
    told: dict[str, Any] = {
        "id": variant.id,
        "title": variant.title,
        "options": variant.options,
        "price_minor": price,
        "sku": offer.sku,
        "gtin": offer.gtin,
        "stock": offer.stock,
        "sold_out": offer.stock == 0,
        "image": variant.image,
    }
    # The history we hold here is of the variant that stands for the product: of the others nothing is claimed.
    if price < offer.price_minor and offer == stocked.product.offer:
        claim = judge(offer.price_minor, price, stocked.history, now_ms)
        if room.settings.claims == "off" or claim.verdict == "proved":
            told["before_minor"] = offer.price_minor
    return told


def picture(pictures: Pictures, name: str) -> web.Response:
    """`GET /pictures/{name}`: our own copy of a product's picture, named by its content."""
    path = pictures.path(name)
    if path is None:
        raise web.HTTPNotFound
    headers = {"Cache-Control": FOR_EVER}
    return web.Response(body=path.read_bytes(), content_type="image/webp", headers=headers)


async def take_order(request: web.Request, rooms: Rooms, secret: str, clock: Clock) -> web.Response:
    """`POST /api/orders` from the shop's own server, signed. The same order again is no news, and no error."""
    body = await request.content.read(ORDER_MAX + 1)
    if len(body) > ORDER_MAX:
        raise InvalidValue("The order is larger than {most} kB", most=ORDER_MAX >> 10)
    orders.check_signature(secret, request.headers.get("Vitrine-Signature", ""), body, clock.wall_ms())
    try:
        order = msgspec.json.decode(body, type=SignedOrder)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        problem, _, field = str(error).partition(" - at `$.")
        raise InvalidValue("{problem}", field=field.rstrip("`") or None, problem=problem) from None
    if not order.number.strip():
        raise InvalidValue(N_("An order needs its number"), field="number")
    room = await rooms.get(order.show)
    new = await orders.place(room, order, verified=True)
    return _json({"ok": True, "new": new}, status=201 if new else 200)


def _json(value: object, status: int = 200) -> web.Response:
    return web.Response(
        status=status, body=msgspec.json.encode(value), content_type="application/json", headers={"Cache-Control": "no-cache"}
    )
