"""What advisors ask of the desk: each command, and nothing that is not theirs."""

import asyncio
import logging
import secrets
from typing import Any, get_args

from sqlalchemy.ext.asyncio import AsyncEngine

from studio import events
from studio.clock import Clock
from studio.commands import Actor
from studio.commands import call as ask
from studio.errors import InvalidValue, NotFound, Unreachable, WrongState
from studio.i18n import N_
from studio.server.calls.queue import WAITING
from studio.server.calls.router import CallRouter
from studio.server.calls.seats import Seat
from studio.server.db import calls as rows
from studio.server.db.calls import CallRow
from studio.server.db.engine import writing
from studio.server.faults import place_of
from studio.show.call import AdvisorStatus, Agreement, CallState, Person
from studio.show.opening_hours import checked
from studio.show.price_claim import DAY_MS
from studio.spine import Dispatcher

log = logging.getLogger(__name__)

CART_S = 12.0
BLOCK_MS = DAY_MS
ANY: tuple[CallState, ...] = get_args(CallState)


class AdvisorCommands:
    """Runs them."""

    def __init__(self, desk: CallRouter, engine: AsyncEngine, clock: Clock) -> None:
        self._desk = desk
        self._engine = engine
        self._clock = clock

    def _mine(self, by: Actor, *states: str) -> tuple[Seat, CallRow]:
        """The advisor's seat and the call that is theirs now."""
        seat = self._desk.seats.get(by.id)
        row = self._desk.queue.rows.get(seat.call.id) if seat is not None and seat.call is not None else None
        if seat is None or row is None or seat.status != "busy" or row.state not in (states or ("live", "away")):
            raise WrongState(N_("You are in no call"))
        return seat, row

    def register(self, dispatcher: Dispatcher) -> None:
        """Run the commands about calls."""
        dispatcher.register(ask.CallAvailable, self._on_available)
        dispatcher.register(ask.CallAnswer, self._on_answer)
        dispatcher.register(ask.CallPass, self._on_pass)
        dispatcher.register(ask.CallHold, self._on_hold)
        dispatcher.register(ask.CallHangUp, self._on_hang_up)
        dispatcher.register(ask.CallSay, self._on_say)
        dispatcher.register(ask.CallShow, self._on_show)
        dispatcher.register(ask.CallCart, self._on_cart)
        dispatcher.register(ask.CallKindAsk, self._on_kind)
        dispatcher.register(ask.CallAsk, self._on_ask)
        dispatcher.register(ask.CallNotes, self._on_notes)
        dispatcher.register(ask.CallTransfer, self._on_transfer)
        dispatcher.register(ask.CallInvite, self._on_invite)
        dispatcher.register(ask.CallBlock, self._on_block)
        dispatcher.register(ask.CallWrapUp, self._on_wrap_up)
        dispatcher.register(ask.CallRulesSet, self._on_rules)

    async def _on_available(self, command: ask.CallAvailable, by: Actor) -> None:
        seat = self._desk.seat(by.id, by.name or by.id)
        if not seat.sessions:
            seat.sessions = list(self._desk.sessions_of(by.id))
            seat.gone_ms = None if seat.sessions else self._clock.wall_ms()
        seat.called = command.name.strip()
        seat.name = seat.called or by.name or by.id
        seat.topics, seat.languages = command.topics, command.languages
        if seat.status == "ringing" and not command.on and seat.call is not None:
            await self._on_pass(ask.CallPass(), by)
        if seat.status in ("off", "free"):
            self._desk.free(seat, "free" if command.on else "off")

    async def _on_answer(self, command: ask.CallAnswer, by: Actor) -> str:
        row = self._desk.queue.rows.get(command.call)
        if row is None:
            raise NotFound(N_("This call is over"))
        seat = self._desk.seat(by.id, by.name or by.id)
        if not seat.sessions:
            seat.sessions = list(self._desk.sessions_of(by.id))
        if seat.status in ("busy", "wrap_up"):
            raise WrongState(N_("You are in a call already"))
        if seat.status == "ringing" and seat.call is not None and seat.call.id != row.id:
            await self._on_pass(ask.CallPass(), by)
        person = Person(peer=secrets.token_hex(4), client=seat.client, name=seat.called)
        before: AdvisorStatus = "off" if seat.status == "off" else "free"
        seat.status, changed = "busy", None  # before the database is asked: they answer one call at a time
        try:
            if seat.invited_until_ms is not None and row.state in ("live", "away"):
                joined = events.CallJoined(call=row.id, advisor=seat.client)
                changed = await self._desk.queue.change(
                    row.id, ["live", "away"], [joined], by=by.id, build=lambda now: {"people": (*now.people, person)}
                )
            else:
                changed = await self._claim(row, seat, person)
        finally:  # the database may be away
            if changed is None:
                self._desk.free(seat, before)
        if changed is None:
            raise WrongState(N_("A colleague was faster"))
        for other in self._desk.seats_of(row.id):
            if other is not seat and other.status == "ringing":
                self._desk.free(other, "free")
        seat.status, seat.call, seat.peer, seat.invited_until_ms, seat.why = "busy", changed, person.peer, None, ""
        seat.lines = await self._desk.queue.lines(row.id)
        self._desk.figures_stale = True
        self._desk.follow(changed)
        self._desk.signals.introduce(seat)  # after it knows that it is in the call
        await self._mark_held(changed.booking)
        return row.id

    async def _mark_held(self, booking: str | None) -> None:
        if booking:
            try:
                await self._desk.bookings.held(booking)
            except Exception as error:  # they talk all the same
                log.error("a booking could not be marked as held: %s", place_of(error))

    async def _claim(self, row: CallRow, seat: Seat, person: Person) -> CallRow | None:
        now_ms = self._clock.wall_ms()
        wait_ms = row.wait_ms if row.wait_ms is not None else now_ms - row.entered_ms
        return await self._desk.queue.change(
            row.id,
            ["waiting", "ringing"],
            [events.CallAnswered(call=row.id, advisor=seat.client, wait_ms=wait_ms)],
            by=seat.client,
            state="live",
            until_ms=None,
            answered_ms=row.answered_ms or now_ms,
            wait_ms=wait_ms,
            advisor=seat.client,
            advisor_name=seat.name,
            wanted="",
            people=(person,),
            held=False,
        )

    async def _on_pass(self, command: ask.CallPass, by: Actor) -> None:
        seat = self._desk.seats.get(by.id)
        if seat is None or seat.status != "ringing" or seat.call is None:
            raise WrongState(N_("Nothing rings here"))
        if seat.invited_until_ms is not None:
            self._desk.free(seat, "free")
        else:
            await self._desk.missed(seat.call, auto_off=False, passed=True)

    async def _on_hold(self, command: ask.CallHold, by: Actor) -> None:
        _, row = self._mine(by)
        await self._desk.change(row, ["live", "away"], by=by.id, held=command.on)

    async def _on_hang_up(self, command: ask.CallHangUp, by: Actor) -> None:
        seat, row = self._mine(by)
        others = tuple(person for person in row.people if person.client != seat.client)
        if others and row.people[0].client != seat.client:
            await self._desk.change_people(row, others, [events.CallLeft(call=row.id, advisor=seat.client)], by.id)
        elif await self._desk.end(row, ["live", "away"], "hung_up", by.id) is None:
            raise WrongState(N_("This call has changed meanwhile: try again"))

    async def _on_say(self, command: ask.CallSay, by: Actor) -> str:
        seat, row = self._mine(by)
        return (await self._desk.write(row, "advisor", seat.called, by.id, text=command.text.strip())).id

    async def _on_show(self, command: ask.CallShow, by: Actor) -> None:
        seat, row = self._mine(by)
        if command.product:
            await self._desk.look.find(command.product)
            showed = [events.CallProductShown(call=row.id, product=command.product)]
            await self._desk.write(row, "advisor", seat.called, by.id, product=command.product, new=showed)
        await self._desk.change(row, ["live", "away"], by=by.id, shown=command.product)

    async def _on_cart(self, command: ask.CallCart, by: Actor) -> str:
        _, row = self._mine(by, "live")
        known_by = await self._desk.look.for_the_cart(command.product, command.variant)
        customer = self._desk.customers.get(row.id)
        if customer is None:
            raise Unreachable(N_("The customer's page is away"))
        asked = {"t": "cart", "product": command.product, "quantity": command.quantity} | known_by
        answer = await customer.ask(asked, CART_S)
        status = answer.status if answer is not None else "no_answer"
        carted = events.CallCarted(call=row.id, product=command.product, quantity=command.quantity, status=status)
        await self._desk.queue.note(carted, by.id)
        if status not in ("ok", "partial"):
            raise WrongState(REFUSED.get(status, N_("The shop could not put it into the cart")))
        return status

    async def _on_kind(self, command: ask.CallKindAsk, by: Actor) -> None:
        _, row = self._mine(by)
        await self._desk.change(row, ["live", "away"], by=by.id, kind=command.kind)

    async def _on_ask(self, command: ask.CallAsk, by: Actor) -> None:
        _, row = self._mine(by)

        def build(now: CallRow) -> dict[str, Any]:
            others = tuple(one for one in now.asked if one.ask != command.ask)
            return {"asked": (*others, Agreement(ask=command.ask))}

        await self._desk.change(row, ["live", "away"], by=by.id, build=build)

    async def _on_notes(self, command: ask.CallNotes, by: Actor) -> None:
        seat = self._desk.seats.get(by.id)
        if seat is None or seat.call is None or seat.status not in ("busy", "wrap_up"):
            raise WrongState(N_("You are in no call"))
        changed = await self._desk.queue.change(seat.call.id, ANY, by=by.id, notes=command.text)
        if changed is not None:
            self._desk.follow(changed)

    async def _on_transfer(self, command: ask.CallTransfer, by: Actor) -> None:
        _, row = self._mine(by)
        if command.advisor:
            colleague = self._desk.seats.get(command.advisor)
            if colleague is None or colleague.status == "off" or colleague.client == by.id:
                raise WrongState(N_("This colleague takes no calls now"))
        if command.topic and command.topic not in {topic.id for topic in self._desk.rules.topics}:
            raise NotFound("There is no topic {topic}", topic=command.topic)
        await self._desk.change(
            row,
            ["live", "away"],
            [events.CallRequeued(call=row.id, advisor=by.id, why="transferred")],
            by=by.id,
            **WAITING | {"people": (), "held": False, "again": True, "wanted": command.advisor, "note": command.note},
            lined_ms=self._clock.wall_ms(),
            topic=command.topic or row.topic,
            passed=(by.id,),
        )

    async def _on_invite(self, command: ask.CallInvite, by: Actor) -> None:
        _, row = self._mine(by)
        colleague = self._desk.seats.get(command.advisor)
        if colleague is None or colleague.status != "free":
            raise WrongState(N_("This colleague is not free"))
        colleague.status, colleague.call, colleague.why = "ringing", row, ""
        colleague.invited_until_ms = self._clock.wall_ms() + self._desk.rules.ring_s * 1000
        self._desk.tell_seat(colleague)
        self._desk.changed()

    async def _on_block(self, command: ask.CallBlock, by: Actor) -> None:
        _, row = self._mine(by)
        async with writing(self._engine).begin() as connection:
            await rows.block(connection, row.visitor, row.network, self._clock.wall_ms() + BLOCK_MS, by.id)
        await self._desk.end(row, ["live", "away"], "blocked", by.id)

    async def _on_wrap_up(self, command: ask.CallWrapUp, by: Actor) -> None:
        seat = self._desk.seats.get(by.id)
        if seat is None or seat.call is None or seat.status != "wrap_up":
            raise WrongState(N_("There is no call to wrap up"))
        event = events.CallWrappedUp(call=seat.call.id, advisor=by.id, outcome=command.outcome)
        changed = await self._desk.queue.change(seat.call.id, ANY, [event], by=by.id, outcome=command.outcome)
        self._desk.figures_stale = True
        self._desk.free(seat, "free" if command.stay else "off")
        if changed is not None and changed.state != "ended":
            self._desk.follow(changed)

    async def _on_rules(self, command: ask.CallRulesSet, by: Actor) -> None:
        rules = command.rules
        for name, ids in (
            ("topics", [topic.id for topic in rules.topics]),
            ("replies", [reply.title for reply in rules.replies]),
        ):
            if len(set(ids)) < len(ids):
                raise InvalidValue(N_("Two of them have the same name"), field=f"rules.{name}")
        if rules.hours is not None:
            await asyncio.to_thread(checked, rules.hours)  # the calendars of countries take a moment to load
        await self._desk.set_rules(rules, by.id)


REFUSED = {
    "out-of-stock": N_("The shop says: out of stock"),
    "no_answer": N_("The customer's page did not answer"),
}
"""Why something did not get into the cart."""
