"""The show's programme as it comes: who sends it, by which lease, and where the show clock stands."""

import asyncio
import dataclasses
import itertools
import logging
from collections.abc import Callable, Collection
from typing import Protocol

from studio import events, wire
from studio.clock import steady_ms
from studio.errors import WrongState
from studio.i18n import N_
from studio.server.db.shows import Row
from studio.server.demand import Demand
from studio.server.live.journal import Journal
from studio.server.live.lease import Lease
from studio.server.live.show_clock import ShowClock
from studio.server.members import StudioMember
from studio.server.quality import Step
from studio.state import ShowState
from studio.tasks import Tasks
from studio.wire import RENDITIONS, MediaPacket

log = logging.getLogger(__name__)

LOST_AFTER_S = 2.0
STORE_EVERY_S = 5.0
RESUME_S = 600.0
"""How long after a crash the next start goes back on air without being asked."""
DEFAULT_KBPS = 4500


class Surroundings(Protocol):
    """What the stream knows of its show."""

    lock: asyncio.Lock
    """Held while the show becomes something else."""

    @property
    def state(self) -> ShowState:
        """The show's state."""

    @property
    def sessions(self) -> Collection[StudioMember]:
        """The studios that are connected."""

    def stream_changed(self) -> None:
        """Studios are to be told."""

    def clock_changed(self) -> None:
        """Pages are to be told."""


def machine_of(client: str) -> str:
    """The machine's part of a desktop's client id (`machine-random`)."""
    return client.rpartition("-")[0]


class ShowStream:
    """Lease, packets, show clock and curtain of one show. On the server's loop; `now_s` is its clock."""

    def __init__(
        self,
        row: Row,
        journal: Journal,
        demand: Demand,
        around: Surroundings,
        now_s: Callable[[], float],
    ) -> None:
        self.lease = Lease(row["epoch"])
        self.clock = ShowClock(row["stream_ms"], row["live_origin_ms"])
        self.curtain = False
        """Whether the desktop on air hides its picture: what the page lays over it goes with it."""
        self._show: str = row["id"]
        self._journal = journal
        self._demand = demand
        self._around = around
        self._now_s = now_s
        self._stored_epoch = self.lease.epoch
        self._announced = 0
        """The epoch whose first packet everybody has been told of."""
        self._taken_s = self._stored_s = float("-inf")
        self._tasks = Tasks(log)

    @property
    def on_air(self) -> bool:
        """Whether packets come, and it has been said that they do."""
        return self._announced != 0 and self.clock.fresh(self._now_s())

    @property
    def stream_ms(self) -> int:
        """Where the stream clock stands."""
        return self.clock.now_ms(self._now_s())

    @property
    def _sender(self) -> list[StudioMember]:
        return [studio for studio in self._around.sessions if studio.client == self.lease.client]

    def tell(self, message: wire.Message) -> None:
        """Send a message to the desktop that sends."""
        for studio in self._sender:
            studio.put(message)

    # ── the lease ────────────────────────────────────────────────────────────────────────────────────────────

    async def take_lease(self, studio: StudioMember, message: wire.Lease) -> wire.Lease:
        """`studio` wants to send; raises `Held` when another desktop does."""
        if self._around.state == "ended":
            raise WrongState(N_("This show has ended"))
        now_s = self._now_s()
        async with self._around.lock:
            holder = self.lease.client
            epoch = await self._move_lease(studio, now_s, take_over=message.take_over or self._left_behind(studio))
        self._demand.fanout.offer(ladder(message), now_s)
        stream_ms = self.clock.resume(message.media_ms, now_s)
        self._taken_s = now_s
        for other in self._around.sessions:
            if other.client == holder != studio.client:
                other.put(wire.Lease(action="lost", show=self._show, holder=studio.name, epoch=epoch))
        self._demand.begin()
        self._around.stream_changed()
        return wire.Lease(action="taken", show=self._show, epoch=epoch, media_ms=stream_ms)

    async def _move_lease(self, studio: StudioMember, now_s: float, *, take_over: bool) -> int:
        """Give `studio` the lease and store its epoch; when it cannot be stored nothing has changed."""
        before = dataclasses.replace(self.lease)
        epoch, previous = self.lease.take(studio.client, studio.name, now_s, take_over=take_over)
        if epoch != self._stored_epoch:
            taken = events.LeaseTaken(holder=studio.name, previous=previous, epoch=epoch)
            try:
                await self._journal.change(studio.client, [taken], epoch=epoch)
            except BaseException:
                self.lease = before
                raise
            self._stored_epoch = epoch
        return epoch

    async def release_lease(self, studio: StudioMember) -> None:
        """`studio` stops sending, on purpose."""
        if self.lease.release(studio.client):
            self.curtain = False
            self.clock.stop(self._now_s())
            if self._announced == self.lease.epoch:
                self._announced = 0
                await self._journal.append(studio.client, [events.StreamStopped(epoch=self.lease.epoch)])
            self._around.stream_changed()

    def resumes(self, studio: StudioMember) -> bool:
        """Whether `studio` should go back on air by itself: its machine's last desktop crashed a moment ago."""
        recent = self._now_s() - self.lease.beat_s < RESUME_S
        return recent and bool(self.lease.client) and self._around.state in ("live", "paused") and self._left_behind(studio)

    def _left_behind(self, studio: StudioMember) -> bool:
        """Whether the lease is what a crash on `studio`'s own machine left behind: it need not wait for it to end."""
        return not self._sender and machine_of(self.lease.client) == machine_of(studio.client) != ""

    # ── what comes ───────────────────────────────────────────────────────────────────────────────────────────

    async def media(self, packet: MediaPacket, studio: StudioMember) -> None:
        """A packet from `studio`; packets of older epochs, or from who does not hold the lease, are dropped."""
        if packet.epoch != self.lease.epoch or studio.client != self.lease.client:
            return
        now_s = self._now_s()
        self.lease.beat(studio.client, now_s)
        self.clock.packet(packet.pts_ns, now_s)
        if self._announced != packet.epoch:
            self._announced = packet.epoch
            self._tasks.spawn(self._started(packet.epoch), f"stream-started-{self._show}")
        await self._demand.fanout.send(packet, steady_ms() / 1000)

    async def _started(self, epoch: int) -> None:
        await self._journal.append(self.lease.client, [events.StreamStarted(epoch=epoch)])
        self._around.clock_changed()
        self._around.stream_changed()

    def offered(self, studio: StudioMember, message: wire.Offer) -> None:
        """The desktop's uplink carries more or less than before."""
        if studio.client == self.lease.client:
            self._demand.fanout.offer(ladder(message), self._now_s())
            self._demand.look()

    def beat(self, studio: StudioMember, stream_ms: int) -> None:
        """A heartbeat of the link, with the desktop's stream clock."""
        now_s = self._now_s()
        if self.lease.beat(studio.client, now_s) and stream_ms:
            self.clock.heard(stream_ms, now_s)

    async def set_curtain(self, studio: StudioMember, *, down: bool) -> None:
        """The desktop on air has lowered its curtain, or raised it."""
        if studio.client == self.lease.client and down != self.curtain:
            await self._journal.append(studio.client, [events.CurtainLowered() if down else events.CurtainRaised()])
            self.curtain = down

    # ── time passes ──────────────────────────────────────────────────────────────────────────────────────────

    async def watch(self) -> None:
        """Look whether it still comes, and store now and then how far it got."""
        now_s = self._now_s()
        if self._announced and min(self.clock.silent_s(now_s), now_s - self._taken_s) > LOST_AFTER_S:
            epoch = self._announced
            await self._journal.append(self.lease.client, [events.StreamLost(epoch=epoch)])
            if self._announced == epoch:
                self._announced = 0
            self._around.clock_changed()
        if self.clock.fresh(now_s) and now_s - self._stored_s > STORE_EVERY_S:
            self._stored_s = now_s
            await self.store()
            self._around.clock_changed()

    async def store(self) -> None:
        """Keep how far the stream clock got."""
        await self._journal.change("", [], stream_ms=self.stream_ms)

    async def close(self) -> None:
        """Announce nothing any more."""
        await self._tasks.close()


def ladder(message: wire.Lease | wire.Offer) -> tuple[Step, ...]:
    """The renditions of the message that there are, best first; a desktop that names none sends the largest."""
    rates = itertools.zip_longest(message.renditions, message.kbps)
    known = {side: max(1, rate or DEFAULT_KBPS) for side, rate in rates if side in RENDITIONS} or {1080: DEFAULT_KBPS}
    return tuple(Step(RENDITIONS[side], rate) for side, rate in sorted(known.items(), reverse=True))
