"""What comes back, read from a real mailbox by IMAP."""

import asyncio
import contextlib
import imaplib
import socket
import sys
from collections.abc import AsyncIterator, Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from studio.commands import newsletter as ask
from studio.relation.newsletter import MailSettings, Topic
from studio.server.app import ShowServer
from studio.server.config import Mail, Mailbox
from studio.server.db import tables
from studio.server.newsletter.bounces import read
from tests.fakes import TIMEOUT_S, until
from tests.server.conftest import StartServer
from tests.server.mail_server import MailServer
from tests.server.newsletter.readers import Readers, newsletter
from tests.server.relation.shop import order, rows

USER, PASSWORD = "demouser", "demopass"


@pytest.fixture
async def imap() -> AsyncIterator[int]:
    """A mailbox with some letters in it that are none of ours; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    said = [
        "-c",
        "from pymap.main import main; main()",
        "--no-tls",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "dict",
        "--demo-data",
    ]
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(sys.executable, *said, stdout=quiet, stderr=quiet)
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                assert process.returncode is None
                await asyncio.sleep(0.05)
            else:
                writer.close()
                break
    yield port
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    await process.wait()


@pytest.fixture
async def server(start_server: StartServer, mail_server: MailServer, imap: int, tmp_path: Path) -> ShowServer:
    """One that reads the mailbox."""
    secret = tmp_path / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    mailbox = Mailbox(host="127.0.0.1", port=imap, security="none", user=USER, password_file=str(secret))
    mail = Mail(host="127.0.0.1", port=mail_server.port, security="none", sender="hej@sandoe.example")
    server = await start_server(mail=mail, mailbox=mailbox)
    await order(server, ask.NewsletterSettings(settings=MailSettings(brand="Sandø", contact="Strandgade 1")))
    await order(server, ask.TopicSave(topic=Topic(id="news", name="News")))
    return server


def delivery_report(letter: EmailMessage | None, status: str, action: str = "failed", returned: str = "headers") -> bytes:
    """As a mail server writes it (RFC 3464): what came back behind it, whole or its headers alone."""
    parts = [
        "Content-Type: text/plain\n\nI'm sorry to have to inform you that your message could not be delivered.\n",
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; anna@example.com\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 {status} no such user\n",
    ]
    if letter is not None and returned == "headers":
        parts.append(f"Content-Type: text/rfc822-headers\n\nMessage-ID: {letter['Message-ID']}\nSubject: Week\n")
    elif letter is not None:
        parts.append(f"Content-Type: message/rfc822\n\n{letter.as_string()}")
    return report("delivery-status", parts)


def complaint(letter: EmailMessage) -> bytes:
    """As a mailbox provider writes it (RFC 5965)."""
    feedback = "Content-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: SomeGenerator/1.0\nVersion: 1\n"
    whole = f"Content-Type: message/rfc822\n\n{letter.as_string()}"
    return report("feedback-report", ["Content-Type: text/plain\n\nThis is an email abuse report.\n", feedback, whole])


def report(kind: str, parts: list[str]) -> bytes:
    head = (
        "From: MAILER-DAEMON@mx.example\nTo: retur@sandoe.example\nSubject: Undelivered Mail Returned to Sender\n"
        f'MIME-Version: 1.0\nContent-Type: multipart/report; report-type={kind}; boundary="=_edge"\n\n'
    )
    body = "".join(f"--=_edge\n{part}\n" for part in parts)
    return f"{head}{body}--=_edge--\n".encode()


def put(port: int, *messages: bytes) -> None:
    client = imaplib.IMAP4("127.0.0.1", port, timeout=20)
    client.login(USER, PASSWORD)
    for message in messages:
        client.append("INBOX", "", "", message)
    client.logout()


def unread(port: int) -> int:
    client = imaplib.IMAP4("127.0.0.1", port, timeout=20)
    client.login(USER, PASSWORD)
    client.select("INBOX")
    _, found = client.search(None, "UNSEEN")
    client.logout()
    return len(found[0].split())


async def test_what_comes_back_is_read_and_nothing_else_touched(
    server: ShowServer, readers: Readers, imap: int, wall: Callable[..., None]
) -> None:
    for name in ("anna", "bo", "cia", "dan"):
        await readers.subscribe(f"{name}@example.com")
    wall(12)
    await order(server, ask.NewsletterSave(newsletter=newsletter()))
    await order(server, ask.NewsletterSend(newsletter="week"))
    letters = {name: (await readers.letters(f"{name}@example.com", 2))[-1] for name in ("anna", "bo", "cia", "dan")}
    returns = server.newsletters.returns
    while await returns.look():
        pass
    before = await asyncio.to_thread(unread, imap)
    forged = EmailMessage()
    forged["Message-ID"] = "<0123456789abcdef.0123456789.forged@sandoe.example>"
    await asyncio.to_thread(
        put,
        imap,
        delivery_report(letters["anna"], "5.1.1"),
        complaint(letters["bo"]),
        delivery_report(letters["cia"], "4.2.2", "delayed", "whole"),
        delivery_report(forged, "5.1.1"),
        delivery_report(None, "5.1.1"),
        b"Subject: a customer asks\r\n\r\nWhere is my order?\r\n",
        report("delivery-status", ["Content-Type: message/delivery-status\n\nStatus:\n", "Message-ID: <a@\n\n"]),
        report("feedback-report", ["Content-Type: message/feedback-report\n\nFeedback-Type: not-spam\n"]),
        b"Content-Type: message/rfc822\r\n\r\nMessage-ID: <a@\r\n\r\n",
        delivery_report(letters["dan"], "5.1.1"),
    )
    while await returns.look():
        pass
    assert await asyncio.to_thread(unread, imap) == before + 10  # nothing is changed there
    assert sorted(row["reason"] for row in await rows(server, tables.suppressions)) == ["bounce", "bounce", "complaint"]
    assert sorted(row["state"] for row in await rows(server, tables.sendings)) == ["bounced", "bounced", "sent", "spam"]
    state = await server.newsletters.controller._read()
    assert (state.mailbox_problem, state.suppressed) == ("", {"bounce": 2, "complaint": 1})


async def test_a_mailbox_that_is_away_is_said(server: ShowServer) -> None:
    returns = server.newsletters.returns
    returns._password = "wrong"
    running = asyncio.create_task(returns.run())
    await until(lambda: returns.problem)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert returns.problem == "error"  # imaplib's name for a refusal
    assert (await server.newsletters.controller._read()).mailbox_problem == returns.problem


NONE, OTHER = ("5.1.1", "5.1.10", "5.2.1"), ("5.0.0", "5.1.8", "5.7.1", "4.4.1")


@pytest.mark.parametrize(("status", "kind"), [*((one, "bounce") for one in NONE), *((one, "delay") for one in OTHER)])
def test_a_report_says_whether_the_address_is_none(status: str, kind: str) -> None:
    found = read(delivery_report(None, status))
    assert found is not None
    assert (found.kind, found.status, found.ids) == (kind, status, ())


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"Subject: hi\r\n\r\nhello", b"Content-Type: multipart/report\r\n\r\n--x"])
def test_other_letters_are_none(data: bytes) -> None:
    assert read(data) is None
