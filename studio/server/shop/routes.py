"""What pages and shops ask over HTTP about the products of a show, how a shop tells of its orders, and what a visitor may ask
about what is held of them."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from studio.clock import Clock
from studio.errors import InvalidValue, NotFound
from studio.i18n import N_
from studio.server import reading
from studio.server.answers import json_answer
from studio.server.live.asked import AskedShows
from studio.server.live.show import LiveShow
from studio.server.live.shows import LiveShows
from studio.server.members import Origin
from studio.server.pages import language_of
from studio.server.readable import readable
from studio.server.shop import orders
from studio.server.shop.order_lines import lines_of
from studio.server.shop.visits import Visits
from studio.server.visitors import Visitors, token_of
from studio.show.product import Variant
from studio.show.shelf import Option

ORDER_MAX = 64 * 1024


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


class ShopRoutes:
    """About the products of shows; anybody may ask."""

    def __init__(self, shows: AskedShows) -> None:
        self._shows = shows

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this class."""
        router.add_get("/api/shows/{show}/products", self._products)
        router.add_get("/api/shows/{show}/products/{product}", self._product)
        router.add_get("/api/shows/{show}/pins", self._pins)

    async def _products(self, request: web.Request) -> web.StreamResponse:
        live, keyed = await self._shows.find(request)
        return json_answer({"products": live.shelf.public(), "pins": live.pages.pins(keyed=keyed)})

    async def _product(self, request: web.Request) -> web.StreamResponse:
        live, _ = await self._shows.find(request)
        return json_answer(product_sheet(live, request.match_info["product"]))

    async def _pins(self, request: web.Request) -> web.StreamResponse:
        """What has been pinned so far, and when on the show clock."""
        live, _ = await self._shows.find(request)
        pinned = await live.journal.pinned(live.show.live_since_ms)
        pins = [{"product": product, "media_ms": media_ms} for product, media_ms in pinned if live.shelf.has(product)]
        return json_answer({"pins": pins})


class OrderRoutes:
    """Orders from the shop's own server, signed with `secret`."""

    def __init__(self, live_shows: LiveShows, secret: str, clock: Clock) -> None:
        self.ordered: Callable[[orders.Order, str], Awaitable[None]] | None = None
        """Told of an order and its show."""
        self.cancelled: Callable[[str], Awaitable[None]] | None = None
        """Told of an order that was taken back, by its number."""
        self._live_shows = live_shows
        self._secret = secret
        self._clock = clock

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this class."""
        router.add_post("/api/orders", self._signed)

    async def _signed(self, request: web.Request) -> web.StreamResponse:
        """`POST /api/orders`: an order, a refund or a cancellation. The same again is no news, and
        no error; an order that is told differently is changed."""
        body = await reading.body(request, ORDER_MAX)
        orders.check_signature(self._secret, request.headers.get("Vitrine-Signature", ""), body, self._clock.wall_ms())
        said = _signed.take(body)
        if not said.number.strip():
            raise InvalidValue(N_("An order needs its number"), field="number")
        if isinstance(said, SignedRefund):
            return json_answer({"ok": True, "new": await orders.refund(self._live_shows, said)})
        if isinstance(said, SignedCancellation):
            new = await orders.cancel(self._live_shows, said)
            if self.cancelled is not None:
                await self.cancelled(said.number)
            return json_answer({"ok": True, "new": new})
        show = said.show or await orders.show_of(self._live_shows, said.number, lines_of(said.lines))
        if not show:
            why = N_("Nobody has said which show led to this order: send its show, or the attribution of a line")
            raise InvalidValue(why, field="show")
        new = await orders.place(await self._live_shows.get(show), said, live_shows=self._live_shows.open())
        changed = not new and await orders.restate(self._live_shows, said)
        if self.ordered is not None:
            await self.ordered(said, show)
        return json_answer({"ok": True, "new": new} | ({"changed": True} if changed else {}), status=201 if new else 200)


class VisitorRoutes:
    """What pages ask for a visitor, on whatever page of the shop: to tell of an order, to see and delete what is held."""

    def __init__(self, shows: AskedShows, visits: Visits, visitors: Visitors, proxies: tuple[str, ...]) -> None:
        self._shows = shows
        self._visits = visits
        self._visitors = visitors
        self._proxies = proxies

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """The routes of this class."""
        router.add_get("/api/visitor", self._held)
        router.add_delete("/api/visitor", self._forget)
        router.add_post("/api/shows/{show}/orders", self._order)

    async def _order(self, request: web.Request) -> web.Response:
        """`POST /api/shows/{show}/orders` from a page: not verified, and bounded."""
        live, _ = await self._shows.find(request)
        order = _order.take(await reading.body(request, ORDER_MAX))
        new = await self._visits.order(live, order, await self._who(request), self._origin(request))
        return json_answer({"ok": True, "new": new}, status=201 if new else 200)

    async def _held(self, request: web.Request) -> web.Response:
        """`GET /api/visitor`; with `readable`, in words, in the language that is asked for."""
        found = await self._visits.held(await self._must(request), self._origin(request))
        if "readable" in request.query:
            found = {"sections": readable(found, language_of(request))}
        return json_answer(found)

    async def _forget(self, request: web.Request) -> web.Response:
        """`DELETE /api/visitor`."""
        return json_answer({"ok": True, "lines": await self._visits.forget(await self._must(request), self._origin(request))})

    async def _who(self, request: web.Request) -> str:
        """Not whoever logged out elsewhere; of whoever was forgotten nothing is found, and they may ask for that again."""
        visitor = self._visitors.who(token_of(request))
        return "" if visitor and await self._visits.is_retired(visitor) else visitor

    async def _must(self, request: web.Request) -> str:
        if not (visitor := await self._who(request)):
            raise NotFound(N_("Nothing is held about this visitor"))
        return visitor

    def _origin(self, request: web.Request) -> Origin:
        return self._visitors.origin(request, self._proxies)


def product_sheet(live: LiveShow, product: str) -> dict[str, Any]:
    """What a product sheet shows, as JSON. Raises `NotFound`."""
    stocked = live.shelf.stocked(product)
    if stocked is None:
        raise NotFound("There is no product {product} in this show", product=product)
    shown = next(item for item in live.shelf.public() if item["id"] == product)
    described = stocked.product
    return shown | {
        "description": described.description,
        "images": [stocked.image, *described.images[1:]] if described.images else [],
        "options": [_variant(variant, live.shelf.option(product, variant)) for variant in described.variants],
    }


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
