"""Reads what comes back from the brand's mailbox, by IMAP (RFC 3501). It changes nothing there. Blocks: for a thread."""

import contextlib
import imaplib
import logging
import ssl

from msgspec import Struct

from studio.server.config import Mailbox
from studio.server.newsletter.bounces import READ_MAX, Returned, read

log = logging.getLogger(__name__)

TIMEOUT_S = 20.0
AT_ONCE = 200


class Place(Struct, frozen=True, kw_only=True):
    """How far a mailbox was read: its numbers hold for as long as `validity` is the same (RFC 3501, 2.3.1.1)."""

    validity: int = 0
    uid: int = 0


def fetch(mailbox: Mailbox, password: str, place: Place) -> tuple[list[Returned], Place, bool]:
    """What the next letters tell, how far it was read with them, and whether there are more. Raises `OSError` or
    `imaplib.IMAP4.error`."""
    if mailbox.security == "tls":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            mailbox.host, mailbox.port, timeout=TIMEOUT_S, ssl_context=ssl.create_default_context()
        )
    else:
        server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIMEOUT_S)
    try:
        server.login(mailbox.user, password)
        server.select(f'"{mailbox.folder}"', readonly=True)
        _, said = server.response("UIDVALIDITY")
        validity = int(said[0] or 0) if said else 0
        last = place.uid if place.validity == validity else 0
        _, found = server.uid("search", f"UID {last + 1}:*")
        numbers = sorted(number for number in map(int, (found[0] or b"").split()) if number > last)  # * is always one
        returned = [one for number in numbers[:AT_ONCE] if (one := _read(server, number)) is not None]
        upto = numbers[:AT_ONCE][-1] if numbers else last
        return returned, Place(validity=validity, uid=upto), len(numbers) > AT_ONCE
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def _read(server: imaplib.IMAP4, number: int) -> Returned | None:
    """One letter, as far as it is worth reading; nothing for one that nobody can read."""
    _, data = server.uid("fetch", str(number), f"(BODY.PEEK[]<0.{READ_MAX}>)")
    body = next((one[1] for one in data if isinstance(one, tuple)), b"")
    try:
        return read(body)
    except Exception as error:  # strangers write these, and Python's parser does not take everything
        log.info("a letter in the mailbox cannot be read: %s", type(error).__name__)
        return None
