"""A call that a customer has booked: the times that are free for one, and the appointment for their calendar."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import parseaddr
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from studio.i18n import N_, translate
from studio.show.calendar_file import escaped, quoted, stamp, written
from studio.show.call import CallKind, Name
from studio.show.opening_hours import OpeningHours, spans_between

MINUTE_MS = 60_000
ADDRESS = re.compile(r"[!-9;-?A-~]+@[!-9;-?A-~]+")
"""What stands for a mailbox without being quoted."""
CONTACT_MAX = 254
"""RFC 5321 4.5.3.1."""
REMINDER_MINUTES = 15

BookingState = Literal["booked", "cancelled", "held_call"]
"""`held_call`: they did talk."""


class Booking(Struct, frozen=True, kw_only=True):
    """One booked call. Times are Unix milliseconds."""

    id: Annotated[str, Meta(max_length=24)]
    begins_ms: int
    ends_ms: int
    topic: Annotated[str, Meta(max_length=24)] = ""
    language: Annotated[str, Meta(pattern=r"^([a-z]{2})?$(?!\n)")] = ""
    name: Name = ""
    """As the customer writes it."""
    contact: Annotated[str, Meta(max_length=CONTACT_MAX)] = ""
    """Their e-mail address."""
    advisor: Annotated[str, Meta(max_length=64)] = ""
    """The desktop that it is booked with; empty: with whoever is free."""
    kind: CallKind = "video"
    state: BookingState = "booked"


def slots(
    hours: OpeningHours,
    taken: Iterable[Booking],
    *,
    from_ms: int,
    until_ms: int,
    minutes: int,
    advisors: int,
    notice_minutes: int,
    now_ms: int,
) -> list[int]:
    """When a call of `minutes` may begin from `from_ms` up to, but not at, `until_ms`: within the hours, on the clock's
    multiples of `minutes` since midnight, at least `notice_minutes` from now, while fewer than `advisors` are booked. No two
    overlap."""
    length_ms = minutes * MINUTE_MS
    first_ms = max(from_ms, now_ms + notice_minutes * MINUTE_MS)
    kept = [booking for booking in taken if booking.state != "cancelled"]
    begins, ends = sorted(booking.begins_ms for booking in kept), sorted(booking.ends_ms for booking in kept)
    return [
        at_ms
        for opens_ms, closes_ms in spans_between(hours, first_ms, until_ms + length_ms - 1)
        for at_ms in _fitting(hours.zone, opens_ms, closes_ms, minutes)
        if bisect_left(begins, at_ms + length_ms) - bisect_right(ends, at_ms) < advisors  # begun before its end, not over
    ]


def _fitting(zone_name: str, opens_ms: int, closes_ms: int, minutes: int) -> Iterator[int]:
    """Where `minutes` fit one after the other. The clock is read anew each time: it may have been changed."""
    zone, length_ms = ZoneInfo(zone_name), minutes * MINUTE_MS
    at_ms = -(-opens_ms // MINUTE_MS) * MINUTE_MS
    while at_ms + length_ms <= closes_ms:
        clock = datetime.fromtimestamp(at_ms // 1000, zone)
        past = (clock.hour * 60 + clock.minute) % minutes
        if past == 0:
            yield at_ms
        at_ms += (minutes - past) * MINUTE_MS


Method = Literal["PUBLISH", "REQUEST", "CANCEL"]


def method_of(booking: Booking, *, mailed: bool) -> Method:
    """What a calendar is to do with a booking's file: iTIP (RFC 5546, 3.2). One that is fetched only tells of it."""
    if booking.state == "cancelled":
        return "CANCEL"
    return "REQUEST" if mailed else "PUBLISH"


def _reminder(title: str) -> list[str]:
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escaped(title)}",
        f"TRIGGER:-PT{REMINDER_MINUTES}M",
        "END:VALARM",
    ]


def calendar_file(
    booking: Booking, *, title: str, url: str, host: str, language: str, now_ms: int, organizer: str = "", mailed: bool = False
) -> str:
    """The booking as an appointment (RFC 5545) with a reminder, for a calendar in `language`. `url` is where the call begins,
    `host` who vouches for its id; `now_ms` tells calendars which of two files is the later one. `organizer` is the brand's mail
    address; what is `mailed` names who it was sent to, and takes the appointment back when the call is called off."""
    invitation = translate(N_("Your call begins on this page: {url}"), language).format(url=url)
    cancelled = booking.state == "cancelled"
    method = method_of(booking, mailed=mailed)
    sender = parseaddr(organizer)[1] or f"no-reply@{host or 'localhost'}"
    name = parseaddr(organizer)[0]
    invited = []
    if mailed and ADDRESS.fullmatch(booking.contact):
        invited = [f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{booking.contact}"]
    return written(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Vitrine//Call//EN",
            "CALSCALE:GREGORIAN",
            f"METHOD:{method}",
            "BEGIN:VEVENT",
            f"UID:{booking.id}@{host}",
            f"DTSTAMP:{stamp(now_ms)}",
            f"DTSTART:{stamp(booking.begins_ms)}",
            f"DTEND:{stamp(booking.ends_ms)}",
            f"SEQUENCE:{int(cancelled)}",
            f"ORGANIZER{f';CN={quoted(name)}' if name else ''}:mailto:{sender}",
            *invited,
            f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
            f"SUMMARY:{escaped(title)}",
            f"URL:{url}",
            f"DESCRIPTION:{escaped(invitation)}",
            *([] if cancelled else _reminder(title)),
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )
