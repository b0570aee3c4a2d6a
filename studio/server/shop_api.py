"""What pages and shops ask over HTTP about the products of a show, and how a shop tells of its orders."""

from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from studio.clock import Clock
from studio.errors import InvalidValue, NotFound
from studio.i18n import N_
from studio.server import reading
from studio.server.answers import json_answer
from studio.server.catalogue.pictures import Pictures
from studio.server.live.show import LiveShow
from studio.server.live.shows import LiveShows
from studio.server.members import Origin
from studio.server.shop import orders
from studio.server.shop.order_lines import lines_of
from studio.server.shop.visits import Visits
from studio.server.visitors import Visitors
from studio.show.calendar_file import escaped, quoted, stamp, written
from studio.show.product import Variant
from studio.show.shelf import Option

ORDER_MAX = 64 * 1024
SHOW_MS = 3600 * 1000
"""How long a show is said to last."""
FOR_EVER = "public, max-age=31536000, immutable"


class SignedOrder(orders.Order, frozen=True, kw_only=True, tag_field="type", tag="order"):
    """An order as a shop's server tells of it: with the show that led to it, unless a page has told of it or a line says so."""

    show: str = ""


class SignedRefund(orders.Refund, frozen=True, kw_only=True, tag_field="type", tag="refund"):
    """Something was given back."""


class SignedCancellation(orders.Cancellation, frozen=True, kw_only=True, tag_field="type", tag="cancellation"):
    """It does not stand any more."""


_order: reading.Decoder[orders.Order] = reading.Decoder(orders.Order)
_signed: reading.Decoder[SignedOrder | SignedRefund | SignedCancellation] = reading.Decoder(
    SignedOrder | SignedRefund | SignedCancellation
)


def all_products(live: LiveShow, *, keyed: bool) -> web.Response:
    """`GET /api/shows/{show}/products`."""
    return json_answer({"products": live.shelf.public(), "pins": live.pages.pins(keyed=keyed)})


def one_product(live: LiveShow, product: str) -> web.Response:
    """`GET /api/shows/{show}/products/{product}`: what a product sheet shows."""
    stocked = live.shelf.stocked(product)
    if stocked is None:
        raise NotFound("There is no product {product} in this show", product=product)
    shown = next(item for item in live.shelf.public() if item["id"] == product)
    described = stocked.product
    return json_answer(
        shown
        | {
            "description": described.description,
            "images": [stocked.image, *described.images[1:]] if described.images else [],
            "options": [_variant(variant, live.shelf.option(product, variant)) for variant in described.variants],
        }
    )


def _variant(variant: Variant, now: Option) -> dict[str, Any]:
    offer = variant.offer
    told: dict[str, Any] = {
        "id": variant.id,
        "title": variant.title,
        "options": variant.options,
        "price_minor": now.price_minor,
        "sku": offer.sku,
        "gtin": offer.gtin,
        "stock": offer.stock,
        "sold_out": offer.stock == 0,
        "image": variant.image,
    }
    if offer.cart_id:
        told["cart_id"] = offer.cart_id
    return told | ({"before_minor": now.before_minor} if now.before_minor is not None else {})


async def shown_products(live: LiveShow) -> web.Response:
    """`GET /api/shows/{show}/pins`: what has been pinned so far, and when on the show clock."""
    pins = [{"product": product, "media_ms": media_ms} for product, media_ms in await live.pinned() if live.shelf.has(product)]
    return json_answer({"pins": pins})


def calendar(request: web.Request, live: LiveShow, url: str) -> web.Response:
    """`GET /shows/{show}/calendar.ics`: the show as an appointment (RFC 5545). 404 while nobody knows when it begins."""
    show = live.show
    if show.starts_at_ms is None:
        raise web.HTTPNotFound

    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Vitrine//Show//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{show.id}@{urlsplit(url).hostname}",
        f"DTSTAMP:{stamp(live.wall_ms)}",
        f"DTSTART:{stamp(show.starts_at_ms)}",
        f"DTEND:{stamp(show.starts_at_ms + SHOW_MS)}",
        f"SUMMARY:{escaped(show.title)}",
        f"ORGANIZER;CN={quoted(show.brand or show.title)}:mailto:no-reply@{urlsplit(url).hostname}",
        f"URL:{url}/shows/{show.id}",
        f"DESCRIPTION:{escaped(url)}/shows/{show.id}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escaped(show.title)}",
        "TRIGGER:-PT10M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    headers = {"Content-Disposition": f'attachment; filename="{show.id}.ics"'}
    return web.Response(text=written(lines), content_type="text/calendar", charset="utf-8", headers=headers)


def picture(pictures: Pictures, name: str) -> web.Response:
    """`GET /pictures/{name}`: our own copy of a product's picture, named by its content."""
    path = pictures.path(name)
    if path is None:
        raise web.HTTPNotFound
    headers = {"Cache-Control": FOR_EVER}
    return web.Response(body=path.read_bytes(), content_type="image/webp", headers=headers)


async def take_order(request: web.Request, live_shows: LiveShows, secret: str, clock: Clock) -> web.Response:
    """`POST /api/orders` from the shop's own server, signed: an order, a refund or a cancellation. The same again is no news, and
    no error; an order that is told differently is changed."""
    body = await reading.body(request, ORDER_MAX)
    orders.check_signature(secret, request.headers.get("Vitrine-Signature", ""), body, clock.wall_ms())
    said = _signed.take(body)
    if not said.number.strip():
        raise InvalidValue(N_("An order needs its number"), field="number")
    if isinstance(said, SignedRefund):
        return json_answer({"ok": True, "new": await orders.refund(live_shows, said)})
    if isinstance(said, SignedCancellation):
        return json_answer({"ok": True, "new": await orders.cancel(live_shows, said)})
    show = said.show or await orders.show_of(live_shows, said.number, lines_of(said.lines))
    if not show:
        why = N_("Nobody has said which show led to this order: send its show, or the attribution of a line")
        raise InvalidValue(why, field="show")
    new = await orders.place(await live_shows.get(show), said, live_shows=live_shows.open())
    changed = not new and await orders.restate(live_shows, said)
    return json_answer({"ok": True, "new": new} | ({"changed": True} if changed else {}), status=201 if new else 200)


class VisitorApi:
    """What pages ask for a visitor, on whatever page of the shop: to tell of an order, to see and delete what is held."""

    def __init__(self, visits: Visits, visitors: Visitors, proxies: tuple[str, ...]) -> None:
        self._visits = visits
        self._visitors = visitors
        self._proxies = proxies

    async def order(self, request: web.Request, live: LiveShow) -> web.Response:
        """`POST /api/shows/{show}/orders` from a page: not verified, and bounded."""
        order = _order.take(await reading.body(request, ORDER_MAX))
        new = await self._visits.order(live, order, self._who(request), self._origin(request))
        return json_answer({"ok": True, "new": new}, status=201 if new else 200)

    async def held(self, request: web.Request) -> web.Response:
        """`GET /api/visitor`."""
        return json_answer(await self._visits.held(self._must(request), self._origin(request)))

    async def forget(self, request: web.Request) -> web.Response:
        """`DELETE /api/visitor`."""
        return json_answer({"ok": True, "lines": await self._visits.forget(self._must(request), self._origin(request))})

    def _who(self, request: web.Request) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self._visitors.who(token.strip()) if scheme.lower() == "visitor" else ""

    def _must(self, request: web.Request) -> str:
        if not (visitor := self._who(request)):
            raise NotFound(N_("Nothing is held about this visitor"))
        return visitor

    def _origin(self, request: web.Request) -> Origin:
        return self._visitors.origin(request, self._proxies)
