"""Messages and booked calls in words. Pure; the time is an argument."""

from collections.abc import Iterable
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

from studio.i18n import N_, _, language
from studio.show.booking import Booking
from studio.show.call_message import CallMessage
from studio.state import Calls
from ui.models.call_words import guest_number, language_name, topic_name
from ui.models.clock import clock_time

MESSAGE_KINDS: dict[str, str] = {
    "text": N_("in writing"),
    "sound": N_("voice message"),
    "video": N_("video message"),
    "call": N_("recorded call"),
}
FIRST_WORDS = 80


def called(name: str, identity: str) -> str:
    """What a customer is called; on one line, whatever they wrote."""
    return " ".join(name.split()) or _("Guest {number}").format(number=guest_number(identity))


def when(at_ms: int, now_ms: int) -> str:
    """`14:05` of today, `22 Nov 14:05` of another day."""
    day, today = date.fromtimestamp(at_ms / 1000), date.fromtimestamp(now_ms / 1000)
    if day == today:
        return clock_time(at_ms)
    return f"{format_date(day, 'd MMM' if day.year == today.year else 'd MMM y', locale=language())} {clock_time(at_ms)}"


def in_order(messages: Iterable[CallMessage]) -> list[CallMessage]:
    """Those that nobody has seen to first; of each the newest first."""
    return sorted(messages, key=lambda message: (message.state != "new", -message.at_ms, message.id))


def first_words(message: CallMessage) -> str:
    """How the message begins."""
    words = " ".join(message.text.split())
    return words if len(words) <= FIRST_WORDS else words[:FIRST_WORDS] + "…"


def message_facts(message: CallMessage, calls: Calls, now_ms: int) -> str:
    """The line below the name."""
    words = (
        _(MESSAGE_KINDS[message.kind]),
        when(message.at_ms, now_ms),
        topic_name(calls, message.topic),
        language_name(message.language),
        size_words(message.size) if message.size else "",
    )
    line = " · ".join(filter(None, words))
    return line[:1].upper() + line[1:]


def size_words(size: int) -> str:
    """`412 kB`, `4.1 MB`."""
    if size < 1_000_000:
        return _("{count} kB").format(count=max(1, size // 1000))
    return _("{count} MB").format(count=format_decimal(round(size / 1e6, 1), locale=language()))


def state_words(message: CallMessage) -> str:
    """Whether somebody has seen to it, and who."""
    if message.state == "new":
        return _("New")
    by = " ".join(message.by.split())
    return _("Seen to by {name}").format(name=by) if by else _("Seen to")


def of_today(bookings: Iterable[Booking], now_ms: int) -> tuple[Booking, ...]:
    """Those that are still to come today, or go on now; the next first."""
    today = date.fromtimestamp(now_ms / 1000)
    kept = [one for one in bookings if one.state == "booked" and one.ends_ms > now_ms]
    return tuple(
        sorted((one for one in kept if date.fromtimestamp(one.begins_ms / 1000) <= today), key=lambda one: one.begins_ms)
    )
