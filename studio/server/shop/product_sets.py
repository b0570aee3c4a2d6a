"""Sets of products that are kept: shared by all shows of the brand."""

import secrets
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.commands import Actor
from studio.commands import product as ask
from studio.errors import NotFound
from studio.server.db import catalogue as catalogue_rows
from studio.server.db import planned as planned_rows
from studio.server.db.engine import writing
from studio.server.shop.show_context import ShowContext
from studio.show.shelf import Planned
from studio.spine import Dispatcher
from studio.state.shop import ProductSet


class ProductSets:
    """As one show sees them: `plan()` is what it has, `add` puts products into it."""

    def __init__(
        self,
        stage: ShowContext,
        engine: AsyncEngine,
        plan: Callable[[], Sequence[Planned]],
        add: Callable[[Sequence[str], Actor], Awaitable[None]],
    ) -> None:
        self.kept: tuple[ProductSet, ...] = ()
        self._stage = stage
        self._engine = engine
        self._plan = plan
        self._add = add

    async def load(self, connection: AsyncConnection) -> None:
        """Read them."""
        self.kept = await planned_rows.load_sets(connection)

    def register(self, dispatcher: Dispatcher) -> None:
        """Run the commands about sets."""
        dispatcher.register(ask.ProductSetSave, self._on_save)
        dispatcher.register(ask.ProductSetAdd, self._on_add)
        dispatcher.register(ask.ProductSetRemove, self._on_remove)

    async def _on_save(self, command: ask.ProductSetSave, by: Actor) -> str:
        same = next((kept.id for kept in self.kept if kept.name.casefold() == command.name.casefold()), None)
        products = tuple(item.product for item in self._plan())
        kept = ProductSet(id=same or secrets.token_hex(4), name=command.name, products=products)
        async with writing(self._engine).begin() as connection:
            await planned_rows.save_set(connection, kept)
        await self._load_again()
        return kept.id

    async def _on_add(self, command: ask.ProductSetAdd, by: Actor) -> None:
        await self._load_again()
        kept = self._known(command.set)
        async with self._engine.connect() as connection:
            there = await catalogue_rows.load(connection, kept.products)
        await self._add([product for product in kept.products if product in there], by)

    async def _on_remove(self, command: ask.ProductSetRemove, by: Actor) -> None:
        kept = self._known(command.set)
        async with writing(self._engine).begin() as connection:
            await planned_rows.remove_set(connection, kept.id)
        await self._load_again()

    def _known(self, identity: str) -> ProductSet:
        for kept in self.kept:
            if kept.id == identity:
                return kept
        raise NotFound("There is no set {set}", set=identity)

    async def _load_again(self) -> None:
        """Another show may have changed them."""
        async with self._engine.connect() as connection:
            await self.load(connection)
        self._stage.shop_changed()
