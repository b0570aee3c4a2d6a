"""What customers leave when nobody answers: messages, with or without a recording; and films of calls.

A recording is stored beside the database under a name of ours, is never served to pages, and goes with its message.
"""

import asyncio
import logging
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio import events
from studio.clock import Clock, seconds
from studio.commands import Actor
from studio.commands import call as ask
from studio.errors import InvalidValue, NotFound, Overloaded, WrongState
from studio.i18n import N_
from studio.server import faults
from studio.server.db import call_inbox as rows
from studio.server.db import calls as call_rows
from studio.server.db.calls import CallRow
from studio.server.db.engine import writing
from studio.server.db.tables import BRAND
from studio.server.event_log import EventLog
from studio.server.faults import leave_floor
from studio.server.limiter import Limiter
from studio.server.mail import emails
from studio.server.mail.queue import MailQueue
from studio.server.members import Origin
from studio.server.reading import Decoder, Pace
from studio.server.shop.visits import Identify
from studio.show.call_message import CallMessage, LeftMessage, MessageKind
from studio.show.call_rules import CallRules
from studio.show.opening_hours import DAY_MS
from studio.spine import Dispatcher

log = logging.getLogger(__name__)

WORDS_MAX, RECORDING_MAX = 16 * 1024, 30 << 20
MESSAGES_MAX, BYTES_MAX = 5000, 5 << 30
HOUSE_MESSAGES, HOUSE_BYTES = 50, 150 << 20
"""Of these, what one address may have."""
CALL_MAX, CALLS_MAX = 4 << 30, 200 << 30
MP4 = (4, b"ftyp")
"""How such a file begins: where, and with what."""
SHOWN, FILMS_SHOWN = 100, 50
LEFT_AN_HOUR = 10
BY_MAX = 64
"""Characters of who has seen to it, as in the column."""
EVERY_S = 3600.0
LOOK_BYTES = 4 << 20
"""After so many bytes it is looked again whether there is room on the disk."""
KINDS: dict[str, tuple[MessageKind, str, tuple[int, bytes]]] = {
    "video/webm": ("video", "webm", (0, b"\x1a\x45\xdf\xa3")),
    "audio/webm": ("sound", "webm", (0, b"\x1a\x45\xdf\xa3")),
    "video/mp4": ("video", "mp4", MP4),
    "audio/mp4": ("sound", "m4a", MP4),
    "audio/ogg": ("sound", "ogg", (0, b"OggS")),
}
"""What browsers record: what it is, the file's ending, and how such a file begins."""


_left_message: Decoder[LeftMessage] = Decoder(LeftMessage)


class Inbox:
    """`changed()` is called when what studios are told is another; `rules()` says how the brand answers."""

    def __init__(
        self,
        engine: AsyncEngine,
        event_log: EventLog,
        clock: Clock,
        *,
        identify: Identify,
        postbox: MailQueue,
        folder: Path,
        limited: bool,
    ) -> None:
        self.changed: Callable[[], None] = lambda: None
        self.rules: Callable[[], CallRules] = CallRules
        self.messages: tuple[CallMessage, ...] = ()
        self.unread = 0
        self._engine = engine
        self._log = event_log
        self._clock = clock
        self._identify = identify
        self._postbox = postbox
        self._folder = folder
        self._limited = limited
        self._left = Limiter(LEFT_AN_HOUR / 60 if limited else 0, LEFT_AN_HOUR)

    async def load(self) -> None:
        """Read what there is."""
        async with self._engine.connect() as connection:
            self.messages = tuple(await rows.messages(connection, SHOWN, FILMS_SHOWN))
            _, self.unread, _ = await rows.count(connection)
        self.changed()

    def register(self, dispatcher: Dispatcher) -> None:
        """Run the commands about messages."""
        dispatcher.register(ask.MessageDone, self._on_done)
        dispatcher.register(ask.MessageRemove, self._on_remove)

    async def leave(self, request: web.Request, origin: Origin) -> dict[str, Any]:
        """`POST /api/calls/messages`: `multipart/form-data` with `message` (JSON) and, if there is one, `recording`.
        Raises `WrongState`."""
        self._left.spend(origin.address, seconds(self._clock))
        if not self.rules().messages:
            raise WrongState(N_("No messages are taken"))
        await self._make_room(origin.house if self._limited else "")
        message, recording = await self._read(request)
        try:
            return {"ok": True, "id": await self._keep(message, recording, origin.house)}
        except BaseException:
            if recording is not None:
                recording[1].unlink(missing_ok=True)
            raise

    async def _make_room(self, house: str) -> None:
        """What somebody has seen to makes way for what is new; one address has a share of it, and the disk keeps a floor."""
        while True:
            async with self._engine.connect() as connection:
                count, _, size = await rows.count(connection)
                theirs = await rows.of_house(connection, house) if house else (0, 0)
                oldest = await rows.oldest_done(connection)
            if theirs[0] >= HOUSE_MESSAGES or theirs[1] + RECORDING_MAX > HOUSE_BYTES:
                raise Overloaded(N_("No more messages can be kept"))
            if count < MESSAGES_MAX and size + RECORDING_MAX <= BYTES_MAX:
                break
            if oldest is None:
                raise Overloaded(N_("No more messages can be kept"))
            await self._remove(id=oldest)
        await asyncio.to_thread(leave_floor, self._folder, RECORDING_MAX)

    async def _read(self, request: web.Request) -> tuple[LeftMessage, tuple[MessageKind, Path, int] | None]:
        if request.content_type != "multipart/form-data":
            raise InvalidValue(N_("The message must be multipart/form-data"))
        message: LeftMessage | None = None
        recording: tuple[MessageKind, Path, int] | None = None
        pace = Pace()
        try:
            parts = await request.multipart()
            while (part := await pace.wait(parts.next())) is not None:
                if not isinstance(part, BodyPartReader):
                    raise InvalidValue(N_("The message has parts within parts"))
                if part.name == "message" and message is None:
                    message = _left_message.take(await _bounded(part, pace))
                elif part.name == "recording" and recording is None:
                    recording = await self._record(part, pace)
                else:
                    raise InvalidValue(N_("A message has one `message` and at most one `recording`"), field=str(part.name)[:40])
            if message is None:
                raise InvalidValue(N_("A message has one `message` and at most one `recording`"), field="message")
            if not message.text.strip() and recording is None:
                raise InvalidValue(N_("Say or write something"), field="text")
        except BaseException as error:
            if recording is not None:
                recording[1].unlink(missing_ok=True)
            # aiohttp's reader of parts says of a body that makes no sense whatever it stumbled over
            if isinstance(error, ValueError | AssertionError | LookupError) and not isinstance(error, InvalidValue):
                raise InvalidValue(N_("The message must be multipart/form-data")) from None
            raise
        return message, recording

    async def _record(self, part: BodyPartReader, pace: Pace) -> tuple[MessageKind, Path, int]:
        mime = part.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if mime not in KINDS:
            raise InvalidValue(N_("This kind of recording is not taken"), field="recording")
        kind, ending, magic = KINDS[mime]
        path, size = await self._store(_pieces(part, pace), ending, magic, RECORDING_MAX)
        return kind, path, size

    async def _store(self, pieces: AsyncIterator[bytes], ending: str, magic: tuple[int, bytes], most: int) -> tuple[Path, int]:
        """A file of ours with what comes, which is to begin as such files do; its size."""
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{secrets.token_hex(12)}.{ending}"
        size, begins, (at, wanted) = 0, b"", magic
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            async for piece in pieces:
                begins = (begins + piece)[:16] if len(begins) < 16 else begins
                size += len(piece)
                if size > most:
                    raise InvalidValue("The recording is larger than {most} MB", field="recording", most=most >> 20)
                if size // LOOK_BYTES != (size - len(piece)) // LOOK_BYTES:
                    await asyncio.to_thread(leave_floor, self._folder, 0)
                await asyncio.to_thread(_write, handle, piece)
            if begins[at : at + len(wanted)] != wanted:
                raise InvalidValue(N_("This kind of recording is not taken"), field="recording")
            await asyncio.to_thread(os.fsync, handle)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        finally:
            os.close(handle)
        return path, size

    async def keep_call(self, call: str, pieces: AsyncIterator[bytes]) -> str:
        """`POST /studio/calls/{call}/recording`: kept among the messages, and deleted with what else we know of the customer.
        Raises `WrongState` without their yes, which they may have taken back."""
        async with self._engine.connect() as connection:
            await self._agreed(connection, call)
            if await rows.recorded(connection) > CALLS_MAX:
                raise Overloaded(N_("No more messages can be kept"))
        path, size = await self._store(pieces, "mp4", MP4, CALL_MAX)
        kept = secrets.token_hex(8)

        async def put(connection: AsyncConnection) -> None:
            row = await self._agreed(connection, call, lock=True)  # it took its time to come
            if await rows.has_film(connection, call, size):
                raise WrongState(N_("This recording is kept already"))
            about = {"visitor": row.visitor, "consent": row.consent, "name": row.name, "text": row.notes, "contact": ""}
            about |= {"topic": row.topic, "language": row.language, "file": path.name, "state": "done", "by": ""}
            at_ms = row.answered_ms or row.entered_ms
            film = about | {"id": kept, "kind": "call", "call": call, "at_ms": at_ms, "size": size}
            await rows.put_message(connection, film)

        try:
            await self._log.append(BRAND, "", 0, [events.CallRecorded(call=call, bytes=size)], put)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        await self.load()
        return kept

    async def _agreed(self, connection: AsyncConnection, call: str, *, lock: bool = False) -> CallRow:
        """A call whose customer's last word on a recording is yes."""
        row = await call_rows.load(connection, call, lock=lock)
        if row is None:
            raise NotFound(N_("This call is not known any more"))
        if not any(one.ask == "recording" and one.yes for one in row.asked):
            raise WrongState(N_("The customer did not agree to a recording"))
        return row

    async def withdraw(self, call: str) -> None:
        """The customer has taken their yes back: what there is of the call is deleted."""
        await self._remove(call=call)

    async def _keep(self, message: LeftMessage, recording: tuple[MessageKind, Path, int] | None, house: str) -> str:
        visitor, consent = await self._identify(message.visitor)
        known = {topic.id for topic in self.rules().topics}
        words: dict[str, Any] = {
            "at_ms": self._clock.wall_ms(),
            "network": house,
            "visitor": visitor,
            "consent": consent,
            "name": message.name.strip(),
            "contact": message.contact.strip(),
            "text": message.text.strip(),
            "topic": message.topic if message.topic in known else "",
            "language": message.language or "",
        }
        name, (kind, path, size) = secrets.token_hex(8), recording or ("text", None, 0)
        file = path.name if path is not None else ""
        row = words | {"id": name, "kind": kind, "file": file, "size": size, "state": "new", "by": ""}
        left = events.MessageLeft(message=name, kind=kind, consent=consent)

        async def put(connection: AsyncConnection) -> None:
            await rows.put_message(connection, row)
            await self._postbox.tell_brand(connection, emails.message_left(kind, self._postbox.language), about=name)

        await self._log.append(BRAND, "", 0, [left], put)
        self._postbox.wake()
        await self.load()
        return name

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
                connection, command.message, "done" if command.on else "new", by.name[:BY_MAX] if command.on else ""
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
        """Delete what somebody left."""
        await self._remove(visitor=visitor)

    async def purge_loop(self, days: int) -> None:
        """Delete messages that are older than so many days (0: none), and recordings that belong to no message: the power went
        while one was written. Once an hour, until it is cancelled."""
        while True:
            try:
                if days:
                    await self._remove_before(self._clock.wall_ms() - days * DAY_MS)
                await self._sweep()
            except Exception as error:  # the database or disk is away: the next hour will do
                log.warning("old messages could not be deleted: %s", faults.place_of(error))
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


def _write(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


async def _pieces(part: BodyPartReader, pace: Pace) -> AsyncIterator[bytes]:
    while piece := await pace.wait(part.read_chunk(1 << 16)):
        yield piece


async def _bounded(part: BodyPartReader, pace: Pace) -> bytes:
    data = bytearray()
    while piece := await pace.wait(part.read_chunk(8192)):
        data += piece
        if len(data) > WORDS_MAX:
            raise InvalidValue("The message is larger than {most} kB", field="message", most=WORDS_MAX >> 10)
    return bytes(data)
