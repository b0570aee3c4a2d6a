"""Points in time as feeds write them: ISO 8601, with or without a zone, with or without a time of day."""

import re
from datetime import UTC, datetime, timedelta

from studio.errors import InvalidValue
from studio.i18n import N_

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def moment_ms(text: str, *, end: bool = False) -> int:
    """Unix milliseconds. Without a zone it is UTC; a date alone is its midnight, with `end` the midnight after it.

    Raises `InvalidValue`.
    """
    text = text.strip()
    try:
        at = datetime.fromisoformat(text) if text[:1].isdigit() and len(text) <= 40 else None
        if at is not None and end and _DAY.fullmatch(text):
            at += timedelta(days=1)
        if at is not None:
            return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        pass
    raise InvalidValue(N_("This is not a date: write 2026-11-21 or 2026-11-21T13:00+01:00"))


def interval(text: str) -> tuple[str, str]:
    """Both sides of `2026-11-21T13:00+0100/2026-11-28T15:30+0100`; either may be missing."""
    start, _, end = text.partition("/")
    return start.strip(), end.strip()
