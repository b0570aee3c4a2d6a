"""Products as a call shows them, without a show's prices: an advisor has the whole catalogue, a page what anybody may know of."""

from collections import OrderedDict
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.errors import NotFound
from studio.server.db import catalogue
from studio.server.shop.shelf import public_product
from studio.show.shelf import Planned, resolve

KEPT = 500


class ProductLook:
    """`known` is what was shown lately, as pages are told of it."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self.known: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._engine = engine
        self._clock = clock

    async def find_public(self, product: str) -> dict[str, Any]:
        """The same for a page, which may only look at what the shop sells anyway, or a listed show shows; raises `NotFound`."""
        async with self._engine.connect() as connection:
            if not await catalogue.is_public(connection, product):
                raise NotFound("There is no product {product}", product=product)
        return await self.find(product)

    async def for_the_cart(self, product: str, variant: str) -> dict[str, str]:
        """What the shop's cart knows a product or a kind of it by; raises `NotFound`."""
        async with self._engine.connect() as connection:
            found = (await catalogue.load_stocked(connection, [product])).get(product)
        if found is None or found.gone:
            raise NotFound("There is no product {product}", product=product)
        kinds = found.product.variants
        only = kinds[0].id if len(kinds) == 1 else ""
        offer = next((kind.offer for kind in kinds if kind.id == (variant or only)), found.product.offer)
        return {"variant": variant or only, "cart_id": offer.cart_id, "sku": offer.sku, "gtin": offer.gtin}

    async def find(self, product: str) -> dict[str, Any]:
        """A product of the catalogue as it is now; raises `NotFound`."""
        async with self._engine.connect() as connection:
            found = await catalogue.load_stocked(connection, [product])
        stocked = found.get(product)
        if stocked is None or stocked.gone:
            raise NotFound("There is no product {product}", product=product)
        now_ms = self._clock.wall_ms()
        present = resolve(Planned(product=product), stocked, "eu30", now_ms, cart_confirms=False)
        told = public_product(present, 0, stocked.product, now_ms)
        self.known[product] = told
        self.known.move_to_end(product)
        if len(self.known) > KEPT:
            self.known.popitem(last=False)
        return told
