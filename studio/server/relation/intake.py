"""Stores what people did: what comes within a moment in one transaction, each once, and an order once however many tell of it."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from secrets import token_urlsafe

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.clock import Clock
from studio.errors import Overloaded
from studio.i18n import N_
from studio.relation.behaviour import Behaviour
from studio.relation.names import ORDER_COMPLETED, ORDERS
from studio.server import faults
from studio.server.db import behaviours as rows
from studio.server.db import profiles
from studio.server.db.engine import writing
from studio.server.relation.people import agreements
from studio.server.shop.visits import Visits
from studio.server.visitors import Visitors

log = logging.getLogger(__name__)

GROUP_S = 0.010
MOST_IN_GROUP = 1000
SOON_MS = 5000
"""Who does something is counted so soon, and not after every single thing: what they are shown is decided by what they just
did all the same."""
WAITING_MAX = 2000
"""Batches. With more the page is asked to wait."""


Follow = Callable[[AsyncConnection, Sequence[Behaviour]], Awaitable[object]]


async def _nothing_follows(connection: AsyncConnection, new: Sequence[Behaviour]) -> None:
    """Nothing is written beside the behaviours."""


@dataclass
class _Request:
    behaviours: Sequence[Behaviour]
    device: str
    done: "asyncio.Future[int]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Intake:
    """The only writer of behaviours at this server; on its loop. `follow` writes what follows from new ones, in their
    transaction."""

    def __init__(
        self, engine: AsyncEngine, clock: Clock, visits: Visits, visitors: Visitors, follow: Follow = _nothing_follows
    ) -> None:
        self._follow = follow
        self._engine = engine
        self._clock = clock
        self._visits = visits
        self._visitors = visitors
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
            counts = await self._stored(group)
        except Exception as error:
            known = faults.known(error)
            if len(group) > 1 and not isinstance(known, faults.DatabaseAway | faults.DiskFull):
                for request in group:  # one of them cannot be kept: the others can
                    await self._write([request])
                return
            log.error("behaviours could not be stored: %s", faults.place_of(error))
            for request in group:  # nothing of it is stored: each page keeps its own, and comes again
                if not request.done.done():
                    request.done.set_exception(error)
            return
        for request, count in zip(group, counts, strict=True):
            self.stored += count
            if not request.done.done():
                request.done.set_result(count)

    async def _stored(self, group: list[_Request]) -> list[int]:
        async with self._visits.people, writing(self._engine).begin() as connection:
            return await self._store(connection, group)

    async def _may(self, connection: AsyncConnection, visitors: set[str]) -> set[str]:
        """Those whose doings may be kept at this moment: who was not forgotten, and as a person, over all devices, agrees."""
        digests = {self._visitors.forgotten(visitor): visitor for visitor in visitors}
        gone = {digests[digest] for digest in await profiles.erased(connection, list(digests))}
        agreed = await agreements(connection, visitors - gone)
        return {visitor for visitor, purposes in agreed.items() if "analytics" in purposes}

    async def _store(self, connection: AsyncConnection, group: list[_Request]) -> list[int]:
        told = {one.order for request in group for one in request.behaviours if one.order and one.name in ORDERS}
        orders = _Orders(await rows.ordered(connection, told))
        batches = [(request.device, [orders.follow(one) for one in request.behaviours]) for request in group]
        everything = [behaviour for _, behaviours in batches for behaviour in behaviours]
        may = await self._may(connection, {one.visitor for one in everything if one.visitor})
        seen = await rows.known(connection, [(one.visitor, one.id) for one in everything])
        new: dict[tuple[str, str], Behaviour] = {}
        devices: dict[str, str] = {}
        counts = []
        for device, behaviours in batches:
            count = 0
            for behaviour in behaviours:
                if (behaviour.visitor, behaviour.id) in seen or (behaviour.visitor and behaviour.visitor not in may):
                    continue
                kept = orders.take(behaviour) if _is_order(behaviour) else behaviour
                if kept is None or not kept.visitor or (kept.visitor, kept.id) in new:
                    continue
                seen.add((behaviour.visitor, behaviour.id))
                new[kept.visitor, kept.id] = kept
                devices[kept.visitor] = device
                count += 1
            counts.append(count)
        for visitor, id_ in orders.replaced:
            if new.get((visitor, id_)) is None or new[visitor, id_].source == "page":
                new.pop((visitor, id_), None)
                await rows.drop(connection, visitor, id_)
        numbers = itertools.count(max(self._seq + 1, self._clock.wall_ms() * 1000))
        stored = [rows.row_of(behaviour, next(numbers)) for behaviour in new.values()]
        self._seq = next(numbers)
        await rows.put(connection, stored)
        await self._follow(connection, list(new.values()))
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
        await profiles.seen(connection, set(known.values()), now_ms, now_ms + SOON_MS)
        await profiles.visitors_seen(connection, devices.keys(), now_ms)
        for visitor in stale & known.keys():
            await profiles.change(connection, known[visitor], {"counted": ""})


class _Orders:
    """An order counts once: the shop's own copy wins over what pages say. Where the shop does not say whose it is, it is whose
    the one page said that told of it and of the same amount: numbers can be guessed. `known`: what is stored, by number."""

    def __init__(self, known: dict[str, list[rows.Ordered]]) -> None:
        self._known = known
        self.replaced: list[tuple[str, str]] = []

    def follow(self, behaviour: Behaviour) -> Behaviour:
        """What the shop says later of an order is whose the order is."""
        there = self._known.get(behaviour.order, [])
        if behaviour.visitor or _is_order(behaviour) or len(there) != 1 or there[0].source == "page":
            return behaviour
        return msgspec.structs.replace(behaviour, visitor=there[0].visitor, consent=there[0].consent)

    def take(self, behaviour: Behaviour) -> Behaviour | None:
        """As it is to be stored; None when it is known better."""
        there = self._known.setdefault(behaviour.order, [])
        if any(one.source != "page" for one in there):
            return None
        if behaviour.source == "page":
            if any(one.visitor == behaviour.visitor for one in there):
                return None
            there.append(rows.told_of(behaviour))
            return behaviour
        self.replaced += [(one.visitor, one.id) for one in there]
        if not behaviour.visitor and len(there) == 1 and there[0].value == (behaviour.value_minor, behaviour.currency):
            behaviour = msgspec.structs.replace(behaviour, visitor=there[0].visitor, consent=there[0].consent)
        there[:] = [rows.told_of(behaviour)]
        return behaviour


def _is_order(behaviour: Behaviour) -> bool:
    return behaviour.name == ORDER_COMPLETED and bool(behaviour.order)
