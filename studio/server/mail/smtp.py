"""The brand's mail server, as a client sees it. Blocks: for a thread."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from typing import Literal

from msgspec import Struct

from studio.server.config import Mail

TIMEOUT_S = 20.0
"""How long a mail server may take."""
NO_SUCH_PLACE = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
"""Enhanced codes (RFC 3463) of an address that is none, or is none any more. A plain 550 says as well that we may not send at
all: nobody is taken off a list for that."""
CLOSING = 421
"""It takes nothing more (RFC 5321, 3.8)."""
TOO_LARGE = 552


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of a letter. `refused`: for good; `later`: not now; `away`: the server itself takes nothing. `problem`: the
    server's code first, when it said one, and never an address. `nowhere`: the address is none."""

    state: Literal["sent", "refused", "later", "away"] = "sent"
    problem: str = ""
    nowhere: bool = False


def send(mail: Mail, password: str, messages: Sequence[EmailMessage]) -> Iterator[Outcome]:
    """Send some over one connection; an outcome for each that was tried. When the server goes away it ends early."""
    if not messages:
        return
    try:
        server = _connect(mail, password)
    except Exception as error:  # whatever a server, a resolver or a certificate says
        yield _away(error)
        return
    try:
        for message in messages:
            outcome = _one(server, mail, message)
            yield outcome
            if outcome.state == "away":
                return
    finally:  # how it says goodbye changes nothing
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()


def _connect(mail: Mail, password: str) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if mail.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, timeout=TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT_S)
    try:
        if mail.security == "starttls":
            server.starttls(context=context)
        if mail.user:
            server.login(mail.user, password)
    except BaseException:
        server.close()
        raise
    return server


def _one(server: smtplib.SMTP, mail: Mail, message: EmailMessage) -> Outcome:
    returns = mail.bounces if mail.bounces and "List-Unsubscribe" in message else None
    try:
        (to,) = message["To"].addresses  # one mailbox each, whatever a header may look like
        server.send_message(message, from_addr=returns, to_addrs=[to.addr_spec])
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        return _refused(code, said)
    except smtplib.SMTPDataError as error:
        outcome = _refused(error.smtp_code, error.smtp_error)
        return Outcome(state=outcome.state, problem=outcome.problem)  # it was the text that was refused, not the address
    except smtplib.SMTPSenderRefused as error:
        return Outcome(state="refused", problem=str(TOO_LARGE)) if error.smtp_code == TOO_LARGE else _away(error)
    except (smtplib.SMTPNotSupportedError, ValueError) as error:  # this letter cannot be sent; the next one can
        return Outcome(state="refused", problem=type(error).__name__)
    except Exception as error:  # whatever a server or a header says
        return _away(error)
    return Outcome()


def _refused(code: int, said: bytes | str) -> Outcome:
    if code == CLOSING:
        return Outcome(state="away", problem=str(code))
    if not 500 <= code < 600:
        return Outcome(state="later", problem=str(code))
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    enhanced = words.partition(" ")[0]
    known = enhanced.startswith("5.")
    return Outcome(state="refused", problem=f"{code} {enhanced}" if known else str(code), nowhere=enhanced in NO_SUCH_PLACE)


def _away(error: Exception) -> Outcome:
    if isinstance(error, smtplib.SMTPResponseException):  # a setting that is mended sends it yet
        return Outcome(state="away", problem=f"{type(error).__name__} {error.smtp_code}")
    named = isinstance(error, OSError)
    return Outcome(state="away", problem=f"{type(error).__name__}: {error}" if named else type(error).__name__)
