"""Whether a mail may go to somebody at this moment. One gate, which every sender of mails passes, each time it sends."""

from typing import Literal

from msgspec import Struct

from studio.i18n import N_
from studio.relation.days import DAY_MS, Zone
from studio.relation.quiet import held_until_ms
from studio.relation.reason import Reason

MailGate = Literal["subscription", "suppressed", "lapsed", "segment", "cap", "watching", "late", "empty", "fault"]
Suppressed = Literal["unsubscribed", "withdrawn", "complaint", "bounce", "manual", "erased"]
LAPSES_DAYS, WARNS_DAYS = 365, 335
"""A yes that was not used for about a year is none any more, in the Danish Consumer Ombudsman's view; the brand is warned a month
before."""
HELD_MS = DAY_MS
"""What could not be sent within a day is news no more."""
GAP_HOURS = 16
"""Between two newsletters to one reader (Klaviyo's Smart Sending)."""

WORDS: dict[Suppressed, str] = {
    "unsubscribed": N_("unsubscribed"),
    "withdrawn": N_("marketing was withdrawn"),
    "complaint": N_("said that it is spam"),
    "bounce": N_("the address does not exist any more"),
    "manual": N_("taken off by staff"),
    "erased": N_("forgotten"),
}


class Reader(Struct, frozen=True, kw_only=True):
    """What is known of a reader when a mail is about to go. Times are Unix ms, None for never."""

    subscribed_ms: int | None
    used_ms: int = 0
    suppressed: Suppressed | None = None
    last_mail_ms: int | None = None
    inside: bool = True
    """In the segment it is for."""
    outside: Reason | None = None
    watching: bool = False
    """They watch the show that it announces."""
    zone: Zone


class Mail(Struct, frozen=True, kw_only=True):
    """What is about to go. `asked`: the reader asked for just this (a reminder): caps and quiet hours of newsletters are not for
    it. `until_ms`: from then on it is too late."""

    due_ms: int
    until_ms: int
    asked: bool = False
    gap_hours: int = GAP_HOURS


class Verdict(Struct, frozen=True, kw_only=True):
    """`gate` None: it may go, at `at_ms`, which is now or when it is to be judged again."""

    gate: MailGate | None = None
    reason: Reason | None = None
    at_ms: int = 0


def judge(mail: Mail, reader: Reader, now_ms: int) -> Verdict:
    """Ask all gates in their order."""
    stopped = _gate(mail, reader, now_ms)
    if stopped is not None:
        return Verdict(gate=stopped[0], reason=stopped[1])
    at_ms = now_ms if mail.asked else held_until_ms(now_ms, reader.zone)
    if at_ms >= mail.until_ms:
        return Verdict(gate="late", reason=Reason(N_("quiet hours until it was too late")))
    return Verdict(at_ms=at_ms, reason=Reason(N_("quiet hours")) if at_ms > now_ms else None)


def _gate(mail: Mail, reader: Reader, now_ms: int) -> tuple[MailGate, Reason] | None:
    if now_ms >= mail.until_ms:
        return "late", Reason(N_("it was too late"))
    if reader.suppressed is not None:  # before the subscription, which ends with it: this says more
        return "suppressed", Reason(WORDS[reader.suppressed])
    if reader.subscribed_ms is None:
        return "subscription", Reason(N_("does not subscribe to this"))
    if now_ms - max(reader.used_ms, reader.subscribed_ms) >= LAPSES_DAYS * DAY_MS:
        return "lapsed", Reason(N_("consent that was not used for a year has lapsed"))
    if not reader.inside:
        return "segment", reader.outside or Reason(N_("not in the segment"))
    if reader.watching:
        return "watching", Reason(N_("watches the show already"))
    if not mail.asked and reader.last_mail_ms is not None and now_ms - reader.last_mail_ms < mail.gap_hours * 3_600_000:
        hours = (now_ms - reader.last_mail_ms) // 3_600_000
        return "cap", Reason(N_("had another one {hours} h ago"), {"hours": hours})
    return None
