"""What comes back: mails that could not be delivered (RFC 3464), and complaints (RFC 5965). Only what names a letter of ours by
its signed message id is believed: anybody can write that anybody's address is none."""

import re
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from typing import Literal

from msgspec import Struct

from studio.server.mail.smtp import NO_SUCH_PLACE

READ_MAX = 256 * 1024
SPAM = frozenset({"abuse", "fraud"})
"""Kinds of feedback (RFC 5965, 7.3) in which somebody complains."""
_PARSER = BytesParser(policy=policy.default)
_ID = re.compile(r"<[^<>\s]{10,200}@[^<>\s]{1,200}>")


class Returned(Struct, frozen=True, kw_only=True):
    """`ids` are the message ids that it names. `kind`: the address is none any more (`bounce`), its owner says spam
    (`complaint`), or it is full or away for now (`delay`)."""

    kind: Literal["bounce", "complaint", "delay"]
    ids: tuple[str, ...]
    status: str = ""


def read(data: bytes) -> Returned | None:
    """What a message in the mailbox tells; None for any other message."""
    message = _PARSER.parsebytes(data[:READ_MAX])
    status, feedback = "", ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status = status or _field(part, "Status")
        elif kind == "message/feedback-report":
            feedback = feedback or _field(part, "Feedback-Type") or "abuse"
    if not status and feedback.casefold() not in SPAM:
        return None  # also where a report is about something else, such as a signature (RFC 6591)
    ids = tuple(dict.fromkeys(_ids(message)))
    if feedback.casefold() in SPAM:
        return Returned(kind="complaint", ids=ids)
    return Returned(kind="bounce" if _is_none(status) else "delay", ids=ids, status=status)


def _is_none(status: str) -> bool:
    return status in NO_SUCH_PLACE


def _field(part: EmailMessage | Message, name: str) -> str:
    """A field of a report, whose parts are header blocks of their own."""
    blocks = part.get_payload()
    for block in [part, *(blocks if isinstance(blocks, list) else [])]:
        if isinstance(block, Message) and (value := block.get(name)):
            return next(iter(str(value).split()), "")
    text = blocks if isinstance(blocks, str) else ""
    found = re.search(rf"^{name}:\s*(\S+)", text, re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""


def _ids(message: EmailMessage | Message) -> list[str]:
    """Of the mail that came back: whole, or its headers alone."""
    found: list[str] = []
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            found += _ID.findall(str(part.get_payload()))
        elif part is not message and (own := part.get("Message-ID")):
            found += _ID.findall(str(own))
        for name in ("Original-Envelope-Id", "X-Original-Message-ID", "In-Reply-To", "References"):
            found += _ID.findall(str(part.get(name, "")))
    return found
