"""What becomes of letters that come back: read from a mailbox, or told by whoever sends for the brand."""

import asyncio
import logging
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.errors import InvalidValue
from studio.relation.mail_gate import Suppressed
from studio.server.config import Mailbox, read_secret
from studio.server.db import calls as settings_rows
from studio.server.db import newsletter as rows
from studio.server.db.engine import writing
from studio.server.faults import place_of
from studio.server.newsletter import mailbox as imap
from studio.server.newsletter.bounces import Returned
from studio.server.newsletter.links import MailLinks
from studio.server.newsletter.subscribers import Subscribers
from studio.server.reading import Decoder
from studio.show.mailbox import mailbox

log = logging.getLogger(__name__)

EVERY_S = 300.0
SETTING = "mailbox"
REASONS: dict[str, Suppressed] = {"bounce": "bounce", "complaint": "complaint", "unsubscribe": "unsubscribed"}
STATES = {"bounce": "bounced", "complaint": "spam"}


class Came(Struct, frozen=True, kw_only=True):
    """One thing that a relay, or a mail tool, tells: of a letter of ours, or of an address."""

    kind: Literal["bounce", "complaint", "unsubscribe"]
    address: Annotated[str, Meta(max_length=254)] = ""
    message_id: Annotated[str, Meta(max_length=300)] = ""


class Told(Struct, frozen=True, kw_only=True):
    """A batch of them."""

    events: Annotated[tuple[Came, ...], Meta(max_length=500)]


told: Decoder[Told] = Decoder(Told)


class Returns:
    """`problem` says why the mailbox cannot be read; empty: it can. On the server's loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock, links: MailLinks, subscribers: Subscribers, settings: Mailbox) -> None:
        self.problem = ""
        self._engine = engine
        self._clock = clock
        self._links = links
        self._subscribers = subscribers
        self._settings = settings
        self._password = read_secret(settings.password_file, "mailbox.password_file") if settings.password_file else ""

    async def run(self) -> None:
        """Read the mailbox now and then, until cancelled."""
        while self._settings.host:
            try:
                while await self.look():
                    pass
            except Exception as error:  # whatever a server says, or the database is away: it is read again
                self.problem = type(error).__name__  # its words may be somebody's address
                log.warning("the mailbox cannot be read: %s", place_of(error))
                self._subscribers.changed()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> bool:
        """Read on in it; whether there is more. What was read is remembered once what follows from it is stored. Raises what a
        server or the database raises."""
        async with self._engine.connect() as connection:
            said = await settings_rows.setting(connection, SETTING)
        place = msgspec.json.decode(said, type=imap.Place) if said else imap.Place()
        found, upto, more = await asyncio.to_thread(imap.fetch, self._settings, self._password, place)
        for returned in found:
            await self._returned(returned)
        if upto != place:
            async with writing(self._engine).begin() as connection:
                await settings_rows.put_setting(connection, SETTING, msgspec.json.encode(upto).decode())
        if self.problem:
            self.problem = ""
            self._subscribers.changed()
        return more

    async def _returned(self, returned: Returned) -> None:
        if returned.kind == "delay":
            return
        for one in returned.ids:
            await self._of_letter(one, returned.kind)

    async def tell(self, body: bytes) -> dict[str, int]:
        """`POST relation/v1/mail-events`: how many of them something followed from, and how many were about nothing of ours."""
        counts = {"taken": 0, "ignored": 0}
        for one in told.take(body).events:
            taken = bool(one.message_id) and await self._of_letter(one.message_id, one.kind)
            if not taken and one.address:  # relays give letters names of their own
                try:
                    await self._stop(mailbox(one.address), one.kind)
                    taken = True
                except InvalidValue:
                    pass
            counts["taken" if taken else "ignored"] += 1
        self._subscribers.changed()
        return counts

    async def _of_letter(self, message_id: str, kind: str) -> bool:
        letter = self._links.letter(message_id)
        if letter is None:
            return False
        mailing, subscriber = letter
        async with self._engine.connect() as connection:
            row = await rows.subscriber(connection, subscriber)
        if row is None:
            return False
        await self._stop(row["address"], kind)
        if kind in STATES:
            async with writing(self._engine).begin() as connection:
                values = {"state": STATES[kind], "at_ms": self._clock.wall_ms()}
                await rows.sent(connection, mailing, subscriber, values)
                await rows.count(connection, mailing)
        self._subscribers.changed()
        return True

    async def _stop(self, address: str, kind: str) -> None:
        async with writing(self._engine).begin() as connection:
            await self._subscribers.suppress(connection, address, REASONS[kind])
