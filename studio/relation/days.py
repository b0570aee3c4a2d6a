"""Days as the brand counts them: from midnight to midnight on the wall, in the brand's zone, however long they are.

A day is its proleptic ordinal (`datetime.date.toordinal`); moments are Unix milliseconds. The clock's jumps follow PEP 495.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from studio.errors import InvalidValue

DAY_MS = 86_400_000
MINUTE_MS = 60_000
MIDNIGHTS = 1000
"""So many are remembered."""


class Zone:
    """A time zone by its IANA name; raises `InvalidValue` for one that is not there."""

    def __init__(self, name: str) -> None:
        try:
            self._zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise InvalidValue("{zone} is no time zone", field="zone", zone=name) from None
        self.name = name
        self._midnights: dict[int, int] = {}
        self._asked = (0, self.wall(0).toordinal())

    def day(self, at_ms: int) -> int:
        """The day on the wall."""
        asked_ms, day = self._asked  # of one moment all conditions of all segments ask
        if at_ms != asked_ms:
            day = self.wall(at_ms).toordinal()
            self._asked = at_ms, day
        return day

    def wall(self, at_ms: int) -> datetime:
        """What the clock on the wall says."""
        return datetime.fromtimestamp(at_ms / 1000, self._zone)

    def midnight_ms(self, day: int) -> int:
        """When a day begins."""
        found = self._midnights.get(day)
        if found is None:
            start = date.fromordinal(day)
            if len(self._midnights) >= MIDNIGHTS:
                self._midnights.clear()
            found = self._midnights[day] = self.moment_ms(datetime(start.year, start.month, start.day))
        return found

    def moment_ms(self, wall: datetime) -> int:
        """When the clock on the wall says so: the first time, where it does so twice; after the jump, where it never does."""
        first = wall.replace(tzinfo=self._zone, fold=0)
        at_ms = round(first.timestamp() * 1000)
        if self.wall(at_ms).replace(tzinfo=None) == wall:
            return at_ms
        before, after = round(wall.replace(tzinfo=self._zone, fold=1).timestamp() * 1000), at_ms
        while after - before > 1:
            middle = (before + after) // 2
            if self.wall(middle).replace(tzinfo=None) < wall:
                before = middle
            else:
                after = middle
        return after

    def jump_ms(self, after_ms: int, until_ms: int) -> int | None:
        """When, between two moments of about a day, the clock is put forward or back; None when it is not."""
        offset = self.wall(until_ms).utcoffset()
        if self.wall(after_ms).utcoffset() == offset:
            return None
        while until_ms - after_ms > 1:
            middle = (after_ms + until_ms) // 2
            if self.wall(middle).utcoffset() == offset:
                until_ms = middle
            else:
                after_ms = middle
        return until_ms

    def weekday(self, day: int) -> int:
        """0 on Mondays, 6 on Sundays."""
        return date.fromordinal(day).weekday()

    def iso_week(self, at_ms: int) -> str:
        """Such as `2026-W53` for 1 January 2027 (ISO 8601)."""
        year, week, _ = self.wall(at_ms).isocalendar()
        return f"{year}-W{week:02d}"

    def next_weekly_ms(self, after_ms: int, weekday: int, hour: int, minute: int = 0) -> int:
        """The next time after a moment that it is this time of this weekday: once a week, also where the clock jumps."""
        start = self.wall(after_ms).date()
        for ahead in range(15):
            day = start + timedelta(days=ahead)
            if day.weekday() != weekday:
                continue
            at_ms = self.moment_ms(datetime(day.year, day.month, day.day, hour, minute))
            if at_ms > after_ms:
                return at_ms
        raise AssertionError("every week has every weekday")
