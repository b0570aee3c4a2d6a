"""Calls that customers book: when there is time, who has which, and the link that brings them back."""

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec
from msgspec import Meta, Struct
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio import events
from studio.clock import Clock, seconds
from studio.commands import Actor
from studio.commands import call as ask
from studio.errors import NotFound, WrongState
from studio.i18n import N_, translate
from studio.server.db import call_inbox as rows
from studio.server.db import numbers
from studio.server.db.engine import writing
from studio.server.db.tables import BRAND
from studio.server.event_log import EventLog
from studio.server.limiter import Limiter, TooMany
from studio.server.mail import emails
from studio.server.mail.own_pages import OwnPages
from studio.server.mail.queue import MailQueue
from studio.server.members import Origin
from studio.server.reading import Decoder
from studio.server.shop.visits import Identify
from studio.show import booking as booked
from studio.show.booking import CONTACT_MAX, MINUTE_MS, Booking, calendar_file
from studio.show.call import CallKind, Language, Name
from studio.show.call_rules import CallRules
from studio.show.opening_hours import DAY_MS
from studio.spine import Dispatcher

SHOWN = 200
AHEAD_DAYS = 21
BOOKED_AN_HOUR, LOOKED_A_MINUTE = 10, 60
MAILBOX_OPEN, MAILBOX_A_DAY, HOUSE_OPEN = 3, 5, 5
"""Of one mailbox, whoever asks: calls that are still to come, and bookings a day. Of one address: calls to come whose letter
nobody has opened."""
CALLED_OFF_MS = 10 * MINUTE_MS
"""Who calls off a booking so soon after it was made is not written to again: it may be somebody else's mailbox."""
EARLY_MS = 5 * MINUTE_MS
"""So long before its time a booked call may begin."""
HOUR_S = 3600
PUBLIC = "begins_ms", "ends_ms", "kind", "name", "topic", "state"
PARAMETER = "vitrine-call"
"""What a page finds the token in."""


class Wish(Struct, frozen=True, kw_only=True):
    """A call that a page wants to book."""

    begins_ms: int
    contact: Annotated[str, Meta(min_length=3, max_length=CONTACT_MAX)]
    name: Name = ""
    topic: Annotated[str, Meta(max_length=24)] = ""
    language: Language | None = None
    kind: CallKind = "video"
    page: Annotated[str, Meta(max_length=500)] = ""
    visitor: Annotated[str, Meta(max_length=200)] = ""


_wish: Decoder[Wish] = Decoder(Wish)


class Bookings:
    """`changed()` is called when what studios are told is another; `rules()` says how the brand answers. `url` is where people
    reach the server; links lead back to it and to `origins` only: a page says where it is, and may lie."""

    def __init__(
        self,
        engine: AsyncEngine,
        event_log: EventLog,
        clock: Clock,
        identify: Identify,
        postbox: MailQueue,
        *,
        url: Callable[[], str],
        origins: tuple[str, ...],
        limited: bool,
    ) -> None:
        self.changed: Callable[[], None] = lambda: None
        self.rules: Callable[[], CallRules] = CallRules
        self.booked: tuple[Booking, ...] = ()
        self._engine = engine
        self._log = event_log
        self._clock = clock
        self._identify = identify
        self._postbox = postbox
        self._url = url
        self._pages = OwnPages(url, origins)
        self._limited = limited
        self._looked = Limiter(LOOKED_A_MINUTE if limited else 0)
        self._made = Limiter(BOOKED_AN_HOUR / 60 if limited else 0, BOOKED_AN_HOUR)
        self._booking = asyncio.Lock()
        self._secret = b""

    async def load(self) -> None:
        """Read what there is."""
        if not self._secret:
            async with writing(self._engine).begin() as connection:
                await numbers.put_key(connection, "bookings", secrets.token_hex(32))
                self._secret = bytes.fromhex(await numbers.key(connection, "bookings") or "")
        async with self._engine.connect() as connection:
            self.booked = tuple(await rows.bookings(connection, self._clock.wall_ms(), SHOWN))
        self.changed()

    @property
    def mails(self) -> bool:
        """Whether letters are sent."""
        return self._postbox.sends

    def register(self, dispatcher: Dispatcher) -> None:
        """Run the commands about bookings."""
        dispatcher.register(ask.BookingCancel, self._on_cancel)

    async def look(self, address: str) -> dict[str, Any]:
        """`GET /api/calls/slots`."""
        self._looked.spend(address, seconds(self._clock))
        return await self.slots()

    async def slots(self) -> dict[str, Any]:
        """When a call can be booked."""
        rules, now_ms = self.rules(), self._clock.wall_ms()
        if not rules.bookings or rules.hours is None:
            return {"minutes": rules.minutes, "zone": "", "slots": []}
        async with self._engine.connect() as connection:
            taken = await rows.bookings(connection, now_ms, 100_000)
        free = booked.slots(
            rules.hours,
            taken,
            from_ms=now_ms,
            until_ms=now_ms + AHEAD_DAYS * DAY_MS,
            minutes=rules.minutes,
            advisors=rules.advisors,
            notice_minutes=rules.notice_minutes,
            now_ms=now_ms,
        )
        return {"minutes": rules.minutes, "zone": rules.hours.zone, "slots": free}

    async def book(self, body: bytes, origin: Origin) -> dict[str, Any]:
        """`POST /api/calls/bookings`: the answer has the token that the link to the call carries. Raises `WrongState`."""
        self._made.spend(origin.address, seconds(self._clock))
        wish = _wish.take(body)
        visitor, consent = await self._identify(wish.visitor)
        async with self._booking:  # of two who want the last one, one has it
            if self._limited:
                await self._look_at_victims(wish.contact.strip(), origin.house)
            free = await self.slots()
            if wish.begins_ms not in free["slots"]:
                raise WrongState(N_("This time is taken; choose another one"))
            booking = Booking(
                id=secrets.token_hex(8),
                begins_ms=wish.begins_ms,
                ends_ms=wish.begins_ms + free["minutes"] * MINUTE_MS,
                kind=wish.kind,
                name=wish.name.strip(),
                contact=wish.contact.strip(),
                topic=wish.topic if wish.topic in {topic.id for topic in self.rules().topics} else "",
                language=wish.language or "",
            )
            token, page = self._token(booking.id), self._pages.own(wish.page)
            row = msgspec.structs.asdict(booking) | {
                "token": _digest(token),
                "visitor": visitor,
                "consent": consent,
                "page": page,
                "made_ms": self._clock.wall_ms(),
                "network": origin.house,
            }
            event = events.CallBooked(booking=booking.id, begins_ms=wish.begins_ms)

            async def put(connection: AsyncConnection) -> None:
                await rows.put_booking(connection, row)
                await self._write(connection, booking, visitor, page)

            await self._log.append(BRAND, "", 0, [event], put)
        self._postbox.wake()
        await self.load()
        return {"ok": True, "token": token, "begins_ms": booking.begins_ms, "ends_ms": booking.ends_ms}

    async def _look_at_victims(self, contact: str, house: str) -> None:
        """A limit on whom it would hit, whoever asks from wherever: a mailbox is written to a few times, and nobody takes all the
        time there is. Raises `TooMany`."""
        now_ms = self._clock.wall_ms()
        async with self._engine.connect() as connection:
            of = await rows.booked_for(connection, contact, house, now_ms, now_ms - DAY_MS)
        unread = self.mails and "@" in contact and of.unconfirmed > 0
        if of.open >= MAILBOX_OPEN or of.lately >= MAILBOX_A_DAY or of.house_unconfirmed >= HOUSE_OPEN or unread:
            raise TooMany(HOUR_S)

    async def _write(self, connection: AsyncConnection, booking: Booking, visitor: str, page: str) -> None:
        """Letters that say when it is: now, and shortly before."""
        zone, now_ms = self._zone(), self._clock.wall_ms()
        token = self._letters_token(booking.id)
        link, calendar = self._link(booking, page, token), self._calendar(booking, page, token, mailed=True)
        about: dict[str, Any] = {"about": booking.id, "visitor": visitor, "until_ms": booking.begins_ms}
        await self._postbox.put(connection, emails.booked(booking, link, zone, calendar), due_ms=now_ms, **about)
        if (due_ms := booking.begins_ms - emails.REMINDER_MS) > now_ms + emails.REMINDER_MS:
            await self._postbox.put(connection, emails.reminder(booking, link, zone), due_ms=due_ms, **about)

    async def find(self, token: str) -> Booking | None:
        """The booking of a link, whatever has become of it."""
        found = await self._of(token)
        return found[0] if found is not None else None

    async def public(self, token: str) -> dict[str, Any]:
        """`GET /api/calls/bookings/{token}`: what a page shows of it; raises `NotFound`."""
        booking, _ = await self._known(token)
        if self._by_letter(token, booking.id):
            async with writing(self._engine).begin() as connection:
                await rows.confirm_booking(connection, booking.id)
        now_ms = self._clock.wall_ms()
        told: dict[str, Any] = {name: getattr(booking, name) for name in PUBLIC}
        return told | {"now_ms": now_ms, "rings_from_ms": booking.begins_ms - EARLY_MS, "may_ring": may_ring(booking, now_ms)}

    async def calendar(self, token: str) -> str:
        """`GET /calls/bookings/{token}.ics`; raises `NotFound`."""
        booking, page = await self._known(token)
        return self._calendar(booking, page, token)

    async def call_off(self, token: str) -> None:
        """`DELETE /calls/bookings/{token}`: the customer cannot come. Raises `WrongState`."""
        booking, _ = await self._known(token)
        if self._clock.wall_ms() >= booking.ends_ms:
            raise WrongState(N_("This call is not booked any more"))
        await self._cancel(booking.id, "")

    async def held(self, booking: str) -> None:
        """They talk."""
        async with writing(self._engine).begin() as connection:
            changed = await rows.change_booking(connection, booking, "held_call")
            await self._postbox.drop(connection, booking)
        if changed is not None:
            await self.load()

    async def forget(self, visitor: str) -> None:
        """What somebody booked is deleted: nobody is told of it any more."""
        await self.load()

    async def _on_cancel(self, command: ask.BookingCancel, by: Actor) -> None:
        await self._cancel(command.booking, by.id)

    async def _cancel(self, booking: str, by: str) -> None:
        async with self._engine.connect() as connection:
            visitor, begins_ms = await rows.visitor_of(connection, booking), await rows.begins_of(connection, booking)
            made_ms = await rows.made_of(connection, booking)
        soon = not by and self._clock.wall_ms() - made_ms < CALLED_OFF_MS

        async def change(connection: AsyncConnection) -> None:
            changed = await rows.change_booking(connection, booking, "cancelled")
            if changed is None:
                raise WrongState(N_("This call is not booked any more"))
            await self._postbox.drop(connection, booking)
            if soon:
                return
            letter = emails.cancelled(changed, self._zone(), self._calendar(changed, "", mailed=True))
            when = {"due_ms": self._clock.wall_ms(), "until_ms": changed.begins_ms}
            await self._postbox.put(connection, letter, about=booking, visitor=visitor, **when)

        event = events.CallBooked(booking=booking, begins_ms=begins_ms, cancelled=True)
        await self._log.append(BRAND, by, 0, [event], change)
        self._postbox.wake()
        await self.load()

    async def _of(self, token: str) -> tuple[Booking, str] | None:
        async with self._engine.connect() as connection:
            return await rows.booking_of(connection, _digest(token.partition(".")[0]))

    async def _known(self, token: str) -> tuple[Booking, str]:
        found = await self._of(token)
        if found is None:
            raise NotFound(N_("There is no such booking"))
        return found

    def _token(self, booking: str) -> str:
        """What its link carries. It can be made again for the reminder, and is nowhere stored."""
        digest = hmac.digest(self._secret, booking.encode(), hashlib.sha256)[:18]
        return base64.urlsafe_b64encode(digest).decode()

    def _letters_token(self, booking: str) -> str:
        """The same as the letter carries it: who shows this one reads what is sent to that mailbox."""
        return f"{self._token(booking)}.{self._proof(booking)}"

    def _by_letter(self, token: str, booking: str) -> bool:
        return hmac.compare_digest(token.partition(".")[2].encode(errors="replace"), self._proof(booking).encode())

    def _proof(self, booking: str) -> str:
        digest = hmac.digest(self._secret, f"letter {booking}".encode(), hashlib.sha256)[:9]
        return base64.urlsafe_b64encode(digest).decode()

    def _link(self, booking: Booking, page: str, token: str = "") -> str:
        """Where the call begins."""
        parts = urlsplit(page or self._url())
        query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != PARAMETER]
        words = urlencode([*query, (PARAMETER, token or self._token(booking.id))])
        return urlunsplit(parts._replace(query=words, fragment=""))

    def _calendar(self, booking: Booking, page: str, token: str = "", *, mailed: bool = False) -> str:
        language = booking.language or "en"
        title = translate(N_("Your call with an advisor"), language)
        host = urlsplit(self._url()).hostname or ""
        now_ms = self._clock.wall_ms()
        return calendar_file(
            booking, title=title, url=self._link(booking, page, token), host=host, language=language, now_ms=now_ms,
            organizer=self._postbox.sender, mailed=mailed,
        )  # fmt: skip

    def _zone(self) -> str:
        hours = self.rules().hours
        return hours.zone if hours is not None else "UTC"


def may_ring(booking: Booking, now_ms: int) -> bool:
    """Whether it is time."""
    return booking.state != "cancelled" and booking.begins_ms - EARLY_MS <= now_ms < booking.ends_ms


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
