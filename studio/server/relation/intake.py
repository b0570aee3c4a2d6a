"""Stores what people did: what comes within a moment in one transaction, each once, and an order once however many tell of it."""

import asyncio
import itertools
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from secrets import token_urlsafe

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.clock import Clock
from studio.errors import Overloaded
from studio.i18n import N_
from studio.relation.behaviour import Behaviour
from studio.relation.names import ORDER_COMPLETED
from studio.server import faults
from studio.server.db import behaviours as rows
from studio.server.db import profiles
from studio.server.db.engine import writing

log = logging.getLogger(__name__)

GROUP_S = 0.010
MOST_IN_GROUP = 1000
WAITING_MAX = 2000
"""Batches. With more the page is asked to wait."""


@dataclass
class _Request:
    behaviours: Sequence[Behaviour]
    device: str
    done: "asyncio.Future[int]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Intake:
    """The only writer of behaviours at this server; on its loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._waiting: asyncio.Queue[_Request | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._seq = 0
        self.stored = 0
        """Behaviours, since the server began."""

    async def start(self) -> None:
        """Begin to write."""
        async with self._engine.connect() as connection:
            self._seq = await rows.newest_seq(connection)
        self._task = asyncio.create_task(self._run(), name="behaviours")

    async def close(self) -> None:
        """Write what waits, then stop."""
        if self._task is not None:
            await self._waiting.put(None)
            await self._task
            self._task = None

    async def put(self, behaviours: Sequence[Behaviour], device: str = "") -> int:
        """Store them; how many were new. Raises `Overloaded`, or what the database says: then none of them is stored."""
        if not behaviours:
            return 0
        if self._waiting.qsize() >= WAITING_MAX:
            raise Overloaded(N_("Too much at once; try again in a moment"))
        request = _Request(behaviours, device)
        self._waiting.put_nowait(request)
        return await request.done

    async def _run(self) -> None:
        while (first := await self._waiting.get()) is not None:
            group, size = [first], len(first.behaviours)
            await asyncio.sleep(GROUP_S)
            while size < MOST_IN_GROUP and not self._waiting.empty():
                request = self._waiting.get_nowait()
                if request is None:
                    await self._write(group)
                    return
                group.append(request)
                size += len(request.behaviours)
            await self._write(group)

    async def _write(self, group: list[_Request]) -> None:
        try:
            async with writing(self._engine).begin() as connection:
                counts = await self._store(connection, group)
        except Exception as error:  # nothing of the group is stored: each page keeps its own, and comes again
            log.error("behaviours could not be stored: %s", faults.place_of(error))
            for request in group:
                if not request.done.done():
                    request.done.set_exception(error)
            return
        for request, count in zip(group, counts, strict=True):
            self.stored += count
            if not request.done.done():
                request.done.set_result(count)

    async def _store(self, connection: AsyncConnection, group: list[_Request]) -> list[int]:
        everything = [behaviour for request in group for behaviour in request.behaviours]
        seen = await rows.known(connection, [(one.visitor, one.id) for one in everything])
        orders = _Orders(await rows.ordered(connection, {one.order for one in everything if _is_order(one)}))
        new: dict[tuple[str, str], Behaviour] = {}
        devices: dict[str, str] = {}
        counts = []
        for request in group:
            count = 0
            for behaviour in request.behaviours:
                if (behaviour.visitor, behaviour.id) in seen:
                    continue
                seen.add((behaviour.visitor, behaviour.id))
                if (kept := orders.take(behaviour) if _is_order(behaviour) else behaviour) is None:
                    continue
                new[kept.visitor, kept.id] = kept
                devices[kept.visitor] = request.device
                count += 1
            counts.append(count)
        for visitor, id_ in orders.replaced:
            if new.pop((visitor, id_), None) is None:
                await rows.drop(connection, visitor, id_)
        numbers = itertools.count(max(self._seq + 1, self._clock.wall_ms() * 1000))
        stored = [rows.row_of(behaviour, next(numbers)) for behaviour in new.values()]
        self._seq = next(numbers)
        await rows.put(connection, stored)
        await self._looked_for(connection, devices, {visitor for visitor, _ in orders.replaced})
        return counts

    async def _looked_for(self, connection: AsyncConnection, devices: dict[str, str], stale: set[str]) -> None:
        """Whoever did something is somebody, and is looked at again."""
        now_ms = self._clock.wall_ms()
        known = await profiles.of_visitors(connection, {*devices, *stale})
        for visitor, device in devices.items():
            if visitor not in known:
                known[visitor] = token_urlsafe(16)
                await profiles.make(connection, known[visitor], visitor, now_ms, device)
        await profiles.seen(connection, set(known.values()), now_ms)
        for visitor in stale & known.keys():
            await profiles.change(connection, known[visitor], {"counted": ""})


class _Orders:
    """An order counts once: the shop's own copy wins over a page's, and where the shop does not say whose it is, it is whose the
    page said. `known`: by number, how it is stored."""

    def __init__(self, known: dict[str, rows.Ordered]) -> None:
        self._known = known
        self.replaced: list[tuple[str, str]] = []

    def take(self, behaviour: Behaviour) -> Behaviour | None:
        """As it is to be stored; None when it is known better."""
        there = self._known.get(behaviour.order)
        if there is not None and (behaviour.source == "page" or there.source != "page"):
            return None
        if there is not None:
            self.replaced.append((there.visitor, there.id))
            if not behaviour.visitor:
                behaviour = msgspec.structs.replace(behaviour, visitor=there.visitor, consent=there.consent)
        if not behaviour.visitor:
            return None
        self._known[behaviour.order] = rows.Ordered(behaviour.visitor, behaviour.id, behaviour.source, behaviour.consent)
        return behaviour


def _is_order(behaviour: Behaviour) -> bool:
    return behaviour.name == ORDER_COMPLETED and bool(behaviour.order)
