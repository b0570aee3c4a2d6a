"""The shows of this server: each is opened when somebody asks for it, and kept while the server runs."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import AbstractAsyncContextManager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.clock import Clock
from studio.commands.show import ShowCreate
from studio.errors import InvalidValue, NotFound
from studio.i18n import N_
from studio.server.broker import Broker
from studio.server.db import catalogue as catalogue_rows
from studio.server.db import planned as planned_rows
from studio.server.db import shows as show_rows
from studio.server.event_log import EventLog
from studio.server.live.show import LiveShow
from studio.show.product import CatalogueProduct
from studio.show.shelf import Planned, Product, first_offer


class LiveShows:
    """Opens, holds and closes them. On the server's loop."""

    def __init__(self, engine: AsyncEngine, log: EventLog, broker: Broker, clock: Clock) -> None:
        self._engine = engine
        self._log = log
        self._broker = broker
        self._clock = clock
        self.register: Callable[[LiveShow], None] = lambda live: None
        """Adds the commands that are the same in every show."""
        self.pictures: Callable[[Iterable[tuple[str, str]]], Awaitable[None]] | None = None
        """Has the pictures of products fetched: (product, address)."""
        self._live_shows: dict[str, LiveShow] = {}
        self._lock = asyncio.Lock()
        self.changing_orders = asyncio.Lock()
        """What is read of an order and written back is one piece of work."""

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """The database, to look into."""
        return self._engine.connect()

    async def get(self, show: str) -> LiveShow:
        """The show, opened when it is not yet; raises `NotFound`."""
        if live := self._live_shows.get(show):
            return live
        async with self._lock:
            if live := self._live_shows.get(show):
                return live
            async with self._engine.connect() as connection:
                row = await show_rows.load(connection, show)
            if row is None:
                raise NotFound("There is no show {show}", show=show)
            live = LiveShow(row, self._log, self._broker, self._clock, self._engine)
            self.register(live)
            await live.load()
            live.shelf.pictures = self.pictures
            self._live_shows[show] = live
            live.start()
            return live

    async def create(self, command: ShowCreate, actor: str) -> LiveShow:
        """Create the show if it is not there, and open it. Raises `InvalidValue`."""
        if len({product.id for product in command.products}) < len(command.products):
            raise InvalidValue(N_("Two products have the same id"), field="products")
        row = {
            "id": command.id,
            "title": command.title,
            "brand": command.brand,
            "state": "draft",
            "starts_at_ms": command.starts_at_ms,
            "poster": command.poster,
            "unlisted": command.unlisted,
            "key": secrets.token_urlsafe(16),
            "created_ms": self._clock.wall_ms(),
            "epoch": 0,
            "stream_ms": 0,
            "shop": "",
        }
        plan = tuple(Planned(product=product.id) for product in command.products)
        now_ms = self._clock.wall_ms()

        async def change(connection: AsyncConnection) -> None:
            if await show_rows.load(connection, command.id) is None:
                await show_rows.create(connection, row)
                await catalogue_rows.put(connection, (in_catalogue(product) for product in command.products), now_ms)
                await planned_rows.replace(connection, command.id, (), plan)

        await self._log.append(command.id, actor, 0, [], change)
        return await self.get(command.id)

    async def listed(self) -> list[show_rows.Row]:
        """Public shows, the newest first."""
        async with self._engine.connect() as connection:
            return await show_rows.listed(connection)

    async def catalogue_changed(self, products: Collection[str]) -> None:
        """These products (none named: any of them) are different now: the shows that have them follow."""
        for live in self.open():
            await live.shelf.refresh(products or None)

    def open(self) -> list[LiveShow]:
        """Those that are open."""
        return list(self._live_shows.values())

    async def close(self) -> None:
        """Close them all."""
        await asyncio.gather(*(live.close() for live in self._live_shows.values()))
        self._live_shows.clear()


def in_catalogue(product: Product) -> CatalogueProduct:
    """A product that a show file brought, as the catalogue keeps it."""
    return CatalogueProduct(
        id=product.id,
        title=product.title,
        url=product.url,
        currency=product.currency,
        images=(product.image,) if product.image else (),
        offer=first_offer(product.price_minor, product.before_minor, product.stock, product.gtin),
        history=product.history,
    )
