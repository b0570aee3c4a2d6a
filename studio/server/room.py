"""One show at the server while it runs: its state, lease, clock, readers and sockets."""

import asyncio
import dataclasses
import itertools
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio import events, wire
from studio.clock import NS_PER_MS, Clock, steady_ms
from studio.commands import Actor, Command
from studio.commands import show as show_commands
from studio.errors import WrongState
from studio.events import AnyEvent, Logged
from studio.i18n import N_
from studio.server.broker import Broker
from studio.server.db import shows as show_rows
from studio.server.event_log import Change, EventLog
from studio.server.fanout import Fanout
from studio.server.faults import place_of
from studio.server.lease import Lease
from studio.server.members import Member, StudioMember
from studio.server.news import News
from studio.server.outbox import text_frame
from studio.server.quality import Step
from studio.server.reader import Reader
from studio.server.shop.chat import Chat, public_line
from studio.server.shop.polls import Polls
from studio.server.shop.shelf import Shelf
from studio.server.shop.shelf_news import ShelfNews
from studio.server.shop.stage import ShopSettings
from studio.server.shop.tally import Tally
from studio.server.show_clock import ShowClock
from studio.show.chat import ChatLine
from studio.spine import Dispatcher
from studio.state import Numbers, Shop, Show, ShowState
from studio.wire import RENDITION_NAMES, RENDITIONS, MediaPacket

log = logging.getLogger(__name__)

TICK_S = 0.25
LOST_AFTER_S = 2.0
STORE_EVERY_S = 5.0
STATE_EVERY_S = 0.1
DEMAND_LINGER_S = 2.0
RESUME_S = 600.0
"""How long after a crash the next start goes back on air without being asked."""
KEYFRAME_PAUSE_S = 0.1
DEFAULT_KBPS = 4500
NETWORKS_KEPT = 10_000


def machine_of(client: str) -> str:
    """The machine's part of a desktop's client id (`machine-random`)."""
    return client.rpartition("-")[0]


class Room:
    """Everything about one running show. On the server's loop; made by `Rooms`."""

    def __init__(self, row: show_rows.Row, log_: EventLog, broker: Broker, clock: Clock, engine: AsyncEngine) -> None:
        self.key: str = row["key"]
        self.unlisted: bool = row["unlisted"]
        self.lease = Lease(epoch=row["epoch"])
        self.clock = ShowClock(stream_ms=row["stream_ms"], origin_ms=row["live_origin_ms"])
        self.members: set[Member] = set()
        self.studios: set[StudioMember] = set()
        self.fanout = Fanout(self._request_keyframe, self._readers_changed)
        self.dispatcher = Dispatcher("server", lambda: self.show)
        self._show = Show(
            id=row["id"],
            title=row["title"],
            brand=row["brand"],
            state=row["state"],
            starts_at_ms=row["starts_at_ms"],
            live_since_ms=row["live_since_ms"],
            ended_at_ms=row["ended_at_ms"],
            poster=row["poster"],
            seq=row["seq"],
            epoch=row["epoch"],
        )
        self._log = log_
        self._wall = clock
        self._lock = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._closing = False
        self._demanded: dict[int, int] = {}
        self._unread_since: dict[int, float] = {}
        self._asked_for_key: dict[int, bool] = {}
        """Renditions asked for a moment ago, and whether somebody asked again since."""
        self._pushed = (0.0, Show())
        self._stream_announced = 0
        self._taken_s = float("-inf")
        self._stored_s = 0.0
        self._reported_s = 0.0
        self._pushing: asyncio.TimerHandle | None = None
        self._pushed_s = 0.0
        self._shop_dirty = False
        self._shop_told = Shop()
        self._shelf_news = ShelfNews()
        self._numbers = Numbers()
        self._reactions = 0
        self._networks: dict[str, str] = {}
        self.curtain = False
        """Whether the desktop on air hides its picture: what the page lays over it goes with it."""
        self.told = 0
        """How often pages were told of the shop."""
        self.replay = ""
        """The film of the whole show, when one is public."""
        self.settings = msgspec.json.decode(row["shop"] or "{}", type=ShopSettings)
        self.news = News(row["id"], row["seq"], log_, broker, self._prepare_news)
        self.shelf = Shelf(self, engine)
        self.chat = Chat(self, engine)
        self.polls = Polls(self, engine)
        self.tally = Tally(self, engine)
        self._register()

    async def load(self) -> None:
        """Read what the shop's parts keep."""
        for part in (self.shelf, self.chat, self.polls, self.tally):
            await part.load()
        self._shelf_news.changes(self.shelf.products)

    def start(self) -> None:
        """Begin to tick and to deliver events."""
        self._tasks = [asyncio.create_task(self._tick(), name=f"room-{self._show.id}")]
        self.news.start()

    async def close(self) -> None:
        """Say goodbye to readers and sockets, and store the clock."""
        self._closing = True
        if self._pushing is not None:
            self._pushing.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.news.close()
        await asyncio.gather(*(reader.peer.close() for reader in tuple(self.fanout.readers.values())))
        try:
            await self._store_clock()
            await self.tally.store()
        except Exception as error:  # the database is gone: the others still have to be closed
            log.error("the show clock could not be stored: %s", place_of(error))

    @property
    def show(self) -> Show:
        """The show as it is now."""
        now = time.monotonic()
        return msgspec.structs.replace(
            self._show,
            media_ms=self.clock.media_ms(now),
            origin_ms=self.clock.origin_ms,
            on_air=self.clock.fresh(now),
            readers=len(self.fanout.readers),
            viewers=len(self.members),
            holder=self.lease.name if self.lease.held(now) else "",
            epoch=self.lease.epoch,
        )

    @property
    def media_ms(self) -> int:
        """The show clock."""
        return self.clock.media_ms(time.monotonic())

    @property
    def wall_ms(self) -> int:
        """Unix time."""
        return self._wall.wall_ms()

    def public_state(self, *, keyed: bool) -> ShowState:
        """The state a visitor is told: a rehearsal looks like a draft to whoever has no key."""
        state = self._show.state
        return "draft" if state == "rehearsal" and not keyed else state

    def may_watch(self, *, keyed: bool) -> bool:
        """Whether the programme may go to a reader now."""
        return self._show.state == "live" or (keyed and self._show.state in ("rehearsal", "paused", "draft"))

    async def execute(self, command: Command, by: Actor) -> Any:
        """Run a command of the server's, one at a time."""
        async with self._lock:
            return await self.dispatcher.execute(command, by)

    # ── the lease and its packets ────────────────────────────────────────────────────────────────────────────

    async def take_lease(self, studio: StudioMember, message: wire.Lease) -> wire.Lease:
        """`studio` wants to send; raises `Held` when another desktop does."""
        if self._show.state == "ended":
            raise WrongState(N_("This show has ended"))
        now = time.monotonic()
        async with self._lock:
            holder = self.lease.client
            epoch = await self._move_lease(studio, now, take_over=message.take_over or self._left_behind(studio))
        self.fanout.offer(_ladder(message), now)
        stream_ms = self.clock.resume(message.media_ms, now)
        self._taken_s = now
        for other in self.studios:
            if other.client == holder != studio.client:
                other.put(wire.Lease(action="lost", show=self._show.id, holder=studio.name, epoch=epoch))
        self._demanded.clear()
        self._readers_changed()
        self._push_state()
        return wire.Lease(action="taken", show=self._show.id, epoch=epoch, media_ms=stream_ms)

    async def _move_lease(self, studio: StudioMember, now: float, *, take_over: bool) -> int:
        """Give `studio` the lease and store its epoch; when it cannot be stored nothing has changed."""
        before = dataclasses.replace(self.lease)
        epoch, previous = self.lease.take(studio.client, studio.name, now, take_over=take_over)
        if epoch != self._show.epoch:
            taken = events.LeaseTaken(holder=studio.name, previous=previous, epoch=epoch)
            try:
                await self._append(studio.client, [taken], epoch=epoch)
            except BaseException:
                self.lease = before
                raise
            self._show = msgspec.structs.replace(self._show, epoch=epoch)
        return epoch

    def resumes(self, studio: StudioMember) -> bool:
        """Whether `studio` should go back on air by itself: its machine's last desktop crashed a moment ago."""
        recent = time.monotonic() - self.lease.beat_s < RESUME_S
        return recent and bool(self.lease.client) and self._show.state in ("live", "paused") and self._left_behind(studio)

    def _left_behind(self, studio: StudioMember) -> bool:
        """Whether the lease is what a crash on `studio`'s own machine left behind: it need not wait for it to end."""
        gone = all(other.client != self.lease.client for other in self.studios)
        return gone and machine_of(self.lease.client) == machine_of(studio.client) != ""

    async def set_curtain(self, studio: StudioMember, *, down: bool) -> None:
        """The desktop on air has lowered its curtain, or raised it."""
        if studio.client == self.lease.client and down != self.curtain:
            await self._append(studio.client, [events.CurtainLowered() if down else events.CurtainRaised()])
            self.curtain = down

    async def release_lease(self, studio: StudioMember) -> None:
        """`studio` stops sending, on purpose."""
        if self.lease.release(studio.client):
            self.curtain = False
            self.clock.stop(time.monotonic())
            if self._stream_announced == self.lease.epoch:
                self._stream_announced = 0
                await self._append(studio.client, [events.StreamStopped(epoch=self.lease.epoch)])
            self._push_state()

    async def media(self, packet: MediaPacket, studio: StudioMember) -> None:
        """A packet from `studio`; packets of older epochs, or from who does not hold the lease, are dropped."""
        if packet.epoch != self.lease.epoch or studio.client != self.lease.client:
            return
        now = time.monotonic()
        self.lease.beat(studio.client, now)
        self.clock.packet(packet.pts_ns, now)
        if self._stream_announced != packet.epoch:
            self._stream_announced = packet.epoch
            self._spawn(self._stream_started(packet.epoch))
        await self.fanout.send(packet, steady_ms() / 1000)

    def offered(self, studio: StudioMember, message: wire.Offer) -> None:
        """The desktop's uplink carries more or less than before."""
        if studio.client == self.lease.client:
            self.fanout.offer(_ladder(message), time.monotonic())
            self._readers_changed()

    def beat(self, studio: StudioMember, stream_ms: int) -> None:
        """A heartbeat of the link, with the desktop's stream clock."""
        now = time.monotonic()
        if self.lease.beat(studio.client, now) and stream_ms:
            self.clock.heard(stream_ms, now)

    async def _stream_started(self, epoch: int) -> None:
        await self._append(self.lease.client, [events.StreamStarted(epoch=epoch)])
        self.broadcast_clock()
        self._push_state()

    # ── readers ──────────────────────────────────────────────────────────────────────────────────────────────

    def add_reader(self, reader: Reader) -> None:
        """A viewer's connection is up."""
        reader.allowed = self.may_watch(keyed=reader.keyed)
        self.fanout.add(reader)

    def _request_keyframe(self, rendition: int) -> None:
        """Ask the desktop for a keyframe; requests within 100 ms share one message, the last is never lost."""
        if rendition in self._asked_for_key:
            self._asked_for_key[rendition] = True
            return
        self._asked_for_key[rendition] = False
        asyncio.get_running_loop().call_later(KEYFRAME_PAUSE_S, self._after_keyframe, rendition)
        for studio in self.studios:
            if studio.client == self.lease.client:
                studio.put(wire.Keyframe(rendition=RENDITION_NAMES[rendition]))

    def _after_keyframe(self, rendition: int) -> None:
        if self._asked_for_key.pop(rendition, False):
            self._request_keyframe(rendition)

    def _readers_changed(self) -> None:
        now = time.monotonic()
        offered = {RENDITION_NAMES[step.rendition] for step in self.fanout.ladder}
        for short_side in sorted(offered | set(self._demanded), reverse=True):
            number = RENDITIONS[short_side]
            readers = self.fanout.count(number)
            if readers:
                self._unread_since.pop(short_side, None)
            elif self._demanded.get(short_side) and now - self._unread_since.setdefault(short_side, now) < DEMAND_LINGER_S:
                continue  # a reload leaves for a moment: do not stop the encoder for it
            if self._demanded.get(short_side) != readers:
                self._demanded[short_side] = readers
                for studio in self.studios:
                    if studio.client == self.lease.client:
                        studio.put(wire.Demand(rendition=short_side, readers=readers))

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────

    def _register(self) -> None:
        register = self.dispatcher.register
        register(show_commands.ShowStart, self._start_show)
        register(show_commands.ShowPause, self._pause_show)
        register(show_commands.ShowResume, self._resume_show)
        register(show_commands.ShowEnd, self._end_show)
        register(show_commands.ShowRehearse, self._rehearse)
        register(show_commands.ShowRename, self._rename)
        for part in (self.shelf, self.chat, self.polls):
            part.register(self.dispatcher)

    async def _start_show(self, command: show_commands.ShowStart, by: Actor) -> None:
        now = time.monotonic()
        if not self.lease.held(now):
            raise WrongState(N_("No desktop is sending the programme: start the stream first"))
        first = self.clock.origin_ms is None
        self.clock.went_live(now)
        values: dict[str, Any] = {"live_origin_ms": self.clock.origin_ms}
        if first or self._show.live_since_ms is None:
            values["live_since_ms"] = self._wall.wall_ms()
        try:
            await self._become("live", events.ShowStarted(), by, now, **values)
        except BaseException:
            if first:
                self.clock.origin_ms = None
            raise

    async def _pause_show(self, command: show_commands.ShowPause, by: Actor) -> None:
        await self._become("paused", events.ShowPaused(), by)

    async def _resume_show(self, command: show_commands.ShowResume, by: Actor) -> None:
        await self._become("live", events.ShowResumed(), by)

    async def _end_show(self, command: show_commands.ShowEnd, by: Actor) -> None:
        await self._become("ended", events.ShowEnded(), by, ended_at_ms=self._wall.wall_ms())
        await self.chat.ended()

    async def _rehearse(self, command: show_commands.ShowRehearse, by: Actor) -> None:
        if command.on == (self._show.state == "rehearsal"):
            return
        if command.on:
            await self._become("rehearsal", events.RehearsalStarted(), by)
        else:
            await self._become("draft", events.RehearsalEnded(), by)

    async def _rename(self, command: show_commands.ShowRename, by: Actor) -> None:
        await self._append(by.id, [events.ShowRenamed(title=command.title)], title=command.title)
        self._show = msgspec.structs.replace(self._show, title=command.title)
        self._push_state()

    async def _become(self, state: ShowState, event: AnyEvent, by: Actor, now: float | None = None, **values: Any) -> None:
        await self._append(by.id, [event], now, state=state, **values)
        rehearsed = self.rehearsed
        known = {name: value for name, value in values.items() if name in Show.__struct_fields__}
        self._show = msgspec.structs.replace(self._show, state=state, **known)
        if self.rehearsed != rehearsed:
            for message in self.refreshed(keyed=False):
                self._tell_pages(message, keyed=False)
        self.fanout.allow(lambda reader: self.may_watch(keyed=reader.keyed))
        self.broadcast_clock()
        self._push_state()

    async def append(self, actor: str, new: Sequence[AnyEvent], change: Change | None = None) -> list[Logged]:
        """Store events and what goes with them, in one transaction."""
        return await self._store(actor, new, None, change)

    async def save_settings(self, actor: str, new: Sequence[AnyEvent], settings: ShopSettings) -> None:
        """Store events and new settings of the shop."""
        await self._append(actor, new, shop=msgspec.json.encode(settings).decode())
        self.settings = settings
        self.shop_changed()

    async def _append(self, actor: str, new: Sequence[AnyEvent], now: float | None = None, **values: Any) -> None:
        """Store events that happened `now`, and columns of the show with them."""

        async def change(connection: AsyncConnection) -> None:
            if values:
                await show_rows.change(connection, self._show.id, **values)

        await self._store(actor, new, now, change)

    async def _store(self, actor: str, new: Sequence[AnyEvent], now: float | None, change: Change | None) -> list[Logged]:
        media_ms = self.clock.media_ms(time.monotonic() if now is None else now)
        logged = await self._log.append(self._show.id, actor, media_ms, new, change)
        if logged:
            self._show = msgspec.structs.replace(self._show, seq=max(self._show.seq, logged[-1].seq))
        return logged

    # ── news ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def catch_up(self, seq: int, limit: int) -> list[Logged]:
        """The next events after `seq`, up to the newest that was delivered; at most `limit`, whoever may see them."""
        return await self.news.since(seq, limit)

    async def history(self, kind: str) -> list[Logged]:
        """All events of a type, oldest first."""
        return await self._log.of_type(self._show.id, kind)

    async def pinned(self) -> list[tuple[str, int]]:
        """What was pinned since the show went live, and where on the show clock: what was pinned just then, at its beginning."""
        since_ms = self._show.live_since_ms
        before: dict[str, int] = {}
        found: list[tuple[str, int]] = []
        if since_ms is None:
            return []
        items = [*await self.history("product.pinned"), *await self.history("product.unpinned")]
        for item in sorted(items, key=lambda item: item.seq):
            if item.at_ms >= since_ms:
                if isinstance(item.data, events.ProductPinned):
                    found.append((item.data.product, item.media_ms))
            elif isinstance(item.data, events.ProductPinned):
                before[item.data.product] = 0
            elif isinstance(item.data, events.ProductUnpinned):
                before.pop(item.data.product, None)
        return [*before.items(), *found]

    def may_know(self, item: Logged, *, keyed: bool, visitor: str = "") -> bool:
        """Whether a page may be told of an event now: of the stream only while it may watch, or a rehearsal would show."""
        if not events.may_see(item.data, studio=False, visitor=visitor):
            return False
        if item.data.of_stream:
            return self.may_watch(keyed=keyed)
        return keyed or not (self.rehearsed and item.data.hidden_in_rehearsal)

    async def missed(self, items: list[Logged], member: Member) -> bytes | None:
        """Events of the past as a message for one page; None when none of them is its business."""
        told = [item for item in items if self.may_know(item, keyed=member.keyed, visitor=member.id)]
        return page_events(told, await self.chat.words(told)) if told else None

    async def _prepare_news(self, new: list[Logged]) -> Callable[[], None]:
        lines = await self.chat.words(new)
        return lambda: self._send_news(new, lines)

    def _send_news(self, new: list[Logged], lines: dict[str, ChatLine]) -> None:
        for keyed in (False, True):
            if told := [item for item in new if self.may_know(item, keyed=keyed)]:
                self._tell_pages(page_events(told, lines), keyed=keyed)
        for item in new:
            if item.audience == "visitor":
                self._tell_visitor(item, lines)
            line = lines.get(getattr(item.data, "line", ""))
            for studio in self.studios:
                studio.put(wire.EventMessage(show=self._show.id, event=item, line=line))

    def _tell_visitor(self, item: Logged, lines: dict[str, ChatLine]) -> None:
        message = page_events([item], lines)
        for member in self.members:
            if self.may_know(item, keyed=member.keyed, visitor=member.id):
                member.put(message)

    def _tell_pages(self, message: bytes, *, keyed: bool) -> None:
        frame = text_frame(message)
        for member in self.members:
            if member.keyed == keyed:
                member.outbox.put_frame(frame)

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message about the shop to every page; what is rehearsed only to those with the key."""
        self.told += 1
        for keyed in (False, True):
            if keyed or not self.rehearsed:
                self._tell_pages(msgspec.json.encode(message), keyed=keyed)

    @property
    def rehearsed(self) -> bool:
        """Whether what is pinned and asked now is not meant for the audience."""
        return self._show.state == "rehearsal"

    def public_pins(self, *, keyed: bool) -> tuple[str, ...]:
        """What is pinned, for whoever may know."""
        return self.shelf.pins if keyed or not self.rehearsed else ()

    def standing(self, *, keyed: bool) -> dict[str, Any]:
        """What a page is told of products, pins, poll and chat when it comes."""
        hidden = self.rehearsed and not keyed
        poll = None if hidden else self.polls.poll
        pins = {"pins": self.public_pins(keyed=keyed)}
        return self.shelf.first() | pins | {"poll": poll, "chat": self.chat.standing(hidden=hidden)}

    def refreshed(self, *, keyed: bool) -> list[bytes]:
        """The same for a page that is there, as messages."""
        now = self.standing(keyed=keyed)
        order = [product["id"] for product in self.shelf.public()]
        said: list[dict[str, Any]] = [
            {"t": "products", "changed": now["products"], "pins": now["pins"], "order": order},
            {"t": "poll", "poll": now["poll"]},
            {"t": "chat"} | now["chat"],
        ]
        return [msgspec.json.encode(message) for message in said]

    def enter(self, member: Member) -> None:
        """A page is here, and told everything up to now."""
        self.members.add(member)
        self._networks[member.id] = member.origin.network
        while len(self._networks) > NETWORKS_KEPT:
            self._networks.pop(next(iter(self._networks)))

    def network_of(self, visitor: str) -> str:
        """The keyed hash of a visitor's address and browser, when they were here lately."""
        return self._networks.get(visitor, "")

    def clock_message(self, *, keyed: bool) -> bytes:
        """The pair that maps RTP timestamps to the show clock; it was also the clock's own position at `at_ms`."""
        now = time.monotonic()
        stream_ms = self.clock.now_ms(now)
        return msgspec.json.encode(
            {
                "t": "clock",
                "rtp": self.fanout.video_timestamp(stream_ms * NS_PER_MS),
                "media_ms": stream_ms - (self.clock.origin_ms or 0),
                "at_ms": steady_ms(),
                "on_air": self.clock.fresh(now) and self._stream_announced != 0 and self.may_watch(keyed=keyed),
            }
        )

    def broadcast_clock(self) -> None:
        """Tell every page the clock."""
        for keyed in (False, True):
            self._tell_pages(self.clock_message(keyed=keyed), keyed=keyed)

    def branches(self) -> dict[str, Any]:
        """What studios are told of the state that is kept here; the shop's products come apart (`products`)."""
        return {"show": self.show, "shop": self.shop, "numbers": self.tally.numbers(self.chat.said)}

    def products(self) -> list[wire.Products]:
        """All products, for a studio that comes."""
        return self._shelf_news.everything()

    @property
    def shop(self) -> Shop:
        """The shop as the studios see it, without its products."""
        settings = self.settings
        return Shop(
            pins=self.shelf.pins,
            claims=settings.claims,
            cart_confirms=settings.cart_confirms,
            sets=self.shelf.sets,
            rules=settings.rules,
            pinned_line=self.chat.line(settings.pinned_line),
            picture_line=self.chat.line(settings.picture_line),
            answering=self.chat.answering,
            poll=self.polls.poll,
        )

    def shop_changed(self) -> None:
        """The shop's state is another: the studios are told soon."""
        self._shop_dirty = True
        if self._pushing is None and not self._closing:
            wait_s = max(0.0, self._pushed_s + STATE_EVERY_S - time.monotonic())
            self._pushing = asyncio.get_running_loop().call_later(wait_s, self._push_shop)

    def _push_shop(self) -> None:
        self._pushing = None
        self._pushed_s = time.monotonic()
        if self._shop_dirty:
            self._shop_dirty = False
            for message in self._shelf_news.changes(self.shelf.products):
                for studio in self.studios:
                    studio.put(message)
            if (shop := self.shop) != self._shop_told:
                self._shop_told = shop
                self._push("shop", shop)

    def _push_state(self) -> None:
        """Tell the studios the show's state, at most ten times a second."""
        now = time.monotonic()
        sent, last = self._pushed
        show = self.show
        if msgspec.structs.replace(show, media_ms=last.media_ms) == last or now - sent < STATE_EVERY_S:
            return
        self._pushed = (now, show)
        self._push("show", show)

    def _push(self, branch: str, value: Any) -> None:
        for studio in self.studios:
            studio.push(branch, value)

    async def _tick(self) -> None:
        counted: tuple[float, int] = (0.0, -1)
        while True:
            await asyncio.sleep(TICK_S)
            now = time.monotonic()
            try:
                await self._watch_stream(now)
            except Exception as error:  # the database may be away for a moment; the next tick tries again
                log.error("the state of the stream could not be stored: %s", place_of(error))
            self._readers_changed()
            self._push_state()
            try:
                await self.shelf.tick(self.wall_ms)
            except Exception as error:  # the database may be away for a moment; the next tick tries again
                log.error("the prices of the show could not be stored: %s", place_of(error))
            if now - self._reported_s >= 1:
                self._reported_s = now
                self.fanout.report(steady_ms() / 1000)
                self.fanout.tick(now)
                await self._second()
            if now - counted[0] >= 1 and len(self.members) != counted[1]:
                counted = (now, len(self.members))
                message = msgspec.json.encode({"t": "viewers", "count": counted[1]})
                for member in self.members:
                    member.put(message)

    async def _second(self) -> None:
        self.chat.tick()
        self.polls.tick()
        if self._reactions:
            self.tell({"t": "reactions", "count": self._reactions})
            self._reactions = 0
        store = self.tally.second(len(self.members))
        numbers = self.tally.numbers(self.chat.said)
        if numbers != self._numbers:
            self._numbers = numbers
            self._push("numbers", numbers)
        if store:
            try:
                await self.tally.store()
            except Exception as error:  # the database may be away for a moment; nothing is lost, the next time tries again
                log.error("the numbers could not be stored: %s", place_of(error))

    def react(self, times: int) -> None:
        """The audience is pleased; everybody sees how much, once a second."""
        self._reactions += times
        self.tally.count("reaction", times=times)

    async def _watch_stream(self, now: float) -> None:
        if self._stream_announced and min(self.clock.silent_s(now), now - self._taken_s) > LOST_AFTER_S:
            epoch = self._stream_announced
            await self._append(self.lease.client, [events.StreamLost(epoch=epoch)])
            if self._stream_announced == epoch:
                self._stream_announced = 0
            self.broadcast_clock()
        if self.clock.fresh(now) and now - self._stored_s > STORE_EVERY_S:
            self._stored_s = now
            await self._store_clock()
            self.broadcast_clock()

    async def _store_clock(self) -> None:
        stream_ms = self.clock.now_ms(time.monotonic())

        async def change(connection: AsyncConnection) -> None:
            await show_rows.change(connection, self._show.id, stream_ms=stream_ms)

        await self._log.append(self._show.id, "", 0, [], change)

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.append(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.remove(task)
        if not task.cancelled() and task.exception() is not None:
            log.error("a task of the room failed", exc_info=task.exception())


def page_events(items: list[Logged], lines: dict[str, ChatLine]) -> bytes:
    """Events as pages are told them: without the client behind them, whose id names a person's computer, and with the words
    that they are about, where those are still there."""
    return msgspec.json.encode({"t": "events", "events": [page_event(item, lines) for item in items]})


def page_event(item: Logged, lines: dict[str, ChatLine]) -> dict[str, Any]:
    """One of them."""
    event: dict[str, Any] = {"seq": item.seq, "at_ms": item.at_ms, "media_ms": item.media_ms, "actor": "", "data": item.data}
    line = lines.get(getattr(item.data, "line", ""))
    if line is not None and line.state != "removed":
        event["line"] = public_line(line)
    return event


def _ladder(message: wire.Lease | wire.Offer) -> tuple[Step, ...]:
    """The renditions of the message that there are, best first; a desktop that names none sends the largest."""
    rates = itertools.zip_longest(message.renditions, message.kbps)
    known = {side: max(1, rate or DEFAULT_KBPS) for side, rate in rates if side in RENDITIONS} or {1080: DEFAULT_KBPS}
    return tuple(Step(RENDITIONS[side], rate) for side, rate in sorted(known.items(), reverse=True))
