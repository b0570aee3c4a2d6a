"""The brand's call desk: rings customers' calls at advisors in turn, and carries out what both ask for.

Time is the clock's, and `tick` is the only thing that lets it pass; `CallQueue` has what is true.
"""

import asyncio
import contextlib
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from studio import events
from studio.clock import Clock
from studio.commands import Actor
from studio.errors import Overloaded, WrongState
from studio.i18n import N_
from studio.server.calls.bookings import Bookings
from studio.server.calls.customer import Customer
from studio.server.calls.figures import day_began_ms, figures
from studio.server.calls.inbox import Inbox
from studio.server.calls.products import ProductLook
from studio.server.calls.queue import WAITING, CallQueue
from studio.server.calls.seats import GONE_MS, AdvisorSession, Seat, longest_free
from studio.server.calls.signals import Signals
from studio.server.calls.views import advising, public_call, wait_s
from studio.server.db import calls as rows
from studio.server.db.calls import CallRow
from studio.server.faults import place_of
from studio.server.ice_servers import IceServers
from studio.show.call import Author, CallLine, CallState, Ending, Person
from studio.show.call_rules import CallRules
from studio.show.opening_hours import is_open, next_change_ms
from studio.state.calls import Advising, CallFigures, Calls

log = logging.getLogger(__name__)

RULES = "calls"
SHOWN = 50
"""Calls of the line that studios are told; the rest is a number."""
TOLD_S, POLL_S = 0.05, 0.5
"""What changes is told so long after, together; and time is looked at so often."""
USUAL_S = 240
"""How long a call takes, until today's calls say so."""
PAGES_S = 0.5
"""How often pages are told that the line has moved."""
FIGURES_MS = 60_000
"""Figures are made anew at least so often."""
LINES_MAX = 500
"""Lines that a call may have."""


class CallRouter:
    """`seats` by desktop, `customers` by call. On the server's loop; `start` once the database is open."""

    def __init__(
        self,
        queue: CallQueue,
        inbox: Inbox,
        bookings: Bookings,
        *,
        engine: AsyncEngine,
        clock: Clock,
        ice: IceServers,
        relay: bool,
    ) -> None:
        self.queue, self.inbox, self.bookings = queue, inbox, bookings
        inbox.changed = bookings.changed = self.changed
        inbox.rules = bookings.rules = lambda: self.rules
        self.rules = CallRules()
        self.seats: dict[str, Seat] = {}
        self.customers: dict[str, Customer] = {}
        self.listeners: set[Customer] = set()
        """Pages that have the panel open."""
        self.push: Callable[[str, Any], None] = lambda branch, value: None
        """Tells every studio a branch."""
        self.sessions_of: Callable[[str], Sequence[AdvisorSession]] = lambda client: ()
        """The connections of a desktop."""
        self._engine = engine
        self._clock = clock
        self.signals = Signals(ice, clock, relay=relay, seats=self.seats, customers=self.customers, seats_of=self.seats_of)
        self.look = ProductLook(engine, clock)
        self._figures = CallFigures()
        self.absent: dict[str, int] = {}
        """Calls in line whose page is gone, and since when."""
        self.figures_stale = True
        self._figured_ms = 0
        self._written: Counter[str] = Counter()
        """Lines of each call, as far as this server has seen them come."""
        self._told = Calls()
        self._desk_told: dict[str, Any] = {}
        self._pages_told_s = float("-inf")
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._moving = asyncio.Lock()

    async def start(self) -> None:
        """Read the line and the rules, and begin to ring."""
        await self.queue.load()
        async with self._engine.connect() as connection:
            stored = await rows.setting(connection, RULES)
        if stored:
            self.rules = msgspec.json.decode(stored, type=CallRules)
        await self.inbox.load()
        await self.bookings.load()
        now_ms = self._clock.wall_ms()
        for row in self.queue.rows.values():  # their pages and desktops have a moment to come back
            self.absent[row.id] = now_ms
            for person in row.people:
                seat = self.seat(person.client, person.name)
                seat.status, seat.call, seat.peer, seat.gone_ms = "busy", row, person.peer, now_ms
                seat.called = person.name
        self._task = asyncio.create_task(self._run(), name="call-desk")

    async def close(self) -> None:
        """Ring no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self.tick()
            except Exception as error:  # the database is away: the line stands still until it is back
                log.error("the line could not be moved: %s", place_of(error))
            await asyncio.sleep(TOLD_S)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()

    # ── what everybody is told ───────────────────────────────────────────────────────────────────────────────

    @property
    def open(self) -> bool:
        """Whether customers may ring now."""
        now_ms = self._clock.wall_ms()
        return is_open(self.rules.hours, now_ms) if self.rules.hours is not None else bool(self.answering)

    @property
    def answering(self) -> list[Seat]:
        """Who is there, even if busy."""
        return [seat for seat in self.seats.values() if seat.status != "off" and seat.sessions]

    def public_desk(self) -> dict[str, Any]:
        """What pages are told of the desk."""
        now_ms = self._clock.wall_ms()
        hours, waiting = self.rules.hours, self.queue.waiting
        return {
            "t": "desk",
            "open": self.open,
            "change_ms": next_change_ms(hours, now_ms) if hours is not None else None,
            "now_ms": now_ms,
            "waiting": len(waiting),
            "wait_s": self._wait_s(len(waiting)),
            "free": len(longest_free(self.seats.values())),
            "topics": msgspec.to_builtins(self.rules.topics),
            "messages": self.rules.messages,
            "bookings": self.rules.bookings and hours is not None,
        }

    def _wait_s(self, before: int) -> int | None:
        """How long somebody waits behind so many others; None: nobody is there to say."""
        answering = self.answering
        return wait_s(before, len(longest_free(answering)), len(answering), self._figures.length_p50_s or USUAL_S)

    def public_call(
        self, row: CallRow, *, place: int = 0, secret: str = "", lines: Sequence[CallLine] | None = None
    ) -> dict[str, Any]:
        """What the customer's page is told of their call; `place` in line, when that is known already."""
        told = public_call(row, self.look.known, lines)
        if row.state in ("waiting", "ringing"):
            place = place or self.queue.place(row)
            told |= {"place": place, "wait_s": self._wait_s(place - 1)}
        if secret:
            told["secret"] = secret
        return told

    def state(self) -> Calls:
        """The line as studios see it."""
        now_ms = self._clock.wall_ms()
        hours, waiting = self.rules.hours, self.queue.waiting
        return Calls(
            at_ms=now_ms,
            open=self.open,
            change_ms=next_change_ms(hours, now_ms) if hours is not None else None,
            waiting=len(waiting),
            queue=tuple(row.call for row in waiting[:SHOWN]),
            live=tuple(row.call for row in self.queue.rows.values() if row.state in ("live", "away")),
            advisors=tuple(seat.advisor for _, seat in sorted(self.seats.items())),
            today=self._figures,
            topics=self.rules.topics,
            replies=self.rules.replies,
            rules=self.rules,
            messages=self.inbox.messages,
            unread=self.inbox.unread,
            bookings=self.bookings.booked,
            mails=self.bookings.mails,
        )

    def customer_of(self, by: Actor) -> CallRow:
        """The call of the customer that an advisor talks with. Raises `WrongState`."""
        seat = self.seats.get(by.id)
        row = self.queue.rows.get(seat.call.id) if seat is not None and seat.call is not None else None
        if row is None or row.state not in ("live", "away"):
            raise WrongState(N_("You are in no call"))
        return row

    async def forget(self, visitor: str) -> None:
        """A visitor was forgotten: what we remember of their calls is what is stored now."""
        for row in [row for row in self.queue.rows.values() if row.visitor == visitor]:
            await self.queue.reload(row.id)
            if (now := self.queue.rows.get(row.id)) is not None:
                self.follow(now)
            for seat in self.seats_of(row.id):
                seat.lines = await self.queue.lines(row.id)
                self.tell_seat(seat)

    async def set_rules(self, rules: CallRules, by: str) -> None:
        """The brand answers in another way from now on."""
        value = msgspec.json.encode(rules).decode()
        await self.queue.set(RULES, value, events.CallRulesChanged(), by)
        self.rules = rules
        self.changed()

    def changed(self) -> None:
        """Something of the line is different: everybody is told within a moment."""
        self._wake.set()

    def _tell(self) -> None:
        state = self.state()
        if msgspec.structs.replace(state, at_ms=0) != msgspec.structs.replace(self._told, at_ms=0):
            self._told = state
            self.push("calls", state)
        now_s = asyncio.get_running_loop().time()
        if now_s - self._pages_told_s >= PAGES_S:  # a line of hundreds moves with every ring
            self._pages_told_s = now_s
            self._tell_pages()

    def _tell_pages(self) -> None:
        desk = self.public_desk()
        if (news := desk | {"now_ms": 0}) != self._desk_told:
            self._desk_told = news
            for listener in self.listeners:
                listener.tell_desk(desk)
        for place, row in enumerate(self.queue.waiting, start=1):
            if (customer := self.customers.get(row.id)) is not None:
                customer.tell_call(self.public_call(row, place=place))

    def advising(self, client: str) -> Advising:
        """What a desktop's person is doing."""
        return advising(self.seats.get(client))

    def tell_seat(self, seat: Seat) -> None:
        """The advisor's own view."""
        shown = advising(seat)
        for session in seat.sessions:
            session.push("advising", shown)

    def follow(self, row: CallRow) -> None:
        """A call is different: who is in it is told now, the others in a moment."""
        for seat in self.seats.values():
            if seat.call is not None and seat.call.id == row.id:
                seat.call = row
                self.tell_seat(seat)
        if (customer := self.customers.get(row.id)) is not None:
            customer.tell_call(self.public_call(row))
            if row.state == "ended":
                del self.customers[row.id]
                customer.call = ""
        self.changed()

    # ── time passes ──────────────────────────────────────────────────────────────────────────────────────────

    async def tick(self) -> None:
        """Rings end, who is gone for too long is let go, the next ones are rung for."""
        async with self._moving:
            await self._move()

    async def _move(self) -> None:
        now_ms = self._clock.wall_ms()
        for seat in tuple(self.seats.values()):
            await self._grow_lonely(seat, now_ms)
        for row in tuple(self.queue.rows.values()):
            with contextlib.suppress(WrongState):  # somebody has moved it meanwhile: the others have their turn all the same
                await self._grow_old(row, now_ms)
        for row in self.queue.waiting:
            if row.state == "waiting" and row.id not in self.absent:
                await self._ring(row, now_ms)
        if self.figures_stale or now_ms - self._figured_ms >= FIGURES_MS:  # a day ends, somebody orders
            self._figured_ms, self.figures_stale = now_ms, False
            zone = self.rules.hours.zone if self.rules.hours else "UTC"
            self._figures = await figures(self._engine, day_began_ms(now_ms, zone))
        self._tell()

    async def _grow_old(self, row: CallRow, now_ms: int) -> None:
        gone_ms = self.absent.get(row.id)
        over = row.until_ms is not None and now_ms >= row.until_ms
        lost = gone_ms is not None and now_ms - gone_ms >= self.rules.return_s * 1000
        if row.state in ("waiting", "ringing") and lost:
            await self.end(row, ["waiting", "ringing"], "left")
        elif row.state == "ringing" and (over or row.advisor not in self.seats):
            await self.missed(row, auto_off=True)
        elif row.state == "away" and over:
            await self.end(row, ["away"], "left")
        elif row.state in ("live", "away"):
            await self._keep_company(row, now_ms)
        elif row.state == "waiting" and now_ms - row.lined_ms >= self.rules.patience_s * 1000:
            await self.end(row, ["waiting"], "no_answer" if self.open else "closed")

    async def _keep_company(self, row: CallRow, now_ms: int) -> None:
        """Who was talking is not left alone: with no advisor any more it goes back to its place in line."""
        there = tuple(person for person in row.people if person.client in self.seats)
        gone_ms = self.absent.get(row.id)
        if not there:
            lost = events.CallRequeued(call=row.id, advisor=row.advisor, why="lost")
            values = WAITING | {"lined_ms": now_ms, "people": (), "held": False, "again": True, "passed": ()}
            await self.change(row, ["live", "away"], [lost], **values)
        elif there != row.people:
            gone = [events.CallLeft(call=row.id, advisor=person.client) for person in row.people if person not in there]
            await self.change_people(row, there, gone)
        elif row.state == "live" and gone_ms is not None and now_ms - gone_ms >= GONE_MS:
            await self.away(row)

    async def _grow_lonely(self, seat: Seat, now_ms: int) -> None:
        """An advisor's desktop may be away for a moment; the customer does not wait for it for ever."""
        if seat.invited_until_ms is not None and now_ms >= seat.invited_until_ms:
            self.free(seat, "off", why="missed")
        if seat.gone_ms is not None and now_ms - seat.gone_ms >= GONE_MS:
            del self.seats[seat.client]
            self.changed()

    async def change_people(self, row: CallRow, people: tuple[Person, ...], new: Sequence[events.AnyEvent], by: str = "") -> None:
        """Others are in the call now; the first of them has it."""
        first = people[0]
        name = self.seats[first.client].name if first.client in self.seats else first.name
        values: dict[str, Any] = {"people": people, "advisor": first.client, "advisor_name": name}
        await self.change(row, ["live", "away"], new, by=by, **values)

    async def _ring(self, row: CallRow, now_ms: int) -> None:
        free = longest_free(self.seats.values())
        if row.wanted and row.wanted not in {seat.client for seat in self.answering}:
            row = replace(row, wanted="")  # the colleague is not there any more: anybody may
        able = [seat for seat in free if seat.takes(row)]
        if not able and free and not row.wanted and all(seat.client in row.passed for seat in self.answering):
            able = [seat for seat in free if seat.takes(replace(row, passed=()))]  # all have had their turn
        if not able:
            return
        seat = able[0]
        until_ms = now_ms + self.rules.ring_s * 1000
        values: dict[str, Any] = {
            "state": "ringing",
            "since_ms": now_ms,
            "advisor": seat.client,
            "advisor_name": seat.name,
            "until_ms": until_ms,
        }
        seat.status = "ringing"  # before the database is asked: it rings for one call at a time
        changed = None
        try:
            changed = await self.queue.change(row.id, ["waiting"], **values)
        finally:  # the database may be away
            if changed is None:
                self.free(seat, "free")
        if changed is None:
            return
        seat.call, seat.why = changed, ""
        seat.lines = await self.queue.lines(row.id)
        self.follow(changed)

    async def missed(self, row: CallRow, *, auto_off: bool, passed: bool = False) -> None:
        """It rang in vain: the next one. Who does not answer is not there, whatever their switch says."""
        event = events.CallMissed(call=row.id, advisor=row.advisor, passed=passed)
        values = WAITING | {"wanted": "", "passed": (*row.passed, row.advisor)}
        changed = await self.queue.change(row.id, ["ringing"], [event], where_advisor=row.advisor, **values)
        if changed is None:
            return
        if (seat := self.seats.get(row.advisor)) is not None and seat.call is not None and seat.call.id == row.id:
            self.free(seat, "off" if auto_off else "free", why="missed" if auto_off else "")
        self.follow(changed)

    async def away(self, row: CallRow) -> None:
        """The customer's page is gone: their call is kept for a while."""
        now_ms = self._clock.wall_ms()
        until_ms = now_ms + self.rules.return_s * 1000
        await self.change(row, ["live"], [events.CallerLeft(call=row.id)], state="away", since_ms=now_ms, until_ms=until_ms)

    async def end(self, row: CallRow, states: list[CallState], ending: Ending, by: str = "") -> CallRow | None:
        """It is over; None when it was already."""
        values: dict[str, Any] = {
            "state": "ended",
            "ending": ending,
            "ended_ms": self._clock.wall_ms(),
            "until_ms": None,
            "people": (),
        }
        changed = await self.queue.change(row.id, states, [events.CallEnded(call=row.id, ending=ending)], by=by, **values)
        if changed is None:
            return None
        self.absent.pop(row.id, None)
        self._written.pop(row.id, None)
        self.figures_stale = True
        for seat in self.seats_of(row.id):
            seat.peer = ""
            if seat.status == "busy":
                seat.status = "wrap_up"
            else:
                self.free(seat, "free")
        self.follow(changed)
        return changed

    async def change(
        self, row: CallRow, states: list[CallState], new: Sequence[events.AnyEvent] = (), *, by: str = "", **values: Any
    ) -> CallRow:
        """Change a call, and tell; raises `WrongState` when it has moved on."""
        changed = await self.queue.change(row.id, states, new, by=by, **values)
        if changed is None:
            raise WrongState(N_("This call has changed meanwhile: try again"))
        inside = {person.client for person in changed.people}
        for seat in self.seats_of(row.id):
            if seat.status == "busy" and seat.client not in inside:
                seat.peer, seat.status = "", "wrap_up"
            elif seat.invited_until_ms is not None and changed.state not in ("live", "away"):
                self.free(seat, "free")
        self.follow(changed)
        return changed

    def seats_of(self, call: str) -> list[Seat]:
        """Who it rings at, who is in it, who has it to wrap up."""
        return [seat for seat in self.seats.values() if seat.call is not None and seat.call.id == call]

    def free(self, seat: Seat, status: Any, why: str = "") -> None:
        """Nothing rings or is talked about here any more."""
        seat.status, seat.why, seat.call, seat.lines = status, why, None, []
        seat.peer, seat.invited_until_ms, seat.free_ms = "", None, self._clock.wall_ms()
        self.tell_seat(seat)
        self.changed()

    # ── advisors come and go ─────────────────────────────────────────────────────────────────────────────────

    def enter(self, session: AdvisorSession) -> None:
        """A studio has connected; it may have been in a call before its link broke."""
        seat = self.seats.get(session.client)
        if seat is not None:
            seat.sessions.append(session)
            seat.gone_ms = None
            self.tell_seat(seat)
            self.signals.introduce(seat)
            self.changed()

    def leave(self, session: AdvisorSession) -> None:
        """A studio's connection is gone."""
        seat = self.seats.get(session.client)
        if seat is None or session not in seat.sessions:
            return
        seat.sessions.remove(session)
        if not seat.sessions:
            seat.gone_ms = self._clock.wall_ms()
            self.changed()

    def seat(self, client: str, name: str) -> Seat:
        """A desktop's place, which begins as off."""
        return self.seats.setdefault(client, Seat(client, name))

    async def write(
        self, row: CallRow, author: Author, name: str, by: str, *, text: str = "", product: str = "", new: Sequence[Any] = ()
    ) -> CallLine:
        """A line of a call, to everybody in it. Raises `Overloaded`."""
        line = CallLine(
            id=secrets.token_hex(8), at_ms=self._clock.wall_ms(), author=author, name=name, text=text, product=product
        )
        seats, customer = self.seats_of(row.id), self.customers.get(row.id)
        if self._written[row.id] >= LINES_MAX:
            raise Overloaded(N_("No more can be written in this call"))
        self._written[row.id] += 1
        await self.queue.write(row.id, line, new, by)
        for seat in seats:
            seat.lines.append(line)
            self.tell_seat(seat)
        if customer is not None:
            customer.put({"t": "line", "line": msgspec.to_builtins(line)})
        return line
