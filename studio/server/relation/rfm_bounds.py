"""Once a week, what makes a good customer good among this brand's."""

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.relation.days import DAY_MS, Zone
from studio.relation.names import ORDER_CANCELLED, ORDER_COMPLETED
from studio.relation.rfm import YEAR_DAYS, Buyer, bounds_of, buyer
from studio.server import faults
from studio.server.db import behaviours
from studio.server.relation.book import Book
from studio.server.relation.weekly import HOUR, WEEKDAY

log = logging.getLogger(__name__)

LOOK_S, RETRY_S = 60.0, 300.0
AT_ONCE = 5000
Orders = dict[str, dict[str, tuple[int, int]]]
"""By profile and number: when, and for how much."""


class RfmBounds:
    """On the server's loop. `made` is told of other bounds."""

    def __init__(self, engine: AsyncEngine, clock: Clock, book: Book) -> None:
        self.made: Callable[[], None] = lambda: None
        self._engine = engine
        self._clock = clock
        self._book = book

    async def run(self) -> None:
        """On Monday mornings, and once when there are none; until cancelled."""
        while True:
            wait_s = LOOK_S
            try:
                await self.step()
            except Exception as error:  # the database may be away for a moment
                log.error("bounds of buyers could not be made: %s", faults.place_of(error))
                wait_s = RETRY_S
            await asyncio.sleep(wait_s)

    async def step(self) -> bool:
        """Make them when it is time; whether it was."""
        now_ms, zone = self._clock.wall_ms(), self._book.zone
        if self._book.bounds.made_ms >= zone.next_weekly_ms(now_ms - 7 * DAY_MS, WEEKDAY, HOUR):
            return False
        found = await self._buyers(now_ms)
        await self._book.measure_buyers(bounds_of(found, now_ms))
        self.made()
        return True

    async def _buyers(self, now_ms: int) -> list[Buyer]:
        orders: Orders = {}
        after = 0
        while True:
            async with self._engine.connect() as connection:
                told = await behaviours.of_orders(connection, now_ms - (YEAR_DAYS + 1) * DAY_MS, after, AT_ONCE)
            if not told:
                break
            after = told[-1][1]
            for profile, _, one in told:
                mine = orders.setdefault(profile, {})
                if one.name == ORDER_COMPLETED and "a" in one.consent and "p" in one.consent:
                    mine[one.order or one.id] = one.at_ms, one.value_minor or 0
                elif one.name == ORDER_CANCELLED:
                    mine.pop(one.order, None)
        return await asyncio.to_thread(_bought, orders, now_ms, self._book.zone)


def _bought(orders: Orders, now_ms: int, zone: Zone) -> list[Buyer]:
    return [found for mine in orders.values() if (found := buyer(mine, now_ms, zone)) is not None]
