"""Whether a mail may go."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.relation.days import DAY_MS, Zone
from studio.relation.mail_gate import GAP_HOURS, HELD_MS, LAPSES_DAYS, Mail, Reader, judge
from studio.relation.quiet import BEGINS, ENDS

ZONE = Zone("Europe/Copenhagen")
NOON_MS = 1_796_036_400_000  # Mon 30 Nov 2026, 12:00 in Copenhagen


def reader(**fields: Any) -> Reader:
    said: dict[str, Any] = {"subscribed_ms": NOON_MS - 30 * DAY_MS, "used_ms": NOON_MS - DAY_MS, "zone": ZONE}
    return Reader(**(said | fields))


def mail(**fields: Any) -> Mail:
    said: dict[str, Any] = {"due_ms": NOON_MS, "until_ms": NOON_MS + HELD_MS}
    return Mail(**(said | fields))


@pytest.mark.parametrize(
    ("who", "what", "gate"),
    [
        ({}, {}, None),
        ({"subscribed_ms": None}, {}, "subscription"),
        ({"suppressed": "complaint"}, {}, "suppressed"),
        ({"subscribed_ms": None, "suppressed": "unsubscribed"}, {}, "suppressed"),
        ({"suppressed": "withdrawn"}, {}, "suppressed"),
        ({"used_ms": NOON_MS - LAPSES_DAYS * DAY_MS, "subscribed_ms": NOON_MS - 500 * DAY_MS}, {}, "lapsed"),
        ({"used_ms": NOON_MS - LAPSES_DAYS * DAY_MS + 1, "subscribed_ms": NOON_MS - 500 * DAY_MS}, {}, None),
        ({"inside": False}, {}, "segment"),
        ({"watching": True}, {}, "watching"),
        ({"last_mail_ms": NOON_MS - GAP_HOURS * 3_600_000 + 1}, {}, "cap"),
        ({"last_mail_ms": NOON_MS - GAP_HOURS * 3_600_000}, {}, None),
        ({"last_mail_ms": NOON_MS - 1}, {"asked": True}, None),
        ({}, {"until_ms": NOON_MS}, "late"),
    ],
)
def test_the_gates(who: dict[str, Any], what: dict[str, Any], gate: str | None) -> None:
    verdict = judge(mail(**what), reader(**who), NOON_MS)
    assert verdict.gate == gate
    assert (verdict.at_ms == NOON_MS) if gate is None else verdict.reason


@given(st.integers(0, 400 * 24 * 60), st.booleans())
def test_nothing_is_sent_at_night(minutes: int, asked: bool) -> None:
    """Whenever in the year, both clock changes among it; what somebody asked for comes when it is time."""
    now_ms = NOON_MS + minutes * 60_000
    what = Mail(due_ms=now_ms, until_ms=now_ms + HELD_MS, asked=asked)
    verdict = judge(what, reader(subscribed_ms=now_ms, used_ms=now_ms), now_ms)
    assert verdict.gate is None
    assert asked or ENDS <= ZONE.wall(verdict.at_ms).hour < BEGINS
    assert now_ms <= verdict.at_ms <= now_ms + (0 if asked else 12 * 3_600_000)


def test_what_cannot_go_before_it_is_too_late_is_dropped() -> None:
    night_ms = NOON_MS + 10 * 3_600_000
    verdict = judge(mail(due_ms=night_ms, until_ms=night_ms + 3_600_000), reader(), night_ms)
    assert (verdict.gate, str(verdict.reason)) == ("late", "quiet hours until it was too late")


def test_the_night_is_the_readers() -> None:
    evening_ms = NOON_MS + 5 * 3_600_000  # 17:00 in Copenhagen, 01:00 in Tokyo
    assert judge(mail(due_ms=evening_ms), reader(), evening_ms).at_ms == evening_ms
    assert judge(mail(due_ms=evening_ms), reader(zone=Zone("Asia/Tokyo")), evening_ms).at_ms > evening_ms
