"""A mail server on loopback (aiosmtpd): takes letters, or refuses them as real ones do."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclasses.dataclass
class MailServer:
    """`answer` is what it says to every letter, `recipients` what it says to one address before that."""

    port: int = 0
    answer: str = "250 OK"
    recipients: dict[str, str] = dataclasses.field(default_factory=dict)
    letters: list[EmailMessage] = dataclasses.field(default_factory=list)
    raw: list[bytes] = dataclasses.field(default_factory=list)
    senders: list[str] = dataclasses.field(default_factory=list)
    tried: int = 0

    async def handle_RCPT(  # aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (said := self.recipients.get(address)) is not None:
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.tried += 1
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            letter = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            self.letters.append(letter)
            self.raw.append(envelope.content)
            self.senders.append(envelope.mail_from or "")
        return self.answer

    def to(self, address: str) -> list[EmailMessage]:
        """The letters that one mailbox has."""
        return [letter for letter in self.letters if letter["To"] == address]


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[MailServer]:
    """One that listens."""
    mail_server = MailServer()
    loop = asyncio.get_running_loop()
    socket = await loop.create_server(lambda: SMTP(mail_server, loop=loop), "127.0.0.1", 0)
    mail_server.port = socket.sockets[0].getsockname()[1]
    yield mail_server
    socket.close()
