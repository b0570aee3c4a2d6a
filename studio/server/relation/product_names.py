"""What a product is, for behaviours that only name it: its category and brand, as the catalogue has them."""

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.relation.behaviour import Behaviour, Item
from studio.server.db import catalogue

KEPT, KEPT_MS = 20_000, 300_000


class ProductNames:
    """Remembers what was looked up for a few minutes; on the server's loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._known: dict[str, tuple[str, str]] = {}
        self._since_ms = 0

    async def fill(self, behaviours: list[Behaviour]) -> list[Behaviour]:
        """The same behaviours, their products with category and brand where the catalogue has those."""
        wanted = {item.product for one in behaviours for item in one.items if not item.category}
        if not wanted:
            return behaviours
        await self._look_up(wanted)
        return [
            msgspec.structs.replace(one, items=tuple(self._filled(item) for item in one.items)) if one.items else one
            for one in behaviours
        ]

    async def _look_up(self, wanted: set[str]) -> None:
        now_ms = self._clock.wall_ms()
        if now_ms - self._since_ms > KEPT_MS or len(self._known) > KEPT:
            self._known, self._since_ms = {}, now_ms
        if missing := wanted - self._known.keys():
            async with self._engine.connect() as connection:
                found = await catalogue.load(connection, missing)
            for name in missing:
                product = found.get(name)
                self._known[name] = (product.category, product.brand) if product is not None else ("", "")

    def _filled(self, item: Item) -> Item:
        category, brand = self._known.get(item.product, ("", ""))
        if item.category or not (category or brand):
            return item
        return msgspec.structs.replace(item, category=category, brand=item.brand or brand)
