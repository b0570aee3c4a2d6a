"""Reads what comes back from the brand's mailbox, by IMAP (RFC 3501). Blocks: for a thread."""

import contextlib
import imaplib
import ssl
from collections.abc import Callable

from studio.server.config import Mailbox
from studio.server.newsletter.bounces import Returned, read

TIMEOUT_S = 20.0
AT_ONCE = 200


def fetch(mailbox: Mailbox, password: str, take: Callable[[Returned], bool]) -> int:
    """Look through what is new; `take` says whether it was about a letter of ours, and only that is marked as read: everything
    else in the mailbox is left as it was. How many there were. Raises `OSError` or `imaplib.IMAP4.error`."""
    if mailbox.security == "tls":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            mailbox.host, mailbox.port, timeout=TIMEOUT_S, ssl_context=ssl.create_default_context()
        )
    else:
        server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIMEOUT_S)
    taken = 0
    try:
        server.login(mailbox.user, password)
        server.select(f'"{mailbox.folder}"')
        _, found = server.uid("search", "UNSEEN")  # type: ignore[no-untyped-call, unused-ignore]
        for number in (found[0] or b"").split()[:AT_ONCE]:
            _, data = server.uid("fetch", number.decode(), "(BODY.PEEK[])")  # type: ignore[no-untyped-call, unused-ignore]
            body = next((one[1] for one in data if isinstance(one, tuple)), b"")
            returned = read(body)
            if returned is not None and take(returned):
                server.uid("store", number.decode(), "+FLAGS", r"(\Seen)")  # type: ignore[no-untyped-call, unused-ignore]
                taken += 1
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            server.logout()
    return taken
