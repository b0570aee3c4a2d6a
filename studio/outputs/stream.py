"""The stream to the show server: the lease, the media socket and the output, held together through every reconnect."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

import msgspec

from studio import wire
from studio.clock import NS_PER_S, Clock
from studio.commands import Actor
from studio.commands import stream as ask
from studio.errors import StudioError, Unreachable
from studio.i18n import _
from studio.link.link import Link
from studio.outputs.output import Output
from studio.outputs.uplink import Uplink
from studio.spine import Dispatcher, Store
from studio.state import Stream

log = logging.getLogger(__name__)

STATS_S = 1.0


class StreamController:
    """Runs `stream.start` and `stream.stop`, and puts the stream back after the link broke. On the studio's loop.

    `make_output` builds a fresh output (encoders and all) for each time on air.
    """

    def __init__(self, store: Store, dispatcher: Dispatcher, link: Link, clock: Clock, make_output: Callable[[], Output]) -> None:
        self.output: Output | None = None
        self._demand: dict[int, wire.Demand] = {}
        self._store = store
        self._link = link
        self._clock = clock
        self._make_output = make_output
        self._uplink = Uplink((0,))
        self.shrunk = False
        """The largest rendition is not offered: the computer cannot encode it."""
        self._offered = self._carried = 0
        """Which of the renditions is the largest that is offered, and that the network carries."""
        self._lock = asyncio.Lock()
        self._stats: asyncio.Task[None] | None = None
        link.media_ms = lambda: self.output.media_ms() if self.output is not None else 0
        dispatcher.register(ask.StreamStart, self._on_start)
        dispatcher.register(ask.StreamStop, self._on_stop)

    async def close(self) -> None:
        """Stop sending, as at the end of the programme."""
        async with self._lock:
            await self._stop("")

    async def connected(self, *, crashed: bool = False) -> None:
        """The link stands again: if we were on air, go on where we were; so if the studio before us was and `crashed`.

        Raises `Unreachable` when the link broke again meanwhile.
        """
        async with self._lock:
            if self.output is None and not crashed:
                return
            try:
                await self._take(take_over=False)
            except Unreachable:
                raise  # the connection broke again: the next one tries again
            except StudioError as error:
                log.warning("could not go back on air: %s", error)
                await self._stop(error.sentence(_))

    def disconnected(self) -> None:
        """The link broke: the encoders rest, the clock runs on."""
        self._demand.clear()
        if self.output is not None:
            for short_side in self.output.encoders:
                self.output.demand(short_side, 0, 0)
            self._set(status="reconnecting", reason=self._store.state.link.reason)

    async def lease_lost(self, holder: str) -> None:
        """Another desktop took the show over."""
        async with self._lock:
            await self._stop(_("{holder} sends the show now").format(holder=holder))

    def demanded(self, message: wire.Demand) -> None:
        """How many viewers read a rendition."""
        self._demand[message.rendition] = message
        if self.output is not None:
            self.output.demand(message.rendition, message.readers, message.max_kbps)

    def keyframe_wanted(self, short_side: int) -> None:
        """Somebody needs a keyframe."""
        if self.output is not None:
            self.output.request_keyframe(short_side)

    async def _on_start(self, command: ask.StreamStart, by: Actor) -> None:
        async with self._lock:
            if self.output is not None and self._store.state.stream.status == "live":
                return
            self._set(status="starting", reason="")
            try:
                await self._take(take_over=command.take_over)
            except StudioError as error:
                await self._stop(error.sentence(_))
                raise

    async def _on_stop(self, command: ask.StreamStop, by: Actor) -> None:
        async with self._lock:
            await self._stop("")

    async def _take(self, *, take_over: bool) -> None:
        output = self.output or self._make_output()
        if self.output is None:
            self._uplink = Uplink(tuple(output.rates().values()))
        first = self._first(output)
        rates = dict(tuple(output.rates().items())[first:])
        lease = wire.Lease(
            action="take",
            show=self._link.show,
            take_over=take_over,
            media_ms=self.output.media_ms() if self.output is not None else 0,
            renditions=list(rates),
            kbps=list(rates.values()),
        )
        answer = await self._link.lease(lease)
        try:
            await self._link.open_media()
        except StudioError:
            if self.output is None:
                await self._give_back()
            raise
        if self.output is None:
            output.start(answer.epoch, answer.media_ms)
            self.output = output
            for demand in self._demand.values():  # said with the lease, before there was an output to hear it
                output.demand(demand.rendition, demand.readers, demand.max_kbps)
            self._stats = asyncio.create_task(self._count(), name="stream-stats")
        else:
            output.epoch = answer.epoch
        self._offered, self._carried = first, self._uplink.first
        for short_side in output.encoders:
            output.request_keyframe(short_side)
        since_ms = self._store.state.stream.since_ms or self._clock.wall_ms()
        self._set(status="live", reason="", epoch=answer.epoch, renditions=tuple(rates), encoder=output.codec, since_ms=since_ms)

    async def _stop(self, reason: str) -> None:
        if self._stats is not None:
            self._stats.cancel()
            await asyncio.gather(self._stats, return_exceptions=True)
            self._stats = None
        if self.output is not None:
            output, self.output = self.output, None
            await asyncio.to_thread(output.close)
            await self._give_back()
            await self._link.close_media()
        self._store.update(stream=Stream(reason=reason))

    async def _give_back(self) -> None:
        try:
            if self._link.connected:
                await self._link.lease(wire.Lease(action="release", show=self._link.show))
        except StudioError as error:
            log.info("the lease was not given back: %s", error)

    async def _count(self) -> None:
        sent = self._link.sender.sent_bytes
        while (output := self.output) is not None:
            await asyncio.sleep(STATS_S)
            with contextlib.suppress(Unreachable):
                await self._link.ping()
            now = self._link.sender.sent_bytes
            kbps = round((now - sent) * 8 / 1000 / STATS_S)
            with contextlib.suppress(Unreachable):
                await self._offer_what_fits(output, kbps)
            self._set(
                kbps=kbps,
                dropped_network=self._link.sender.dropped,
                dropped_encoder=sum(encoder.dropped for encoder in output.encoders.values()),
                late_render=output.late_ticks,
                encoder=output.codec,
            )
            sent = now

    async def _offer_what_fits(self, output: Output, sent_kbps: int) -> None:
        """Our own network may carry less than the best rendition: tell the server, and the host why."""
        uplink = self._uplink
        uplink.second(self._link.sender.dropped, sent_kbps, self._clock.now_ns() / NS_PER_S)
        first = self._first(output)
        if (first, uplink.first) == (self._offered, self._carried):
            return
        offered = dict(tuple(output.rates().items())[first:])
        await self._link.offer(wire.Offer(renditions=list(offered), kbps=list(offered.values())))
        self._offered, self._carried = first, uplink.first
        reason = ""
        if first == uplink.first and first and uplink.carried_kbps is not None:
            sentence = _("The network carries {kbps} kbit/s: the picture is sent at {rendition} lines")
            reason = sentence.format(kbps=uplink.carried_kbps, rendition=next(iter(offered)))
        self._set(renditions=tuple(offered), reason=reason)

    def _first(self, output: Output) -> int:
        """Which of the renditions is the largest that is sent: what the network carries, and what the computer can encode."""
        return min(max(self._uplink.first, int(self.shrunk)), len(output.rates()) - 1)

    def _set(self, **fields: Any) -> None:
        self._store.update(stream=msgspec.structs.replace(self._store.state.stream, **fields))
