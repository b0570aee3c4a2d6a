"""What the letters say. Of what a stranger wrote only the page stands in one, and that is the brand's own: they go from the
brand to an address that the stranger named."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from msgspec import Struct

from studio.i18n import N_, translate
from studio.show.booking import MINUTE_MS, Booking
from studio.show.call_message import MessageKind

REMINDER_MS = 60 * MINUTE_MS
"""So long before its time somebody is reminded of a call."""

LEFT: dict[str, str] = {
    "text": N_("A customer has left a message"),
    "sound": N_("A customer has left a voice message"),
    "video": N_("A customer has left a video message"),
}


class Email(Struct, frozen=True, kw_only=True):
    """`to` empty: to the brand itself. `calendar` is an appointment to go with it (RFC 5545)."""

    to: str
    subject: str
    text: str
    calendar: str = ""


def booked(booking: Booking, link: str, zone: str, calendar: str) -> Email:
    """It is booked."""
    language = booking.language or "en"
    text = translate(
        N_(
            "Your call with an advisor is booked: {when}.\n\n"
            "It begins on this page, from five minutes before:\n{link}\n\n"
            "On the same page you can call it off. The link is yours: whoever has it can use it."
        ),
        language,
    )
    subject = translate(N_("Your call is booked: {when}"), language)
    when = _when(booking.begins_ms, zone, language)
    return Email(to=booking.contact, subject=subject.format(when=when), text=text.format(when=when, link=link), calendar=calendar)


def reminder(booking: Booking, link: str, zone: str) -> Email:
    """It begins soon."""
    language = booking.language or "en"
    text = translate(N_("Your call with an advisor begins soon: {when}.\n\nIt begins on this page:\n{link}"), language)
    subject = translate(N_("Your call begins soon: {when}"), language)
    when = _when(booking.begins_ms, zone, language)
    return Email(to=booking.contact, subject=subject.format(when=when), text=text.format(when=when, link=link))


def cancelled(booking: Booking, zone: str, calendar: str) -> Email:
    """One of them cannot come."""
    language = booking.language or "en"
    subject = translate(N_("Your call is called off: {when}"), language)
    text = translate(N_("Your call with an advisor is called off: {when}.\n\nYou can book another one in the shop."), language)
    when = _when(booking.begins_ms, zone, language)
    return Email(to=booking.contact, subject=subject.format(when=when), text=text.format(when=when), calendar=calendar)


def message_left(kind: MessageKind, language: str) -> Email:
    """To the brand: somebody left something."""
    subject = translate(LEFT[kind], language)
    where = translate(N_("You find it in Vitrine, among the messages."), language)
    return Email(to="", subject=subject, text=f"{subject}. {where}")


def _when(at_ms: int, zone: str, language: str) -> str:
    """Date and time with the zone's name: the customer may be anywhere."""
    at = datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone))
    here = "en_GB" if language == "en" else language
    return f"{format_date(at, 'full', here)}, {format_time(at, 'short', locale=here)} ({zone})"
