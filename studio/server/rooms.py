"""The rooms of this server: opened when somebody asks for a show, kept while it runs."""

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
from studio.server.room import Room
from studio.show.product import CatalogueProduct
from studio.show.shelf import Planned, Product, first_offer

INTERNAL = "-"
"""How the names of rows begin that are nobody's show; a show's cannot."""


class Rooms:
    """Opens, holds and closes rooms. On the server's loop."""

    def __init__(self, engine: AsyncEngine, log: EventLog, broker: Broker, clock: Clock) -> None:
        self._engine = engine
        self._log = log
        self._broker = broker
        self._clock = clock
        self.register: Callable[[Room], None] = lambda room: None
        """Adds the commands that are the same in every room."""
        self.pictures: Callable[[Iterable[tuple[str, str]]], Awaitable[None]] | None = None
        """Has the pictures of products fetched: (product, address)."""
        self._rooms: dict[str, Room] = {}
        self._lock = asyncio.Lock()
        self.changing_orders = asyncio.Lock()
        """What is read of an order and written back is one piece of work."""

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """The database, to look into."""
        return self._engine.connect()

    async def get(self, show: str) -> Room:
        """The show's room; raises `NotFound`. Rows of our own that only number events are no shows, and have no name outside."""
        if show.startswith(INTERNAL):
            raise NotFound("There is no show {show}", show=show)
        if room := self._rooms.get(show):
            return room
        async with self._lock:
            if room := self._rooms.get(show):
                return room
            async with self._engine.connect() as connection:
                row = await show_rows.load(connection, show)
            if row is None:
                raise NotFound("There is no show {show}", show=show)
            room = Room(row, self._log, self._broker, self._clock, self._engine)
            self.register(room)
            await room.load()
            room.shelf.pictures = self.pictures
            self._rooms[show] = room
            room.start()
            return room

    async def create(self, command: ShowCreate, actor: str) -> Room:
        """Create the show if it is not there, and open its room."""
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
        for room in self.open():
            await room.shelf.refresh(products or None)

    def open(self) -> list[Room]:
        """The rooms that are open."""
        return list(self._rooms.values())

    async def close(self) -> None:
        """Close all rooms."""
        await asyncio.gather(*(room.close() for room in self._rooms.values()))
        self._rooms.clear()


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
