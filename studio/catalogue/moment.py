"""Points in time as feeds write them: ISO 8601, or a date as a spreadsheet writes it; with or without a zone or a time of day."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from studio.errors import InvalidValue
from studio.i18n import N_
from studio.show.read_as import DateOrder

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}")
_WRITTEN = re.compile(
    r"(\d{1,2})(?P<mark>[./-])(\d{1,2})(?P=mark)(\d{4}|\d{2}(?!\d))"
    r"(?:[ T,]\s*(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\s*([ap])\.?m\.?)?)?",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"^(\d{4})[/.](\d{2})[/.](\d{2})(?!\d)")


def moment_ms(text: str, *, end: bool = False, zone: str = "UTC", order: DateOrder = "") -> int:
    """Unix milliseconds. Without a zone it is the wall time of `zone`; a date alone is its midnight, with `end` the midnight
    after it. `order` says how 03/04/2026 is meant. Raises `InvalidValue`."""
    text = text.strip()
    try:
        at, whole_day = _read(text, order)
        if at is not None:
            if whole_day and end:
                at += timedelta(days=1)
            return int((at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).timestamp() * 1000)
    except (ValueError, OverflowError):
        pass
    raise InvalidValue(N_("This is not a date: write 2026-11-21 or 2026-11-21T13:00+01:00"))


def _read(text: str, order: DateOrder) -> tuple[datetime | None, bool]:
    """The time as it is written, and whether it is only a date. Raises `ValueError`."""
    if not text[:1].isdigit() or len(text) > 40:
        return None, False
    text = _YEAR_FIRST.sub(r"\1-\2-\3", text)
    if (found := _WRITTEN.fullmatch(text)) is None:
        return datetime.fromisoformat(text), _DAY.fullmatch(text) is not None
    shown = order_shown(text)
    order = shown if shown in ("day", "month") else order
    if order not in ("day", "month"):
        raise InvalidValue("{date} can be read in two ways: say whether the day or the month comes first", date=text)
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if year < 100:
        if found["mark"] != ".":  # 26/11/27 begins with its year as often as not
            raise InvalidValue("{date} can be read in two ways: write the year with four digits", date=text)
        year += 2000
    hour, minute, seconds = (int(found[place] or 0) for place in (5, 6, 7))
    if found[8]:
        hour = hour % 12 + 12 * (found[8].casefold() == "p")
    day, month = (first, second) if order == "day" else (second, first)
    return datetime(year, month, day, hour, minute, seconds), not found[5]


def order_shown(text: str) -> DateOrder:
    """What a date shows about its writer: a point, or a number above twelve, says which is the day; `both` when nothing does, and
    empty when there is no question."""
    found = _WRITTEN.fullmatch(text.strip()) if len(text) <= 60 else None
    if found is None:
        return ""
    first, second = int(found[1]), int(found[3])
    if first > 12 or found["mark"] == ".":
        return "day"
    if second > 12:
        return "month"
    return "both" if first != second else ""


def without_zone(text: str) -> bool:
    """Whether it is a time whose zone has to be known."""
    text = text.strip()
    if not text:
        return False
    try:
        return _WRITTEN.fullmatch(text) is not None or datetime.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


def interval(text: str) -> tuple[str, str]:
    """Both sides of `2026-11-21T13:00+0100/2026-11-28T15:30+0100`; either may be missing."""
    parts = text.split("/")
    middle = 3 if len(parts) == 6 else 1  # 27/11/2026/28/11/2026
    return "/".join(parts[:middle]).strip(), "/".join(parts[middle:]).strip()
