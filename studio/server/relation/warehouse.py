"""What visitors did, in files that any warehouse reads. Every night each day is made anew that the database has otherwise than
its file: what came late is in it then, and whoever was forgotten, or took their yes back, is not."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.relation.days import DAY_MS, Zone
from studio.server.config import WarehouseRules
from studio.server.db import behaviours, profiles
from studio.server.db import calls as settings_rows
from studio.server.db.engine import writing
from studio.server.faults import place_of
from studio.server.relation.people import agreements

if TYPE_CHECKING:
    from studio.server.relation.parquet import Folder, Writing

log = logging.getLogger(__name__)

SETTING = "warehouse"
LOOK_S, RETRY_S = 60.0, 900.0
HOUR = 3
"""Of the brand's day: nobody watches then."""
AT_ONCE = 2000
Page = list[dict[str, Any]]


class Warehouse:
    """`problem` says why nothing is written; empty: it is. On the server's loop, files in threads beside it."""

    def __init__(self, engine: AsyncEngine, clock: Clock, rules: WarehouseRules, zone: Callable[[], Zone]) -> None:
        self.problem = ""
        self._engine = engine
        self._clock = clock
        self._rules = rules
        self._zone = zone
        self._folder: Folder | None = None

    async def run(self) -> None:
        """Write every night, until cancelled."""
        while self._rules.folder:
            wait_s = LOOK_S
            try:
                await self.look()
                self.problem = ""
            except Exception as error:  # whatever a disk or a store says, or the database is away: it is tried again
                if not self.problem:
                    log.warning("the warehouse's files could not be written: %s", place_of(error))
                self.problem = type(error).__name__
                wait_s = RETRY_S
            await asyncio.sleep(wait_s)

    async def look(self) -> bool:
        """Write, where last night's is not written yet; whether it was now. Raises what a disk, a store or the database does."""
        night = (self._zone().wall(self._clock.wall_ms()) - timedelta(hours=HOUR)).date().isoformat()
        async with self._engine.connect() as connection:
            if await settings_rows.setting(connection, SETTING) == night:
                return False
        await self.write()
        async with writing(self._engine).begin() as connection:
            await settings_rows.put_setting(connection, SETTING, night)
        return True

    async def write(self) -> None:
        """Make the files as the database is, of days that are over (UTC)."""
        if self._folder is None:
            self._folder = await asyncio.to_thread(_folder_of, self._rules)
        folder = self._folder
        today = datetime.fromtimestamp(self._clock.wall_ms() / 1000, UTC).date()
        wanted = await self._sums(_begins_ms(today))
        there = await asyncio.to_thread(folder.days)
        for day in sorted(there.keys() - wanted.keys()):
            await asyncio.to_thread(folder.drop_day, day)
        for day, said in sorted(wanted.items()):
            if there.get(day) != said:
                await self._day(folder, day, said)
        await self._people(folder)

    async def _sums(self, until_ms: int) -> dict[str, bytes]:
        """By day, what the database has of those who agree now: whoever is one person with somebody who took it back is not
        among them, though what they did is kept."""
        async with self._engine.connect() as connection:
            sums = await behaviours.sums_of_days(connection, until_ms)
            after = ""
            while found := await behaviours.doers(connection, after, AT_ONCE):
                agreed = await agreements(connection, found)
                others = [one for one in found if "analytics" not in agreed[one]]
                for day, less in (await behaviours.sums_of_days(connection, until_ms, others) if others else {}).items():
                    sums[day] = behaviours.Sums(sums[day].number - less.number, sums[day].places - less.places)
                after = found[-1]
        return {
            date.fromordinal(_EPOCH + day).isoformat(): f"{one.number} {one.places}".encode()
            for day, one in sums.items()
            if one.number
        }

    async def _day(self, folder: "Folder", day: str, sums: bytes) -> None:
        from studio.server.relation.parquet import deed

        begins_ms = _begins_ms(date.fromisoformat(day))

        async def pages() -> AsyncIterator[Page]:
            after, more = 0, True
            while more:
                async with self._engine.connect() as connection:
                    found = await behaviours.of_day(connection, begins_ms, begins_ms + DAY_MS, after, AT_ONCE)
                    agreed = await agreements(connection, {one.visitor for _, one in found})
                yield [deed(one) for _, one in found if "analytics" in agreed[one.visitor]]
                after, more = (found[-1][0] if found else after), len(found) == AT_ONCE

        await _fill(await asyncio.to_thread(folder.write_day, day, sums), pages())

    async def _people(self, folder: "Folder") -> None:
        async def pages() -> AsyncIterator[Page]:
            after, more = "", True
            while more:
                async with self._engine.connect() as connection:
                    found = await profiles.who(connection, after, AT_ONCE)
                    agreed = await agreements(connection, {one["visitor"] for one in found})
                yield [one for one in found if "analytics" in agreed[one["visitor"]]]
                after, more = (found[-1]["visitor"] if found else after), len(found) == AT_ONCE

        await _fill(await asyncio.to_thread(folder.write_people), pages())


async def _fill(file: "Writing", pages: AsyncIterator[Page]) -> None:
    """All of it or nothing."""
    try:
        async for rows in pages:
            await asyncio.to_thread(file.add, rows)
        await asyncio.to_thread(file.done)
    except BaseException:
        await asyncio.to_thread(file.drop)
        raise


_EPOCH = date(1970, 1, 1).toordinal()


def _begins_ms(day: date) -> int:
    return (day.toordinal() - _EPOCH) * DAY_MS


def _folder_of(rules: WarehouseRules) -> "Folder":
    """Loaded where it is used: pyarrow is an extra, and takes a while."""
    from studio.server.relation.parquet import folder_of

    return folder_of(rules)
