"""One show at the server while it runs: its state, and the parts that make it."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from studio import events
from studio.clock import Clock, seconds, steady_ms
from studio.commands import Actor, Command
from studio.commands import show as ask
from studio.errors import WrongState
from studio.events import AnyEvent, Logged
from studio.i18n import N_
from studio.server.broker import Broker
from studio.server.db import shows as show_rows
from studio.server.demand import Demand
from studio.server.event_log import Change, EventLog
from studio.server.fanout import Fanout
from studio.server.faults import place_of
from studio.server.live.event_feed import EventFeed
from studio.server.live.journal import Journal
from studio.server.live.page_feed import PageFeed
from studio.server.live.stream import ShowStream
from studio.server.live.studio_feed import StudioFeed
from studio.server.members import StudioMember
from studio.server.reader import Reader
from studio.server.shop.chat import Chat
from studio.server.shop.polls import Polls
from studio.server.shop.shelf import Shelf
from studio.server.shop.show_context import ShopSettings
from studio.server.shop.show_counters import ShowCounters
from studio.spine import Dispatcher
from studio.state import Show, ShowState

log = logging.getLogger(__name__)

TICK_S = 0.25
OF_STATE = ("id", "title", "brand", "state", "starts_at_ms", "live_since_ms", "ended_at_ms", "poster")
"""Columns that are fields of the state."""


class LiveShow:
    """Everything about one running show. On the server's loop; made by `LiveShows`."""

    def __init__(self, row: show_rows.Row, log_: EventLog, broker: Broker, clock: Clock, engine: AsyncEngine) -> None:
        self.key: str = row["key"]
        self.unlisted: bool = row["unlisted"]
        self.replay = ""
        """The film of the whole show, when one is public."""
        self.settings = msgspec.json.decode(row["shop"] or "{}", type=ShopSettings)
        self.dispatcher = Dispatcher("server", lambda: self.show)
        self._row = Show(**{name: row[name] for name in OF_STATE})
        self._clock = clock
        self._seconds = partial(seconds, clock)
        self.lock = asyncio.Lock()
        """Held while the show becomes something else."""
        self._ticking: asyncio.Task[None] | None = None
        self._reactions = 0
        self.journal = Journal(row["id"], row["seq"], log_, lambda: self.media_ms)
        self.demand = Demand(lambda message: self.stream.tell(message), self._seconds)
        self.stream = ShowStream(row, self.journal, self.demand, self, self._seconds)
        self.shelf = Shelf(self, engine)
        self.chat = Chat(self, engine)
        self.polls = Polls(self, engine)
        self.counters = ShowCounters(self, engine)
        self.pages = PageFeed(self, self.stream, self.demand.fanout, (self.shelf, self.chat, self.polls))
        parts = (self.shelf, self.chat, self.polls, self.counters)
        self.studios = StudioFeed(lambda: self.show, lambda: self.settings, parts, self._seconds)
        self.feed = EventFeed(row["id"], row["seq"], log_, broker, self._prepare)
        self._register()

    async def load(self) -> None:
        """Read what the shop's parts keep."""
        for part in (self.shelf, self.chat, self.polls, self.counters):
            await part.load()
        self.studios.load()

    def start(self) -> None:
        """Begin to tick and to deliver events."""
        self._ticking = asyncio.create_task(self._tick(), name=f"show-{self._row.id}")
        self.feed.start()

    async def close(self) -> None:
        """Say goodbye to readers and sockets, and store the clock."""
        self.studios.close()
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
        await self.stream.close()
        await self.feed.close()
        await asyncio.gather(*(reader.peer.close() for reader in tuple(self.fanout.readers.values())))
        try:
            await self.stream.store()
            await self.counters.store()
        except Exception as error:  # the database is gone: the others still have to be closed
            log.error("the show clock could not be stored: %s", place_of(error))

    # ── what it is ───────────────────────────────────────────────────────────────────────────────────────────

    @property
    def now_s(self) -> float:
        """Monotonic seconds of the show's clock."""
        return self._seconds()

    @property
    def fanout(self) -> Fanout:
        """Its readers."""
        return self.demand.fanout

    @property
    def state(self) -> ShowState:
        """Draft, rehearsal, live, paused or ended."""
        return self._row.state

    @property
    def show(self) -> Show:
        """The show as it is now."""
        now_s, stream = self.now_s, self.stream
        return msgspec.structs.replace(
            self._row,
            seq=self.journal.seq,
            media_ms=self.media_ms,
            origin_ms=stream.clock.origin_ms,
            on_air=stream.clock.fresh(now_s),
            readers=len(self.fanout.readers),
            viewers=len(self.pages.members),
            holder=stream.lease.name if stream.lease.held(now_s) else "",
            epoch=stream.lease.epoch,
        )

    @property
    def media_ms(self) -> int:
        """The show clock."""
        return self.stream.clock.media_ms(self.now_s)

    @property
    def wall_ms(self) -> int:
        """Unix time."""
        return self._clock.wall_ms()

    @property
    def sessions(self) -> Collection[StudioMember]:
        """The studios that are connected."""
        return self.studios.sessions

    @property
    def rehearsed(self) -> bool:
        """Whether what is pinned and asked now is not meant for the audience."""
        return self.state == "rehearsal"

    def public_state(self, *, keyed: bool) -> ShowState:
        """The state a visitor is told: a rehearsal looks like a draft to whoever has no key."""
        return "draft" if self.rehearsed and not keyed else self.state

    def may_watch(self, *, keyed: bool) -> bool:
        """Whether the programme may go to a reader now."""
        return self.state == "live" or (keyed and self.state in ("rehearsal", "paused", "draft"))

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────

    async def execute(self, command: Command, by: Actor) -> Any:
        """Run a command of the server's, one at a time."""
        async with self.lock:
            return await self.dispatcher.execute(command, by)

    def _register(self) -> None:
        register = self.dispatcher.register
        register(ask.ShowStart, self._start_show)
        register(ask.ShowPause, self._pause_show)
        register(ask.ShowResume, self._resume_show)
        register(ask.ShowEnd, self._end_show)
        register(ask.ShowRehearse, self._rehearse)
        register(ask.ShowRename, self._rename)
        for part in (self.shelf, self.chat, self.polls):
            part.register(self.dispatcher)

    async def _start_show(self, command: ask.ShowStart, by: Actor) -> None:
        now_s, clock = self.now_s, self.stream.clock
        if not self.stream.lease.held(now_s):
            raise WrongState(N_("No desktop is sending the programme: start the stream first"))
        first = clock.origin_ms is None
        clock.went_live(now_s)
        values: dict[str, Any] = {"live_origin_ms": clock.origin_ms}
        if first or self._row.live_since_ms is None:
            values["live_since_ms"] = self.wall_ms
        try:
            await self._become("live", events.ShowStarted(), by, clock.media_ms(now_s), **values)
        except BaseException:
            if first:
                clock.origin_ms = None
            raise

    async def _pause_show(self, command: ask.ShowPause, by: Actor) -> None:
        await self._become("paused", events.ShowPaused(), by)

    async def _resume_show(self, command: ask.ShowResume, by: Actor) -> None:
        await self._become("live", events.ShowResumed(), by)

    async def _end_show(self, command: ask.ShowEnd, by: Actor) -> None:
        await self._become("ended", events.ShowEnded(), by, ended_at_ms=self.wall_ms)
        await self.chat.ended()

    async def _rehearse(self, command: ask.ShowRehearse, by: Actor) -> None:
        if command.on == self.rehearsed:
            return
        if command.on:
            await self._become("rehearsal", events.RehearsalStarted(), by)
        else:
            await self._become("draft", events.RehearsalEnded(), by)

    async def _rename(self, command: ask.ShowRename, by: Actor) -> None:
        await self.journal.change(by.id, [events.ShowRenamed(title=command.title)], title=command.title)
        self._row = msgspec.structs.replace(self._row, title=command.title)
        self.studios.push_show()

    async def _become(self, state: ShowState, event: AnyEvent, by: Actor, media_ms: int | None = None, **values: Any) -> None:
        await self.journal.change(by.id, [event], media_ms, state=state, **values)
        rehearsed = self.rehearsed
        known = {name: value for name, value in values.items() if name in OF_STATE}
        self._row = msgspec.structs.replace(self._row, state=state, **known)
        if self.rehearsed != rehearsed:
            self.pages.rehearsal_changed()
        self.fanout.allow(lambda reader: self.may_watch(keyed=reader.keyed))
        self.pages.broadcast_clock()
        self.studios.push_show()

    # ── what its parts ask for ───────────────────────────────────────────────────────────────────────────────

    async def append(self, actor: str, new: Sequence[AnyEvent], change: Change | None = None) -> list[Logged]:
        """Store events and what goes with them, in one transaction."""
        return await self.journal.append(actor, new, change)

    async def save_settings(self, actor: str, new: Sequence[AnyEvent], settings: ShopSettings) -> None:
        """Store events and new settings of the shop."""
        await self.journal.change(actor, new, shop=msgspec.json.encode(settings).decode())
        self.settings = settings
        self.shop_changed()

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message about the shop to every page."""
        self.pages.tell(message)

    def network_of(self, visitor: str) -> str:
        """The keyed hash of a visitor's address and browser, when they were here lately."""
        return self.pages.network_of(visitor)

    def shop_changed(self) -> None:
        """The shop's state is another: the studios are told soon."""
        self.studios.shop_changed()

    def stream_changed(self) -> None:
        """The stream's state is another: the studios are told."""
        self.studios.push_show()

    def clock_changed(self) -> None:
        """The stream has begun, stopped or gone on: pages are told where it stands."""
        self.pages.broadcast_clock()

    def add_reader(self, reader: Reader) -> None:
        """A viewer's connection is up."""
        reader.allowed = self.may_watch(keyed=reader.keyed)
        self.fanout.add(reader)

    def react(self, times: int) -> None:
        """The audience is pleased; everybody sees how much, once a second."""
        self._reactions += times
        self.counters.count("reaction", times=times)

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────

    async def _prepare(self, new: list[Logged]) -> Callable[[], None]:
        lines = await self.chat.words(new)

        def send() -> None:
            self.pages.send(new, lines)
            self.studios.send(new, lines)

        return send

    async def _tick(self) -> None:
        second_s = float("-inf")
        while True:
            await asyncio.sleep(TICK_S)
            try:
                await self.stream.watch()
            except Exception as error:  # the database may be away for a moment; the next tick tries again
                log.error("the state of the stream could not be stored: %s", place_of(error))
            self.demand.look()
            self.studios.push_show()
            try:
                await self.shelf.tick(self.wall_ms)
            except Exception as error:  # the database may be away for a moment; the next tick tries again
                log.error("the prices of the show could not be stored: %s", place_of(error))
            if (now_s := self.now_s) - second_s >= 1:
                second_s = now_s
                self.fanout.report(steady_ms() / 1000)
                self.fanout.tick(now_s)
                await self._second()
            self.pages.tell_viewers(now_s)

    async def _second(self) -> None:
        self.chat.tick()
        self.polls.tick()
        if self._reactions:
            self.tell({"t": "reactions", "count": self._reactions})
            self._reactions = 0
        store = self.counters.second(len(self.pages.members))
        self.studios.push_numbers()
        if store:
            try:
                await self.counters.store()
            except Exception as error:  # the database may be away for a moment; nothing is lost, the next time tries again
                log.error("the numbers could not be stored: %s", place_of(error))
