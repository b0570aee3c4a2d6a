"""A call in words: who it is, what they want, how long they have waited. Pure; the time is the server's, and an argument."""

import math
import zlib
from datetime import date
from typing import Literal

from babel import Locale
from babel.dates import format_date

from studio.i18n import N_, _, language
from studio.show.call import Call, Permission
from studio.show.money import price
from studio.state import Advising, CallMedia, Calls, State
from studio.state.calls import CallFigures, Remote
from ui.models.clock import clock_time

Phase = Literal["idle", "ringing", "connecting", "failed", "live", "held", "away", "wrap_up"]

KINDS: dict[str, str] = {
    "video": N_("video"),
    "watch": N_("only watches"),
    "sound": N_("voice only"),
    "text": N_("text"),
}
PERMISSIONS: dict[str, str] = {
    "granted": N_("allowed"),
    "denied": N_("refused in the browser"),
    "prompt": N_("not allowed yet"),
    "missing": N_("there is none"),
    "unknown": N_("not known"),
}
OUTCOMES: dict[str, str] = {
    "sold": N_("Sold something"),
    "helped": N_("Helped"),
    "follow_up": N_("To be followed up"),
    "nothing": N_("Nothing came of it"),
    "abuse": N_("Unwelcome"),
}
ENDINGS: dict[str, str] = {
    "hung_up": N_("The call has been ended."),
    "left": N_("The customer has left."),
    "no_answer": N_("Nobody answered in time."),
    "closed": N_("The shop has closed."),
    "blocked": N_("The visitor is blocked for a day."),
}
QUALITIES: dict[str, str] = {
    "good": N_("good connection"),
    "fair": N_("uneven connection"),
    "poor": N_("poor connection"),
}
CONSENTS = {"a": N_("statistics"), "p": N_("personal advice"), "m": N_("marketing")}
ASKED: dict[str, str] = {
    "camera": N_("Help with the camera"),
    "microphone": N_("Help with the microphone"),
    "screen": N_("Their screen"),
    "recording": N_("Recording"),
    "air": N_("Being on air"),
}


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────


def guest_number(call: str) -> int:
    """Four digits that stay a call's own."""
    return 1000 + zlib.crc32(call.encode()) % 9000


def name_of(call: Call) -> str:
    """What the customer is called; on one line, whatever they wrote."""
    return " ".join(call.name.split()) or _("Guest {number}").format(number=guest_number(call.id))


def language_name(code: str) -> str:
    """`dansk`, of `da`."""
    return str(Locale.parse(language()).languages.get(code, code)) if code else ""


def topic_name(calls: Calls, topic: str) -> str:
    """What a topic is called."""
    return next((one.name for one in calls.topics if one.id == topic), topic)


def looks_at(call: Call) -> str:
    """The page they are on."""
    return " ".join(call.card.title.split()) or call.card.page


def details(call: Call, calls: Calls) -> str:
    """The line below a name in the queue."""
    card = call.card
    count = sum(product.quantity for product in card.cart)
    words = (
        topic_name(calls, call.topic),
        _("looks at {page}").format(page=looks_at(call)) if looks_at(call) else "",
        _("{count} in the cart").format(count=count) if count else "",
        language_name(call.language),
    )
    line = " · ".join(filter(None, words))
    return line[:1].upper() + line[1:]


def cart_sum(call: Call) -> str:
    """What the cart comes to; empty when nobody knows."""
    card = call.card
    if card.cart_minor is None or not card.currency:
        return ""
    return price(card.cart_minor, card.currency)


def consent_words(letters: str) -> str:
    """What may be kept about them; see `studio.show.consent`."""
    given = [_(words) for letter, words in CONSENTS.items() if letter in letters]
    return ", ".join(given) if given else _("only what is needed")


def needs_help(permission: Permission) -> bool:
    """Whether something keeps the page from that device that a person can be helped with."""
    return permission in ("denied", "prompt", "missing")


# ── when ─────────────────────────────────────────────────────────────────────────────────────────────────────


def duration(milliseconds: float) -> str:
    """`6:41`, `1:06:41`; never less than nothing."""
    whole = max(0, int(milliseconds / 1000))
    hours, minutes, seconds = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def left(until_ms: int | None, now_ms: int) -> str:
    """How long until then, as people count down: the last second is 0:01."""
    return duration(1000 * math.ceil(max(0, until_ms - now_ms) / 1000)) if until_ms is not None else ""


def waited(call: Call, now_ms: int) -> str:
    """How long they have been in line."""
    return duration(now_ms - call.entered_ms)


def hours_words(calls: Calls, now_ms: int) -> str:
    """Whether the shop answers now, and until when."""
    if calls.change_ms is None:
        return _("Open now") if calls.open else _("Closed")
    at = clock_time(calls.change_ms)
    day, today = (date.fromtimestamp(moment / 1000) for moment in (calls.change_ms, now_ms))
    if day != today:
        at = f"{format_date(day, 'EEEE', locale=language())} {at}"
    return (_("Open until {time}") if calls.open else _("Closed, opens {time}")).format(time=at)


def seconds_words(seconds: int) -> str:
    """`38 s`, `6 min`."""
    return _("{count} s").format(count=seconds) if seconds < 120 else _("{count} min").format(count=round(seconds / 60))


def figures_words(figures: CallFigures) -> str:
    """Today, in one line."""
    words = [_("Today: {count} answered").format(count=figures.answered)]
    if figures.missed:
        words.append(_("{count} missed").format(count=figures.missed))
    if figures.wait_p50_s is not None:
        words.append(_("wait {time}").format(time=seconds_words(figures.wait_p50_s)))
    if figures.length_p50_s is not None:
        words.append(_("call {time}").format(time=seconds_words(figures.length_p50_s)))
    if figures.sold:
        words.append(_("{count} sold").format(count=figures.sold))
    words += [_("{sum} ordered").format(sum=price(one.minor, one.currency)) for one in figures.sales]
    return " · ".join(words)


# ── how it is ────────────────────────────────────────────────────────────────────────────────────────────────


def customer(state: State) -> Remote | None:
    """The customer's end of the connection."""
    call, remotes = state.advising.call, state.call_media.remotes
    staff = {person.peer for person in call.people} if call is not None else set()
    return next((remote for remote in remotes if remote.peer not in staff), remotes[0] if remotes else None)


def phase(state: State) -> Phase:
    """What the middle of the workspace shows."""
    advising = state.advising
    call = advising.call
    if call is None or advising.status in ("off", "free"):
        return "idle"
    if advising.status in ("ringing", "wrap_up"):
        return "ringing" if advising.status == "ringing" else "wrap_up"
    if call.state == "away":
        return "away"
    if call.held:
        return "held"
    return "live" if call.kind == "text" else _connection(state.call_media, customer(state))


def _connection(media: CallMedia, remote: Remote | None) -> Phase:
    if media.problem or (remote is not None and remote.status == "failed"):
        return "failed"
    return "live" if remote is not None and remote.status != "connecting" else "connecting"


def rings(advising: Advising) -> Call | None:
    """The call that rings here."""
    return advising.call if advising.status == "ringing" else None


def in_call(advising: Advising) -> Call | None:
    """The call that is being answered."""
    return advising.call if advising.status == "busy" else None


def no_picture(call: Call) -> str:
    """Why the customer is not seen, in a sentence."""
    name = name_of(call)
    by_choice = {
        "text": _("{name} chose to write: there is no picture and no sound."),
        "sound": _("{name} chose to be heard, not seen."),
        "watch": _("{name} sees you, and chose not to be seen."),
    }
    by_permission = {
        "denied": _("{name}'s browser was told to keep the camera back."),
        "prompt": _("{name} has not allowed the camera yet."),
        "missing": _("{name} has no camera."),
    }
    words = by_choice.get(call.kind) or by_permission.get(call.card.camera) or _("{name}'s camera is off.")
    return words.format(name=name)
