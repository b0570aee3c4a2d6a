"""What customers' pages ask of the desk."""

import asyncio
import contextlib
import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from studio import events
from studio.clock import Clock
from studio.errors import NotFound
from studio.server.calls import words
from studio.server.calls.bookings import EARLY_MS, may_ring
from studio.server.calls.customer import Customer
from studio.server.calls.router import CallRouter
from studio.server.db import calls as rows
from studio.server.db.calls import CallRow
from studio.show.booking import Booking
from studio.show.call import Agreement, CallState
from studio.show.call_rules import WAITING_MAX
from studio.show.consent import Consent

LIVING: tuple[CallState, ...] = ("waiting", "ringing", "live", "away")
HOUSE_WAITING = 4
"""Calls of one address that wait at once."""
YES_NEEDED = ("recording", "air")
"""What is only done with the customer's yes: each is an event."""


class Callers:
    """Lets them ring, come back, speak and leave."""

    def __init__(self, desk: CallRouter, engine: AsyncEngine, clock: Clock, *, limited: bool) -> None:
        self._limited = limited
        self._houses: dict[str, str] = {}
        """From where the calls in line came."""
        self._desk = desk
        self._engine = engine
        self._clock = clock
        self._entering = asyncio.Lock()

    async def ring(self, customer: Customer, word: words.Ring) -> dict[str, Any]:
        """A customer gets into the line; what their page is answered."""
        async with self._entering:  # two pages of one visitor are one customer
            return await self._enter(customer, word)

    async def _enter(self, customer: Customer, word: words.Ring) -> dict[str, Any]:
        if customer.call in self._desk.queue.rows:
            return {"refused": "again"}
        now_ms = self._clock.wall_ms()
        booking = await self._desk.bookings.find(word.booking) if word.booking else None
        if word.booking and (booking is None or booking.state == "cancelled" or now_ms >= booking.ends_ms):
            return {"refused": "booking"}
        if booking is not None and not may_ring(booking, now_ms):
            return {"refused": "early", "wait_s": -(-(booking.begins_ms - EARLY_MS - now_ms) // 1000)}
        if booking is None and not self._desk.open:
            return {"refused": "closed"}
        if len(self._desk.queue.waiting) >= WAITING_MAX or self._crowds(customer.origin.house):
            return {"refused": "full"}
        async with self._engine.connect() as connection:
            if await rows.blocked(connection, (customer.visitor, customer.banned), customer.origin.network, now_ms):
                return {"refused": "closed"}
        waiting = self._desk.queue.rows.values()
        if any(row.visitor == customer.visitor or (booking is not None and row.booking == booking.id) for row in waiting):
            return {"refused": "again"}
        secret = secrets.token_urlsafe(24)
        row = self._row(customer, word, booking, digest(secret))
        entered = events.CallEntered(call=row.id, kind=row.kind, topic=row.topic, consent=row.consent)
        await self._desk.queue.add(row, entered)
        self._houses[row.id] = customer.origin.house
        customer.call = row.id
        self._desk.customers[row.id] = customer
        customer.tell_call(self._desk.public_call(row, secret=secret, lines=()))
        self._desk.changed()
        return {"ok": True}

    def _row(self, customer: Customer, word: words.Ring, booking: Booking | None, secret: str) -> CallRow:
        now_ms, known = self._clock.wall_ms(), {topic.id for topic in self._desk.rules.topics}
        return CallRow(
            id=secrets.token_hex(8),
            secret=secret,
            state="waiting",
            kind=word.kind,
            topic=word.topic if word.topic in known else "",
            language=word.language or "",
            name=word.name.strip() or (booking.name if booking is not None else ""),
            visitor=customer.visitor,
            network=customer.origin.network,
            consent=customer.consent.flags,
            card=customer.allowed(word.card),
            entered_ms=now_ms,
            since_ms=now_ms,
            lined_ms=now_ms,
            booking=booking.id if booking is not None else None,
            booked_ms=booking.begins_ms if booking is not None else None,
        )

    def _crowds(self, house: str) -> bool:
        """Whether as many of one address wait as may: each call rings somebody, who cannot answer another meanwhile."""
        waiting = {row.id for row in self._desk.queue.waiting}
        self._houses = {call: where for call, where in self._houses.items() if call in waiting}
        return self._limited and sum(where == house for where in self._houses.values()) >= HOUSE_WAITING

    async def come_back(self, customer: Customer, call: str, secret: str) -> dict[str, Any] | None:
        """A page that knows a call and its secret is its customer again, in line or in the middle of it."""
        row = self._desk.queue.rows.get(call)
        if row is None:
            async with self._engine.connect() as connection:
                row = await rows.load(connection, call)
        if row is None or row.secret != digest(secret):
            return None
        if row.state != "ended":
            if (other := self._desk.customers.get(call)) is not None and other is not customer:
                other.call = ""
                other.hang_up("elsewhere")
            customer.call = call
            self._desk.customers[call] = customer
            self._desk.absent.pop(call, None)
            if row.state == "away":
                returned = events.CallReturned(call=call)
                row = await self._desk.queue.change(call, ["away"], [returned], state="live", until_ms=None) or row
                self._desk.follow(row)
        if row.shown:
            with contextlib.suppress(NotFound):  # the shop has it no more
                await self._desk.look.find(row.shown)
        self._desk.changed()
        return self._desk.public_call(row, lines=await self._desk.queue.lines(call))

    async def gone(self, customer: Customer) -> None:
        """A page's socket is closed: its place is kept for a while."""
        self._desk.listeners.discard(customer)
        row = self._desk.queue.rows.get(customer.call)
        if row is None or self._desk.customers.get(row.id) is not customer:
            return
        del self._desk.customers[row.id]
        self._desk.absent[row.id] = self._clock.wall_ms()
        if row.state == "live":
            await self._desk.away(row)
        self._desk.changed()

    async def heard(self, customer: Customer, word: words.AnyWord) -> dict[str, Any] | None:
        """What a page says about its call; the answer, when one is due."""
        if isinstance(word, words.Rate):
            return await self._rated(customer, word)
        row = self._desk.queue.rows.get(customer.call)
        if isinstance(word, words.Choices):
            await self._chose(customer, row, word)
            return None
        if row is None:
            return {"refused": "over"} if isinstance(word, words.Say) else None
        match word:
            case words.CardNews():
                card = customer.allowed(word.card)
                if card != row.card:
                    await self._try(row, ["waiting", "ringing", "live"], card=card)
            case words.Signal():
                self._desk.signals.from_page(row, word)
            case words.Say():
                await self._desk.write(row, "customer", row.name, customer.visitor, text=word.text.strip())
                return {"ok": True}
            case words.Change():
                await self._try(row, ["waiting", "ringing", "live"], kind=word.kind)
            case words.Agree():
                await self._agreed(row, word)
            case words.HangUp():
                await self._desk.end(row, ["waiting", "ringing", "live", "away"], "hung_up" if row.answered_ms else "left")
            case _:
                pass
        return None

    async def _try(self, row: CallRow, states: list[CallState], new: Sequence[Any] = (), **values: Any) -> None:
        changed = await self._desk.queue.change(row.id, states, new, **values)
        if changed is not None:
            self._desk.follow(changed)

    async def _chose(self, customer: Customer, row: CallRow | None, word: words.Choices) -> None:
        """Stores new consent; where it is withdrawn, what depended on it is taken out of a call that goes on."""
        given = {name: getattr(word, name) for name in ("analytics", "personalisation", "marketing")}
        customer.consent = Consent(**given, at_ms=self._clock.wall_ms())
        if row is not None:
            await self._try(row, [*LIVING], consent=customer.consent.flags, card=customer.allowed(row.card))

    async def _agreed(self, row: CallRow, word: words.Agree) -> None:
        if not any(one.ask == word.ask for one in row.asked):
            return

        def build(now: CallRow) -> dict[str, Any]:
            answered = Agreement(ask=word.ask, yes=word.yes)
            return {"asked": tuple(answered if one.ask == word.ask else one for one in now.asked)}

        new = [events.CallAgreed(call=row.id, ask=word.ask, yes=word.yes)] if word.ask in YES_NEEDED else []
        states: list[CallState] = ["live", "away"] if word.yes else [*LIVING]  # a yes can be taken back at any time
        await self._try(row, states, new, build=build)
        if word.ask == "recording" and not word.yes:
            await self._desk.inbox.withdraw(row.id)

    async def _rated(self, customer: Customer, word: words.Rate) -> dict[str, Any]:
        """How a call was, by whoever it belonged to; once it is over."""
        call = customer.last
        changed = await self._desk.queue.change(
            call, ["ended"], [events.CallRated(call=call, stars=word.stars)], stars=word.stars, rating=word.text.strip()
        )
        return {"ok": True} if changed is not None else {"refused": "over"}


def digest(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
