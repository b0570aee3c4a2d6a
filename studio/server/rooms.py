"""The rooms of this server: opened when somebody asks for a show, kept while it runs."""

import asyncio
import secrets

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.clock import Clock
from studio.commands.show import ShowCreate
from studio.errors import InvalidValue, NotFound
from studio.i18n import N_
from studio.server.broker import Broker
from studio.server.db import shows as show_rows
from studio.server.event_log import EventLog
from studio.server.room import Room


class Rooms:
    """Opens, holds and closes rooms. On the server's loop."""

    def __init__(self, engine: AsyncEngine, log: EventLog, broker: Broker, clock: Clock) -> None:
        self._engine = engine
        self._log = log
        self._broker = broker
        self._clock = clock
        self._rooms: dict[str, Room] = {}
        self._lock = asyncio.Lock()

    async def get(self, show: str) -> Room:
        """The show's room; raises `NotFound`."""
        if room := self._rooms.get(show):
            return room
        async with self._lock:
            if room := self._rooms.get(show):
                return room
            async with self._engine.connect() as connection:
                row = await show_rows.load(connection, show)
                products = await show_rows.load_products(connection, show) if row else ()
            if row is None:
                raise NotFound("There is no show {show}", show=show)
            room = self._rooms[show] = Room(row, products, self._log, self._broker, self._clock)
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
            "seq": 0,
            "epoch": 0,
            "stream_ms": 0,
        }

        async def change(connection: AsyncConnection) -> None:
            if await show_rows.load(connection, command.id) is None:
                await show_rows.create(connection, row, command.products)

        await self._log.append(command.id, actor, 0, [], change)
        return await self.get(command.id)

    async def listed(self) -> list[show_rows.Row]:
        """Public shows, the newest first."""
        async with self._engine.connect() as connection:
            return await show_rows.listed(connection)

    def open(self) -> list[Room]:
        """The rooms that are open."""
        return list(self._rooms.values())

    async def close(self) -> None:
        """Close all rooms."""
        await asyncio.gather(*(room.close() for room in self._rooms.values()))
        self._rooms.clear()
