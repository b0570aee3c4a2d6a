"""Letters wait in the database until a mail server has taken them: none is lost with a server, or with the mail server away."""

import asyncio
import contextlib
import logging
import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.clock import Clock
from studio.errors import InvalidValue
from studio.server.config import Mail, read_secret
from studio.server.db import mails as rows
from studio.server.db.engine import writing
from studio.server.db.mails import MailRow
from studio.server.faults import place_of
from studio.server.mail import smtp
from studio.server.mail.emails import Email
from studio.show.mailbox import mailbox

log = logging.getLogger(__name__)

POLL_S, HELD_S = 20.0, 120.0
"""How often it is looked whether one is due; how long a server has one to itself."""
BRAND_MS = 7 * 24 * 3600 * 1000
METHOD = re.compile(r"^METHOD:([A-Z]+)\r?$", re.MULTILINE)
TRIES_S = (60, 300, 1800, 7200, 21_600, 43_200)
"""Waits between tries; after the last one it is given up."""


class MailQueue:
    """Does nothing, and keeps nothing, where no mail server is set."""

    def __init__(self, engine: AsyncEngine, clock: Clock, mail: Mail) -> None:
        self._engine = engine
        self._clock = clock
        self._mail = mail
        self._password = read_secret(mail.password_file, "mail.password_file") if mail.password_file else ""
        self._wake = asyncio.Event()

    @property
    def sends(self) -> bool:
        """Whether there is a mail server."""
        return bool(self._mail.host)

    @property
    def sender(self) -> str:
        """Whose name stands under letters."""
        return self._mail.sender

    @property
    def language(self) -> str:
        """What the brand reads."""
        return self._mail.language

    async def put(
        self, connection: AsyncConnection, letter: Email, *, due_ms: int, until_ms: int, about: str, visitor: str
    ) -> None:
        """Send a letter then, together with what it tells of; not from `until_ms` on, nor when `to` is no address."""
        if not self.sends:
            return
        try:
            letter = msgspec.structs.replace(letter, to=mailbox(letter.to))
        except InvalidValue:
            return
        await rows.put(connection, letter, (due_ms, until_ms), about, visitor)

    async def tell_brand(self, connection: AsyncConnection, letter: Email, *, about: str) -> None:
        """Send it to the brand's own address, if one is set."""
        if self._mail.inbox and self.sends:
            now_ms = self._clock.wall_ms()
            await rows.put(connection, letter, (now_ms, now_ms + BRAND_MS), about, "")

    async def drop(self, connection: AsyncConnection, about: str) -> None:
        """What waits about this is not sent."""
        await rows.drop(connection, about)

    def wake(self) -> None:
        """One is due."""
        self._wake.set()

    async def run(self) -> None:
        """Send what is due, until it is cancelled."""
        while self.sends:
            self._wake.clear()
            try:
                while await self.deliver():
                    pass
            except Exception as error:  # the database is away: they wait there
                log.error("letters could not be sent: %s", place_of(error))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self._wake.wait()

    async def deliver(self) -> bool:
        """Send the next one that is due; whether there was one."""
        now_ms = self._clock.wall_ms()
        async with writing(self._engine).begin() as connection:
            await rows.sweep(connection, now_ms)
            row = await rows.claim(connection, now_ms, now_ms + round(HELD_S * 1000))
        if row is None:
            return False
        outcome = await asyncio.to_thread(self._send, row)
        async with writing(self._engine).begin() as connection:
            if outcome.state == "sent":
                await rows.remove(connection, row.id)
            elif row.tries > len(TRIES_S) or outcome.state == "refused":
                log.warning("a letter is given up: %s", outcome.problem)
                await rows.drop(connection, row.about)  # where one cannot go the others cannot
            else:
                log.warning("a letter waits: %s", outcome.problem)
                await rows.later(connection, row.id, self._clock.wall_ms() + TRIES_S[row.tries - 1] * 1000)
        return True

    async def post(self, messages: Sequence[EmailMessage]) -> list[smtp.Outcome]:
        """Send some now, over one connection; an outcome for each that was tried."""
        return await asyncio.to_thread(lambda: list(smtp.send(self._mail, self._password, messages)))

    def _send(self, row: MailRow) -> smtp.Outcome:
        try:
            message = self._message(row)
        except Exception as error:  # a header that cannot be written; what it says may be an address
            return smtp.Outcome(state="later", problem=type(error).__name__)
        (outcome,) = smtp.send(self._mail, self._password, [message])
        return outcome

    def _message(self, row: MailRow) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._mail.sender
        message["To"] = Address(addr_spec=row.recipient) if row.recipient else self._mail.inbox
        message["Subject"] = row.subject
        message["Date"] = formatdate(usegmt=True)
        message["Message-ID"] = f"<{row.id}@{self._mail.sender.rpartition('@')[2].rstrip('> ')}>"  # of all tries the same
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(row.text)
        if row.calendar:
            method = METHOD.search(row.calendar)
            params = {"method": method[1]} if method is not None else {}
            message.add_alternative(row.calendar, subtype="calendar", params=params, cte="base64")  # RFC 6047, 2.4
        return message
