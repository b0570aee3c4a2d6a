"""What is held about somebody, in words they can read; the file of it (JSON) has the rest, down to the last number."""

from typing import Any

import msgspec
from msgspec import Struct

from studio.i18n import N_, translate
from studio.server.db.personal import Row
from studio.show.money import price

TITLES = {
    "visitor": N_("You in this browser"),
    "choices": N_("What you agreed to, or not"),
    "profile": N_("Your profile"),
    "identifiers": N_("How we know you"),
    "logins": N_("Logins"),
    "visitors": N_("Your devices"),
    "behaviours": N_("What you did here"),
    "visits": N_("What you did in shows"),
    "segments": N_("The groups you are in"),
    "shown": N_("What you were shown"),
    "refused": N_("What you closed or did not want"),
    "lists": N_("What was chosen for you"),
    "orders": N_("Orders"),
    "chat": N_("What you wrote in the chat"),
    "calls": N_("Calls"),
    "messages": N_("Messages to us"),
    "bookings": N_("Booked calls"),
    "subscriber": N_("Your address for newsletters"),
    "newsletters": N_("Newsletters you asked for"),
    "newsletters sent": N_("Newsletters sent to you"),
    "mail tools": N_("Mail tools that have your address"),
    "addresses typed": N_("Addresses that wait to be confirmed"),
    "to be deleted elsewhere": N_("What is still to be deleted elsewhere"),
    "letters": N_("Letters that wait to be sent"),
    "merges": N_("Visits found to be one person's"),
    "looked at": N_("When staff looked at your profile"),
    "bans": N_("Where you may not write"),
    "blocks": N_("Until when you cannot call"),
    "events": N_("Your part in shows"),
}
"""The places of `personal.PLACES`, in the order in which they are told."""
FIELDS = {
    "about": N_("About"),
    "address": N_("Address"),
    "advisor_name": N_("Answered by"),
    "again": N_("Wants to be called again"),
    "answered_ms": N_("Answered"),
    "asked": N_("Asked"),
    "asked_ms": N_("Asked for"),
    "at_ms": N_("When"),
    "begins_ms": N_("Begins"),
    "booked_ms": N_("Booked for"),
    "calendar": N_("Appointment"),
    "cancelled": N_("Cancelled"),
    "card": N_("What you told before the call"),
    "chosen": N_("Chosen for you, and why"),
    "clicked": N_("You followed it"),
    "confirmed": N_("Confirmed"),
    "confirmed_ms": N_("Confirmed"),
    "consent": N_("You agreed to"),
    "contact": N_("Contact"),
    "data": N_("Details"),
    "device": N_("Device"),
    "due_ms": N_("Due"),
    "ended_ms": N_("Ended"),
    "ending": N_("How it ended"),
    "ends_ms": N_("Ends"),
    "entered_ms": N_("Joined the queue"),
    "file": N_("File"),
    "first_ms": N_("First seen"),
    "gate": N_("Why it was not sent"),
    "given": N_("You said yes"),
    "held": N_("Put on hold"),
    "identifiers": N_("Known by"),
    "kind": N_("Kind"),
    "language": N_("Language"),
    "lines": N_("Contents"),
    "made_ms": N_("Made"),
    "mailed_ms": N_("Last written to"),
    "mailing": N_("Newsletter"),
    "media_ms": N_("Time in the show"),
    "mixed": N_("More than one person may be in it"),
    "name": N_("Name"),
    "names": N_("Groups that it knows"),
    "note": N_("Note"),
    "notes": N_("Notes"),
    "number": N_("Number"),
    "outcome": N_("What came of it"),
    "page": N_("Page"),
    "part": N_("Seen"),
    "private": N_("Only for you"),
    "product": N_("Product"),
    "proof": N_("Proved by"),
    "provider": N_("Logged in with"),
    "purpose": N_("Purpose"),
    "rating": N_("Your rating"),
    "recipient": N_("To"),
    "reply_to": N_("Answer to"),
    "returned_minor": N_("Paid back"),
    "returns": N_("Returned"),
    "retired_ms": N_("Logged out"),
    "rule": N_("Rule"),
    "seen_ms": N_("Last seen"),
    "segment": N_("Group"),
    "show": N_("Show"),
    "shown": N_("Product shown"),
    "since_ms": N_("Since"),
    "size": N_("Size in bytes"),
    "slot": N_("Place on the page"),
    "source": N_("From"),
    "split_ms": N_("Taken apart again"),
    "staff": N_("Written by the shop"),
    "stars": N_("Stars"),
    "state": N_("State"),
    "subject": N_("Subject"),
    "text": N_("Text"),
    "tool": N_("Mail tool"),
    "topic": N_("Topic"),
    "topics": N_("Topics"),
    "type": N_("What"),
    "until_ms": N_("Until"),
    "used_ms": N_("Last used"),
    "value": N_("Value"),
    "value_minor": N_("Sum"),
    "variant": N_("Variant"),
    "verified": N_("Confirmed by the shop"),
    "wait_ms": N_("Waited"),
    "week": N_("Week"),
    "what": N_("What"),
    "where": N_("Where"),
    "why": N_("Why"),
    "wording": N_("The words you said yes to"),
    "zone": N_("Time zone"),
}
UNSAID = frozenset(
    {
        "actor",
        "audience",
        "booking",
        "call",
        "currency",
        "day",
        "decision",
        "id",
        "lined_ms",
        "network",
        "profile",
        "seq",
        "session",
        "stream",
        "subscriber",
        "tries",
        "version",
        "visitor",
        "visitors",
        "wording_version",
    }
)
"""Numbers by which rows find each other: the file has them."""
LASTS = frozenset({"media_ms", "wait_ms"})
AGREED = {"a": N_("Statistics"), "p": N_("Just for you"), "m": N_("Marketing")}
ROWS_MAX = 500


class Said(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing about a row: a `text`, or a moment (Unix ms) that the reader's browser writes as their clock has it."""

    label: str
    text: str = ""
    at_ms: int = 0


class Section(Struct, frozen=True, kw_only=True):
    """A kind of things held; `left`: how many more the file has."""

    title: str
    rows: list[list[Said]]
    left: int


def readable(found: Row, language: str) -> list[Section]:
    """What `personal.held` found, without what is empty."""
    sections = []
    for place, title in TITLES.items():
        rows = [found[place]] if isinstance(found[place], dict) else found[place] or []
        told = [said for row in rows[:ROWS_MAX] if (said := _row(row, language))]
        if told:
            sections.append(Section(title=translate(title, language), rows=told, left=max(0, len(rows) - ROWS_MAX)))
    return sections


def _row(row: Row, language: str) -> list[Said]:
    said = []
    for name, value in row.items():
        if name in UNSAID or value in ("", None, [], {}, "[]", "{}"):
            continue
        label = translate(FIELDS[name], language)
        if name.endswith("_ms") and name not in LASTS:
            if value:
                said.append(Said(label=label, at_ms=value))
        elif text := _text(name, value, row, language):
            said.append(Said(label=label, text=text))
    return said


def _text(name: str, value: Any, row: Row, language: str) -> str:
    if name == "consent":
        return _agreed(value, language)
    if name.endswith("_minor"):
        return price(value, row["currency"], language) if value or name == "value_minor" else ""
    if name in LASTS:
        minutes, seconds = divmod(value // 1000, 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return _flat(_parsed(value), language)


def _agreed(value: Any, language: str) -> str:
    flags = _parsed(value)
    if isinstance(flags, dict):
        flags = "".join(name[:1] for name, given in flags.items() if given is True)
    words = [translate(word, language) for letter, word in AGREED.items() if letter in str(flags)]
    return ", ".join(words) or translate(N_("Nothing"), language)


def _parsed(value: Any) -> Any:
    """Columns of text with JSON in them."""
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return value
    return value


def _flat(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return translate(N_("Yes") if value else N_("No"), language)
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_flat(inner, language)}" for name, inner in value.items() if inner not in ("", None, [], {}))
    if isinstance(value, list):
        return ", ".join(_flat(inner, language) for inner in value)
    return str(value)
