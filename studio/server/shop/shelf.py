"""The products of a running show: its plan, what the catalogue says of them now, what is pinned."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio import events
from studio.commands import Actor
from studio.commands import product as ask
from studio.errors import ChangedSince, InvalidValue, NotFound, WrongState
from studio.events import AnyEvent
from studio.i18n import N_
from studio.server.db import catalogue as catalogue_rows
from studio.server.db import planned as planned_rows
from studio.server.db import show_prices
from studio.server.shop.product_sets import ProductSets
from studio.server.shop.show_context import ShowContext
from studio.show import shelf
from studio.show.price_claim import ShownPrice
from studio.show.product import CatalogueProduct, Variant, same_gtin
from studio.show.shelf import PRODUCTS_MAX, Planned, Product, ShowPrice, Stocked
from studio.spine import Dispatcher
from studio.spine.undo import Offered

FIRST = 100
"""Products a page is told at once; it asks for the others."""


class Shelf:
    """`plan` is what the show says, `products` what that comes to at this moment."""

    def __init__(self, stage: ShowContext, engine: AsyncEngine) -> None:
        self.plan: tuple[Planned, ...] = ()
        self.products: tuple[Product, ...] = ()
        self.sets = ProductSets(stage, engine, lambda: self.plan, self._add)
        self._stocked: dict[str, Stocked] = {}
        self._resolved: dict[str, tuple[Planned, Product]] = {}
        self._public: list[dict[str, Any]] = []
        self._running: dict[str, ShownPrice] = {}
        """The show prices that people can buy at now, as they are written down."""
        self._stage = stage
        self._engine = engine
        self._changes_ms: int | None = None
        self._told: dict[str, dict[str, Any]] = {}
        self.pictures: Callable[[Iterable[tuple[str, str]]], Awaitable[None]] | None = None
        """Has pictures fetched that we do not have yet."""

    async def load(self) -> None:
        """Read plan and products."""
        show = self._stage.show.id
        async with self._engine.connect() as connection:
            self.plan = await planned_rows.load(connection, show)
            await self.sets.load(connection)
            self._stocked = await catalogue_rows.load_stocked(connection, [item.product for item in self.plan])
            self._running = await show_prices.running(connection, show, self._stage.wall_ms)
        self._resolve()
        self._told = {product["id"]: product for product in self.public()}

    async def refresh(self, products: Iterable[str] | None = None) -> None:
        """The catalogue has changed, for these products or all: the show follows by itself."""
        mine = {item.product for item in self.plan}
        changed = mine if products is None else mine & set(products)
        if not changed:
            return
        async with self._engine.connect() as connection:
            self._stocked |= await catalogue_rows.load_stocked(connection, changed)
        if self.pictures is not None:
            await self.pictures((product, self._stocked[product].image) for product in changed)
        self._show_changes(changed)

    async def tick(self, now_ms: int) -> None:
        """Time passes: sales and show prices begin and end by themselves, and what was paid is remembered."""
        if self._changes_ms is not None and now_ms >= self._changes_ms:
            self._show_changes()
        await self._write_prices(now_ms)

    async def _write_prices(self, now_ms: int) -> None:
        """Show prices are prices: the next before price is judged by them too."""
        open_ = self._stage.show.state in ("live", "paused") or (
            self._stage.settings.cart_confirms and self._stage.show.state == "draft"
        )
        holding = {
            item.product: item.show_price
            for item in self.plan
            if item.show_price is not None and open_ and item.show_price.holds(now_ms) and item.product in self._stocked
        }
        over = {
            product: price
            for product, price in self._running.items()
            if product not in holding or holding[product].price_minor != price.price_minor
        }
        new = {
            product: ShownPrice(now_ms, price.until_ms, price.price_minor)
            for product, price in holding.items()
            if product not in self._running or product in over
        }
        if not over and not new:
            return
        show = self._stage.show.id

        async def change(connection: AsyncConnection) -> None:
            for product, price in over.items():
                if price.until_ms is None or price.until_ms > now_ms:
                    await show_prices.end(connection, show, product, price.at_ms, now_ms)
            for product, price in new.items():
                await show_prices.begin(connection, show, product, price, self._stocked[product].product.currency)

        await self._stage.append("", [], change)
        self._running = {product: price for product, price in self._running.items() if product not in over} | new
        async with self._engine.connect() as connection:
            self._stocked |= await catalogue_rows.load_stocked(connection, {*over, *new} & self._stocked.keys())
        self._show_changes({*over, *new})

    @property
    def pins(self) -> tuple[str, ...]:
        """The pinned products, the newest last."""
        return shelf.pinned(self.plan)

    def stocked(self, product: str) -> Stocked | None:
        """What the catalogue says of a product of the show that pages may see."""
        item = next((item for item in self.plan if item.product == product and not item.hidden), None)
        return self._stocked.get(product) if item is not None else None

    def has(self, product: str) -> bool:
        """Whether pages may see it."""
        return self.stocked(product) is not None

    def public(self) -> list[dict[str, Any]]:
        """What pages are told of the products, in the show's order."""
        return self._public

    def option(self, product: str, variant: Variant) -> shelf.Option:
        """A variant of a product of the show, as it may be bought now."""
        item, stocked, settings = shelf.by_id(self.plan, product), self._stocked[product], self._stage.settings
        confirms = settings.cart_confirms
        return shelf.resolve_variant(variant, item, stocked, settings.claims, self._stage.wall_ms, cart_confirms=confirms)

    def first(self) -> dict[str, Any]:
        """What a page is told when it comes: the pinned ones and the beginning of the list."""
        public = self.public()
        pins = self.pins
        first = [product for place, product in enumerate(public) if place < FIRST or product["id"] in pins]
        return {"products": first, "more": len(public) > len(first), "pins": list(pins)}

    def register(self, dispatcher: Dispatcher) -> None:
        """Run the commands about products."""
        register = dispatcher.register
        register(ask.ProductPin, self._on_pin)
        register(ask.ProductUnpin, self._on_unpin)
        register(ask.ProductNext, self._on_next)
        register(ask.PinsSet, self._on_pins)
        register(ask.ProductAdd, self._on_add)
        register(ask.ProductRemove, self._on_remove)
        register(ask.ProductOrder, self._on_order)
        register(ask.ProductChange, self._on_change)
        register(ask.ProductPrice, self._on_price)
        register(ask.ShopSet, self._on_shop)
        self.sets.register(dispatcher)

    # ── pins ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _on_pin(self, command: ask.ProductPin, by: Actor) -> Offered | str | None:
        product = command.product or self._by_code(command.code)
        return await self._pin(by, shelf.pin(self.plan, product, self._stage.media_ms), product)

    async def _on_unpin(self, command: ask.ProductUnpin, by: Actor) -> Offered | str | None:
        if command.product:
            shelf.by_id(self.plan, command.product)
        keep = [product for product in self.pins if command.product and product != command.product]
        return await self._pin(by, self._with_pins(keep))

    async def _on_next(self, command: ask.ProductNext, by: Actor) -> Offered | str | None:
        shown = [item.product for item in self.plan if not item.hidden]
        if not shown:
            raise WrongState(N_("This show has no products to pin"))
        newest = self.pins[-1] if self.pins else ""
        following = shown[shown.index(newest) + 1 :] if newest in shown else shown
        if not following:
            raise WrongState(N_("That was the last product"))
        return await self._pin(by, self._with_pins([following[0]]), following[0])

    async def _on_pins(self, command: ask.PinsSet, by: Actor) -> Offered | str | None:
        if command.expected is not None and command.expected != self.pins:
            raise ChangedSince(N_("Something else has been pinned since"))
        for product in command.products:
            shelf.by_id(self.plan, product)
        return await self._pin(by, self._with_pins(command.products))

    async def _pin(self, by: Actor, plan: tuple[Planned, ...], result: str | None = None) -> Offered | str | None:
        """Store a plan with other pins; taken back, the pins are what they were, unless somebody else has pinned since."""
        before = self.pins
        await self._change(by, plan)
        if before == self.pins:
            return result
        return Offered(result, N_("Pins"), ask.PinsSet(products=before, expected=self.pins))

    def _with_pins(self, wanted: Sequence[str]) -> tuple[Planned, ...]:
        """The plan with exactly these pinned; what goes on being pinned keeps its time."""
        kept = shelf.pinned([item for item in self.plan if item.product in wanted])
        keep = kept if list(kept) == list(wanted[: len(kept)]) else ()
        plan = tuple(item if item.product in keep else msgspec.structs.replace(item, pinned_ms=None) for item in self.plan)
        for product in wanted[len(keep) :]:
            plan = shelf.pin(plan, product, self._stage.media_ms)
        return plan

    def _by_code(self, code: str) -> str:
        if not code:
            raise InvalidValue(N_("Name a product or a barcode"), field="product")
        for item in self.plan:
            stocked = self._stocked.get(item.product)
            if stocked is not None and _has_code(stocked.product, code):
                return item.product
        raise NotFound("No product in this show has the code {code}", code=code)

    # ── the plan ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _on_add(self, command: ask.ProductAdd, by: Actor) -> None:
        await self._add(command.products, by)

    async def _add(self, products: Sequence[str], by: Actor) -> None:
        here = {item.product for item in self.plan}
        new = [product for product in dict.fromkeys(products) if product not in here]
        async with self._engine.connect() as connection:
            stocked = await catalogue_rows.load_stocked(connection, new)
        if missing := [product for product in new if product not in stocked]:
            raise NotFound("There is no product {product} in the catalogue", product=missing[0])
        if len(here) + len(new) > PRODUCTS_MAX:
            raise InvalidValue("A show holds at most {most} products", most=PRODUCTS_MAX)
        self._stocked |= stocked
        if self.pictures is not None:
            await self.pictures((id, item.image) for id, item in stocked.items())
        await self._change(by, (*self.plan, *(Planned(product=product) for product in new)))

    async def _on_remove(self, command: ask.ProductRemove, by: Actor) -> None:
        shelf.by_id(self.plan, command.product)
        await self._change(by, tuple(item for item in self.plan if item.product != command.product))

    async def _on_order(self, command: ask.ProductOrder, by: Actor) -> None:
        first = [shelf.by_id(self.plan, product) for product in dict.fromkeys(command.products)]
        named = {item.product for item in first}
        await self._change(by, (*first, *(item for item in self.plan if item.product not in named)))

    async def _on_change(self, command: ask.ProductChange, by: Actor) -> None:
        item = shelf.by_id(self.plan, command.product)
        after = msgspec.structs.replace(
            item,
            hidden=item.hidden if command.hidden is None else command.hidden,
            sold_out=item.sold_out if command.sold_out is None else command.sold_out,
            pinned_ms=None if command.hidden else item.pinned_ms,
        )
        new: list[AnyEvent] = []
        if after.sold_out != item.sold_out:
            new.append(events.ProductSoldOut(product=item.product, sold_out=after.sold_out))
        await self._change(by, _with(self.plan, after), new)

    async def _on_price(self, command: ask.ProductPrice, by: Actor) -> None:
        item = shelf.by_id(self.plan, command.product)
        price = None
        if command.price_minor is not None:
            if command.until_ms is not None and command.until_ms <= max(self._stage.wall_ms, command.from_ms or 0):
                raise InvalidValue(N_("The price must end after it begins, and not in the past"), field="until_ms")
            price = ShowPrice(
                price_minor=command.price_minor, from_ms=command.from_ms, until_ms=command.until_ms, code=command.code
            )
        priced = events.ProductPriced(product=item.product, price_minor=command.price_minor)
        await self._change(by, _with(self.plan, msgspec.structs.replace(item, show_price=price)), [priced])

    async def _on_shop(self, command: ask.ShopSet, by: Actor) -> None:
        named = {name: value for name, value in msgspec.structs.asdict(command).items() if value is not None}
        await self._stage.save_settings(by.id, [], msgspec.structs.replace(self._stage.settings, **named))
        self._show_changes()

    # ── what follows from a change ───────────────────────────────────────────────────────────────────────────

    async def _change(self, by: Actor, plan: tuple[Planned, ...], new: Sequence[AnyEvent] = ()) -> None:
        """Store a new plan with the events that tell of it, then show it."""
        before, show = self.plan, self._stage.show.id
        if plan == before:
            return
        new = [*new, *self._pin_events(plan)]
        if [item.product for item in plan] != [item.product for item in before]:
            new.append(events.ProductsPlanned(products=tuple(item.product for item in plan)))

        async def change(connection: AsyncConnection) -> None:
            await planned_rows.replace(connection, show, before, plan)

        await self._stage.append(by.id, new, change)
        self.plan = plan
        self._show_changes(())

    def _pin_events(self, plan: tuple[Planned, ...]) -> list[AnyEvent]:
        was, now = {item.product: item.pinned_ms for item in self.plan}, shelf.pinned(plan)
        new: list[AnyEvent] = [events.ProductUnpinned(product=product) for product in self.pins if product not in now]
        items = {item.product: item for item in plan}
        for product in now:
            if was.get(product) != items[product].pinned_ms:
                priced = self._at_present(items[product])
                new.append(events.ProductPinned(product=product, price_minor=priced.price_minor, currency=priced.currency))
        return new

    def _show_changes(self, stale: Collection[str] | None = None) -> None:
        """Work out the products again (only `stale` ones and those that are planned otherwise, when it is given), and tell the
        studios and the pages what is different."""
        before = [product.id for product in self.products if not product.hidden]
        self._resolve(stale)
        public = self.public()
        now = {product["id"]: product for product in public}
        changed = [product for product in public if self._told.get(product["id"]) != product]
        message: dict[str, Any] = {"t": "products", "changed": changed, "pins": list(self.pins)}
        if list(now) != before:
            message["order"] = list(now)
        self._told = now
        self._stage.tell(message)
        self._stage.shop_changed()

    def _resolve(self, stale: Collection[str] | None = None) -> None:
        now_ms = self._stage.wall_ms
        known = {} if stale is None else {id: pair for id, pair in self._resolved.items() if id not in stale}
        self._resolved = {}
        for item in self.plan:
            if item.product in self._stocked:
                planned, product = known.get(item.product, (None, None))
                fresh = product if product is not None and planned == item else self._at_present(item)
                self._resolved[item.product] = item, fresh
        self.products = tuple(product for _, product in self._resolved.values())
        self._public = [
            public_product(product, number, self._stocked[product.id].product, now_ms)
            for number, product in enumerate(self.products, start=1)
            if not product.hidden
        ]
        changes = [shelf.next_change_ms(item, self._stocked[item.product], now_ms) for item in self.plan]
        self._changes_ms = min((at for at in changes if at is not None), default=None)

    def _at_present(self, item: Planned) -> Product:
        settings = self._stage.settings
        stocked = self._stocked[item.product]
        return shelf.resolve(item, stocked, settings.claims, self._stage.wall_ms, cart_confirms=settings.cart_confirms)


def public_product(product: Product, number: int, described: CatalogueProduct, now_ms: int) -> dict[str, Any]:
    """What a page may know of a product: no price history, no plans. Nothing that is empty is said."""
    price = product.show_price if product.show_price is not None and product.show_price.holds(now_ms) else None
    told: dict[str, Any] = {
        "id": product.id,
        "number": number,
        "title": product.title,
        "price_minor": product.price_minor,
        "currency": product.currency,
        "before_minor": product.before_minor,
        "image": product.image,
        "url": product.url,
        "brand": described.brand,
        "sku": described.offer.sku,
        "gtin": described.offer.gtin,
        "stock": product.stock,
        "sold_out": product.sold_out,
        "variants": product.variants,
        "variant": described.variants[0].id if len(described.variants) == 1 else "",
        "cart_id": described.offer.cart_id if len(described.variants) <= 1 else "",
        "code": price.code if price is not None else "",
        "code_until_ms": price.until_ms if price is not None else None,
    }
    return {name: value for name, value in told.items() if value not in ("", None, False) and (value != 0 or name == "stock")} | {
        "price_minor": product.price_minor
    }


def _with(plan: tuple[Planned, ...], changed: Planned) -> tuple[Planned, ...]:
    return tuple(changed if item.product == changed.product else item for item in plan)


def _has_code(product: CatalogueProduct, code: str) -> bool:
    offers = (product.offer, *(variant.offer for variant in product.variants))
    return product.id == code or any(offer.sku == code or same_gtin(offer.gtin, code) for offer in offers)
