"""What customers leave when nobody answers: messages with or without a recording, and booked calls.

A recording is stored beside the database under a name of ours, is never served to pages, and goes with its message.
"""

import asyncio
import hashlib
import logging
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from aiohttp import BodyPartReader, web
from msgspec import Meta, Struct
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio import events
from studio.clock import Clock
from studio.commands import Actor
from studio.commands import call as ask
from studio.errors import InvalidValue, NotFound, Overloaded, WrongState
from studio.i18n import N_, translate
from studio.server.calls.line import LOG
from studio.server.db import call_inbox as rows
from studio.server.db.engine import writing
from studio.server.event_log import EventLog
from studio.server.limiter import Limiter
from studio.server.shop.visits import Visits
from studio.server.visitors import Visitors
from studio.show import booking as booked
from studio.show.booking import CONTACT_MAX, MINUTE_MS, Booking, calendar_file
from studio.show.call import CallKind, Language, Name
from studio.show.call_message import CallMessage, LeftMessage, MessageKind
from studio.show.call_rules import CallRules
from studio.show.opening_hours import DAY_MS
from studio.spine import Dispatcher

log = logging.getLogger(__name__)

WORDS_MAX, RECORDING_MAX = 16 * 1024, 30 << 20
MESSAGES_MAX, BYTES_MAX = 5000, 5 << 30
SHOWN, BOOKED_SHOWN = 100, 200
LEFT_AN_HOUR = 10
AHEAD_DAYS = 21
EVERY_S = 3600.0
KINDS: dict[str, tuple[MessageKind, str, tuple[int, bytes]]] = {
    "video/webm": ("video", "webm", (0, b"\x1a\x45\xdf\xa3")),
    "audio/webm": ("sound", "webm", (0, b"\x1a\x45\xdf\xa3")),
    "video/mp4": ("video", "mp4", (4, b"ftyp")),
    "audio/mp4": ("sound", "m4a", (4, b"ftyp")),
    "audio/ogg": ("sound", "ogg", (0, b"OggS")),
}
"""What browsers record: what it is, the file's ending, and how such a file begins."""


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


class Inbox:
    """`changed()` is called when what studios are told is another; `rules()` says how the brand answers."""

    def __init__(
        self,
        engine: AsyncEngine,
        event_log: EventLog,
        clock: Clock,
        known: tuple[Visits, Visitors],
        folder: Path,
        *,
        limited: bool,
    ) -> None:
        self.changed: Callable[[], None] = lambda: None
        self.rules: Callable[[], CallRules] = CallRules
        self.messages: tuple[CallMessage, ...] = ()
        self.unread = 0
        self.bookings: tuple[Booking, ...] = ()
        self._engine = engine
        self._log = event_log
        self._clock = clock
        self._visits, self._visitors = known
        self._folder = folder
        self._left = Limiter(LEFT_AN_HOUR / 60 if limited else 0, LEFT_AN_HOUR)
        self._booking = asyncio.Lock()

    async def load(self) -> None:
        """Read what there is."""
        async with self._engine.connect() as connection:
            self.messages = tuple(await rows.messages(connection, SHOWN))
            _, self.unread, _ = await rows.count(connection)
            self.bookings = tuple(await rows.bookings(connection, self._clock.wall_ms(), BOOKED_SHOWN))
        self.changed()

    def register(self, dispatcher: Dispatcher) -> None:
        """Run the commands about messages and bookings."""
        dispatcher.register(ask.MessageDone, self._on_done)
        dispatcher.register(ask.MessageRemove, self._on_remove)
        dispatcher.register(ask.BookingCancel, self._on_cancel)

    # ── messages ─────────────────────────────────────────────────────────────────────────────────────────────

    async def leave(self, request: web.Request, address: str) -> dict[str, Any]:
        """`POST /api/calls/messages`: `multipart/form-data` with `message` (JSON) and, if there is one, `recording`."""
        self._left.spend(address, time.monotonic())
        if not self.rules().messages:
            raise WrongState(N_("No messages are taken"))
        async with self._engine.connect() as connection:
            count, _, size = await rows.count(connection)
        if count >= MESSAGES_MAX or size + RECORDING_MAX > BYTES_MAX:
            raise Overloaded(N_("No more messages can be kept"))
        message, recording = await self._read(request)
        try:
            return {"ok": True, "id": await self._keep(message, recording)}
        except BaseException:
            if recording is not None:
                recording[1].unlink(missing_ok=True)
            raise

    async def _read(self, request: web.Request) -> tuple[LeftMessage, tuple[MessageKind, Path, int] | None]:
        if request.content_type != "multipart/form-data":
            raise InvalidValue(N_("The message must be multipart/form-data"))
        message: LeftMessage | None = None
        recording: tuple[MessageKind, Path, int] | None = None
        try:
            async for part in await request.multipart():
                if not isinstance(part, BodyPartReader):
                    raise InvalidValue(N_("The message has parts within parts"))
                if part.name == "message" and message is None:
                    message = msgspec.json.decode(await _bounded(part), type=LeftMessage)
                elif part.name == "recording" and recording is None:
                    recording = await self._record(part)
                else:
                    raise InvalidValue(N_("A message has one `message` and at most one `recording`"), field=str(part.name)[:40])
            if message is None:
                raise InvalidValue(N_("A message has one `message` and at most one `recording`"), field="message")
            if not message.text.strip() and recording is None:
                raise InvalidValue(N_("Say or write something"), field="text")
        except BaseException as error:
            if recording is not None:
                recording[1].unlink(missing_ok=True)
            if isinstance(error, msgspec.DecodeError | ValueError) and not isinstance(error, InvalidValue):
                problem, _, field = str(error).partition(" - at `$.")
                raise InvalidValue("{problem}", field=field.rstrip("`") or None, problem=problem) from None
            raise
        return message, recording

    async def _record(self, part: BodyPartReader) -> tuple[MessageKind, Path, int]:
        mime = part.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if mime not in KINDS:
            raise InvalidValue(N_("This kind of recording is not taken"), field="recording")
        kind, ending, (at, magic) = KINDS[mime]
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{secrets.token_hex(12)}.{ending}"
        size, begins = 0, b""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            while piece := await part.read_chunk(1 << 16):
                begins = begins or piece[:16]
                size += len(piece)
                if size > RECORDING_MAX:
                    raise InvalidValue("The recording is larger than {most} MB", field="recording", most=RECORDING_MAX >> 20)
                await asyncio.to_thread(os.write, handle, piece)
            if begins[at : at + len(magic)] != magic:
                raise InvalidValue(N_("This kind of recording is not taken"), field="recording")
            await asyncio.to_thread(os.fsync, handle)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
        return kind, path, size

    async def _keep(self, message: LeftMessage, recording: tuple[MessageKind, Path, int] | None) -> str:
        visitor, consent = await self._who(message.visitor)
        kind, path, size = recording or ("text", None, 0)
        known = {topic.id for topic in self.rules().topics}
        row: dict[str, Any] = {
            "id": secrets.token_hex(8),
            "at_ms": self._clock.wall_ms(),
            "visitor": visitor,
            "consent": consent,
            "kind": kind,
            "name": message.name.strip(),
            "contact": message.contact.strip(),
            "text": message.text.strip(),
            "topic": message.topic if message.topic in known else "",
            "language": message.language or "",
            "file": path.name if path is not None else "",
            "size": size,
            "state": "new",
            "by": "",
        }
        left = events.MessageLeft(message=row["id"], kind=kind, consent=consent)
        await self._log.append(LOG, "", 0, [left], lambda connection: rows.put_message(connection, row))
        await self.load()
        return str(row["id"])

    async def recording(self, message: str) -> Path:
        """Where a message's recording lies; raises `NotFound`."""
        async with self._engine.connect() as connection:
            name = await rows.file_of(connection, message)
        path = self._folder / name if name else None
        if path is None or not await asyncio.to_thread(path.is_file):
            raise NotFound(N_("This message has no recording"))
        return path

    async def _on_done(self, command: ask.MessageDone, by: Actor) -> None:
        async with writing(self._engine).begin() as connection:
            known = await rows.set_state(
                connection, command.message, "done" if command.on else "new", by.name if command.on else ""
            )
        if not known:
            raise NotFound(N_("This message is gone"))
        await self.load()

    async def _on_remove(self, command: ask.MessageRemove, by: Actor) -> None:
        await self._remove(id=command.message)

    async def _remove(self, **which: Any) -> None:
        async with writing(self._engine).begin() as connection:
            files = await rows.remove_messages(connection, **which)
        for name in files:
            (self._folder / name).unlink(missing_ok=True)
        await self.load()

    async def forget(self, visitor: str) -> None:
        """Delete what somebody left and booked."""
        await self._remove(visitor=visitor)
        async with writing(self._engine).begin() as connection:
            await rows.forget_bookings(connection, visitor)
        await self.load()

    async def keep(self, days: int) -> None:
        """Delete messages that are older than so many days (0: none), and recordings that belong to no message: the power went
        while one was written. Once an hour, until it is cancelled."""
        while True:
            try:
                if days:
                    await self._remove_before(self._clock.wall_ms() - days * DAY_MS)
                await self._sweep()
            except Exception:  # the database or disk is away: the next hour will do
                log.exception("old messages could not be deleted")
            await asyncio.sleep(EVERY_S)

    async def _remove_before(self, before_ms: int) -> None:
        async with self._engine.connect() as connection:
            old = await rows.older(connection, before_ms)
        for message in old:
            await self._remove(id=message)

    async def _sweep(self) -> None:
        async with self._engine.connect() as connection:
            kept = await rows.files(connection)
        for path in self._folder.glob("*") if self._folder.is_dir() else ():
            if path.name not in kept and time.time() - path.stat().st_mtime > EVERY_S:
                path.unlink(missing_ok=True)

    # ── bookings ─────────────────────────────────────────────────────────────────────────────────────────────

    async def slots(self) -> dict[str, Any]:
        """`GET /api/calls/slots`: when a call can be booked."""
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

    async def book(self, body: bytes, address: str) -> dict[str, Any]:
        """`POST /api/calls/bookings`: the answer has the token that the link to the call carries."""
        self._left.spend(address, time.monotonic())
        try:
            wish = msgspec.json.decode(body, type=Wish)
        except msgspec.DecodeError as error:
            problem, _, field = str(error).partition(" - at `$.")
            raise InvalidValue("{problem}", field=field.rstrip("`") or None, problem=problem) from None
        visitor, consent = await self._who(wish.visitor)
        async with self._booking:  # of two who want the last one, one has it
            free = await self.slots()
            if wish.begins_ms not in free["slots"]:
                raise WrongState(N_("This time is taken; choose another one"))
            token = secrets.token_urlsafe(18)
            row = {
                "id": secrets.token_hex(8),
                "token": _digest(token),
                "begins_ms": wish.begins_ms,
                "ends_ms": wish.begins_ms + free["minutes"] * MINUTE_MS,
                "visitor": visitor,
                "consent": consent,
                "kind": wish.kind,
                "name": wish.name.strip(),
                "contact": wish.contact.strip(),
                "topic": wish.topic if wish.topic in {topic.id for topic in self.rules().topics} else "",
                "language": wish.language or "",
                "page": wish.page if urlsplit(wish.page).scheme in ("http", "https") else "",
                "advisor": "",
                "state": "booked",
            }
            event = events.CallBooked(booking=row["id"], begins_ms=wish.begins_ms)
            await self._log.append(LOG, "", 0, [event], lambda connection: rows.put_booking(connection, row))
        await self.load()
        return {"ok": True, "token": token, "begins_ms": row["begins_ms"], "ends_ms": row["ends_ms"]}

    async def booking_of(self, token: str) -> Booking | None:
        """The booking of a link."""
        async with self._engine.connect() as connection:
            found = await rows.booking_of(connection, _digest(token))
        return found[0] if found is not None else None

    async def calendar(self, token: str, url: str, language: str) -> str:
        """`GET /calls/bookings/{token}.ics`; raises `NotFound`."""
        async with self._engine.connect() as connection:
            found = await rows.booking_of(connection, _digest(token))
        if found is None:
            raise NotFound(N_("There is no such booking"))
        booking, page = found
        title = translate(N_("Your call with an advisor"), language)
        link = f"{page}{'&' if '?' in page else '?'}vitrine-call={token}" if page else url
        host = urlsplit(url).hostname or ""
        now_ms = self._clock.wall_ms()
        return calendar_file(booking, title=title, url=link, host=host, language=language, now_ms=now_ms)

    async def call_off(self, token: str) -> None:
        """`DELETE /calls/bookings/{token}`: the customer cannot come."""
        booking = await self.booking_of(token)
        if booking is None:
            raise NotFound(N_("There is no such booking"))
        await self._cancel(booking.id, "")

    async def held(self, booking: str) -> None:
        """They talk."""
        async with writing(self._engine).begin() as connection:
            await rows.change_booking(connection, booking, "held_call")
        await self.load()

    async def _on_cancel(self, command: ask.BookingCancel, by: Actor) -> None:
        await self._cancel(command.booking, by.id)

    async def _cancel(self, booking: str, by: str) -> None:
        changed: list[Booking] = []

        async def change(connection: AsyncConnection) -> None:
            row = await rows.change_booking(connection, booking, "cancelled")
            if row is None:
                raise WrongState(N_("This call is not booked any more"))
            changed.append(row)

        begins_ms = next((one.begins_ms for one in self.bookings if one.id == booking), 0)
        event = events.CallBooked(booking=booking, begins_ms=begins_ms, cancelled=True)
        await self._log.append(LOG, by, 0, [event], change)
        await self.load()

    async def _who(self, token: str) -> tuple[str, str]:
        """Who a page says it is, and what they agreed to."""
        visitor = self._visitors.who(token)
        consent = await self._visits.consent_of(token) if visitor else None
        return visitor, consent.letters if consent is not None else "---"


async def _bounded(part: BodyPartReader) -> bytes:
    data = bytearray()
    while piece := await part.read_chunk(8192):
        data += piece
        if len(data) > WORDS_MAX:
            raise InvalidValue("The message is larger than {most} kB", field="message", most=WORDS_MAX >> 10)
    return bytes(data)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
